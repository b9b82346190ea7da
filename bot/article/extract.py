"""HTML → the article on it, with what its head says about it.

Runs in a worker, since parsers can be made to run for long.
"""

import datetime
import re
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from lxml import html
from trafilatura.metadata import extract_metadata

from bot.article.body import find_body, visible_text
from bot.article.complexity import refuse_heavy
from bot.article.hidden import parse_html, strip_hidden
from bot.article.invisible import strip_invisible
from bot.article.links import canonical_url
from bot.article.metadata import read_linked_data, read_meta
from bot.article.orders import gives_orders
from bot.article.walls import PageKind, is_partial, refuse_page
from bot.errors import AddressRefused, NoArticle

_TITLE_CHARACTERS = 300
_DATE_SETTINGS = {"original_date": True, "extensive_search": False, "outputformat": "%Y-%m-%d"}
_STATED_DATE = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_ALIASES = re.compile(r"^(?:www|amp|m|mobile)\.")


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
    canonical: str | None
    """The address that the page gives for itself, on its own host."""
    partial: bool
    hidden_words: int
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
    og_type = read_meta(tree, "og:type").lower()
    tier = read_meta(tree, "article:content_tier").lower()
    language = tree.get("lang") or tree.get("{http://www.w3.org/XML/1998/namespace}lang")
    canonical = _canonical(tree, url)
    hidden = strip_hidden(tree)
    page = PageKind(tree, linked, og_type, tier)
    seen = visible_text(tree)
    site = _clean_site(head.sitename or linked.publisher, url)
    title = _clean_title(head.title or linked.headline, site)
    text = find_body(tree, title, descriptions)
    refuse_page(url=url, title=title, text=text, seen=seen, page=page)
    return Extracted(
        text=text,
        title=title,
        site=site,
        published=_clean_date(head.date) or _clean_date(linked.published),
        language=language,
        canonical=canonical,
        partial=is_partial(text, seen, page),
        hidden_words=hidden.words,
        hidden_orders=gives_orders(hidden.text),
    )


def _canonical(tree: html.HtmlElement, url: str) -> str | None:
    """Return the address a page gives for itself, if it is a page of the same host; it is not fetched."""
    found = next((link.get("href", "") for link in tree.iter("link") if link.get("rel") == "canonical"), "")
    try:
        address = canonical_url(urljoin(url, found.strip())) if found and url else None
    except (AddressRefused, ValueError):
        return None
    if address is None or urlsplit(address).path in ("", "/"):
        return None
    own, stated = (_ALIASES.sub("", urlsplit(one).hostname or "") for one in (url, address))
    return address if own == stated else None


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
    """Return the date if it is one, and not one to come."""
    match = _STATED_DATE.match(date or "")
    try:
        day = datetime.date.fromisoformat(match[0]) if match else None
    except ValueError:
        return None
    tomorrow = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(days=1)
    return day.isoformat() if day and day <= tomorrow else None
