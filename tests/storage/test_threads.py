import pytest
from redis.asyncio import Redis

from bot.briefing.models import Turn
from storage import keys
from storage.threads import TURNS_KEPT, ThreadStore

BRIEF = "0123456789abcdef"


def turn(number: int) -> Turn:
    return Turn(question=f"question {number}", answer=f"answer {number}")


@pytest.fixture
def threads(redis: Redis) -> ThreadStore:
    return ThreadStore(redis)


async def test_a_thread_keeps_its_turns_in_order(threads: ThreadStore) -> None:
    for number in range(3):
        await threads.add(7, None, BRIEF, turn(number))
    assert await threads.turns(7, None, BRIEF) == tuple(turn(number) for number in range(3))


async def test_threads_of_other_chats_topics_and_briefs_are_apart(threads: ThreadStore) -> None:
    await threads.add(7, None, BRIEF, turn(1))
    await threads.add(7, 4, BRIEF, turn(2))
    await threads.add(8, None, BRIEF, turn(3))
    await threads.add(7, None, BRIEF[::-1], turn(4))
    assert await threads.turns(7, None, BRIEF) == (turn(1),)
    assert await threads.turns(7, 4, BRIEF) == (turn(2),)
    assert await threads.turns(7, 5, BRIEF) == ()


async def test_the_oldest_turns_go_first(threads: ThreadStore) -> None:
    for number in range(TURNS_KEPT + 5):
        await threads.add(7, None, BRIEF, turn(number))
    kept = await threads.turns(7, None, BRIEF)
    assert len(kept) == TURNS_KEPT
    assert kept[0] == turn(5)


async def test_a_thread_lives_on_from_its_last_question(threads: ThreadStore, redis: Redis) -> None:
    await threads.add(7, None, BRIEF, turn(1))
    await redis.expire(keys.thread(7, None, BRIEF), 5)
    await threads.add(7, None, BRIEF, turn(2))
    assert keys.THREAD_TTL_S - 5 < await redis.ttl(keys.thread(7, None, BRIEF)) <= keys.THREAD_TTL_S
    assert 0 < await redis.ttl(keys.chat_threads(7)) <= keys.THREAD_TTL_S


async def test_forgetting_a_chat_takes_its_threads_and_no_others(threads: ThreadStore, redis: Redis) -> None:
    await threads.add(7, None, BRIEF, turn(1))
    await threads.add(7, 3, BRIEF, turn(2))
    await threads.add(8, None, BRIEF, turn(3))
    assert await threads.forget_chat(7) == 2
    assert await threads.turns(7, None, BRIEF) == ()
    assert await threads.turns(8, None, BRIEF) == (turn(3),)
    assert not await redis.keys("sayso:chat:{7}:*")
    assert await threads.forget_chat(7) == 0


async def test_what_another_version_stored_is_left_out(threads: ThreadStore, redis: Redis) -> None:
    await threads.add(7, None, BRIEF, turn(1))
    await redis.rpush(keys.thread(7, None, BRIEF), b'{"asked": "x"}', b"\xff")
    assert await threads.turns(7, None, BRIEF) == (turn(1),)
