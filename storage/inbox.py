"""The durable inbox: an update is here before Telegram is told so, and stays until it is answered.

The updates of a chat are a lane, which one worker holds at a time, over all replicas: so they stay in order.
"""

import asyncio
import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Self

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from storage import keys
from storage.answers import ASKED, BEGUN, IN_DOUBT, PATIENCE_S, TOLD, Answers, read_note
from storage.connection import blocking_twin, store_errors
from storage.inbox_scripts import ARGUMENTS, KEYS, SCRIPTS
from storage.updates import Backlog, Buried, Entry, Failure, Lane, Noted, Received

__all__ = [
    "ASKED",
    "BEGUN",
    "IN_DOUBT",
    "TOLD",
    "Backlog",
    "Buried",
    "Entry",
    "Failure",
    "Inbox",
    "Lane",
    "Noted",
    "Received",
]

log = logging.getLogger(__name__)

MAX_TRIES, MAX_DEATHS = 3, 5
"""So often an update may fail; and so often a worker may end over it, which can be anybody's doing."""

MAX_BLOCK_MS = 5_000
MEASURED_LANES = 1_000
READ_AT_ONCE = 100
"""Updates of a lane read at a time."""

CONSUMER_TTL_MS = 86_400_000
"""A consumer silent for a day is a process that ended; its name is dropped once it holds nothing."""


