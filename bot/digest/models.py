"""What a digest is made of, what it says, and what is remembered of the last one."""

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from bot.article.models import Frozen, Kind
from bot.briefing.models import Brief, FlagKind, Notice
from bot.digest.calendar import Due, Schedule


class Subscription(Frozen):
    """A chat's wish for digests."""

    schedule: Schedule
    says_nothing_new: bool = False
    """Whether a digest comes, in one line, also when there is nothing new."""
    language: str = "en"
    """What was spoken when it was wished for (ISO 639-1), unless the chat has chosen a language."""
    topic_id: int | None = None
    """The topic of a group where it was wished for."""


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
    updated: datetime | None = None
    """UTC; when it was changed last, as the feed says."""
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


class Read(Frozen):
    """A brief that a chat was shown."""

    brief: Brief
    readers: Annotated[int, Field(ge=1)] = 1
    """How many of the chat asked for it."""


class Announced(Frozen):
    """An article that a followed feed brought."""

    entry: Entry
    outlet: str
    """What the feed is called."""
    language: str
    brief: Brief | None = None
    """Where there is one, in whatever language."""


class Material(Frozen):
    """What a chat's digest is made of: all that came since its last one."""

    scopes: frozenset[str] = frozenset()
    """The chat's own, and the one it had as a group: briefs of no other chat are looked at."""
    read: tuple[Read, ...] = ()
    """Oldest first."""
    announced: tuple[Announced, ...] = ()


class Piece(Frozen):
    """An article of a story."""

    outlet: str | None = None
    """None for a text that somebody sent."""
    title: str | None = None
    url: str | None = None
    kind: Kind = "link"
    brief_id: str | None = None


class Assertion(Frozen):
    """Words of a brief: a statement that passed its checks, or a quotation that was flagged."""

    text: str
    piece: int
    """Whose they are: the index of the story's piece."""
    passage: str | None = None
    """The words of the article that they stand on."""
    speaker: str | None = None
    kind: FlagKind | None = None
    """None for a statement."""
    translation: str | None = None
    is_lone: bool = False
    """Whether no other outlet of the story carries it, of those whose article was read."""


class Story(Frozen):
    """What a digest says of one event."""

    line: str
    """A verified headline or statement of a brief; without any brief, the title that a feed gives."""
    is_quoted: bool = False
    """Whether the line is a feed's title: nobody has checked it."""
    pieces: Annotated[tuple[Piece, ...], Field(min_length=1)]
    """The first is the one that the line is of."""
    said: tuple[Assertion, ...] = ()
    flagged: tuple[Assertion, ...] = ()
    """What stands on one side's word."""
    is_known: bool = False
    """Whether the chat was told of it before; then all that is said here is new since."""
    told: Told
    """What is to be remembered of it."""


class Digest(Frozen):
    """The digest of a chat for one date."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    """Names it in buttons; sorts by when it was made."""
    day: date
    """The local date."""
    stories: Annotated[tuple[Story, ...], Field(min_length=1)]
    """The most consequential first."""
    articles: int
    """How many it rests on."""
    read: int = 0
    """How many of them were read, and briefed; of the others, feeds gave the titles."""
    engines: tuple[str, ...] = ()
    """What wrote the briefs of them."""
    notices: tuple[Notice, ...] = ()
    """What the reader should know of how it was made."""
    left_out: int = 0
    """Stories past those that a digest can hold."""
