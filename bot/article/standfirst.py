"""The paragraph between headline and report, which extractors take for page furniture."""

import re
from collections.abc import Iterator

from lxml import html
from rapidfuzz import fuzz

from bot.article.datelines import find_date
from bot.article.models import count_words

_NAMES = re.compile(
    r"(?:^|[-_ ]|__)(?:"
    r"stand-?first|lead(?:-?text|-?paragraph|in)?|lede|intro(?:duction|text)?|teaser[-_]?text|"
    r"sub-?(?:title|head(?:line|ing)?)|dek|deck|summary|abstract|chap[oô]|entradilla|bajada|sapo|excerpt|strap-?line|"
    r"vorspann|anriss|ingress|manchet|perex|sommario|occhiello|preamble|synopsis)(?:$|[-_ ])",
    re.IGNORECASE,
)
_BLOCKS = ("p", "div", "h2", "h3", "span", "strong", "header", "section")
_INNER = frozenset(
    {"p", "div", "ul", "ol", "h1", "h2", "h3", "section", "figure", "article", "table", "form"}
)
_OTHERS = ("a", "h1", "figure", "figcaption", "aside", "nav", "footer", "button", "form", "ul", "ol")
_WORDS = range(8, 121)
_ALIKE = 90  # of 100, for a description that the page shows
_BODY_WORDS = 15  # a paragraph of so many is the report itself
_LIMIT = 4_000  # blocks looked at


def find_standfirst(
    tree: html.HtmlElement, text: str, title: str | None, descriptions: tuple[str, ...]
) -> str | None:
    """Return the visible standfirst that `text` lacks.

    That is a block which says what the head describes the page with, or one marked as a standfirst, before
    the report begins.
    """
    known = _key(text)
    headline = _key(title or "")
    lines = text.split("\n\n")
    first = next((_key(line) for line in lines if count_words(line) >= _BODY_WORDS), "")
    wanted = [_key(description) for description in descriptions if count_words(description) in _WORDS]
    past_headline = False
    for _, block in zip(range(_LIMIT), _simple_blocks(tree), strict=False):
        past_headline = past_headline or block.tag == "h1"
        line = " ".join(block.text_content().split())
        key = _key(line)
        if key and key == first:
            break
        if (
            count_words(line) not in _WORDS
            or key in known
            or _is_close(key, headline)
            or _stands_in_other(block)
        ):
            continue
        if find_date(line) and not line.endswith((".", "!", "?", "…")):
            continue  # a byline
        if any(_is_alike(key, one) for one in wanted) or _is_marked(block, past_headline):
            return line
    return None


def _simple_blocks(tree: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Yield, in order, the headline and the blocks that hold no other block."""
    for element in tree.iter("h1", *_BLOCKS):
        if element.tag == "h1" or not any(child.tag in _INNER for child in element):
            yield element


def _is_alike(key: str, wanted: str) -> bool:
    """Tell whether a block says what the description does; the head's may be cut short."""
    if len(key) < 30 or len(wanted) < 30:
        return False
    return fuzz.ratio(key[: len(wanted)], wanted) >= _ALIKE and len(key) <= 2.5 * len(wanted)


def _is_close(key: str, headline: str) -> bool:
    return bool(headline) and (fuzz.ratio(key, headline) >= 80 or headline in key)


def _is_marked(block: html.HtmlElement, past_headline: bool) -> bool:
    """Tell whether a block or its holder is named a standfirst, or shares the headline's header."""
    holder = block.getparent()
    if past_headline and next(block.iterancestors("header"), None) is not None:
        return True
    names = [block.get("class", ""), block.get("itemprop", "").replace("description", "standfirst")]
    names += [block.get("data-testid", ""), holder.get("class", "") if holder is not None else ""]
    return any(len(name) < 300 and _NAMES.search(name) for name in names)


def _stands_in_other(block: html.HtmlElement) -> bool:
    """Tell whether a block is part of a headline, a link, a picture or something beside the article."""
    return block.tag == "h1" or next(block.iterancestors(*_OTHERS), None) is not None


def _key(line: str) -> str:
    return "".join(filter(str.isalnum, line.casefold()))
