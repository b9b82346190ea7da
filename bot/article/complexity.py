"""A look at a page's markup before any parser sees it: what would take one for ever is refused at once."""

import re

from bot.errors import PageTooComplex

MAX_TAGS = 50_000
"""Opening brackets in a page; 1.2 MB of empty elements took trafilatura 5 s, its own limit comes after."""

MAX_ATTRIBUTES = 2_000
"""In one tag; the parser compares each with all before it, so 100,000 take minutes."""

_LONG_TAG = re.compile(r"<[a-z][^<>]{8000,}", re.IGNORECASE)
_RAW_TEXT = re.compile(r"<(script|style)\b", re.IGNORECASE)
_VALUE = re.compile(r"\"[^\"]*\"|'[^']*'")


def refuse_heavy(source: str) -> None:
    """Raise PageTooComplex for more tags, or more attributes in one tag, than a page has."""
    if source.count("<") > MAX_TAGS:
        raise PageTooComplex("too many tags")
    if _LONG_TAG.search(source) is None:
        return
    for tag in _LONG_TAG.finditer(_drop_raw_text(source)):
        if len(_VALUE.sub(" ", tag[0]).split()) > MAX_ATTRIBUTES:
            raise PageTooComplex("too many attributes")


def _drop_raw_text(source: str) -> str:
    """Take out what stands in scripts and style sheets, where "a<b" begins no tag; linear in the length."""
    lowered = source.lower()
    kept: list[str] = []
    position = 0
    unclosed: set[str] = set()
    for opening in _RAW_TEXT.finditer(source):
        name = opening[1].lower()
        if opening.start() < position or name in unclosed:
            continue
        end = lowered.find(f"</{name}", opening.end())
        if end < 0:
            unclosed.add(name)  # nor is there one for any later opening
            continue
        kept.append(source[position : opening.end()])
        position = end
    return "".join((*kept, source[position:]))
