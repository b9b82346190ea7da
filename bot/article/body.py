"""The article's own text on a page whose hidden parts are gone."""

import copy
import logging
import re

from lxml import html
from rapidfuzz import fuzz
from readability import Document  # type: ignore[import-untyped]  # it ships no types
from readability.readability import Unparseable  # type: ignore[import-untyped]  # as above
from trafilatura import bare_extraction

from bot.article.boilerplate import prune_asides
from bot.article.hidden import parse_html
from bot.article.invisible import fold_spaces, strip_invisible
from bot.article.models import count_words
from bot.article.plaintext import is_furniture
from bot.article.recovery import recover_paragraphs
from bot.article.standfirst import find_standfirst
from bot.article.walls import MIN_WORDS

_BLOCK_TAGS = (
    "article blockquote br caption dd div dl dt figcaption footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table td th tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_LINE_ENDS = re.compile(r"[\r\n]+")
_LEAD_LINES = 8  # in which headline, byline and date may stand
_BODY_WORDS = 15  # a line of so many words is the report itself
_SAME_TITLE = 88  # of 100

for _name in ("trafilatura", "readability", "htmldate", "courlan", "charset_normalizer", "justext"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they log what they read


def find_body(tree: html.HtmlElement, title: str | None, descriptions: tuple[str, ...]) -> str:
    """Return the article's paragraphs, from the standfirst on, without its headline."""
    _flatten_ruby(tree)
    pruned = copy.deepcopy(tree)
    prune_asides(pruned)
    text = _read_with_trafilatura(pruned)
    if count_words(text) < MIN_WORDS:
        text = max(text, _read_with_trafilatura(tree), _read_with_readability(tree), key=count_words)
    else:
        text = clean_text(recover_paragraphs(pruned, text))
    text = _drop_lead(text, title)
    standfirst = find_standfirst(tree, text, title, descriptions)
    return f"{clean_text(standfirst)}\n\n{text}" if standfirst else text


def _flatten_ruby(tree: html.HtmlElement) -> None:
    """Put the reading of a word, which stands above it, behind it in brackets, as plain text has it."""
    for ruby in list(tree.iter("ruby")):
        if ruby.getparent() is None:  # it stood inside another one, whose text it is by now
            continue
        readings = ["".join(part.itertext()).strip() for part in ruby.iter("rt")]
        for part in list(ruby.iter("rt", "rp")):
            part.drop_tree()
        word = "".join(ruby.itertext()).strip()
        ruby.text = f"{word}（{''.join(readings)}）" if any(readings) else word
        for child in list(ruby):
            ruby.remove(child)
        ruby.drop_tag()


def _read_with_trafilatura(tree: html.HtmlElement) -> str:
    found = bare_extraction(
        html.tostring(tree, encoding="unicode"),
        include_comments=False,
        include_tables=False,
        deduplicate=False,
        with_metadata=False,
    )
    return clean_text(found.text or "") if found and not isinstance(found, dict) else ""


def _read_with_readability(tree: html.HtmlElement) -> str:
    try:
        summary = Document(html.tostring(tree, encoding="unicode")).summary(html_partial=True)
    except Unparseable:  # a page that is hidden as a whole is one
        return ""
    part = parse_html(summary)
    return visible_text(part) if part is not None else ""


def visible_text(tree: html.HtmlElement) -> str:
    """Return all text of a tree whose hidden parts are gone, a paragraph for each block."""
    parts: list[str] = []
    for element in tree.iter():
        if isinstance(element.tag, str):
            parts.append(("\n\n" if element.tag in _BLOCKS else "") + _fold(element.text))
        parts.append(_fold(element.tail))
    return clean_text("".join(parts))


def _fold(text: str | None) -> str:
    """Return a piece of a page with its line ends as spaces, which is all they are in HTML."""
    return _LINE_ENDS.sub(" ", text) if text else ""


def clean_text(text: str) -> str:
    """Take out what does not show, and part paragraphs by one blank line."""
    visible, _ = strip_invisible(text)
    lines = (re.sub(r"^(?:- |• )", "", line) for line in fold_spaces(visible).split("\n"))
    return "\n\n".join(line for line in lines if line)


def _drop_lead(text: str, title: str | None) -> str:
    """Take the headline, which Article keeps apart, and bylines and dates off the beginning of the text."""
    lines = text.split("\n\n")
    kept: list[str] = []
    for number, line in enumerate(lines[:_LEAD_LINES]):
        if count_words(line) >= _BODY_WORDS and not _is_title(line, title):
            return "\n\n".join([*kept, *lines[number:]])
        if not _is_title(line, title) and not is_furniture(line):
            kept.append(line)
    return "\n\n".join([*kept, *lines[_LEAD_LINES:]])


def _is_title(line: str, title: str | None) -> bool:
    """Tell whether a line is the headline, perhaps with a kicker before it."""
    if not title or len(line) > 2 * len(title):
        return False
    key, wanted = line_key(line), line_key(title)
    if not key or not wanted:
        return False
    return wanted in key or fuzz.ratio(key, wanted) >= _SAME_TITLE


def line_key(line: str) -> str:
    """Return a line's letters and digits, for comparing."""
    return "".join(filter(str.isalnum, line.casefold()))
