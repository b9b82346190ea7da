"""A page that says something else by now: noticed, told with a new brief, and told when somebody asks."""

from dataclasses import dataclass
from typing import Protocol

from bot.article.links import canonical_url
from bot.article.models import PUBLIC, Article, Submission
from bot.article.reader import Reader
from bot.article.workers import WorkerDied, Workers
from bot.briefing.changes import find_changes
from bot.briefing.models import Brief, Changes
from bot.briefing.shelf import Shelf
from bot.errors import InputError, ReadError


class HasChanged(Protocol):
    """`has_changed` with its collaborators bound."""

    async def __call__(self, submission: Submission, brief: Brief, /) -> bool:
        """Tell whether the page says something else than what the brief is of."""


@dataclass(frozen=True, slots=True)
class Reread:
    """A page as it is now, and what it says otherwise than when it was briefed."""

    article: Article
    changes: Changes


class ReadAgain(Protocol):
    """`read_again` with its collaborators bound."""

    async def __call__(self, brief: Brief, /) -> Reread | None:
        """Read the page of a brief as it is now; None when it says what it said."""


async def has_changed(
    submission: Submission, brief: Brief, *, reader: Reader, shelf: Shelf, workers: Workers
) -> bool:
    """Read the page of a cached public brief again, once in a while; True when it says something else now.

    The new text is kept: the next brief of this link is of it. A page that cannot be read, or of which less
    can be read than before, has not changed. One that has not is kept for as long again: what is asked for at
    least every PAGE_TTL_S never runs out, so that nobody waits for a page that everybody sends.
    """
    if brief.scope != PUBLIC or submission.url is None or submission.kind != "link":
        return False
    if not await shelf.claim_check(canonical_url(submission.url)):
        return False
    try:
        return await _read(submission, brief, reader, shelf, workers) is not None
    except (InputError, ReadError):
        return False


async def read_again(brief: Brief, *, reader: Reader, shelf: Shelf, workers: Workers) -> Reread | None:
    """Return what the page of a public brief says otherwise by now, or None.

    A page that was looked at within minutes is not fetched once more. The new text is kept, as by
    `has_changed`. Raises InputError and ReadError.
    """
    if brief.scope != PUBLIC or brief.article.kind != "link" or brief.article.url is None:
        return None
    submission = Submission(kind="link", url=brief.article.url)
    if not await shelf.claim_check(canonical_url(brief.article.url)):
        known = await shelf.find_page(submission)
        if known is not None:
            changes = await _compare(brief.article, known, brief.id, workers)
            return Reread(known, changes) if changes else None
    return await _read(submission, brief, reader, shelf, workers)


async def _read(
    submission: Submission, brief: Brief, reader: Reader, shelf: Shelf, workers: Workers
) -> Reread | None:
    """Read a page, compare it with what was briefed, and keep it when it has changed."""
    article = await reader.read(submission)
    if article.partial and not brief.article.partial:
        return None
    changes = await _compare(brief.article, article, brief.id, workers)
    if changes is None:
        await shelf.keep_page(submission, brief.article)
        return None
    await shelf.keep_page(submission, article)
    return Reread(article, changes)


async def note_changes(submission: Submission, brief: Brief, shelf: Shelf, workers: Workers) -> Brief:
    """Return a new brief with what its page changed since the brief before; others come back as they are."""
    earlier = await shelf.find_earlier(submission)
    if earlier is None:
        return brief
    if earlier.article.content_hash == brief.article.content_hash:
        return brief.model_copy(update={"changes": earlier.changes})
    changes = await _compare(earlier.article, brief.article, earlier.id, workers)
    return brief.model_copy(update={"changes": changes})


async def _compare(before: Article, after: Article, since: str, workers: Workers) -> Changes | None:
    """Compare in a worker; what cannot be compared counts as unchanged."""
    try:
        return await workers.run(find_changes, before, after, since)
    except (TimeoutError, WorkerDied):
        return None
