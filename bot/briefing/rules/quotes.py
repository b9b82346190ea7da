"""Where a text quotes: every style of quotation marks, nested, unclosed and spanning sentences."""

import re
from typing import NamedTuple

_MARK = re.compile(r"[\"“”„«»‚‘’‹›']|\n\s*\n")
_CLOSERS = {
    '"': '"',
    "“": '”“"',
    "”": "”",
    "„": '“”"',
    "«": "»",
    "»": "«",
    "‚": "‘’",
    "‘": "’",
    "‹": "›",
    "›": "‹",
    "'": "'",
}
_SINGLE = "'‚‘’"


class Span(NamedTuple):
    """Character offsets, end exclusive."""

    start: int
    end: int

    def holds(self, other: "Span") -> bool:
        """Whether `other` lies inside."""
        return self.start <= other.start and other.end <= self.end

    def meets(self, other: "Span") -> bool:
        """Whether both share a character."""
        return self.start < other.end and other.start < self.end


def find_quotations(text: str) -> list[Span]:
    """Return the outermost quotations in order, without marks; one left open ends with its paragraph."""
    found: list[Span] = []
    opened: tuple[int, str] | None = None
    for match in _MARK.finditer(text):
        mark, at = match.group(), match.start()
        if mark.isspace():
            if opened:
                found.append(Span(opened[0], at))
            opened = None
        elif opened is None:
            if _can_open(text, at):
                opened = (at + 1, _CLOSERS[mark])
        elif mark in opened[1] and _can_close(text, at):
            found.append(Span(opened[0], at))
            opened = None
    if opened:
        found.append(Span(opened[0], len(text)))
    return [span for span in found if span.end > span.start]


def _can_open(text: str, at: int) -> bool:
    """Tell an opening mark from an apostrophe, a closing mark without partner and the inch sign."""
    mark, before, after = text[at], text[at - 1 : at], text[at + 1 : at + 2]
    if mark == "’" or not after or (after.isspace() and mark != "«"):
        return False
    if mark in _SINGLE:
        return after.isalnum() and not before.isalnum()
    return not (mark == '"' and before.isalnum())


def _can_close(text: str, at: int) -> bool:
    """Tell a closing mark from an apostrophe inside a word."""
    return text[at] not in _SINGLE or not text[at + 1 : at + 2].isalnum()


def is_quoted(span: Span, quotations: list[Span]) -> bool:
    """Whether `span` lies inside one of the quotations."""
    return any(quotation.holds(span) for quotation in quotations)
