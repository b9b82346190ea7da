"""The one function that fetches what somebody else named.

Every name is resolved once, every answer judged, and the connection made to an answer that was judged. No
cookies, credentials, referrer or proxies; redirects are followed by hand and judged like the first address.
"""

import asyncio
import logging
import ssl
import zlib
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from types import TracebackType
from typing import Self

import httpcore
from ssrfguard.errors import SSRFGuardError

from bot.article.addresses import Address, parse_address
from bot.article.dialling import Resolve, Resolver, race
from bot.article.inflate import read_body
from bot.article.mediatypes import check_media_type, sniff_body
from bot.article.redirects import REDIRECTS, find_header, next_address
from bot.errors import (
    AddressRefused,
    AnswerGarbled,
    HostUnreachable,
    InsecureConnection,
    PageStatus,
    PageTimeout,
    PageTooLarge,
    ReadError,
    SaysoError,
    TooManyRedirects,
)

USER_AGENT = "SaysoBot/0.1 (news brief bot; one page per request)"
PORTS = frozenset({80, 443})
MAX_REDIRECTS = 5
MAX_HEAD_BYTES = 65_536
"""Before a body; browsers take some 256 KB, but no outlet sends a tenth of it."""
MAX_HEAD_LINES = 1_000
"""Before a body, those of interim answers (1xx) too, of which HTTP allows any number."""

_CONNECT_TIMEOUT_S = 5.0
_HEAD_STEP_BYTES = 4_096  # some 160 interim answers, which take the parser 8 ms
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
    (httpcore.ProtocolError, AnswerGarbled),
    (httpcore.UnsupportedProtocol, ReadError),
    (httpcore.ProxyError, ReadError),
    (httpcore.ConnectionNotAvailable, ReadError),
    (zlib.error, AnswerGarbled),
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
        ports: frozenset[int] = PORTS,
        own_hosts: Iterable[str] = (),
        resolve: Resolve | None = None,
        dial_map: Mapping[tuple[str, int], tuple[str, int]] | None = None,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._timeout_s = timeout_s
        self._limit_bytes = limit_bytes
        self._ports = ports
        self._own_hosts = frozenset(own_hosts)
        self._resolver = Resolver(resolve)
        self._backend = _GuardedBackend(self._resolver, {} if dial_map is None else dial_map, limit_bytes)
        self._ssl_context = ssl_context
        self._reading_certificates = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resolver.close()

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
            self._judge(address)
            async with self._answer(address) as response:
                if response.status not in REDIRECTS:
                    return await self._read(address, response)
                address = next_address(address, response.headers)
        raise TooManyRedirects("too many redirects")

    def _judge(self, address: Address) -> None:
        """Raise AddressRefused for what is spelled well and still not to be fetched."""
        if address.port not in self._ports:
            raise AddressRefused("port")
        if address.host in self._own_hosts:
            raise AddressRefused("own address")

    @asynccontextmanager
    async def _answer(self, address: Address) -> AsyncIterator[httpcore.Response]:
        """Send the request on a connection of its own, so that no host waits for another's.

        The body is still to be read.
        """
        origin = httpcore.URL(address.url).origin
        context = await self._certificates() if address.scheme == "https" else None
        times = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout_s)
        headers = [(b"Host", address.netloc.encode()), *_HEADERS]
        async with (
            httpcore.AsyncHTTPConnection(
                origin, ssl_context=context, network_backend=self._backend
            ) as connection,
            connection.stream("GET", address.url, headers=headers, extensions={"timeout": times}) as response,
        ):
            yield response

    async def _certificates(self) -> ssl.SSLContext:
        """Read the trusted certificates with the first fetch that needs them: it takes some 20 ms."""
        async with self._reading_certificates:
            if self._ssl_context is None:
                self._ssl_context = await asyncio.to_thread(httpcore.default_ssl_context)
            return self._ssl_context

    async def _read(self, address: Address, response: httpcore.Response) -> Page:
        """Read the answer up to the limit."""
        if not 200 <= response.status < 300:
            raise PageStatus(f"status {response.status}", host=address.host, status=response.status)
        declared, charset = check_media_type(find_header(response.headers, b"content-type"))
        length = find_header(response.headers, b"content-length")
        if length.isdecimal() and int(length[:20]) > self._limit_bytes:
            raise _too_large(self._limit_bytes)
        stream = response.extensions["network_stream"]
        if isinstance(stream, _BoundedStream):
            stream.end_head()
        encoding = find_header(response.headers, b"content-encoding")
        body = await read_body(response.aiter_stream(), encoding, self._limit_bytes)
        content_type = sniff_body(body, declared)
        _log.info("fetched host=%s status=%d bytes=%d", address.host, response.status, len(body))
        return Page(
            url=address.url, status=response.status, content_type=content_type, charset=charset, body=body
        )


