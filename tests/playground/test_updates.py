import asyncio
import time

import aiohttp
import pytest
from telegram import Bot
from telegram.error import Conflict

from bot.playground import PlaygroundServer
from bot.playground.places import READER
from tests.servers.botapi import BareClient, open_bare


def send(server: PlaygroundServer, count: int) -> None:
    for number in range(count):
        server.user_sends(READER, f"message {number}")


async def ids(api: BareClient, **parameters: object) -> list[int]:
    return [update["update_id"] for update in await api.result("getUpdates", **parameters)]


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(
    api: BareClient, server: PlaygroundServer
) -> None:
    send(server, 3)
    assert await ids(api) == [500, 501, 502]
    assert await ids(api) == [500, 501, 502]
    assert await ids(api, offset=500) == [500, 501, 502]
    assert await ids(api, offset=502) == [502]
    assert await ids(api, offset=500) == [502]
    assert await ids(api, offset=503) == []


async def test_limit_and_negative_offset_cut_the_list(api: BareClient, server: PlaygroundServer) -> None:
    send(server, 5)
    assert await ids(api, limit=2) == [500, 501]
    assert await ids(api, offset=-2) == [503, 504]
    assert await ids(api) == [503, 504]


async def test_a_long_poll_ends_with_the_update_it_waited_for(bot: Bot, server: PlaygroundServer) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=30))
    await server.wait_for(lambda: server.calls_of("getUpdates"))
    server.user_sends(READER, "/start now")
    [update] = await poll
    assert update.message is not None
    assert update.message.text == "/start now"
    assert [entity.type for entity in update.message.entities] == ["bot_command"]


async def test_a_long_poll_without_updates_lasts_its_timeout(api: BareClient) -> None:
    began = time.monotonic()
    assert await ids(api, timeout=1) == []
    assert 0.9 <= time.monotonic() - began < 3


async def test_a_second_poller_ends_the_first_with_a_conflict(bot: Bot, server: PlaygroundServer) -> None:
    first = asyncio.create_task(bot.get_updates(timeout=30))
    await server.wait_for(lambda: server.calls_of("getUpdates"))
    async with open_bare(server) as other:
        assert await other.result("getUpdates") == []
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await first


async def test_kinds_nobody_asked_for_are_not_queued(api: BareClient, server: PlaygroundServer) -> None:
    message_id = server.user_sends(READER, "hello")["message_id"]
    server.user_reacts(READER, message_id, "👍")
    assert await ids(api) == [500]
    await ids(api, allowed_updates=["message_reaction"], offset=501)
    server.user_reacts(READER, message_id, "👎")
    server.user_sends(READER, "not asked for")
    [update] = await api.result("getUpdates", offset=501)
    assert update["message_reaction"]["old_reaction"] == [{"type": "emoji", "emoji": "👍"}]
    assert await ids(api, allowed_updates=[], offset=502) == []
    server.user_sends(READER, "asked for again")
    assert len(await ids(api)) == 1


async def test_an_update_can_be_delivered_twice(api: BareClient, server: PlaygroundServer) -> None:
    send(server, 1)
    [update] = await api.result("getUpdates")
    assert await ids(api, offset=501) == []
    send(server, 2)
    server.updates.repeat(update)
    assert await ids(api) == [500, 501, 502], "in order: the last one's offset confirms no other"


async def test_update_ids_go_on_rising_after_a_restart() -> None:
    times = iter(range(1_800_000_000, 1_900_000_000, 60))
    first = PlaygroundServer(clock=lambda: next(times))
    send(first, 20)
    second = PlaygroundServer(clock=lambda: next(times))
    send(second, 1)
    assert second.updates.last_id > first.updates.last_id


async def test_a_poll_ends_with_the_server() -> None:
    async with PlaygroundServer() as server, open_bare(server) as api:
        poll = asyncio.create_task(api.result("getUpdates", timeout=50))
        await server.wait_for(lambda: server.calls)
        server.changes.close()
        assert await poll == []


@pytest.mark.parametrize("style", ["query", "urlencoded", "multipart", "json"])
async def test_parameters_come_in_every_style_the_bot_api_takes(server: PlaygroundServer, style: str) -> None:
    url = f"{server.url}/bot{server.bot_token}/SENDmessage"
    fields = {"chat_id": str(READER), "text": "123", "entities": '[{"type":"bold","offset":0,"length":3}]'}
    form = aiohttp.FormData(fields)
    if style == "multipart":
        form.add_field("file", b"x", filename="x.txt")
    json = {"chat_id": READER, "text": "123", "entities": [{"type": "bold", "offset": 0, "length": 3}]}
    bodies: dict[str, dict[str, object]] = {
        "query": {"params": fields},
        "urlencoded": {"data": fields},
        "multipart": {"data": form},
        "json": {"json": json},
    }
    async with aiohttp.ClientSession() as session:
        send_it = session.get if style == "query" else session.post
        async with send_it(url, **bodies[style]) as answer:  # type: ignore[arg-type]  # one of the four styles
            assert answer.status == 200
    [stored] = server.messages(READER)
    assert (stored.text, stored.entities[0]["type"]) == ("123", "bold")
    assert server.calls[0].parameters["chat_id"] == READER
    assert server.calls[0].method == "sendMessage"


async def test_a_broken_body_and_an_unknown_method_are_told_apart(
    api: BareClient, server: PlaygroundServer
) -> None:
    url = f"{server.url}/bot{server.bot_token}"
    headers = {"Content-Type": "application/json"}
    for path, body, status in [("getMe", b"{", 400), ("getMe", b"[1]", 400), ("sendSong", b"{}", 404)]:
        async with api.session.post(f"{url}/{path}", data=body, headers=headers) as answer:
            assert (answer.status, (await answer.json())["error_code"]) == (status, status)
    async with api.session.get(f"{server.url}/bot1:wrong/getMe") as answer:
        assert (answer.status, (await answer.json())["description"]) == (401, "Unauthorized")
