"""Google's Fact Check Tools: what publishers of fact-checks found of a claim, in their own words."""

from collections.abc import Sequence
from typing import Final
from urllib.parse import urlencode

from pydantic import Field

from bot.article.fetch import Fetcher
from bot.context.models import Candidate, Query, QueryKind
from bot.context.sources import LONGEST_TEXT, Answered, as_day, fetch_answer, is_public
from storage import keys

PUBLIC_URL: Final = "https://factchecktools.googleapis.com"

RESULTS: Final = 5


class _Publisher(Answered):
    name: str = ""
    site: str = ""


class _Review(Answered):
    publisher: _Publisher = _Publisher()
    url: str = ""
    title: str = ""
    date: str | None = Field(None, alias="reviewDate")
    rating: str = Field("", alias="textualRating")
    language: str = Field("", alias="languageCode")


class _Claim(Answered):
    text: str = ""
    reviews: tuple[_Review, ...] = Field((), alias="claimReview")


class _Answer(Answered):
    claims: tuple[_Claim, ...] = ()


class FactCheckTools:
    """Looks up published fact-checks (`claims:search`) with a key; `base` is Google's address or another."""

    name = "factcheck"
    kinds: frozenset[QueryKind] = frozenset({"claim"})
    ttl_s = keys.FACTCHECK_TTL_S

    def __init__(self, fetcher: Fetcher, key: str, base: str = PUBLIC_URL) -> None:
        self._fetcher = fetcher
        self._key = key
        self._base = base

    async def search(self, query: Query, languages: Sequence[str]) -> tuple[Candidate, ...]:
        """Return the reviews of claims like this, in the first of the languages; raises ReadError."""
        asked = {"query": query.text, "languageCode": languages[0], "pageSize": str(RESULTS)}
        url = f"{self._base}/v1alpha1/claims:search?{urlencode(asked | {'key': self._key})}"
        answer = await fetch_answer(self._fetcher, url, _Answer, is_chosen=self._base != PUBLIC_URL)
        return tuple(
            _read(claim, review, languages[0])
            for claim in answer.claims[:RESULTS]
            for review in claim.reviews[:1]
            if claim.text.strip() and review.rating.strip() and is_public(review.url)
        )


def _read(claim: _Claim, review: _Review, language: str) -> Candidate:
    publisher = review.publisher.name or review.publisher.site
    return Candidate(
        origin="factcheck",
        title=review.title or publisher,
        url=review.url,
        text=claim.text[:LONGEST_TEXT],
        language=review.language[:2] or language,
        publisher=publisher or review.url.split("/")[2],
        date=as_day(review.date),
        rating=review.rating,
    )
