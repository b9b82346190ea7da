"""Whether words are the article's at all: not dictated by an order on the page, not from nowhere."""

import re

from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading, read_runs_of_words

DICTATED = "It says what the page tells machines to say."
FOREIGN = "Its words are not the article's."

_MIXED = re.compile(r"\b\w*[a-zа-яёєіїґà-öø-þ][A-ZА-ЯЁЄІЇҐ]\w*")
_DICTATED = 0.34
"""Share of content words that only the page's orders hold, from which a text is theirs."""
_DICTATED_TRANSLATED = 0.5
_LEAST_OWN = 0.34
"""Share of a statement's content words that the article must hold; faithful ones hold 0.4 (measured)."""


def find_ungrounded(passage: Passage, reading: Reading) -> str | None:
    """Return that a statement or headline is not told from the article's own words, or None."""
    if is_dictated(passage, reading):
        return DICTATED
    if not passage.content or reading.is_translated:
        return FOREIGN if has_strange_capitals(passage.text, reading) else None
    if has_strange_capitals(passage.text, reading):
        return FOREIGN
    known = reading.everywhere_content | reading.title.content
    share = len(passage.content & known) / len(passage.content)
    return FOREIGN if share < _LEAST_OWN else None


def is_dictated(passage: Passage, reading: Reading) -> bool:
    """Whether a text holds a name, a run or a third of its words that stand in the page's orders only."""
    if not reading.instructions and not reading.has_order_in_title:
        return False
    orders = reading.order_words
    dictated = (passage.content & orders) - reading.everywhere_content
    # A translation has common words with an order in its own language; its names are checked elsewhere.
    is_named = any(token.capital and token.stem in dictated for token in passage.tokens[1:])
    if is_named and not reading.is_translated:
        return True
    if not reading.order_runs.isdisjoint(read_runs_of_words(passage)):
        return True
    share = _DICTATED_TRANSLATED if reading.is_translated else _DICTATED
    return len(dictated) >= max(1.0, share * len(passage.content))


def has_strange_capitals(text: str, reading: Reading) -> bool:
    """Whether a word with a capital inside stands there that the article does not hold: a brand, a cipher."""
    return any(match[0].casefold() not in reading.casefolded for match in _MIXED.finditer(text))