class _BoundedStream(httpcore.AsyncNetworkStream):
    """Bounds what a server sends, of which the parser behind it bounds only a part."""

    def __init__(self, stream: httpcore.AsyncNetworkStream, limit_bytes: int) -> None:
        self._stream = stream
        self._limit_bytes = limit_bytes
        self._left = limit_bytes + limit_bytes // 4 + MAX_HEAD_BYTES  # a quarter more for chunks' lengths
        self._head_bytes = 0
        self._head_lines = 0
        self._in_head = True

    async def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ASYNC109 -- httpcore's interface
        """Read on; raises AnswerGarbled while the head is too long, PageTooLarge when all is."""
        if self._in_head:
            if self._head_bytes > MAX_HEAD_BYTES or self._head_lines > MAX_HEAD_LINES:
                raise AnswerGarbled("head too long")
            max_bytes = min(max_bytes, _HEAD_STEP_BYTES)
        data = await self._stream.read(max_bytes, timeout)
        self._left -= len(data)
        if self._left < 0:
            raise _too_large(self._limit_bytes)
        if self._in_head:  # a read that goes into the body counts, but after it no other is asked for
            self._head_bytes += len(data)
            self._head_lines += data.count(b"\n")
        return data

    def end_head(self) -> None:
        """Say that what comes from here on is the body."""
        self._in_head = False

    async def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ASYNC109 -- as above
        """Send."""
        await self._stream.write(buffer, timeout)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._stream.aclose()

    async def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ASYNC109 -- as above
    ) -> httpcore.AsyncNetworkStream:
        """Go on under TLS, within the same bounds; a handshake that is broken off leaves nothing open."""
        try:
            stream = await self._stream.start_tls(ssl_context, server_hostname, timeout)
        except asyncio.CancelledError:  # httpcore closes after errors only
            await self._stream.aclose()
            raise
        return _BoundedStream(stream, self._limit_bytes)

    def get_extra_info(self, info: str) -> object:
        """Tell what the connection knows of itself."""
        return self._stream.get_extra_info(info)


class _GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore, to judged addresses only."""

    def __init__(
        self, resolver: Resolver, dial_map: Mapping[tuple[str, int], tuple[str, int]], limit_bytes: int
    ) -> None:
        self._resolver = resolver
        self._dial_map = dial_map
        self._limit_bytes = limit_bytes
        self._backend = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002, ASYNC109 -- httpcore's interface
        local_address: str | None = None,  # noqa: ARG002 -- as above
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,  # noqa: ARG002 -- as above
    ) -> httpcore.AsyncNetworkStream:
        """Resolve once, judge every answer, and connect to one of them."""
        answers = await self._resolver.look_up(host)
        attempts = [partial(self._dial, answer, port) for answer in answers]
        stream = await race(attempts, discard=httpcore.AsyncNetworkStream.aclose)
        return _BoundedStream(stream, self._limit_bytes)

    async def _dial(self, answer: str, port: int) -> httpcore.AsyncNetworkStream:
        """Connect to an address that was judged, and to no other."""
        host, port = self._dial_map.get((answer, port), (answer, port))
        stream = await self._backend.connect_tcp(host, port, _CONNECT_TIMEOUT_S)
        peer = stream.get_extra_info("server_addr")
        if peer is not None and peer[0] != host:
            await stream.aclose()
            raise AddressRefused("peer is not the address that was judged")
        return stream


def translate_error(error: BaseException, host: str) -> ReadError:
    """Return the error of ours that stands for one of ERRORS."""
    if isinstance(error.__cause__, ssl.SSLError):
        return InsecureConnection(type(error.__cause__).__name__, host=host)
    kind = next(ours for theirs, ours in ERRORS if isinstance(error, theirs))
    return kind(type(error).__name__, host=host)


def _too_large(limit_bytes: int) -> PageTooLarge:
    """Say that the limit is passed."""
    return PageTooLarge("size limit", limit_mb=limit_bytes >> 20)
