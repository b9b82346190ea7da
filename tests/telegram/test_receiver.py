import asyncio
import json
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.errors import SettingsError
from bot.playground.faults import Fault
from bot.playground.server import PlaygroundServer
from bot.telegram.receiver import Process, receive
from bot.telegram.second_look import SecondLook
from storage import keys
from storage.inbox import Entry, Inbox
from storage.leases import Lease
from tests.telegram.conftest import READER, telegram_at


async def direct(_payload: bytes) -> None:
    raise AssertionError("with a store nothing is handled directly")


@pytest.fixture
def lease(redis: Redis) -> Lease:
    return Lease(redis, keys.POLLER, ttl_s=6)


@asynccontextmanager
async def receiving(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease, process: Process | None = direct, **more: Any
) -> AsyncIterator[asyncio.Task[None]]:
    stop = asyncio.Event()
    async with telegram_at(playground) as bot, asyncio.TaskGroup() as tasks:
        task = tasks.create_task(
            receive(bot, inbox, lease, stop, SecondLook(inbox), process=process, poll_s=2, **more)
        )
        try:
            yield task
        finally:
            stop.set()


async def taken(inbox: Inbox, count: int) -> list[Entry]:
    entries: list[Entry] = []
    while len(entries) < count:
        for lane in await inbox.take(count, 1_000):
            [read] = await inbox.read([lane])
            entries += read or []
            await inbox.finish([(lane, entry) for entry in read or ()])
    return entries


def offsets(playground: PlaygroundServer) -> list[object]:
    return [call.parameters.get("offset") for call in playground.calls_of("getUpdates")]


async def test_updates_are_kept_as_they_came_and_then_confirmed(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease
) -> None:
    async with receiving(playground, inbox, lease):
        playground.user_sends(READER, "привет", unknown_field={"of": "the future"})
        [entry] = await taken(inbox, 1)
        await playground.wait_for(lambda: entry.update_id + 1 in offsets(playground))
    update = json.loads(entry.payload)
    assert update["update_id"] == entry.update_id
    assert update["message"]["text"] == "привет"
    assert update["message"]["unknown_field"] == {"of": "the future"}
    assert await inbox.load_offset() == entry.update_id + 1


async def test_a_new_receiver_goes_on_where_the_last_one_stopped(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease
) -> None:
    async with receiving(playground, inbox, lease):
        playground.user_sends(READER, "one")
        [first] = await taken(inbox, 1)
    playground.user_sends(READER, "two")
    async with receiving(playground, inbox, lease):
        [second] = await taken(inbox, 1)
    assert second.update_id == first.update_id + 1


async def test_only_the_updates_with_a_handler_are_asked_for(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease
) -> None:
    async with receiving(playground, inbox, lease):
        [call] = await playground.wait_for(lambda: playground.calls_of("getUpdates"))
    assert call.parameters["allowed_updates"] == [
        "message",
        "edited_message",
        "callback_query",
        "my_chat_member",
        "guest_message",
        "inline_query",
        "chosen_inline_result",
    ]


