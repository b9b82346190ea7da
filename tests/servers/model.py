"""A scripted OpenAI-compatible server on loopback: answers faithfully, or with any of the FAULTS by name.

Answers are streamed to whoever asks for it, unless the server is opened with `streams=False`: then it takes
no notice of that, as some servers do.

async with ModelServer() as server:
    server.play(FAULTS["429"], faithful)   # one answer a request; after them server.default
    ...
    assert server.requests[0].body["model"] == "test-model"
"""

import asyncio
import base64
import json
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.servers.pictures import read_number

USAGE: dict[str, Any] = {
    "prompt_tokens": 3_000,
    "completion_tokens": 400,
    "total_tokens": 3_400,
    "prompt_tokens_details": {"cached_tokens": 2_048},
}


@dataclass(frozen=True)
class Recorded:
    """One request as it came in."""

    headers: dict[str, str]
    body: dict[str, Any]
    connection: object = None
    """The address of the other side: one for each connection."""

    @property
    def system(self) -> str:
        """The system message."""
        return str(self.body["messages"][0]["content"])

    @property
    def user(self) -> str:
        """The text of the user message."""
        content = self.body["messages"][1]["content"]
        return content if isinstance(content, str) else str(content[0]["text"])

    @property
    def images(self) -> list[bytes]:
        """The pictures of the user message."""
        content = self.body["messages"][1]["content"]
        parts = content[1:] if isinstance(content, list) else []
        return [base64.b64decode(part["image_url"]["url"].partition(";base64,")[2]) for part in parts]


@dataclass(frozen=True)
class Exchange:
    """A request, and what an answer needs besides."""

    request: web.Request
    recorded: Recorded
    closing: asyncio.Event
    """Set when the test is over; whoever waits, waits for this."""
    streams: bool

    async def respond(self, completion: dict[str, Any]) -> web.StreamResponse:
        """Send a completion as it was asked for: whole, or in pieces."""
        if not (self.streams and self.recorded.body.get("stream")):
            return web.json_response(completion)
        return await stream(*split_completion(completion), "[DONE]")(self)


Answer = Callable[[Exchange], Awaitable[web.StreamResponse]]


@dataclass
class ModelServer:
    """Listens while its context is open; `url` is the base URL that a client takes."""

    default: Answer = field(default_factory=lambda: faithful)
    streams: bool = True
    requests: list[Recorded] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a request has come in."""
    url: str = ""
    _script: deque[Answer] = field(default_factory=deque)
    _closing: asyncio.Event = field(default_factory=asyncio.Event)
    _runner: web.AppRunner | None = None

    def play(self, *answers: Answer) -> None:
        """Answer the next requests with `answers`, one each."""
        self._script.extend(answers)

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 << 20)
        app.router.add_post("/v1/chat/completions", self._complete)
        app.router.add_get("/v1/models", self._list_models)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self._closing.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        recorded = Recorded(dict(request.headers), await request.json(), request.get_extra_info("peername"))
        self.requests.append(recorded)
        self.asked.set()
        answer = self._script.popleft() if self._script else self.default
        try:
            return await answer(Exchange(request, recorded, self._closing, self.streams))
        except ConnectionError:  # whoever asked has hung up
            return web.Response()

    async def _list_models(self, _request: web.Request) -> web.StreamResponse:
        return web.json_response({"object": "list", "data": [{"id": "test-model", "object": "model"}]})


def draft_of(recorded: Recorded) -> dict[str, Any]:
    """Write a faithful draft from the numbered sentences of a request: the first ones verbatim, no flags.

    To a request with pictures, nothing is the faithful answer: this server is blind.
    """
    if recorded.images:
        return {}
    if sources := sources_of(recorded):
        return notes_of(sources)
    block = re.search(r"^<<<(\S+)\n(.*?)\n\1>>>$", recorded.user, re.MULTILINE | re.DOTALL)
    assert block is not None, "the user message holds no article"
    sentences = re.findall(r"^\[(\d+)\] (.+)$", block[2], re.MULTILINE)
    title = re.search(r"^title: (.+)$", block[2], re.MULTILINE)
    headline = (json.loads(title[1]) if title else None) or sentences[0][1]
    return {
        "headline": headline if len(headline) <= 100 else headline[:100].rpartition(" ")[0],
        "statements": [{"text": text, "sentences": [int(number)]} for number, text in sentences[:5]],
        "flags": [],
        "loaded": [],
        "absent": [],
    }


def sources_of(recorded: Recorded) -> dict[int, dict[int, str]]:
    """Return the numbered sentences of each source of a request for notes; empty for any other request."""
    lines = re.findall(r"^\[(\d+)\.(\d+)\] (.+)$", recorded.user, re.MULTILINE)
    sources: dict[int, dict[int, str]] = {}
    for source, sentence, text in lines:
        sources.setdefault(int(source), {})[int(sentence)] = text
    return sources


def notes_of(sources: dict[int, dict[int, str]]) -> dict[str, Any]:
    """Write a faithful note from each source: its first sentence."""
    firsts = {source: min(sentences) for source, sentences in sources.items()}
    return {
        "notes": [
            {"text": sources[source][first], "source": source, "sentences": [first], "flag": None}
            for source, first in firsts.items()
        ]
    }


def asked_in(recorded: Recorded) -> list[dict[str, Any]]:
    """Return what readers asked, oldest first, of a request that puts a question; empty for a brief's."""
    tail = recorded.user.partition("\n\nOutput language")[2]
    return [json.loads(line) for line in tail.splitlines() if line.startswith("{")]


