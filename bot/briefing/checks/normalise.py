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
    table = {character: _fold_character(character) for character in set(text)}
    if all(len(folded) == 1 for folded in table.values()):
        return _fold_evenly("".join(map(table.__getitem__, text)))
    characters: list[str] = []
    starts: list[int] = []
    for offset, character in enumerate(text):
        for folded in _fold_character(character):
            if folded == " " and characters and characters[-1] == " ":
                continue
            characters.append(folded)
            starts.append(offset)
    return Folded("".join(characters), tuple(starts), len(text))


def _fold_evenly(plain: str) -> Folded:
    """Fold a text of which every character gives one; only runs of spaces shrink."""
    if "  " not in plain:
        return Folded(plain, range(len(plain)), len(plain))
    starts: list[int] = []
    end = 0
    for run in _SPACES.finditer(plain):
        starts.extend(range(end, run.start() + 1))
        end = run.end()
    starts.extend(range(end, len(plain)))
    return Folded(_SPACES.sub(" ", plain), tuple(starts), len(plain))


def fold_word(word: str) -> str:
    """Fold one word or phrase; white space around it goes."""
    return fold(word).text.strip()


def spell(word: str) -> str:
    """Return `word` in lower case with its accents: what a word list is searched for."""
    if word.isascii():
        return word.lower()
    return "".join(map(_spell_character, unicodedata.normalize("NFC", word).casefold()))


@lru_cache(maxsize=8192)
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


@lru_cache(maxsize=8192)
def _spell_character(character: str) -> str:
    """Return `character` as word lists spell it; Russian prints ё as е more often than not."""
    if character == "ё":
        return "е"
    if character in _SINGLE_QUOTES:
        return "'"
    return "" if unicodedata.category(character) in {"Cf", "Cc", "Cs"} else character
