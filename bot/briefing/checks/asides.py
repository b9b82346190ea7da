"""Words beside the article's own: reasons, what would verify, neutral wordings, absent voices.

No sentence bears them out, so nothing in them may be news: no names and numbers that the article does not
hold, no addresses, and nothing of what the page tells a machine to say.
"""

import unicodedata
from functools import lru_cache

from bot.briefing.checks.figures import find_missing, read_figures
from bot.briefing.checks.grounding import has_strange_capitals, is_dictated
from bot.briefing.checks.lexicon import detect_language
from bot.briefing.checks.names import Name, find_unknown_name, read_names
from bot.briefing.checks.output import defang, find_clickable, find_disguised, sanitise, shorten
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading

_ENOUGH = 4
"""Letters that a capitalised word needs to count as a name in a text where most words have a capital."""
_TELLING = 3
"""Words from which a text shows its language."""
_MOST_MARKS = 1
"""Combining marks on a letter in plain words; more are heaped on to paint over other lines."""


def check_aside(text: str, most: int, reading: Reading) -> str:
    """Return `text` plain and at most `most` characters long; nothing when it brings in news of its own.

    Engines give one reason for many flags: it is looked at once.
    """
    if (text, most) not in reading.asides:
        reading.asides[text, most] = _check(text, most, reading)
    return reading.asides[text, most]


def _check(text: str, most: int, reading: Reading) -> str:
    plain = sanitise(text[: 10 * most])
    wide = unicodedata.normalize("NFKC", plain)
    is_spelt_oddly = any(find_clickable(wide)) or any(find_disguised(wide)) or _has_heaps(text[: 10 * most])
    if not plain or is_spelt_oddly or _brings_news(reading.read(wide), reading):
        return ""
    return defang(shorten(plain, most))


def _brings_news(passage: Passage, reading: Reading) -> bool:
    """Whether a text holds a number, a name or an order's words that the article's own text does not."""
    numbers = read_figures(passage).numbers
    if numbers and find_missing(numbers, reading.all_figures, reading.all_figures):
        return True
    names = read_names(passage) or _read_capitals(passage)
    known = reading.everywhere
    if find_unknown_name(names, passage, known, known, is_translated=reading.is_translated):
        return True
    return is_dictated(passage, reading) or _is_strange(passage, reading)


def _read_capitals(passage: Passage) -> list[Name]:
    """Return the capitalised words of a text written like a headline; the first is none for sure."""
    if passage.lexicon.language == "de":
        return []
    return [
        Name(token.folded, place, is_sure=place > 0)
        for place, token in enumerate(passage.tokens)
        if token.capital and len(token.folded) >= _ENOUGH
    ]


def _is_strange(passage: Passage, reading: Reading) -> bool:
    """Whether a text is in another language than the brief, or in none."""
    words = [token for token in passage.tokens if token.kind == "word"]
    if has_strange_capitals(passage.text, reading):
        return True
    if len(words) < _TELLING:
        return False
    language = detect_language(passage.text, likely=reading.language)
    known = reading.everywhere_content | reading.title.content
    is_known = any(not token.is_content or token.stem in known for token in words)
    return language not in (None, reading.language) or not is_known


def _has_heaps(text: str) -> bool:
    marks = 0
    for character in unicodedata.normalize("NFC", text):
        marks = marks + 1 if _is_mark(character) else 0
        if marks > _MOST_MARKS:
            return True
    return False


@lru_cache(maxsize=512)
def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in {"Mn", "Me"}
