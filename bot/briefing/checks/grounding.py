"""Whether words are the article's at all: not dictated by an order on the page, not from nowhere."""

import re

from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading

DICTATED = "It says what the page tells machines to say."
FOREIGN = "Its words are not the article's."

_MIXED = re.compile(r"\w*[a-zа-яёєіїґà-öø-þ][A-ZА-ЯЁЄІЇҐ]\w*")
_DICTATED = 0.34
"""Share of content words that only the page's orders hold, from which a text is theirs."""
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
    """Whether a text holds a name, or a third of its words, that stand in the page's orders only."""
    orders = reading.order_words
    if not orders:
        return False
    dictated = (passage.content & orders) - reading.everywhere_content
    if any(token.capital and token.stem in dictated for token in passage.tokens[1:]):
        return True
    return len(dictated) >= max(1.0, _DICTATED * len(passage.content))


def has_strange_capitals(text: str, reading: Reading) -> bool:
    """Whether a word with a capital inside stands there that the article does not hold: a brand, a cipher."""
    own = reading.article.text.casefold()
    return any(match[0].casefold() not in own for match in _MIXED.finditer(text))
