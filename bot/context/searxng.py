"""SearXNG: the JSON answers of a search server that the operator runs or knows."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode, urlsplit

from bot.article.fetch import Fetcher
from bot.context.models import Candidate, Query, QueryKind
from bot.context.sources import LONGEST_TEXT, Answered, as_day, fetch_answer, is_public
from storage import keys

RESULTS: Final = 5


class _Result(Answered):
    url: str = ""
    title: str = ""
    content: str | None = None
    publishedDate: str | None = None  # noqa: N815 - the service's own name


class _Answer(Answered):
    results: tuple[_Result, ...] = ()


class SearXNG:
    """Searches the web at the server whose address is `base`; `json` must be among its formats."""

    name = "searxng"
    kinds: frozenset[QueryKind] = frozenset({"topic", "claim"})
    ttl_s = keys.SEARCH_TTL_S

    def __init__(self, fetcher: Fetcher, base: str) -> None:
        self._fetcher = fetcher
        self._base = base

    async def search(self, query: Query, languages: Sequence[str]) -> tuple[Candidate, ...]:
        """Return what the pages found say in their snippets; raises ReadError."""
        asked = {"q": query.text, "format": "json", "language": languages[0], "safesearch": "1"}
        url = f"{self._base}/search?{urlencode(asked)}"
        answer = await fetch_answer(self._fetcher, url, _Answer, is_chosen=True)
        usable = (
            result for result in answer.results if is_public(result.url) and (result.content or "").strip()
        )
        return tuple(_read(result, languages[0]) for result, _ in zip(usable, range(RESULTS), strict=False))


def _read(result: _Result, language: str) -> Candidate:
    return Candidate(
        origin="search",
        title=result.title,
        url=result.url,
        text=(result.content or "")[:LONGEST_TEXT],
        language=language,
        publisher=(urlsplit(result.url).hostname or "").removeprefix("www."),
        date=as_day(result.publishedDate),
    )
