"""A group of thirty talks; the whole bot over HTTP answers those who speak to it, and nobody else."""

import random
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.playground import PlaygroundServer
from tests.bot import World, run_bot
from tests.servers.model import ModelServer
from tests.servers.news import TITLE, run_news
from tests.telegram.talk import PHOTO, TALK

GROUP = -1_001_600
MEMBERS = range(6_000, 6_030)


@pytest.fixture
async def world(redis: Redis, redis_url: str) -> AsyncIterator[World]:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        world = World(telegram=telegram, news=news, model=model)
        for member in MEMBERS:
            telegram.add_user(member)
        # The bot is an admin here, and so gets every message.
        telegram.add_group(GROUP, "Our street", members=MEMBERS, admins=[telegram.state.bot["id"]])
        async with run_bot(world, redis_url):
            yield world


async def test_of_thirty_who_talk_exactly_those_who_speak_to_the_bot_are_answered(world: World) -> None:
    chance, telegram, link = random.Random(30), world.telegram, world.news.url("/article")
    telegram.user_sends(GROUP, f"/brief {link}", user_id=MEMBERS[0])
    brief = await world.final(GROUP)
    shared = telegram.user_sends(GROUP, f"have you seen {link} ?", user_id=MEMBERS[1])["message_id"]
    spoken: list[dict[str, object]] = [
        {"text": f"/brief@sayso_bot {link}"},
        {"text": f"@sayso_bot {link}"},
        {"text": f"what do you make of {link} @sayso_bot"},
        {"text": "@sayso_bot please", "reply_to": shared},
        {"text": "/brief", "reply_to": shared},
        {"text": f"and this? {link}", "reply_to": brief.id},
        {"text": "/help@sayso_bot"},
        {"caption": f"@sayso_bot {link}", "photo": PHOTO["photo"]},
    ]
    talk = [(sent, False) for sent in TALK] + [(sent, True) for sent in spoken]
    chance.shuffle(talk)
    addressed = set()
    for sent, is_spoken in talk:
        message = telegram.user_sends(GROUP, user_id=chance.choice(MEMBERS), **sent)
        if is_spoken:
            addressed.add(message["message_id"])
    for number in range(2, 2 + len(addressed)):
        await world.final(GROUP, number)
    await telegram.wait_for(lambda: not telegram.updates.pending)
    answers = telegram.bot_messages(GROUP)[1:]
    assert {answer.message["reply_to_message"]["message_id"] for answer in answers} == addressed
    assert len(answers) == len(addressed)
    assert sum(TITLE in answer.text for answer in answers) == len(addressed) - 1
    assert all(len(answer.history) <= 1 for answer in answers), "one stub and one edit"
    assert world.news.requests["/article"] == 1
    assert len(world.model.requests) == 1
