"""Briefs and pages, kept as compressed JSON."""

import logging
from collections.abc import Iterable

from redis.asyncio import Redis

from bot.article.models import PUBLIC, Article
from bot.briefing.models import Brief
from storage import keys
from storage.connection import store_errors
from storage.flights import fence
from storage.packing import Hot, pack

log = logging.getLogger(__name__)

# KEYS: the brief, the highest fence that it was written with. ARGV: value, lifetime, fence, lifetime of the
# fence. A brief that was written without a lock replaces none that is there.
_KEEP = """
local fence = tonumber(ARGV[3])
if fence < tonumber(redis.call('GET', KEYS[2]) or 0) and redis.call('EXISTS', KEYS[1]) == 1 then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
if fence > 0 then redis.call('SET', KEYS[2], ARGV[3], 'EX', ARGV[4]) end
return 1
"""

LOOKED_AT = 3
"""Listed briefs of a chat that each addition looks at: those that have expired leave the list."""


class BriefStore:
    """What has been read and briefed; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._keep = redis.register_script(_KEEP)
        self._briefs = Hot(Brief, lambda brief: brief.scope == PUBLIC)
        self._pages = Hot(Article)

    async def find(self, brief_id: str) -> Brief | None:
        """Return the brief, or the offline one that stands in for it for a while, or None."""
        with store_errors():
            data, stand_in = await self._redis.mget(keys.brief(brief_id), keys.fallback(brief_id))
            brief = await self._briefs.unpack(data)
            if brief is None and isinstance(stand_in, bytes):
                brief = await self._briefs.unpack(await self._redis.get(keys.brief(stand_in.decode())))
        return brief

    async def keep(self, brief: Brief) -> None:
        """Keep the brief under its id; a private one is listed for its chat, so that it can be forgotten.

        One of a flight that has lost its lock does not replace what a later flight has kept.
        """
        data = await pack(brief)
        if data is None:
            return
        with store_errors():
            if brief.scope == PUBLIC:
                await self._write(brief.id, data)
                return
            # Listed before it is there, so that a crash leaves nothing that /forget does not find; and once
            # more, for a /forget in between. The list has no lifetime: it must not be evicted before them.
            listed = keys.chat_briefs(brief.scope)
            await self._redis.sadd(listed, brief.id)
            await self._write(brief.id, data)
            await self._redis.sadd(listed, brief.id)
            await self._drop_expired(listed)

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
            return await self._briefs.unpack(await self._redis.get(keys.brief(brief_id.decode())))

    async def find_page(self, url: str) -> Article | None:
        """Return what was read lately from this canonical URL, or None."""
        with store_errors():
            return await self._pages.unpack(await self._redis.get(keys.page(url)))

    async def keep_page(self, urls: Iterable[str], article: Article) -> None:
        """Keep the article for each of the canonical URLs that led to it."""
        data = await pack(article)
        if data is None:
            return
        with store_errors():
            for url in urls:
                await self._redis.set(keys.page(url), data, ex=keys.PAGE_TTL_S)
                await self._redis.set(keys.checked(url), 1, ex=keys.RECHECK_TTL_S)

    async def claim_check(self, url: str) -> bool:
        """Return whether to see now if the page has changed: True for one asker in RECHECK_TTL_S.

        Nobody waits for that look, and a page that has not changed is kept for as long again: so a page that
        is asked for does not run out, and no crowd meets at its end for XFetch's dice to part.
        """
        with store_errors():
            return bool(await self._redis.set(keys.checked(url), 1, nx=True, ex=keys.RECHECK_TTL_S))

    async def forget_chat(self, chat_id: int | str) -> int:
        """Delete the chat's private briefs and their list; return how many there were."""
        listed = keys.chat_briefs(chat_id)
        with store_errors():
            ids = _texts(await self._redis.smembers(listed))
            if not ids:
                return 0
            briefs = [keys.brief(brief_id) for brief_id in ids]
            forgotten = await self._redis.delete(*briefs)
            await self._redis.srem(listed, *ids)
            # One that was kept just before it left the list.
            forgotten += await self._redis.delete(*briefs)
        return int(forgotten)

    async def _write(self, brief_id: str, data: bytes) -> None:
        was_written = await self._keep(
            keys=[keys.brief(brief_id), keys.brief_fence(brief_id)],
            args=[data, keys.BRIEF_TTL_S, fence(), keys.FENCE_TTL_S],
        )
        if not was_written:
            log.warning("brief %s not kept: a later one is there", brief_id)

    async def _drop_expired(self, listed: str) -> None:
        """Take a few briefs that have expired off a chat's list."""
        for brief_id in _texts(await self._redis.srandmember(listed, LOOKED_AT) or ()):
            if not await self._redis.exists(keys.brief(brief_id)):
                await self._redis.srem(listed, brief_id)


def _texts(members: Iterable[object]) -> list[str]:
    return [member.decode() for member in members if isinstance(member, bytes)]
