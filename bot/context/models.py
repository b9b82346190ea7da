"""What is asked of the sources, and what they answer."""

from typing import Literal

from bot.article.models import Frozen

QueryKind = Literal["outlet", "name", "topic", "claim"]
"""The article's outlet; who is heard; what it is about; what is flagged."""

Origin = Literal["wikipedia", "factcheck", "search", "archive"]


class Query(Frozen):
    """A few words to look up, and the numbers of the flags that they come from."""

    text: str
    kind: QueryKind
    flags: tuple[int, ...] = ()


class Candidate(Frozen):
    """A passage of a source that may become a note; all of it is a stranger's text."""

    origin: Origin
    title: str
    url: str
    text: str
    """Sentences in the source's own words; of a fact-check, the claim that it looks into."""
    language: str
    publisher: str
    date: str | None = None
    """ISO date of the last change or of publication."""
    description: str | None = None
    """What the title stands for, in a few words of the source."""
    rating: str | None = None
    """A fact-check's own rating words."""


class Candidates(Frozen):
    """What one source answered to one query."""

    candidates: tuple[Candidate, ...]


class Finding(Frozen):
    """A candidate with the query that found it."""

    query: Query
    candidate: Candidate
