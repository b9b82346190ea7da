"""Things exchanged: two numbers in each other's place, a first name before another's surname."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from bot.briefing.checks.figures import Figure, read_figures
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.transliteration import skeleton
from bot.briefing.checks.vocabulary import is_inflected

_TO = frozenset({"to", "auf", "a", "à", "до", "на"})
_FROM = frozenset(
    [
        "from",
        "after",
        "von",
        "nach",
        "gegenüber",
        "desde",
        "de",
        "frente",
        "contre",
        "с",
        "со",
        "против",
        "з",
        "із",
        "від",
        "проти",
    ]
)
"""Words before what a number was, and before what it became."""
_OF_THEM = frozenset(
    ["them", "which", "those", "whom", "davon", "denen", "dont", "cuales", "ellos", "ellas", "них", "яких"]
)
_MOST_FIGURES = 8
"""Numbers of a statement of which every two are compared."""
_WINDOW = 6
"""Tokens on either side of a number that tell what it counts."""
_DIRECT = 3
"""Tokens between two numbers that belong together: "14 votes to 9"."""
_PARTS = frozenset(
    [
        "and",
        "while",
        "but",
        "against",
        "und",
        "gegen",
        "frente",
        "et",
        "contre",
        "и",
        "а",
        "против",
        "та",
        "і",
        "проти",
    ]
)
"""Words that part one number's clause from the next one's."""
_TRANSLATED = frozenset({"body", "month", "number", "opposite", "verdict", "weekday"})
"""Lists whose values are the same in all languages."""
_SOUNDS = 3
"""Consonants by which a name is known in another script."""
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
        for one, two in {*pairwise(ours), *_read_rivals(ours)}
        if not one.values & two.values
    )


def _read_rivals(figures: Sequence[Figure]) -> Iterator[tuple[Figure, Figure]]:
    """Yield the pairs of numbers in one unit, in order."""
    yield from (
        pair for pair in combinations(figures[:_MOST_FIGURES], 2) if pair[0].unit == pair[1].unit != ""
    )


def _is_exchanged(
    statement: Passage, one: Figure, two: Figure, theirs: Sequence[tuple[Passage, Figure]]
) -> bool:
    if _is_more_than_its_whole(statement, one, two):
        return True
    firsts = [(source, figure) for source, figure in theirs if one.values & figure.values]
    seconds = [(source, figure) for source, figure in theirs if two.values & figure.values]
    if len(firsts) != 1 or len(seconds) != 1:
        return False
    (source, first), (other, second) = firsts[0], seconds[0]
    own = [(_word_before(statement, figure), figure.noun) for figure in (one, two)]
    if _is_told_alike(
        own, [(_word_before(source, first), first.noun), (_word_before(other, second), second.noun)]
    ):
        return False
    if _is_direct(one, two):
        between = _between(statement, one, two)
        if _word_before(statement, two) in _TO and _word_before(statement, one) in _FROM:
            return _word_before(source, first) in _TO or _word_before(other, second) in _FROM
        return (
            source is other and _is_direct(second, first) and bool(between & _between(source, second, first))
        )
    kept = _shared(statement, one, source, first) + _shared(statement, two, other, second)
    crossed = _shared(statement, one, other, second) + _shared(statement, two, source, first)
    return crossed > kept + 1 or (crossed > kept == 0 and crossed > 1)


def _is_more_than_its_whole(statement: Passage, one: Figure, two: Figure) -> bool:
    """Whether a statement takes more from something than there is: "160 of 88", "88, of which 160"."""
    if _is_part_of_less(one, two) and _counts_part(statement, one, two):
        return True
    return _is_part_of_less(two, one) and _is_part_of_named(statement, two)


def _is_told_alike(ours: Sequence[tuple[str, str]], theirs: Sequence[tuple[str, str]]) -> bool:
    """Whether two numbers keep the words before them ("from", "to"), or what they count, in any order."""
    return any(
        own == other and own[0] != own[1] and all(own)
        for own, other in zip(zip(*ours, strict=True), zip(*theirs, strict=True), strict=True)
    )


def _counts_part(statement: Passage, one: Figure, two: Figure) -> bool:
    """Whether the second number is what the first one is taken from: "88 of 160"."""
    return _is_direct(one, two) and bool(_between(statement, one, two) & _OF)


def _is_part_of_named(passage: Passage, figure: Figure) -> bool:
    """Whether a number counts some of what was named before it: "41 of which", "davon 41"."""
    following = passage.words[figure.last + 1 : figure.last + 3]
    before = passage.words[max(0, figure.first - 1) : figure.first]
    return (following[:1] == ["of"] and not _OF_THEM.isdisjoint(following)) or not _OF_THEM.isdisjoint(before)


def _word_before(passage: Passage, figure: Figure) -> str:
    """Return the word before a number, a currency sign left out."""
    before = [
        token.text
        for token in passage.tokens[max(0, figure.first - 2) : figure.first]
        if token.kind == "word"
    ]
    return before[-1] if before else ""


def has_other_hour(statement: Passage, sources: Sequence[Passage]) -> bool:
    """Whether an hour stands beside another day than in the sources: "Monday 6am", "lunes a las 10.00"."""
    theirs = [hour for source in sources for hour in _read_hours(source)]
    return any(
        any(values & others for others, _ in theirs)
        and all(day != other for others, other in theirs if values & others)
        for values, day in _read_hours(statement)
    )


def _read_hours(passage: Passage) -> Iterator[tuple[frozenset[float], int]]:
    """Yield every number right after a weekday, with the weekday."""
    figures = read_figures(passage)
    for moment in figures.moments:
        for figure in figures.numbers:
            between = passage.tokens[moment.last + 1 : figure.first]
            is_near = 0 < figure.first - moment.last <= _DIRECT and not any(t.is_content for t in between)
            if moment.weekday is not None and is_near and passage.is_joined(moment.last, figure.first):
                yield figure.values, moment.weekday


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
    is_translated = statement.lexicon is not source.lexicon
    same = _around(statement, figure, is_translated=is_translated) & _around(
        source, other, is_translated=is_translated
    )
    return len(same) + 2 * (figure.unit == other.unit != "")


def _around(passage: Passage, figure: Figure, *, is_translated: bool) -> frozenset[str]:
    """Return what tells what a number counts, as far as the next number or the end of its part."""
    rivals = {
        place for other in read_figures(passage).numbers for place in range(other.first, other.last + 1)
    }
    places: list[int] = []
    for step, end, begin in ((-1, -1, figure.first - 1), (1, len(passage.tokens), figure.last + 1)):
        for place in range(begin, end, step)[:_WINDOW]:
            nearer, farther = sorted((place, place - step))
            if place in rivals or (passage.tokens[place].text in _PARTS and len(rivals) > 1):
                break
            if _is_parted(passage, nearer, farther):
                break
            places.append(place)
    tokens = [passage.tokens[place] for place in places]
    return frozenset(key for token in tokens if (key := _key(token, is_translated=is_translated)))


def _is_parted(passage: Passage, one: int, two: int) -> bool:
    """Whether a comma or a stop stands between two neighbouring tokens; a bracket holds a number's own."""
    between = passage.text[passage.tokens[one].end : passage.tokens[two].start]
    return any(character in ".!?;:," for character in between)


