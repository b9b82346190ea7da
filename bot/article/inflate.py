"""Reading a body in small steps, so that a bomb never fills memory nor holds the event loop."""

import asyncio
import zlib
from collections.abc import AsyncIterable, Iterator

from bot.errors import AnswerGarbled, PageTooLarge

STEP_BYTES = 1 << 18
"""Inflated at once, about 1 ms of work."""

MAX_CRUMBS = 10_000
MIN_PIECE_BYTES = 64
"""After so many pieces they must be this long on average: one byte a chunk costs 50 µs of work each."""

MAX_MEMBERS = 1_000
"""Members of one gzip stream; each costs a decompressor, and an empty one is 20 bytes."""

_GZIP = 16 + zlib.MAX_WBITS
_ZLIB = zlib.MAX_WBITS
_BARE = -zlib.MAX_WBITS  # "deflate" without zlib's header, which old servers send


async def read_body(chunks: AsyncIterable[bytes], encoding: str, limit_bytes: int) -> bytes:
    """Read a body and undo its content encoding, up to `limit_bytes` of either form.

    Raises PageTooLarge past the limit, AnswerGarbled for an encoding that is none of ours (brotli and zstd
    are not asked for: 400 bytes of theirs hold 512 MB), zlib.error for one that is not what it says.
    """
    inflater = find_inflater(encoding)
    body = bytearray()
    received = pieces = 0
    async for chunk in chunks:
        received += len(chunk)
        pieces += 1
        if pieces > MAX_CRUMBS and received < MIN_PIECE_BYTES * pieces:
            raise AnswerGarbled("crumbs")
        for piece in inflater.feed(chunk) if inflater else (chunk,):
            body += piece
            if max(len(body), received) > limit_bytes:
                raise PageTooLarge("size limit", limit_mb=limit_bytes >> 20)
            await asyncio.sleep(0)
    if inflater:
        inflater.finish()
    return bytes(body)


def find_inflater(encoding: str) -> "Inflater | None":
    """Return what undoes a Content-Encoding, None when there is nothing to undo; raises AnswerGarbled."""
    match encoding.strip().lower():
        case "" | "identity":
            return None
        case "gzip" | "x-gzip":
            return Inflater(_GZIP)
        case "deflate":
            return Inflater(None)
        case _:
            raise AnswerGarbled("content encoding not asked for")


class Inflater:
    """Inflates gzip of one or more members, zlib or bare deflate; what follows the last member is ignored.

    `wbits` is zlib's word for which of them; None finds out whether deflate has a header.
    """

    def __init__(self, wbits: int | None) -> None:
        self._wbits = wbits
        self._members = 0
        self._member = zlib.decompressobj()

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what `chunk` inflates to, in pieces of at most STEP_BYTES; raises zlib.error."""
        data = chunk
        while data:
            if self._members == 0 or (self._member.eof and data.startswith(b"\x1f\x8b")):
                self._begin_member(data)
            elif self._member.eof:
                return
            piece = self._member.decompress(data, STEP_BYTES)
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            yield piece

    def _begin_member(self, data: bytes) -> None:
        """Make ready for a member that begins with `data`."""
        self._members += 1
        if self._members > MAX_MEMBERS:
            raise zlib.error("too many members")
        if self._wbits is None:
            self._wbits = _ZLIB if _has_zlib_header(data) else _BARE
        self._member = zlib.decompressobj(self._wbits)

    def finish(self) -> None:
        """Raise zlib.error when the data stop in the middle."""
        if self._members and not self._member.eof:
            raise zlib.error("truncated")


def _has_zlib_header(data: bytes) -> bool:
    """Tell whether data begin as zlib's do (RFC 1950): method 8, and two bytes that 31 divides."""
    return data[0] & 0x0F == 8 and (len(data) < 2 or int.from_bytes(data[:2]) % 31 == 0)
