"""REDIS_URL, read: which kind of store it names and where; what is wrong is said without its secrets.

    redis://[user:password@]host[:port][/database]       one server; rediss:// over TLS
    unix:///path/to/socket                               one server on this machine
    redis+sentinel://host[:port],host…/service[/database]   the master that Sentinels name, rediss+sentinel://
    redis+cluster://host[:port],host…                    a cluster, by some of its nodes; rediss+cluster://

User and password are the servers' own; Sentinels with theirs take `?sentinel_username=` and
`?sentinel_password=`. Further options are those that redis-py's connections know.
"""

from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import unquote, urlsplit

from redis.asyncio.connection import parse_url

from bot.errors import SettingsError

Kind = Literal["server", "sentinel", "cluster"]

SENTINEL_PORT = 26_379
SERVER_PORT = 6_379


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where a store is; `options` are for each connection and hold the password, `places` nothing secret."""

    kind: Kind
    places: tuple[str, ...]
    """As people write them: "host:port" or the path of a socket."""
    hosts: tuple[tuple[str, int], ...] = ()
    service: str = ""
    options: dict[str, Any]
    sentinel_options: dict[str, Any]

    def __str__(self) -> str:
        """Name it in a sentence."""
        return ", ".join(self.places)


def read_address(url: str) -> Address:
    """Read a REDIS_URL; raises SettingsError with one sentence that holds nothing of its secrets."""
    scheme, _, rest = url.partition("://")
    base, _, kind = scheme.partition("+")
    try:
        if not kind:
            return _read_server(url)
        if base in ("redis", "rediss") and kind in ("sentinel", "cluster"):
            return _read_many(base, "sentinel" if kind == "sentinel" else "cluster", rest)
    except ValueError:
        pass  # the message can repeat a part of the password
    raise _malformed()


def _read_server(url: str) -> Address:
    parts = urlsplit(url)
    options: dict[str, Any] = dict(parse_url(url))
    is_unix = parts.scheme == "unix"
    # A bare "/", "?" or "#" in a password ends the address there; the "@" after it tells.
    if not (parts.path if is_unix else parts.hostname) or (
        not is_unix and "@" in url.rpartition(parts.netloc)[2]
    ):
        raise _malformed()
    place = parts.path if is_unix else f"{parts.hostname}:{parts.port or SERVER_PORT}"
    return Address(kind="server", places=(place,), options=options, sentinel_options={})


def _read_many(base: str, kind: Kind, rest: str) -> Address:
    """Read an address of several hosts: the first one's as if it were alone, with user, path and options."""
    is_sentinel = kind == "sentinel"
    parts = urlsplit(f"{base}://{rest}")
    userinfo, at, names = parts.netloc.rpartition("@")
    first, *others = (name.strip() for name in names.split(","))
    service, _, database = parts.path.strip("/").partition("/")
    if kind == "cluster" and parts.path.strip("/") not in ("", "0"):
        raise SettingsError(
            "REDIS_URL: database of a cluster",
            problem="Check REDIS_URL: a cluster has one database only, so nothing follows its hosts.",
        )
    if is_sentinel and not service:
        raise SettingsError(
            "REDIS_URL: no service",
            problem="Check REDIS_URL: the name that the Sentinels know the master by must follow their "
            "addresses, as in redis+sentinel://host:26379/mymaster.",
        )
    query = f"?{parts.query}" if parts.query else ""
    path = f"/{database}" if database else ""
    options = _read_server(f"{base}://{userinfo}{at}{first}{path}{query}").options
    if "#" in rest or (database and not database.isdecimal()):
        raise _malformed()
    sentinel_options = {
        name.removeprefix("sentinel_"): options.pop(name)
        for name in ("sentinel_username", "sentinel_password")
        if name in options
    }
    hosts = tuple(
        _read_host(name, SENTINEL_PORT if is_sentinel else SERVER_PORT) for name in (first, *others)
    )
    options.pop("host", None)
    options.pop("port", None)
    return Address(
        kind=kind,
        places=tuple(f"{host}:{port}" for host, port in hosts),
        hosts=hosts,
        service=unquote(service),
        options=options,
        sentinel_options=sentinel_options,
    )


def _read_host(name: str, default_port: int) -> tuple[str, int]:
    parts = urlsplit(f"//{name}")
    if not parts.hostname or parts.path:
        raise _malformed()
    return parts.hostname, parts.port or default_port


def _malformed() -> SettingsError:
    return SettingsError(
        "REDIS_URL malformed",
        problem="Check REDIS_URL: it must read redis://, rediss://, redis+sentinel://, redis+cluster:// or "
        "unix:// and an address, with special characters of the password percent-encoded.",
    )
