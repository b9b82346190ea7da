"""What is known of a chat: its preferences, whether it takes our messages, and what it was called before."""

import contextlib
import json
import time
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.article.models import Frozen
from storage import keys
from storage.connection import store_errors

# KEYS: the old and the new name of each key, by turns; the last is the new chat's note of its old id.
# ARGV: the old id. What both have becomes one; of plain values the new chat's own stays.
_MIGRATE = """
for i = 1, #KEYS - 2, 2 do
    local old, new = KEYS[i], KEYS[i + 1]
    if redis.call('EXISTS', old) == 1 then
        local kind = redis.call('TYPE', old)['ok']
        if redis.call('EXISTS', new) == 0 then
            redis.call('RENAME', old, new)
        elseif kind == 'set' then
            redis.call('SUNIONSTORE', new, new, old)
        elseif kind == 'hash' then
            local fields = redis.call('HGETALL', old)
            for j = 1, #fields, 2 do redis.call('HSETNX', new, fields[j], fields[j + 1]) end
        end
        redis.call('DEL', old)
    end
end
redis.call('SET', KEYS[#KEYS], ARGV[1])
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
        self._migrate = redis.register_script(_MIGRATE)
        self._claim = redis.register_script(_CLAIM)

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
            names = [_text(n) async for n in self._redis.scan_iter(keys.chat(old_id, "*"), count=1_000)]
            moved = [keys.chat(new_id, name.removeprefix(keys.chat(old_id, ""))) for name in names]
            pairs = [name for pair in zip(names, moved, strict=True) for name in pair]
            await self._migrate(keys=[*pairs, keys.chat(new_id, "formerly")], args=[old_id])

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
