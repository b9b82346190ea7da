"""What a text spells in characters that show nothing: a way to hand a model orders that no reader sees."""

import re
from collections.abc import Iterator

_FLAG = re.compile("\U0001f3f4[\U000e0020-\U000e007f]+")
"""Flags of parts of countries are spelled in tags, too."""

_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_TAG_BASE = 0xE0000  # tags are ASCII from here on
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{4,}")
_SELECTOR_BASE = 0xE0100 - 16  # the first sixteen have a place of their own
_BITS = re.compile("[\u200b\u200c\u200d\u2060-\u2064\ufeff]{32,}")
_PRINTABLE = 0.9  # of what is decoded, from which on it is no accident
_CHARACTERS = 20_000  # returned


def decode_smuggled(text: str) -> str:
    """Return what tags, variation selectors and zero-width bits in a text spell, a line for each place."""
    return "\n".join(_spelled(_FLAG.sub("", text)))[:_CHARACTERS]


def _spelled(text: str) -> Iterator[str]:
    tags = "".join(_TAGS.findall(text))  # whole, since they may be strewn one by one
    if tags:
        yield "".join(chr(ord(tag) - _TAG_BASE) for tag in tags)
    for run in _SELECTORS.findall(text):
        plain = bytes(map(_selected, run)).decode("utf-8", "ignore")
        if _is_plain(plain):
            yield plain
    for run in _BITS.findall(text):
        yield from _from_bits(run)


def _selected(selector: str) -> int:
    """Return the byte that a variation selector stands for."""
    code = ord(selector)
    return code - 0xFE00 if code < _SELECTOR_BASE else code - _SELECTOR_BASE


def _from_bits(run: str) -> Iterator[str]:
    """Yield what a run of two signs spells, whichever of them is one."""
    signs = sorted(set(run))
    if len(signs) != 2:
        return
    for one in signs:
        bits = "".join("1" if sign == one else "0" for sign in run)
        octets = bytes(int(bits[at : at + 8], 2) for at in range(0, len(bits) - 7, 8))
        plain = octets.decode("utf-8", "ignore")
        if len(plain) >= len(octets) // 4 and _is_plain(plain):
            yield plain


def _is_plain(text: str) -> bool:
    printable = sum(sign.isprintable() or sign in "\n\t" for sign in text)
    return bool(text) and printable >= _PRINTABLE * len(text) and any(map(str.isalpha, text))
