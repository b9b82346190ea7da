"""Drafts, what the checks made of them, and the Brief that is shown."""

from collections.abc import Awaitable, Callable
from enum import StrEnum
from typing import Annotated, Literal, Protocol, get_args

from pydantic import Field

from bot.article.models import PUBLIC, Article, Frozen
from bot.locales import _

FlagKind = Literal[
    "allegation",
    "unnamed_source",
    "single_interested_source",
    "relayed_report",
    "bare_number",
    "prediction_or_motive",
    "unattributed",
    "opinion_as_fact",
    "headline_beyond_text",
]

KINDS: tuple[FlagKind, ...] = get_args(FlagKind)
"""In order of precedence; the last is about the article as a whole."""

MAX_FLAGS = 7

OFFLINE = "offline"
"""The name of the engine that needs no model."""


class DraftStatement(Frozen):
    """One sentence of the summary, and the numbers of the sentences it rests on."""

    text: str
    sentences: tuple[int, ...]


class DraftFlag(Frozen):
    """An assertion that an engine holds to be not established by the article."""

    quote: str
    sentence: int
    speaker: str | None
    kind: FlagKind
    why: str
    would_verify: str
    translation: str | None = None
    """The quotation in the brief's language, where that is not the article's."""


class Loaded(Frozen):
    """A loaded expression, verbatim, with a neutral wording where there is one."""

    term: str
    sentence: int
    neutral: str | None = None


class Notice(Frozen):
    """A sentence of ours about how something was made; stored in English, worded when it is shown."""

    template: str
    values: dict[str, int | str] = Field(default_factory=dict)
    """What is filled in; words among it are phrases of ours, too."""

    @property
    def sentence(self) -> str:
        """The sentence in the reader's language."""
        shown = {name: _(value) if isinstance(value, str) else value for name, value in self.values.items()}
        return _(self.template).format(**shown)


class Draft(Frozen):
    """What an engine wrote, before any check: a brief, or, in statements alone, the answer to a question."""

    headline: str
    statements: tuple[DraftStatement, ...]
    flags: tuple[DraftFlag, ...] = ()
    loaded: tuple[Loaded, ...] = ()
    absent: tuple[str, ...] = ()
    sentences_read: int | None = None
    """How many of the article's first sentences the engine was given; None means all."""
    notices: tuple[Notice, ...] = ()
    """What the reader should know of how the draft was made, when that is not as usual."""
    writer: str | None = None
    """The model that wrote it, when that is not the one that was asked first."""


OnPartial = Callable[[Draft], Awaitable[None]]
"""Takes headline and first statements of a draft that is still being written; a later one goes on from it."""


class Usage(Frozen):
    """What the model calls cost, in tokens."""

    model_calls: int = 0
    input_tokens: int = 0
    cached_tokens: int = 0
    output_tokens: int = 0

    def plus(self, other: "Usage") -> "Usage":
        """Return the sum of both."""
        return Usage(
            model_calls=self.model_calls + other.model_calls,
            input_tokens=self.input_tokens + other.input_tokens,
            cached_tokens=self.cached_tokens + other.cached_tokens,
            output_tokens=self.output_tokens + other.output_tokens,
        )


class Engine(Protocol):
    """What writes drafts."""

    @property
    def name(self) -> str:
        """The model's name, or "offline"; part of the cache key."""

    @property
    def prompt_version(self) -> str:
        """Changes whenever the same article could give another draft; part of the cache key."""

    async def draft(
        self, article: Article, language: str, on_partial: OnPartial | None = None, /
    ) -> tuple[Draft, Usage]:
        """Draft a brief of the article in `language` (ISO 639-1); raises EngineError."""


class Statement(Frozen):
    """A statement that passed the checks, as written or rebuilt from its source sentence."""

    text: str
    sentences: tuple[int, ...]
    traced: bool = True


class Flag(Frozen):
    """A flag bound to the text: `article.text[start:end] == quote` always holds.

    For `headline_beyond_text`, the quote is the passage of the text that the title goes beyond.
    """

    quote: str
    start: int
    end: int
    sentence: int
    speaker: str | None
    kind: FlagKind
    why: str
    would_verify: str
    translation: str | None = None
    """A model's, of the quotation; to be marked as such."""


class Source(Frozen):
    """Where a note of context comes from; `date` is the ISO date of its last change or publication."""

    title: str
    url: str
    date: str | None = None
    publisher: str | None = None


class Note(Frozen):
    """One background statement, `quoted` from its source or a model's and traced to it; no verdict."""

    text: str
    source: Source
    quoted: bool = False
    about: str | None = None
    """Whom or what the words are about, where they do not say it themselves: an outlet, a speaker."""
    rating: str | None = None
    """How the publisher of a fact-check rates the claim that `text` is, in its own words."""
    flag: int | None = None
    """The number of the brief's flag that it bears on, from 1."""


ContextOutcome = Literal["found", "nothing", "unreachable"]
"""What came of asking the sources; None where they have not been asked."""


class Dropped(Frozen):
    """Something of the draft that did not hold, and why it is not shown."""

    what: Literal["headline", "statement", "flag", "loaded", "absent"]
    why: str


class Checks(Frozen):
    """The outcome of the checks: how many statements are shown, how many of them are traced."""

    statements: int = 0
    traced: int = 0
    dropped: tuple[Dropped, ...] = ()


class Checked(Frozen):
    """A draft after the checks."""

    headline: str
    statements: tuple[Statement, ...]
    flags: tuple[Flag, ...]
    loaded: tuple[Loaded, ...]
    absent: tuple[str, ...]
    checks: Checks


class Rewording(Frozen):
    """A sentence of an earlier version and what stands in its place now."""

    before: str
    after: str
    sentence: int


class Changes(Frozen):
    """What the article says otherwise than when it was briefed before."""

    since: str
    """Id of the brief of the version before."""
    title: str | None = None
    """The earlier title, when it was another."""
    added: tuple[int, ...] = ()
    """Numbers of the sentences that are new."""
    removed: tuple[str, ...] = ()
    reworded: tuple[Rewording, ...] = ()


class Brief(Frozen):
    """What a reader gets."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    """Names the brief in buttons and in the cache."""
    scope: str = PUBLIC
    article: Article
    engine: str
    prompt_version: str
    language: str
    headline: str
    statements: tuple[Statement, ...]
    flags: tuple[Flag, ...] = ()
    loaded: tuple[Loaded, ...] = ()
    absent: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    context: ContextOutcome | None = None
    checks: Checks = Checks()
    usage: Usage = Usage()
    cached: bool = False
    changes: Changes | None = None
    """What is new since the brief of an earlier version of this page, if there was one."""
    notices: tuple[Notice, ...] = ()
    """What the reader should know when the brief is not the one asked for, e.g. after a model failed."""


class CheckedAnswer(Frozen):
    """What of an answer the article bears out, and the numbers of the sentences it rests on."""

    text: str | None
    sentences: tuple[int, ...] = ()
    left_out: int = 0
    """Sentences of the answer that did not hold."""


class Turn(Frozen):
    """A question about an article and what it was answered."""

    question: str
    answer: str


class Answer(Frozen):
    """What a reader gets who asks about an article: words, if an engine wrote any, and passages of it.

    Neither words nor passages: the article does not say.
    """

    text: str | None
    sentences: tuple[int, ...] = ()
    """Numbers of the article's sentences to be quoted."""
    engine: str
    usage: Usage = Usage()
    notices: tuple[Notice, ...] = ()


class Stage(StrEnum):
    """Where a brief under way stands, in order."""

    READING = "reading"
    DRAFTING = "drafting"
    CHECKING = "checking"
