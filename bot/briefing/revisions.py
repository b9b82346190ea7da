"""A page that says something else by now: noticed after a cached brief, told with the new one."""

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


async def has_changed(
    submission: Submission, brief: Brief, *, reader: Reader, shelf: Shelf, workers: Workers
) -> bool:
    """Read the page of a cached public brief again, once in a while; True when it says something else now.

    The new text is kept: the next brief of this link is of it. A page that cannot be read, or of which less
    can be read than before, has not changed.
    """
    if brief.scope != PUBLIC or submission.url is None or submission.kind != "link":
        return False
    if not await shelf.claim_check(canonical_url(submission.url)):
        return False
    try:
        article = await reader.read(submission)
    except (InputError, ReadError):
        return False
    if article.partial and not brief.article.partial:
        return False
    if await _compare(brief.article, article, brief.id, workers) is None:
        return False
    await shelf.keep_page(submission, article)
    return True


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
