"""What model servers do wrong, by name: what they answer, break off, leave open or never send."""

import asyncio
import json
import socket
import struct
from typing import Any

from aiohttp import web

from tests.servers.model import (
    Answer,
    Exchange,
    body,
    content,
    draft_of,
    envelope,
    error,
    faithful,
    restreamed,
    rewritten,
    split_completion,
    stream,
)


async def two_choices(exchange: Exchange) -> web.StreamResponse:
    """Answer twice in one completion, the second time with something else."""
    completion = envelope(json.dumps(draft_of(exchange.recorded)))
    second = {"index": 1, "message": {"role": "assistant", "content": "{}"}, "finish_reason": "length"}
    return await exchange.respond(completion | {"choices": [*completion["choices"], second]})


async def silence(exchange: Exchange) -> web.StreamResponse:
    """Take the request and say nothing."""
    await exchange.closing.wait()
    return web.Response()


async def late(exchange: Exchange) -> web.StreamResponse:
    """Answer faithfully, long after whoever asked has stopped waiting."""
    await _wait_or_close(exchange.closing, 90)
    return await faithful(exchange)


def drip(head: bytes, rest: bytes) -> Answer:
    """Send `head`, then `rest` over and over, a byte every 20 ms."""

    async def answer(exchange: Exchange) -> web.StreamResponse:
        transport = exchange.request.transport
        assert transport is not None
        transport.write(head)
        at = 0
        while not exchange.closing.is_set() and not transport.is_closing():
            transport.write(rest[at % len(rest) :][:1])
            at += 1
            await _wait_or_close(exchange.closing, 0.02)
        transport.abort()
        return web.Response()

    return answer


