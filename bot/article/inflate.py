"""Decompression in small steps, so that a bomb never fills memory nor holds the event loop."""

import zlib
from collections.abc import Iterator

STEP_BYTES = 1 << 18
"""Inflated at once, about 1 ms of work."""

_GZIP = 16 + zlib.MAX_WBITS


class Gzip:
    """Inflates gzip of one or more members in small steps; what follows the last member is ignored."""

    def __init__(self) -> None:
        self._member = zlib.decompressobj(_GZIP)
        self._begun = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        """Yield what `chunk` inflates to, in pieces of at most STEP_BYTES."""
        data = chunk
        while data:
            if self._member.eof:
                if not data.startswith(b"\x1f\x8b"):
                    return
                self._member = zlib.decompressobj(_GZIP)
            piece = self._member.decompress(data, STEP_BYTES)
            self._begun = True
            data = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            yield piece

    def finish(self) -> None:
        """Raise zlib.error when the data stop in the middle."""
        if self._begun and not self._member.eof:
            raise zlib.error("truncated")