class Inbox:
    """The inbox as one process sees it; every method raises StoreUnavailable when Redis does not answer.

    Close it, or use it as an asynchronous context manager, when the process takes from it.
    """

    def __init__(
        self, redis: Redis, consumer_ttl_ms: int = CONSUMER_TTL_MS, patience_s: float = PATIENCE_S
    ) -> None:
        self.consumer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._consumer_ttl_ms = consumer_ttl_ms
        self._redis = redis
        self._taking, self._listening = (blocking_twin(redis, MAX_BLOCK_MS / 1_000) for _ in range(2))
        self.answers = Answers(redis, self.consumer, self._with_group, patience_s)
        self._scripts = {name: redis.register_script(text) for name, text in SCRIPTS.items()}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections that `take` and `listen` wait on."""
        await self._taking.aclose()
        await self._listening.aclose()

    async def append(
        self, updates: Sequence[Received], next_offset: int | None = None, poller: str | None = None
    ) -> int:
        """Add each update to its lane unless it was added before, and store the offset, all or nothing.

        Returns how many were new. Doing it again does no harm. `next_offset` is None for a webhook; whose
        lease to poll, the token `poller`, has lapsed does not move it.
        """
        marks = [keys.POLL_OFFSET, keys.POLLER, *(keys.seen(update.update_id) for update in updates)]
        offset = "" if next_offset is None else next_offset
        parts = [part for u in updates for part in (u.update_id, u.payload, u.lane)]
        return int(await self._run("append", keys.SEEN_TTL_S, offset, poller or "", *parts, more_keys=marks))

    async def find_lost(self, updates: Sequence[Received]) -> list[Received]:
        """Return which of the updates, appended lately, the store does not know (any more)."""
        with store_errors():
            marks = await self._redis.mget([keys.seen(update.update_id) for update in updates])
        return [update for update, mark in zip(updates, marks, strict=True) if mark is None]

    async def load_offset(self) -> int | None:
        """Return the offset stored with the last batch."""
        with store_errors():
            offset = await self._redis.get(keys.POLL_OFFSET)
        return None if offset is None else int(offset)

    async def take(self, count: int, block_ms: int) -> list[Lane]:
        """Return up to `count` lanes that nobody holds, waiting up to `block_ms` (under MAX_BLOCK_MS).

        Cancelled, it ends when its read has ended, too: the store would give that the next lane all the same.
        """
        _check_block(block_ms)
        reading = asyncio.ensure_future(
            self._with_group(
                lambda: self._taking.xreadgroup(
                    keys.INBOX_GROUP, self.consumer, {keys.INBOX: ">"}, count=count, block=block_ms
                )
            )
        )
        try:
            streams = await asyncio.shield(reading)
        except asyncio.CancelledError:
            await asyncio.wait({reading})
            if not reading.cancelled():
                reading.exception()  # asyncio complains of an error that nobody is left to see
            raise
        return [
            Lane(fields[b"lane"].decode(), entry_id.decode())
            for _, entries in streams or ()
            for entry_id, fields in entries
        ]

    async def listen(self, block_ms: int) -> list[str]:
        """Return the names of lanes held here that have got more, waiting up to `block_ms` for the first."""
        _check_block(block_ms)
        with store_errors():
            mail: Any = await self._listening.blmpop(
                block_ms / 1_000, 1, keys.MAIL_PREFIX + self.consumer, direction="LEFT", count=READ_AT_ONCE
            )
        return [name.decode() for name in mail[1]] if mail else []

    async def read(self, lanes: Sequence[Lane]) -> list[list[Entry] | None]:
        """Return what is new in each lane, in order, and renew the hold on it; None where another holds it.

        A lane that is empty is let go.
        """
        parts = [part for lane in lanes for part in (lane.name, lane.entry_id, lane.last_read)]
        answers = await self._run("read", self.consumer, READ_AT_ONCE, keys.ANSWERS_PREFIX, *parts)
        found = [None if answer is None else list(map(_entry, answer)) for answer in answers]
        for lane, entries in zip(lanes, found, strict=True):
            if entries:
                lane.last_read = entries[-1].entry_id
        return found

    async def finish(self, answered: Sequence[tuple[Lane, Entry]]) -> list[int]:
        """Delete answered updates: nobody gets them again, and their text does not stay.

        Returns how many updates each lane still holds, 0 for one that was let go, -1 for one that is
        another's by now.
        """
        parts: list[str | int] = []
        for lane, entry in answered:
            parts += [lane.name, lane.entry_id, entry.entry_id, entry.update_id]
        return [int(left) for left in await self._run("finish", self.consumer, *parts)]

    async def fail(self, lane: Lane, entry: Entry, reason: str) -> Failure:
        """Count a failed try; after MAX_TRIES the update goes to the dead letters, with its payload."""
        parts = (lane.name, lane.entry_id, entry.entry_id, entry.update_id, reason)
        tries, is_dead, left = await self._run(
            "fail", self.consumer, *parts, MAX_TRIES, keys.DEAD_LETTERS_KEPT
        )
        if is_dead:
            log.error("update %d goes to the dead letters: %s", entry.update_id, reason)
        return Failure(tries=tries, is_dead=bool(is_dead), left=left)

    async def hold(self, lanes: Sequence[Lane]) -> list[Lane]:
        """Renew this process's hold on lanes; return those that it still holds."""
        held = set(await self._run("hold", self.consumer, *(lane.entry_id for lane in lanes)))
        return [lane for lane in lanes if lane.entry_id.encode() in held]

    async def claim(self, idle_ms: int, count: int = 100) -> tuple[list[Lane], list[Buried]]:
        """Take over up to `count` lanes whose holders have not renewed for `idle_ms`.

        The first update of each counts as tried; those that MAX_DEATHS workers held are returned apart: they
        have gone to the dead letters.
        """
        claimed, dead = await self._run(
            "claim",
            *(self.consumer, idle_ms, count, MAX_DEATHS),
            *(keys.DEAD_LETTERS_KEPT, keys.DEAD_LETTER_TTL_MS, self._consumer_ttl_ms),
        )
        for update_id, _ in dead:
            log.error("update %d goes to the dead letters: %d deliveries", int(update_id), MAX_DEATHS)
        lanes = [Lane(name.decode(), entry_id.decode()) for name, entry_id in claimed]
        return lanes, [Buried(int(update_id), payload) for update_id, payload in dead]

    async def hand_over(self, lanes: Sequence[Lane]) -> int:
        """Offer lanes to other workers, with what is unanswered in them; return how many were ours."""
        ids = [lane.entry_id for lane in lanes]
        return int(await self._run("hand over", self.consumer, *ids)) if ids else 0

    async def hand_over_all(self) -> int:
        """Offer all that this process holds to other workers, lanes that it does not know of, too."""
        return int(await self._run("hand over", self.consumer))

    async def measure(self) -> Backlog:
        """Return how much waits, and how long; of thousands of chats, what the longest held ones have."""
        entries, oldest_ms, now_ms, dead_letters = await self._run("measure", MEASURED_LANES)
        oldest_s = max(0, now_ms - oldest_ms) / 1_000 if oldest_ms else 0.0
        return Backlog(entries=entries, oldest_s=oldest_s, dead_letters=dead_letters)

    async def _run(self, name: str, *arguments: str | bytes | int, more_keys: Sequence[str] = ()) -> Any:
        """Run a script of the inbox with the keys and arguments that all of them begin with."""
        return await self._with_group(
            lambda: self._scripts[name](
                keys=[*KEYS, *more_keys],
                args=[*ARGUMENTS, *arguments],
            )
        )

    async def _with_group(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Make the call, creating the group first where it is missing (a new or emptied Redis)."""
        with store_errors():
            try:
                return await call()
            except ResponseError as exc:
                if "NOGROUP" not in str(exc) and not str(exc).startswith("UNBLOCKED"):
                    raise
                await self._create_group()
                return await call()

    async def _create_group(self) -> None:
        try:
            await self._redis.xgroup_create(keys.INBOX, keys.INBOX_GROUP, id="0", mkstream=True)
        except ResponseError as exc:
            if not str(exc).startswith("BUSYGROUP"):  # another process was faster
                raise


def _entry(found: Any) -> Entry:
    """Return what the script tells of an update."""
    entry_id, update_id, payload, noted = found
    answers = {int(part): read_note(answer) for part, answer in zip(noted[::2], noted[1::2], strict=True)}
    return Entry(entry_id=entry_id.decode(), update_id=int(update_id), payload=payload, noted=Noted(answers))


def _check_block(block_ms: int) -> None:
    if not 0 < block_ms < MAX_BLOCK_MS:
        raise ValueError(f"block_ms must be within 1 and {MAX_BLOCK_MS - 1}")
