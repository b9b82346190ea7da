"""Which sentences of an article a question is about, by its words: the offline answer."""

import tomllib
from collections import Counter
from dataclasses import dataclass
from functools import cache
from importlib import resources
from math import log

from bot.article.models import Article
from bot.briefing.checks.lexicon import LANGUAGES, detect_language
from bot.briefing.checks.normalise import fold
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading

MOST_QUOTED = 3
"""Sentences of an offline answer: a phone's screen, not the article again."""

CLOSE_TO_BEST = 0.6
"""Share of the best sentence's score from which another sentence is quoted beside it."""

LEAST_KNOWN = 0.5
"""Share of what a question asks about, by weight, that a sentence must name to be an answer to it."""

_EXPECTED = 0.35
"""What a sentence gains by holding the kind of thing asked for, in shares of the question's weight."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """The words of a question that say what it is about, and the kinds of thing it asks for."""

    stems: frozenset[str]
    kinds: frozenset[str]


def find_relevant(
    question: str, article: Article, passage: str | None = None, otherwise: tuple[int, ...] = ()
) -> tuple[int, ...]:
    """Return the numbers of the sentences that a question is about, in the article's order; empty if none.

    `passage` is a part of the article that the reader has selected: its sentences come with what follows
    them. A question in another language than the article finds only what both spell alike; then it is those
    of `otherwise`. What the page says to machines is nobody's answer. CPU work.
    """
    reading = Reading(article, article.language)
    if passage is not None and (selected := _selected(passage, reading)):
        return selected
    found = _find_by_words(question, reading)
    return found or tuple(number for number in otherwise if number not in reading.instructions)


def _find_by_words(question: str, reading: Reading) -> tuple[int, ...]:
    """Return the sentences that hold most of a question's words."""
    asked = _read_question(question, reading)
    told = (number for number in reading.numbers if number not in reading.instructions)
    held = {number: reading.passages[number - 1].content for number in told}
    spread = Counter(stem for stems in held.values() for stem in stems)
    weights = {stem: log(1 + len(held) / spread[stem]) for stem in asked.stems if stem in spread}
    # What the article never mentions is as telling as its rarest words.
    whole = sum(weights.get(stem, log(1 + len(held))) for stem in asked.stems)
    if not weights:
        return ()
    found: dict[int, float] = {}
    for number, stems in held.items():
        known = sum(weights[stem] for stem in weights.keys() & stems)
        score = known + _EXPECTED * whole * _holds(asked.kinds, reading.passages[number - 1])
        if known > 0 and score >= LEAST_KNOWN * whole:
            found[number] = score
    best = sorted(found, key=lambda number: (-found[number], number))[:MOST_QUOTED]
    return tuple(sorted(number for number in best if found[number] >= CLOSE_TO_BEST * found[best[0]]))


def _selected(passage: str, reading: Reading) -> tuple[int, ...]:
    """Return the sentences that a selected passage touches, and the one after them."""
    start = reading.folded.text.find(fold(passage).text.strip(" .…\"'"))
    if start < 0 or not passage.strip():
        return ()
    first, last = reading.folded.span(start, start + max(1, len(fold(passage).text.strip(" .…\"'"))))
    touched = [s.number for s in reading.article.sentences if s.start < last and s.end > first]
    following = [n for n in (touched[-1] + 1,) if n in reading.numbers] if touched else []
    return tuple([*touched, *following][:MOST_QUOTED])


def _read_question(question: str, reading: Reading) -> _Asked:
    """Read a question with the words of its own language and of the article's."""
    language = detect_language(question, likely=reading.lexicon.language) or reading.lexicon.language
    words = _load_words(language)
    read = Passage(question, reading.lexicon)
    text = f" {' '.join(token.folded for token in read.tokens)} "
    kinds = {kind for kind, phrases in words.items() for phrase in phrases if f" {phrase} " in text}
    framing = {part for phrases in words.values() for phrase in phrases for part in phrase.split()}
    stems = (token.stem for token in read.tokens if token.is_content and token.folded not in framing)
    return _Asked(frozenset(stems), frozenset(kinds))


def _holds(kinds: frozenset[str], passage: Passage) -> bool:
    """Whether a sentence holds what is asked for; names stand nearly everywhere and so tell nothing."""
    has_number = any(token.kind == "number" for token in passage.tokens)
    has_time = passage.has("weekday", "month") or any(token.kind == "date" for token in passage.tokens)
    return ("number" in kinds and has_number) or ("time" in kinds and has_time)


@cache
def _load_words(language: str) -> dict[str, tuple[str, ...]]:
    """Return a language's question words by kind; none for a language without a list."""
    if language not in LANGUAGES:
        return {}
    source = resources.files("bot.briefing").joinpath("questions.toml").read_text("utf-8")
    lists = tomllib.loads(source)[language]
    return {kind: tuple(fold(phrase).text for phrase in phrases) for kind, phrases in lists.items()}
