"""Followed feeds as an OPML file, and back: how people carry their feeds from one reader to another."""

from collections.abc import Iterable
from typing import Final

import listparser
from lxml import etree

from bot.article.addresses import parse_address
from bot.errors import AddressRefused

MOST_FEEDS: Final = 500
"""Of a file; people's lists hold some hundred at most."""

LIMIT_BYTES: Final = 1 << 20


def write_opml(feeds: Iterable[tuple[str, str]]) -> bytes:
    """Return an OPML 2.0 file of feeds given as title and address."""
    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = "Sayso"
    body = etree.SubElement(root, "body")
    for title, url in feeds:
        etree.SubElement(body, "outline", type="rss", text=_sound(title), title=_sound(title), xmlUrl=url)
    return etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)


def read_opml(data: bytes) -> list[str]:
    """Return the addresses of an OPML file's feeds in their order, each once; [] when it is none.

    CPU work on a stranger's bytes: call it in a worker.
    """
    if len(data) > LIMIT_BYTES or b"<!ENTITY" in data:
        return []
    found = (feed.url for feed in listparser.parse(data.decode("utf-8", "replace")).feeds[:MOST_FEEDS])
    return list(dict.fromkeys(filter(None, map(_address, found))))


def _address(stated: str) -> str | None:
    """Return an http address as we write it, or None."""
    try:
        return parse_address(stated.strip().replace("feed://", "http://", 1)).url
    except (AddressRefused, ValueError):
        return None


def _sound(text: str) -> str:
    """Return a text without what XML cannot hold."""
    return "".join(character for character in text if character.isprintable())
