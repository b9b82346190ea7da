"""A link in, a brief out: the whole bot over HTTP, with the real clients."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.metrics import REGISTRY
from bot.playground import PlaygroundServer
from storage import keys
from tests.bot import OTHER, READER, World, run_bot
from tests.servers.model import ModelServer, rewritten
from tests.servers.model_faults import FAULTS
from tests.servers.news import TITLE, run_news
from tests.storage.relay import open_relay
from tests.stored import stored_names

SAMPLE = (Path(__file__).parent / "data/tass-2022-03-05.txt").read_text("utf-8")


@pytest.fixture
async def world(redis: Redis) -> AsyncIterator[World]:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        yield World(telegram=telegram, news=news, model=model)


@pytest.fixture
async def bot(world: World, redis_url: str) -> AsyncIterator[World]:
    async with run_bot(world, redis_url):
        yield world


async def test_a_link_gets_one_message_the_brief(bot: World) -> None:
    bot.telegram.user_sends(READER, f"what about {bot.news.url('/article')} ?")
    brief = await bot.final(READER)
    assert TITLE in brief.text
    assert "statements traced to the text" in brief.text
    assert "test-model" in brief.text
    assert brief.history == []
    assert len(bot.telegram.bot_messages(READER)) == 1
    assert bot.news.requests["/article"] == 1
    assert len(bot.model.requests) == 1


async def test_the_same_link_from_a_second_chat_costs_no_fetch_and_no_model_call(bot: World) -> None:
    def counted() -> list[float]:
        calls = REGISTRY.get_sample_value(
            "sayso_model_calls_total", {"model": "test-model", "outcome": "answered"}
        )
        briefs = [
            REGISTRY.get_sample_value("sayso_briefs_total", {"origin": origin})
            for origin in ("model", "cache")
        ]
        return [count or 0 for count in (calls, *briefs)]

    before = counted()
    bot.telegram.user_sends(READER, bot.news.url("/article"))
    first = await bot.final(READER)
    bot.telegram.user_sends(OTHER, bot.news.url("/article?utm_source=elsewhere#top"))
    second = await bot.final(OTHER)
    assert second.text == first.text
    assert bot.news.requests["/article"] == 1
    assert len(bot.model.requests) == 1
    assert [after - early for after, early in zip(counted(), before, strict=True)] == [1, 1, 1]


async def test_fifty_at_once_cost_one_fetch_and_one_model_call(bot: World) -> None:
    for chat_id in range(100, 150):
        bot.telegram.user_sends(chat_id, bot.news.url("/article"))
    briefs = await asyncio.gather(*(bot.final(chat_id) for chat_id in range(100, 150)))
    assert {brief.text for brief in briefs} == {briefs[0].text}
    assert "statements traced" in briefs[0].text
    assert bot.news.requests["/article"] == 1
    assert len(bot.model.requests) == 1


async def test_what_one_chat_pastes_is_not_in_another_chats_cache(bot: World, redis: Redis) -> None:
    bot.telegram.user_sends(READER, SAMPLE)
    await bot.final(READER)
    bot.telegram.user_sends(OTHER, SAMPLE)
    await bot.final(OTHER)
    assert len(bot.model.requests) == 2
    assert len(await stored_names(redis, "sayso:brief:*")) == 2
    assert await stored_names(redis, "sayso:page:*") == []


async def test_the_same_text_twice_in_one_chat_is_briefed_once(bot: World) -> None:
    bot.telegram.user_sends(READER, SAMPLE)
    first = await bot.final(READER)
    bot.telegram.user_sends(READER, SAMPLE)
    second = await bot.final(READER, 2)
    assert second.text == first.text
    assert len(bot.model.requests) == 1


async def test_forget_deletes_the_chats_texts_and_leaves_public_briefs(bot: World, redis: Redis) -> None:
    bot.telegram.user_sends(READER, SAMPLE)
    await bot.final(READER)
    bot.telegram.user_sends(READER, bot.news.url("/article"))
    await bot.final(READER, 2)
    bot.telegram.user_sends(READER, "/forget")
    answer = await bot.final(READER, 3)
    assert "1 private brief" in answer.text
    assert len(await stored_names(redis, "sayso:brief:*")) == 1
    assert await stored_names(redis, "sayso:chat:*") == []


async def test_nothing_of_a_person_stays_in_the_inbox_once_answered(bot: World, redis: Redis) -> None:
    bot.telegram.user_sends(READER, SAMPLE)
    await bot.final(READER)
    bot.telegram.user_sends(READER, "/help")
    await bot.final(READER, 2)
    async with asyncio.timeout(10):
        while await redis.xlen(keys.INBOX):  # noqa: ASYNC110 Redis has no event for an acknowledgement
            await asyncio.sleep(0.01)


async def test_buttons_work_after_a_restart(world: World, redis_url: str) -> None:
    async with run_bot(world, redis_url):
        world.telegram.user_sends(READER, world.news.url("/article"))
        brief = await world.final(READER)
    assert brief.buttons
    async with run_bot(world, redis_url):
        button = brief.buttons[-1]
        await world.telegram.user_presses(READER, brief.id, button["callback_data"])
        pressed = await world.final(READER, holds="About this brief")
    assert "statements traced" in pressed.history[-1]["text"]
    assert any("Back" in button["text"] for button in pressed.buttons)


@pytest.mark.parametrize(
    ("sent", "says"),
    [
        ("hello there", "link"),
        ("Only a few words here, but no article at all in twenty words or so, which is too little.", "words"),
        ("http://nowhere.example/a", "could not reach nowhere.example"),
        ("http://news.example/missing", "error 404"),
        ("http://news.example/consent", "consent"),
        ("http://news.example/pictures", "no article"),
        ("http://news.example/large", "larger than 5 MB"),
        ("http://news.example/image", "image"),
        ("http://news.example/drip", "in time"),
        ("http://news.example/inwards", "public web pages"),
        ("http://127.0.0.1/admin", "public web pages"),
    ],
)
async def test_bad_input_gets_one_clear_sentence(sent: str, says: str, bot: World) -> None:
    bot.telegram.user_sends(READER, sent)
    answer = await bot.final(READER)
    assert says in answer.text
    assert len(answer.text) < 200
    assert "Error" not in answer.text
    assert "Traceback" not in answer.text
    assert bot.model.requests == []


@pytest.mark.parametrize(
    ("name", "data", "kind", "says"),
    [
        ("empty.txt", b"", "text/plain", "no text"),
        ("photo.png", b"\x89PNG\r\n\x1a\n" + bytes(500), "image/png", "cannot read pictures"),
        (
            "short.txt",
            b"Twenty words are not enough for an article, even if they come in a file of their own. " * 1,
            "text/plain",
            "words",
        ),
    ],
)
async def test_a_bad_file_gets_one_clear_sentence(
    name: str, data: bytes, kind: str, says: str, bot: World
) -> None:
    bot.telegram.user_sends(READER, document=(name, data, kind))
    answer = await bot.final(READER)
    assert says in answer.text


async def test_a_page_that_lies_about_its_charset_is_read(bot: World) -> None:
    bot.telegram.user_sends(READER, bot.news.url("/russian"))
    brief = await bot.final(READER)
    assert "паромн" in brief.text


@pytest.mark.parametrize(
    "fault", ["silence", "html", "refusal", "length with half a draft", "500", "null content"]
)
async def test_a_model_that_fails_gives_an_offline_brief_that_says_so(
    fault: str, world: World, redis_url: str
) -> None:
    world.model.default = FAULTS[fault]
    async with run_bot(world, redis_url, sayso_model_timeout_s=1):
        world.telegram.user_sends(READER, world.news.url("/article"))
        brief = await world.final(READER)
    assert "this brief was made offline" in brief.text
    assert "The model" in brief.text.splitlines()[0]
    assert "statements traced" in brief.text


async def test_after_a_failure_the_model_is_not_asked_again_at_once(world: World, redis_url: str) -> None:
    world.model.default = FAULTS["refusal"]
    async with run_bot(world, redis_url):
        world.telegram.user_sends(READER, world.news.url("/article"))
        await world.final(READER)
        world.telegram.user_sends(OTHER, world.news.url("/article"))
        await world.final(OTHER)
    assert len(world.model.requests) == 1


async def test_a_model_whose_answer_cannot_be_traced_gives_an_offline_brief(
    world: World, redis_url: str
) -> None:
    def invent(draft: dict[str, object]) -> str:
        statements = [
            {"text": f"Bruno Maffay paid {n} million zloty to Carla Dunn.", "sentences": [1]}
            for n in (17, 23, 41)
        ]
        return json.dumps(draft | {"statements": statements})

    world.model.default = rewritten(invent)
    async with run_bot(world, redis_url):
        world.telegram.user_sends(READER, world.news.url("/article"))
        brief = await world.final(READER)
    assert "Maffay" not in brief.text
    assert "statements traced" in brief.text


async def test_a_stranger_is_told_once_and_gets_no_brief(world: World, redis_url: str) -> None:
    async with run_bot(world, redis_url, sayso_open=False, sayso_owner=OTHER):
        world.telegram.user_sends(READER, world.news.url("/article"))
        told = await world.final(READER)
        world.telegram.user_sends(OTHER, world.news.url("/article"))
        await world.final(OTHER, holds="statements traced")
    assert str(READER) in told.text
    assert len(world.telegram.bot_messages(READER)) == 1
    assert len(world.model.requests) == 1


async def test_a_page_that_serves_an_image_as_text_is_refused(bot: World) -> None:
    bot.news.pages["/other"] = web.Response(body=b"GIF89a" + bytes(200), content_type="text/html")
    bot.telegram.user_sends(READER, bot.news.url("/other"))
    answer = await bot.final(READER)
    assert "image" in answer.text


async def test_when_redis_goes_away_a_brief_is_still_given_and_the_log_says_so_once(
    world: World, server_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with open_relay(server_url) as relay, run_bot(world, relay.url):
        world.telegram.user_sends(READER, "/help")
        await world.final(READER)
        await relay.close()
        for chat_id, path in ((OTHER, "/article"), (OTHER + 1, "/zipped")):
            world.telegram.user_sends(chat_id, world.news.url(path))
            brief = await world.final(chat_id)
            assert "statements traced" in brief.text
        said = [record.message for record in caplog.records if "store unavailable" in record.message]
        assert len(said) == 1
        await relay.open()
        world.telegram.user_sends(READER, world.news.url("/article"))
        await world.final(READER, 2, holds="statements traced")
        world.telegram.user_sends(READER, world.news.url("/article?utm_campaign=again"))
        await world.final(READER, 3, holds="statements traced")
    assert world.news.requests["/article"] == 2, (
        "once uncached, once when Redis was back, then from the cache"
    )
