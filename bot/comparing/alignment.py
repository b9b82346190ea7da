"""Which sentences of two articles say the same, which differ in a number, which stand in one only."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from bot.briefing.checks.alignment import align
from bot.briefing.checks.figures import Figure
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.polarity import has_opposite, has_other_polarity, is_flipped
from bot.comparing.accounts import Account, read_article, read_claim
from bot.comparing.figures import find_difference
from bot.comparing.likeness import Likeness, Told
from bot.comparing.stories import ALIKE as ALIKE_REPORTS
from bot.comparing.stories import compare_reports, read_report

Numbers = tuple[int, int]
"""The number of a sentence of the first article, and of one of the second."""

ALIKE: Final = 0.18
"""Likeness from which two sentences are taken to say the same, unless another one is far more alike."""

BESIDE_BEST: Final = 0.75
"""Share of the likeness of either sentence's best match that another match must have."""

FEWEST_SHARED: Final = 2.0
FEWEST_RECOGNISED: Final = 0.5
"""Words or numbers, a name counted half, that two such sentences share; fewer are seen across languages."""

BORNE_OUT: Final = 0.08
"""Likeness below which code sees nothing of what a model says two sentences have in common."""

ONE_STORY: Final = ALIKE_REPORTS
ONE_STORY_ACROSS: Final = 0.4
"""Likeness of two whole reports from which they tell of one event; across languages chance makes .25."""

ALIKE_ANYHOW: Final = 0.45
"""Likeness that two sentences need in articles on two events."""

LONE: Final = 0.12
"""Likeness to every sentence of the other article below which a sentence can stand in its own only."""


LONGEST_SEARCHED: Final = 6_000
"""Words of an article in which a sentence is looked for; of a longer one nothing is said to be missing."""


_DENYING: Final = frozenset({("opposite", "accept-"), ("opposite", "admit-"), ("concept", "deny")})


@dataclass(slots=True)
class Alignment:
    """Two articles' sentences, by their numbers."""

    shared: list[Numbers] = field(default_factory=list)
    differing: dict[Numbers, tuple[Figure, Figure]] = field(default_factory=dict)
    only_first: list[int] = field(default_factory=list)
    only_second: list[int] = field(default_factory=list)
    unclear: int = 0
    is_one_story: bool = True


def align_articles(first: Told, second: Told, suggested: Iterable[Numbers] = ()) -> Alignment:
    """Align two articles; `suggested` are pairs that a model named, taken where code does not contradict.

    CPU work that belongs off the event loop.
    """
    likeness = Likeness(first, second)
    alignment = Alignment(is_one_story=_tell_one_story(likeness))
    known = {pair for pair in suggested if likeness.table.get(pair, 0.0) >= BORNE_OUT}
    alike = _find_alike(likeness, is_one_story=alignment.is_one_story)
    contradicted = set[Numbers]()
    for pair in sorted(known | alike):
        one, other = first.reading.passage(pair[0]), second.reading.passage(pair[1])
        if figures := find_difference(one, other):
            alignment.differing[pair] = figures
        elif _contradict(pair, likeness):
            contradicted.add(pair)
        else:
            alignment.shared.append(pair)
    paired = {*alignment.shared, *alignment.differing, *contradicted}
    alignment.only_first = _find_lone(likeness, 0, {pair[0] for pair in paired})
    alignment.only_second = _find_lone(likeness, 1, {pair[1] for pair in paired})
    told = len(first.numbers) + len(second.numbers)
    placed = {pair[0] for pair in paired - contradicted} | set(alignment.only_first)
    others = {pair[1] for pair in paired - contradicted} | set(alignment.only_second)
    alignment.unclear = told - len(placed) - len(others)
    return alignment


def _tell_one_story(likeness: Likeness) -> bool:
    alike = compare_reports(read_report(likeness.first.article), read_report(likeness.second.article))
    return alike >= (ONE_STORY_ACROSS if likeness.is_translated else ONE_STORY)


def _find_alike(likeness: Likeness, *, is_one_story: bool) -> set[Numbers]:
    """Return the pairs that are alike enough, and about as much as the best of either sentence."""
    fewest = FEWEST_RECOGNISED if likeness.is_translated and is_one_story else FEWEST_SHARED
    least = ALIKE if is_one_story else ALIKE_ANYHOW
    table = {
        pair: alike
        for pair, alike in likeness.table.items()
        if alike >= least and likeness.count_shared(pair) >= fewest
    }
    best: dict[tuple[int, int], float] = {}
    for pair, alike in table.items():
        for side, number in enumerate(pair):
            best[side, number] = max(alike, best.get((side, number), 0.0))
    return {
        pair
        for pair, alike in table.items()
        if alike >= BESIDE_BEST * max(best[0, pair[0]], best[1, pair[1]])
    }


def _contradict(pair: Numbers, likeness: Likeness) -> bool:
    """Whether one of two sentences plainly denies what the other says."""
    one, other = likeness.first.reading.passage(pair[0]), likeness.second.reading.passage(pair[1])
    if has_opposite(one, [other]) or has_opposite(other, [one]):
        return True
    if _rejects_accusation(one) != _rejects_accusation(other):
        return True
    if likeness.is_translated:
        return has_other_polarity(one, other) and has_other_polarity(other, one)
    edits = align(one, other)
    return edits is not None and is_flipped(one, other, edits)


def _rejects_accusation(passage: Passage) -> bool:
    """Whether somebody denies what they are accused of ("rejected allegations that …")."""
    labels = {(label.name, label.value) for token in passage.tokens for label in token.labels}
    return ("concept", "accuse") in labels and not _DENYING.isdisjoint(labels)


def _find_lone(likeness: Likeness, side: int, paired: set[int]) -> list[int]:
    """Return the sentences of one article that nothing in the other one carries."""
    own, other = (likeness.first, likeness.second) if side == 0 else (likeness.second, likeness.first)
    if other.article.words > LONGEST_SEARCHED:
        return []
    account: Account = read_article(other.article)
    best: dict[int, float] = {}
    for pair, alike in likeness.table.items():
        best[pair[side]] = max(alike, best.get(pair[side], 0.0))
    return [
        number
        for number in own.numbers
        if number not in paired
        and best.get(number, 0.0) < LONE
        and account.lacks(read_claim(own.article.sentence_text(number), own.language))
    ]
