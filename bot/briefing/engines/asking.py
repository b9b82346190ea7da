"""A question to the model: the brief's request byte for byte through the article, then what was asked.

So a provider's cache of the brief's call serves every question about it. What readers wrote stands in the
request as JSON, a line each, so that no text can pretend to be anything else.
"""

import json
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from bot.article.workers import Workers
from bot.briefing.engines.answer import build_answer
from bot.briefing.engines.aside import run_aside
from bot.briefing.engines.calling import WindowExceededError, Work
from bot.briefing.engines.layout import (
    OVERHEAD_TOKENS,
    Layout,
    bound_tokens,
    cut_line,
    defuse,
    halve_article,
    number_sentences,
    render,
)
from bot.briefing.engines.leaks import drop_leaks
from bot.briefing.inquiries import LONGEST_QUESTION, MOST_TURNS, Inquiry
from bot.briefing.models import Draft, Notice
from bot.briefing.relevance import find_relevant
from bot.briefing.tokens import count_tokens
from bot.errors import EngineGarbled, EngineUnavailable
from bot.locales import N_
from prompts import Prompt

Ask = Callable[[Prompt, Layout, Work], Awaitable[object]]
"""Asks one question and returns the JSON of its answer; raises EngineError or WindowExceededError."""

TOO_LONG = N_(
    "The article is longer than the model can read: "
    "it was given {read} of its {total} sentences, those that come nearest to the question."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answerer:
    """Answers questions about articles by asking `ask`."""

    ask: Ask
    prompt: Prompt
    marker_key: bytes
    budget_tokens: int
    model: str
    workers: Workers | None

    async def answer(self, inquiry: Inquiry, work: Work) -> Draft:
        """Answer from the article; raises EngineError.

        When the window turns out smaller than set, half of the article is asked about once more.
        """
        layout = lay_out_question(self.prompt, inquiry, self.marker_key)
        if bound_tokens(layout) > self.budget_tokens:
            layout = await self._shorten(inquiry, self.budget_tokens)
        try:
            answer = await self.ask(self.prompt, layout, work)
        except WindowExceededError:
            half = await run_aside(self.workers, halve_article, layout, self.model)
            layout = await self._shorten(inquiry, half)
            try:
                answer = await self.ask(self.prompt, layout, work)
            except WindowExceededError as exc:
                raise EngineUnavailable("window exceeded twice") from exc
        return _read(answer, layout, len(inquiry.article.sentences))

    async def _shorten(self, inquiry: Inquiry, budget_tokens: int) -> Layout:
        return await run_aside(
            self.workers,
            lay_out_relevant,
            self.prompt,
            inquiry,
            self.marker_key,
            budget_tokens,
            self.model,
        )


def lay_out_question(
    prompt: Prompt, inquiry: Inquiry, marker_key: bytes, lines: Sequence[str] | None = None
) -> Layout:
    """Lay out a question about the whole article, or about the given lines of it."""
    return render(
        prompt,
        inquiry.article,
        inquiry.language,
        marker_key,
        number_sentences(inquiry.article) if lines is None else lines,
        "question",
        question=_quote(question=inquiry.question or None, selected_passage=inquiry.passage),
        earlier="\n".join(
            _quote(earlier_question=turn.question, its_answer=turn.answer)
            for turn in inquiry.turns[-MOST_TURNS:]
        ),
    )


def lay_out_relevant(
    prompt: Prompt, inquiry: Inquiry, marker_key: bytes, budget_tokens: int, model: str
) -> Layout:
    """Lay out as much of the article as fits: its beginning, and what stands around what was asked about.

    CPU work: call it off the event loop.
    """
    frame = lay_out_question(prompt, inquiry, marker_key, ())
    left = budget_tokens - OVERHEAD_TOKENS - count_tokens(frame.system + frame.user, model)
    lines = number_sentences(inquiry.article)
    asked_about = (1, *find_relevant(inquiry.words, inquiry.article, inquiry.passage))
    chosen: list[int] = []
    for at in sorted(range(len(lines)), key=partial(_distance, asked_about)):
        left -= count_tokens(lines[at] + "\n", model)
        if left < 0:
            break
        chosen.append(at)
    kept = [lines[at] for at in sorted(chosen)] or [cut_line(line, left) for line in lines[:1]]
    return lay_out_question(prompt, inquiry, marker_key, kept)


def _distance(asked_about: Sequence[int], at: int) -> int:
    """Return how many sentences lie between one and the nearest that was asked about."""
    return min(abs(at + 1 - number) for number in asked_about)


def _read(answer: object, layout: Layout, sentences: int) -> Draft:
    """Read an answer; one that holds nothing but leaks is none, and not that the article does not say."""
    written = build_answer(answer, sentences)
    draft = drop_leaks(written, layout)
    if written.statements and not draft.statements:
        raise EngineGarbled("an answer of leaks")
    if layout.sentences_read >= sentences:
        return draft
    told = Notice(template=TOO_LONG, values={"read": layout.sentences_read, "total": sentences})
    return draft.model_copy(update={"notices": (told, *draft.notices)})


def _quote(**texts: str | None) -> str:
    """Write what readers wrote, and what they were answered, as one line of JSON."""
    shown = {name: defuse(text[:LONGEST_QUESTION]) if text else None for name, text in texts.items()}
    return json.dumps(shown, ensure_ascii=False)
