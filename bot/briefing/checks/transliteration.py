"""Names across scripts: whether "Polishchuk" and "Полищук" can be one name."""

import re
from functools import lru_cache

from rapidfuzz import fuzz

_SAME_SOUND = 75.0
"""Similarity of two consonant skeletons, of 100, from which a name is the same in another script."""
_SAME_LETTERS = 65.0
"""Similarity of the whole names, transliterated, that they need besides."""
_PLAIN_BONES = 3
"""Consonants from which two names are one when they have the same."""
_SHORTEST_BEGINNING = 4
_LONGEST_ENDING = 4
_LATIN = dict(
    zip(
        "абвгґдеєжзиіїйклмнопрстуфхцчшщъыьэюя",
        "a b v g g d e e j z i i i i k l m n o p r s t u f h ts ch sh sh - y - e u ya".replace("-", "").split(
            " "
        ),
        strict=True,
    )
)
_SOUNDS = {
    "tsch": "c", "shch": "s", "sch": "s", "tch": "c", "ch": "c", "sh": "s", "kh": "h", "zh": "j", "dj": "j",
    "ph": "f", "th": "t", "ck": "k", "qu": "k", "q": "k", "w": "v", "x": "ks", "ts": "c", "tz": "c", "z": "s",
    "c": "k", "g": "h", "j": "s",
}  # fmt: skip
"""Spellings of one sound, longest first, as German, French and English write Slavic names."""


def sounds_alike(one: str, other: str) -> bool:
    """Whether two folded names have the same consonants, nearly, and mostly the same letters."""
    bones, others = skeleton(one), skeleton(other)
    if bones == others and len(bones) >= _PLAIN_BONES:
        return True
    if fuzz.ratio(_latin(one), _latin(other)) < _SAME_LETTERS:
        return False
    if min(len(bones), len(others)) < 2:
        return _latin(one)[:2] == _latin(other)[:2]
    return bones[0] == others[0] and fuzz.ratio(bones, others) >= _SAME_SOUND


def begin_alike(one: str, other: str) -> bool:
    """Whether two folded words differ at most by their endings, as "Tagorian" and "тагорская" do."""
    first, second = _latin(one), _latin(other)
    size = max(_SHORTEST_BEGINNING, min(len(first), len(second)) - _LONGEST_ENDING)
    return first[:size] == second[:size] and len(first) > size


@lru_cache(maxsize=16_384)
def skeleton(word: str) -> str:
    """Return the consonants of a folded name, alike in both scripts."""
    latin = _latin(word)
    for written, sound in _SOUNDS.items():
        latin = latin.replace(written, sound)
    return re.sub(r"(.)\1+", r"\1", re.sub(r"[aeiouyh]", "", latin))


@lru_cache(maxsize=16_384)
def _latin(word: str) -> str:
    """Return a folded name in Latin letters."""
    return "".join(_LATIN.get(character, character) for character in word)
