"""What is known of a chat: its preferences, whether it takes our messages, and what it was called before."""

import contextlib
import json
import time
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.article.models import Frozen
from storage import keys
from storage.agenda import Agenda
from storage.connection import store_errors

# A key of the old chat moves by these three, since the new one's may lie on another server of a cluster.
# KEYS: the old name. Returns the value as it is stored, and its lifetime in milliseconds, 0 for none.
_COPY = """
return {redis.call('DUMP', KEYS[1]), math.max(redis.call('PTTL', KEYS[1]), 0)}
"""

# KEYS: the new name, and one to unpack under. ARGV: value and lifetime. What both chats have becomes one;
# of plain values the new chat's own stays. A second time changes nothing.
_MERGE = """
local new, arrived = KEYS[1], KEYS[2]
if redis.call('EXISTS', new) == 0 then
    redis.call('RESTORE', new, ARGV[2], ARGV[1])
    return
end
redis.call('RESTORE', arrived, 0, ARGV[1], 'REPLACE')
local kind = redis.call('TYPE', arrived)['ok']
if kind == 'set' then
    redis.call('SUNIONSTORE', new, new, arrived)
elseif kind == 'hash' then
    local fields = redis.call('HGETALL', arrived)
    for i = 1, #fields, 2 do redis.call('HSETNX', new, fields[i], fields[i + 1]) end
end
redis.call('DEL', arrived)
"""

# KEYS: the old name. ARGV: the value that has arrived. One that was changed meanwhile stays.
_DROP = """
if redis.call('DUMP', KEYS[1]) ~= ARGV[1] then return 0 end
return redis.call('DEL', KEYS[1])
"""

# KEYS: the mark. ARGV: who claims, lifetime. A second try of the same claim holds.
_CLAIM = """
local holder = redis.call('GET', KEYS[1])
if holder then return holder == ARGV[1] and 1 or 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return 1
"""


Closed = Literal["removed", "muted"]
"""The bot is not in the chat, or blocked; or it is there and may not write."""


@dataclass(frozen=True, slots=True)
class Closure:
    """Why and since when (seconds since the epoch) a chat takes no messages of ours."""

    why: Closed
    since: int


class Preferences(Frozen):
    """What a chat has chosen."""

    interface_language: str | None = None
    """ISO 639-1; None follows the language of who writes."""
    brief_language: str = "article"
    """"article", "mine" (the interface's), or an ISO 639-1 code."""
    brief_length: Literal["short", "normal"] = "normal"
    every_link: bool = False
    """Whether links in a group are briefed without a mention of the bot."""


class ChatStore:
    """Preferences and state of chats; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._copy = redis.register_script(_COPY)
        self._merge = redis.register_script(_MERGE)
        self._drop = redis.register_script(_DROP)
        self._claim = redis.register_script(_CLAIM)
        self._digests = Agenda(redis, "digests")

    async def preferences(self, chat_id: int) -> Preferences:
        """Return what the chat has chosen; what this version cannot read counts as not chosen."""
        with store_errors():
            stored = await self._redis.hgetall(keys.chat(chat_id, "preferences"))
        chosen = Preferences()
        for name, value in stored.items():
            with contextlib.suppress(ValidationError, ValueError):
                chosen = _changed(chosen, {_text(name): json.loads(value)})
        return chosen

    async def choose(self, chat_id: int, **chosen: object) -> Preferences:
        """Change some of the chat's preferences and return them all; raises ValidationError for a bad one."""
        _changed(Preferences(), chosen)
        with store_errors():
            fields = [part for name, value in chosen.items() for part in (name, json.dumps(value))]
            await self._redis.hset(keys.chat(chat_id, "preferences"), items=fields)
        return await self.preferences(chat_id)

    async def close(self, chat_id: int, why: Closed, thread_id: int | None = None) -> None:
        """Remember that the chat, or one topic of it, takes no messages of ours."""
        ttl_s = keys.CLOSED_TTL_S if why == "removed" else keys.MUTED_TTL_S
        with store_errors():
            await self._redis.set(_closed(chat_id, thread_id), f"{why} {time.time():.0f}", ex=ttl_s)

    async def reopen(self, chat_id: int, thread_id: int | None = None) -> None:
        """Forget that the chat, or one topic of it, was closed to us."""
        with store_errors():
            await self._redis.delete(_closed(chat_id, thread_id))

    async def closure(self, chat_id: int, thread_id: int | None = None) -> Closure | None:
        """Return why the chat, or this topic of it, takes no messages of ours; None when it may."""
        with store_errors():
            marks = await self._redis.mget(_closed(chat_id, None), _closed(chat_id, thread_id))
        for mark in marks:
            if isinstance(mark, bytes):
                why, since = mark.decode().split()
                return Closure("removed" if why == "removed" else "muted", int(since))
        return None

    async def migrate(self, old_id: int, new_id: int) -> None:
        """Give what is known of a group to the supergroup that it became; a second time changes nothing."""
        with store_errors():
            for name in (keys.chat, partial(keys.limit, "chat")):
                found = [_text(n) async for n in self._redis.scan_iter(name(old_id, "*"), count=1_000)]
                for old in found:
                    await self._move(old, name(new_id, old.removeprefix(name(old_id, ""))))
            if (due_s := await self._digests.due(str(old_id))) is not None:
                await self._digests.put(str(new_id), due_s)
                await self._digests.put(str(old_id), None)
            await self._redis.set(keys.chat(new_id, "formerly"), old_id)

    async def _move(self, old: str, new: str) -> None:
        """Move one key; what is written to the old one meanwhile moves, too."""
        while True:
            value, ttl_ms = await self._copy(keys=[old])
            if value is None:
                return
            await self._merge(keys=[new, f"{new}:arrived"], args=[value, ttl_ms])
            if await self._drop(keys=[old], args=[value]):
                return

    async def former_id(self, chat_id: int) -> int | None:
        """Return the id that a supergroup had as a group, or None."""
        with store_errors():
            former = await self._redis.get(keys.chat(chat_id, "formerly"))
        return int(former) if isinstance(former, bytes) else None

    async def claim(self, chat_id: int, what: str, claimant: int) -> bool:
        """Return whether `claimant`, an update, is the one that handles this message or album of the chat."""
        with store_errors():
            args = [claimant, keys.HANDLED_TTL_S]
            return bool(await self._claim(keys=[keys.handled(chat_id, what)], args=args))


def _changed(preferences: Preferences, chosen: dict[str, Any]) -> Preferences:
    return Preferences.model_validate(preferences.model_dump() | chosen)


def _text(name: bytes | str) -> str:
    return name.decode() if isinstance(name, bytes) else name


def _closed(chat_id: int, thread_id: int | None) -> str:
    return keys.chat(chat_id, f"closed:{thread_id}" if thread_id else "closed")
