"""A busy bot, end to end: who waits knows how long, one chat holds up no other, /cancel ends one's own."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.playground import PlaygroundServer
from bot.telegram.desk import CONCURRENCY
from storage import keys
from tests.bot import OTHER, READER, World, run_bot
from tests.servers.model import Exchange, ModelServer, faithful
from tests.servers.news import TITLE, run_news
from tests.stored import stored_names

GROUP = -1_001_700
THIRD = 9
CROWD = CONCURRENCY + 2


class SlowModel(ModelServer):
    """Answers as many requests as it is told to."""

    def __init__(self) -> None:
        super().__init__(default=self._answer_when_told)
        self._told = asyncio.Semaphore(0)

    async def _answer_when_told(self, exchange: Exchange) -> web.StreamResponse:
        await self._told.acquire()
        return await faithful(exchange)

    def answer(self, count: int = 1) -> None:
        for _ in range(count):
            self._told.release()


@pytest.fixture
async def model() -> AsyncIterator[SlowModel]:
    async with SlowModel() as model:
        yield model
        model.answer(100)


@pytest.fixture
async def world(redis: Redis, model: SlowModel) -> AsyncIterator[World]:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news:
        yield World(telegram=telegram, news=news, model=model)


def link(world: World, number: int) -> str:
    return world.news.url(f"/article?number={number}")


async def asked(world: World, count: int) -> None:
    """Wait until the model has been asked so often: nothing of Telegram's tells that."""
    async with asyncio.timeout(20):
        while len(world.model.requests) < count:
            world.model.asked.clear()
            await world.model.asked.wait()


def briefs(world: World, chat_id: int) -> int:
    return sum(TITLE in message.text for message in world.telegram.bot_messages(chat_id))


def drafted(world: World, chat_id: int) -> str:
    return str(world.telegram.state.drafts.get(chat_id, {}).get("text"))


async def test_who_waits_sees_how_many_come_before_and_moves_up(
    world: World, model: SlowModel, redis_url: str
) -> None:
    async with run_bot(world, redis_url, sayso_briefs_at_once=1):
        world.telegram.user_sends(READER, link(world, 1))
        await asked(world, 1)
        world.telegram.user_sends(OTHER, link(world, 2))
        await world.telegram.wait_for(lambda: drafted(world, OTHER) == "1 request before you…")
        world.telegram.user_sends(THIRD, link(world, 3))
        await world.telegram.wait_for(lambda: drafted(world, THIRD) == "2 requests before you…")
        model.answer()
        await world.final(READER, holds=TITLE)
        await world.telegram.wait_for(lambda: drafted(world, THIRD) == "1 request before you…")
        await asked(world, 2)
        assert len(model.requests) == 2, "one at a time"
        model.answer(2)
        await asyncio.gather(world.final(OTHER, holds=TITLE), world.final(THIRD, holds=TITLE))
    for chat_id in (READER, OTHER, THIRD):
        assert len(world.telegram.bot_messages(chat_id)) == 1
        shown = [c for c in world.telegram.calls_of("sendMessageDraft") if c.parameters["chat_id"] == chat_id]
        assert len(shown) < 8


async def test_one_chats_fifty_links_do_not_hold_up_anothers_one(
    world: World, model: SlowModel, redis_url: str
) -> None:
    async with run_bot(world, redis_url, sayso_briefs_at_once=1, sayso_user_rate=0):
        for number in range(50):
            world.telegram.user_sends(READER, link(world, number))
        await asked(world, 1)
        world.telegram.user_sends(OTHER, link(world, 99))
        await world.telegram.wait_for(lambda: drafted(world, OTHER) == "1 request before you…")
        model.answer(2)
        await world.final(OTHER, holds=TITLE)
        assert briefs(world, READER) == 1
        model.answer(49)
        await world.final(READER, 50, holds=TITLE)
    replied = [m.message["reply_to_message"]["text"] for m in world.telegram.bot_messages(READER)]
    assert replied == [link(world, number) for number in range(50)], "in order"


async def test_in_a_group_nobody_is_told_how_many_come_before(
    world: World, model: SlowModel, redis_url: str
) -> None:
    world.telegram.add_group(GROUP, "Our street", members=(READER, OTHER))
    async with run_bot(world, redis_url, sayso_briefs_at_once=1, sayso_placeholder_after_s=0):
        world.telegram.user_sends(THIRD, link(world, 1))
        await asked(world, 1)
        world.telegram.user_sends(GROUP, f"/brief {link(world, 2)}", user_id=READER)
        await world.telegram.wait_for(lambda: world.telegram.bot_messages(GROUP))
        world.telegram.user_sends(OTHER, link(world, 3))
        await world.telegram.wait_for(lambda: drafted(world, OTHER) == "2 requests before you…")
        model.answer(3)
        answer = await world.final(GROUP, holds=TITLE)
    assert [version["text"] for version in answer.history] == ["Reading…"]