async def reset(exchange: Exchange) -> web.StreamResponse:
    """Send half of an answer, then reset the connection."""
    transport = exchange.request.transport
    assert isinstance(transport, asyncio.Transport)
    transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5000\r\n\r\n{")
    connection = transport.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    return web.Response()


async def hang_up(exchange: Exchange) -> web.StreamResponse:
    """Close the connection without a word."""
    assert exchange.request.transport is not None
    exchange.request.transport.close()
    return web.Response()


async def linger(exchange: Exchange) -> web.StreamResponse:
    """Send the whole draft, say that it is finished, and keep the connection open without another word."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await response.prepare(exchange.request)
    for event in split_completion(envelope(json.dumps(draft_of(exchange.recorded))))[:-1]:
        await response.write(f"data: {event}\n\n".encode())
    await exchange.closing.wait()
    return response


async def _wait_or_close(closing: asyncio.Event, timeout_s: float) -> None:
    """Wait, but not beyond the test."""
    try:
        async with asyncio.timeout(timeout_s):
            await closing.wait()
    except TimeoutError:
        return


def _fenced(draft: dict[str, Any]) -> str:
    return f"```json\n{json.dumps(draft, indent=1)}\n```"


def _in_prose(draft: dict[str, Any]) -> str:
    return f"Here is {{the}} brief:\n\n{json.dumps(draft)}\n\nLet me know if you need more."


def _thinking(draft: dict[str, Any]) -> str:
    return f'<think>First {{"headline": 1}} comes to mind.</think>\n{json.dumps(draft)}'


def _with_nan(draft: dict[str, Any]) -> str:
    return json.dumps(draft)[:-1] + ', "confidence": NaN}'


def _with_overflow(draft: dict[str, Any]) -> str:
    return json.dumps(draft)[:-1] + ', "confidence": 1e999}'


def _with_twice(draft: dict[str, Any]) -> str:
    return json.dumps(draft)[:-1] + ', "headline": "Another one"}'


def _with_surrogates(draft: dict[str, Any]) -> str:
    return json.dumps(draft | {"headline": f"\ud83d{draft['headline']}\x00\udead"})


def _numbered_wrong(draft: dict[str, Any]) -> str:
    wild = {"text": "A statement from nowhere.", "sentences": [0, -1, 9_999, 10**30]}
    return json.dumps(draft | {"statements": [*draft["statements"], wild]})


def _half(draft: dict[str, Any]) -> str:
    return json.dumps(draft)[:-40]


_ERROR_EVENT = '{"error": {"message": "The server had an error", "type": "server_error", "code": null}}'


def _finish(reason: str) -> str:
    return json.dumps({"choices": [{"index": 0, "delta": {}, "finish_reason": reason}]})


_JSON_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

FAULTS: dict[str, Answer] = {
    "429": error(429),
    "429 retry-after 0.1": error(429, Retry_After="0.1"),
    "429 retry-after 3": error(429, Retry_After="3"),
    "429 retry-after a day": error(429, Retry_After="86400"),
    "429 insufficient_quota": error(429, code="insufficient_quota"),
    "500": error(500),
    "502 html": body("<html>Bad Gateway</html>", content_type="text/html", status=502),
    "503": error(503),
    "529": error(529, code="overloaded_error"),
    "408": error(408),
    "409": error(409),
    "x-should-retry false": error(500, x_should_retry="false"),
    "401": error(401, "Incorrect API key provided", code="invalid_api_key"),
    "403": error(403),
    "404": error(404, "The model does not exist", code="model_not_found"),
    "400": error(400, "Something else is wrong"),
    "400 content_filter": error(400, code="content_filter"),
    "400 context_length_exceeded": error(400, "too long", code="context_length_exceeded"),
    "silence": silence,
    "late": late,
    "header drip": drip(b"HTTP/1.1 200 OK\r\nX-Slow: ", b"a"),
    "body drip": drip(_JSON_HEAD + b"Content-Length: 5000\r\n\r\n", b" "),
    "reset": reset,
    "hang-up": hang_up,
    "empty body": body(""),
    "html": body("<!doctype html><p>Welcome</p>", content_type="text/html"),
    "200 with error": body('{"error": {"message": "upstream is down", "code": 502}}'),
    "no choices": content("{}", choices=[]),
    "odd choices": content("{}", choices="none"),
    "null content": content(None),
    "blank content": content(" \n"),
    "length with half a draft": rewritten(_half, finish_reason="length"),
    "length with a whole draft": rewritten(json.dumps, finish_reason="length"),
    "length without content": content(None, finish_reason="length"),
    "half a draft that claims to be finished": rewritten(_half),
    "content_filter": content(None, finish_reason="content_filter"),
    "finish_reason error": content("", finish_reason="error"),
    "refusal": content(None, refusal="I cannot help with that."),
    "fences": rewritten(_fenced),
    "prose": rewritten(_in_prose),
    "thoughts": rewritten(_thinking),
    "two drafts": rewritten(lambda draft: f"{json.dumps(draft)} or {json.dumps(draft)}"),
    "wrong schema": content('{"summary": "It happened.", "items": [1, 2]}'),
    "an array": content("[1, 2, 3]"),
    "empty statements": rewritten(lambda draft: json.dumps(draft | {"statements": []})),
    "NaN": rewritten(_with_nan),
    "1e999": rewritten(_with_overflow),
    "duplicate keys": rewritten(_with_twice),
    "surrogates and NUL": rewritten(_with_surrogates),
    "numbers out of range": rewritten(_numbered_wrong),
    "nested a million deep": content("[" * 300_000),
    "5 MB content": content("x" * 5_000_000),
    "5 MB error": body("x" * 5_000_000, status=400),
    "unasked gzip": body("bytes", Content_Encoding="gzip"),
    "no usage": rewritten(json.dumps, usage=None),
    "negative usage": rewritten(json.dumps, usage={"prompt_tokens": -5, "completion_tokens": -1}),
    "huge usage": rewritten(json.dumps, usage={"prompt_tokens": 10**18, "completion_tokens": "many"}),
    "an empty stream": stream("", ending=b""),
    "a stream of pages": stream("<html>"),
    "a stream of nothing but its end": stream("[DONE]"),
    "cut in the middle": restreamed(lambda events: events[:6]),
    "cut before it says how it ends": restreamed(lambda events: events[:-3]),
    "error in the middle": restreamed(lambda events: [*events[:6], _ERROR_EVENT, "[DONE]"]),
    "error after the last word": restreamed(lambda events: [*events[:-3], _ERROR_EVENT]),
    "error in the stream, lasting": stream('{"error": {"message": "no such model", "code": 404}}'),
    "no usage, no end": restreamed(lambda events: events[:-2]),
    "stop, then length": restreamed(lambda events: [*events[:-2], _finish("length"), *events[-2:]]),
    "length, then stop": restreamed(lambda events: [*events[:-3], _finish("length"), *events[-3:]]),
    "no finish but the end": restreamed(lambda events: [*events[:-3], *events[-2:]]),
    "never hangs up": linger,
    "two choices": two_choices,
}
"""Every way to fail that a server has shown somewhere, by name."""
