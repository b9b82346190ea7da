"""Numbers with their units, in digits and words: what a passage holds, and whether another bears it out."""

import math
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest

from bot.briefing.checks.dates import Moment, read_moments
from bot.briefing.checks.numerals import AMBIGUOUS_SCALES, read_number_words
from bot.briefing.checks.passage import Passage, Token, per_passage

_SEPARATED = re.compile(r"^\d{1,3}(?:[ .,']\d{3})+$")
_CLOCK = re.compile(r"^(\d{1,2})[.:](\d{2})$")
_MINUTES = re.compile(r"[0-5]\d$")
_ORDINAL_SUFFIXES = frozenset(
    {"st", "nd", "rd", "th", "er", "ere", "eme", "e", "o", "a", "го", "и", "я", "м", "х"}
)
_CURRENCIES = frozenset({"$", "€", "£", "₽", "₴"})
_DEFINITE = frozenset(["the", "these", "die", "den", "der", "los", "las", "les", "ces", "эти", "ці"])
_OF_THEM = frozenset(["them", "which", "davon", "dont", "ellos", "ellas", "них"])
"""Words before a number that counts what was named before it."""
_NUMERALS = frozenset({"number", "scale"})
"""Lists of the words that numbers are written with."""
_ABOUT_HALF = (35.0, 65.0)
_DAY = 24
_ELLIPTIC = 3
"""Tokens from a number without its scale to the one that has it: "from 21.3 to 17.8 million"."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: every value its spelling can have, its unit, and the stem of the word it counts."""

    values: frozenset[float]
    unit: str
    noun: str
    first: int
    last: int
    """Its first and last token, without unit and noun."""
    is_weak: bool
    """"one" and the like: more often a pronoun than a count."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Every number and date of a passage."""

    numbers: tuple[Figure, ...]
    moments: tuple[Moment, ...]


_NONE = Figures((), ())


@per_passage
def read_figures(passage: Passage) -> Figures:
    """Read the numbers and dates of a passage."""
    is_counting = any(
        token.kind != "word" or not _NUMERALS.isdisjoint(token.names) for token in passage.tokens
    )
    if not is_counting and not passage.has("month", "weekday", "day"):
        return _NONE
    moments = tuple(read_moments(passage))
    dated = {position for moment in moments for position in range(moment.first, moment.last + 1)}
    return Figures(tuple(_share_scales(passage, tuple(_read_numbers(passage, dated)))), moments)


def find_missing(wanted: Iterable[Figure], cited: Figures, near: Figures) -> Figure | None:
    """Return the first number that neither the cited nor the neighbouring sentences bear out.

    A number that counts something which the cited sentences count differently is missing, too; so is one
    from a neighbour in place of the cited sentences' own in the same unit.
    """
    figures = tuple(wanted)
    unused = [
        other
        for other in cited.numbers
        if not other.is_weak and not any(is_equal(figure, other) for figure in figures)
    ]
    return next((figure for figure in figures if not _is_borne_out(figure, cited, near, unused)), None)


def join_figures(them: Sequence[Figures]) -> Figures:
    """Return the numbers and dates of several passages as one."""
    return Figures(
        tuple(figure for one in them for figure in one.numbers),
        tuple(moment for one in them for moment in one.moments),
    )


def is_equal(one: Figure, other: Figure) -> bool:
    """Whether two numbers can be the same, and in the same unit where both have one."""
    if not one.values & other.values:
        return False
    return not one.unit or not other.unit or one.unit == other.unit


def _is_borne_out(figure: Figure, cited: Figures, near: Figures, unused: Sequence[Figure]) -> bool:
    if figure.is_weak:
        return True
    if any(is_equal(figure, other) for other in cited.numbers):
        return not _is_counted_otherwise(figure, cited)
    if any(figure.values & {float(m.year)} for m in (*cited.moments, *near.moments) if m.year):
        return True
    if _is_derived(figure, cited):
        return True
    if any(other.unit == figure.unit for other in unused):
        return False
    same = (other for other in near.numbers if figure.values & other.values and figure.unit == other.unit)
    return any(same) and not _is_counted_otherwise(figure, cited)


def _is_derived(figure: Figure, cited: Figures) -> bool:
    """Whether a number follows from the cited ones: minutes between two hours, "half" beside 52 %."""
    values = [(other, value) for other in cited.numbers for value in other.values]
    if figure.values == {0.5}:
        return any(other.unit == "%" and _ABOUT_HALF[0] <= value <= _ABOUT_HALF[1] for other, value in values)
    hours = [value for other, value in values if not other.unit and value < _DAY and value % 1]
    minutes = {round(60 * (late - early)) for early in hours for late in hours if early < late}
    return figure.unit == "minute" and not minutes.isdisjoint(figure.values)


def _is_counted_otherwise(figure: Figure, cited: Figures) -> bool:
    """Whether the cited sentences count the same thing with another value, and other things with this one."""
    if not figure.noun:
        return False
    same = [other for other in cited.numbers if other.noun == figure.noun and not other.is_weak]
    equal = [other for other in cited.numbers if is_equal(figure, other)]
    return bool(same) and all(other.noun not in {"", figure.noun} for other in equal)


def _read_numbers(passage: Passage, dated: set[int]) -> Iterator[Figure]:
    tokens = passage.tokens
    position = 0
    while position < len(tokens):
        token = tokens[position]
        is_figure = token.kind == "number" or not _NUMERALS.isdisjoint(token.names)
        if not is_figure or position in dated:
            position += 1
            continue
        read = _read_digits(passage, position) or read_number_words(passage, position)
        if read is None:
            position += 1
            continue
        values, last, is_weak = read
        is_weak = is_weak or (values == {2.0} and _is_definite(passage, position))
        is_weak = is_weak or _is_in_name(passage, position)
        values, last = _scale(passage, values, position, last)
        unit, noun = _read_unit(passage, position, last)
        yield Figure(values, unit, noun, position, last, is_weak)
        position = last + 1


