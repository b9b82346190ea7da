"""Wikipedia: the Action API of MediaWiki, one request a query for titles, leads, descriptions and dates."""

import asyncio
import time
from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote, urlencode

from pydantic import Field

from bot.article.fetch import Fetcher
from bot.context.models import Candidate, Query, QueryKind
from bot.context.sources import LONGEST_TEXT, Answered, as_day, fetch_answer, is_public
from bot.errors import AnswerGarbled, PageStatus, ReadError
from storage import keys

PUBLIC_URL: Final = "https://{language}.wikipedia.org"

AT_ONCE: Final = 3
"""Requests under way, for Wikimedia asks its guests to be few at a time."""

REST_S: Final = 60
"""After "too many requests" it is left alone for so long."""

RESULTS: Final = 3

_TOO_MANY: Final = frozenset({429, 503})

_PARAMETERS: Final = {
    "action": "query",
    "format": "json",
    "formatversion": "2",
    "generator": "search",
    "gsrnamespace": "0",
    "gsrlimit": str(RESULTS),
    "redirects": "1",
    "prop": "extracts|description|info|pageprops|revisions",
    "exintro": "1",
    "explaintext": "1",
    "exlimit": str(RESULTS),
    "inprop": "url",
    "ppprop": "disambiguation",
    "rvprop": "timestamp",
}


class _Revision(Answered):
    timestamp: str | None = None


class _Page(Answered):
    title: str
    index: int = 0
    extract: str = ""
    description: str | None = None
    fullurl: str | None = None
    pageprops: dict[str, Any] = Field(default_factory=dict)
    revisions: tuple[_Revision, ...] = ()


class _Pages(Answered):
    pages: tuple[_Page, ...] = ()


class _Answer(Answered):
    query: _Pages = _Pages()
    error: dict[str, Any] | None = None


class Wikipedia:
    """Looks up leads of articles; `base` is Wikipedia's address or a mirror's, with `{language}` in it."""

    name = "wikipedia"
    kinds: frozenset[QueryKind] = frozenset({"outlet", "name", "topic"})
    ttl_s = keys.WIKIPEDIA_TTL_S

    def __init__(self, fetcher: Fetcher, base: str = PUBLIC_URL) -> None:
        self._fetcher = fetcher
        self._base = base
        self._places = asyncio.Semaphore(AT_ONCE)
        self._rests_until = 0.0

    async def search(self, query: Query, languages: Sequence[str]) -> tuple[Candidate, ...]:
        """Return the leads of the articles found, in the first language that has any; raises ReadError."""
        failures: list[ReadError] = []
        for language in languages:
            try:
                if found := await self._search(query.text, language):
                    return found
            except ReadError as exc:
                failures.append(exc)
        if len(failures) == len(languages):
            raise failures[-1]
        return ()

    async def _search(self, text: str, language: str) -> tuple[Candidate, ...]:
        url = f"{self._base.replace('{language}', language)}/w/api.php?"
        url += urlencode(_PARAMETERS | {"gsrsearch": text})
        async with self._places:
            if time.monotonic() < self._rests_until:
                raise ReadError("resting after too many requests")
            try:
                answer = await fetch_answer(self._fetcher, url, _Answer, is_chosen=self._base != PUBLIC_URL)
            except PageStatus as exc:
                if exc.values["status"] in _TOO_MANY:
                    self._rests_until = time.monotonic() + REST_S
                raise
        if answer.error is not None:
            raise AnswerGarbled(f"error of the API: {str(answer.error.get('code'))[:40]!r}")
        ranked = sorted(answer.query.pages, key=lambda page: page.index)
        return tuple(_read(page, language) for page in ranked if page.extract.strip() and not page.pageprops)


def _read(page: _Page, language: str) -> Candidate:
    """Read a page; one whose address is not to be shown is linked where Wikipedia has it."""
    path = quote(page.title.replace(" ", "_"))
    url = page.fullurl if is_public(page.fullurl) else f"{PUBLIC_URL.format(language=language)}/wiki/{path}"
    return Candidate(
        origin="wikipedia",
        title=page.title,
        url=str(url),
        text=page.extract[:LONGEST_TEXT],
        language=language,
        publisher="Wikipedia",
        date=as_day(page.revisions[0].timestamp) if page.revisions else None,
        description=page.description,
    )
