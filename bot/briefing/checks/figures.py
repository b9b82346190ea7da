"""Numbers with their units, in digits and words: what a passage holds, and whether another bears it out."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.briefing.checks.dates import Moment, read_moments
from bot.briefing.checks.passage import Passage, Token

_SEPARATED = re.compile(r"^\d{1,3}(?:[ .,']\d{3})+$")
_CLOCK = re.compile(r"^(\d{1,2})[.:](\d{2})$")
_JOINERS = frozenset({"and", "und", "y", "et"})
_ORDINAL_SUFFIXES = frozenset(
    {"st", "nd", "rd", "th", "er", "ere", "eme", "e", "o", "a", "го", "и", "я", "м", "х"}
)
_CURRENCIES = frozenset({"$", "€", "£", "₽", "₴"})
_DEFINITE = frozenset(["the", "these", "die", "den", "der", "los", "las", "les", "ces", "эти", "ці"])
_OF_THEM = frozenset(["them", "which", "davon", "dont", "ellos", "ellas", "них"])
"""Words before a number that counts what was named before it."""
_AMBIGUOUS_SCALES = frozenset({"m", "k"})
_PERCENT_OF_PART = 100.0


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


def read_figures(passage: Passage) -> Figures:
    """Read the numbers and dates of a passage."""
    moments = tuple(read_moments(passage))
    dated = {position for moment in moments for position in range(moment.first, moment.last + 1)}
    return Figures(tuple(_read_numbers(passage, dated)), moments)


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
    if any(other.unit == figure.unit for other in unused):
        return False
    same = (other for other in near.numbers if figure.values & other.values and figure.unit == other.unit)
    return any(same) and not _is_counted_otherwise(figure, cited)


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
        if position in dated:
            position += 1
            continue
        read = _read_digits(passage, position) or _read_number_words(passage, position)
        if read is None:
            position += 1
            continue
        values, last, is_weak = read
        is_weak = is_weak or (values == {2.0} and _is_definite(passage, position))
        values, last = _scale(passage, values, last)
        unit, noun = _read_unit(passage, position, last)
        yield Figure(values, unit, noun, position, last, is_weak)
        position = last + 1


def _read_digits(passage: Passage, position: int) -> tuple[frozenset[float], int, bool] | None:
    token = passage.tokens[position]
    if token.kind != "number":
        return None
    values = frozenset(_values(token.folded))
    following = passage.words[position + 1 : position + 3]
    if following[:1] == ["pm"] or following == ["p", "m"]:
        values |= {value + 12 for value in values if value < 12}
    return values, position, False


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


def _read_number_words(passage: Passage, position: int) -> tuple[frozenset[float], int, bool] | None:
    """Read "twenty-five", "two hundred and five thousand", "двадцать пять" from `position` on."""
    value = _word_value(passage, position)
    if value is None or _is_unit_of_digits(passage, position):
        return None
    last, done, total = position, 0.0, value
    while (following := _next_part(passage, last)) is not None:
        place, more, is_scale = following
        if is_scale:
            done, total = (done, total * more) if more == 100 else (done + total * more, 0.0)
        elif total == 0 and more < 1000:
            total = more
        elif (compound := _compound(total, more, passage.tokens[place].folded)) is not None:
            total = compound
        else:
            break
        last = place
    total += done
    values = {total, total * _PERCENT_OF_PART} if total < 1 else {total}
    return frozenset(values), last, total == 1


def _is_unit_of_digits(passage: Passage, position: int) -> bool:
    """Whether a word such as "second" is the unit in "22-second"."""
    before = passage.tokens[position - 1] if position else None
    return before is not None and before.kind == "number" and passage.tokens[position].start - before.end == 1


def _next_part(passage: Passage, last: int) -> tuple[int, float, bool] | None:
    """Return place and value of the word that continues a number, and whether it multiplies."""
    place = last + 1
    tokens = passage.tokens
    if place + 1 < len(tokens) and tokens[place].folded in _JOINERS:
        place += 1
    if place >= len(tokens) or not passage.is_joined(last, place):
        return None
    value = _word_value(passage, place)
    if value is None:
        return None
    is_scale = "scale" in tokens[place].names
    return None if is_scale and place > last + 1 else (place, value, is_scale)


def _compound(total: float, more: float, word: str) -> float | None:
    """Return `total` and `more` as one number, or None when they are two."""
    if total == 4 and word.startswith("vingt"):
        return 80
    if total in {60, 80} and 10 <= more < 20:
        return total + more
    if 20 <= total % 100 < 100 and total % 10 == 0 and 0 < more < 10:
        return total + more
    if total >= 100 and total % 100 == 0 and 0 < more < 100:
        return total + more
    return None


def _word_value(passage: Passage, position: int) -> float | None:
    token = passage.tokens[position]
    if token.kind != "word":
        return None
    for label in token.labels:
        if label.name == "number":
            is_noun = (
                token.capital and position > 0 and passage.lexicon.language == "de" and label.value == "8"
            )
            return None if is_noun else float(label.value)
        if label.name == "scale" and token.text not in _AMBIGUOUS_SCALES:
            return float(label.value)
    return None


def _scale(passage: Passage, values: frozenset[float], last: int) -> tuple[frozenset[float], int]:
    """Multiply by the "million" that follows; "m" may be metres, so its number keeps both values."""
    place = last + 1
    while place < len(passage.tokens) and passage.is_joined(last, place):
        token = passage.tokens[place]
        scale = next((x.value for x in token.labels if x.name == "scale"), None)
        if scale is None:
            break
        scaled = frozenset(round(value * float(scale), 6) for value in values)
        values = values | scaled if token.text in _AMBIGUOUS_SCALES else scaled
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
    if place < len(tokens) and tokens[place].folded in {"de", "d"}:
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
