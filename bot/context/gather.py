"""Brief → the same brief with its context. `add_context` is the table of contents."""

import asyncio
import logging
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import product

from bot.article.workers import WorkerDied, Workers
from bot.briefing.models import OFFLINE, Brief, ContextOutcome, Note, Usage
from bot.briefing.noting import NotingEngine
from bot.briefing.shelf import Shelf
from bot.context.models import Candidate, Finding, Query
from bot.context.notes import choose_notes, find_material
from bot.context.queries import make_queries
from bot.context.sources import ContextSource, ask
from bot.errors import EngineError
from storage.context import ContextStore
from storage.flights import Flights

log = logging.getLogger(__name__)

DEADLINE_S = 4.0
"""For all sources together; what has not answered by then costs only its own notes."""

_LANGUAGE = re.compile("[a-z]{2,3}")

COMMON = "en"
"""The language that is tried last: its sources know most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Who is asked for context, and what is kept."""

    sources: Sequence[ContextSource]
    workers: Workers
    shelf: Shelf
    flights: Flights
    store: ContextStore | None = None
    engine: NotingEngine | None = None
    """What writes notes from sources; None quotes these."""
    deadline_s: float = DEADLINE_S


@dataclass(slots=True)
class _Search:
    """What came of asking: of sources elsewhere, how many answered and how many did not."""

    findings: list[Finding] = field(default_factory=list)
    answered: int = 0
    failed: int = 0

    def note(
        self, source: ContextSource, query: Query, result: tuple[Candidate, ...] | BaseException | None
    ) -> None:
        """Note one result; one that is none did not come in time, or failed."""
        if isinstance(result, Exception):
            log.error("asking %s failed: %s", source.name, type(result).__name__)
        is_elsewhere = source.ttl_s > 0
        if result is None or isinstance(result, BaseException):
            self.failed += is_elsewhere
            return
        self.answered += is_elsewhere
        self.findings += [Finding(query=query, candidate=one) for one in result]


async def add_context(brief: Brief, *, reader_language: str, desk: Desk) -> Brief:
    """Return a brief with notes from the sources, and keep it so; one that has been asked for stays as it is.

    `reader_language` is ISO 639-1. Raises nothing that a source does: what fails costs its own notes. A brief
    without notes is not kept so where a source failed: the next reader may have better luck.
    """
    if brief.context is not None or not desk.sources:
        return brief

    async def work() -> Brief:
        known = await desk.shelf.find_brief(brief.id)
        if known is not None and known.context is not None:
            return known
        languages = _order_languages(brief, reader_language)
        queries = await _prepare(brief, desk)
        search = await _look_up(queries, languages, desk)
        notes, spent = await _write(search.findings, brief, desk)
        outcome: ContextOutcome = "found" if notes else "nothing" if search.answered else "unreachable"
        annotated = brief.model_copy(
            update={"notes": notes, "context": outcome, "usage": brief.usage.plus(spent)}
        )
        if notes or (search.answered and not search.failed):
            await desk.shelf.annotate(annotated)
        return annotated

    return await desk.flights.run(f"context\x1f{brief.id}", work)


def _order_languages(brief: Brief, reader_language: str) -> tuple[str, ...]:
    """Return the languages to look things up in: the article's, the reader's, the brief's and English."""
    wanted = dict.fromkeys((brief.article.language, reader_language, brief.language, COMMON))
    return tuple(language for language in wanted if _LANGUAGE.fullmatch(language) and language != "und")


async def _prepare(brief: Brief, desk: Desk) -> tuple[Query, ...]:
    """Make the queries in a worker; an article that is too much for one is looked up by nothing."""
    try:
        return await desk.workers.run(make_queries, brief)
    except (TimeoutError, WorkerDied) as exc:
        log.warning("no queries: %s", type(exc).__name__)
        return ()


async def _look_up(queries: Sequence[Query], languages: Sequence[str], desk: Desk) -> _Search:
    """Ask all sources side by side until the deadline."""
    started = time.monotonic()
    tasks = {
        asyncio.create_task(ask(source, query, languages, desk.store)): (source, query)
        for source, query in product(desk.sources, queries)
        if query.kind in source.kinds
    }
    try:
        if tasks:
            await asyncio.wait(tasks, timeout=desk.deadline_s)
    finally:
        for task in tasks:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
    search = _Search()
    for (source, query), result in zip(tasks.values(), results, strict=True):
        search.note(source, query, result)
    log.info(
        "context asked=%d answered=%d failed=%d seconds=%.2f",
        len(tasks),
        search.answered,
        search.failed,
        time.monotonic() - started,
    )
    return search


async def _write(findings: Sequence[Finding], brief: Brief, desk: Desk) -> tuple[tuple[Note, ...], Usage]:
    """Make the notes: in the sources' own words, or by one call of the model that wrote the brief."""
    if not findings:
        return (), Usage()
    spent = Usage()
    try:
        materials = await desk.workers.run(find_material, findings, brief)
        passages = [material.passage for material in materials if material.passage is not None]
        if desk.engine is None or brief.engine == OFFLINE or not passages:
            return tuple(material.note for material in materials), spent
        try:
            drafted, spent = await desk.engine.annotate(passages, brief)
        except EngineError as exc:
            log.warning("no model for context: %s: %s", type(exc).__name__, exc)
            return tuple(material.note for material in materials), exc.usage or spent
        return await desk.workers.run(choose_notes, drafted.notes, materials, brief), spent
    except (TimeoutError, WorkerDied) as exc:
        log.warning("no notes: %s", type(exc).__name__)
        return (), spent
