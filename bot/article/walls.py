"""What stands where an article should, or leaves only a part of it: said before any model is asked."""

import re
import tomllib
from functools import cache
from importlib.resources import files
from urllib.parse import urlsplit

from lxml import html

from bot.article.metadata import LinkedData
from bot.article.models import count_words
from bot.errors import CookieWall, ListingPage, NoArticle, PaidPage, VideoPage

MIN_WORDS = 40
"""Fewer are a teaser, a caption or a menu, not an article."""

_WALL_WORDS = 400  # a consent page says no more than this
_NAMED_WALL_WORDS = 150  # nor one that its title gives away
_PARTIAL_WORDS = 400  # what is shown of a paid article is shorter
_VIDEO_WORDS = 120  # a video's description is shorter
_WHOLE_SHARE = 0.6  # of the text that the page gives to machines, from which on it counts as all there
_LIVE_TIMES = 6  # paragraphs that begin with a time of day, from which on a page is a running report
_TABLE_ROWS = 6
_CELL_WORDS = 12
_TABLE_WORDS = 80  # of figures, which are not read: a page with more of them than of text is read in part
_LISTED = 12  # linked headlines, from which on a page without an article is a list of articles
_TEASER_WORDS = 40
_REPORT_WORDS = 160  # in such paragraphs: a page with more is an article among links
_LIST_KINDS = frozenset({"CollectionPage", "ItemList", "SearchResultsPage", "ProfilePage"})
_VIDEO_KINDS = frozenset({"VideoObject", "Movie", "TVEpisode", "Clip"})
_CLOCK = re.compile(
    r"(?:\d{1,2}\s+\w{3,9}\.?,?\s+)?[\[(]?(?:[01]?\d|2[0-3])[.:h]\s?[0-5]\d\b(?:\s?(?:[ap]\.?m\.?|uhr|gmt|bst|et))?",
    re.IGNORECASE,
)
_CUT = re.compile(r"(?:\.\.\.|…|\[(?:…|\.\.\.|&hellip;)\])\s*$")


def refuse_page(*, url: str, title: str | None, text: str, seen: str, page: "PageKind") -> None:
    """Raise the error that names what a page is, when it is no article."""
    words = count_words(text)
    if _is_wall(title, text, seen):
        raise CookieWall("wall", host=urlsplit(url).hostname or "The site")
    if page.is_video and words < _VIDEO_WORDS:
        raise VideoPage(f"{words} words")
    if page.is_list and _reported_words(text) < _REPORT_WORDS:
        raise ListingPage("a list")
    if words < MIN_WORDS:
        if page.is_paid or any(phrase in seen.lower() for phrase in _walls()["paywall"]):
            raise PaidPage(f"{words} words")
        raise NoArticle(f"{words} words")


def is_partial(text: str, seen: str, page: "PageKind") -> bool:
    """Tell whether the text is the free part of a paid article, cut off, or goes on, or is a table's."""
    words = count_words(text)
    if page.table_words >= max(_TABLE_WORDS, words):
        return True
    if page.is_live or _is_running(text):
        return True
    if page.stated_words and words < _WHOLE_SHARE * page.stated_words:
        return True
    if words > _PARTIAL_WORDS:
        return False
    lower = seen.lower()
    return page.is_paid or bool(_CUT.search(text)) or any(phrase in lower for phrase in _walls()["paywall"])


class PageKind:
    """What a page says of itself, in its head and by how it is built."""

    def __init__(self, tree: html.HtmlElement, linked: LinkedData, og_type: str, tier: str) -> None:
        is_article = linked.is_article or og_type == "article"
        self.is_live = "LiveBlogPosting" in linked.kinds
        self.is_paid = linked.is_paid or tier in ("locked", "metered")
        self.is_video = not is_article and (og_type.startswith("video") or bool(linked.kinds & _VIDEO_KINDS))
        self.is_list = not is_article and (
            _linked_headlines(tree) >= (_LISTED // 2 if linked.kinds & _LIST_KINDS else _LISTED)
        )
        self.table_words = sum(map(_count_figures, tree.iter("table")))
        self.stated_words = count_words(linked.body)


def _count_figures(table: html.HtmlElement) -> int:
    """Return the words of a table of figures; one that only lays out a page has long cells."""
    rows = [[count_words(cell.text_content()) for cell in row.iter("td", "th")] for row in table.iter("tr")]
    cells = [words for row in rows if len(row) > 1 for words in row]
    is_of_figures = len(rows) >= _TABLE_ROWS and all(words <= _CELL_WORDS for words in cells)
    return sum(cells) if is_of_figures else 0


def _linked_headlines(tree: html.HtmlElement) -> int:
    """Return how many headlines lead to other pages, one for each page."""
    links = {
        link.get("href")
        for heading in tree.iter("h2", "h3", "h4")
        for link in [*heading.iter("a"), *heading.iterancestors("a")]
        if len(link.text_content().split()) >= 3
    }
    return len(links)


def _reported_words(text: str) -> int:
    """Return how many words stand in paragraphs that are longer than a teaser."""
    return sum(words for words in map(count_words, text.split("\n\n")) if words >= _TEASER_WORDS)


def _is_running(text: str) -> bool:
    """Tell whether a text is a live blog: entries that begin with a time of day."""
    return sum(_CLOCK.match(line) is not None for line in text.split("\n\n")) >= _LIVE_TIMES


def _is_wall(title: str | None, text: str, seen: str) -> bool:
    """Tell whether a consent page, a login or a bot check stands where the article should."""
    walls = _walls()
    words = count_words(text)
    if words > _WALL_WORDS:
        return False
    if words < _NAMED_WALL_WORDS and any(start in (title or "").lower() for start in walls["titles"]):
        return True
    found = [phrase for phrase in walls["phrases"] if phrase in seen.lower()]
    if words < MIN_WORDS:
        return bool(found) and count_words(seen) <= _WALL_WORDS
    return len(found) >= 2 and any(phrase in text.lower() for phrase in found)


@cache
def _walls() -> dict[str, list[str]]:
    """Read the wording of walls."""
    return tomllib.loads(files("bot.article").joinpath("data", "walls.toml").read_text(encoding="utf-8"))
