"""How alike two articles' sentences are, in one language or across two: by what their words share.

A word is known by its stem, by the concepts it belongs to, a number by its value, a name by its sound and its
other names. What stands in many sentences of both articles tells little. Of a word that no list knows,
nothing can be seen in another language: it counts less there.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import islice
from typing import Final

from bot.article.models import Article
from bot.briefing.checks.exonyms import other_names
from bot.briefing.checks.figures import Figure, read_figures
from bot.briefing.checks.names import read_names
from bot.briefing.checks.parts import Keys, is_known, key
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.transliteration import begin_alike, skeleton, sounds_alike
from bot.briefing.rules import LANGUAGES, name_sources
from bot.comparing.words import name_word

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

_OFFICE = frozenset({"role", "person"})
"""The lists that words for somebody's office are on: "chief executive"."""

_SHORTEST_COGNATE = 5

_MOST_WORDS = 60
"""Words of a sentence that are compared: no sentence that a person would read has more."""

_MOST_JOINED = 1_000
"""Different words of an article that are looked for in the other language."""

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

    @property
    def has_rules(self) -> bool:
        """Whether the rules know the article's language."""
        return self.article.language[:2] in LANGUAGES

    @cached_property
    def sources(self) -> dict[int, str]:
        """The source that each sentence names, by the rules of the article's language."""
        return name_sources(self.article)

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
        return {
            number: list(islice(_read_words(self.reading.passage(number), proper), _MOST_WORDS))
            for number in self.numbers
        }


class Likeness:
    """How alike the sentences of two articles are; CPU work, some 0.05 s for two usual articles."""

    def __init__(self, first: Told, second: Told) -> None:
        self.first, self.second = first, second
        self.is_translated = first.language != second.language
        if self.is_translated:
            _join_names(first, second)
        self._keys = tuple(
            {number: _join_keys(words) for number, words in told.words.items()} for told in (first, second)
        )
        spread = Counter(one for keys in self._keys for held in keys.values() for one in held)
        self._weights = tuple(
            {
                number: [(word.keys, self._weigh(word, spread)) for word in words]
                for number, words in told.words.items()
            }
            for told in (first, second)
        )

    @cached_property
    def table(self) -> dict[tuple[int, int], float]:
        """The likeness, from 0 to 1, of every two sentences that share anything."""
        found = {}
        ours, theirs = self._keys
        holding: dict[str, set[int]] = defaultdict(set)
        for number, keys in theirs.items():
            for one in keys:
                holding[one].add(number)
        for first, keys in ours.items():
            for second in sorted(set[int]().union(*(holding[one] for one in keys))):
                found[first, second] = self._compare(first, second)
        return found

    def count_shared(self, pair: tuple[int, int]) -> float:
        """Return how many words and numbers of a sentence stand in another one; a name counts half."""
        known = self._keys[1][pair[1]]
        words = self.first.words[pair[0]]
        return sum(word.evidence for word in words if not word.keys.isdisjoint(known))

    def _compare(self, first: int, second: int) -> float:
        ours = _held(self._weights[0][first], self._keys[1][second])
        theirs = _held(self._weights[1][second], self._keys[0][first])
        return _LARGER_SHARE * max(ours, theirs) + (1 - _LARGER_SHARE) * min(ours, theirs)

    def _weigh(self, word: Word, spread: Counter[str]) -> float:
        """Return what a word tells: the fewer sentences of both articles hold it, the more."""
        widest = max(spread[one] for one in word.keys)
        unknown = _UNKNOWN if self.is_translated and not is_known(word.keys) else 1.0
        return word.weight * unknown * math.log(1 + sum(map(len, self._keys)) / widest)


def _held(weights: Iterable[tuple[Keys, float]], known: Keys) -> float:
    """Return which part of some words, by weight, stands among others."""
    total = held = 0.0
    for keys, weight in weights:
        total += weight
        held += 0.0 if keys.isdisjoint(known) else weight
    return held / total if total else 0.0


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
        labels |= {f"word={name}" for name in name_word(token.text, passage.lexicon.language)}
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
    if is_name:
        return Word(token, keys, _NAME, _NAME_EVIDENCE)
    # Who somebody is, and that they ask or refuse, is not yet what they say.
    is_manner = "attributing" in token.names or set(token.names) >= _OFFICE
    return Word(token, keys, 1.0, 0.0 if is_manner else 1.0)


def _places(figure: Figure) -> range:
    return range(figure.first, figure.last + 1)


def _join_keys(words: Iterable[Word]) -> Keys:
    return frozenset[str]().union(*(word.keys for word in words))


def _join_names(first: Told, second: Told) -> None:
    """Give the names and cognates of two languages a key in common where they can be one."""
    ours, theirs = _list_words(first), _list_words(second)
    by_sound: dict[str, list[str]] = defaultdict(list)
    for other in theirs:
        by_sound[skeleton(other)[:1]].append(other)
    for word, places in ours.items():
        others = {*by_sound[skeleton(word)[:1]], *(theirs.keys() & other_names(word))}
        for other in sorted(others):
            if _can_be_one(places[0].token, theirs[other][0].token):
                for one in (*places, *theirs[other]):
                    one.keys |= {f"&{word}={other}"}


def _list_words(told: Told) -> dict[str, list[Word]]:
    """Return the first words of an article, each with its places."""
    found: dict[str, list[Word]] = {}
    for words in told.words.values():
        for word in words:
            if word.token.kind == "word" and (word.token.folded in found or len(found) < _MOST_JOINED):
                found.setdefault(word.token.folded, []).append(word)
    return found


def _can_be_one(one: Token, other: Token) -> bool:
    """Whether two words of different languages can be one name, or come from one root."""
    if one.folded == other.folded or other.folded in other_names(one.folded):
        return True
    if min(len(one.folded), len(other.folded)) >= _SHORTEST_COGNATE:
        bones = skeleton(one.folded)
        if begin_alike(one.folded, other.folded) or (len(bones) > 3 and bones == skeleton(other.folded)):
            return True
    return one.capital and other.capital and sounds_alike(one.folded, other.folded)
