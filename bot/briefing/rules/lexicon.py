"""Word patterns of a language, found in one pass over the words of a text."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_MAX_SEEN = 50_000
"""Words whose candidates are remembered from text to text; some megabytes."""


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


class _Word(NamedTuple):
    """One word of a pattern, and whether anything may stand before or after it."""

    text: str
    any_start: bool
    any_end: bool

    def matches(self, word: str) -> bool:
        if self.any_start:
            return len(word) > len(self.text) and word.endswith(self.text)
        return word.startswith(self.text) if self.any_end else word == self.text


class _Pattern(NamedTuple):
    category: str
    rest: tuple[_Word, ...]


class _Candidates(NamedTuple):
    """What may begin at a word: lists that hold the word itself, and longer phrases by their second word."""

    single: tuple[str, ...]
    by_second: Mapping[str, Sequence[_Pattern]]
    loose: Sequence[_Pattern]
    """Longer phrases whose second word stands for several."""


def fold(text: str) -> str:
    """Return the spelling that patterns are compared in: folded case, Russian ё as е."""
    return text.casefold().replace("ё", "е")


def tokenise(text: str) -> list[Token]:
    """Split a text into words; apostrophes and hyphens part them."""
    return [Token(fold(match.group()), match.start(), match.end()) for match in _WORD.finditer(text)]


def _parts(phrase: str) -> tuple[_Word, ...]:
    """Read "close* to" as word patterns."""
    found = re.findall(r"(\*?)(\w+)(\*?)", phrase)
    return tuple(_Word(fold(word), before == "*", after == "*") for before, word, after in found)


class Lexicon:
    """Phrases by category; a `*` after a word stands for any ending, one before it for any beginning.

    Looking up every word whole, by its beginnings and by its ends keeps the scan linear in the text, however
    many patterns there are.
    """

    def __init__(self, entries: Mapping[str, Iterable[str]]) -> None:
        self._whole: dict[str, list[_Pattern]] = {}
        self._stems: dict[str, list[_Pattern]] = {}
        self._tails: dict[str, list[_Pattern]] = {}
        self._seen: dict[str, _Candidates | None] = {}
        for category, phrases in entries.items():
            for phrase in phrases:
                self._add(category, phrase)
        self._stem_lengths = sorted({len(stem) for stem in self._stems})
        self._tail_lengths = sorted({len(tail) for tail in self._tails})

    def _add(self, category: str, phrase: str) -> None:
        first, *rest = _parts(phrase)
        table = self._tails if first.any_start else self._stems if first.any_end else self._whole
        table.setdefault(first.text, []).append(_Pattern(category, tuple(rest)))

    def scan(self, words: Sequence[str]) -> list[Hit]:
        """Find every pattern; of several of one category that begin at one word, the longest."""
        hits: list[Hit] = []
        seen = self._seen
        if len(seen) > _MAX_SEEN:
            seen.clear()
        for first, word in enumerate(words):
            if word in seen:
                candidates = seen[word]
            else:
                candidates = seen[word] = self._candidates(word)
            if candidates is None:
                continue
            second = words[first + 1] if first + 1 < len(words) else ""
            longer = candidates.by_second.get(second, ())
            if not longer and not candidates.loose:
                hits.extend([Hit(category, first, first) for category in candidates.single])
                continue
            longest = dict.fromkeys(candidates.single, first)
            for pattern in (*longer, *candidates.loose):
                last = _end_of_match(pattern, words, first)
                if last is not None and last >= longest.get(pattern.category, first):
                    longest[pattern.category] = last
            hits.extend([Hit(category, first, last) for category, last in longest.items()])
        return hits

    def _candidates(self, word: str) -> _Candidates | None:
        """Collect what may begin at a word; None, as for most words, when nothing may."""
        found = list(self._whole.get(word, ()))
        for length in self._stem_lengths:
            if length > len(word):
                break
            found.extend(self._stems.get(word[:length], ()))
        for length in self._tail_lengths:
            if length >= len(word):
                break
            found.extend(self._tails.get(word[-length:], ()))
        if not found:
            return None
        single = tuple(dict.fromkeys(pattern.category for pattern in found if not pattern.rest))
        by_second: dict[str, list[_Pattern]] = {}
        loose: list[_Pattern] = []
        for pattern in found:
            if pattern.rest and (pattern.rest[0].any_start or pattern.rest[0].any_end):
                loose.append(pattern)
            elif pattern.rest:
                by_second.setdefault(pattern.rest[0].text, []).append(pattern)
        return _Candidates(single, by_second, loose)


def _end_of_match(pattern: _Pattern, words: Sequence[str], first: int) -> int | None:
    last = first
    for expected in pattern.rest:
        last += 1
        if last >= len(words) or not expected.matches(words[last]):
            return None
    return last
