"""What is noted of the answers to an update, so that a second try, by whomever, says nothing twice."""

import asyncio
import itertools
import time
from collections.abc import Awaitable, Callable
from typing import Any, Final, cast

from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage import keys
from storage.connection import store_errors
from storage.inbox_scripts import ARGUMENTS, COMMON, KEYS
from storage.updates import Lane

PATIENCE_S = 5.0
"""A store that is away for no longer is waited for before something is said."""

ASK_AGAIN_S = 0.1
ANYTHING: Final = "*"

IN_DOUBT = 0
ASKED = -1
TOLD = -2
BEGUN = -3
"""Stand for the number of a message, which none has: the answer may be out; a word on that may be, or is; a
placeholder may be."""

# KEYS: besides, the update's answers. ARGV: besides, consumer, entry or '' for no lane, the part, its answer
# or '' to forget it, lifetime of the answers, what is known of it: number, '' for none, '*' for any. Returns
# 0, and does nothing, when the lane is another's by now, or another has noted something else.
_ANSWER: Final = (
    COMMON
    + """
if ARGV[6] ~= '' and holder(ARGV[6]) ~= ARGV[5] then return 0 end
local found = redis.call('HGET', KEYS[5], ARGV[7]) or ''
local number = string.match(found, '^-?%d+') or ''
if ARGV[10] ~= '*' and found ~= '' and ARGV[10] ~= number and ARGV[8] ~= found then return 0 end
if ARGV[8] == '' then
    redis.call('HDEL', KEYS[5], ARGV[7])
else
    redis.call('HSET', KEYS[5], ARGV[7], ARGV[8])
    redis.call('EXPIRE', KEYS[5], ARGV[9])
end
return 1
"""
)

Guard = Callable[[Callable[[], Awaitable[Any]]], Awaitable[Any]]
"""Makes a call to the inbox's keys, which the inbox prepares where they are missing."""


class Answers:
    """The notes as one process sees them; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis, consumer: str, guard: Guard, patience_s: float) -> None:
        self._redis = redis
        self._consumer = consumer
        self._guard = guard
        self._patience_s = patience_s
        self._away_since: float | None = None
        self._claims = itertools.count()
        self._script = redis.register_script(_ANSWER)

    async def claim(
        self, update_id: int, note: int, lane: Lane | None = None, *, part: int = 0, known: int | None = None
    ) -> bool:
        """Note before a message is sent that it may have been, where nothing but `known` was noted so far.

        IN_DOUBT: the answer may be out, and whoever finds that cannot know if it is. ASKED: so may a word on
        that. BEGUN: so may a placeholder. False, and nothing is noted, when another has noted something, or
        has the lane, if one is given.
        """
        number = "" if known is None else str(known)
        return await self._note(
            update_id, part, f"{note}:{self._consumer}:{next(self._claims)}", lane, number
        )

    async def remember(
        self, update_id: int, message_id: int, lane: Lane | None = None, *, part: int = 0
    ) -> bool:
        """Remember which message answers a part of the update, so that a second try sends no other.

        TOLD instead of its number: a word has been sent that it may be out. False, and nothing is remembered,
        when the lane, if one is given, is another's by now.
        """
        return await self._note(update_id, part, str(message_id), lane)

    async def forget(self, update_id: int, lane: Lane | None = None, *, part: int = 0) -> bool:
        """Forget which message answers a part of the update: it was not sent after all. False as above."""
        return await self._note(update_id, part, "", lane)

    async def find(self, update_id: int, *, part: int = 0) -> int | None:
        """Return what is remembered of the answer to a part of the update, or None.

        Who read the update from the inbox has that in its entry.
        """
        with store_errors():
            answer = await cast(
                "Awaitable[bytes | None]", self._redis.hget(keys.answers(update_id), str(part))
            )
        return None if answer is None else read_note(answer)

    async def _note(
        self, update_id: int, part: int, answer: str, lane: Lane | None, known: str = ANYTHING
    ) -> bool:
        """Note an answer; a store that has just gone away is waited for: what is not noted is said twice."""
        parts = (self._consumer, lane.entry_id if lane else "", part, answer, keys.ANSWER_TTL_S, known)
        while True:
            try:
                done = await self._guard(
                    lambda: self._script(keys=[*KEYS, keys.answers(update_id)], args=[*ARGUMENTS, *parts])
                )
            except StoreUnavailable:
                now = time.monotonic()
                self._away_since = self._away_since or now
                if now - self._away_since >= self._patience_s:
                    raise
                await asyncio.sleep(ASK_AGAIN_S)
            else:
                self._away_since = None
                return bool(done)


def read_note(answer: bytes) -> int:
    """Return the number of a note; behind it stands whose claim it is."""
    return int(answer.partition(b":")[0])
