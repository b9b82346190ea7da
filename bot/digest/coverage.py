"""Material → events: each article once, grouped with those on the same event and with what was told of it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from urllib.parse import urlsplit

from bot.article.links import canonical_url
from bot.article.models import PUBLIC
from bot.briefing.models import Brief
from bot.comparing.stories import LEAD_CHARS, Report, group_reports
from bot.digest.models import Announced, Material, Told
from bot.errors import AddressRefused

MOST_COVERED = 200
"""Articles that are looked at: what was read first, then the newest of the feeds. Grouping is quadratic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Covered:
    """One article: as it was briefed, as a feed announced it, or both."""

    brief: Brief | None = None
    announced: Announced | None = None
    readers: int = 0
    """How many of the chat asked for it; none, when only a feed brought it."""

    @property
    def outlet(self) -> str | None:
        """Who published it; None for a text that somebody sent."""
        if self.brief is not None and self.brief.article.site:
            return self.brief.article.site
        return self.announced.outlet if self.announced else self._host

    @property
    def publisher(self) -> str:
        """What tells outlets apart: the host of a page, the name of a channel, else the text itself."""
        is_page = self.brief is None or self.brief.article.kind == "link"
        named = (self._host if is_page else None) or self.outlet
        return named or (self.brief.id if self.brief else "")

    @property
    def _host(self) -> str | None:
        host = urlsplit(self.url).hostname if self.url else None
        return host.removeprefix("www.") if host else None

    @property
    def url(self) -> str | None:
        """Its address."""
        if self.brief is not None and self.brief.article.url:
            return self.brief.article.url
        return self.announced.entry.url if self.announced else None

    @property
    def title(self) -> str | None:
        """Its title, in its own words."""
        if self.brief is not None and self.brief.article.title:
            return self.brief.article.title
        return self.announced.entry.title if self.announced else None

    @property
    def lead(self) -> str:
        """Its first sentences, or what a feed says of it."""
        if self.brief is not None:
            return self.brief.article.text[:LEAD_CHARS]
        return self.announced.entry.lead if self.announced else ""

    @property
    def language(self) -> str:
        """The article's own."""
        if self.brief is not None:
            return self.brief.article.language
        return self.announced.language if self.announced else "und"

    @property
    def published(self) -> datetime | None:
        """When it was published (UTC), as far as is known."""
        entry = self.announced.entry if self.announced else None
        if entry is not None and (entry.published or entry.seen):
            return entry.published or entry.seen
        article = self.brief.article if self.brief else None
        return article.published_at or _noon(article.published) if article else None

    @property
    def day(self) -> date | None:
        """The day of its publication (UTC)."""
        return self.published.date() if self.published else None

    @property
    def recency(self) -> float:
        """When it was published, to sort by: seconds since the epoch, 0 when nobody knows."""
        return self.published.timestamp() if self.published else 0.0

    @property
    def report(self) -> Report:
        """The article as grouping sees it."""
        return Report(title=self.title or "", lead=self.lead, language=self.language, told=self.published)


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """The articles on one event, and what the chat was told of it before."""

    covered: tuple[Covered, ...]
    before: tuple[Told, ...] = ()

    @property
    def outlets(self) -> int:
        """How many wrote about it."""
        return len({covered.publisher for covered in self.covered})

    @property
    def readers(self) -> int:
        """How often the chat asked for one of the articles."""
        return sum(covered.readers for covered in self.covered)


@dataclass(slots=True)
class _Shelf:
    """The articles found so far, by every name that they go by."""

    covered: list[Covered] = field(default_factory=list)
    places: dict[str, int] = field(default_factory=dict)

    def put(self, found: Covered, names: Iterable[str]) -> None:
        """Add an article, or what is new of one that is there."""
        listed = list(names)
        place = next((self.places[name] for name in listed if name in self.places), len(self.covered))
        if place == len(self.covered):
            self.covered.append(found)
        else:
            known = self.covered[place]
            self.covered[place] = replace(
                known,
                brief=known.brief or found.brief,
                announced=known.announced or found.announced,
                readers=known.readers + found.readers,
            )
        for name in listed:
            self.places.setdefault(name, place)


def group_material(material: Material, told: Sequence[Told]) -> list[Event]:
    """Return the events that the material is about; other chats' private briefs are not looked at.

    CPU work that belongs off the event loop.
    """
    covered = _collect(material)
    before = [
        Report(title=story.title, lead=story.lead, language=story.language, told=story.day) for story in told
    ]
    groups = group_reports([*(one.report for one in covered), *before])
    count = len(covered)
    return [
        Event(
            covered=tuple(covered[index] for index in group if index < count),
            before=tuple(told[index - count] for index in group if index >= count),
        )
        for group in groups
        if group[0] < count
    ]


def _collect(material: Material) -> list[Covered]:
    """Return each article of the material once: first what was read, with the newest brief of it."""
    shelf = _Shelf()
    allowed = {PUBLIC, *material.scopes}
    for read in reversed(material.read):
        if read.brief.scope in allowed:
            shelf.put(Covered(brief=read.brief, readers=read.readers), _names(read.brief, None))
    announced = (
        Covered(announced=one, brief=one.brief if one.brief and one.brief.scope in allowed else None)
        for one in material.announced
    )
    for one in sorted(announced, key=lambda one: one.recency, reverse=True):
        shelf.put(one, _names(one.brief, one.announced.entry.url if one.announced else None))
    return shelf.covered[:MOST_COVERED]


def _names(brief: Brief | None, url: str | None) -> list[str]:
    """Return what an article goes by: its addresses, and the id of its brief."""
    urls = [url, brief.article.url if brief and brief.article.kind == "link" else None]
    return [*(_canonical(url) for url in urls if url), *([brief.id] if brief else [])]


def _canonical(url: str) -> str:
    try:
        return canonical_url(url)
    except AddressRefused:
        return url


def _noon(stated: str | None) -> datetime | None:
    """Return the middle of an ISO date."""
    try:
        return datetime.combine(date.fromisoformat((stated or "")[:10]), time(12), UTC)
    except ValueError:
        return None
