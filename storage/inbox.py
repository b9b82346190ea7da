"""The durable inbox: an update is here before Telegram is told so, and stays until it is answered."""

import logging
import os
import secrets
import socket
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from redis.asyncio import Redis
from redis.exceptions import ResponseError

from storage import keys
from storage.connection import blocking_twin, store_errors
from storage.transactions import transact

log = logging.getLogger(__name__)

MAX_DELIVERIES = 3
MAX_BLOCK_MS = 5_000
IN_DOUBT = 0
"""Stands for the number of an answer that may have been sent or not; no message has it."""

CONSUMER_TTL_MS = 86_400_000
"""A consumer silent for a day is a process that ended; its name is dropped once it holds nothing."""

# KEYS: inbox, offset, then a mark for each update. ARGV: lifetime of the marks, next offset or '',
# then id and payload of each update. The mark comes last: Redis does not undo a script that fails.
_APPEND = """
local added = 0
for i = 3, #KEYS do
    local id, payload = ARGV[2 * i - 3], ARGV[2 * i - 2]
    if redis.call('EXISTS', KEYS[i]) == 0 then
        redis.call('XADD', KEYS[1], '*', 'update', id, 'payload', payload)
        redis.call('SET', KEYS[i], '', 'EX', ARGV[1])
        added = added + 1
    end
end
if ARGV[2] ~= '' then redis.call('SET', KEYS[2], ARGV[2]) end
return added
"""

# KEYS: inbox. ARGV: group, consumer, entry ids. Another's entries are left to it: it took them over.
_HOLD = """
local held = {}
for i = 3, #ARGV do
    if #redis.call('XPENDING', KEYS[1], ARGV[1], ARGV[i], ARGV[i], 1, ARGV[2]) == 1 then
        redis.call('XCLAIM', KEYS[1], ARGV[1], ARGV[2], 0, ARGV[i], 'JUSTID')
        held[#held + 1] = ARGV[i]
    end
end
return held
"""

