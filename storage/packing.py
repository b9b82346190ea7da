"""How values are stored: as compressed JSON."""

import asyncio
import logging
import zlib
from collections.abc import Callable
from typing import Generic, TypeVar

from pydantic import ValidationError
from pydantic_core import PydanticSerializationError

from bot.article.models import Frozen

log = logging.getLogger(__name__)

Value = TypeVar("Value", bound=Frozen)

VALUE_LIMIT_BYTES = 2_000_000
"""Of JSON: some 1.5 million characters. Parsing more would hold the event loop longer than 50 ms."""

INLINE_LIMIT_BYTES = 65_536
"""Up to this, compressing takes less than 5 ms and a thread is not worth it."""

HOT_BYTES = 1_000_000
"""Of stored forms whose values stay in memory; parsed they take some twenty times as much."""


class Hot(Generic[Value]):
    """The values read last, by their stored form: what many ask for is not parsed for each of them.

    What `may_stay` says no to is never kept here: a chat's own text is to be gone once it is forgotten.
    """

    def __init__(self, model: type[Value], may_stay: Callable[[Value], bool] = lambda _value: True) -> None:
        self._model = model
        self._may_stay = may_stay
        self._values: dict[bytes, Value] = {}
        self._bytes = 0

    async def unpack(self, data: object) -> Value | None:
        """Return what `unpack` does, the same object for the same stored form while it is remembered."""
        if not isinstance(data, bytes):
            return None
        known = self._values.pop(data, None)
        if known is not None:
            self._values[data] = known
            return known
        value = await unpack(self._model, data)
        if value is not None and self._may_stay(value) and data not in self._values:
            self._values[data] = value
            self._bytes += len(data)
            while self._bytes > HOT_BYTES:
                oldest = next(iter(self._values))
                del self._values[oldest]
                self._bytes -= len(oldest)
        return value


async def pack(value: Frozen) -> bytes | None:
    """Return the stored form, or None for what is not worth or not able to be stored."""
    try:
        data = value.model_dump_json().encode()
    except (PydanticSerializationError, UnicodeEncodeError):  # a lone surrogate has no UTF-8
        log.warning("%s not kept: it is no valid Unicode", type(value).__name__)
        return None
    if len(data) > VALUE_LIMIT_BYTES:
        log.warning("%s not kept: %d bytes", type(value).__name__, len(data))
        return None
    return (
        zlib.compress(data)
        if len(data) <= INLINE_LIMIT_BYTES
        else await asyncio.to_thread(zlib.compress, data)
    )


async def unpack(model: type[Value], data: object) -> Value | None:
    """Return the value, or None when there is none or it is not what this version stores."""
    if not isinstance(data, bytes):
        return None
    try:
        text = _inflate(data) if len(data) <= INLINE_LIMIT_BYTES else await asyncio.to_thread(_inflate, data)
        return model.model_validate_json(text)
    except (zlib.error, ValidationError) as exc:
        log.info("stored %s ignored: %s", model.__name__, type(exc).__name__)
        return None


def _inflate(data: bytes) -> bytes:
    """Decompress, but never more than can have been stored; raises zlib.error."""
    inflater = zlib.decompressobj()
    text = inflater.decompress(data, VALUE_LIMIT_BYTES + 1)
    if not inflater.eof:
        raise zlib.error("too large or cut short")
    return text
