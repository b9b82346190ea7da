"""A streamed chat completion: its events, put together again as the completion they are parts of.

The SDK's own streams are not used: they raise on events that other servers send, and cannot tell an answer
that was cut off from one that is finished.
"""

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, Protocol

from bot.briefing.engines.reply import MAX_CONTENT_CHARS, as_object
from bot.errors import EngineGarbled

MAX_EVENT_CHARS = 1 << 19
"""An event holds a token or a few; one of this length holds a whole answer. Of a line it is bytes."""

PATIENCE_S = 0.5
"""How long an answer that says it is finished is kept waiting for its usage and the stream's end."""

FAREWELL_S = 0.1
"""How long the stream's end is waited for once it is announced: a connection read to its end serves again."""

_DONE = "[DONE]"
# Those of server-sent events alone: a text may hold U+2028 and the like. "\r" may yet become "\r\n".
_LINE_END = re.compile(rb"\r\n|\n|\r(?!\Z)")
_LASTING_CODES = range(400, 500)
_PASSING_CODES = (408, 409, 429)


class Listener(Protocol):
    """Hears an answer while it is written."""

    def begin(self) -> None:
        """Learn that an answer begins, in place of one that was lost."""

    def hear(self, text: str) -> None:
        """Take more of the answer's text; must not block."""


class StreamCut(Exception):
    """The stream ended before the answer did."""


class StreamFailed(Exception):
    """The server sent an error in place of the rest; `complaint` is what it says against the request."""

    def __init__(self, error: object) -> None:
        super().__init__("error in the stream")
        code = error.get("code") if isinstance(error, dict) else None
        self.is_passing = not (code in _LASTING_CODES and code not in _PASSING_CODES)
        self.complaint = "" if self.is_passing else json.dumps(error)[:4_000]


@dataclass(slots=True)
class _Parts:
    """What has come of a completion: its first choice and its usage."""

    content: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    reasons: list[str] = field(default_factory=list)
    usage: object = None
    chars: int = 0

    def join(self) -> dict[str, Any]:
        """Return the completion; of two reasons to finish, the first that is not "stop" counts."""
        told = [reason for reason in self.reasons if reason != "stop"] or self.reasons
        message = {"content": "".join(self.content), "refusal": "".join(self.refusal) or None}
        choice = {"message": message, "finish_reason": told[0] if told else None}
        return {"choices": [choice], "usage": self.usage}


async def join_stream(
    chunks: AsyncGenerator[bytes, None], listener: Listener | None = None
) -> dict[str, Any]:
    """Return the completion that a stream's bytes come to; `listener` hears its text meanwhile.

    Raises StreamCut for one that neither finishes nor says that it is done, StreamFailed and EngineGarbled.
    """
    parts = _Parts()
    if listener is not None:
        listener.begin()
    is_done = False
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(None) as patience, aclosing(_read_events(chunks)) as events:
            async for event in events:
                if is_done or parts.chars > MAX_CONTENT_CHARS:
                    break
                if event == _DONE:
                    is_done = True
                    patience.reschedule(loop.time() + FAREWELL_S)
                    continue
                text = _take(event, parts)
                if text and listener is not None:
                    listener.hear(text)
                if parts.reasons and patience.when() is None:
                    patience.reschedule(loop.time() + PATIENCE_S)
    except TimeoutError:
        if not patience.expired():
            raise
    if not (is_done or parts.reasons or parts.chars > MAX_CONTENT_CHARS):
        raise StreamCut(f"stream ends after {parts.chars} characters")
    return parts.join()


async def _read_events(chunks: AsyncGenerator[bytes, None]) -> AsyncGenerator[str, None]:
    """Yield the data of server-sent events; comments, names and ids tell nothing here."""
    data: list[str] = []
    async with aclosing(_read_lines(chunks)) as lines:
        async for line in lines:
            if line.startswith("data:"):
                data.append(line[5:].removeprefix(" "))
            elif not line.strip() and data:
                yield "\n".join(data)
                data.clear()
    if data == [_DONE]:  # without the empty line that ends an event; anything else was cut off
        yield _DONE


async def _read_lines(chunks: AsyncGenerator[bytes, None]) -> AsyncGenerator[str, None]:
    """Yield the lines of a stream; raises EngineGarbled for one without end."""
    rest = b""
    async with aclosing(chunks):
        async for chunk in chunks:
            *lines, rest = _LINE_END.split(rest + chunk)
            for line in lines:
                yield line.decode(errors="replace")
            if len(rest) > MAX_EVENT_CHARS:
                raise EngineGarbled(f"line of over {len(rest)} bytes")
    yield rest.decode(errors="replace").removesuffix("\r")


def _take(event: str, parts: _Parts) -> str:
    """Add an event to the parts and return what it adds to the text."""
    if len(event) > MAX_EVENT_CHARS:
        raise EngineGarbled(f"event of {len(event)} characters")
    try:
        chunk = json.loads(event)
    except (ValueError, RecursionError) as exc:
        raise EngineGarbled(f"event of {len(event)} characters is not JSON") from exc
    if not isinstance(chunk, dict):
        raise EngineGarbled("event is no object")
    if chunk.get("error"):
        raise StreamFailed(chunk["error"])
    parts.usage = chunk.get("usage") or parts.usage
    choice = _first_choice(chunk.get("choices"))
    delta = as_object(choice.get("delta"))
    for name, texts in (("content", parts.content), ("refusal", parts.refusal)):
        if isinstance(delta.get(name), str):
            texts.append(delta[name])
            parts.chars += len(delta[name])
    if isinstance(choice.get("finish_reason"), str):
        parts.reasons.append(choice["finish_reason"])
    text = delta.get("content")
    return text if isinstance(text, str) else ""


def _first_choice(choices: object) -> Mapping[str, Any]:
    """Return the part of the first choice; others were not asked for."""
    if not isinstance(choices, list):
        return {}
    return next((c for c in choices if isinstance(c, dict) and c.get("index", 0) == 0), {})
