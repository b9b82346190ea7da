"""Updates that were given up: what the operator sees of them, and how they are tried again or dropped."""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors
from storage.inbox_scripts import ARGUMENTS, KEYS, SCRIPTS

Settlement = Literal["replay", "drop"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """One of them, without anything that somebody wrote."""

    entry_id: str
    update_id: int
    kind: str
    """What came: "message", "callback_query"."""
    lane: str
    """The chat's number, mostly."""
    tries: int
    reason: str
    """The last error's name."""
    given_up: datetime


class DeadLetters:
    """Those that are kept; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._settle = redis.register_script(SCRIPTS["settle"])

    async def read(self) -> list[DeadLetter]:
        """Return all, oldest first."""
        with store_errors():
            found: Any = await self._redis.xrange(keys.DEAD_LETTERS)
        return [_read(entry_id, fields) for entry_id, fields in found]

    async def settle(self, how: Settlement, letters: Collection[DeadLetter]) -> list[int]:
        """Put letters back into the inbox, at the end of their chats' lanes, or drop them for good.

        Returns the updates that were still there.
        """
        chosen = [letter.entry_id for letter in letters]
        with store_errors():
            settled = await self._settle(keys=list(KEYS), args=[*ARGUMENTS, how, *chosen])
        return [int(update_id) for update_id in settled]


def _read(entry_id: bytes, fields: Mapping[bytes, bytes]) -> DeadLetter:
    return DeadLetter(
        entry_id=entry_id.decode(),
        update_id=int(fields[b"update"]),
        kind=_name_kind(fields[b"payload"]),
        lane=fields[b"lane"].decode(),
        tries=int(fields[b"tries"]),
        reason=fields[b"reason"].decode(),
        given_up=datetime.fromtimestamp(int(entry_id.partition(b"-")[0]) / 1_000, UTC),
    )


def _name_kind(payload: bytes) -> str:
    """Return the name of an update's content; "?" for what is no update."""
    try:
        return next((name for name in json.loads(payload) if name != "update_id"), "?")
    except (ValueError, TypeError):
        return "?"
