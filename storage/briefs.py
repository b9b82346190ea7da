"""Briefs and pages, kept as compressed JSON."""

import asyncio
import logging
import zlib
from collections.abc import Iterable
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError
from redis.asyncio import Redis

from bot.article.models import PUBLIC, Article, Frozen
from bot.briefing.models import Brief
from storage import keys
from storage.connection import store_errors

log = logging.getLogger(__name__)

Value = TypeVar("Value", bound=Frozen)

VALUE_LIMIT_BYTES = 2_000_000
"""Of JSON: some 1.5 million characters. Parsing more would hold the event loop longer than 50 ms."""

INLINE_LIMIT_BYTES = 65_536
"""Up to this, compressing takes less than 5 ms and a thread is not worth it."""

# The index has no lifetime, else it could be evicted before the briefs that /forget must find by it;
# instead, each addition looks at a few old members and drops those whose brief has expired.
_KEEP_PRIVATE = """
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
redis.call('SADD', KEYS[2], ARGV[3])
for _, id in ipairs(redis.call('SRANDMEMBER', KEYS[2], 3)) do
    if redis.call('EXISTS', ARGV[4] .. id) == 0 then redis.call('SREM', KEYS[2], id) end
end
"""

_FORGET_CHAT = """
local forgotten = 0
for _, id in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    forgotten = forgotten + redis.call('DEL', ARGV[1] .. id)
end
redis.call('DEL', KEYS[1])
return forgotten
"""


class BriefStore:
    """What has been read and briefed; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._keep_private = redis.register_script(_KEEP_PRIVATE)
        self._forget_chat = redis.register_script(_FORGET_CHAT)

    async def find(self, brief_id: str) -> Brief | None:
        """Return the brief, or the offline one that stands in for it for a while, or None."""
        with store_errors():
            data, stand_in = await self._redis.mget(keys.brief(brief_id), keys.fallback(brief_id))
            brief = await unpack(Brief, data)
            if brief is None and isinstance(stand_in, bytes):
                brief = await unpack(Brief, await self._redis.get(keys.brief(stand_in.decode())))
        return brief

    async def keep(self, brief: Brief) -> None:
        """Keep the brief under its id; a private one is listed for its chat, so that it can be forgotten."""
        data = await pack(brief)
        if data is None:
            return
        key = keys.brief(brief.id)
        with store_errors():
            if brief.scope == PUBLIC:
                await self._redis.set(key, data, ex=keys.BRIEF_TTL_S)
            else:
                await self._keep_private(
                    keys=[key, keys.chat_briefs(brief.scope)],
                    args=[data, keys.BRIEF_TTL_S, brief.id, keys.brief("")],
                )

    async def annotate(self, brief: Brief) -> None:
        """Keep the brief in place of what it was without its context; one that is gone by now stays so."""
        data = await pack(brief)
        if data is not None:
            with store_errors():
                await self._redis.set(keys.brief(brief.id), data, xx=True, keepttl=True)

    async def keep_fallback(self, brief_id: str, fallback_brief: Brief) -> None:
        """Keep the brief, and let it stand in for `brief_id` for FALLBACK_TTL_S."""
        await self.keep(fallback_brief)
        with store_errors():
            await self._redis.set(keys.fallback(brief_id), fallback_brief.id, ex=keys.FALLBACK_TTL_S)

    async def keep_latest(self, url: str, brief_id: str) -> None:
        """Remember which public brief is the newest of the page at this canonical URL."""
        with store_errors():
            await self._redis.set(keys.latest(url), brief_id, ex=keys.BRIEF_TTL_S)

    async def find_latest(self, url: str) -> Brief | None:
        """Return the newest brief of the public page at this canonical URL, in whatever language, or None."""
        with store_errors():
            brief_id = await self._redis.get(keys.latest(url))
            if not isinstance(brief_id, bytes):
                return None
            return await unpack(Brief, await self._redis.get(keys.brief(brief_id.decode())))

    async def find_page(self, url: str) -> Article | None:
        """Return what was read lately from this canonical URL, or None."""
        with store_errors():
            return await unpack(Article, await self._redis.get(keys.page(url)))

    async def keep_page(self, urls: Iterable[str], article: Article) -> None:
        """Keep the article for each of the canonical URLs that led to it."""
        data = await pack(article)
        if data is None:
            return
        with store_errors():
            async with self._redis.pipeline(transaction=False) as pipe:
                for url in urls:
                    pipe.set(keys.page(url), data, ex=keys.PAGE_TTL_S)
                    pipe.set(keys.checked(url), 1, ex=keys.RECHECK_TTL_S)
                await pipe.execute()

    async def claim_check(self, url: str) -> bool:
        """Return whether to see now if the page has changed: True for one asker in RECHECK_TTL_S."""
        with store_errors():
            return bool(await self._redis.set(keys.checked(url), 1, nx=True, ex=keys.RECHECK_TTL_S))

    async def forget_chat(self, chat_id: int | str) -> int:
        """Delete the chat's private briefs and their list; return how many there were."""
        with store_errors():
            forgotten = await self._forget_chat(keys=[keys.chat_briefs(chat_id)], args=[keys.brief("")])
        return int(forgotten)


async def pack(value: Frozen) -> bytes | None:
    """Return the stored form, or None for what is not worth or not able to be stored."""
    try:
        data = value.model_dump_json().encode()
    except (PydanticSerializationError, UnicodeEncodeError):  # a lone surrogate has no UTF-8
        log.warning("%s not kept: it is no valid Unicode", type(value).__name__)
        return None
    if len(data) > VALUE_LIMIT_BYTES:
        log.warning("%s not kept: %d bytes", type(value).__name__, len(data))
        return None
    return (
        zlib.compress(data)
        if len(data) <= INLINE_LIMIT_BYTES
        else await asyncio.to_thread(zlib.compress, data)
    )


async def unpack(model: type[Value], data: object) -> Value | None:
    """Return the value, or None when there is none or it is not what this version stores."""
    if not isinstance(data, bytes):
        return None
    try:
        text = _inflate(data) if len(data) <= INLINE_LIMIT_BYTES else await asyncio.to_thread(_inflate, data)
        return model.model_validate_json(text)
    except (zlib.error, ValidationError) as exc:
        log.info("stored %s ignored: %s", model.__name__, type(exc).__name__)
        return None


def _inflate(data: bytes) -> bytes:
    """Decompress, but never more than can have been stored; raises zlib.error."""
    inflater = zlib.decompressobj()
    text = inflater.decompress(data, VALUE_LIMIT_BYTES + 1)
    if not inflater.eof:
        raise zlib.error("too large or cut short")
    return text
