"""What may be fetched: public http(s) addresses, judged by their spelling and by where their names lead."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import SplitResult, quote, urlsplit

import idna
from ssrfguard import DEFAULT_DENIED, Policy
from ssrfguard.errors import SSRFGuardError

from bot.errors import AddressRefused

MAX_URL = 2_048
"""Characters; no outlet's article addresses come near it."""

_POLICY = Policy(max_url_length=MAX_URL)
_GLOBAL_V6 = ipaddress.ip_network("2000::/3")  # the only part of IPv6 that IANA has given out as unicast
_CLOUD_V4 = frozenset({ipaddress.ip_address("168.63.129.16")})  # Azure's wire server, on a public address
_FORBIDDEN = re.compile(r"[\x00-\x20\x7f-\xa0\\\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2064\u3000\ufeff]")
_BEFORE_HOST = re.compile(r"https?://[^/]", re.IGNORECASE)
_PORT = re.compile(r":[0-9]{1,5}")
_URL_CHARACTERS = "%/:=&?~+!$,;'@()*[]|"
_INNER_NAMES = ("localhost", "local", "internal", "intranet", "lan", "home.arpa", "onion", "invalid")


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A URL in parts, with its host in ASCII; it says nothing of where the name leads."""

    scheme: str
    host: str
    port: int
    path: str
    query: str
    is_chosen: bool = False
    """Whether the operator named this host and port: then it may be one inside a network."""

    @property
    def netloc(self) -> str:
        """Host and port as they stand in a URL and in the Host header."""
        port = "" if self.port == default_port(self.scheme) else f":{self.port}"
        return (f"[{self.host}]" if ":" in self.host else self.host) + port

    @property
    def url(self) -> str:
        """The URL without fragment and without a default port."""
        return f"{self.scheme}://{self.netloc}{self.path or '/'}{'?' + self.query if self.query else ''}"


def default_port(scheme: str) -> int:
    """Return the port that a URL of this scheme means when it names none."""
    return 443 if scheme == "https" else 80


@lru_cache(maxsize=1_024)
def parse_address(url: str) -> Address:
    """Take a URL apart strictly; raises AddressRefused when it is not spelled like a public http(s) URL."""
    if len(url) > MAX_URL or _FORBIDDEN.search(url) or not _BEFORE_HOST.match(url):
        raise AddressRefused("spelling")
    try:
        split = urlsplit(url)
        host = _ascii_host(split)
        port = split.port or default_port(split.scheme)
        authority = f"[{host}]" if ":" in host else host
        _POLICY.check_url(f"{split.scheme}://{authority}/")  # whoever fetches judges the port
        path, query = (quote(part, safe=_URL_CHARACTERS) for part in (_resolve_dots(split.path), split.query))
    except (ValueError, SSRFGuardError) as exc:
        raise AddressRefused(f"spelling: {type(exc).__name__}") from exc
    return Address(scheme=split.scheme, host=host, port=port, path=path, query=query)


def parse_chosen(url: str) -> Address:
    """Take apart a URL whose host and port a setting names; raises AddressRefused when it is none."""
    try:
        split = urlsplit(url)
        host, port = split.hostname, split.port or default_port(split.scheme)
        path, query = (quote(part, safe=_URL_CHARACTERS) for part in (split.path, split.query))
    except ValueError as exc:
        raise AddressRefused("spelling of a setting") from exc
    if split.scheme not in ("http", "https") or not host or _FORBIDDEN.search(url) or "@" in split.netloc:
        raise AddressRefused("spelling of a setting")
    return Address(scheme=split.scheme, host=host, port=port, path=path, query=query, is_chosen=True)


def judge_answers(answers: list[str]) -> None:
    """Refuse a name unless every address it leads to is public; raises AddressRefused.

    One private answer among public ones is how rebinding looks, so it condemns the name. Whatever IANA lists
    as special is refused, also what it calls globally reachable: tunnels carry another address inside, and
    anycast services lead to the nearest router; no outlet is at either.
    """
    for answer in answers:
        try:
            address = ipaddress.ip_address(answer)
        except ValueError as exc:
            raise AddressRefused("address: no address") from exc
        is_outside = address.version == 6 and address not in _GLOBAL_V6
        if is_outside or address in _CLOUD_V4 or DEFAULT_DENIED.match(address) is not None:
            raise AddressRefused("address: not public")


def _resolve_dots(path: str) -> str:
    """Take `.` and `..` out of a path, as browsers do before they ask for it."""
    parts: list[str] = []
    segments = path.split("/")
    for place, segment in enumerate(segments):
        plain = segment.lower().replace("%2e", ".")
        if plain not in (".", ".."):
            parts.append(segment)
            continue
        if plain == "..":
            parts = parts[:-1] or [""]
        if place == len(segments) - 1:
            parts.append("")
    return "/".join(parts)


def _ascii_host(split: SplitResult) -> str:
    """Return the host in ASCII, lower case, without a final dot; ValueError for what is no public name."""
    if "@" in split.netloc or "%" in split.netloc or not split.hostname:
        raise ValueError("authority")
    _check_port_spelling(split.netloc)
    if split.netloc.startswith("["):
        address = ipaddress.ip_address(split.hostname)
        judge_answers([str(address)])
        return address.compressed
    host = idna.encode(split.hostname, uts46=True, std3_rules=True).decode("ascii").lower()
    bare = host.removesuffix(".")
    _check_name(bare, dotted=host != bare)
    return bare


def _check_port_spelling(netloc: str) -> None:
    """Refuse ports that int() would take but nobody writes: signs, spaces, other scripts' digits, zero."""
    port = netloc.rpartition("]")[2] if netloc.startswith("[") else netloc[netloc.find(":") :]
    if ":" in netloc and port and (not _PORT.fullmatch(port) or int(port[1:]) == 0):
        raise ValueError("port")


def _check_name(host: str, *, dotted: bool) -> None:
    """Refuse names of one label, names of inner networks, and numbers dressed as names."""
    last = host.rpartition(".")[2]
    if last.isdigit() or last.startswith("0x"):
        if dotted:
            raise ValueError("number with a final dot")
        judge_answers([host])
    elif last == host or host.endswith(tuple("." + name for name in _INNER_NAMES)):
        raise ValueError("inner name")
