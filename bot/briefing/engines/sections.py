"""Articles longer than the model's window: parts of whole sentences, drafted side by side.

Every part carries the article's title, site and date, and its sentences keep their numbers, so that a part's
draft cites the article itself.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.article.models import Article
from bot.briefing.engines.layout import (
    OVERHEAD_TOKENS,
    Layout,
    cut_line,
    number_sentences,
    render,
)
from bot.briefing.models import Draft
from bot.briefing.tokens import count_tokens
from prompts import Prompt

MAX_SECTIONS = 8
"""At a window of 120,000 tokens these are 600,000 words, more than any article; at a small window they bound
what one request can cost to eight windows and a merge."""

_LONGEST_FRAME = 9_999_999
"""Stands in for the sentence numbers while the frame around a section is counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A part of an article: sentences `first` to `last`, and the request that drafts it."""

    first: int
    last: int
    layout: Layout

    def keep_own(self, draft: Draft) -> Draft:
        """Return `draft` without what stands on sentences of other parts, which this one was not shown."""
        own = range(self.first, self.last + 1)
        statements = (
            statement.model_copy(update={"sentences": tuple(n for n in statement.sentences if n in own)})
            for statement in draft.statements
        )
        return draft.model_copy(
            update={
                "statements": tuple(statement for statement in statements if statement.sentences),
                "flags": tuple(flag for flag in draft.flags if flag.sentence in own),
                "loaded": tuple(loaded for loaded in draft.loaded if loaded.sentence in own),
            }
        )


def lay_out_sections(
    prompt: Prompt, article: Article, language: str, marker_key: bytes, budget_tokens: int, model: str
) -> list[Section]:
    """Lay out an article in as few parts as fit the budget, of about equal length; at most MAX_SECTIONS.

    Time and tokens grow linearly with the article. CPU work: call it off the event loop.
    """
    lines = number_sentences(article)
    longest = _place(*(_LONGEST_FRAME,) * 5)
    frame = render(prompt, article, language, marker_key, (), "section", **longest)
    room = budget_tokens - OVERHEAD_TOKENS - count_tokens(frame.system + frame.user, model)
    spans = list(_cut(lines, max(room, 1), model))
    return [
        Section(
            first=first,
            last=last,
            layout=render(
                prompt,
                article,
                language,
                marker_key,
                [cut_line(line, room) for line in lines[first - 1 : last]],
                "section",
                **_place(part, len(spans), first, last, len(lines)),
            ),
        )
        for part, (first, last) in enumerate(spans, 1)
    ]


def _cut(lines: Sequence[str], room: int, model: str) -> Iterator[tuple[int, int]]:
    """Yield first and last number of each part."""
    sizes = [min(count_tokens(line + "\n", model), room) for line in lines]
    parts = math.ceil(sum(sizes) / room)
    # Of equal length when all can be read: a last part of three sentences would be drafted as if it mattered.
    target = math.ceil(sum(sizes) / parts) if parts < MAX_SECTIONS else room
    first, size = 1, 0
    cut = 0
    for number, own in enumerate(sizes, 1):
        if number > first and (size + own > room or (size >= target)):
            yield first, number - 1
            first, size, cut = number, 0, cut + 1
            if cut == MAX_SECTIONS:
                return
        size += own
    yield first, len(sizes)


def _place(part: int, parts: int, first: int, last: int, total: int) -> dict[str, str]:
    """Return the variables that say where in the article a part stands."""
    place = {"part": part, "parts": parts, "first": first, "last": last, "total": total}
    return {name: str(number) for name, number in place.items()}
