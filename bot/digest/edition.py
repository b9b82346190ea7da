"""One chat's digest: what it had briefed, what its feeds brought, briefed where needed, and composed."""

import asyncio
import logging
from datetime import date, datetime

from bot.article.models import PUBLIC, Submission
from bot.article.workers import Workers
from bot.briefing.models import Brief
from bot.briefing.pipeline import MakeBrief
from bot.digest.choosing import choose_to_brief
from bot.digest.compose import compose_digest
from bot.digest.models import Announced, Digest, Material, Read, Told
from bot.errors import SaysoError
from storage.briefs import BriefStore
from storage.budgets import charged_to
from storage.chats import ChatStore
from storage.digests import DigestStore
from storage.feeds import FeedStore
from storage.limits import Asker
from storage.threads import ThreadStore

log = logging.getLogger(__name__)

BRIEFED_AT_ONCE = 3


class Editions:
    """Makes the digests of all chats."""

    def __init__(
        self,
        *,
        make_brief: MakeBrief,
        workers: Workers,
        briefs: BriefStore,
        chats: ChatStore,
        digests: DigestStore,
        feeds: FeedStore,
        threads: ThreadStore,
    ) -> None:
        self._make_brief = make_brief
        self._workers = workers
        self._briefs = briefs
        self._chats = chats
        self._digests = digests
        self._feeds = feeds
        self._threads = threads

    async def make(self, chat_id: int, day: date, since: datetime, now: datetime) -> Digest | None:
        """Make the digest of a local date from what came after `since`; None when there is nothing new.

        Raises StoreUnavailable, TimeoutError and WorkerDied.
        """
        told = await self._digests.told(chat_id)
        material = await self._collect(chat_id, since)
        # Whoever asked for it: a digest is the chat's, and the chat pays.
        with charged_to(Asker(person_id=chat_id if chat_id > 0 else None, chat_id=chat_id)):
            material = await self._brief(material, told)
        chosen = (await self._chats.preferences(chat_id)).interface_language
        return await self._workers.run(_compose, material, told, now, day, chosen)

    async def _collect(self, chat_id: int, since: datetime) -> Material:
        """Return what the chat read and what its feeds brought since then."""
        former = await self._chats.former_id(chat_id)
        ids = await self._threads.read_since(chat_id, since.timestamp())
        briefs = [brief for brief_id in ids if (brief := await self._briefs.find(brief_id)) is not None]
        announced = [
            Announced(entry=entry, outlet=title, language=feed.language)
            for url, title in (await self._feeds.followed(chat_id)).items()
            if (feed := await self._feeds.find(url)) is not None
            for entry in feed.entries
            if entry.seen is not None and entry.seen > since
        ]
        scopes = frozenset(str(one) for one in (chat_id, former) if one is not None)
        return Material(
            scopes=scopes, read=tuple(Read(brief=brief) for brief in briefs), announced=tuple(announced)
        )

    async def _brief(self, material: Material, told: tuple[Told, ...]) -> Material:
        """Return the material with briefs of the announced articles that are worth one."""
        wanted = await self._workers.run(choose_to_brief, material, told)
        places = asyncio.Semaphore(BRIEFED_AT_ONCE)

        async def brief(one: Announced) -> Brief | None:
            async with places:
                try:
                    return await self._make_brief(Submission(kind="link", url=one.entry.url, scope=PUBLIC))
                except SaysoError as exc:
                    log.info("an announced article was not briefed: %s", type(exc).__name__)
                    return None

        briefs = await asyncio.gather(*map(brief, wanted))
        by_url = {one.entry.url: made for one, made in zip(wanted, briefs, strict=True)}
        announced = (
            one.model_copy(update={"brief": by_url.get(one.entry.url)}) for one in material.announced
        )
        return material.model_copy(update={"announced": tuple(announced)})


def _compose(
    material: Material, told: tuple[Told, ...], now: datetime, day: date, language: str | None
) -> Digest | None:
    return compose_digest(material, told, now=now, day=day, language=language)
