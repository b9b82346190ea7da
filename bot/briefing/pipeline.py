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
from bot.briefing.models import Brief, Checked, Draft, Engine, Notice, OnPartial, Stage, Usage
from bot.briefing.revisions import note_changes
from bot.briefing.shelf import Shelf
from bot.briefing.transcripts import Transcribe, find_images, see_nothing
from bot.briefing.versions import digest_package
from bot.errors import EngineError, EngineGarbled, PageTooComplex
from bot.locales import N_
from bot.logs import about
from bot.metrics import BRIEFS, STAGE_SECONDS, timed
from storage.flights import Flights

log = logging.getLogger(__name__)

Progress = Callable[[Stage], Awaitable[None]]

ShowPreview = Callable[[Checked], Awaitable[None]]
"""Takes what is written and checked of a brief so far: headline and first statements."""

MIN_STATEMENTS = 2
"""Fewer traced statements than this say too little: the offline engine writes the brief instead."""


TOO_LITTLE_TRACED = Notice(
    template=N_("Too little of the model's answer could be traced to the text; this brief was made offline.")
)
MADE_OFFLINE = N_("{reason}; this brief was made offline.")
NOT_TRANSLATED = Notice(template=N_("Without a model, a brief can only be in the article's own language."))
TOO_LONG = N_(
    "The article is longer than the model can read: "
    "only the first {read} of its {total} sentences are in this brief."
)


async def silent(_stage: Stage) -> None:
    """Report progress to nobody."""


class MakeBrief(Protocol):
    """`make_brief` with its collaborators bound."""

    async def __call__(
        self,
        submission: Submission,
        *,
        language: str | None = None,
        progress: Progress = silent,
        preview: ShowPreview | None = None,
    ) -> Brief:
        """Brief the submission."""


class FindKept(Protocol):
    """`find_kept` with its collaborators bound."""

    async def __call__(self, submission: Submission, *, language: str | None = None) -> Brief | None:
        """Return the brief that is there."""


async def find_kept(
    submission: Submission, *, engine: Engine, shelf: Shelf, language: str | None = None
) -> Brief | None:
    """Return the brief of a link that `make_brief` would return without any work, or None."""
    article = await shelf.find_page(submission)
    if article is None:
        return None
    brief = await shelf.find_brief(identify(submission.scope, article, engine, language or article.language))
    if brief is not None:
        BRIEFS.labels("cache").inc()
    return brief


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
    preview: ShowPreview | None = None,
    transcribe: Transcribe = see_nothing,
) -> Brief:
    """Brief a submission, once for everyone who asks for it at a time.

    `language` is ISO 639-1; None is the article's own. `preview` is given what a model has written so far, if
    this call began the work; the brief may still replace it. `transcribe` reads pictures. Raises InputError
    and ReadError leaves. A failing model gives an offline brief with a notice; a failing store gives a brief
    that is not kept.
    """

    async def work() -> Brief:
        article, spent = await shelf.find_page(submission), Usage()
        if article is None:
            await progress(Stage.READING)
            with timed(STAGE_SECONDS.labels(Stage.READING)):
                if images := find_images(submission):
                    article, spent = await transcribe(images)
                else:
                    article = await reader.read(submission)
            await shelf.keep_page(submission, article)
        wanted = language or article.language
        brief_id = identify(submission.scope, article, engine, wanted)
        if (kept := await shelf.find_brief(brief_id)) is not None:
            BRIEFS.labels("cache").inc()
            return kept
        await progress(Stage.DRAFTING)
        on_partial = _previewing(preview, article, workers) if preview else None
        with about(brief=brief_id):
            brief = await write_brief(
                article, submission.scope, wanted, engine, offline, workers, progress, on_partial
            )
        BRIEFS.labels("offline" if brief.engine == offline.name else "model").inc()
        brief = brief.model_copy(update={"usage": spent.plus(brief.usage)})
        brief = await note_changes(submission, brief, shelf, workers)
        await shelf.keep_brief(brief_id, brief, submission)
        return brief

    return await flights.run(_flight_name(submission, engine, language), work)


