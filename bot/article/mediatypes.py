"""Which kinds of answer can hold an article, by what the server says and by what the bytes say."""

import codecs
import re
from dataclasses import dataclass

from bot.errors import PageUnsupported
from bot.locales import N_

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ODT = "application/vnd.oasis.opendocument.text"
EPUB = "application/epub+zip"
PACKED = frozenset({DOCX, ODT, EPUB})
"""Zip files that hold a text."""

DOCUMENTS = PACKED | {PDF}
FEED_TYPE = "application/xml"
FEEDS = frozenset(
    {
        "application/rss+xml",
        "application/atom+xml",
        "application/rdf+xml",
        "application/feed+xml",
        FEED_TYPE,
        "text/xml",
    }
)
READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain"}) | DOCUMENTS
"""What is read as declared."""

_UNNAMED = frozenset({"", "application/octet-stream"})
_UNDECLARED = _UNNAMED | {"text/xml", "application/xml"}  # the bytes decide
_WORDS = (
    ("image/", N_("an image")),
    ("video/", N_("a video")),
    ("audio/", N_("a sound recording")),
    ("application/rss", N_("a feed")),
    ("application/atom", N_("a feed")),
    ("application/json", N_("a data file")),
    ("text/csv", N_("a data file")),
    ("text/calendar", N_("a calendar")),
    ("application/zip", N_("an archive")),
    ("application/gzip", N_("an archive")),
    ("application/x-", N_("a program or an archive")),
)
_MAGIC = (
    (b"\x89PNG", N_("an image")),
    (b"\xff\xd8\xff", N_("an image")),
    (b"GIF8", N_("an image")),
    (b"RIFF", N_("an image or a video")),
    (b"<svg", N_("an image")),
    (b"PK\x03\x04", N_("an archive")),
    (b"\x1f\x8b", N_("an archive")),
    (b"7z\xbc\xaf", N_("an archive")),
    (b"Rar!", N_("an archive")),
    (b"\x7fELF", N_("a program")),
    (b"MZ", N_("a program")),
    (b"OggS", N_("a sound recording")),
    (b"ID3", N_("a sound recording")),
    (b"\x1aE\xdf\xa3", N_("a video")),
    (b"{\\rtf", N_("a word processor's file")),
    (b"\xd0\xcf\x11\xe0", N_("a word processor's file")),
)
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|article|p|div|h1)\b", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.IGNORECASE)
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a fetch is for: which types it takes, and whether a feed is one of them."""

    accept: str
    types: frozenset[str]
    takes_feeds: bool = False


ARTICLE = Wanted(accept="text/html,application/xhtml+xml,text/plain;q=0.8", types=READABLE)

FEED = Wanted(
    accept="application/rss+xml,application/atom+xml,application/xml;q=0.9,text/xml;q=0.9,text/html;q=0.5",
    types=FEEDS | {"text/html", "application/xhtml+xml", "text/plain"},
    takes_feeds=True,
)
"""A feed, or a page that names one; many servers call a feed a text or a page."""


JSON = Wanted(accept="application/json", types=frozenset({"application/json"}))
"""An answer of a service."""


def check_media_type(header: str, wanted: Wanted = ARTICLE) -> tuple[str, str | None]:
    """Read a Content-Type header as type and charset; raises PageUnsupported for what is not wanted."""
    media_type = re.split(r"[;,]", header, maxsplit=1)[0].strip().lower()
    if media_type not in wanted.types | _UNDECLARED:
        what = next((word for start, word in _WORDS if media_type.startswith(start)), N_("a file"))
        raise PageUnsupported(f"type {media_type[:60]}", what=what)
    charset = _CHARSET.search(header[:1_000])
    return media_type, charset[1].lower() if charset else None


def sniff_body(body: bytes, declared: str, wanted: Wanted = ARTICLE) -> str:
    """Return the type that a page is read as: the declared one, or what an undeclared document is.

    A feed, where one is wanted, is FEED_TYPE. Raises PageUnsupported when the bytes are neither text nor a
    document, are another thing than declared, or are no page where nothing was declared.
    """
    if wanted.takes_feeds and _FEED.search(body[:4_096]):
        return FEED_TYPE
    document = PDF if body.startswith(b"%PDF-") else sniff_packed(body)
    if document in wanted.types and declared in {document} | _UNNAMED:
        return document
    what = N_("a file") if declared == PDF or declared in PACKED else sniff_binary(body)
    if what is None and declared in _UNDECLARED:
        head = body[:4_096]
        if _FEED.search(head):
            what = N_("a feed")
        elif not _MARKUP.search(head):
            what = N_("a file")
    if what:
        raise PageUnsupported("sniffed", what=what)
    return declared


def sniff_packed(body: bytes) -> str | None:
    """Return which kind of text a zip file holds, by the names of its parts, or None."""
    if not body.startswith(b"PK\x03\x04"):
        return None
    head = body[:200]  # where the first part of a well-made EPUB or ODT stands
    if b"mimetype" + EPUB.encode() in head or b"META-INF/container.xml" in body:
        return EPUB
    if b"mimetype" + ODT.encode() in head:
        return ODT
    return DOCX if b"word/document" in body else None


def sniff_locked(body: bytes) -> bool:
    """Tell whether a file is an office document that a password has locked."""
    return body.startswith(b"\xd0\xcf\x11\xe0") and "EncryptedPackage".encode("utf-16-le") in body


def is_image(body: bytes) -> bool:
    """Tell whether data begin like a picture of a kind that is read: JPEG, PNG or WebP."""
    return body.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        body.startswith(b"RIFF") and body[8:12] == b"WEBP"
    )


def sniff_binary(body: bytes) -> str | None:
    """Return a plain word for what binary data hold, or None for text."""
    head = body[:4_096].lstrip()
    for start, what in _MAGIC:
        if head.startswith(start):
            return what
    if b"%PDF-" in body[:1_024]:
        return "a PDF"
    if body[4:8] == b"ftyp":
        return N_("a video")
    if b"\x00" in head and not body.startswith(_WIDE_BOMS) and not _is_wide_text(head):
        return N_("a file")
    return None


def _is_wide_text(head: bytes) -> bool:
    """Tell whether zero bytes fall as they do in UTF-16 text without a byte order mark."""
    even, odd = head[0:400:2].count(0), head[1:400:2].count(0)
    return min(even, odd) == 0 and max(even, odd) > min(len(head), 400) // 5
