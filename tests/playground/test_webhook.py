import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict

from bot.playground import PlaygroundServer
from bot.playground.places import READER
from bot.playground.webhook import SECRET_HEADER
from tests.servers.botapi import BareClient, Json


class Receiver:
    """A bot's webhook: keeps what comes, and answers as told."""

    def __init__(self) -> None:
        self.bodies: list[Json] = []
        self.headers: list[str | None] = []
        self.answers: list[web.Response] = []
        self.url = ""
        self._came = asyncio.Condition()

    async def handle(self, request: web.Request) -> web.Response:
        self.bodies.append(await request.json())
        self.headers.append(request.headers.get(SECRET_HEADER))
        async with self._came:
            self._came.notify_all()
        return self.answers.pop(0) if self.answers else web.Response()

    async def wait(self, count: int) -> list[int]:
        async with asyncio.timeout(10), self._came:
            await self._came.wait_for(lambda: len(self.bodies) >= count)
        return [body["update_id"] for body in self.bodies]


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.handle)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


async def test_updates_come_to_the_webhook_with_its_secret(
    bot: Bot, server: PlaygroundServer, receiver: Receiver
) -> None:
    await bot.set_webhook(receiver.url, secret_token="s-3_cret", max_connections=3)
    server.user_sends(READER, "hello")
    assert await receiver.wait(1) == [500]
    assert receiver.headers == ["s-3_cret"]
    await server.wait_for(lambda: not server.updates.pending)
    info = await bot.get_webhook_info()
    assert (info.url, info.pending_update_count, info.max_connections) == (receiver.url, 0, 3)


async def test_an_update_comes_again_until_it_is_taken(
    bot: Bot, server: PlaygroundServer, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=500), web.Response(status=403), web.Response(status=503)]
    await bot.set_webhook(receiver.url)
    server.user_sends(READER, "hello")
    server.user_sends(READER, "second")
    assert await receiver.wait(5) == [500, 500, 500, 500, 501]
    assert receiver.headers[0] is None
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 503 Service Unavailable"


async def test_a_chat_that_waits_does_not_hold_up_another(
    bot: Bot, server: PlaygroundServer, receiver: Receiver
) -> None:
    receiver.answers = [web.Response(status=429, headers={"Retry-After": "1"})]
    await bot.set_webhook(receiver.url)
    server.user_sends(READER, "waits a second")
    await receiver.wait(1)
    server.user_sends(2002, "from somebody else")
    assert await receiver.wait(3) == [500, 501, 500]


async def test_an_answer_may_carry_a_method_call(
    bot: Bot, server: PlaygroundServer, receiver: Receiver
) -> None:
    call = {"method": "sendMessage", "chat_id": READER, "text": "from the webhook"}
    receiver.answers = [web.json_response(call)]
    await bot.set_webhook(receiver.url)
    server.user_sends(READER, "hello")
    [stored] = await server.wait_for(lambda: server.bot_messages(READER))
    assert stored.text == "from the webhook"


async def test_a_webhook_and_a_poll_exclude_each_other(
    bot: Bot, server: PlaygroundServer, receiver: Receiver
) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.wait_for(lambda: server.calls_of("getUpdates"))
    await bot.set_webhook(receiver.url)
    with pytest.raises(Conflict, match="terminated by setWebhook request"):
        await poll
    with pytest.raises(Conflict, match="while webhook is active"):
        await bot.get_updates()
    await bot.delete_webhook()
    assert await bot.get_updates() == ()


async def test_pending_updates_can_be_dropped(bot: Bot, server: PlaygroundServer, receiver: Receiver) -> None:
    server.user_sends(READER, "old")
    await bot.set_webhook(receiver.url, drop_pending_updates=True, allowed_updates=["message"])
    server.user_sends(READER, "new")
    assert await receiver.wait(1) == [501]
    assert (await bot.get_webhook_info()).allowed_updates == ("message",)
    await bot.delete_webhook(drop_pending_updates=True)


async def test_an_unreachable_webhook_is_noted(bot: Bot, server: PlaygroundServer) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook")
    server.user_sends(READER, "hello")
    await server.wait_for(lambda: server._api.webhook.info().get("last_error_message"))
    info = await bot.get_webhook_info()
    assert info.last_error_message == "Connection failed: ClientConnectorError"
    assert info.pending_update_count == 1


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"url": "https://elsewhere.example/hook"}, "this computer only"),
        ({"secret_token": "white space"}, "unallowed characters"),
        ({"secret_token": "x" * 257}, "unallowed characters"),
        ({"max_connections": 101}, "max_connections"),
    ],
)
async def test_a_webhook_that_cannot_be_is_refused(api: BareClient, wrong: Json, problem: str) -> None:
    assert problem in await api.refusal("setWebhook", **({"url": "http://127.0.0.1:9/"} | wrong))
