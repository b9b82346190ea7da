"""Submission → Brief. `make_brief` is the table of contents; everything that briefs calls it."""

import hashlib
import logging
from collections.abc import Awaitable, Callable
from typing import Protocol

from bot.article.links import canonical_url
from bot.article.models import Article, Submission
from bot.article.reader import Reader
from bot.article.workers import WorkerDied, Workers
from bot.briefing.checks import check_draft
from bot.briefing.models import Brief, Checked, Draft, Engine, Stage, Usage
from bot.briefing.revisions import note_changes
from bot.briefing.shelf import Shelf
from bot.briefing.versions import digest_package
from bot.errors import EngineError, EngineGarbled, PageTooComplex
from storage.flights import Flights

log = logging.getLogger(__name__)

Progress = Callable[[Stage], Awaitable[None]]

MIN_STATEMENTS = 2
"""Fewer traced statements than this say too little: the offline engine writes the brief instead."""


TOO_LITTLE_TRACED = (
    "Too little of the model's answer could be traced to the text; this brief was made offline."
)


async def silent(_stage: Stage) -> None:
    """Report progress to nobody."""


class MakeBrief(Protocol):
    """`make_brief` with its collaborators bound."""

    async def __call__(
        self, submission: Submission, *, language: str | None = None, progress: Progress = silent
    ) -> Brief:
        """Brief the submission."""


async def make_brief(
    submission: Submission,
    *,
    reader: Reader,
    engine: Engine,
    offline: Engine,
    workers: Workers,
    shelf: Shelf,
    flights: Flights,
    language: str | None = None,
    progress: Progress = silent,
) -> Brief:
    """Brief a submission, once for everyone who asks for it at a time.

    `language` is ISO 639-1; None is the article's own. Raises InputError and ReadError leaves. A failing
    model gives an offline brief with a notice; a failing store gives a brief that is not kept.
    """

    async def work() -> Brief:
        article = await shelf.find_page(submission)
        if article is None:
            await progress(Stage.READING)
            article = await reader.read(submission)
            await shelf.keep_page(submission, article)
        wanted = language or article.language
        brief_id = identify(submission.scope, article, engine, wanted)
        if (kept := await shelf.find_brief(brief_id)) is not None:
            return kept
        await progress(Stage.DRAFTING)
        brief = await _write(article, submission.scope, wanted, engine, offline, workers, progress)
        brief = await note_changes(brief, shelf, workers)
        await shelf.keep_brief(brief_id, brief)
        return brief

    return await flights.run(_flight_name(submission, engine, language), work)


def identify(scope: str, article: Article, engine: Engine, language: str) -> str:
    """Return the id of the brief that `engine` would write: 16 hex digits, for the cache and the buttons."""
    checks = digest_package("bot.briefing.checks")
    made_by = (engine.name, engine.prompt_version, checks, language)
    parts = (scope, article.url or "", article.content_hash, *made_by)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _flight_name(submission: Submission, engine: Engine, language: str | None) -> str:
    """Name the work so that equal requests share it, and private ones only inside their chat."""
    what = canonical_url(submission.url) if submission.url and submission.kind == "link" else None
    content = hashlib.sha256(
        (submission.text or "").encode("utf-8", "surrogatepass") + (submission.data or b"")
    )
    origin = submission.origin.name if submission.origin else ""
    parts = (
        submission.scope,
        submission.kind,
        what or content.hexdigest(),
        origin,
        engine.name,
        language or "",
    )
    return "\x1f".join(parts)


async def _write(
    article: Article,
    scope: str,
    language: str,
    engine: Engine,
    offline: Engine,
    workers: Workers,
    progress: Progress,
) -> Brief:
    """Draft and check with `engine`; when that leaves too little, with `offline`, and say so."""
    spent = Usage()
    notice: str | None = None
    if engine is not offline:
        try:
            draft, spent = await engine.draft(article, language)
            await progress(Stage.CHECKING)
            checked = await _check(draft, article, workers)
            if len(checked.statements) >= MIN_STATEMENTS:
                return _compose(article, scope, language, engine, checked, spent, _unread(draft, article))
            notice = TOO_LITTLE_TRACED
        except EngineError as exc:
            log.warning("engine failed: %s: %s", type(exc).__name__, exc)
            spent = exc.usage or spent
            notice = f"{exc.sentence}; this brief was made offline."
    try:
        draft, _ = await offline.draft(article, article.language)
        await progress(Stage.CHECKING)
        checked = await _check(draft, article, workers)
    except EngineError as exc:
        raise PageTooComplex(f"offline: {exc}") from exc
    return _compose(article, scope, article.language, offline, checked, spent, notice)


async def _check(draft: Draft, article: Article, workers: Workers) -> Checked:
    """Check the draft in a worker; raises EngineGarbled for one that the checks cannot get through."""
    try:
        return await workers.run(check_draft, draft, article)
    except (TimeoutError, WorkerDied) as exc:
        raise EngineGarbled(f"checks: {type(exc).__name__}") from exc


def _unread(draft: Draft, article: Article) -> str | None:
    """Say what of the article the engine was not given, and what else it has to say about its draft."""
    total = len(article.sentences)
    if draft.sentences_read is None or draft.sentences_read >= total:
        return draft.notice
    read = f"only the first {draft.sentences_read} of its {total} sentences are in this brief"
    return " ".join(
        filter(None, (f"The article is longer than the model can read: {read}.", draft.notice))
    )


def _compose(
    article: Article,
    scope: str,
    language: str,
    engine: Engine,
    checked: Checked,
    usage: Usage,
    notice: str | None,
) -> Brief:
    """Put a brief together from what passed the checks."""
    return Brief(
        id=identify(scope, article, engine, language),
        scope=scope,
        article=article,
        engine=engine.name,
        prompt_version=engine.prompt_version,
        language=language,
        usage=usage,
        notice=notice,
        **dict(checked),
    )
