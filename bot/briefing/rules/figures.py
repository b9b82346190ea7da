"""Numbers that assert a size: not dates, times, ages, years or the numbers of tables."""

import re

from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

_NUMBER = re.compile(
    r"(?<![\w.,:@#/])[$€£₴₽]?(?:\d[\d.,\u00a0\u202f ]*\d(?!\w)|\d+(?!\w)|\d[\d.,]*(?:m|bn|k)\b)"
)
_STRONG = re.compile(r"[$€£₴₽]|%|\d[\d.,]*(?:m|bn)\b")
_TIME = re.compile(r"\d{1,2}[:.]\d\d$")
_YEAR = re.compile(r"^(?:1[5-9]|20)\d\d$")


def figures(passage: Passage, within: Span | None = None) -> list[Span]:
    """Return the numbers of a sentence that assert a size or count."""
    span = within or passage.span
    places = (
        Span(span.start + match.start(), span.start + match.end())
        for match in _NUMBER.finditer(passage.slice(span))
    )
    found = [place for place in places if _is_figure(passage, place)]
    quantities = passage.find("quantity", span)
    numerals = passage.find("numeral", span)
    counted = [n for n in numerals if any(0 < q.start - n.end <= 12 for q in quantities)]
    return sorted([*found, *counted, *passage.find("figure", span)])


def _is_figure(passage: Passage, place: Span) -> bool:
    """Whether a number has a unit, a currency or something counted beside it, and is no date, age or time."""
    text, at = passage.text, passage.span.start
    number = passage.slice(place)
    after = text[place.end - at : place.end - at + 2]
    if _STRONG.search(text[max(0, place.start - at - 1) : place.end - at] + after):
        return True
    if _YEAR.match(number) or _TIME.match(number) or after.startswith("-") or re.match(r":\d", after):
        return False
    return not _is_dated(passage, place) and _is_counted(passage, place)


def _is_dated(passage: Passage, place: Span) -> bool:
    """Whether a month or weekday stands next to the number."""
    return any(
        -8 <= date.start - place.end <= 3 or 0 <= place.start - date.end <= 3
        for date in passage.find("dated")
    )


def _is_counted(passage: Passage, place: Span) -> bool:
    """Whether a unit, a counted thing or "about" stands next to the number."""
    unit = any(0 <= quantity.start - place.end <= 25 for quantity in passage.find("quantity"))
    return unit or any(0 <= place.start - word.end <= 8 for word in passage.find("approximate"))
