"""The chat page and the user side over HTTP; refuses what another web page would send."""

import asyncio
import json
from contextlib import suppress
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp import web
from aiohttp.typedefs import Handler

from bot.playground.changes import Listener
from bot.playground.faults import Fault
from bot.playground.people import split_text
from bot.playground.places import READER
from bot.playground.refusal import Json

if TYPE_CHECKING:
    from bot.playground.server import PlaygroundServer

_PAGE = Path(__file__).parent / "page"
_FILES = frozenset(
    {
        "index.html",
        "style.css",
        "chat.js",
        "composer.js",
        "emoji.js",
        "entities.js",
        "messages.js",
        "wire.js",
        "sample.txt",
        "icon.svg",
    }
)
_HOSTS = frozenset({"127.0.0.1", "localhost", "[::1]"})
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}
KEEP_ALIVE_S = 20.0


@web.middleware
async def guard_origin(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Answer only to this computer's own page: a web page elsewhere must not drive the playground."""
    host = request.headers.get("Host", "")
    if host.rsplit(":", 1)[0] not in _HOSTS:
        raise web.HTTPForbidden(text="The playground answers on this computer only.")
    is_foreign = request.headers.get("Origin") not in {None, f"http://{host}"}
    if request.path.startswith("/playground/"):
        is_foreign |= request.headers.get("Sec-Fetch-Site", "none") not in {"none", "same-origin"}
    if is_foreign:
        raise web.HTTPForbidden(text="The playground answers to its own page only.")
    return await handler(request)


def add_page_routes(app: web.Application, server: "PlaygroundServer") -> None:
    """Serve the chat page, its events, and what a person does on it."""
    person = _Person(server)
    app.router.add_get("/", _serve_file)
    app.router.add_get("/page/{name}", _serve_file)
    app.router.add_get("/playground/events", person.events)
    for name in ("send", "upload", "press", "edit", "react", "faults"):
        app.router.add_post(f"/playground/{name}", getattr(person, name))


async def _serve_file(request: web.Request) -> web.StreamResponse:
    name = request.match_info.get("name", "index.html")
    if name not in _FILES:
        raise web.HTTPNotFound
    return web.FileResponse(_PAGE / name, headers=_HEADERS)


class _Person:
    """The person at the page."""

    def __init__(self, server: "PlaygroundServer") -> None:
        self._server = server

    async def events(self, request: web.Request) -> web.StreamResponse:
        """Stream a snapshot of everything, then each event; a reload begins with a fresh snapshot."""
        stream = web.StreamResponse(headers=_HEADERS | {"Content-Type": "text/event-stream"})
        with self._server.changes.listening() as events, suppress(ConnectionError):
            snapshot = _snapshot(self._server)
            await stream.prepare(request)
            await stream.write(_as_event(snapshot))
            while (event := await _next(events)) is not None:
                await stream.write(_as_event(event) if event else b": still here\n\n")
        return stream

    async def send(self, request: web.Request) -> web.Response:
        """Write a text, in as many messages as a client would make of it."""
        body = await _read(request)
        parts = split_text(str(body.get("text", "")))
        if not parts:
            raise _wrong("There is nothing to send.")
        chat_id, reply_to = _number(body, "chat_id", READER), body.get("reply_to")
        try:
            sent = [
                self._server.user_sends(chat_id, part, user_id=READER, reply_to=reply_to) for part in parts
            ]
        except LookupError as exc:
            raise _wrong("That message is gone.") from exc
        return web.json_response({"messages": [message["message_id"] for message in sent]})

    async def upload(self, request: web.Request) -> web.Response:
        """Send a file, with a caption if there is one."""
        form = await request.post()
        file = form.get("file")
        if not isinstance(file, web.FileField):
            raise _wrong("Choose a file first.")
        # The upload is a spooled file on disk from a megabyte on.
        data = await asyncio.to_thread(file.file.read)
        caption = str(form.get("caption", "")).strip()[:1_024] or None
        document = (file.filename, data, file.content_type)
        chat_id = int(str(form.get("chat_id", READER)))
        message = self._server.user_sends(chat_id, user_id=READER, document=document, caption=caption)
        return web.json_response({"messages": [message["message_id"]]})

    async def press(self, request: web.Request) -> web.Response:
        """Press a button; answers with what the bot says to it."""
        body = await _read(request)
        place = _number(body, "chat_id", READER), _number(body, "message_id")
        try:
            answer = await self._server.user_presses(*place, str(body.get("data", "")), user_id=READER)
        except LookupError as exc:
            raise _wrong("That button is gone.") from exc
        except TimeoutError:
            answer = {"text": "The bot did not answer the button.", "show_alert": False, "url": ""}
        return web.json_response(answer)

    async def edit(self, request: web.Request) -> web.Response:
        """Change a message of one's own."""
        body = await _read(request)
        try:
            place = _number(body, "chat_id", READER), _number(body, "message_id")
            self._server.user_edits(*place, str(body.get("text", "")))
        except LookupError as exc:
            raise _wrong("That message is gone.") from exc
        return web.json_response({})

    async def react(self, request: web.Request) -> web.Response:
        """React to a message."""
        body = await _read(request)
        place = _number(body, "chat_id", READER), _number(body, "message_id")
        try:
            self._server.user_reacts(*place, str(body.get("emoji", "")), user_id=READER)
        except LookupError as exc:
            raise _wrong("That message is gone.") from exc
        return web.json_response({})

    async def faults(self, request: web.Request) -> web.Response:
        """Set a fault; an empty object clears them all."""
        body = await _read(request)
        if not body:
            self._server.faults.clear()
            return web.json_response({})
        try:
            self._server.faults.add(Fault(**body))
        except (TypeError, ValueError) as exc:
            raise _wrong("A fault has a method, an effect, and times.") from exc
        return web.json_response({})


async def _next(events: Listener) -> Json | None:
    """Return the next event, or an empty one when it is time to show the line is alive; None at the end."""
    try:
        async with asyncio.timeout(KEEP_ALIVE_S):
            return await events.get()
    except TimeoutError:
        return {}


def _snapshot(server: "PlaygroundServer") -> Json:
    state = server.state
    return {
        "kind": "snapshot",
        "me": READER,
        "bot": state.bot,
        "chats": list(state.chats.values()),
        "messages": {
            chat_id: [
                {**m.message, "reactions": list(chain.from_iterable(m.reactions.values()))}
                for m in state.messages(chat_id)
            ]
            for chat_id in state.chats
        },
        "drafts": state.drafts,
        "commands": state.commands.get("default:", []),
    }


def _as_event(event: Json) -> bytes:
    return f"data: {json.dumps(event)}\n\n".encode()


async def _read(request: web.Request) -> Json:
    # A form of another site can send text/plain, but not JSON.
    if request.content_type != "application/json":
        raise _wrong("Send JSON.")
    try:
        body = await request.json()
    except ValueError as exc:
        raise _wrong("Send JSON.") from exc
    if not isinstance(body, dict):
        raise _wrong("Send a JSON object.")
    return body


def _number(body: Json, name: str, default: int = 0) -> int:
    value = body.get(name, default)
    if not isinstance(value, int):
        raise _wrong(f"{name} must be a number.")
    return value


def _wrong(sentence: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=json.dumps({"error": sentence}), content_type="application/json")