async def test_buttons_and_commands_wait_for_nobodys_brief(
    world: World, model: SlowModel, redis_url: str
) -> None:
    async with run_bot(world, redis_url, sayso_briefs_at_once=1):
        for number in range(CROWD):
            world.telegram.user_sends(100 + number, link(world, number))
        await asked(world, 1)
        world.telegram.user_sends(READER, "/help")
        await world.final(READER, holds="Send me one of these")
        # Those who wait first: the end of the one under way is the turn of the next.
        # The one whose draft says nothing of others before it.
        await world.telegram.wait_for(
            lambda: sum("before you" in drafted(world, 100 + n) for n in range(CROWD)) == CROWD - 1
        )
        [first] = [n for n in range(CROWD) if "before you" not in drafted(world, 100 + n)]
        others = [number for number in range(CROWD) if number != first]
        for crowd in (others, [first]):
            for number in crowd:
                world.telegram.user_sends(100 + number, "/cancel")
            for number in crowd:
                await world.final(100 + number, holds="Cancelled.")
        assert len(model.requests) == 1


async def test_cancel_ends_ones_own_and_goes_on_for_who_asked_for_the_same(
    world: World, model: SlowModel, redis: Redis, redis_url: str
) -> None:
    world.telegram.add_group(GROUP, "Our street", members=(READER, OTHER))
    async with run_bot(world, redis_url, sayso_placeholder_after_s=0):
        world.telegram.user_sends(GROUP, f"/brief {link(world, 1)}", user_id=READER)
        await asked(world, 1)
        world.telegram.user_sends(OTHER, link(world, 1))
        await world.telegram.wait_for(lambda: world.telegram.calls_of("sendMessageDraft"))
        world.telegram.user_sends(GROUP, "/cancel", user_id=OTHER)
        world.telegram.user_sends(GROUP, "/cancel@sayso_bot", user_id=OTHER)
        await world.final(GROUP, 2, holds="There is nothing to cancel.")
        world.telegram.user_sends(GROUP, "/cancel", user_id=READER)
        ended = await world.final(GROUP, holds="Cancelled.")
        assert [version["text"] for version in ended.history] == ["Reading…"]
        model.answer()
        await world.final(OTHER, holds=TITLE)
        while await redis.xlen(keys.INBOX):  # noqa: ASYNC110 Redis has no event for an acknowledgement
            await asyncio.sleep(0.01)
    assert len(model.requests) == 1
    assert len(world.telegram.bot_messages(GROUP)) == 2
    assert await stored_names(redis, "sayso:under-way:*") == []


async def test_what_waits_for_another_of_its_group_is_cancelled_too(
    world: World, model: SlowModel, redis_url: str
) -> None:
    world.telegram.add_group(GROUP, "Our street", members=(READER, OTHER))
    async with run_bot(world, redis_url, sayso_placeholder_after_s=0):
        world.telegram.user_sends(GROUP, f"/brief {link(world, 1)}", user_id=READER)
        await asked(world, 1)
        world.telegram.user_sends(GROUP, f"/brief {link(world, 2)}", user_id=OTHER)
        world.telegram.user_sends(GROUP, "/cancel@sayso_bot", user_id=OTHER)
        await world.telegram.wait_for(lambda: not world.telegram.updates.pending)
        world.telegram.user_sends(GROUP, "/help@sayso_bot", user_id=OTHER)
        await world.final(GROUP, 2, holds="Send me one of these")
        model.answer()
        await world.final(GROUP, 3, holds="Cancelled.")
    assert TITLE in world.telegram.bot_messages(GROUP)[0].text
    assert len(world.telegram.bot_messages(GROUP)) == 3
    assert len(model.requests) == 1


async def test_cancel_in_private_ends_all_that_is_asked_and_a_restart_begins_none_of_it(
    world: World, model: SlowModel, redis_url: str
) -> None:
    async with run_bot(world, redis_url):
        world.telegram.user_sends(READER, f"{link(world, 1)} {link(world, 2)}")
        world.telegram.user_sends(READER, link(world, 3))
        await asked(world, 1)
        await world.telegram.wait_for(lambda: not world.telegram.updates.pending)
        world.telegram.user_sends(READER, "/cancel")
        await world.final(READER, 2, holds="Cancelled.")
        world.telegram.user_sends(READER, "/cancel")
        await world.final(READER, 3, holds="There is nothing to cancel.")
    async with run_bot(world, redis_url):
        world.telegram.user_sends(READER, link(world, 4))
        model.answer(2)  # one for the request that nobody waits for any more
        await world.final(READER, 4, holds=TITLE)
    assert len(model.requests) == 2, "what was called off is not asked for again"
    assert len(world.telegram.bot_messages(READER)) == 4
