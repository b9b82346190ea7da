"""Numbers of two sentences on one matter: whether they are told apart by another number."""

from collections.abc import Iterator
from typing import Final

from bot.briefing.checks.figures import Figure, is_equal, read_figures
from bot.briefing.checks.parts import Keys, key
from bot.briefing.checks.passage import Passage

NEAR: Final = 1.6
"""Times that one of two differing numbers can be the other: farther apart they count two things."""

ROUNDED: Final = 0.08
"""Share of the larger number by which a round one can stand for it: "more than 500" for 530."""

_LEAST_ALONE = 10
"""Of this size and the only ones left over, two numbers count the same, whatever the words after them."""

_REACH = 3
"""Tokens after a number that can say what it counts."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def find_difference(first: Passage, second: Passage) -> tuple[Figure, Figure] | None:
    """Return a number of each sentence that count the same thing and are not the same, or None."""
    ours, theirs = list(_read(first)), list(_read(second))
    lonely = [one for one in ours if not any(_is_same(one, other) for other in theirs)]
    others = [one for one in theirs if not any(_is_same(one, other) for other in ours)]
    rivals = [(one, other) for one in lonely for other in others if _is_near(one, other)]
    if len(lonely) == len(others) == 1 and rivals and min(rivals[0][0].values) >= _LEAST_ALONE:
        return rivals[0]
    return next((pair for pair in rivals if _count_the_same(first, pair[0], second, pair[1])), None)


def _read(passage: Passage) -> Iterator[Figure]:
    """Yield the numbers that count something: no years, no "one"."""
    for figure in read_figures(passage).numbers:
        is_year = not figure.unit and all(_FIRST_YEAR <= value < _LAST_YEAR for value in figure.values)
        if not figure.is_weak and not is_year:
            yield figure


def _is_same(one: Figure, other: Figure) -> bool:
    """Whether two numbers are equal, or one is the other rounded."""
    if is_equal(one, other):
        return True
    return any(_is_rounded(a, b) or _is_rounded(b, a) for a in one.values for b in other.values)


def _is_rounded(round_one: float, exact: float) -> bool:
    digits = f"{round_one:.6e}".partition("e")[0].rstrip("0").rstrip(".")
    is_round = len(digits) == 1 and (round_one >= 1 / ROUNDED or round_one == round(exact))
    is_exact = exact != float(f"{exact:.0e}")
    return is_round and is_exact and abs(round_one - exact) <= ROUNDED * max(round_one, exact)


def _is_near(one: Figure, other: Figure) -> bool:
    """Whether two numbers are of a size, and in units that do not contradict."""
    if one.unit and other.unit and one.unit != other.unit:
        return False
    return any(0 < max(a, b) <= NEAR * min(a, b) for a in one.values for b in other.values)


def _count_the_same(first: Passage, one: Figure, second: Passage, other: Figure) -> bool:
    if one.unit and one.unit == other.unit:
        return True
    return not _counted(first, one).isdisjoint(_counted(second, other))


def _counted(passage: Passage, figure: Figure) -> Keys:
    """Return what the words after a number can be recognised by."""
    places = range(figure.last + 1, min(figure.last + 1 + _REACH, len(passage.tokens)))
    return frozenset[str]().union(
        *(key(passage, place) for place in places if passage.is_joined(figure.last, place))
    )
