"""The one function that fetches what somebody else named.

Every name is resolved once, every answer judged, and the connection made to an answer that was judged. No
cookies, credentials, referrer or proxies; redirects are followed by hand and judged like the first address.
"""

import asyncio
import logging
import socket
import ssl
import zlib
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpcore
from ssrfguard.errors import SSRFGuardError

from bot.article.addresses import Address, judge_answers, parse_address
from bot.article.inflate import Gzip
from bot.article.mediatypes import check_media_type, sniff_body
from bot.errors import (
    AddressRefused,
    HostUnreachable,
    PageStatus,
    PageTimeout,
    PageTooLarge,
    ReadError,
    SaysoError,
)

Resolve = Callable[[str], Awaitable[list[str]]]
"""Host name → IP addresses; raises OSError when there are none."""

USER_AGENT = "SaysoBot/0.1 (news brief bot; one page per request)"
MAX_REDIRECTS = 5
MAX_ATTEMPTS = 4
"""Addresses of one name that are tried; its owner chooses how many there are."""

_DNS_TIMEOUT_S = 3.0
_CONNECT_TIMEOUT_S = 5.0
_RESOLVER_THREADS = 32  # a stalled lookup cannot be cancelled; these are ours alone, so others do not wait
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HEADERS = [
    (b"User-Agent", USER_AGENT.encode()),
    (b"Accept", b"text/html,application/xhtml+xml,text/plain;q=0.8"),
    (b"Accept-Encoding", b"gzip"),
    (b"Connection", b"close"),
]
_log = logging.getLogger(__name__)

ERRORS: tuple[tuple[type[BaseException], type[ReadError]], ...] = (
    (SSRFGuardError, AddressRefused),
    (httpcore.TimeoutException, PageTimeout),
    (TimeoutError, PageTimeout),
    (httpcore.NetworkError, HostUnreachable),
    (OSError, HostUnreachable),
    (httpcore.ProtocolError, ReadError),
    (httpcore.UnsupportedProtocol, ReadError),
    (httpcore.ProxyError, ReadError),
    (httpcore.ConnectionNotAvailable, ReadError),
    (zlib.error, ReadError),
)
"""What can go wrong below, and what it is called above; the first match counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server answered, decompressed; `url` is where the last redirect led."""

    url: str
    status: int
    content_type: str
    charset: str | None
    body: bytes


