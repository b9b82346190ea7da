"""Where a redirect leads, read from the head of an answer."""

from collections.abc import Sequence
from urllib.parse import urljoin

from bot.article.addresses import Address, parse_address
from bot.errors import AnswerGarbled, InsecureRedirect

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses that name another address; `Refresh`, `Link` and `Alt-Svc` are not followed."""

PERMANENT = frozenset({301, 308})

Headers = Sequence[tuple[bytes, bytes]]


def next_address(address: Address, headers: Headers) -> Address:
    """Read where a redirect from `address` leads.

    Raises AddressRefused, AnswerGarbled, or InsecureRedirect when it gives up https.
    """
    locations = [value.strip() for name, value in headers if name.lower() == b"location"]
    if len(locations) != 1 or not locations[0]:
        raise AnswerGarbled("redirect without one location")
    try:
        following = parse_address(urljoin(address.url, locations[0].decode("utf-8").replace(" ", "%20")))
    except (UnicodeDecodeError, ValueError) as exc:
        raise AnswerGarbled("redirect to no address") from exc
    if address.scheme == "https" and following.scheme == "http":
        raise InsecureRedirect("redirect from https to http", host=address.host)
    return following


def find_header(headers: Headers, name: bytes) -> str:
    """Return a header's values, joined as HTTP joins them, or "" when it is missing."""
    return ", ".join(value.decode("latin-1") for key, value in headers if key.lower() == name)
