"""Followed feeds, read again and again: by one process at a time, and only what is new of each."""

import asyncio
import logging
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar, TypeVarTuple

from bot.article.fetch import NOT_MODIFIED, Fetcher, Page, Validators
from bot.article.mediatypes import FEED, FEED_TYPE
from bot.article.workers import WorkerDied, Workers
from bot.digest.feeds import NoFeed, find_feed, read_feed
from bot.digest.models import Entry, Feed
from bot.digest.rounds import repeat
from bot.errors import PageStatus, PageTooComplex, ReadError
from storage.agenda import Agenda, Lease
from storage.feeds import FeedStore

T = TypeVar("T")
Args = TypeVarTuple("Args")
log = logging.getLogger(__name__)

EVERY_S = 1_800.0
"""News feeds ask for a quarter of an hour to an hour; a digest comes once a day."""

LONGEST_PAUSE_S = 86_400.0
LEASE_S = 120.0
AT_ONCE = 4
LOOK_EVERY_S = 20.0
PARSE_TIMEOUT_S = 15.0

GONE = 410
_FIRST_DAY = timedelta(days=1)
"""Of a feed that is followed anew, what is older is no news."""

MOST_OFFERED = 5
"""Changed articles of one reading that are looked at: a feed that changes them all has changed itself."""

Clock = Callable[[], datetime]

Offer = Callable[[str], Awaitable[None]]
"""Takes the address of an article that may have changed; raises nothing."""


def utc_now() -> datetime:
    """Return the time."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gatherer:
    """Reads feeds."""

    fetcher: Fetcher
    workers: Workers
    feeds: FeedStore
    agenda: Agenda
    offer: Offer | None = None
    """Is told of articles that a feed gives another title, lead or date of change than before."""
    clock: Clock = utc_now

    async def follow(self, chat_id: int, url: str) -> tuple[str, Feed] | None:
        """Let a chat follow the feed at an address, or the one that the page there names.

        Returns the feed's own address and what it holds; None when the chat follows as many as it may. Raises
        ReadError, NoFeed among them, and StoreUnavailable.
        """
        address, feed = await self._find(url)
        if not await self.feeds.follow(chat_id, address, feed.title):
            return None
        await self.feeds.keep(address, feed)
        if await self.agenda.due(address) is None:
            await self.agenda.put(address, self.clock().timestamp() + _pause(address, 0))
        return address, feed

    async def gather(self, stop: asyncio.Event) -> None:
        """Read the feeds that are due, until `stop`."""
        await repeat(self.gather_due, stop, pause_s=LOOK_EVERY_S, log=log)

    async def gather_due(self) -> bool:
        """Read some of the feeds that are due; False when there are none. Raises StoreUnavailable."""
        leases = await self.agenda.claim(self.clock().timestamp(), LEASE_S, AT_ONCE)
        await asyncio.gather(*(self._read_due(lease) for lease in leases))
        return bool(leases)

    async def _read_due(self, lease: Lease) -> None:
        """Read one feed again, for those who follow it, and note when to read it next."""
        url = lease.item
        if not await self.feeds.followers(url):
            await self.agenda.settle(lease, None)
            return
        known = await self.feeds.find(url)
        address, feed = url, known
        try:
            address, feed = await self._read_again(url, known)
        except PageStatus as exc:
            if exc.values.get("status") == GONE:
                log.info("a feed is gone")
                await self.agenda.settle(lease, None)
                return
            feed = _failed(known)
        except ReadError as exc:
            log.info("a feed could not be read: %s", type(exc).__name__)
            feed = _failed(known)
        if feed is not None:
            await self.feeds.keep(address, feed)
        if address != url:
            await self.feeds.replace(url, address)
            await self.agenda.settle(lease, None)
            await self.agenda.put(address, self.clock().timestamp() + _pause(address, 0))
            return
        failures = feed.failures if feed else 1
        await self.agenda.settle(lease, self.clock().timestamp() + _pause(url, failures))
        if self.offer is not None and known is not None and feed is not None:
            for changed in _find_changed(known, feed)[:MOST_OFFERED]:
                await self.offer(changed)

    async def _find(self, url: str) -> tuple[str, Feed]:
        """Return the address and contents of the feed at an address, or of the one that the page names."""
        page = await self.fetcher.fetch(url, FEED)
        if page.content_type != FEED_TYPE:
            named = await self._run(find_feed, page.body, page.charset, page.url)
            if named is None:
                raise NoFeed("page names none")
            page = await self.fetcher.fetch(named, FEED)
            url = named
        return page.moved or url, await self._parse(page, None)

    async def _read_again(self, url: str, known: Feed | None) -> tuple[str, Feed]:
        """Return a feed as it is now, and its address, which may be another from now on."""
        validators = Validators(etag=known.etag, modified=known.modified) if known else None
        page = await self.fetcher.fetch(url, FEED, validators)
        if page.status == NOT_MODIFIED and known is not None:
            return page.moved or url, known.model_copy(update={"failures": 0})
        return page.moved or url, await self._parse(page, known)

    async def _parse(self, page: Page, known: Feed | None) -> Feed:
        """Read a fetched feed, and mark which entries it did not hold before."""
        now = self.clock()
        feed = await self._run(read_feed, page.body, page.charset, page.url, now)
        if feed is None:
            raise NoFeed("not a feed")
        seen = {entry.url: entry.seen for entry in known.entries} if known else {}
        entries = tuple(
            entry.model_copy(update={"seen": seen.get(entry.url) or _first_seen(entry, known, now)})
            for entry in feed.entries
        )
        return feed.model_copy(
            update={
                "entries": entries,
                "etag": page.validators.etag,
                "modified": page.validators.modified,
            }
        )

    async def _run(self, function: Callable[[*Args], T], *args: *Args) -> T:
        """Parse in a worker; raises PageTooComplex when that hits its limits."""
        try:
            return await self.workers.run(function, *args, timeout_s=PARSE_TIMEOUT_S)
        except (TimeoutError, WorkerDied) as exc:
            raise PageTooComplex(type(exc).__name__) from exc


def _first_seen(entry: Entry, known: Feed | None, now: datetime) -> datetime:
    """Return since when an entry is news: since now, or, in a feed just followed, since it was published."""
    if known is not None:
        return now
    return min(entry.published or now - _FIRST_DAY, now)


def _find_changed(known: Feed, feed: Feed) -> list[str]:
    """Return the addresses of the entries that are told otherwise than before."""
    before = {entry.url: entry for entry in known.entries}
    return [
        entry.url for entry in feed.entries if entry.url in before and _is_changed(before[entry.url], entry)
    ]


def _is_changed(before: Entry, entry: Entry) -> bool:
    """Whether an entry has another title or lead, or was changed later."""
    is_later = bool(before.updated and entry.updated and entry.updated > before.updated)
    return is_later or (entry.title, entry.lead) != (before.title, before.lead)


def _failed(known: Feed | None) -> Feed | None:
    return known.model_copy(update={"failures": known.failures + 1}) if known else None


def _pause(url: str, failures: int) -> float:
    """Return for how long to leave a feed alone: longer with every failure, and not all at the same time."""
    spread = 0.9 + zlib.crc32(url.encode()) % 1_000 / 5_000
    return float(min(EVERY_S * 2.0**failures, LONGEST_PAUSE_S)) * spread
