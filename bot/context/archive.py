"""The public articles that this bot has briefed, as a source of context for others."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from bot.context.models import Candidate, Query, QueryKind
from bot.context.sources import LONGEST_TEXT, is_public
from storage.archive import Archive, Hit
from storage.briefs import BriefStore

RESULTS = 3


class BriefedArticles:
    """Looks up what other public articles say; nothing that was sent as a text or file is among them."""

    name = "archive"
    kinds: frozenset[QueryKind] = frozenset({"topic", "claim"})
    ttl_s = 0

    def __init__(self, archive: Archive, briefs: BriefStore) -> None:
        self._archive = archive
        self._briefs = briefs

    async def search(self, query: Query, languages: Sequence[str]) -> tuple[Candidate, ...]:
        """Return the beginnings of the articles found in the first language; raises StoreUnavailable."""
        hits = await self._archive.search(query.text, limit=RESULTS)
        wanted = [hit for hit in hits if hit.language == languages[0] and is_public(hit.url)]
        found = [await self._read(hit) for hit in wanted]
        return tuple(candidate for candidate in found if candidate)

    async def _read(self, hit: Hit) -> Candidate | None:
        brief = await self._briefs.find(hit.brief_id)
        if brief is None:
            return None
        return Candidate(
            origin="archive",
            title=hit.title,
            url=hit.url,
            text=brief.article.text[:LONGEST_TEXT],
            language=hit.language,
            publisher=hit.site or urlsplit(hit.url).hostname or hit.url,
            date=hit.published,
        )
