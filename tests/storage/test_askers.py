"""Who is to be offered a change of a page: each chat once for each time that it asked."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from storage import keys
from storage.askers import MOST_ASKERS, AskerStore, PageAsker

PAGE = "https://news.example/a"
ASKER = PageAsker(chat_id=-7, message_id=3, thread_id=None, brief_id="0" * 16, language="de")


@pytest.fixture
def askers(redis: Redis) -> AskerStore:
    return AskerStore(redis)


async def test_the_newest_brief_of_each_chat_is_known_for_a_month(askers: AskerStore, redis: Redis) -> None:
    newer, other = replace(ASKER, message_id=9), replace(ASKER, chat_id=8, thread_id=5)
    for asker in (ASKER, newer, other):
        await askers.note(PAGE, asker)
    assert sorted(await askers.find(PAGE), key=lambda one: one.chat_id) == [newer, other]
    assert 0 < await redis.ttl(keys.asked(PAGE)) <= keys.BRIEF_TTL_S


async def test_of_many_who_would_offer_one_does_and_again_only_after_the_chat_asked_again(
    askers: AskerStore,
) -> None:
    await askers.note(PAGE, ASKER)
    claims = await asyncio.gather(*(askers.claim(PAGE, ASKER) for _ in range(5)))
    assert sum(claims) == 1
    assert await askers.find(PAGE) == []
    await askers.note(PAGE, replace(ASKER, message_id=9))
    assert not await askers.claim(PAGE, ASKER), "it has a newer brief"
    assert await askers.claim(PAGE, replace(ASKER, message_id=9))


async def test_a_page_has_so_many_askers(askers: AskerStore, redis: Redis) -> None:
    for number in range(MOST_ASKERS + 5):
        await askers.note(PAGE, replace(ASKER, chat_id=number))
    assert await redis.hlen(keys.asked(PAGE)) == MOST_ASKERS
