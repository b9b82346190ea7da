"""What two articles on one story have in common and what not: always in their own words, bound by offsets."""

from typing import Annotated

from pydantic import Field

from bot.article.models import PUBLIC, Frozen, Kind
from bot.briefing.models import Notice, Usage


class Quotation(Frozen):
    """One sentence of an article: `article.text[start:end] == text` always holds."""

    sentence: int
    start: int
    end: int
    text: str
    speaker: str | None = None
    """Who says it, in the article's words; None for its own voice and where it does not name anybody."""
    translation: str | None = None
    """Not the article's words: a checked statement, or a model's translation that passed the checks."""


class Pair(Frozen):
    """Two sentences that say the same; each is its own article's."""

    first: Quotation
    second: Quotation


class Difference(Frozen):
    """Two sentences that say the same with another number, and these numbers as they are written."""

    first: Quotation
    second: Quotation
    first_figure: str
    second_figure: str


class Heard(Frozen):
    """Somebody whose words an article gives, as each article names them; None where one does not."""

    first: str | None
    second: str | None


class Side(Frozen):
    """One of the two articles."""

    brief_id: str
    kind: Kind
    title: str | None = None
    site: str | None = None
    url: str | None = None
    published: str | None = None
    language: str = "und"
    sentences: int = 0


class Comparison(Frozen):
    """Two accounts side by side."""

    id: Annotated[str, Field(pattern=r"^[0-9a-f]{16}$")]
    """Names it in buttons; the same two briefs in one language have the same."""
    scope: str = PUBLIC
    """The chat that alone may see it, when one of the articles is private."""
    first: Side
    second: Side
    is_one_story: bool = True
    """Whether the two seem to tell of one event."""
    shared: tuple[Pair, ...] = ()
    """In the order of the first article."""
    differing: tuple[Difference, ...] = ()
    only_first: tuple[Quotation, ...] = ()
    """What the second article plainly does not carry; what cannot be told stands nowhere."""
    only_second: tuple[Quotation, ...] = ()
    heard: tuple[Heard, ...] = ()
    """Those of both first."""
    unclear: int = 0
    """Sentences of both of which it could not be told whether the other article carries them."""
    language: str
    """What translations are in (ISO 639-1)."""
    engine: str
    usage: Usage = Usage()
    notices: tuple[Notice, ...] = ()