class Fetcher:
    """Fetches pages from public addresses; an async context manager.

    `resolve` and `dial_map` are for tests and lie below the policy: the map leads from an address and port
    that were judged to where the connection is really made.
    """

    def __init__(
        self,
        *,
        timeout_s: float = 20,
        limit_bytes: int = 5 << 20,
        own_hosts: Iterable[str] = (),
        resolve: Resolve | None = None,
        dial_map: Mapping[tuple[str, int], tuple[str, int]] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._limit_bytes = limit_bytes
        self._own_hosts = frozenset(own_hosts)
        self._threads = ThreadPoolExecutor(_RESOLVER_THREADS, thread_name_prefix="resolve")
        self._backend = _GuardedBackend(resolve or self._resolve, dial_map or {})
        self._ssl_context = ssl_context
        self._pool: httpcore.AsyncConnectionPool | None = None
        self._opening = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            await self._pool.aclose()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def fetch(self, url: str) -> Page:
        """Fetch one page within the deadline and the size limit; raises the leaves of ReadError."""
        address = parse_address(url)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(address)
        except SaysoError:
            raise
        except tuple(kind for kind, _ in ERRORS) as exc:
            raise translate_error(exc, address.host) from exc

    async def _follow(self, address: Address) -> Page:
        """Fetch, and follow redirects, each judged anew."""
        for _ in range(MAX_REDIRECTS + 1):
            if address.host in self._own_hosts:
                raise AddressRefused("own address")
            async with self._answer(address) as response:
                if response.status not in _REDIRECTS:
                    return await self._read(address, response)
                address = _next_address(address, response)
        raise ReadError("too many redirects")

    @asynccontextmanager
    async def _answer(self, address: Address) -> AsyncIterator[httpcore.Response]:
        """Send the request; the body is still to be read."""
        pool = await self._open_pool()
        times = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout_s)
        headers = [(b"Host", address.netloc.encode()), *_HEADERS]
        async with pool.stream(
            "GET", address.url, headers=headers, extensions={"timeout": times}
        ) as response:
            yield response

    async def _open_pool(self) -> httpcore.AsyncConnectionPool:
        """Make the pool with the first fetch: reading the trusted certificates takes some 20 ms."""
        async with self._opening:
            if self._pool is None:
                context = self._ssl_context or await asyncio.to_thread(httpcore.default_ssl_context)
                self._pool = httpcore.AsyncConnectionPool(
                    ssl_context=context, network_backend=self._backend, max_keepalive_connections=0
                )
            return self._pool

    async def _read(self, address: Address, response: httpcore.Response) -> Page:
        """Read the answer up to the limit."""
        if not 200 <= response.status < 300:
            raise PageStatus(f"status {response.status}", host=address.host, status=response.status)
        content_type, charset = check_media_type(_header(response, b"content-type"))
        self._check_length(_header(response, b"content-length"))
        body = await self._inflate(response, _header(response, b"content-encoding").lower().strip())
        sniff_body(body, content_type)
        _log.info("fetched host=%s status=%d bytes=%d", address.host, response.status, len(body))
        return Page(
            url=address.url, status=response.status, content_type=content_type, charset=charset, body=body
        )

    def _check_length(self, declared: str) -> None:
        """Refuse a body that declares itself over the limit, before any of it is read."""
        if declared.isdecimal() and int(declared[:20]) > self._limit_bytes:
            raise self._too_large()

    def _too_large(self) -> PageTooLarge:
        """Say that the limit is passed."""
        return PageTooLarge("size limit", limit_mb=self._limit_bytes >> 20)

    async def _inflate(self, response: httpcore.Response, encoding: str) -> bytes:
        """Read the body, decompressed; both what comes in and what comes out stay under the limit."""
        if encoding not in ("", "identity", "gzip", "x-gzip"):
            raise ReadError("content encoding not asked for")
        body = bytearray()
        received = 0
        gzip = Gzip() if "gzip" in encoding else None
        async for chunk in response.aiter_stream():
            received += len(chunk)
            for piece in gzip.feed(chunk) if gzip else (chunk,):
                body += piece
                if len(body) > self._limit_bytes or received > self._limit_bytes:
                    raise self._too_large()
                await asyncio.sleep(0)
        if gzip:
            gzip.finish()
        return bytes(body)

    async def _resolve(self, host: str) -> list[str]:
        """Ask the system's resolver, in a thread of our own."""
        loop = asyncio.get_running_loop()
        rows = await loop.run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        )
        return [str(row[4][0]) for row in rows]


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore, to judged addresses only."""

    def __init__(self, resolve: Resolve, dial_map: Mapping[tuple[str, int], tuple[str, int]]) -> None:
        self._resolve = resolve
        self._dial_map = dial_map
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 -- httpcore's interface
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Resolve once, judge every answer, and connect to one of them."""
        answers = await self._look_up(host)
        judge_answers(answers)
        failure: Exception = httpcore.ConnectError("no address")
        for answer in answers[:MAX_ATTEMPTS]:
            dial_host, dial_port = self._dial_map.get((answer, port), (answer, port))
            try:
                stream = await self._backend.connect_tcp(
                    dial_host, dial_port, _CONNECT_TIMEOUT_S, local_address, socket_options
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failure = exc
                continue
            peer = stream.get_extra_info("server_addr")
            if peer is not None and peer[0] != dial_host:
                await stream.aclose()
                raise AddressRefused("peer is not the address that was judged")
            return stream
        raise failure

    async def _look_up(self, host: str) -> list[str]:
        """Return the distinct addresses of a name; a literal address is its own."""
        if ":" in host or host.rpartition(".")[2].isdigit():
            return [host.strip("[]")]
        try:
            async with asyncio.timeout(_DNS_TIMEOUT_S):
                answers = await self._resolve(host)
        except TimeoutError as exc:
            raise httpcore.ConnectError("no answer from DNS") from exc
        return list(dict.fromkeys(answers))

    async def connect_unix_socket(
        self,
        path: str,  # noqa: ARG002 -- httpcore's interface
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 -- httpcore's interface
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 -- as above
    ) -> httpcore.AsyncNetworkStream:
        """Refuse: a file has no address to judge."""
        raise AddressRefused("unix socket")

    async def sleep(self, seconds: float) -> None:
        """Sleep, for httpcore's retries."""
        await asyncio.sleep(seconds)


def translate_error(error: BaseException, host: str) -> ReadError:
    """Return the error of ours that stands for one of ERRORS."""
    kind = next(ours for theirs, ours in ERRORS if isinstance(error, theirs))
    return kind(type(error).__name__, host=host)


def _next_address(address: Address, response: httpcore.Response) -> Address:
    """Read where a redirect leads; raises ReadError or AddressRefused."""
    locations = [value for name, value in response.headers if name.lower() == b"location"]
    if len(locations) != 1 or not locations[0].strip():
        raise ReadError("redirect without one location")
    try:
        location = locations[0].strip().decode("utf-8").replace(" ", "%20")
        following = parse_address(urljoin(address.url, location))
    except (UnicodeDecodeError, ValueError) as exc:
        raise ReadError("redirect to no address") from exc
    if address.scheme == "https" and following.scheme == "http":
        raise ReadError("redirect from https to http")
    return following


def _header(response: httpcore.Response, name: bytes) -> str:
    """Return a header's value, or "" when it is missing."""
    return next((value.decode("latin-1") for key, value in response.headers if key.lower() == name), "")
