import asyncio
import time

import aiohttp
import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from bot.playground import Fault, PlaygroundServer
from bot.playground.places import READER
from bot.playground.refusal import too_many
from tests.servers.botapi import BareClient, open_bot

# The library announces that this attribute will change its type; our own code does not use it.
PTB_RETRY_AFTER = "ignore:.*retry_after.*"


def texts(server: PlaygroundServer) -> list[str]:
    return [stored.text for stored in server.messages(READER)]


async def test_a_delay_only_takes_time(bot: Bot, server: PlaygroundServer) -> None:
    server.faults.add(Fault(method="sendMessage", effect="delay", seconds=0.3))
    began = time.monotonic()
    await bot.send_message(READER, "late")
    assert time.monotonic() - began >= 0.3
    assert texts(server) == ["late"]


@pytest.mark.filterwarnings(PTB_RETRY_AFTER)
async def test_a_flood_is_refused_as_often_as_asked(bot: Bot, server: PlaygroundServer) -> None:
    server.faults.add(Fault(method="sendMessage", effect="flood", retry_after=7, times=2))
    for _ in range(2):
        with pytest.raises(RetryAfter):
            await bot.send_message(READER, "a")
        assert server.calls[-1].answer == too_many(7).as_answer()
    await bot.send_message(READER, "b")
    assert texts(server) == ["b"]


@pytest.mark.parametrize(("effect", "status"), [("error", 502), ("html", 502), ("error", 500)])
async def test_a_server_error_does_nothing(api: BareClient, effect: str, status: int) -> None:
    url = f"{api.server.url}/playground/faults"
    fault = {"method": "*", "effect": effect, "status": status}
    async with api.session.post(url, json=fault) as answer:
        assert answer.status == 200
    path = f"{api.server.url}/bot{api.server.bot_token}/sendMessage"
    async with api.session.post(path, json={"chat_id": READER, "text": "a"}) as answer:
        assert (answer.status, answer.content_type == "text/html") == (status, effect == "html")
    assert texts(api.server) == []


async def test_an_error_may_have_any_words_and_parameters(api: BareClient, server: PlaygroundServer) -> None:
    words = "Bad Request: TOPIC_CLOSED"
    server.faults.add(
        Fault(method="sendMessage", effect="error", status=400, description=words, parameters={"x": 1})
    )
    _, answer = await api.call("sendMessage", chat_id=READER, text="a")
    assert answer == {"ok": False, "error_code": 400, "description": words, "parameters": {"x": 1}}


async def test_a_lost_answer_is_delivered_and_times_out(server: PlaygroundServer) -> None:
    server.faults.add(Fault(method="sendMessage", effect="lost_answer"))
    async with open_bot(server, timeout_s=0.4) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(READER, "in doubt")
        assert texts(server) == ["in doubt"]
        assert server.calls[-1].answer is None
        await bot.send_message(READER, "again")


@pytest.mark.parametrize(("effect", "delivered"), [("drop", []), ("drop_after", ["a"])])
async def test_a_dropped_connection_is_a_network_error(
    bot: Bot, server: PlaygroundServer, effect: str, delivered: list[str]
) -> None:
    fault = Fault(method="sendMessage", effect=effect)  # type: ignore[arg-type]  # one of the two effects
    server.faults.add(fault)
    with pytest.raises(NetworkError):
        await bot.send_message(READER, "a")
    assert texts(server) == delivered
    assert server.faults.waiting == []


async def test_a_fault_waits_for_its_own_method(bot: Bot, server: PlaygroundServer) -> None:
    server.faults.add(Fault(method="editMessageText", effect="drop"))
    await bot.send_message(READER, "a")
    assert len(server.faults.waiting) == 1


async def test_faults_over_http_are_checked_and_cleared(api: BareClient, server: PlaygroundServer) -> None:
    url = f"{server.url}/playground/faults"
    for body, status in [({"method": "*", "effect": "explode"}, 400), ({"effect": "drop"}, 400), ({}, 200)]:
        server.faults.add(Fault(method="getMe", effect="drop"))
        async with api.session.post(url, json=body) as answer:
            assert answer.status == status
    assert server.faults.waiting == []


async def test_a_lost_answer_does_not_hold_up_the_end() -> None:
    began = time.monotonic()
    async with PlaygroundServer() as server, aiohttp.ClientSession() as session:
        server.faults.add(Fault(method="getMe", effect="lost_answer"))
        request = asyncio.create_task(session.post(f"{server.url}/bot{server.bot_token}/getMe"))
        await server.wait_for(lambda: server.calls)
        server.changes.close()
        with pytest.raises(aiohttp.ClientError):
            await request
    assert time.monotonic() - began < 5
