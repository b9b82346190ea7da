"""Quotation marks: where quotations begin and end, in every style the press uses."""

import re

Span = tuple[int, int]
"""Start and end, in characters."""

OPENING = "„“«‹‘‚「『"
_CLOSING = {
    "„": '“”"',
    "“": '”"',
    "«": "»",
    "»": "«",
    "‘": "’",
    "‚": "‘’",
    "‹": "›",
    "「": "」",
    "『": "』",
    '"': '"”',
    "”": "”",
}
_MARK = re.compile(r"[„“”\"«»‘’‚‹›「」『』]|\n\s*\n")
_ANY_MARK = re.compile(r"[„“”\"«»‘’‚‹›「」『』']")
_STRAIGHT_SINGLE = re.compile(r"(?<![\w'])'(?=\w)([^'\n]{2,}?)(?<=[\w.,!?…])'(?![\w'])")
_LEFT_OPEN = re.compile(r"(?<!\w)([«„“‹])(?=\w)[^»“”›]*$")
DOUBLE_MARKS = '"„“”«»'
OUTER_MARKS = "\"'„“”«»‘’‚‹›「」『』`´"


def quoted_spans(text: str) -> tuple[Span, ...]:
    """Return what stands between outermost quotation marks, without the marks.

    A quotation of several paragraphs opens anew in each; any other unclosed mark opens nothing.
    """
    if _ANY_MARK.search(text) is None:
        return ()
    spans: list[Span] = []
    opened: tuple[str, int] | None = None
    for match in _MARK.finditer(text):
        mark = match[0]
        if mark.isspace():
            if opened and text[match.end() : match.end() + 1] in tuple(OPENING):
                spans.append((opened[1], match.start()))
            opened = None
        elif opened is None:
            opened = (mark, match.end()) if _opens(text, match) else None
        elif mark in _CLOSING[opened[0]] and _closes(text, match):
            spans.append((opened[1], match.start()))
            opened = None
    singles = (match.span(1) for match in _STRAIGHT_SINGLE.finditer(text))
    spans.extend(span for span in singles if not any(s <= span[0] < e for s, e in spans))
    return tuple(sorted(spans))


def strip_marks(text: str) -> str:
    """Return `text` without quotation marks and white space around it."""
    return text.strip().strip(OUTER_MARKS).strip()


def close_marks(text: str) -> str:
    """Return a name with the mark that closes the quotation in which it ends (the channel «Night Watch»)."""
    left_open = _LEFT_OPEN.search(text)
    return text + _CLOSING[left_open[1]][0] if left_open else text


def _opens(text: str, match: re.Match[str]) -> bool:
    """Whether a mark can open a quotation where it stands."""
    before = text[match.start() - 1 : match.start()]
    after = text[match.end() : match.end() + 1]
    if match[0] in "’›」』":
        return False
    if match[0] in '"”»‘':
        return bool(after) and not after.isspace() and not before.isalnum()
    return True


def _closes(text: str, match: re.Match[str]) -> bool:
    """Whether a mark can close a quotation where it stands: an apostrophe is followed by a letter."""
    if match[0] not in "’‘":
        return True
    return not text[match.end() : match.end() + 1].isalnum()
