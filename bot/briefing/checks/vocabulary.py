"""What some passages name: whether a name stands there, in any inflection or under another name."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from bot.briefing.checks.exonyms import other_names
from bot.briefing.checks.lexicon import CYRILLIC, load_lexicon
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.transliteration import begin_alike, skeleton, sounds_alike

_SHORTEST_COMMON_START = 3
_LONGEST_ENDING = 5
_LONGEST_ENDINGS = 6
"""Letters of both endings together."""
_LONGEST_FLEETING = 7
"""Letters of a name that can lose a vowel, as "Павел" does in "Павла"."""
_BLENDED = 4
"""Letters of the second word of a blend."""
_SHORTEST_PART_OF_COMPOUND = 5
_SOFTENED = {"ці": "ка", "зі": "га", "сі": "ха"}
"""Ukrainian endings before which the consonant changes: "Вербянці" is in "Вербянка"."""
_DOTTED = re.compile(r"\b(?:[^\W\d_]\.){2,}")

Spellings = dict[str, set[tuple[str, str | None]]]
"""Words of one stem as they are spelled, each with the stem of the name before it."""


class Vocabulary:
    """The words and initials of some passages of one language, for quick comparison with names."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.language = passages[0].lexicon.language
        self._passages = passages
        words = [token for passage in passages for token in passage.tokens if token.kind == "word"]
        self.words = {token.folded for token in words}
        self.capitals = {token.folded for token in words if token.capital}

    @cached_property
    def letters(self) -> str:
        """The first letters of the content words, in order."""
        return "".join(
            token.folded[0] for passage in self._passages for token in passage.tokens if token.is_content
        )

    @cached_property
    def initials(self) -> frozenset[str]:
        """The abbreviations, and the initials of runs of capitalised words."""
        return frozenset(
            found for passage in self._passages for found in (*_initials(passage), *_abbreviations(passage))
        )

    @cached_property
    def starts(self) -> dict[str, list[str]]:
        """The words by their first letters."""
        starts: dict[str, list[str]] = {}
        for word in self.words:
            starts.setdefault(word[:_SHORTEST_COMMON_START], []).append(word)
        return starts

    def __contains__(self, word: str) -> bool:
        """Whether the folded `word` stands there: in any case, as an abbreviation, or under another name."""
        if word in self.words:
            return True
        near = self.starts.get(word[:_SHORTEST_COMMON_START], ())
        if any(is_inflected(word, other, self.language) for other in near) or word in self.initials:
            return True
        is_short = self.language in CYRILLIC and len(word) <= _LONGEST_FLEETING
        return is_short and any(_has_fleeting_vowel(word, other) for other in self.capitals)


