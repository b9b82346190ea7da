"""The playground's server, on loopback only: the Bot API at /bot<token>/<method>, files, the chat page."""

import asyncio
import logging
import time
from collections.abc import Callable
from contextlib import suppress
from inspect import isawaitable
from types import TracebackType
from typing import Self, TypeVar

from aiohttp import web

from bot.playground.autolinks import find_autolinks
from bot.playground.browser import add_page_routes, guard_origin
from bot.playground.changes import Changes
from bot.playground.faults import Fault, Faults
from bot.playground.flood import COUNTED, DRAFT, Flood, Limits
from bot.playground.methods import Api, Method, find_method
from bot.playground.parameters import Parameters, read_parameters
from bot.playground.people import People
from bot.playground.posting import is_group
from bot.playground.queries import Queries
from bot.playground.refusal import Json, Refused
from bot.playground.state import Call, State, Stored
from bot.playground.updates import Updates
from bot.playground.webhook import Webhook

BOT_ID = 110_201_543
DEFAULT_TOKEN = f"{BOT_ID}:playground-token-of-no-use-elsewhere"
MAX_BODY_BYTES = 64 * 1024 * 1024
_log = logging.getLogger(__name__)
T = TypeVar("T")


class PlaygroundServer(People):
    """A stand-in for Telegram that runs while its `async with` block does.

    `limits=None` lifts the flood limits; `clock` gives dates and counts floods (seconds since the epoch);
    `webhook_retry_s` is the first wait between deliveries to a webhook that fails.
    """

    def __init__(
        self, *, port: int = 0, token: str = DEFAULT_TOKEN, username: str = "sayso_bot", name: str = "Sayso",
        limits: Limits | None = None, clock: Callable[[], float] = time.time, webhook_retry_s: float = 1.0,
        first_update_id: int | None = None, reads_all_group_messages: bool = False
    ) -> None:  # fmt: skip
        self.bot_token = token
        self.faults = Faults()
        self.flood = Flood(limits, clock)
        self._port = port
        bot = _bot_user(token, username, name, reads_all=reads_all_group_messages)
        state = State(bot=bot, clock=clock)
        updates = Updates(state.changes, clock, first_update_id)
        queries = Queries(state.changes, clock)
        super().__init__(state=state, updates=updates, queries=queries)
        webhook = Webhook(updates, state.changes, clock, webhook_retry_s)
        webhook.execute = self._execute
        self._api = Api(state=state, updates=updates, queries=queries, webhook=webhook)

    async def __aenter__(self) -> Self:
        """Listen on 127.0.0.1."""
        # The list of top-level domains takes 60 ms to load.
        await asyncio.to_thread(find_autolinks, "example.org")
        app = web.Application(client_max_size=MAX_BODY_BYTES, middlewares=[guard_origin])
        app.router.add_route("*", "/bot{token}/{method}", self._handle_method)
        app.router.add_get("/file/bot{token}/{path:.+}", self._handle_file)
        add_page_routes(app, self)
        # An access log would hold the token, which is part of every path.
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False, shutdown_timeout=2.0)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port)
        await site.start()
        self._port = self._runner.addresses[0][1]
        self._delivery = asyncio.create_task(self._api.webhook.run())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End every poll and page, and stop listening."""
        self.changes.close()
        self._delivery.cancel()
        with suppress(asyncio.CancelledError):
            await self._delivery
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        """The address for TELEGRAM_API_URL."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def page_url(self) -> str:
        """The address of the chat page."""
        return f"{self.url}/"

    @property
    def changes(self) -> Changes:
        """What happens, as events."""
        return self.state.changes

    @property
    def calls(self) -> list[Call]:
        """Every request of the bot, oldest first."""
        return self.state.calls

    def calls_of(self, *methods: str) -> list[Call]:
        """Return the requests of some methods, oldest first."""
        return [call for call in self.calls if call.method in methods]

    def messages(self, chat_id: int) -> list[Stored]:
        """Return a chat's messages as they stand, each with its history."""
        return self.state.messages(chat_id)

    def bot_messages(self, chat_id: int) -> list[Stored]:
        """Return what the bot wrote in a chat."""
        return [stored for stored in self.state.messages(chat_id) if stored.from_bot]

    async def wait_for(self, predicate: Callable[[], T], timeout_s: float = 10.0) -> T:
        """Return the predicate's first true value, looked at after each change; raises TimeoutError."""
        return await self.changes.wait_for(predicate, timeout_s)

    async def _handle_method(self, request: web.Request) -> web.StreamResponse:
        try:
            self._check_token(request)
            name, method = find_method(request.match_info["method"])
            parameters = await read_parameters(request)
        except Refused as exc:
            return web.json_response(exc.as_answer(), status=exc.code)
        call = Call(method=name, parameters=parameters.values, at=self.state.clock())
        self.calls.append(call)
        self.changes.publish()
        fault = self.faults.take(name)
        if fault and (early := await self._misbehave_before(request, fault, call)):
            return early
        answer, status = await self._answer(method, parameters, call)
        if fault and fault.effect in {"lost_answer", "drop_after"}:
            return await self._lose_answer(request, fault)
        call.answer = answer
        self.changes.publish()
        return web.json_response(answer, status=status)

    async def _answer(self, method: Method, parameters: Parameters, call: Call) -> tuple[Json, int]:
        """Run the method; returns the body and the HTTP status."""
        try:
            self._count(call.method, parameters)
            result = method(self._api, parameters)
            return {"ok": True, "result": await result if isawaitable(result) else result}, 200
        except Refused as exc:
            return exc.as_answer(), exc.code
        except Exception as exc:  # noqa: BLE001 - the outermost handler: the Bot API says 500, the log the class
            _log.error("playground: %s failed with %s", call.method, type(exc).__name__)
            return Refused(500, "Internal Server Error").as_answer(), 500

    def _count(self, method: str, parameters: Parameters) -> None:
        """Count what puts or changes a message; raises Refused when it comes too soon."""
        if method not in COUNTED:
            return
        if "chat_id" not in parameters:
            self.flood.check(None)
            return
        chat = self.state.chat(parameters.chat())
        self.flood.check(chat["id"], is_group=is_group(chat), is_draft=method == DRAFT)

    async def _execute(self, body: Json) -> None:
        """Run a method call that came as a webhook's answer; its result goes nowhere."""
        try:
            name, method = find_method(str(body.get("method")))
        except Refused:
            return
        values = {key: value for key, value in body.items() if key != "method"}
        call = Call(method=name, parameters=values, at=self.state.clock())
        self.calls.append(call)
        call.answer, _ = await self._answer(method, Parameters(values), call)
        self.changes.publish()

    async def _misbehave_before(
        self, request: web.Request, fault: Fault, call: Call
    ) -> web.StreamResponse | None:
        """Do what a fault does instead of, or before, the method."""
        await self.changes.pause(fault.seconds if fault.effect == "delay" else 0.0)
        if refusal := fault.as_refusal():
            call.answer = refusal.as_answer()
            self.changes.publish()
            return web.json_response(call.answer, status=refusal.code)
        if fault.effect == "html":
            page = f"<html><body><h1>{fault.status}</h1></body></html>"
            return web.Response(status=fault.status, text=page, content_type="text/html")
        return _drop(request) if fault.effect == "drop" else None

    async def _lose_answer(self, request: web.Request, fault: Fault) -> web.StreamResponse:
        """Say nothing until the client gives up (or `seconds` have passed), then end the connection."""
        if fault.effect == "lost_answer":
            deadline = time.monotonic() + (fault.seconds or 3_600)
            while not self.changes.closed and time.monotonic() < deadline and not _is_gone(request):
                await self.changes.pause(0.05)
        return _drop(request)

    async def _handle_file(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request)
        except Refused as exc:
            return web.json_response(exc.as_answer(), status=exc.code)
        for stored in self.state.files.values():
            if stored.path == request.match_info["path"]:
                return web.Response(body=stored.data, content_type="application/octet-stream")
        return web.json_response(Refused(404, "Not Found").as_answer(), status=404)

    def _check_token(self, request: web.Request) -> None:
        if request.match_info["token"] != self.bot_token:
            raise Refused(401, "Unauthorized")


def _is_gone(request: web.Request) -> bool:
    return request.transport is None or request.transport.is_closing()


def _drop(request: web.Request) -> web.StreamResponse:
    """End the connection without an answer; the response returned here reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _bot_user(token: str, username: str, name: str, *, reads_all: bool) -> Json:
    """Return the bot as getMe shows it; its id is the first part of its token."""
    head = token.split(":", maxsplit=1)[0]
    bot_id = int(head) if head.isdigit() else BOT_ID
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": reads_all,
        "supports_inline_queries": True,
        "supports_guest_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
    }
    return {"id": bot_id, "is_bot": True, "first_name": name, "username": username, **abilities}
