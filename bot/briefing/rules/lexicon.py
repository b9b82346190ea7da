"""Word patterns of a language, found in one pass over the words of a text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_WORD = re.compile(r"\w+")


class Token(NamedTuple):
    """One word: its folded form, and its character offsets."""

    word: str
    start: int
    end: int


class Hit(NamedTuple):
    """A pattern of `category` found at tokens `first` to `last`, inclusive."""

    category: str
    first: int
    last: int


class _Pattern(NamedTuple):
    category: str
    rest: tuple[tuple[str, bool], ...]


def fold(text: str) -> str:
    """Return the spelling that patterns are compared in: folded case, Russian ё as е."""
    return text.casefold().replace("ё", "е")


def tokenise(text: str) -> list[Token]:
    """Split a text into words; apostrophes and hyphens part them."""
    return [Token(fold(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]


def _parts(phrase: str) -> tuple[tuple[str, bool], ...]:
    """Read "close* to" as word patterns: (word, whether any ending may follow)."""
    found = re.findall(r"(\w+)(\*?)", phrase)
    return tuple((fold(word), star == "*") for word, star in found)


class Lexicon:
    """Phrases by category; a `*` after a word stands for any ending of that word.

    Looking up every word whole and by its prefixes keeps the scan linear in the text, however many patterns
    there are.
    """

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        self._whole: dict[str, list[_Pattern]] = {}
        self._stems: dict[str, list[_Pattern]] = {}
        for category, phrases in entries.items():
            for phrase in phrases:
                self._add(category, phrase)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def _add(self, category: str, phrase: str) -> None:
        (word, is_stem), *rest = _parts(phrase)
        table = self._stems if is_stem else self._whole
        table.setdefault(word, []).append(_Pattern(category, tuple(rest)))

    def scan(self, words: Sequence[str]) -> list[Hit]:
        """Find every pattern; of several of one category that begin at one word, the longest."""
        hits: list[Hit] = []
        by_word = {word: self._candidates(word) for word in set(words)}
        for first, word in enumerate(words):
            longest: dict[str, int] = {}
            for pattern in by_word[word]:
                last = _end_of_match(pattern, words, first)
                if last is not None and last >= longest.get(pattern.category, first):
                    longest[pattern.category] = last
            hits.extend(Hit(category, first, last) for category, last in longest.items())
        return hits

    def _candidates(self, word: str) -> list[_Pattern]:
        found = list(self._whole.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found.extend(self._stems.get(word[:length], ()))
        return found


def _end_of_match(pattern: _Pattern, words: Sequence[str], first: int) -> int | None:
    if not pattern.rest:
        return first
    last = first
    for expected, is_stem in pattern.rest:
        last += 1
        if last >= len(words) or not (
            words[last].startswith(expected) if is_stem else words[last] == expected
        ):
            return None
    return last
