"""What a digest is made of, and what is remembered of the last one."""

from datetime import datetime
from typing import Annotated

from pydantic import Field

from bot.article.models import Frozen
from bot.digest.calendar import Due, Schedule


class Subscription(Frozen):
    """A chat's wish for digests."""

    schedule: Schedule
    says_nothing_new: bool = False
    """Whether a digest comes, in one line, also when there is nothing new."""


class Record(Frozen):
    """A chat's digests so far."""

    subscription: Subscription | None = None
    done: Due | None = None
    """The last one that was sent, or needed no sending."""
    told_until: datetime | None = None
    """What came after this (UTC) has been in no digest yet."""


class Entry(Frozen):
    """An article as a feed announces it."""

    url: str
    title: str
    lead: str = ""
    """The feed's own words on it, plain."""
    published: datetime | None = None
    """UTC; None when the feed gives no date that can be true."""
    seen: datetime | None = None
    """UTC; when it was first found in the feed."""


class Feed(Frozen):
    """A feed, as far as a digest needs it."""

    title: str
    language: str
    """ISO 639-1, by the words of its entries."""
    entries: tuple[Entry, ...]
    """Newest first; those without a date in the feed's order, after the dated."""
    etag: str | None = None
    modified: str | None = None
    """What the server calls this version by."""
    failures: Annotated[int, Field(ge=0)] = 0
    """Times in a row that it could not be read since."""


class Told(Frozen):
    """A story as a chat was told it, to know what is new the next time."""

    day: datetime
    title: str
    lead: str
    language: str
    said: tuple[str, ...] = ()
    """The statements and quotations that were shown or stood behind it."""