# KEYS: inbox, dead letters. ARGV: group, consumer, idle ms, count, deliveries, how many dead letters stay
# and how long in ms, how long a silent consumer stays. One that holds entries stays until they are taken.
_CLAIM = """
local claimed, dead, cursor = {}, {}, '0-0'
repeat
    local answer = redis.call(
        'XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], cursor, 'COUNT', ARGV[4] - #claimed)
    cursor = answer[1]
    for _, entry in ipairs(answer[2]) do
        local id, update, payload = entry[1], entry[2][2], entry[2][4]
        local deliveries = redis.call('XPENDING', KEYS[1], ARGV[1], id, id, 1)[1][4]
        if deliveries > tonumber(ARGV[5]) then
            local reason = 'no answer after ' .. ARGV[5] .. ' deliveries'
            redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[6], '*',
                'update', update, 'payload', payload, 'reason', reason)
            redis.call('XACK', KEYS[1], ARGV[1], id)
            redis.call('XDEL', KEYS[1], id)
            dead[#dead + 1] = update
        else
            claimed[#claimed + 1] = {id, update, payload, deliveries}
        end
    end
until cursor == '0-0' or #claimed >= tonumber(ARGV[4])
local oldest = redis.call('TIME')[1] * 1000 - ARGV[7]
redis.call('XTRIM', KEYS[2], 'MINID', string.format('%d', oldest))
for _, consumer in ipairs(redis.call('XINFO', 'CONSUMERS', KEYS[1], ARGV[1])) do
    if consumer[4] == 0 and consumer[6] >= tonumber(ARGV[8]) then
        redis.call('XGROUP', 'DELCONSUMER', KEYS[1], ARGV[1], consumer[2])
    end
end
return {claimed, dead}
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One update to answer; `deliveries` counts this one."""

    entry_id: str
    update_id: int
    payload: bytes
    deliveries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What waits for an answer, on all replicas together."""

    entries: int
    oldest_s: float
    """Age of the oldest entry; 0 when there is none."""
    dead_letters: int


class Inbox:
    """The inbox as one process sees it; every method raises StoreUnavailable when Redis does not answer.

    Close it, or use it as an asynchronous context manager, when the process takes from it.
    """

    def __init__(self, redis: Redis, consumer_ttl_ms: int = CONSUMER_TTL_MS) -> None:
        self.consumer = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(4)}"
        self._consumer_ttl_ms = consumer_ttl_ms
        self._redis = redis
        self._blocking = blocking_twin(redis, MAX_BLOCK_MS / 1_000)
        self._append = redis.register_script(_APPEND)
        self._hold = redis.register_script(_HOLD)
        self._claim = redis.register_script(_CLAIM)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_exc: object) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection that `take` waits on."""
        await self._blocking.aclose()

    async def append(self, updates: Sequence[tuple[int, bytes]], next_offset: int | None) -> int:
        """Add each update (its id and JSON) unless it was added before, and store the offset, all or nothing.

        Returns how many were new. Doing it again does no harm. `next_offset` is None for a webhook.
        """
        with store_errors():
            added = await self._append(
                keys=[keys.INBOX, keys.POLL_OFFSET, *(keys.seen(update_id) for update_id, _ in updates)],
                args=[
                    keys.SEEN_TTL_S,
                    "" if next_offset is None else next_offset,
                    *(part for u in updates for part in u),
                ],
            )
        return int(added)

    async def load_offset(self) -> int | None:
        """Return the offset stored with the last batch."""
        with store_errors():
            offset = await self._redis.get(keys.POLL_OFFSET)
        return None if offset is None else int(offset)

    async def take(self, count: int, block_ms: int) -> list[Entry]:
        """Return up to `count` new entries, waiting up to `block_ms` (under MAX_BLOCK_MS) for the first."""
        if not 0 < block_ms < MAX_BLOCK_MS:
            raise ValueError(f"block_ms must be within 1 and {MAX_BLOCK_MS - 1}")
        streams = await self._with_group(
            lambda: self._blocking.xreadgroup(
                keys.INBOX_GROUP, self.consumer, {keys.INBOX: ">"}, count=count, block=block_ms
            )
        )
        return [
            Entry(
                entry_id=entry_id.decode(),
                update_id=int(fields[b"update"]),
                payload=fields[b"payload"],
                deliveries=1,
            )
            for _, entries in streams or ()
            for entry_id, fields in entries
        ]

    async def acknowledge(self, entry_id: str) -> None:
        """Delete an answered entry: nobody gets it again, and its text does not stay."""
        with store_errors():
            await transact(
                self._redis,
                ("XACK", keys.INBOX, keys.INBOX_GROUP, entry_id),
                ("XDEL", keys.INBOX, entry_id),
            )

    async def hold(self, entry_ids: Sequence[str]) -> list[str]:
        """Renew this process's hold on what it works on; return the ids that it still holds."""
        held = await self._with_group(
            lambda: self._hold(keys=[keys.INBOX], args=[keys.INBOX_GROUP, self.consumer, *entry_ids])
        )
        return [entry_id.decode() for entry_id in held]

    async def claim(self, idle_ms: int, count: int = 100) -> list[Entry]:
        """Take over up to `count` entries that nobody has held or taken for `idle_ms`.

        An entry delivered MAX_DELIVERIES times goes to the dead letters instead, with its payload.
        """
        claimed, dead = await self._with_group(
            lambda: self._claim(
                keys=[keys.INBOX, keys.DEAD_LETTERS],
                args=[
                    keys.INBOX_GROUP,
                    self.consumer,
                    idle_ms,
                    count,
                    MAX_DELIVERIES,
                    keys.DEAD_LETTERS_KEPT,
                    keys.DEAD_LETTER_TTL_MS,
                    self._consumer_ttl_ms,
                ],
            )
        )
        for update_id in dead:
            log.error("update %d goes to the dead letters: %d deliveries", int(update_id), MAX_DELIVERIES)
        return [
            Entry(
                entry_id=entry_id.decode(), update_id=int(update_id), payload=payload, deliveries=deliveries
            )
            for entry_id, update_id, payload, deliveries in claimed
        ]

    async def measure(self) -> Backlog:
        """Return how much waits, and how long."""
        with store_errors():
            (seconds, micros), entries, oldest, dead_letters = await transact(
                self._redis,
                ("TIME",),
                ("XLEN", keys.INBOX),
                ("XRANGE", keys.INBOX, "-", "+", "COUNT", 1),
                ("XLEN", keys.DEAD_LETTERS),
            )
        now_s = int(seconds) + int(micros) / 1e6
        begun_s = int(oldest[0][0].partition(b"-")[0]) / 1_000 if oldest else now_s
        return Backlog(entries=entries, oldest_s=max(0.0, now_s - begun_s), dead_letters=dead_letters)

    async def remember_answer(self, update_id: int, chat_id: int, message_id: int) -> None:
        """Remember which message answers the update, so that a second try edits it and sends no other.

        IN_DOUBT instead of its number: it is about to be sent, and whoever finds that cannot know if it was.
        """
        with store_errors():
            await self._redis.set(keys.answer(update_id), f"{chat_id}:{message_id}", ex=keys.ANSWER_TTL_S)

    async def find_answer(self, update_id: int) -> int | None:
        """Return the id of the message that answers the update, IN_DOUBT, or None."""
        with store_errors():
            answer = await self._redis.get(keys.answer(update_id))
        return int(answer.rpartition(b":")[2]) if isinstance(answer, bytes) else None

    async def forget_answer(self, update_id: int) -> None:
        """Forget which message answers the update: it was not sent after all."""
        with store_errors():
            await self._redis.delete(keys.answer(update_id))

    async def _with_group(self, call: Callable[[], Awaitable[Any]]) -> Any:
        """Make the call, creating the group first where it is missing (a new or emptied Redis)."""
        with store_errors():
            try:
                return await call()
            except ResponseError as exc:
                if not str(exc).startswith(("NOGROUP", "UNBLOCKED")):
                    raise
                await self._create_group()
                return await call()

    async def _create_group(self) -> None:
        try:
            await self._redis.xgroup_create(keys.INBOX, keys.INBOX_GROUP, id="0", mkstream=True)
        except ResponseError as exc:
            if not str(exc).startswith("BUSYGROUP"):  # another process was faster
                raise
