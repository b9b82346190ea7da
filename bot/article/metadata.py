"""What a page's head says about the article: meta tags and JSON-LD."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from lxml import html

_ARTICLES = frozenset(
    [
        "Article",
        "NewsArticle",
        "ReportageNewsArticle",
        "AnalysisNewsArticle",
        "OpinionNewsArticle",
        "BackgroundNewsArticle",
        "ReviewNewsArticle",
        "BlogPosting",
        "LiveBlogPosting",
        "Report",
        "ScholarlyArticle",
        "SocialMediaPosting",
    ]
)
_ORGANISATIONS = frozenset({"Organization", "NewsMediaOrganization", "Corporation"})
_SCRIPTS = 30  # read of one page
_SCRIPT_CHARACTERS = 1_000_000
_DEPTH = 6  # of nesting in JSON-LD
_NODES = 5_000
_TAG = re.compile(r"<[^<>]{1,300}>")


_CREDITS = 20  # authors that one page can name


LINKED = "json-ld"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """Whom the head names as an author, in its own words."""

    name: str
    source: str = LINKED
    """Where: JSON-LD, or the name of a meta tag."""
    is_person: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedData:
    """What JSON-LD says; every field may be empty, none is believed without a look at the page."""

    kinds: frozenset[str]
    """Types of all nodes, without their address."""
    headline: str
    description: str
    body: str
    """The article's text as the outlet gives it to machines."""
    published: str
    modified: str
    publisher: str
    authors: tuple[Credit, ...]
    is_paid: bool

    @property
    def is_article(self) -> bool:
        """Whether the page calls itself an article."""
        return bool(self.kinds & _ARTICLES)


def read_linked_data(tree: html.HtmlElement) -> LinkedData:
    """Read the page's JSON-LD, as far as it is valid."""
    nodes = list(_nodes(tree))
    main = max(
        (node for node in nodes if _kinds(node) & _ARTICLES),
        key=lambda node: (bool(node.get("articleBody")), "headline" in node, len(node)),
        default={},
    )
    return LinkedData(
        kinds=frozenset().union(*map(_kinds, nodes)),
        headline=_text(main.get("headline")),
        description=_text(main.get("description")),
        body=_text(main.get("articleBody")),
        published=_text(main.get("datePublished")),
        modified=_text(main.get("dateModified")),
        publisher=_name(main.get("publisher")),
        authors=tuple(_credits(main.get("author") or main.get("creator"), nodes))[:_CREDITS],
        is_paid=any(str(node.get("isAccessibleForFree", "")).lower().endswith("false") for node in nodes),
    )


def read_meta(tree: html.HtmlElement, *names: str) -> str:
    """Return the content of the first of some meta tags that the page has."""
    found = {
        (meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): meta.get(
            "content", ""
        )
        for meta in reversed(list(tree.iter("meta")))
    }
    return next((" ".join(found[name].split()) for name in names if found.get(name, "").strip()), "")


def read_all_meta(tree: html.HtmlElement, *names: str) -> list[str]:
    """Return the contents of all meta tags of some names, in the order of the names."""
    tags = [
        ((meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(), meta)
        for meta in tree.iter("meta")
    ]
    contents = (meta.get("content", "").strip() for name in names for own, meta in tags if own == name)
    return [" ".join(content.split()) for content in contents if content][:_CREDITS]


def read_meta_credits(tree: html.HtmlElement, *names: str) -> list[Credit]:
    """Return whom meta tags of some names name."""
    return [Credit(name=content, source=name) for name in names for content in read_all_meta(tree, name)]


def _credits(value: object, nodes: list[dict[str, Any]]) -> Iterator[Credit]:
    """Yield whom a node names: by name, as an object, or by the address of one elsewhere on the page."""
    for one in value if isinstance(value, list) else [value]:
        node = one
        if isinstance(one, dict) and "name" not in one and "@id" in one:
            node = next((other for other in nodes if other.get("@id") == one["@id"] and "name" in other), one)
        stated = node.get("name") if isinstance(node, dict) else node
        for name in map(_name, stated if isinstance(stated, list) else [stated]):
            if name:
                is_person = not (isinstance(node, dict) and _kinds(node) & _ORGANISATIONS)
                yield Credit(name=name, is_person=is_person)


def _nodes(tree: html.HtmlElement) -> Iterator[dict[str, Any]]:
    """Yield every object of the page's JSON-LD, outer ones first."""
    scripts = [one for one in tree.iter("script") if "ld+json" in one.get("type", "").lower()]
    count = 0
    for script in scripts[:_SCRIPTS]:
        source = (script.text or "").strip()
        try:
            data = json.loads(source[:_SCRIPT_CHARACTERS], strict=False)
        except (ValueError, RecursionError):
            continue
        for node in _walk(data, _DEPTH):
            count += 1
            if count > _NODES:
                return
            yield node


def _walk(data: object, depth: int) -> Iterator[dict[str, Any]]:
    if depth == 0:
        return
    if isinstance(data, dict):
        yield data
    for part in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        if isinstance(part, dict | list):
            yield from _walk(part, depth - 1)


def _kinds(node: dict[str, Any]) -> frozenset[str]:
    stated = node.get("@type")
    kinds = stated if isinstance(stated, list) else [stated]
    return frozenset(kind.rpartition("/")[2] for kind in kinds if isinstance(kind, str))


def _name(value: object) -> str:
    """Return the name in a person or an organisation; an address is none."""
    name = _text(value.get("name") if isinstance(value, dict) else value)
    return "" if "://" in name else name[:120]


def _text(value: object) -> str:
    """Return a string without markup."""
    if not isinstance(value, str):
        return ""
    plain = html.fromstring(f"<p>{value}</p>").text_content() if "&" in value else _TAG.sub(" ", value)
    return plain.strip()
