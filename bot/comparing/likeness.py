"""How alike two articles' sentences are, in one language or across two: by what their words share.

A word is known by its stem, by the concepts it belongs to, a number by its value, a name by its sound and its
other names. What stands in many sentences of both articles tells little. Of a word that no list knows,
nothing can be seen in another language: it counts less there.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from bot.article.models import Article
from bot.briefing.checks.exonyms import other_names
from bot.briefing.checks.figures import Figure, read_figures
from bot.briefing.checks.names import read_names
from bot.briefing.checks.parts import Keys, is_known, key
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.transliteration import begin_alike, skeleton, sounds_alike

MOST_SENTENCES: Final = 120
"""Sentences of an article that are compared: what costs is their product, and the news stands first."""

FEWEST_WORDS: Final = 3
"""Words with content below which a sentence asserts nothing by itself: "Why now?" """

_NUMBER, _NAME, _REPORT, _UNKNOWN = 1.6, 0.8, 0.3, 0.4
"""What a number, a name, a reporting verb and a word that nobody knows abroad weigh beside other words."""

_NAME_EVIDENCE = 0.5

_LARGER_SHARE = 0.6
"""Part of the likeness that comes from the sentence of which more stands in the other one."""

_LABELS = frozenset({"body", "verdict", "opposite", "weekday", "month", "unit"})
"""Lists whose values are the same in all languages, besides those that `key` knows."""

_SHORTEST_COGNATE = 5

_LEAST_ROUNDED = 20
_ABOUT = 1.2
"""Numbers that are not farther apart than this share a step of it."""
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
"""Numbers between these are years, which nobody rounds."""


@dataclass(slots=True)
class Word:
    """A word or number of a sentence, with all that it can be recognised by."""

    token: Token
    keys: Keys
    weight: float
    evidence: float = 1.0
    """What it counts for as something two sentences share: one name in common is no assertion in common."""


@dataclass(frozen=True)
class Told:
    """An article's sentences that assert something, word by word."""

    article: Article
    reading: Reading = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "reading", Reading(self.article, self.article.language))

    @property
    def language(self) -> str:
        """ISO 639-1, as the article's words tell it."""
        return self.reading.lexicon.language

    @cached_property
    def numbers(self) -> tuple[int, ...]:
        """The sentences that are compared: neither questions nor what speaks to machines."""
        reading = self.reading
        told = (number for number in reading.numbers if number not in reading.instructions)
        return tuple(number for number in told if _asserts(reading.passage(number)))[:MOST_SENTENCES]

    @cached_property
    def words(self) -> dict[int, list[Word]]:
        """The words of each sentence that is compared."""
        proper = self.reading.proper
        return {number: list(_read_words(self.reading.passage(number), proper)) for number in self.numbers}


class Likeness:
    """How alike the sentences of two articles are; CPU work, some 0.1 s for two usual articles."""

    def __init__(self, first: Told, second: Told) -> None:
        self.first, self.second = first, second
        self.is_translated = first.language != second.language
        if self.is_translated:
            _join_names(first, second)
        self._spread = Counter(
            one for told in (first, second) for words in told.words.values() for one in _keys(words)
        )
        self._sentences = len(first.numbers) + len(second.numbers)

    @cached_property
    def table(self) -> dict[tuple[int, int], float]:
        """The likeness, from 0 to 1, of every two sentences that share anything."""
        found = {}
        holding: dict[str, set[int]] = defaultdict(set)
        for number, words in self.second.words.items():
            for one in _keys(words):
                holding[one].add(number)
        for first, words in self.first.words.items():
            for second in sorted(set[int]().union(*(holding[one] for one in _keys(words)))):
                found[first, second] = self._compare(words, self.second.words[second])
        return found

    def count_shared(self, pair: tuple[int, int]) -> float:
        """Return how many words and numbers of a sentence stand in another one; a name counts half."""
        known = _keys(self.second.words[pair[1]])
        words = self.first.words[pair[0]]
        return sum(word.evidence for word in words if not word.keys.isdisjoint(known))

    def _compare(self, ours: Sequence[Word], theirs: Sequence[Word]) -> float:
        larger, smaller = sorted((self._held(ours, theirs), self._held(theirs, ours)), reverse=True)
        return _LARGER_SHARE * larger + (1 - _LARGER_SHARE) * smaller

    def _held(self, words: Sequence[Word], others: Sequence[Word]) -> float:
        """Return which part of some words, by weight, stands among others."""
        known = _keys(others)
        weighed = [(self._weigh(word), not word.keys.isdisjoint(known)) for word in words]
        total = sum(weight for weight, _ in weighed)
        return sum(weight for weight, is_held in weighed if is_held) / total if total else 0.0

    def _weigh(self, word: Word) -> float:
        """Return what a word tells: the fewer sentences of both articles hold it, the more."""
        spread = max(self._spread[one] for one in word.keys)
        unknown = _UNKNOWN if self.is_translated and not is_known(word.keys) else 1.0
        return word.weight * unknown * math.log(1 + self._sentences / spread)


