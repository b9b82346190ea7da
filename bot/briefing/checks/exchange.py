"""Things exchanged: two numbers in each other's place, a first name before another's surname."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from bot.briefing.checks.figures import Figure, read_figures
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.vocabulary import is_inflected

_WINDOW = 4
"""Tokens on either side of a number that tell what it counts."""
_DIRECT = 3
"""Tokens between two numbers that belong together: "14 votes to 9"."""
_OF = frozenset({"of", "de", "von", "der", "des", "sur", "из", "з", "із", "out"})

_NO_NAMES = frozenset(
    {"function", "role", "place", "month", "weekday", "day", "report", "pronoun", "party", "body"}
)
"""Common words; "Miles" and "Mark" are names here, not units."""

Names = dict[str, set[str]]
"""For each word of the article's names, the words before it in a run of capitals."""


def has_exchanged_numbers(statement: Passage, sources: Sequence[Passage]) -> bool:
    """Whether two numbers of a statement stand in each other's place in its sources."""
    ours = [
        figure for figure in read_figures(statement).numbers if not figure.is_weak and not _is_year(figure)
    ]
    theirs = [(source, figure) for source in sources for figure in read_figures(source).numbers]
    return any(
        _is_exchanged(statement, one, two, theirs)
        for one, two in pairwise(ours)
        if not one.values & two.values
    )


def _is_exchanged(
    statement: Passage, one: Figure, two: Figure, theirs: Sequence[tuple[Passage, Figure]]
) -> bool:
    firsts = [(source, figure) for source, figure in theirs if one.values & figure.values]
    seconds = [(source, figure) for source, figure in theirs if two.values & figure.values]
    if len(firsts) != 1 or len(seconds) != 1:
        return False
    (source, first), (other, second) = firsts[0], seconds[0]
    if _is_direct(one, two):
        between = _between(statement, one, two)
        if between & _OF and _is_part_of_less(one, two):
            return True
        return (
            source is other and _is_direct(second, first) and bool(between & _between(source, second, first))
        )
    kept = _shared(statement, one, source, first) + _shared(statement, two, other, second)
    crossed = _shared(statement, one, other, second) + _shared(statement, two, source, first)
    return crossed > kept + 1 or (crossed > kept == 0 and crossed > 1)


def _is_year(figure: Figure) -> bool:
    return not figure.unit and all(1900 <= value < 2100 for value in figure.values)


def _between(passage: Passage, one: Figure, two: Figure) -> frozenset[str]:
    return frozenset(token.text for token in passage.tokens[one.last + 1 : two.first])


def _is_direct(one: Figure, two: Figure) -> bool:
    return 0 < two.first - one.last <= _DIRECT


def _is_part_of_less(one: Figure, two: Figure) -> bool:
    """Whether "one of two" takes more than there is."""
    return one.unit == two.unit == "" and min(one.values) > max(two.values)


def _shared(statement: Passage, figure: Figure, source: Passage, other: Figure) -> int:
    """Count what stands around both numbers, the unit twice."""
    same = _around(statement, figure) & _around(source, other)
    return len(same) + 2 * (figure.unit == other.unit != "")


def _around(passage: Passage, figure: Figure) -> frozenset[str]:
    places = [
        *range(figure.first - 1, figure.first - 1 - _WINDOW, -1),
        *range(figure.last + 1, figure.last + 1 + _WINDOW),
    ]
    tokens = [passage.tokens[place] for place in places if 0 <= place < len(passage.tokens)]
    return frozenset(token.stem for token in tokens if token.kind == "word" and token.is_content)


def read_runs(passages: Iterable[Passage]) -> Names:
    """Return which words stand before which in runs of capitalised words, as first names do."""
    before: Names = {}
    for passage in passages:
        for run in _runs(passage):
            for place, word in enumerate(run):
                before.setdefault(word, set()).update(run[:place])
    return before


def has_mixed_name(statement: Passage, article: Names) -> bool:
    """Whether a statement gives somebody another person's first name."""
    language = statement.lexicon.language
    leading = frozenset[str]().union(*article.values())
    for run in _runs(statement):
        for one, two in pairwise(run):
            own = _find(two, article, language)
            if own is None or not article[own] or _find(one, article[own], language):
                continue
            if _find(one, leading, language):
                return True
    return False


def _find(word: str, words: Iterable[str], language: str) -> str | None:
    return next((other for other in words if is_inflected(word, other, language)), None)


def _runs(passage: Passage) -> Iterator[list[str]]:
    """Yield runs of joined capitalised words that are no common ones, folded."""
    run: list[str] = []
    for place, token in enumerate(passage.tokens):
        is_name = token.capital and token.names.isdisjoint(_NO_NAMES)
        if run and not (is_name and passage.is_joined(place - 1, place)):
            if len(run) > 1:
                yield run
            run = []
        if is_name:
            run.append(token.folded)
    if len(run) > 1:
        yield run