def identify(scope: str, article: Article, engine: Engine, language: str, writer: str | None = None) -> str:
    """Return the id of the brief that `engine` would write: 16 hex digits, for the cache and the buttons.

    `writer` is the model that wrote it when that was not the engine's first.
    """
    checks = [digest_package(f"bot.briefing.{name}") for name in ("checks", "packs")]
    made_by = (writer or engine.name, engine.prompt_version, *checks, language)
    where = "image" if article.kind == "image" else article.url or ""  # the same text pasted is not marked
    parts = (scope, where, article.content_hash, *made_by)
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def _flight_name(submission: Submission, engine: Engine, language: str | None) -> str:
    """Name the work so that equal requests share it, and private ones only inside their chat."""
    what = canonical_url(submission.url) if submission.url and submission.kind == "link" else None
    content = hashlib.sha256(
        (submission.text or "").encode("utf-8", "surrogatepass")
        + (submission.data or b"")
        + b"".join(submission.images)
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


async def write_brief(
    article: Article,
    scope: str,
    language: str,
    engine: Engine,
    offline: Engine,
    workers: Workers,
    progress: Progress = silent,
    on_partial: OnPartial | None = None,
) -> Brief:
    """Draft and check with `engine`; when that leaves too little, with `offline`, and say so."""
    spent = Usage()
    notices: tuple[Notice, ...] = ()
    if engine is not offline:
        try:
            with timed(STAGE_SECONDS.labels(Stage.DRAFTING)):
                draft, spent = await engine.draft(article, language, on_partial)
            await progress(Stage.CHECKING)
            checked = await _check(draft, article, workers)
            if len(checked.statements) >= MIN_STATEMENTS:
                told = _unread(draft, article)
                return _compose(article, scope, language, engine, checked, spent, told, draft.writer)
            notices = (TOO_LITTLE_TRACED,)
        except EngineError as exc:
            log.warning("engine failed: %s: %s", type(exc).__name__, exc)
            spent = exc.usage or spent
            notices = (Notice(template=MADE_OFFLINE, values={"reason": exc.template}),)
    if language != article.language:
        notices = (*notices, NOT_TRANSLATED)
    try:
        with timed(STAGE_SECONDS.labels(Stage.DRAFTING)):
            draft, _ = await offline.draft(article, article.language)
        await progress(Stage.CHECKING)
        checked = await _check(draft, article, workers)
    except EngineError as exc:
        raise PageTooComplex(f"offline: {exc}") from exc
    return _compose(article, scope, article.language, offline, checked, spent, notices)


def _previewing(preview: ShowPreview, article: Article, workers: Workers) -> OnPartial:
    """Return what checks the beginning of a draft like any draft, and shows what holds of it."""

    async def check_and_show(draft: Draft) -> None:
        checked = await _check(draft, article, workers)
        if checked.statements:
            await preview(checked)

    return check_and_show


async def _check(draft: Draft, article: Article, workers: Workers) -> Checked:
    """Check the draft in a worker; raises EngineGarbled for one that the checks cannot get through."""
    try:
        with timed(STAGE_SECONDS.labels(Stage.CHECKING)):
            return await workers.run(check_draft, draft, article)
    except (TimeoutError, WorkerDied) as exc:
        raise EngineGarbled(f"checks: {type(exc).__name__}") from exc


def _unread(draft: Draft, article: Article) -> tuple[Notice, ...]:
    """Say what of the article the engine was not given, and what else it has to say about its draft."""
    total = len(article.sentences)
    if draft.sentences_read is None or draft.sentences_read >= total:
        return draft.notices
    unread = Notice(template=TOO_LONG, values={"read": draft.sentences_read, "total": total})
    return (unread, *draft.notices)


def _compose(
    article: Article,
    scope: str,
    language: str,
    engine: Engine,
    checked: Checked,
    usage: Usage,
    notices: tuple[Notice, ...],
    writer: str | None = None,
) -> Brief:
    """Put a brief together from what passed the checks."""
    return Brief(
        id=identify(scope, article, engine, language, writer),
        scope=scope,
        article=article,
        engine=writer or engine.name,
        prompt_version=engine.prompt_version,
        language=language,
        usage=usage,
        notices=notices,
        **dict(checked),
    )
