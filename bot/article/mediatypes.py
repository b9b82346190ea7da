"""Which kinds of answer can hold an article, by what the server says and by what the bytes say."""

import codecs
import re

from bot.errors import PageUnsupported

READABLE = frozenset({"text/html", "application/xhtml+xml", "text/plain", "application/pdf"})
"""What is read as declared."""

PDF = "application/pdf"
_UNDECLARED = frozenset({"", "application/octet-stream", "text/xml", "application/xml"})  # the bytes decide
_WORDS = (
    ("image/", "an image"),
    ("video/", "a video"),
    ("audio/", "a sound recording"),
    ("application/rss", "a feed"),
    ("application/atom", "a feed"),
    ("application/json", "a data file"),
    ("text/csv", "a data file"),
    ("text/calendar", "a calendar"),
    ("application/zip", "an archive"),
    ("application/gzip", "an archive"),
    ("application/x-", "a program or an archive"),
)
_MAGIC = (
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"RIFF", "an image or a video"),
    (b"<svg", "an image"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"7z\xbc\xaf", "an archive"),
    (b"Rar!", "an archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"OggS", "a sound recording"),
    (b"ID3", "a sound recording"),
    (b"\x1aE\xdf\xa3", "a video"),
    (b"{\\rtf", "a word processor's file"),
    (b"\xd0\xcf\x11\xe0", "a word processor's file"),
)
_MARKUP = re.compile(rb"<(?:!doctype html|html|head|body|article|p|div|h1)\b", re.IGNORECASE)
_FEED = re.compile(rb"<(?:rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.IGNORECASE)
_WIDE_BOMS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CHARSET = re.compile(r"charset\s*=\s*[\"']?([\w.:-]{1,40})", re.IGNORECASE)


def check_media_type(header: str) -> tuple[str, str | None]:
    """Read a Content-Type header as type and charset; raises PageUnsupported for what holds no article."""
    media_type = re.split(r"[;,]", header, maxsplit=1)[0].strip().lower()
    if media_type not in READABLE | _UNDECLARED:
        what = next((word for start, word in _WORDS if media_type.startswith(start)), "a file")
        raise PageUnsupported(f"type {media_type[:60]}", what=what)
    charset = _CHARSET.search(header[:1_000])
    return media_type, charset[1].lower() if charset else None


def sniff_body(body: bytes, declared: str) -> str:
    """Return the type that a page is read as: the declared one, or PDF for an undeclared PDF.

    Raises PageUnsupported when the bytes are neither text nor PDF, are another thing than declared, or are
    no page where nothing was declared.
    """
    is_pdf = body.startswith(b"%PDF-")
    if is_pdf and declared in (PDF, "", "application/octet-stream"):
        return PDF
    what = "a file" if declared == PDF else sniff_binary(body)
    if what is None and declared in _UNDECLARED:
        head = body[:4_096]
        if _FEED.search(head):
            what = "a feed"
        elif not _MARKUP.search(head):
            what = "a file"
    if what:
        raise PageUnsupported("sniffed", what=what)
    return declared


def sniff_binary(body: bytes) -> str | None:
    """Return a plain word for what binary data hold, or None for text."""
    head = body[:4_096].lstrip()
    for start, what in _MAGIC:
        if head.startswith(start):
            return what
    if b"%PDF-" in body[:1_024]:
        return "a PDF"
    if body[4:8] == b"ftyp":
        return "a video"
    if b"\x00" in head and not body.startswith(_WIDE_BOMS) and not _is_wide_text(head):
        return "a file"
    return None


def _is_wide_text(head: bytes) -> bool:
    """Tell whether zero bytes fall as they do in UTF-16 text without a byte order mark."""
    even, odd = head[0:400:2].count(0), head[1:400:2].count(0)
    return min(even, odd) == 0 and max(even, odd) > min(len(head), 400) // 5
