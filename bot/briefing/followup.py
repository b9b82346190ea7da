"""A question about an article → an Answer: from the article alone, with the passages it rests on."""

import logging

from bot.article.workers import WorkerDied, Workers
from bot.briefing.checks.answers import check_answer
from bot.briefing.inquiries import AnsweringEngine, Inquiry
from bot.briefing.models import OFFLINE, Answer, Brief, Engine, Notice, Usage
from bot.briefing.relevance import MOST_QUOTED, find_relevant
from bot.errors import EngineError, EngineGarbled
from bot.locales import N_

log = logging.getLogger(__name__)

UNTRACED = Notice(
    template=N_("What the model answered could not be traced to the text; these passages come nearest.")
)
NEAREST = N_("{reason}; these passages come nearest.")
OFFLINE_ANSWER = Notice(template=N_("Without a model I can only quote what comes nearest to your words."))


async def answer_question(inquiry: Inquiry, *, engine: Engine, workers: Workers) -> Answer:
    """Answer a question about an article.

    A failing model, and an answer that does not hold, give the nearest passages and a notice; raises
    EngineError only when not even those can be looked for.
    """
    if not isinstance(engine, AnsweringEngine):
        return await _quote_nearest(inquiry, workers, OFFLINE_ANSWER)
    try:
        draft, usage = await engine.answer(inquiry)
    except EngineError as exc:
        log.warning("engine failed: %s: %s", type(exc).__name__, exc)
        notice = Notice(template=NEAREST, values={"reason": exc.template})
        return await _quote_nearest(inquiry, workers, notice, exc.usage or Usage())
    writer = draft.writer or engine.name
    if not draft.statements:
        return Answer(text=None, engine=writer, usage=usage, notices=draft.notices)
    try:
        checked = await workers.run(check_answer, draft, inquiry.article, inquiry.asked, inquiry.language)
    except (TimeoutError, WorkerDied) as exc:
        log.warning("an answer could not be checked: %s", type(exc).__name__)
        return await _quote_nearest(inquiry, workers, UNTRACED, usage)
    if checked.text is None:
        cited = draft.statements[0].sentences[:MOST_QUOTED]
        return await _quote_nearest(inquiry, workers, UNTRACED, usage, cited)
    return Answer(
        text=checked.text,
        sentences=checked.sentences,
        engine=writer,
        usage=usage,
        notices=draft.notices,
    )


def find_passage(selected: str, brief: Brief) -> str:
    """Return the part of the article that a part of a brief's message, or of an answer's, stands on.

    What was selected itself is returned when it is the article's own, or nothing of it is.
    """
    shown = _flatten(selected)
    if shown in _flatten(brief.article.text):
        return selected
    if quoted := next((flag.quote for flag in brief.flags if _flatten(flag.quote) in shown), None):
        return quoted
    stated = [s for s in brief.statements if shown in _flatten(s.text) or _flatten(s.text) in shown]
    numbers = sorted({number for statement in stated for number in statement.sentences})
    return " ".join(brief.article.sentence_text(number) for number in numbers) or selected


def _flatten(text: str) -> str:
    return " ".join(text.split())


async def _quote_nearest(
    inquiry: Inquiry,
    workers: Workers,
    notice: Notice,
    usage: Usage | None = None,
    cited: tuple[int, ...] = (),
) -> Answer:
    """Answer by passages alone, without any by those that a model cited; `notice` says why."""
    try:
        found = await workers.run(find_relevant, inquiry.words, inquiry.article, inquiry.passage, cited)
    except (TimeoutError, WorkerDied) as exc:
        raise EngineGarbled(f"relevance: {type(exc).__name__}") from exc
    notices = (notice,) if found else ()
    return Answer(text=None, sentences=found, engine=OFFLINE, usage=usage or Usage(), notices=notices)
