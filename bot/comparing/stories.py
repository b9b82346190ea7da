"""Articles → stories: which of them tell of the same event, by cheap signals and without a model.

What two articles share counts by how few of the others have it, too: names (compared by their consonants, so
that scripts do not matter), numbers, what known words stand for in any language, and, within one language,
the beginnings of words. Articles join when they are alike on average, so that no chain of half-alike ones
grows into a story of everything.
"""

import heapq
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import combinations

from bot.article.models import Article
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.transliteration import skeleton
from bot.comparing.accounts import read_claim
from bot.comparing.words import name_word

LEAD_CHARS = 600
"""Of an article's text: what happened stands there."""

ALIKE = 0.13
"""Average likeness from which two groups are one story. On tests/data/stories.jsonl pairs then have an F1 of
1.00, and as much from .11 to .18; on stories-blind.jsonl, written by somebody who knew none of this, .87, all
of it by what is missed: reports of one event that share hardly a name."""

_STEM = 5
"""Letters by which words of one language are compared: endings differ, and compounds begin alike."""
_SHORTEST_WORD = 4
_SHORTEST_SKELETON = 3
_NAME_WEIGHT = 1.5
_NUMBER_WEIGHT = 1.2
_CONCEPT_WEIGHT = 0.5
_ABROAD = 0.3
"""What the likeness of reports in two languages counts for beside others: little can be seen there."""
_FADING = timedelta(days=3)
"""Articles so far apart need to be twice as alike."""
_OTHERS = 20
"""Reports that are thought to stand beside those at hand, so that rarity means something among a few, too."""
_LEAST_HELD = 7
"""Signals that a report is taken to hold at least, so that a short one is not alike to everything."""
_FEWEST_SHARED = 2
"""One name in common makes no story within a language."""

