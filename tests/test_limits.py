"""Limits, end to end: what costs a fetch or a model call counts, what is there or shared does not."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.playground import PlaygroundServer
from storage import keys
from tests.bot import OTHER, READER, World, run_bot
from tests.servers.model import ModelServer
from tests.servers.news import TITLE, run_news
from tests.test_groups import settled

GROUP = -1_001_800
SPENT = "You have used up your new briefs for today. There will be more in "
GROUP_SPENT = "This group has used up its new briefs for today. There will be more in "


@pytest.fixture
async def world(redis: Redis) -> AsyncIterator[World]:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        telegram.add_group(GROUP, "Our street", members=(READER, OTHER))
        yield World(telegram=telegram, news=news, model=model)


def link(world: World, number: int) -> str:
    return world.news.url(f"/article?number={number}")


async def test_new_briefs_count_and_those_that_are_there_do_not(
    world: World, redis: Redis, redis_url: str
) -> None:
    async with run_bot(world, redis_url, sayso_user_briefs=2):
        for sent, answer in ((1, TITLE), (1, TITLE), (2, TITLE), (3, SPENT), (2, TITLE), (1, TITLE)):
            world.telegram.user_sends(READER, link(world, sent))
            await world.final(READER, len(world.telegram.bot_messages(READER)) + 1, holds=answer)
        world.telegram.user_sends(OTHER, link(world, 3))
        await world.final(OTHER, holds=TITLE)
        await settled(world, redis)
    assert len(world.model.requests) == 3
    assert await redis.get(keys.limit("person", READER, "briefs")) == b"2"


async def test_one_link_of_many_at_once_counts_once(world: World, redis: Redis, redis_url: str) -> None:
    people = range(100, 120)
    async with run_bot(world, redis_url):
        for person in people:
            world.telegram.user_sends(person, link(world, 1))
        await settled(world, redis)
    counts = [await redis.get(keys.limit("person", person, "briefs")) for person in people]
    assert sum(int(count or 0) for count in counts) == 1
    assert len(world.model.requests) == 1


async def test_a_group_is_told_once_and_a_restart_forgets_nothing(
    world: World, redis: Redis, redis_url: str
) -> None:
    for numbers in (range(3), range(3, 6)):
        async with run_bot(world, redis_url, sayso_group_briefs=2):
            for number in numbers:
                person = READER if number % 2 else OTHER
                world.telegram.user_sends(GROUP, f"/brief {link(world, number)}", user_id=person)
            await settled(world, redis)
    said = [message.text for message in world.telegram.bot_messages(GROUP)]
    assert [TITLE in text for text in said] == [True, True, False]
    assert said[2].startswith(GROUP_SPENT)
    assert len(world.model.requests) == 2


async def test_the_owner_has_no_limits(world: World, redis: Redis, redis_url: str) -> None:
    async with run_bot(
        world, redis_url, sayso_owner=READER, sayso_user_rate=1, sayso_user_burst=1, sayso_user_briefs=1
    ):
        for number in range(4):
            world.telegram.user_sends(READER, link(world, number))
        await world.final(READER, 4, holds=TITLE)
        for number in range(4):
            world.telegram.user_sends(OTHER, link(world, number))
        await settled(world, redis)
    [brief, told] = world.telegram.bot_messages(OTHER)
    assert TITLE in brief.text
    assert told.text.startswith("You send more than I can read. Ask again in ")
