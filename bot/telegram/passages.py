"""Links that open a page at a passage: `#:~:text=`, of the URL Fragment Text Directives draft."""

from typing import Protocol
from urllib.parse import quote as percent_encode
from urllib.parse import urldefrag

from bot.article.models import Kind

MAX_URL = 2_000
"""Characters of an address that a message may carry."""

WHOLE = 60
"""A quotation up to this many characters goes in whole; a longer one as its first and its last words."""

EDGE_WORDS = 4
EDGE_CHARACTERS = 20
"""Of a text that is written without spaces, so many characters stand for its first words."""


class Addressed(Protocol):
    """What is known of where something was published: of an article, or a story's mention of one."""

    @property
    def url(self) -> str | None:
        """Its address."""

    @property
    def kind(self) -> Kind:
        """How it was submitted."""


def page_url(article: Addressed) -> str | None:
    """Return the article's address when it is one to show."""
    return page_link(article.url)


def page_link(url: str | None) -> str | None:
    """Return an address when it is one to show."""
    return url if url and url.startswith(("http://", "https://")) and len(url) <= MAX_URL else None


def passage_url(article: Addressed, passage: str) -> str | None:
    """Return a link that opens the article at `passage`, a verbatim part of it; None when it was no link."""
    page = page_url(article)
    if page is None or article.kind != "link":
        return None
    link = f"{urldefrag(page).url}#:~:text={_directive(passage)}"
    return link if len(link) <= MAX_URL else page


def _directive(passage: str) -> str:
    """Return the passage as `text`, or `first,last` when it is long."""
    words = passage.split()
    whole = " ".join(words)
    if len(whole) <= WHOLE:
        return _encode(whole)
    if len(words) > 2 * EDGE_WORDS:
        return f"{_encode(' '.join(words[:EDGE_WORDS]))},{_encode(' '.join(words[-EDGE_WORDS:]))}"
    if len(words) == 1:
        return f"{_encode(whole[:EDGE_CHARACTERS])},{_encode(whole[-EDGE_CHARACTERS:])}"
    return _encode(whole)


def _encode(text: str) -> str:
    """Percent-encode; a dash, too, since `-` and `,` and `&` are the directive's own syntax."""
    return percent_encode(text, safe="", errors="replace").replace("-", "%2D")