_FEWEST_CONCEPTS = 0.2
"""Share of what two reports speak of, in two languages and without a name or a number in common."""

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_THOUSANDS = re.compile(r"\d{1,3}(?:[ \u00a0\u202f.,]\d{3})+(?!\d)")
_NUMBER = re.compile(rf"{_THOUSANDS.pattern}|\d+(?:[.,]\d+)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """An article as grouping sees it."""

    title: str
    lead: str
    """The first sentences, or what a feed says of it."""
    language: str
    """ISO 639-1."""
    told: datetime | None = None
    """When it was published, as far as known; with a zone."""


@dataclass(frozen=True, slots=True)
class _Signals:
    """What a report can have in common with others."""

    names: frozenset[str]
    numbers: frozenset[str]
    words: frozenset[str]
    concepts: frozenset[str]

    def __iter__(self) -> Iterator[str]:
        yield from (*self.names, *self.numbers, *self.words, *self.concepts)


def group_reports(reports: Sequence[Report]) -> list[tuple[int, ...]]:
    """Return the stories as indices into `reports`, in the order of their first reports.

    Quadratic in the number of reports; CPU work that belongs off the event loop from some fifty on.
    """
    collection = _Collection(reports)
    groups = _Groups([report.language for report in reports])
    for first, second in combinations(range(len(reports)), 2):
        if (alike := collection.compare(first, second)) > 0:
            groups.relate(first, second, alike * groups.count_pairs(first, second))
    while (closest := groups.find_closest()) is not None:
        groups.join(*closest)
    return sorted(tuple(sorted(group)) for group in groups.members.values())


def read_report(article: Article) -> Report:
    """Return an article as grouping sees it."""
    return Report(title=article.title or "", lead=article.text[:LEAD_CHARS], language=article.language)


def compare_reports(first: Report, second: Report) -> float:
    """Return how alike two reports are by themselves, from 0 to 1: whether they tell of one event."""
    return _Collection((first, second)).compare(0, 1)


class _Collection:
    """Reports with their signals, and how much each signal tells among them."""

    def __init__(self, reports: Sequence[Report]) -> None:
        self._reports = reports
        self._signals = [_read_signals(report) for report in reports]
        seen = Counter(signal for signals in self._signals for signal in signals)
        total = len(reports) + _OTHERS
        self._weights = {signal: math.log(1 + total / count) for signal, count in seen.items()}
        self._least = _LEAST_HELD * math.log(1 + total / 3)
        self._names: dict[str, set[str]] = {}
        for report, signals in zip(reports, self._signals, strict=True):
            self._names.setdefault(report.language, set()).update(signals.names)

    def compare(self, first: int, second: int) -> float:
        """Return how alike two reports are: the weight of what they share to that of what they hold."""
        one, other = self._reports[first], self._reports[second]
        ours, theirs = self._signals[first], self._signals[second]
        names = (_NAME_WEIGHT, *self._comparable_names(one, ours, other, theirs))
        numbers = (_NUMBER_WEIGHT, ours.numbers, theirs.numbers)
        words = (1.0, ours.words, theirs.words)
        kinds = [names, numbers, (_CONCEPT_WEIGHT, ours.concepts, theirs.concepts)]
        if one.language == other.language:
            # A name is among the words, too.
            if len(ours.words & theirs.words) + len(ours.numbers & theirs.numbers) < _FEWEST_SHARED:
                return 0.0
            kinds.append(words)
        elif not (names[1] & names[2] or ours.numbers & theirs.numbers or _speak_of_one(ours, theirs)):
            return 0.0
        shared = sum(weight * self._weigh(mine & yours) for weight, mine, yours in kinds)
        held = sum(
            weight * math.sqrt(self._weigh(mine) * self._weigh(yours)) for weight, mine, yours in kinds
        )
        likeness = shared / max(held, self._least)
        if one.told is None or other.told is None:
            return likeness
        return likeness / (1 + abs(one.told - other.told) / _FADING)

    def _comparable_names(
        self, one: Report, ours: _Signals, other: Report, theirs: _Signals
    ) -> tuple[frozenset[str], frozenset[str]]:
        """Return both reports' names; across languages those that both languages' reports hold at all.

        German capitalises every noun, and no other language could share those.
        """
        if one.language == other.language:
            return ours.names, theirs.names
        known = self._names[one.language] & self._names[other.language]
        return ours.names & known, theirs.names & known

    def _weigh(self, signals: Iterable[str]) -> float:
        """Return how much signals tell: the fewer reports have one, the more."""
        return sum(map(self._weights.__getitem__, signals))


class _Groups:
    """Groups of reports, each named by one of them, and how alike they are: summed over pairs of reports."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.members: dict[int, tuple[int, ...]] = {index: (index,) for index in range(len(languages))}
        self._languages = [Counter([language]) for language in languages]
        self._likeness: dict[int, dict[int, float]] = {index: {} for index in range(len(languages))}
        self._closest: list[tuple[float, int, int, int]] = []
        """A heap: average likeness of two groups, negative; both; how many reports they had together."""

    def count_pairs(self, first: int, second: int) -> float:
        """Return how many pairs of reports two groups make; a pair in two languages counts for less."""
        ours, theirs = self._languages[first], self._languages[second]
        alike = sum(count * theirs[language] for language, count in ours.items())
        return alike + _ABROAD * (ours.total() * theirs.total() - alike)

    def relate(self, first: int, second: int, alike: float) -> None:
        """Note how alike two groups are."""
        first, second = min(first, second), max(first, second)
        self._likeness[first][second] = self._likeness[second][first] = alike
        average = alike / self.count_pairs(first, second)
        if average >= ALIKE:
            size = len(self.members[first]) + len(self.members[second])
            heapq.heappush(self._closest, (-average, first, second, size))

    def find_closest(self) -> tuple[int, int] | None:
        """Return which two groups are most alike on average, if any are alike enough."""
        while self._closest:
            _, first, second, size = heapq.heappop(self._closest)
            ours, theirs = self.members.get(first), self.members.get(second)
            # Groups that have grown since were related anew.
            if ours and theirs and len(ours) + len(theirs) == size:
                return first, second
        return None

    def join(self, first: int, second: int) -> None:
        """Make one group of two; its likeness to another is the sum of theirs."""
        self.members[first] += self.members.pop(second)
        self._languages[first] += self._languages[second]
        ours, theirs = self._likeness[first], self._likeness.pop(second)
        for other in (ours.keys() | theirs.keys()) - {first, second}:
            self._likeness[other].pop(second, None)
            self.relate(first, other, ours.get(other, 0.0) + theirs.get(other, 0.0))
        ours.pop(second, None)


def _read_signals(report: Report) -> _Signals:
    """Return the signals of a report; a capitalised word is taken for a name."""
    text = f"{report.title}. {report.lead}"
    names, words = set[str](), set[str]()
    for found in _WORD.finditer(text):
        word = fold_word(found[0])
        if found[0][0].isupper() and len(bones := skeleton(word)) >= _SHORTEST_SKELETON:
            names.add(f"name:{bones}")
        if len(word) >= _SHORTEST_WORD:
            words.add(f"{report.language}:{word[:_STEM]}")
    numbers = frozenset(f"number:{_plain(number)}" for number in _NUMBER.findall(text) if _tells(number))
    concepts = frozenset(_read_concepts(text, report.language))
    return _Signals(frozenset(names), numbers, frozenset(words), concepts)


def _read_concepts(text: str, language: str) -> Iterator[str]:
    """Yield what the words of a text stand for in any language, as far as lists know them."""
    for token in read_claim(text, language).tokens:
        yield from (f"concept:{label.value}" for label in token.labels if label.name == "concept")
        yield from (f"word:{name}" for name in name_word(token.text, language))


def _speak_of_one(ours: _Signals, theirs: _Signals) -> bool:
    """Whether a fair part of what two reports speak of is the same; chance alone makes a sixth."""
    shared, held = ours.concepts & theirs.concepts, ours.concepts | theirs.concepts
    return len(shared) >= _FEWEST_CONCEPTS * len(held)


def _tells(number: str) -> bool:
    """Whether a number is neither a digit nor a year of these times, which unrelated news have in common."""
    return len(number) > 1 and not re.fullmatch(r"20[1-4]\d", number)


def _plain(number: str) -> str:
    """Return a number without separators of thousands, with a decimal point."""
    return re.sub(r"\D", "", number) if _THOUSANDS.fullmatch(number) else number.replace(",", ".")
