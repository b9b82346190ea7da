"""Word patterns of a language, found in one pass over the words of a text."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

_WORD = re.compile(r"\w+")
_new = tuple.__new__
"""Builds a named tuple in a third of the time that its own constructor takes."""
_STEM_LETTERS = 3
_ANY = "_"
_MAX_APART = 8
"""Words that may stand between the two parts of a phrase."""
_MAX_SEEN = 50_000
"""Words whose candidates are remembered from text to text; some megabytes."""


class Token(NamedTuple):
    """One word: its folded form, and its character offsets."""

    word: str
    start: int
    end: int


class Hit(NamedTuple):
    """A pattern of `category` found at tokens `first` to `last`, inclusive.

    Of a pattern whose last word stands `apart` ("stellte … klar") only the first and the last belong to it.
    """

    category: str
    first: int
    last: int
    apart: bool = False


class _Word(NamedTuple):
    """One word of a pattern, and whether anything may stand before or after it."""

    text: str
    any_start: bool
    any_end: bool

    def matches(self, word: str) -> bool:
        if self.text == _ANY:
            return True
        if self.any_start:
            return word.endswith(self.text)
        return word.startswith(self.text) if self.any_end else word == self.text


class _Pattern(NamedTuple):
    category: str
    rest: tuple[_Word, ...]
    apart: bool = False
    """Whether other words may stand before the last one."""


class _Candidates(NamedTuple):
    """What may begin at a word: lists that hold the word itself, and longer phrases by their second word."""

    single: tuple[str, ...]
    by_second: Mapping[str, Sequence[_Pattern]]
    by_stem: Mapping[str, Sequence[_Pattern]]
    """Longer phrases whose second word may end in any way, by the first letters of that word."""
    loose: Sequence[_Pattern]
    """Longer phrases whose second word may begin in any way, or has a stem of a letter or two."""
    has_longer: bool

    def starting(self, second: str) -> tuple[_Pattern, ...]:
        """Return the longer phrases that a second word may go on."""
        return (
            *self.by_second.get(second, ()),
            *self.by_stem.get(second[:_STEM_LETTERS], ()),
            *self.loose,
        )


def fold(text: str) -> str:
    """Return the spelling that patterns are compared in: small letters, Russian ё as е, German ß as ss."""
    return text.lower().replace("ё", "е").replace("ß", "ss")


@lru_cache(_MAX_SEEN)
def fold_word(word: str) -> str:
    """Fold one word; remembered, since names come again and again."""
    return fold(word)


def tokenise(text: str) -> list[Token]:
    """Split a text into words; apostrophes and hyphens part them."""
    spans = [match.span() for match in _WORD.finditer(text)]
    lowered = text.lower()
    if len(lowered) == len(text) and "ß" not in lowered:
        lowered = lowered.replace("ё", "е")
        return [_new(Token, (lowered[start:end], start, end)) for start, end in spans]
    return [_new(Token, (fold_word(text[start:end]), start, end)) for start, end in spans]


def _parts(phrase: str) -> tuple[_Word, ...]:
    """Read "close* to" as word patterns."""
    found = re.findall(r"(\*?)(\w+)(\*?)", phrase)
    return tuple(_Word(fold(word), before == "*", after == "*") for before, word, after in found)


class Lexicon:
    """Phrases by category; a `*` after a word stands for any ending, one before it for any beginning.

    In "one _ in five" any one word may stand for the `_`, in "stellte … klar" up to a few for the dots.

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
        if "…" in phrase and len(rest) != 1:
            raise ValueError(f"{category}: the dots of “{phrase}” stand between two words")
        table = self._tails if first.any_start else self._stems if first.any_end else self._whole
        table.setdefault(first.text, []).append(_Pattern(category, tuple(rest), "…" in phrase))

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
            longer = candidates.starting(second) if candidates.has_longer else ()
            if not longer:
                hits.extend([_new(Hit, (category, first, first, False)) for category in candidates.single])
                continue
            longest = dict.fromkeys(candidates.single, first)
            for pattern in longer:
                if pattern.apart:
                    hits.extend(_find_apart(pattern, words, first))
                    continue
                last = _end_of_match(pattern, words, first)
                if last is not None and last >= longest.get(pattern.category, first):
                    longest[pattern.category] = last
            hits.extend([_new(Hit, (category, first, last, False)) for category, last in longest.items()])
        return hits

    def _candidates(self, word: str) -> _Candidates | None:
        """Collect what may begin at a word; None, as for most words, when nothing may."""
        found = list(self._whole.get(word, ()))
        for length in self._stem_lengths:
            if length > len(word):
                break
            found.extend(self._stems.get(word[:length], ()))
        for length in self._tail_lengths:
            if length > len(word):
                break
            found.extend(self._tails.get(word[-length:], ()))
        if not found:
            return None
        single = tuple(dict.fromkeys(pattern.category for pattern in found if not pattern.rest))
        by_second: dict[str, list[_Pattern]] = {}
        by_stem: dict[str, list[_Pattern]] = {}
        loose: list[_Pattern] = []
        for pattern in found:
            if not pattern.rest:
                continue
            second = pattern.rest[0]
            if (
                pattern.apart
                or second.text == _ANY
                or second.any_start
                or (second.any_end and len(second.text) < _STEM_LETTERS)
            ):
                loose.append(pattern)
            elif second.any_end:
                by_stem.setdefault(second.text[:_STEM_LETTERS], []).append(pattern)
            else:
                by_second.setdefault(second.text, []).append(pattern)
        return _Candidates(single, by_second, by_stem, loose, bool(by_second or by_stem or loose))


def _find_apart(pattern: _Pattern, words: Sequence[str], first: int) -> Iterator[Hit]:
    """Yield the hit of a pattern in two parts, if its last word follows soon."""
    (expected,) = pattern.rest
    for last in range(first + 1, min(first + _MAX_APART + 2, len(words))):
        if expected.matches(words[last]):
            yield Hit(pattern.category, first, last, apart=True)
            return


def _end_of_match(pattern: _Pattern, words: Sequence[str], first: int) -> int | None:
    last = first
    for expected in pattern.rest:
        last += 1
        if last >= len(words) or not expected.matches(words[last]):
            return None
    return last
