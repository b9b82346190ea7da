"""Links in a message, and the one spelling under which a page is known.

Two spellings serve two ends. The canonical URL names the page: cache key, and what a reader taps. What is
fetched is the URL as sent, because the canonical one is derived (no AMP, no mobile host) and need not exist.
"""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from urllib.parse import parse_qsl, quote, unquote, urlencode

from bot.article.addresses import Address, default_port, parse_address
from bot.errors import AddressRefused

MAX_LINKS = 1_000
"""Links looked at in one message; Telegram's longest message holds fewer."""

_LINK = re.compile(r"(?<![\w@/.-])https?://[^\s<>\"“”„«»‹›\x00-\x1f]+", re.IGNORECASE)
_TRAILING = ".,;:!?…'’‘*_~|"
_PAIRS = {")": "(", "]": "[", "}": "{"}

_TRACKERS = tomllib.loads(files("bot.article").joinpath("data", "trackers.toml").read_text(encoding="utf-8"))
_TRACKER_NAMES = frozenset(_TRACKERS["names"])
_TRACKER_PREFIXES = tuple(_TRACKERS["prefixes"])
_AMP_QUERY = frozenset({"amp", "amp_js_v", "amp_gsa", "usqp", "outputtype"})
_AMP_VIEWER = re.compile(r"/amp/(s/)?(.+)", re.DOTALL)
_AMP_CACHE = re.compile(r"/[civ](?:/(s))?/(.+)", re.DOTALL)
_PATH_CHARACTERS = "!$&'()*+,;=:@~"
_SHORT_HOSTS = frozenset({"m", "mobile", "amp"})


def find_links(text: str) -> list[str]:
    """Return the http(s) links in a message in order, as sent, one for each page.

    A link that is refused by its spelling is kept, so that whoever sent it is told.
    """
    links: dict[str, str] = {}
    for match in _LINK.finditer(text):
        link = _trim(match[0])
        try:
            links.setdefault(canonical_url(link), link)
        except AddressRefused:
            links.setdefault(link, link)
        if len(links) == MAX_LINKS:
            break
    return list(links.values())


@lru_cache(maxsize=1_024)
def canonical_url(url: str) -> str:
    """Return the one spelling of a page's URL; raises AddressRefused for what is no public http(s) URL.

    Without fragment, tracking parameters, default port, AMP and mobile forms; https, since outlets answer on
    both; `www.` stays, since some outlets answer on one only. Parameters that are no known trackers stay,
    sorted: dropping one that names the article would show one article's brief under another's link.
    """
    address = parse_address(publisher_url(url))
    return Address(
        scheme="https",
        host=_desktop_host(address.host),
        port=443 if address.port == default_port(address.scheme) else address.port,
        path=_clean_path(address.path),
        query=_clean_query(address.query),
    ).url


def publisher_url(url: str) -> str:
    """Return the URL to fetch: as sent, without fragment, and out of Google's AMP viewer and cache."""
    address = parse_address(url)
    inner = None
    if re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", address.host):
        inner = _AMP_VIEWER.fullmatch(address.path)
    elif address.host.endswith(".cdn.ampproject.org"):
        inner = _AMP_CACHE.fullmatch(address.path)
    if inner is None:
        return address.url
    query = f"?{address.query}" if address.query else ""
    return parse_address(f"{'https' if inner[1] else 'http'}://{inner[2]}{query}").url


def _trim(link: str) -> str:
    """Take off the punctuation of the sentence that a link stands in."""
    while link:
        last = link[-1]
        unbalanced = last in _PAIRS and link.count(last) > link.count(_PAIRS[last])
        if last not in _TRAILING and not unbalanced:
            break
        link = link[:-1]
    return link


def _desktop_host(host: str) -> str:
    """Take mobile and AMP labels out of a host: m.example.com, en.m.wikipedia.org, amp.example.com."""
    labels = host.split(".")
    if labels[-1].isdigit() or ":" in host:
        return host
    for place in (1, 0):
        while len(labels) - place >= 3 and labels[place] in _SHORT_HOSTS:
            del labels[place]
    return ".".join(labels)


def _clean_path(path: str) -> str:
    """Unify slashes and percent-encoding, and take off AMP's marks and a final slash."""
    parts = [
        quote(unquote(part, errors="surrogateescape"), safe=_PATH_CHARACTERS, errors="surrogateescape")
        for part in re.sub(r"/{2,}", "/", path).split("/")
    ]
    while len(parts) > 2 and parts[-1].lower() in ("", "amp", "amp.html", "amphtml"):
        parts.pop()
    while len(parts) > 2 and parts[1].lower() == "amp":
        del parts[1]
    if parts:
        parts[-1] = re.sub(r"(?:\.amp)+(?=(?:\.html?)?$)", "", parts[-1], flags=re.IGNORECASE)
    return "/".join(parts) or "/"


def _clean_query(query: str) -> str:
    """Drop known trackers and AMP switches, and sort what is left."""
    kept = [
        (name, value)
        for name, value in parse_qsl(
            query, keep_blank_values=True, errors="surrogateescape", max_num_fields=None
        )
        if not _is_noise(name.lower(), value.lower())
    ]
    return urlencode(sorted(kept), errors="surrogateescape")


def _is_noise(name: str, value: str) -> bool:
    """Tell whether a parameter says who shared a link rather than what it shows."""
    if name in _TRACKER_NAMES or name.startswith(_TRACKER_PREFIXES):
        return True
    return name in _AMP_QUERY and (name != "outputtype" or value == "amp")
