"""Paragraphs that the extractor left out though they stand among those it took."""

from collections import Counter

from lxml import html

_WORDS = 8  # of a paragraph worth recovering
_KNOWN = 3  # recognised paragraphs that make their kind of container the article's
_HEAD = 60  # letters by which a paragraph is known, wherever the extractor broke its lines
_LIMIT = 5_000  # paragraphs looked at


def recover_paragraphs(tree: html.HtmlElement, text: str) -> str:
    """Return the text with the paragraphs it lacks, each after the one that stands before it on the page.

    Outlets part an article by advertisements into several containers of one make; extractors take the
    fullest.
    """
    lines = text.split("\n\n")
    position = {_key(line): number for number, line in enumerate(lines)}
    whole = "".join(position)
    blocks = [(block, _key(block.text_content())) for block in list(tree.iter("p"))[:_LIMIT]]
    makes = Counter(_make(block) for block, key in blocks if key in position)
    at, missing = -1, dict[int, list[str]]()
    for block, key in blocks:
        if key in position:
            at = position[key]
        elif key and makes[_make(block)] >= _KNOWN and key[:_HEAD] not in whole:
            line = " ".join(block.text_content().split())
            if len(line.split()) >= _WORDS:
                missing.setdefault(at, []).append(line)
                position[key] = at
    merged = list(missing.get(-1, []))
    for number, line in enumerate(lines):
        merged += [line, *missing.get(number, [])]
    return "\n\n".join(merged)


def _make(block: html.HtmlElement) -> tuple[str, ...]:
    """Return what kind of container a paragraph stands in."""
    holders = [holder for _, holder in zip(range(2), block.iterancestors(), strict=False)]
    return tuple(f"{holder.tag!s}.{holder.get('class', '')}" for holder in holders)


def _key(line: str) -> str:
    return "".join(filter(str.isalnum, line.casefold()))