def answering(*statements: tuple[str, list[int]]) -> Answer:
    """Answer a question with these statements, and any other request with a draft that holds."""
    listed = [{"text": text, "sentences": numbers} for text, numbers in statements]
    told = {"headline": "", "statements": listed, "flags": [], "loaded": [], "absent": []}

    async def answer(exchange: Exchange) -> web.StreamResponse:
        if not asked_in(exchange.recorded):
            return await faithful(exchange)
        return await exchange.respond(envelope(json.dumps(told, ensure_ascii=False)))

    return answer


def envelope(content: str | None, **changes: object) -> dict[str, Any]:
    """Return a chat completion around `content`; `changes` replace fields wherever they belong."""
    message = {"role": "assistant", "content": content, "refusal": changes.pop("refusal", None)}
    choice = {"index": 0, "message": message, "finish_reason": changes.pop("finish_reason", "stop")}
    whole = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "test-model"}
    return whole | {"choices": [choice], "usage": USAGE} | changes


def split_completion(completion: dict[str, Any], *, pieces: int = 12) -> list[str]:
    """Return the events of a stream that come to `completion`: its content in pieces, its end, its usage."""
    about = {key: value for key, value in completion.items() if key not in ("choices", "usage")}
    chunks: list[dict[str, Any]] = []
    choices = completion["choices"] if isinstance(completion["choices"], list) else []
    for choice in choices:
        index, message = {"index": choice["index"]}, choice["message"]
        text = message["content"] or ""
        size = max(1, -(-len(text) // pieces))
        deltas: list[dict[str, Any]] = [{"role": "assistant"}]
        deltas += [{"content": text[at : at + size]} for at in range(0, len(text), size)]
        deltas += [{"refusal": message["refusal"]}] if message.get("refusal") else []
        chunks += [{"choices": [index | {"delta": delta, "finish_reason": None}]} for delta in deltas]
        chunks.append({"choices": [index | {"delta": {}, "finish_reason": choice["finish_reason"]}]})
    chunks.append({"choices": [] if choices else completion["choices"], "usage": completion["usage"]})
    return [json.dumps(about | chunk) for chunk in chunks]


def stream(
    *events: str, ending: bytes = b"\n\n", pause_s: float = 0, hold: tuple[int, asyncio.Event] | None = None
) -> Answer:
    """Answer with these events, `pause_s` after each; `ending` closes the last one.

    `hold` is before which event, by number, to wait for what.
    """

    async def answer(exchange: Exchange) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream; charset=utf-8"})
        await response.prepare(exchange.request)
        for number, event in enumerate(events, 1):
            if hold is not None and number == hold[0]:
                await hold[1].wait()
            end = ending if number == len(events) else b"\n\n"
            await response.write(b"data: " + event.encode("utf-8", "surrogatepass") + end)
            await asyncio.sleep(pause_s)
        await response.write_eof()
        return response

    return answer


def restreamed(change: Callable[[list[str]], list[str]], rewrite: Callable[..., str] = json.dumps) -> Answer:
    """Answer with the events of the faithful draft as `change` has them, "[DONE]" among them."""

    async def answer(exchange: Exchange) -> web.StreamResponse:
        events = split_completion(envelope(rewrite(draft_of(exchange.recorded))))
        return await stream(*change([*events, "[DONE]"]))(exchange)

    return answer


async def faithful(exchange: Exchange) -> web.StreamResponse:
    """Answer with a draft that holds."""
    return await exchange.respond(envelope(json.dumps(draft_of(exchange.recorded), ensure_ascii=False)))


def rewritten(rewrite: Callable[[dict[str, Any]], str | None], **changes: object) -> Answer:
    """Answer with what `rewrite` makes of the faithful draft."""

    async def answer(exchange: Exchange) -> web.StreamResponse:
        return await exchange.respond(envelope(rewrite(draft_of(exchange.recorded)), **changes))

    return answer


def content(text: str | None, **changes: object) -> Answer:
    """Answer with a completion of this content."""
    return rewritten(lambda _draft: text, **changes)


def seeing(transcript: dict[str, Any]) -> Answer:
    """Answer a request with pictures with this transcript, and every other one with a draft that holds.

    The number in the first picture is told, unless the transcript tells another.
    """

    async def answer(exchange: Exchange) -> web.StreamResponse:
        if not exchange.recorded.images:
            return await faithful(exchange)
        seen = {"number": read_number(exchange.recorded.images[0])}
        return await exchange.respond(envelope(json.dumps(seen | transcript)))

    return answer


def body(text: str, *, content_type: str = "application/json", status: int = 200, **headers: str) -> Answer:
    """Answer with these bytes; underscores in header names stand for dashes."""

    async def answer(_exchange: Exchange) -> web.StreamResponse:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return web.Response(text=text, content_type=content_type, status=status, headers=named)

    return answer


def error(status: int, message: str = "no", *, code: str | None = None, **headers: str) -> Answer:
    """Answer with an error in OpenAI's shape."""
    fault = {"message": message, "type": code or "error", "param": None, "code": code}
    return body(json.dumps({"error": fault}), status=status, **headers)
