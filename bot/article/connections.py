"""Connections below the fetch: to judged addresses only, and bounded in what a server may send on them."""

import asyncio
import ssl
from collections.abc import Iterable, Mapping
from functools import partial

import httpcore

from bot.article.dialling import Resolver, race
from bot.errors import AddressRefused, AnswerGarbled, PageTooLarge

MAX_HEAD_BYTES = 65_536
"""Before a body; browsers take some 256 KB, but no outlet sends a tenth of it."""
MAX_HEAD_LINES = 1_000
"""Before a body, those of interim answers (1xx) too, of which HTTP allows any number."""

_CONNECT_TIMEOUT_S = 5.0
_HEAD_STEP_BYTES = 4_096  # some 160 interim answers, which take the parser 8 ms


def too_large(limit_bytes: int) -> PageTooLarge:
    """Say that the limit is passed."""
    return PageTooLarge("size limit", limit_mb=limit_bytes >> 20)


class BoundedStream(httpcore.AsyncNetworkStream):
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
            raise too_large(self._limit_bytes)
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
        return BoundedStream(stream, self._limit_bytes)

    def get_extra_info(self, info: str) -> object:
        """Tell what the connection knows of itself."""
        return self._stream.get_extra_info(info)


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Opens connections for httpcore, to judged addresses only, or to wherever a chosen host leads."""

    def __init__(
        self,
        resolver: Resolver,
        dial_map: Mapping[tuple[str, int], tuple[str, int]],
        limit_bytes: int,
        *,
        is_chosen: bool = False,
    ) -> None:
        self._resolver = resolver
        self._dial_map = dial_map
        self._limit_bytes = limit_bytes
        self._is_chosen = is_chosen
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
        answers = await self._resolver.look_up(host, is_chosen=self._is_chosen)
        attempts = [partial(self._dial, answer, port) for answer in answers]
        stream = await race(attempts, discard=httpcore.AsyncNetworkStream.aclose)
        return BoundedStream(stream, self._limit_bytes)

    async def _dial(self, answer: str, port: int) -> httpcore.AsyncNetworkStream:
        """Connect to an address that was judged, and to no other."""
        host, port = self._dial_map.get((answer, port), (answer, port))
        stream = await self._backend.connect_tcp(host, port, _CONNECT_TIMEOUT_S)
        peer = stream.get_extra_info("server_addr")
        if peer is not None and peer[0] != host:
            await stream.aclose()
            raise AddressRefused("peer is not the address that was judged")
        return stream
