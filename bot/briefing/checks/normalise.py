"""Text made comparable, with a map back to the original's characters.

Two spellings of one passage fold to one string: quotation marks, dashes, spaces, soft hyphens, ligatures,
accents and letter case no longer differ.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

_DOUBLE_QUOTES = "«»“”„‟″＂〝〞〟「」『』"
_SINGLE_QUOTES = "‘’‚‛′ʼʹ`´‹›＇"
_DASHES = "‐‑‒–—―−﹘﹣－"
_UNEVEN = re.compile(r"\s\s|[^\S ]|[\x00-\x1f\x7f`]")
"""What keeps an ASCII text from folding character by character."""
_SPACES = re.compile(" {2,}")
_MOST_CHARACTERS = 8192
"""Characters that are remembered, more than any language has; a page can hold all of Unicode."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text; `starts[i]` is where folded character `i` begins in the original."""

    text: str
    starts: Sequence[int]
    size: int
    """Characters of the original."""

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the original offsets of the folded characters `start` to `end` (at least one)."""
        if isinstance(self.starts, range):
            return start, end
        last = self.starts[end - 1] + 1
        following = self.starts[end] if end < len(self.starts) else self.size
        return self.starts[start], max(last, following)


def fold(text: str) -> Folded:
    """Fold `text`, keeping for every folded character where it comes from."""
    if text.isascii() and not _UNEVEN.search(text):
        return Folded(text.lower(), range(len(text)), len(text))
    parts = list(map(_FOLDED.__getitem__, text))
    plain = "".join(parts)
    is_even = len(plain) == len(text) and "" not in parts
    starts = range(len(text)) if is_even else tuple([i for i, part in enumerate(parts) for _ in part])
    return _join_spaces(plain, starts, len(text))


def _join_spaces(plain: str, starts: Sequence[int], size: int) -> Folded:
    """Make one space of each run of them."""
    if "  " not in plain:
        return Folded(plain, starts, size)
    kept: list[int] = []
    end = 0
    for run in _SPACES.finditer(plain):
        kept.extend(starts[end : run.start() + 1])
        end = run.end()
    kept.extend(starts[end:])
    return Folded(_SPACES.sub(" ", plain), tuple(kept), size)


def fold_word(word: str) -> str:
    """Fold one word or phrase; white space around it goes."""
    return fold(word).text.strip()


def spell(word: str) -> str:
    """Return `word` in lower case with its accents: what a word list is searched for."""
    if word.isascii():
        return word.lower()
    return "".join(map(_spell_character, unicodedata.normalize("NFC", word).casefold()))


class _FoldedCharacters(dict[str, str]):
    """What characters fold to, by character: a look-up here costs a tenth of a call."""

    def __missing__(self, character: str) -> str:
        if len(self) >= _MOST_CHARACTERS:
            self.clear()
        return self.setdefault(character, _fold_character(character))


_FOLDED = _FoldedCharacters()


def _fold_character(character: str) -> str:
    """Return what one character folds to: nothing for an invisible one, several for a ligature."""
    if character in _DOUBLE_QUOTES:
        return '"'
    if character in _SINGLE_QUOTES:
        return "'"
    if character in _DASHES:
        return "-"
    if character.isspace():
        return " "
    kept = (
        part
        for part in unicodedata.normalize("NFKD", character).casefold()
        if unicodedata.category(part) not in {"Mn", "Cc", "Cf", "Cs", "Co", "Cn"}
    )
    return "".join(" " if part.isspace() else part for part in kept)


@lru_cache(maxsize=_MOST_CHARACTERS)
def _spell_character(character: str) -> str:
    """Return `character` as word lists spell it; Russian prints ё as е more often than not."""
    if character == "ё":
        return "е"
    if character in _SINGLE_QUOTES:
        return "'"
    return "" if unicodedata.category(character) in {"Cf", "Cc", "Cs"} else character
