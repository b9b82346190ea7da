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
_SCRIPTS = 30  # read of one page
_SCRIPT_CHARACTERS = 1_000_000
_DEPTH = 6  # of nesting in JSON-LD
_NODES = 5_000
_TAG = re.compile(r"<[^<>]{1,300}>")


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
    publisher: str
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
        publisher=_name(main.get("publisher")),
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
