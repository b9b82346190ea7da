"""HTML → the article on it, with what its head says about it.

Runs in a worker, since parsers can be made to run for long.
"""

import re
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from trafilatura.metadata import extract_metadata

from bot.article.alternates import find_canonical
from bot.article.authors import find_authors
from bot.article.body import find_body, visible_text
from bot.article.complexity import refuse_heavy
from bot.article.dates import read_dates, visible_days
from bot.article.hidden import parse_html, strip_hidden
from bot.article.invisible import strip_invisible
from bot.article.metadata import read_all_meta, read_linked_data, read_meta, read_meta_credits
from bot.article.orders import gives_orders
from bot.article.walls import PageKind, is_partial, refuse_page
from bot.errors import NoArticle

_TITLE_CHARACTERS = 300
_DATE_SETTINGS = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}
_PUBLISHED = ("article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate")
_MODIFIED = ("article:modified_time", "datemodified", "last-modified", "dc.date.modified", "og:updated_time")
_AUTHORS = (
    "author",
    "article:author",
    "parsely-author",
    "sailthru.author",
    "byl",
    "dc.creator",
    "dcterms.creator",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Extracted:
    """What a page holds; `text` is paragraphs parted by blank lines."""

    text: str
    title: str | None
    site: str | None
    published: str | None
    """ISO date, only when the page states it."""
    modified: str | None
    published_at: datetime | None
    modified_at: datetime | None
    authors: tuple[str, ...]
    language: str | None
    """As the page declares it."""
    canonical: str | None
    """The address that the page gives for itself, on its own site."""
    partial: bool
    hidden_words: int
    hidden_characters: int
    hidden_orders: bool


def extract_page(source: str, url: str) -> Extracted:
    """Find the article on a page.

    Raises PageTooComplex, CookieWall, VideoPage, ListingPage, PaidPage or NoArticle.
    """
    refuse_heavy(source)
    tree = parse_html(source)
    if tree is None:
        raise NoArticle("nothing to parse")
    head = extract_metadata(tree, default_url=url, date_config=dict(_DATE_SETTINGS), extensive=False)
    linked = read_linked_data(tree)
    descriptions = (linked.description, read_meta(tree, "og:description"), read_meta(tree, "description"))
    published = [linked.published, *read_all_meta(tree, *_PUBLISHED), head.date or ""]
    modified = [linked.modified, *read_all_meta(tree, *_MODIFIED)]
    credited = [*linked.authors, *read_meta_credits(tree, *_AUTHORS)]
    og_type = read_meta(tree, "og:type").lower()
    tier = read_meta(tree, "article:content_tier").lower()
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    canonical = find_canonical(tree, url)
    hidden = strip_hidden(tree)
    page = PageKind(tree, linked, og_type, tier)
    seen = visible_text(tree)
    site = _clean_site(head.sitename or linked.publisher, url)
    title = _clean_title(head.title or linked.headline, site)
    text = find_body(tree, title, descriptions)
    refuse_page(url=url, title=title, text=text, seen=seen, page=page)
    dates = read_dates(published, modified, visible_days(tree, seen))
    return Extracted(
        text=text,
        title=title,
        site=site,
        published=dates.published,
        modified=dates.modified,
        published_at=dates.published_at,
        modified_at=dates.modified_at,
        authors=find_authors(tree, credited, seen, site),
        language=language,
        canonical=canonical,
        partial=is_partial(text, seen, page),
        hidden_words=hidden.words,
        hidden_characters=hidden.characters,
        hidden_orders=gives_orders(hidden.text),
    )


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
    visible, _ = strip_invisible("" if "://" in (site or "") else site or "")
    name = " ".join(visible.split())[:80].lstrip("@")
    return name or (urlsplit(url).hostname or "").removeprefix("www.") or None
