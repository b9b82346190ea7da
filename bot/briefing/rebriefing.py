"""Brief → the same article's brief in another language."""

from typing import Protocol

from bot.article.workers import Workers
from bot.briefing.models import Brief, Engine
from bot.briefing.pipeline import identify, write_brief
from bot.briefing.shelf import Shelf
from storage.flights import Flights


class Rebrief(Protocol):
    """`rebrief` with its collaborators bound."""

    async def __call__(self, brief: Brief, language: str) -> Brief:
        """Brief the article of a brief in a language."""


async def rebrief(
    brief: Brief,
    language: str,
    *,
    engine: Engine,
    offline: Engine,
    workers: Workers,
    shelf: Shelf,
    flights: Flights,
) -> Brief:
    """Brief the article of a brief in another language (ISO 639-1); nothing is fetched.

    A brief in another language than that is the offline engine's, which says so. Raises PageTooComplex.
    """
    scope, article = brief.scope, brief.article

    async def work() -> Brief:
        brief_id = identify(scope, article, engine, language)
        if (kept := await shelf.find_brief(brief_id)) is not None:
            return kept
        written = await write_brief(article, scope, language, engine, offline, workers)
        written = written.model_copy(update={"changes": brief.changes})
        await shelf.keep_brief(brief_id, written)
        return written

    return await flights.run(f"rebrief\x1f{brief.id}\x1f{language}", work)