def _key(token: Token, *, is_translated: bool) -> str | None:
    """Return what a word is compared by: in a translation, what a list says of it, or how a name sounds."""
    for label in token.labels:
        if label.name in _TRANSLATED or label.name == "order":
            return f"{label.name} {label.value}"
    if token.kind != "word" or not token.is_content:
        return None
    if not is_translated:
        return token.stem
    return skeleton(token.folded)[:_SOUNDS] if token.capital else None


def read_runs(passages: Iterable[Passage]) -> Names:
    """Return which words stand before which in runs of capitalised words, as first names do."""
    before: Names = {}
    for passage in passages:
        for run in read_capitals(passage):
            for place, word in enumerate(run):
                before.setdefault(word, set()).update(run[:place])
    return before


def has_mixed_name(statement: Passage, article: Names) -> bool:
    """Whether a statement gives somebody another person's first name."""
    language = statement.lexicon.language
    leading = frozenset[str]().union(*article.values())
    for run in read_capitals(statement):
        for one, two in pairwise(run):
            own = _find(two, article, language)
            if own is None or not article[own] or _find(one, article[own], language):
                continue
            if _find(one, leading, language) or _find(one, article, language):
                return True
    return False


def _find(word: str, words: Iterable[str], language: str) -> str | None:
    return next((other for other in words if is_inflected(word, other, language)), None)


def read_capitals(passage: Passage) -> Iterator[list[str]]:
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
