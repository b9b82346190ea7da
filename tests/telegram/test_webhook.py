"""The webhook: 200 only for what is durable; nothing gets in that is not Telegram's."""

import asyncio
import io
import json
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.errors import SettingsError
from bot.playground.faults import Fault
from bot.playground.server import PlaygroundServer
from bot.telegram.second_look import SecondLook
from bot.telegram.webhook import SECRET_HEADER, Webhook, announce, listening, make_secret
from storage import keys
from storage.inbox import Inbox
from tests.telegram.conftest import READER, telegram_at

SECRET = "s3cret"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@asynccontextmanager
async def open_webhook(inbox: Inbox) -> AsyncIterator[tuple[aiohttp.ClientSession, str]]:
    port = free_port()
    async with (
        listening(Webhook(inbox, "/hook", SECRET, SecondLook(inbox)), "127.0.0.1", port),
        aiohttp.ClientSession(headers={SECRET_HEADER: SECRET}) as session,
    ):
        yield session, f"http://127.0.0.1:{port}/hook"


def update(update_id: int, chat_id: int = READER) -> dict[str, object]:
    return {"update_id": update_id, "message": {"chat": {"id": chat_id}, "text": "привет"}}


async def test_an_update_is_in_the_inbox_as_it_came_when_it_is_answered(inbox: Inbox) -> None:
    body = json.dumps(update(5)).encode() + b" "
    async with open_webhook(inbox) as (session, url):
        async with session.post(url, data=body) as answer:
            assert answer.status == 200
        [lane] = await inbox.take(1, 20)
        [entries] = await inbox.read([lane])
    assert lane.name == str(READER)
    assert [(entry.update_id, entry.payload) for entry in entries or ()] == [(5, body)]


async def test_deliveries_at_one_time_are_all_kept_and_a_repeated_one_once(
    inbox: Inbox, redis: Redis
) -> None:
    async with open_webhook(inbox) as (session, url):

        async def post(number: int) -> int:
            async with session.post(url, json=update(number % 150, number % 7)) as answer:
                return answer.status

        assert set(await asyncio.gather(*(post(number) for number in range(300)))) == {200}
    kept = [await redis.xlen(f"{keys.LANE_PREFIX}{chat}") for chat in range(7)]
    assert sum(kept) == 150
    assert await redis.xlen(keys.INBOX) == 7


@pytest.mark.parametrize("secret", [None, "", "s3cre", "s3cret2", "ключ"])
async def test_a_delivery_without_the_secret_is_refused(
    inbox: Inbox, redis: Redis, secret: str | None
) -> None:
    headers = {SECRET_HEADER: secret} if secret is not None else {}
    async with (
        open_webhook(inbox) as (_, url),
        aiohttp.request("POST", url, json=update(5), headers=headers) as answer,
    ):
        assert answer.status == 401
    assert await redis.dbsize() == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"no json", 400),
        (b"[]", 400),
        (b'"text"', 400),
        (b"{}", 400),
        (b'{"update_id": "x"}', 400),
        (b"\xff\xfe", 400),
        (b"[" * 200_000, 400),
        (b" " * 1_100_000, 413),
    ],
    ids=["empty", "no-json", "list", "text", "no-id", "bad-id", "no-utf8", "deep", "large"],
)
async def test_what_is_no_update_is_refused(inbox: Inbox, redis: Redis, body: bytes, status: int) -> None:
    async with open_webhook(inbox) as (session, url), session.post(url, data=io.BytesIO(body)) as answer:
        assert answer.status == status
    assert await redis.dbsize() == 0


async def test_other_paths_and_methods_lead_nowhere(inbox: Inbox) -> None:
    async with open_webhook(inbox) as (session, url):
        for call in (session.get(url), session.post(f"{url}/x", json=update(5))):
            async with call as answer:
                assert answer.status == 404


async def test_while_the_store_is_away_telegram_is_asked_to_come_again(store_away: Inbox) -> None:
    async with open_webhook(store_away) as (session, url), session.post(url, json=update(5)) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "5")


async def test_an_address_in_use_is_named(inbox: Inbox) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        with pytest.raises(SettingsError) as caught:
            async with listening(
                Webhook(inbox, "/", SECRET, SecondLook(inbox)), "127.0.0.1", taken.getsockname()[1]
            ):
                raise AssertionError
    assert "SAYSO_WEBHOOK_LISTEN" in caught.value.sentence


async def test_telegram_delivers_to_the_address_that_it_is_told_as_soon_as_it_answers(
    playground: PlaygroundServer, inbox: Inbox
) -> None:
    playground.faults.add(Fault(method="setWebhook", effect="error", status=502))
    secret = make_secret(playground.bot_token)
    port = free_port()
    webhook = Webhook(inbox, "/hook", secret, SecondLook(inbox))
    async with telegram_at(playground) as bot, listening(webhook, "127.0.0.1", port):
        await announce(bot, f"http://127.0.0.1:{port}/hook", secret, asyncio.Event())
        playground.user_sends(READER, "hello")
        await playground.wait_for(lambda: not playground.updates.pending)
    assert secret.isalnum()
    assert playground.bot_token not in secret
    assert [lane.name for lane in await inbox.take(1, 20)] == [str(READER)]


async def test_an_address_that_telegram_refuses_is_named(playground: PlaygroundServer) -> None:
    async with telegram_at(playground) as bot:
        with pytest.raises(SettingsError) as caught:
            await announce(bot, "https://elsewhere.example/", SECRET, asyncio.Event())
    assert "SAYSO_WEBHOOK_URL" in caught.value.sentence