async def test_without_a_store_nothing_is_confirmed_before_it_is_handled(
    playground: PlaygroundServer, store_away: Inbox, lease: Lease, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    handled, started, gate = [], asyncio.Event(), asyncio.Event()

    async def process(payload: bytes) -> None:
        started.set()
        await gate.wait()
        handled.append(json.loads(payload)["message"]["text"])

    async with receiving(playground, store_away, lease, process, direct_after_s=0):
        playground.user_sends(READER, "one")
        await started.wait()
        with pytest.raises(TimeoutError):
            await playground.wait_for(lambda: any(offsets(playground)), timeout_s=0.3)
        gate.set()
        await playground.wait_for(lambda: any(offsets(playground)))
        playground.user_sends(READER, "two")
        await playground.wait_for(lambda: len(handled) == 2 and len(set(offsets(playground))) == 3)
    assert handled == ["one", "two"]
    assert caplog.text.count("the store (updates stay with Telegram until they are handled) is away") == 1


@pytest.mark.usefixtures("server_url")
async def test_while_the_store_writes_nothing_updates_are_handled_without_it_and_once(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease, redis: Redis
) -> None:
    handled = []

    async def process(payload: bytes) -> None:
        handled.append(json.loads(payload)["message"]["text"])

    async with receiving(playground, inbox, lease, process, direct_after_s=0):
        playground.user_sends(READER, "zero")
        await playground.wait_for(lambda: any(offsets(playground)))
        [bound] = (await redis.config_get("maxmemory")).values()
        await redis.config_set("maxmemory", 1)
        playground.user_sends(READER, "one")
        playground.user_sends(READER, "two")
        try:
            await playground.wait_for(lambda: not playground.updates.pending)
        finally:
            await redis.config_set("maxmemory", bound or 0)
        playground.user_sends(READER, "three")
        await playground.wait_for(lambda: not playground.updates.pending)
    assert sorted(handled) == ["one", "two"]
    lanes = await inbox.take(10, 100)
    found = [entry for entries in await inbox.read(lanes) for entry in entries or ()]
    assert [json.loads(entry.payload)["message"]["text"] for entry in found] == ["zero", "three"]


async def test_without_a_store_one_failure_does_not_hold_up_the_rest(
    playground: PlaygroundServer, store_away: Inbox, lease: Lease, caplog: pytest.LogCaptureFixture
) -> None:
    handled = []

    async def process(payload: bytes) -> None:
        text = json.loads(payload)["message"]["text"]
        if text == "poison":
            raise LookupError("private words")
        handled.append(text)

    playground.user_sends(READER, "poison")
    playground.user_sends(READER, "fine")
    async with receiving(playground, store_away, lease, process, direct_after_s=0):
        await playground.wait_for(lambda: any(offsets(playground)))
    assert handled == ["fine"]
    assert "LookupError" in caplog.text
    assert "private words" not in caplog.text


async def test_an_outage_of_telegram_is_logged_once_and_survived(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    playground.faults.add(Fault(method="getUpdates", effect="error", status=502))
    playground.faults.add(Fault(method="getUpdates", effect="html", status=500))
    playground.faults.add(Fault(method="getUpdates", effect="flood", retry_after=1))
    async with receiving(playground, inbox, lease):
        playground.user_sends(READER, "hello")
        assert len(await taken(inbox, 1)) == 1
        await playground.wait_for(lambda: any(offsets(playground)))
    assert caplog.text.count("Telegram is away") == 1
    assert caplog.text.count("Telegram is back") == 1
    assert playground.bot_token not in caplog.text


async def test_another_bots_receiver_makes_this_one_rest_with_a_clear_line_and_come_back(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease, caplog: pytest.LogCaptureFixture
) -> None:
    playground.faults.add(Fault(method="getUpdates", effect="error", status=409, description="Conflict"))
    async with receiving(playground, inbox, lease, rest_s=0.1):
        playground.user_sends(READER, "hello")
        assert len(await taken(inbox, 1)) == 1
    assert "409 Conflict" in caplog.text


async def test_of_two_receivers_on_one_store_one_polls_and_the_other_follows_it(
    playground: PlaygroundServer, inbox: Inbox, redis: Redis
) -> None:
    leases = [Lease(redis, keys.POLLER, ttl_s=0.6) for _ in range(2)]
    async with receiving(playground, inbox, leases[0]) as first, receiving(playground, inbox, leases[1]):
        playground.user_sends(READER, "one")
        assert len(await taken(inbox, 1)) == 1
        assert [lease.is_sure for lease in leases] == [True, False]
        first.cancel()
        await asyncio.wait({first})
        playground.user_sends(READER, "two")
        assert len(await taken(inbox, 1)) == 1
        assert leases[1].is_sure
    refused = [call for call in playground.calls_of("getUpdates") if call.answer and not call.ok]
    assert refused == []


async def test_the_lease_of_a_receiver_that_died_lapses(redis: Redis) -> None:
    dead, living = (Lease(redis, keys.POLLER, ttl_s=0.1) for _ in range(2))
    assert await dead.hold()
    assert not await living.hold()
    await asyncio.sleep(0.15)
    assert not dead.is_sure
    assert await living.hold()
    assert not await dead.hold()
    await dead.release()
    assert await redis.exists(keys.POLLER)


async def test_a_token_that_telegram_refuses_is_named_and_never_shown(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease
) -> None:
    async with telegram_at(playground) as bot:
        playground.bot_token = "another"
        with pytest.raises(SettingsError) as caught:
            await asyncio.wait_for(
                receive(bot, inbox, lease, asyncio.Event(), SecondLook(inbox), process=direct), 5
            )
        assert caught.value.sentence.startswith("TELEGRAM_BOT_TOKEN: ")
        assert bot.token not in f"{caught.value.sentence}{caught.value}"


async def test_a_long_poll_ends_at_once_when_told_to_stop(
    playground: PlaygroundServer, inbox: Inbox, lease: Lease
) -> None:
    stop = asyncio.Event()
    async with telegram_at(playground) as bot:
        task = asyncio.create_task(
            receive(bot, inbox, lease, stop, SecondLook(inbox), process=direct, poll_s=50)
        )
        await playground.wait_for(lambda: playground.calls_of("getUpdates"))
        stop.set()
        await asyncio.wait_for(task, 1)