class KnownNames:
    """What counts as named by some passages."""

    def __init__(self, vocabularies: Iterable[Vocabulary]) -> None:
        self._vocabularies = tuple(vocabularies)

    def __contains__(self, word: str) -> bool:
        """Whether the folded `word` is named, in any inflection or under another name."""
        if any(word in vocabulary for vocabulary in self._vocabularies):
            return True
        others = other_names(word)
        return any(not others.isdisjoint(vocabulary.words) for vocabulary in self._vocabularies) or any(
            not others.isdisjoint(vocabulary.initials) for vocabulary in self._vocabularies
        )

    def has_beginning(self, word: str) -> bool:
        """Whether a Cyrillic word begins like one of these: "Минобороны" for "Министерство обороны"."""
        start = word[:_SHORTEST_COMMON_START]
        return not start.isascii() and any(
            start in vocabulary.starts for vocabulary in self._vocabularies if vocabulary.language in CYRILLIC
        )

    def has_blend(self, word: str) -> bool:
        """Whether a Cyrillic word is made of the beginnings of two: "Центробанк" of "Центральный банк"."""
        if word.isascii() or len(word) < 2 * _SHORTEST_COMMON_START + 1:
            return False
        cuts = range(_SHORTEST_COMMON_START, len(word) - _SHORTEST_COMMON_START)
        parts = [(word[:cut], word[cut:].lstrip("оеи")[:_BLENDED]) for cut in cuts]
        return any(
            any(other.startswith(head) for other in vocabulary.words)
            and any(other.startswith(tail) for other in vocabulary.words)
            for vocabulary in self._vocabularies
            if vocabulary.language in CYRILLIC
            for head, tail in parts
            if len(tail) == _BLENDED
        )

    def has_ending(self, word: str) -> bool:
        """Whether a German word ends a compound of these: "Auftakt" for "Prozessauftakt"."""
        return len(word) >= _SHORTEST_PART_OF_COMPOUND and any(
            vocabulary.language == "de" and any(other.endswith(word) for other in vocabulary.words)
            for vocabulary in self._vocabularies
        )

    def has_initials(self, word: str) -> bool:
        """Whether words in a row begin with the letters of an abbreviation of three or more."""
        return len(word) > 2 and any(word in vocabulary.letters for vocabulary in self._vocabularies)

    def has_sound(self, word: str) -> bool:
        """Whether a capitalised word of these reads like `word` in another script."""
        return any(
            sounds_alike(word, other) for vocabulary in self._vocabularies for other in vocabulary.capitals
        )

    def has_beginning_of(self, word: str) -> bool:
        """Whether any word of these is made of the same name in another script: "тагорская", "Tagorian"."""
        return any(
            begin_alike(word, other) for vocabulary in self._vocabularies for other in vocabulary.words
        )


def is_inflected(one: str, other: str, language: str) -> bool:
    """Whether two folded names differ only by endings that names of `language` take."""
    if one == other:
        return True
    if language == "uk" and _SOFTENED.get(one[-2:]) == other[-2:] and one[:-2] == other[:-2]:
        return True
    endings = load_lexicon(language).name_endings
    start = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        start += 1
    for cut in (start, start - 1, start - 2):
        if cut < _SHORTEST_COMMON_START or (cut < min(len(one), len(other)) - _LONGEST_ENDING):
            break
        tails = (one[cut:], other[cut:])
        if all(tail == "" or tail in endings for tail in tails) and sum(map(len, tails)) <= _LONGEST_ENDINGS:
            return cut >= 4 or "" in tails or language in CYRILLIC
    return language in CYRILLIC and _has_fleeting_vowel(one, other)


def _has_fleeting_vowel(one: str, other: str) -> bool:
    """Whether two short names differ as "Павел" and "Павла" do."""
    bones, others = sorted((skeleton(one), skeleton(other)), key=len)
    short = (
        max(len(one), len(other)) <= _LONGEST_FLEETING and len(bones) >= 2 and len(others) - len(bones) <= 1
    )
    return short and others.startswith(bones) and one[0] == other[0]


def _abbreviations(passage: Passage) -> Iterator[str]:
    """Yield "us" for "U.S."."""
    yield from (re.sub(r"\W", "", found).casefold() for found in _DOTTED.findall(passage.text))


def _initials(passage: Passage) -> Iterator[str]:
    """Yield "un" for "United Nations": the initials of every run of capitalised words."""
    run = ""
    for place, token in enumerate(passage.tokens):
        if token.capital:
            joined = place > 0 and passage.is_joined(place - 1, place)
            run = run + token.folded[0] if joined else token.folded[0]
            yield from (run[start:] for start in range(len(run) - 1))
        elif token.folded not in {"of", "and", "der", "de", "la", "for", "the"}:
            run = ""


def read_spellings(passages: Iterable[Passage]) -> Spellings:
    """Return how capitalised words are spelled, by stem, each with the stem of the one before it."""
    found: Spellings = {}
    for passage in passages:
        before: str | None = None
        for token in passage.tokens:
            if token.capital:
                found.setdefault(token.stem, set()).add((token.text, before))
            before = token.stem if token.capital and "relation" not in token.names else None
    return found
