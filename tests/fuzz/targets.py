"""What is fuzzed: properties that hold for any input, and inputs that come near to what breaks parsers."""

import zlib
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from hypothesis import strategies as st

from bot.article.addresses import MAX_URL, parse_address
from bot.article.charset import decode_text
from bot.article.extract import extract_page
from bot.article.inflate import STEP_BYTES, Inflater
from bot.article.links import canonical_url, find_links, publisher_url
from bot.article.mediatypes import check_media_type, sniff_body
from bot.errors import AddressRefused, PageUnsupported, ReadError
from tests.article.spellings import FORBIDDEN, PUBLIC, urls
from tests.servers.news import article_page

_URL_PARTS = [
    "http://", "https://", "//", "/", "\\", "@", ":", "?", "#", "[", "]", "%", "%00", "%2e", ".", "..",
    "a", "é",
    "xn--", "news.example", "127.0.0.1", "::1", "０", "\u200b", "\t", "\ud800", "80",
    "www.google.com/amp/s/", "&=",
    "utm_source=", "m.", "ß", "İ", "١",
]  # fmt: skip
_TAGS = [
    "p", "div", "article", "b", "table", "td", "script", "style", "svg", "math", "template", "select",
    "option",
    "textarea", "title", "head", "body", "html", "frameset", "noscript", "iframe", "details", "dialog",
    "br", "a",
    "plaintext", "form", "li", "ul", "h1", "main", "meta", "base", "o:p", "ruby", "blockquote",
]  # fmt: skip
_ATTRIBUTES = [
    "", ' style="display:none"', ' style="{}:;;"', " hidden", ' class="a"', ' href="javascript:x"', " id=x",
    ' style="color:rgb(1,2', ' content="2025-13-45"', ' name="date"', ' property="og:title"',
    ' lang="x-\x00"',
    ' itemprop="datePublished"', ' aria-hidden="true"', ' href="http://[::1"', " =", " '",
    ' style="opacity:0.0.0"',
]  # fmt: skip
_TEXTS = [
    "word " * 50, "<", "&", "&#0;", "&#x110000;", "&lt;p&gt;", "\x00", "\u202e", "]]>", "<!--", "-->",
    "<![CDATA[",
    "{", "}", '{"@type":"NewsArticle"', "“", "́" * 40, "\U000e0041",
    "<?xml version='1.0' encoding='utf-16'?>",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A name, the property, and what it is tried on."""

    name: str
    check: Callable[[Any], None]
    inputs: st.SearchStrategy[Any]


def check_url(text: str) -> None:
    """Any text is refused, or has one canonical URL that is its own; nothing else is raised."""
    try:
        address = parse_address(text)
        canonical = canonical_url(text)
        publisher_url(text)
    except AddressRefused:
        return
    assert address.host.isascii()
    assert len(text) <= MAX_URL
    assert parse_address(address.url).url == address.url
    with suppress(AddressRefused):  # percent-encoding may make it longer than the limit
        assert canonical_url(canonical) == canonical
    with suppress(AddressRefused, ValueError):
        parse_address(urljoin(address.url, text))


def check_links(text: str) -> None:
    """Links found in a text stand in it."""
    assert all(link in text for link in find_links(text))


def check_page(source: str) -> None:
    """Any page gives an article with text, or one of the errors for pages."""
    with suppress(ReadError):
        found = extract_page(source, "https://news.example/a")
        assert found.text.strip() == found.text
        assert "\x00" not in found.text


def check_bytes(data: bytes) -> None:
    """Any bytes are decoded, sniffed and inflated, or refused."""
    decode_text(data, data[:20].decode("latin-1"))
    with suppress(PageUnsupported):
        media_type, _ = check_media_type(data[:100].decode("latin-1"))
        sniff_body(data, media_type)
    for wbits in (16 + zlib.MAX_WBITS, None):
        inflater = Inflater(wbits)
        with suppress(zlib.error):
            assert all(len(piece) <= STEP_BYTES for piece in inflater.feed(data))
            inflater.finish()


def _elements() -> st.SearchStrategy[str]:
    """Markup that is more or less balanced."""
    opening = st.builds("<{}{}>".format, st.sampled_from(_TAGS), st.sampled_from(_ATTRIBUTES))
    closing = st.builds("</{}>".format, st.sampled_from(_TAGS))
    text = st.one_of(st.sampled_from(_TEXTS), st.text(max_size=20))
    return st.lists(st.one_of(opening, opening, closing, text), max_size=60).map("".join)


@st.composite
def _damaged_pages(draw: st.DrawFn) -> str:
    """An ordinary page with something put into it, something cut out, or something many times over."""
    page = article_page()
    start = draw(st.integers(0, len(page)))
    end = draw(st.integers(start, min(len(page), start + 200)))
    middle = draw(_elements()) * draw(st.sampled_from([1, 1, 1, 30]))
    return page[:start] + middle + page[end:]


TARGETS = (
    Target(
        name="urls",
        check=check_url,
        inputs=st.one_of(
            st.lists(st.sampled_from(_URL_PARTS), max_size=12).map("".join),
            st.lists(st.sampled_from(_URL_PARTS), max_size=12).map(lambda parts: "http://" + "".join(parts)),
            FORBIDDEN.flatmap(urls),
            PUBLIC.flatmap(urls),
            st.text(max_size=100),
        ),
    ),
    Target(
        name="links",
        check=check_links,
        inputs=st.lists(st.sampled_from([*_URL_PARTS, " ", "(", ")"])).map("".join),
    ),
    Target(name="pages", check=check_page, inputs=st.one_of(_elements(), _damaged_pages())),
    Target(
        name="bytes",
        check=check_bytes,
        inputs=st.one_of(
            st.binary(max_size=2_000),
            st.binary(max_size=500).map(zlib.compress),
            st.binary(max_size=200).map(lambda data: b"\x1f\x8b\x08" + data),
            _damaged_pages().map(lambda page: page.encode("utf-16", "surrogatepass")),
        ),
    ),
)