def _is_in_name(passage: Passage, position: int) -> bool:
    """Whether digits belong to a name: "Leopard-2"."""
    if position == 0 or not passage.tokens[position - 1].capital:
        return False
    end = passage.tokens[position - 1].end
    return passage.tokens[position].start == end + 1 and passage.folded.text[end : end + 1] == "-"


def _share_scales(passage: Passage, figures: Sequence[Figure]) -> Iterator[Figure]:
    """Yield the figures, those before a "million" with its values, too: "from 21.3 to 17.8 million"."""
    for one, two in zip_longest(figures, figures[1:]):
        is_near = two is not None and two.first - one.last <= _ELLIPTIC and one.last == one.first
        scale = _scale_of(passage, two) if two and is_near and not one.unit and not one.is_weak else 1.0
        if scale == 1 or not passage.is_joined(one.last, one.last + 1):
            yield one
        else:
            values = one.values | {round(value * scale, 6) for value in one.values}
            yield replace(one, values=frozenset(values), noun="")


def _scale_of(passage: Passage, figure: Figure) -> float:
    """Return what the scale words of a figure in digits multiply it by."""
    if passage.tokens[figure.first].kind != "number":
        return 1.0
    named = (label for token in passage.tokens[figure.first + 1 : figure.last + 1] for label in token.labels)
    return math.prod(float(label.value) for label in named if label.name == "scale")


def _read_digits(passage: Passage, position: int) -> tuple[frozenset[float], int, bool] | None:
    token = passage.tokens[position]
    if token.kind != "number":
        return None
    if (hour := _read_french_hour(passage, position)) is not None:
        return frozenset({hour}), position + 2, False
    values = frozenset(_values(token.folded))
    following = passage.words[position + 1 : position + 3]
    if following[:1] == ["pm"] or following == ["p", "m"]:
        values |= {value + 12 for value in values if value < 12}
    return values, position, False


def _read_french_hour(passage: Passage, position: int) -> float | None:
    """Return the time of day that begins at a number, as in "7 h 20"."""
    hour, *following = passage.tokens[position : position + 3]
    if len(following) < 2 or following[0].folded != "h" or not _MINUTES.match(following[1].folded):
        return None
    is_hour = hour.folded.isdigit() and int(hour.folded) <= _DAY
    return int(hour.folded) + round(int(following[1].folded) / 60, 4) if is_hour else None


def _values(digits: str) -> Iterator[float]:
    """Yield every number that `digits` can mean: a comma is a decimal here and a separator there."""
    if clock := _CLOCK.match(digits):
        yield int(clock[1]) + round(int(clock[2]) / 60, 4)
    if _SEPARATED.match(digits):
        yield float(re.sub(r"[ .,']", "", digits))
    plain = re.sub(r"[ ']", "", digits)
    separators = re.findall(r"[.,:]", plain)
    if len(separators) > 1:
        whole, _, part = plain.replace(",", ".").replace(":", ".").rpartition(".")
        yield float(f"{whole.replace('.', '')}.{part}")
    elif separators != [":"]:
        yield float(plain.replace(",", "."))


def _scale(passage: Passage, values: frozenset[float], first: int, last: int) -> tuple[frozenset[float], int]:
    """Multiply by the "million" that follows; "m" may be metres, so its number keeps both values."""
    place = last + 1
    while place < len(passage.tokens) and passage.is_joined(last, place):
        token = passage.tokens[place]
        scale = next((x.value for x in token.labels if x.name == "scale"), None)
        if scale is None:
            break
        scaled = frozenset(round(value * float(scale), 6) for value in values)
        is_money = first > 0 and passage.tokens[first - 1].folded in _CURRENCIES
        values = values | scaled if token.text in AMBIGUOUS_SCALES and not is_money else scaled
        last, place = place, place + 1
    return values, last


def _read_unit(passage: Passage, first: int, last: int) -> tuple[str, str]:
    """Return the unit around a number, and the stem of the word that follows it."""
    tokens = passage.tokens
    if first > 0 and tokens[first - 1].folded in _CURRENCIES:
        return tokens[first - 1].folded, _noun_after(passage, last)
    place = last + 1
    if (
        place < len(tokens)
        and tokens[place].folded in _ORDINAL_SUFFIXES
        and tokens[place].start == tokens[last].end
    ):
        place += 1
    if place < len(tokens) and tokens[place].folded in {"de", "d", "of"}:
        place += 1
    for begin, _, unit in passage.labelled.get("unit", ()):
        if begin == place and passage.is_joined(last, place):
            return unit, ""
    if first > 0 and tokens[first - 1].text in _OF_THEM:
        return "", ""
    return "", _noun_after(passage, last)


def _is_definite(passage: Passage, position: int) -> bool:
    """Whether "the two" only says "both"."""
    return (
        position > 0
        and passage.tokens[position].kind == "word"
        and passage.tokens[position - 1].text in _DEFINITE
    )


def _noun_after(passage: Passage, last: int) -> str:
    """Return the stem of the content word right after token `last`."""
    place = last + 1
    if place >= len(passage.tokens) or not passage.is_joined(last, place):
        return ""
    token: Token = passage.tokens[place]
    return token.stem if token.kind == "word" and token.is_content else ""
