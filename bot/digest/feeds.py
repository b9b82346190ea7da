"""A feed's bytes → what it is called and its newest entries; an HTML page → the feed that it names."""

import re
from calendar import timegm
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urljoin, urlsplit

import feedparser
from lxml import etree, html

from bot.article.addresses import parse_address
from bot.article.charset import decode_text
from bot.article.complexity import refuse_heavy
from bot.article.hidden import parse_html
from bot.article.invisible import fold_spaces, strip_invisible
from bot.article.language import detect_language
from bot.digest.models import Entry, Feed
from bot.errors import AddressRefused, PageTooComplex, ReadError
from bot.locales import N_

MOST_ENTRIES = 50
"""Newest entries of a feed that are looked at; a chat is told of ten stories at most."""

_TITLE_CHARS = 300
_LEAD_CHARS = 600
_LONGEST_URL = 2_048
_AHEAD = timedelta(hours=26)
"""A date further in the future is a mistake: nobody's clock and zone are further off together."""
_EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
_MARKUP_CHARS = 20_000
"""Of an entry's text that are parsed: its first sentences stand well before."""

_DECLARED = re.compile(rb"^\s*<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([\w.:-]{2,40})", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]{0,200}\?>")
_ELLIPSIS = re.compile(r"\s*\[(?:…|\.{3})\]")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s")
_FEED_TYPE = re.compile(r"application/(?:rss|atom|rdf)\+xml", re.IGNORECASE)
_OF_COMMENTS = re.compile(r"comment", re.IGNORECASE)


class NoFeed(ReadError):
    """Neither a feed nor a page that names one."""

    template = N_("I found no feed there. Send the address of the feed itself, often called RSS or Atom.")


def read_feed(body: bytes, charset: str | None, url: str, now: datetime) -> Feed | None:
    """Read a feed in any of the RSS and Atom versions, also a malformed one; None when the bytes are no feed.

    CPU work on a stranger's bytes: call it in a worker.
    """
    declared = _DECLARED.match(body[:500])
    text = decode_text(body, charset or (declared[1].decode("ascii", "ignore") if declared else None))
    parsed = feedparser.parse(
        _DECLARATION.sub("", text, count=1).encode("utf-8", "replace"),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": url},
        sanitize_html=False,  # nothing of it is shown as markup, and it is slow
        resolve_relative_uris=False,
    )
    if not parsed.get("version") and not parsed.entries:
        return None
    entries: dict[str, Entry] = {}
    for raw in parsed.entries[: 4 * MOST_ENTRIES]:
        if entry := _read(raw, url, now):
            entries.setdefault(entry.url, entry)  # the newest stands first
    dated = sorted(
        (entry for entry in entries.values() if entry.published),
        key=lambda e: e.published or now,
        reverse=True,
    )
    undated = [entry for entry in entries.values() if not entry.published]
    newest = (*dated, *undated)[:MOST_ENTRIES]
    words = " ".join(f"{entry.title}. {entry.lead}" for entry in newest[:20])
    title = _plain(parsed.feed.get("title") or "", _TITLE_CHARS) or urlsplit(url).hostname or url
    return Feed(title=title, language=detect_language(words), entries=newest)


def find_feed(body: bytes, charset: str | None, url: str) -> str | None:
    """Return the address of the feed that an HTML page names, rather one of articles than of comments.

    CPU work on a stranger's bytes: call it in a worker.
    """
    source = decode_text(body, charset)
    try:
        refuse_heavy(source)
    except PageTooComplex:
        return None
    tree = parse_html(source)
    if tree is None:
        return None
    links = [link for link in tree.iter("link") if _FEED_TYPE.match((link.get("type") or "").strip())]
    links.sort(key=lambda link: bool(_OF_COMMENTS.search(f"{link.get('title')} {link.get('href')}")))
    found = (
        _address(link.get("href") or "", url)
        for link in links
        if "alternate" in (link.get("rel") or "").lower()
    )
    return next(filter(None, found), None)


def _read(raw: Any, url: str, now: datetime) -> Entry | None:
    """Read an entry; None for one that leads nowhere or says nothing."""
    address = _address(raw.get("link") or "", url)
    title = _plain(raw.get("title") or "", _TITLE_CHARS)
    contents = [part.get("value") or "" for part in raw.get("content") or () if isinstance(part, dict)]
    lead = next(
        filter(
            None, (_plain(words, _LEAD_CHARS, address) for words in (raw.get("summary") or "", *contents))
        ),
        "",
    )
    if address is None or not (title or lead):
        return None
    return Entry(
        url=address,
        title=title or _cut(_SENTENCE_END.split(lead, maxsplit=1)[0], _TITLE_CHARS),
        lead=lead,
        published=_instant(_dated(raw), now),
        updated=_instant(raw["updated_parsed"], now) if "updated_parsed" in raw.keys() else None,  # noqa: SIM118 - as below
    )


def _dated(raw: Any) -> Any:
    """Return when an entry was published, or else changed, as feedparser gives it."""
    keys = [key for key in ("published_parsed", "updated_parsed") if key in raw.keys()]  # noqa: SIM118 - `in` maps keys
    return next((raw[key] for key in keys if raw[key]), None)


def _address(stated: str, url: str) -> str | None:
    """Return an http address in full, or None."""
    try:
        return (
            parse_address(urljoin(url, stated.strip())).url
            if stated and len(stated) <= _LONGEST_URL
            else None
        )
    except (AddressRefused, ValueError):
        return None


def _instant(parsed: Any, now: datetime) -> datetime | None:
    """Return a date that can be true."""
    try:
        instant = datetime.fromtimestamp(timegm(parsed), UTC)
    except (TypeError, ValueError, OverflowError, OSError):
        return None
    return instant if _EARLIEST < instant < now + _AHEAD else None


def _plain(markup: str, limit: int, own: str | None = None) -> str:
    """Return the words of a piece of HTML on one line, cut between words.

    `own` is the page that they are about: "read more" and "first appeared on" that lead there say nothing.
    """
    text = markup[:_MARKUP_CHARS]
    if "<" in text or "&" in text:
        try:
            tree = html.fragment_fromstring(text, create_parent="div")
        except (etree.ParserError, etree.XMLSyntaxError, ValueError):
            text = re.sub(r"<[^>]*>", " ", text)
        else:
            if own is not None:
                _drop_pointers(tree, own)
            text = " ".join(tree.itertext())
    return _cut(_ELLIPSIS.sub("…", " ".join(fold_spaces(strip_invisible(text)[0]).split())), limit)


def _cut(line: str, limit: int) -> str:
    return line if len(line) <= limit else line[: limit - 1].rsplit(" ", 1)[0] + "…"


def _drop_pointers(tree: html.HtmlElement, own: str) -> None:
    """Drop what only leads on to the whole article: last paragraphs, or last words, with a link there."""
    for link in reversed(list(tree.iter("a"))):
        if _address(link.get("href") or "", own) != own:
            continue
        last = next(link.iterancestors("p"), link)
        if _says_any(last, "preceding") and not _says_any(last, "following"):
            last.drop_tree()


def _says_any(element: html.HtmlElement, where: str) -> bool:
    return any(text.strip() for text in element.xpath(f"{where}::text()"))
