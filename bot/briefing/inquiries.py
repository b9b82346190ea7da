"""A question about an article, and who answers it."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.article.models import Article
from bot.briefing.models import Answer, Draft, Turn, Usage

LONGEST_QUESTION = 1_000
"""Characters of a question, and of a selected passage, that are read; what is longer is no question."""

MOST_TURNS = 6
"""Earlier questions and answers that go with a question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question, what it is about, and what was asked before."""

    article: Article
    question: str
    """Empty when a passage was selected and nothing asked: explain this part."""
    language: str
    """ISO 639-1, of the answer: the brief's, so that a provider's cache of its call serves this one."""
    passage: str | None = None
    """The part of the article that the reader has selected."""
    turns: tuple[Turn, ...] = ()
    """Oldest first."""

    @property
    def words(self) -> str:
        """What is asked about, to look for in the article."""
        return (self.question or self.passage or "")[:LONGEST_QUESTION]

    @property
    def asked(self) -> str:
        """All that readers asked: their words prove nothing."""
        return " ".join((*(turn.question for turn in self.turns), self.question[:LONGEST_QUESTION]))


@runtime_checkable
class AnsweringEngine(Protocol):
    """An engine that can answer, too."""

    async def answer(self, inquiry: Inquiry) -> tuple[Draft, Usage]:
        """Answer from the article; without statements, it does not say. Raises EngineError."""


class AnswerQuestion(Protocol):
    """`answer_question` with its collaborators bound."""

    async def __call__(self, inquiry: Inquiry, /) -> Answer:
        """Answer the question."""
