"""A question about an article → an Answer: from the article alone, with the passages it rests on."""

import logging
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from bot.article.models import Article
from bot.article.workers import WorkerDied, Workers
from bot.briefing.checks.answers import check_answer
from bot.briefing.models import OFFLINE, Answer, DraftAnswer, Engine, Notice, Turn, Usage
from bot.briefing.relevance import find_relevant
from bot.errors import EngineError, EngineGarbled
from bot.locales import N_

log = logging.getLogger(__name__)

LONGEST_QUESTION = 1_000
"""Characters of a question that are read; what is longer is no question."""

MOST_TURNS = 6
"""Earlier questions and answers that go with a question."""

UNTRACED = Notice(
    template=N_("What the model answered could not be traced to the text; these passages come nearest.")
)
NEAREST = N_("{reason}; these passages come nearest.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inquiry:
    """A question, what it is about, and what was asked before."""

    article: Article
    question: str
    language: str
    """ISO 639-1, of the answer."""
    passage: str | None = None
    """The part of the article that the reader has selected."""
    turns: tuple[Turn, ...] = ()


@runtime_checkable
class AnsweringEngine(Protocol):
    """An engine that can answer, too."""

    async def answer(self, inquiry: Inquiry) -> tuple[DraftAnswer, Usage]:
        """Answer from the article; raises EngineError."""


class AnswerQuestion(Protocol):
    """`answer_question` with its collaborators bound."""

    async def __call__(self, inquiry: Inquiry, /) -> Answer:
        """Answer the question."""


async def answer_question(inquiry: Inquiry, *, engine: Engine, workers: Workers) -> Answer:
    """Answer a question about an article.

    A failing model, and an answer that does not hold, give the nearest passages and a notice; raises
    EngineError only when not even those can be looked for.
    """
    if not isinstance(engine, AnsweringEngine):
        return await _quote_nearest(inquiry, workers)
    try:
        draft, usage = await engine.answer(inquiry)
    except EngineError as exc:
        log.warning("engine failed: %s: %s", type(exc).__name__, exc)
        notice = Notice(template=NEAREST, values={"reason": exc.template})
        return await _quote_nearest(inquiry, workers, usage=exc.usage or Usage(), notice=notice)
    if draft.text is None:
        return Answer(text=None, engine=engine.name, usage=usage)
    try:
        checked = await workers.run(check_answer, draft, inquiry.article)
    except (TimeoutError, WorkerDied) as exc:
        log.warning("an answer could not be checked: %s", type(exc).__name__)
        return await _quote_nearest(inquiry, workers, usage=usage, notice=UNTRACED)
    if checked.text is None:
        return await _quote_nearest(inquiry, workers, usage=usage, notice=UNTRACED)
    return Answer(text=checked.text, sentences=checked.sentences, engine=engine.name, usage=usage)


async def _quote_nearest(
    inquiry: Inquiry, workers: Workers, *, usage: Usage | None = None, notice: Notice | None = None
) -> Answer:
    """Answer by passages alone."""
    question = inquiry.question[:LONGEST_QUESTION]
    try:
        found = await workers.run(find_relevant, question, inquiry.article, inquiry.passage)
    except (TimeoutError, WorkerDied) as exc:
        raise EngineGarbled(f"relevance: {type(exc).__name__}") from exc
    notices = (notice,) if notice and found else ()
    return Answer(text=None, sentences=found, engine=OFFLINE, usage=usage or Usage(), notices=notices)
