"""The one function that fetches what somebody else named.

Every name is resolved once, every answer judged, and the connection made to an answer that was judged. No
cookies, credentials, referrer or proxies; redirects are followed by hand and judged like the first address.
Only a host and port that a setting names may lie inside a network, and only for the request that says so:
where it redirects to is judged as ever.
"""

import asyncio
import logging
import ssl
import zlib
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Self

import httpcore
from ssrfguard.errors import SSRFGuardError

from bot.article.addresses import Address, parse_address, parse_chosen
from bot.article.connections import BoundedStream, GuardedBackend, too_large
from bot.article.dialling import Resolve, Resolver
from bot.article.inflate import read_body
from bot.article.mediatypes import ARTICLE, Wanted, check_media_type, sniff_body
from bot.article.redirects import PERMANENT, REDIRECTS, find_header, next_address
from bot.errors import (
    AddressRefused,
    AnswerGarbled,
    HostUnreachable,
    InsecureConnection,
    PageStatus,
    PageTimeout,
    ReadError,
    SaysoError,
    TooManyRedirects,
)

USER_AGENT = "SaysoBot/0.1 (news brief bot; one page per request)"
PORTS = frozenset({80, 443})
MAX_REDIRECTS = 5

NOT_MODIFIED = 304
_LONGEST_VALIDATOR = 256

_HEADERS = [
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
class Validators:
    """What a server calls a version of its page; sent back, that version does not come again."""

    etag: str | None = None
    modified: str | None = None

    def headers(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the headers that ask for another version only."""
        for name, value in ((b"If-None-Match", self.etag), (b"If-Modified-Since", self.modified)):
            if value is not None:
                yield name, value.encode("latin-1", "ignore")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a server answered, decompressed; `url` is where the last redirect led."""

    url: str
    status: int
    """2xx, or 304 without a body when the version asked with is still the newest."""
    content_type: str
    charset: str | None
    body: bytes
    validators: Validators = Validators()
    moved: str | None = None
    """Where permanent redirects alone led: the address to use from now on."""


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
        user_agent: str = USER_AGENT,
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
        self._headers = [(b"User-Agent", user_agent.encode("ascii", "ignore")), *_HEADERS]
        dials = {} if dial_map is None else dial_map
        self._backends = {
            is_chosen: GuardedBackend(self._resolver, dials, limit_bytes, is_chosen=is_chosen)
            for is_chosen in (False, True)
        }
        self._ssl_context = ssl_context
        self._reading_certificates = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._resolver.close()

    async def fetch(
        self,
        url: str,
        wanted: Wanted = ARTICLE,
        known: Validators | None = None,
        *,
        is_chosen: bool = False,
    ) -> Page:
        """Fetch one page within the deadline and the size limit; raises the leaves of ReadError.

        `known` are the validators of the version that we have. `is_chosen`: host and port are a setting's, so
        that they may be inside a network.
        """
        address = parse_chosen(url) if is_chosen else parse_address(url)
        headers = [*self._headers, (b"Accept", wanted.accept.encode()), *(known.headers() if known else ())]
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._follow(address, wanted, headers, is_known=known is not None)
        except SaysoError:
            raise
        except tuple(kind for kind, _ in ERRORS) as exc:
            raise translate_error(exc, address.host) from exc

    async def _follow(
        self, address: Address, wanted: Wanted, headers: Sequence[tuple[bytes, bytes]], *, is_known: bool
    ) -> Page:
        """Fetch, and follow redirects, each judged anew."""
        moved: Address | None = None
        is_permanent = True
        for _ in range(MAX_REDIRECTS + 1):
            self._judge(address)
            async with self._answer(address, headers) as response:
                if response.status == NOT_MODIFIED and is_known:
                    page = Page(url=address.url, status=NOT_MODIFIED, content_type="", charset=None, body=b"")
                elif response.status not in REDIRECTS:
                    page = await self._read(address, response, wanted)
                else:
                    address = next_address(address, response.headers)
                    is_permanent = is_permanent and response.status in PERMANENT
                    moved = address if is_permanent else moved
                    continue
            return replace(page, moved=moved.url if moved else None)
        raise TooManyRedirects("too many redirects")

    def _judge(self, address: Address) -> None:
        """Raise AddressRefused for what is spelled well and still not to be fetched."""
        if address.is_chosen:
            return
        if address.port not in self._ports:
            raise AddressRefused("port")
        if address.host in self._own_hosts:
            raise AddressRefused("own address")

    @asynccontextmanager
    async def _answer(
        self, address: Address, headers: Sequence[tuple[bytes, bytes]]
    ) -> AsyncIterator[httpcore.Response]:
        """Send the request on a connection of its own, so that no host waits for another's.

        The body is still to be read.
        """
        origin = httpcore.URL(address.url).origin
        context = await self._certificates() if address.scheme == "https" else None
        times = dict.fromkeys(("connect", "read", "write", "pool"), self._timeout_s)
        sent = [(b"Host", address.netloc.encode()), *headers]
        async with (
            httpcore.AsyncHTTPConnection(
                origin, ssl_context=context, network_backend=self._backends[address.is_chosen]
            ) as connection,
            connection.stream("GET", address.url, headers=sent, extensions={"timeout": times}) as response,
        ):
            yield response

    async def _certificates(self) -> ssl.SSLContext:
        """Read the trusted certificates with the first fetch that needs them: it takes some 20 ms."""
        async with self._reading_certificates:
            if self._ssl_context is None:
                self._ssl_context = await asyncio.to_thread(httpcore.default_ssl_context)
            return self._ssl_context

    async def _read(self, address: Address, response: httpcore.Response, wanted: Wanted) -> Page:
        """Read the answer up to the limit."""
        if not 200 <= response.status < 300:
            raise PageStatus(f"status {response.status}", host=address.host, status=response.status)
        declared, charset = check_media_type(find_header(response.headers, b"content-type"), wanted)
        length = find_header(response.headers, b"content-length")
        if length.isdecimal() and int(length[:20]) > self._limit_bytes:
            raise too_large(self._limit_bytes)
        stream = response.extensions["network_stream"]
        if isinstance(stream, BoundedStream):
            stream.end_head()
        encoding = find_header(response.headers, b"content-encoding")
        body = await read_body(response.aiter_stream(), encoding, self._limit_bytes)
        content_type = sniff_body(body, declared, wanted)
        _log.info("fetched host=%s status=%d bytes=%d", address.host, response.status, len(body))
        return Page(
            url=address.url,
            status=response.status,
            content_type=content_type,
            charset=charset,
            body=body,
            validators=Validators(
                etag=find_header(response.headers, b"etag")[:_LONGEST_VALIDATOR] or None,
                modified=find_header(response.headers, b"last-modified")[:_LONGEST_VALIDATOR] or None,
            ),
        )


def translate_error(error: BaseException, host: str) -> ReadError:
    """Return the error of ours that stands for one of ERRORS."""
    if isinstance(error.__cause__, ssl.SSLError):
        return InsecureConnection(type(error.__cause__).__name__, host=host)
    kind = next(ours for theirs, ours in ERRORS if isinstance(error, theirs))
    return kind(type(error).__name__, host=host)
