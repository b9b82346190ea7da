"""Where else on its site a page can be read: an AMP page at its canonical address, another as AMP page."""

import re
from urllib.parse import urljoin, urlsplit

from lxml import html
from tld import get_fld

from bot.article.addresses import parse_address
from bot.article.charset import decode_text
from bot.article.complexity import refuse_heavy
from bot.article.hidden import parse_html
from bot.article.links import canonical_url
from bot.errors import AddressRefused, PageTooComplex

_HEAD_BYTES = 4_096
_HEAD_CHARACTERS = 50_000
_HEAD_END = re.compile("</head", re.IGNORECASE)
_AMP = re.compile(rb"<html\b[^>]{0,500}?[\s\"'](?:amp|\xe2\x9a\xa1)(?=[\s=>])", re.IGNORECASE)


def is_amp(body: bytes) -> bool:
    """Tell whether a page calls itself an AMP page."""
    return _AMP.search(body[:_HEAD_BYTES]) is not None


def find_alternate(body: bytes, charset: str | None, url: str) -> str | None:
    """Return the address of the same article's other page, when it is on the same site and not this one.

    Of an AMP page that is the canonical one, of another its AMP page, or else the canonical one.
    """
    source = decode_text(body, charset)
    try:
        refuse_heavy(source)
    except PageTooComplex:
        source = _HEAD_END.split(source[:_HEAD_CHARACTERS], maxsplit=1)[0]
        try:
            refuse_heavy(source)
        except PageTooComplex:
            return None
    tree = parse_html(source)
    if tree is None:
        return None
    kinds = ("canonical",) if is_amp(body) else ("amphtml", "canonical")
    return next(filter(None, (_other_page(read_link(tree, kind), url) for kind in kinds)), None)


def read_link(tree: html.HtmlElement, kind: str) -> str:
    """Return where the page's first <link> of a kind leads, as written."""
    links = (link for link in tree.iter("link") if kind in link.get("rel", "").lower().split())
    return next((link.get("href", "").strip() for link in links), "")


def find_canonical(tree: html.HtmlElement, url: str) -> str | None:
    """Return the one spelling of the address a page gives for itself, if that is a page of the same site."""
    stated = read_link(tree, "canonical")
    try:
        address = canonical_url(urljoin(url, stated)) if stated and url else None
    except (AddressRefused, ValueError):
        return None
    if address is None or urlsplit(address).path in ("", "/"):
        return None
    if urljoin(url, stated).startswith("http:") and url.startswith("http:"):
        address = address.replace("https:", "http:", 1)  # not every outlet has https
    return address if is_same_site(url, address) else None


def is_same_site(one: str, other: str) -> bool:
    """Tell whether two addresses belong to one registrable domain."""
    own, its = _site(one), _site(other)
    return bool(own) and own == its


def _site(url: str) -> str:
    """Return the registrable domain of an address, or the last two labels where no registry is known."""
    host = urlsplit(url).hostname or ""
    if host.rpartition(".")[2].isdigit() or ":" in host:
        return host
    found = get_fld(f"https://{host}/", fail_silently=True, search_private=True)
    return found or ".".join(host.split(".")[-2:])


def _other_page(stated: str, url: str) -> str | None:
    """Return the address to fetch for a stated one, or None for this page, another site's or no page."""
    try:
        address = parse_address(urljoin(url, stated)).url if stated else None
    except (AddressRefused, ValueError):
        return None
    if address is None or urlsplit(address).path in ("", "/") or not is_same_site(url, address):
        return None
    if url.startswith("https:"):  # what was protected stays so
        address = address.replace("http:", "https:", 1)
    return None if address == parse_address(url).url else address
