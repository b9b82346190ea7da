"""The cache as the pipeline sees it: when Redis is away, everything is a miss, and the log says so once."""

import logging
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

from bot.article.links import canonical_url
from bot.article.models import PUBLIC, Article, Submission
from bot.briefing.engines.paying import lacks_budget
from bot.briefing.models import Brief
from bot.errors import StoreUnavailable
from bot.memo import Memo
from storage.archive import Archive
from storage.briefs import BriefStore

log = logging.getLogger(__name__)

T = TypeVar("T")


class Shelf:
    """Keeps briefs and pages in a BriefStore, and goes on without them when it does not answer.

    `store` None keeps nothing: every look-up is a miss. The articles of public briefs go into `archive`.
    """

    def __init__(self, store: BriefStore | None, archive: Archive | None = None) -> None:
        self._store = store
        self._archive = archive
        self._away = False

    async def find_brief(self, brief_id: str) -> Brief | None:
        """Return the brief kept under the id, or the offline one that stands in for it just now."""
        found = await self._try(lambda store: store.find(brief_id))
        return _as_cached(found) if found else None

    async def find_earlier(self, submission: Submission) -> Brief | None:
        """Return the newest brief of what a link leads to, whatever the page said then."""
        if submission.kind != "link" or submission.url is None:
            return None
        url = canonical_url(submission.url)
        return await self._try(lambda store: store.find_latest(url))

    async def claim_check(self, url: str) -> bool:
        """Return whether it is time, and nobody else's turn, to see if a page has changed."""
        return await self._try(lambda store: store.claim_check(url)) or False

    async def keep_brief(self, brief_id: str, brief: Brief, submission: Submission | None = None) -> None:
        """Keep a brief under the id that was asked for, or as its stand-in when another engine wrote it.

        One that was made offline for want of money stands in for none: others may have what a model's costs.
        The brief of a submitted link is also the newest one of that link, as it was sent.
        """
        if brief.id == brief_id or lacks_budget(brief):
            await self._try(lambda store: store.keep(brief))
        else:
            await self._try(lambda store: store.keep_fallback(brief_id, brief))
        if submission is not None and submission.kind == "link" and submission.url is not None:
            url = canonical_url(submission.url)
            await self._try(lambda store: store.keep_latest(url, brief.id))
        if self._archive is not None and brief.scope == PUBLIC:
            archive = self._archive
            await self._try(lambda _store: archive.add(brief))

    async def annotate(self, brief: Brief) -> None:
        """Keep a kept brief with its context; one that was forgotten meanwhile stays forgotten."""
        kept = brief.model_copy(update={"cached": False})
        await self._try(lambda store: store.annotate(kept))

    async def find_page(self, submission: Submission) -> Article | None:
        """Return the article last read from a link; None for everything that is not a link."""
        if submission.kind != "link" or submission.url is None:
            return None
        url = canonical_url(submission.url)
        return await self._try(lambda store: store.find_page(url))

    async def keep_page(self, submission: Submission, article: Article) -> None:
        """Keep what a link led to, under the address as sent: a page could lie about its canonical one."""
        if submission.kind == "link" and submission.url is not None:
            url = canonical_url(submission.url)
            await self._try(lambda store: store.keep_page([url], article))

    async def _try(self, call: Callable[[BriefStore], Awaitable[T]]) -> T | None:
        if self._store is None:
            return None
        try:
            result = await call(self._store)
        except StoreUnavailable as exc:
            if not self._away:
                log.warning("store unavailable, briefs are not kept until it is back: %s", exc)
            self._away = True
            return None
        if self._away:
            log.warning("store is back")
        self._away = False
        return result


_CACHED: Final = Memo[Brief, Brief]()


def _as_cached(brief: Brief) -> Brief:
    """Return a brief marked as from the cache; of one that stays in memory always the same object."""
    return _CACHED.recall(brief, None, lambda: brief.model_copy(update={"cached": True}))
