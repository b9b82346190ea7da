"""Pictures of an article → the Article, read by whoever can see."""

from collections.abc import Awaitable, Callable, Sequence

from bot.article.mediatypes import is_image
from bot.article.models import Article, Submission
from bot.article.unreadable import ImageUnseen
from bot.briefing.models import Usage

Transcribe = Callable[[Sequence[bytes]], Awaitable[tuple[Article, Usage]]]
"""Reads the pictures of one article, and says what that cost; raises InputError leaves."""


async def see_nothing(_images: Sequence[bytes]) -> tuple[Article, Usage]:
    """Read no picture: no model is set that can."""
    raise ImageUnseen("no model that sees")


def find_images(submission: Submission) -> tuple[bytes, ...]:
    """Return the pictures that were submitted, also one that came as a file; none for anything else."""
    if submission.images:
        return submission.images
    return (submission.data,) if submission.data is not None and is_image(submission.data) else ()