def _asserts(passage: Passage) -> bool:
    if passage.text.rstrip().endswith("?"):
        return False
    return sum(token.is_content for token in passage.tokens) >= FEWEST_WORDS


def _read_words(passage: Passage, proper: frozenset[str]) -> Iterator[Word]:
    """Yield what a sentence says, word by word; numbers by their values. `proper` are the article's names."""
    figures = {place: figure for figure in read_figures(passage).numbers for place in _places(figure)}
    names = {name.place for name in read_names(passage) if name.word in proper}
    for place, token in enumerate(passage.tokens):
        figure = figures.get(place)
        if figure is not None and not figure.is_weak:
            if place == figure.first:
                yield Word(token, frozenset(_number_keys(figure)), _NUMBER)
            continue
        keys = key(passage, place)
        labels = {f"{one.name}={one.value}" for one in token.labels if one.name in _LABELS}
        if keys or labels:
            yield _weigh_kind(token, keys | labels, is_name=place in names)


def _number_keys(figure: Figure) -> Iterator[str]:
    """Yield every value that a number can have, and about how much it is: "more than 500" for 530."""
    for value in figure.values:
        yield f"number={value:g}"
        if value >= _LEAST_ROUNDED and not _FIRST_YEAR <= value < _LAST_YEAR:
            step = math.floor(math.log(value, _ABOUT))
            yield from (f"about={step}", f"about={step + 1}")


def _weigh_kind(token: Token, keys: Keys, *, is_name: bool) -> Word:
    if "report" in token.names:
        return Word(token, keys, _REPORT, 0.0)
    return Word(token, keys, _NAME, _NAME_EVIDENCE) if is_name else Word(token, keys, 1.0)


def _places(figure: Figure) -> range:
    return range(figure.first, figure.last + 1)


def _keys(words: Iterable[Word]) -> frozenset[str]:
    return frozenset[str]().union(*(word.keys for word in words))


def _join_names(first: Told, second: Told) -> None:
    """Give the names and cognates of two languages a key in common where they can be one."""
    theirs: dict[str, list[Word]] = defaultdict(list)
    for words in second.words.values():
        for word in words:
            if word.token.kind == "word":
                theirs[word.token.folded].append(word)
    for words in first.words.values():
        for word in words:
            folded = word.token.folded
            for other, places in theirs.items() if word.token.kind == "word" else ():
                if _can_be_one(word.token, places[0].token):
                    for one in (word, *places):
                        one.keys |= {f"&{folded}={other}"}


def _can_be_one(one: Token, other: Token) -> bool:
    """Whether two words of different languages can be one name, or come from one root."""
    if one.folded == other.folded or other.folded in other_names(one.folded):
        return True
    if min(len(one.folded), len(other.folded)) >= _SHORTEST_COGNATE:
        bones = skeleton(one.folded)
        if begin_alike(one.folded, other.folded) or (len(bones) > 3 and bones == skeleton(other.folded)):
            return True
    return one.capital and other.capital and sounds_alike(one.folded, other.folded)
