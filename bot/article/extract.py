"""HTML → the article on it, with what its head says about it.

Runs in a worker, since parsers can be made to run for long.
"""

import logging
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from lxml import html
from readability import Document  # type: ignore[import-untyped]  # it ships no types
from trafilatura import bare_extraction
from trafilatura.metadata import extract_metadata

from bot.article.hidden import parse_html, strip_hidden
from bot.article.invisible import fold_spaces, strip_invisible
from bot.errors import CookieWall, NoArticle, PageTooComplex

MIN_WORDS = 40
"""Fewer are a teaser, a caption or a menu, not an article."""

MAX_TAGS = 50_000
"""Opening brackets in a page; 1.2 MB of empty elements took trafilatura 5 s, its own limit comes after."""

_WALL_WORDS = 400  # a consent page says no more than this
_NAMED_WALL_WORDS = 150  # nor one that its title gives away
_PARTIAL_WORDS = 400  # what is shown of a paid article is shorter
_TITLE_CHARACTERS = 300
_DATE_SETTINGS = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}
_PAID = re.compile(
    r'"isAccessibleForFree"\s*:\s*"?false|content_tier"\s+content="(?:locked|metered)', re.IGNORECASE
)
_STATED_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_BLOCK_TAGS = (
    "article blockquote br caption dd div dl dt figcaption footer form h1 h2 h3 h4 h5 h6 header hr li main "
    "nav ol p pre section table td th tr ul"
)
_BLOCKS = frozenset(_BLOCK_TAGS.split())

for _name in ("trafilatura", "readability", "htmldate", "courlan", "charset_normalizer", "justext"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)  # they log what they read


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What a page holds; `text` is paragraphs parted by blank lines."""

    text: str
    title: str | None
    site: str | None
    published: str | None
    """ISO date, only when the page states it."""
    language: str | None
    """As the page declares it."""
    partial: bool


def extract_page(source: str, url: str) -> Extracted:
    """Find the article on a page; raises PageTooComplex, CookieWall or NoArticle."""
    if source.count("<") > MAX_TAGS:
        raise PageTooComplex("too many tags")
    tree = parse_html(source)
    if tree is None:
        raise NoArticle("nothing to parse")
    head = extract_metadata(tree, default_url=url, date_config=dict(_DATE_SETTINGS), extensive=False)
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    strip_hidden(tree)
    seen = _visible_text(tree)
    text = _find_text(tree)
    title = _clean_title(head.title, head.sitename)
    if _is_wall(title, text, seen):
        raise CookieWall("wall", host=urlsplit(url).hostname or "The site")
    text = _drop_title(text, title)
    if len(text.split()) < MIN_WORDS:
        raise NoArticle(f"{len(text.split())} words")
    return Extracted(
        text=text,
        title=title,
        site=_clean_site(head.sitename, url),
        published=_clean_date(head.date),
        language=language,
        partial=_is_partial(source, text, seen),
    )


def _find_text(tree: html.HtmlElement) -> str:
    """Return the article's paragraphs, by trafilatura, or by readability when that finds too little."""
    found = bare_extraction(
        html.tostring(tree, encoding="unicode"),
        include_comments=False,
        include_tables=False,
        deduplicate=False,
        with_metadata=False,
    )
    text = _clean_text(found.text or "") if found and not isinstance(found, dict) else ""
    if len(text.split()) >= MIN_WORDS:
        return text
    return max(text, _read_with_readability(tree), key=lambda candidate: len(candidate.split()))


def _read_with_readability(tree: html.HtmlElement) -> str:
    """Return what readability takes for the article."""
    summary = Document(html.tostring(tree, encoding="unicode")).summary(html_partial=True)
    part = parse_html(summary)
    return _visible_text(part) if part is not None else ""


def _visible_text(tree: html.HtmlElement) -> str:
    """Return all text of a tree whose hidden parts are gone, a paragraph for each block."""
    parts: list[str] = []
    for element in tree.iter():
        if isinstance(element.tag, str):
            parts.append(("\n\n" if element.tag in _BLOCKS else "") + (element.text or ""))
        parts.append(element.tail or "")
    return _clean_text("".join(parts))


def _clean_text(text: str) -> str:
    """Take out what does not show, and part paragraphs by one blank line."""
    visible, _ = strip_invisible(text)
    lines = (re.sub(r"^(?:- |• )", "", line) for line in fold_spaces(visible).split("\n"))
    return "\n\n".join(line for line in lines if line)


def _clean_title(title: str | None, site: str | None) -> str | None:
    """Take the outlet's name off the end of a title, and cap its length."""
    visible, _ = strip_invisible(title or "")
    line = " ".join(visible.split())
    if site:
        line = re.sub(rf"\s+[|\-–—·:•»]\s+{re.escape(site)}\s*$", "", line, flags=re.IGNORECASE)
    line = re.sub(r"\s+\|\s+[^|]{1,40}$", "", line)
    return line[:_TITLE_CHARACTERS].strip() or None


def _clean_site(site: str | None, url: str) -> str | None:
    """Return the outlet's name, or its host name when the page states none."""
    visible, _ = strip_invisible(site or "")
    name = " ".join(visible.split())[:80].lstrip("@")
    return name or (urlsplit(url).hostname or "").removeprefix("www.") or None


def _clean_date(date: str | None) -> str | None:
    """Return the date if it is one."""
    match = _STATED_DATE.match(date or "")
    return match[0] if match else None


def _drop_title(text: str, title: str | None) -> str:
    """Take the headline off the text; Article keeps it apart."""
    first, _, rest = text.partition("\n\n")
    is_title = title is not None and _key(first) in (_key(title), _key(title.partition(" | ")[0]))
    return rest if is_title else text


def _key(line: str) -> str:
    """Return a line's letters and digits, for comparing."""
    return "".join(filter(str.isalnum, line.casefold()))


def _is_wall(title: str | None, text: str, seen: str) -> bool:
    """Tell whether a consent page, a login or a bot check stands where the article should."""
    walls = _walls()
    words = len(text.split())
    if words > _WALL_WORDS:
        return False
    if words < _NAMED_WALL_WORDS and any(start in (title or "").lower() for start in walls["titles"]):
        return True
    found = [phrase for phrase in walls["phrases"] if phrase in seen.lower()]
    if words < MIN_WORDS:
        return bool(found) and len(seen.split()) <= _WALL_WORDS
    return len(found) >= 2 and any(phrase in text.lower() for phrase in found)


def _is_partial(source: str, text: str, seen: str) -> bool:
    """Tell whether only the free part of a paid article was on the page."""
    if len(text.split()) > _PARTIAL_WORDS:
        return False
    page = seen.lower()
    return bool(_PAID.search(source)) or any(phrase in page for phrase in _walls()["paywall"])


@cache
def _walls() -> dict[str, list[str]]:
    """Read the wording of walls."""
    return tomllib.loads(files("bot.article").joinpath("data", "walls.toml").read_text(encoding="utf-8"))
