"""Repair: a statement that does not hold gives way to the sentence it was taken from."""

from collections.abc import Collection, Iterator

from bot.article.datelines import read_dateline
from bot.briefing.checks.output import find_clickable, sanitise
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.quotations import count_words
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.relations import word_source
from bot.briefing.checks.support import find_problem

LONGEST = 45
"""Words of a source sentence that can stand as a statement."""
_RELATED = 0.5
"""Share of a statement's content words in an uncited sentence from which that one may stand in for it."""
_PRONOUN_REACH = 3
"""Tokens from a leading pronoun to the reporting verb it belongs to."""


def rebuild(
    statement: Passage, cited: Collection[int], used: Collection[int], reading: Reading
) -> tuple[str, int] | None:
    """Return the source sentence that stands in for a statement, and its number; None when none can.

    A translation is not rebuilt: the sentence would be in the wrong language.
    """
    if reading.is_translated:
        return None
    for number in _candidates(statement, cited, reading):
        text = None if number in used else quote_sentence(number, reading)
        if text is not None and find_problem(reading.read(text), (number,), reading) is None:
            return text, number
    return None


def quote_sentence(number: int, reading: Reading) -> str | None:
    """Return sentence `number` as it can stand alone; None when it is too long, or unclear by itself."""
    source = reading.article.sentence_text(number)
    dateline = read_dateline(source) if number == 1 else None
    text = sanitise(source[dateline.end :] if dateline else source)
    if count_words(text) > LONGEST or any(find_clickable(text)):
        return None
    passage = reading.read(text)
    if not passage.tokens or passage.is_quoted(passage.tokens[0]) != passage.is_quoted(passage.tokens[-1]):
        return _balance(text, passage)
    if reading.lexicon.has(passage.tokens[0].text, "pronoun"):
        return _name_pronoun(passage, number, reading)
    return text


def _balance(text: str, passage: Passage) -> str | None:
    """Return a sentence whose quotation marks pair up; else it begins or ends inside a quotation."""
    return text if passage.tokens and text.count('"') % 2 == 0 else None


def _name_pronoun(passage: Passage, number: int, reading: Reading) -> str | None:
    """Return "Brezny recalled" for "He recalled" when the speaker is known by name."""
    speaker = reading.speaker(number)
    labels = ["report" in token.names for token in passage.tokens[1 : 1 + _PRONOUN_REACH]]
    if speaker is None or not speaker.names or not speaker.shown or not any(labels):
        return None
    if word_source(number, reading):  # "Smith's lawyer said …": "he" may be either
        return None
    return speaker.shown + passage.text[passage.tokens[0].end :]


def _candidates(statement: Passage, cited: Collection[int], reading: Reading) -> Iterator[int]:
    """Yield the cited sentences, then others close in content, best first."""
    held = reading.count_held(statement.content)
    yield from sorted(cited, key=lambda number: -held[number])
    least = _RELATED * len(statement.content)
    others = [number for number in sorted(held) if number not in cited and held[number] >= least]
    yield from sorted(others, key=lambda number: -held[number])[:3]
