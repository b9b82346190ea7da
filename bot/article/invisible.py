"""Invisible Unicode out of text, and white space folded."""

import re
import unicodedata

_JOINERS = "\u200c\u200d"
"""They shape letters in Arabic, Persian and the Indic scripts and join emoji; dropped elsewhere."""

_KEPT_SPACES = "\n\t"
_BLANKS = "\u115f\u1160\u17b4\u17b5\u180e\u2800\u3164\uffa0"
_VARIATION = re.compile("[\ufe00-\ufe0f]")
_PICTURES = ("So", "Sk")  # categories that emoji and their skin tones fall into
_SUSPECT = re.compile(
    r"[^\x20-\x7e\n\u00a1-\u00ac\u00ae-\u02ff\u0370-\u0482\u048a-\u058f"
    r"\u2010-\u2015\u2018-\u2027\u2030-\u205e\u20a0-\u20bf]"
)
"""Everything that needs a closer look; news text in Latin or Cyrillic letters has next to none."""

_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[^\S\n]+")


def strip_invisible(text: str) -> tuple[str, int]:
    """Return the text without characters that show nothing, and how many those were.

    Out go control and format characters, private use, unassigned, tags, blanks that pass for letters, soft
    hyphens, and variation selectors except one after a picture. Joiners stay where they shape letters or
    pictures.
    """
    kept: list[str] = []
    dropped = position = 0
    for match in _SUSPECT.finditer(text):
        at = match.start()
        kept.append(text[position:at])
        position = at + 1
        if _shows(text, at):
            kept.append(text[at])
        else:
            dropped += 1
    kept.append(text[position:])
    return "".join(kept), dropped


def fold_spaces(text: str) -> str:
    """Return the text with plain newlines, and one plain space for every run of spaces within a line."""
    lines = _SPACES.sub(" ", _LINE_ENDS.sub("\n", text)).split("\n")
    return "\n".join(line.strip() for line in lines)


def _shows(text: str, at: int) -> bool:
    """Tell whether the character shows something where it stands."""
    character = text[at]
    if character in _KEPT_SPACES or character.isspace():
        return True
    if character in _JOINERS:
        return _joins(text, at)
    if _VARIATION.match(character):
        return at > 0 and (unicodedata.category(text[at - 1]) in _PICTURES or text[at - 1] in "0123456789#*")
    if character in _BLANKS or "\U000e0000" <= character <= "\U000e0fff":
        return False
    return unicodedata.category(character) not in ("Cc", "Cf", "Co", "Cn", "Cs")


def _joins(text: str, at: int) -> bool:
    """Tell whether a joiner stands between pictures, or after a letter of a script that joins."""
    before = text[at - 1] if at else ""
    after = text[at + 1 : at + 2]
    if not before or not after:
        return False
    if text[at] == "\u200d" and unicodedata.category(after) in _PICTURES:
        return unicodedata.category(before) in _PICTURES or bool(_VARIATION.match(before))
    return "\u0600" <= before <= "\u08ff" or "\u0900" <= before <= "\u0dff"
