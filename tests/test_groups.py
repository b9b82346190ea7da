"""A group of thirty talks; the whole bot over HTTP answers those who speak to it, and nobody else."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.playground import PlaygroundServer
from storage import keys
from tests.bot import World, run_bot
from tests.servers.model import ModelServer, answering
from tests.servers.news import TITLE, run_news
from tests.telegram.talk import TALK, replay

GROUP = -1_001_600
COST = "The finance office said the line will cost 3.2 million crowns a year."
MEMBERS = list(range(6_000, 6_030))
PRIVACY = [pytest.param(False, id="privacy mode"), pytest.param(True, id="admin")]


@pytest.fixture
async def world(redis: Redis) -> AsyncIterator[World]:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        for member in MEMBERS:
            telegram.add_user(member)
        model.default = answering((COST, [4]))
        yield World(telegram=telegram, news=news, model=model)


def add_group(world: World, *, is_admin: bool) -> None:
    """Add the group; a bot that is an admin there gets every message."""
    admins = [world.telegram.state.bot["id"]] if is_admin else []
    world.telegram.add_group(GROUP, "Our street", members=MEMBERS, admins=admins)


async def settled(world: World, redis: Redis) -> None:
    """Wait until all that was said has been received, and handled to its end."""
    await world.telegram.wait_for(lambda: not world.telegram.updates.pending, timeout_s=30)
    while await redis.xlen(keys.INBOX):  # noqa: ASYNC110 Redis has no event for an acknowledgement
        await asyncio.sleep(0.01)


def test_the_talk_is_two_hundred_messages_in_many_languages() -> None:
    assert len(TALK) == 200
    assert sum(said.get("addressed", False) for said in TALK) == 18
    assert {said["from"] for said in TALK} == set(range(30))
    kinds = {name for said in TALK for name in said}
    assert kinds >= {"text", "photo", "sticker", "voice", "poll", "forward_origin", "reply_to", "edits"}
    assert any(said.get("text") == "/start@otherbot" for said in TALK)


@pytest.mark.parametrize("is_admin", PRIVACY)
async def test_of_two_hundred_messages_exactly_those_to_the_bot_are_answered(
    world: World, redis: Redis, redis_url: str, is_admin: bool
) -> None:
    add_group(world, is_admin=is_admin)
    link = world.news.url("/article")
    async with run_bot(world, redis_url):
        first = world.telegram.user_sends(GROUP, f"/brief {link}", user_id=MEMBERS[0])["message_id"]
        brief = await world.final(GROUP)
        told = replay(world.telegram, GROUP, TALK, members=MEMBERS, link=link, brief=brief.id)
        await settled(world, redis)
    addressed = {first, *told}
    answers = world.telegram.bot_messages(GROUP)
    assert {answer.message["reply_to_message"]["message_id"] for answer in answers} == addressed
    assert len(answers) == len(addressed)
    questions = sum(said.get("asks", False) for said in TALK)
    assert sum(COST in answer.text for answer in answers) == questions
    assert sum(TITLE in answer.text for answer in answers) == len(addressed) - questions - 3, (
        "three: commands"
    )
    assert all(len(answer.history) <= 1 for answer in answers), "one stub and one edit"
    assert world.news.requests["/article"] == 1
    assert len(world.model.requests) == 1 + questions
    reactions = world.telegram.calls_of("setMessageReaction")
    assert {call.parameters["message_id"] for call in reactions} <= addressed
    assert {call.parameters["chat_id"] for call in world.telegram.calls_of("sendMessage")} == {GROUP}


@pytest.mark.parametrize("is_admin", PRIVACY)
async def test_while_a_group_talks_among_itself_the_bot_calls_nothing(
    world: World, redis: Redis, redis_url: str, is_admin: bool
) -> None:
    add_group(world, is_admin=is_admin)
    link = world.news.url("/article")
    async with run_bot(world, redis_url):
        world.telegram.user_sends(GROUP, f"/brief {link}", user_id=MEMBERS[0])
        brief = await world.final(GROUP)
        await settled(world, redis)
        before = len(world.telegram.calls)
        talk = [said for said in TALK if not said.get("addressed")]
        replay(world.telegram, GROUP, talk, members=MEMBERS, link=link, brief=brief.id)
        await settled(world, redis)
        calls = world.telegram.calls[before:]
    assert {call.method for call in calls} == {"getUpdates"}
    assert len(world.model.requests) == 1


async def test_two_who_send_one_link_at_once_get_one_work_and_an_answer_each(
    world: World, redis: Redis, redis_url: str
) -> None:
    add_group(world, is_admin=False)
    link = world.news.url("/article")
    async with run_bot(world, redis_url):
        asked = [
            world.telegram.user_sends(GROUP, f"@sayso_bot {link}", user_id=member)["message_id"]
            for member in MEMBERS[:2]
        ]
        await settled(world, redis)
    answers = world.telegram.bot_messages(GROUP)
    assert [answer.message["reply_to_message"]["message_id"] for answer in answers] == asked
    assert all(TITLE in answer.text for answer in answers)
    assert (world.news.requests["/article"], len(world.model.requests)) == (1, 1)
