import pytest
from redis.asyncio import Redis

from bot.briefing.models import Turn
from storage import keys
from storage.chats import ChatStore
from storage.threads import READ_KEPT, SHOWN_KEPT, TURNS_KEPT, ThreadStore

BRIEF = "0123456789abcdef"


def turn(number: int) -> Turn:
    return Turn(question=f"question {number}", answer=f"answer {number}")


@pytest.fixture
def threads(redis: Redis) -> ThreadStore:
    return ThreadStore(redis)


async def test_a_thread_keeps_its_turns_in_order(threads: ThreadStore) -> None:
    for number in range(3):
        await threads.add(7, None, BRIEF, turn(number), asked_under=number)
    assert await threads.turns(7, None, BRIEF) == tuple(turn(number) for number in range(3))


async def test_threads_of_other_chats_topics_and_briefs_are_apart(threads: ThreadStore) -> None:
    await threads.add(7, None, BRIEF, turn(1), asked_under=1)
    await threads.add(7, 4, BRIEF, turn(2), asked_under=2)
    await threads.add(8, None, BRIEF, turn(3), asked_under=3)
    await threads.add(7, None, BRIEF[::-1], turn(4), asked_under=4)
    assert await threads.turns(7, None, BRIEF) == (turn(1),)
    assert await threads.turns(7, 4, BRIEF) == (turn(2),)
    assert await threads.turns(7, 5, BRIEF) == ()


async def test_the_oldest_turns_go_first(threads: ThreadStore) -> None:
    for number in range(TURNS_KEPT + 5):
        await threads.add(7, None, BRIEF, turn(number), asked_under=number)
    kept = await threads.turns(7, None, BRIEF)
    assert len(kept) == TURNS_KEPT
    assert kept[0] == turn(5)


async def test_a_thread_lives_on_from_its_last_question(threads: ThreadStore, redis: Redis) -> None:
    await threads.add(7, None, BRIEF, turn(1), asked_under=1)
    await redis.expire(keys.thread(7, None, BRIEF), 5)
    await threads.add(7, None, BRIEF, turn(2), asked_under=2)
    assert keys.THREAD_TTL_S - 5 < await redis.ttl(keys.thread(7, None, BRIEF)) <= keys.THREAD_TTL_S
    assert 0 < await redis.ttl(keys.chat_threads(7)) <= keys.THREAD_TTL_S


async def test_forgetting_a_chat_takes_its_threads_and_no_others(threads: ThreadStore, redis: Redis) -> None:
    await threads.add(7, None, BRIEF, turn(1), asked_under=1)
    await threads.add(7, 3, BRIEF, turn(2), asked_under=2)
    await threads.add(8, None, BRIEF, turn(3), asked_under=3)
    assert await threads.forget_chat(7) == 2
    assert await threads.turns(7, None, BRIEF) == ()
    assert await threads.turns(8, None, BRIEF) == (turn(3),)
    assert not [name async for name in redis.scan_iter("sayso:chat:{7}:*")]
    assert await threads.forget_chat(7) == 0


async def test_what_another_version_stored_is_left_out(threads: ThreadStore, redis: Redis) -> None:
    await threads.add(7, None, BRIEF, turn(1), asked_under=1)
    await redis.rpush(keys.thread(7, None, BRIEF), b'2 {"asked": "x"}', b"\xff")
    assert await threads.turns(7, None, BRIEF) == (turn(1),)


async def test_a_second_try_of_a_question_replaces_its_turn_and_does_not_see_it(threads: ThreadStore) -> None:
    await threads.add(7, None, BRIEF, turn(1), asked_under=1)
    await threads.add(7, None, BRIEF, turn(11), asked_under=11)
    assert await threads.turns(7, None, BRIEF, besides=1) == (turn(11),)
    await threads.add(7, None, BRIEF, turn(2), asked_under=1)
    assert await threads.turns(7, None, BRIEF) == (turn(2), turn(11))


async def test_a_message_shows_the_brief_that_it_was_edited_to_last(threads: ThreadStore) -> None:
    await threads.note_shown(7, 40, BRIEF)
    await threads.note_shown(7, 41, BRIEF)
    await threads.note_shown(7, 40, BRIEF[::-1])
    assert await threads.find_shown(7, 40) == BRIEF[::-1]
    assert await threads.find_shown(7, 41) == BRIEF
    assert await threads.find_shown(7, 4) is None
    assert await threads.find_shown(8, 40) is None


async def test_the_newest_brief_is_one_of_the_topic(threads: ThreadStore) -> None:
    await threads.note_shown(7, 40, BRIEF, newest_in=0)
    await threads.note_shown(7, 41, BRIEF[::-1], newest_in=3)
    await threads.note_shown(7, 42, BRIEF[::-1])
    assert await threads.find_newest(7, None) == BRIEF
    assert await threads.find_newest(7, 3) == BRIEF[::-1]
    assert await threads.find_newest(7, 4) is None


async def test_what_was_read_since_comes_in_order_and_once(threads: ThreadStore) -> None:
    for second, brief_id in enumerate(["a", "b", "a", "c"]):
        await threads.note_shown(7, second, brief_id, newest_in=0, now_s=100 + second)
    await threads.note_shown(7, 4, "an answer about it is not read again", now_s=105)
    assert await threads.read_since(7, 101) == ("a", "c")
    for number in range(READ_KEPT + 5):
        await threads.note_shown(7, number, f"n{number}", newest_in=0, now_s=200 + number)
    assert len(await threads.read_since(7, 0)) == READ_KEPT


async def test_the_oldest_messages_are_known_no_more(threads: ThreadStore, redis: Redis) -> None:
    for number in range(SHOWN_KEPT + 3):
        await threads.note_shown(7, number, BRIEF)
    assert await redis.zcard(keys.chat_shown(7)) == SHOWN_KEPT
    assert await threads.find_shown(7, 2) is None
    assert await threads.find_shown(7, 3) == BRIEF


async def test_a_group_that_became_a_supergroup_keeps_threads_but_not_its_messages_numbers(
    threads: ThreadStore, redis: Redis
) -> None:
    await threads.add(7, None, BRIEF, turn(1), asked_under=1)
    await threads.note_shown(7, 40, BRIEF, newest_in=0)
    await ChatStore(redis).migrate(7, 9)
    assert await threads.turns(9, None, BRIEF) == (turn(1),)
    assert await threads.find_newest(9, None) == BRIEF
    assert await threads.find_shown(9, 40) is None
    await threads.note_shown(9, 40, BRIEF[::-1])
    assert await threads.find_shown(9, 40) == BRIEF[::-1]


async def test_forgetting_a_chat_takes_which_messages_show_briefs(threads: ThreadStore, redis: Redis) -> None:
    await threads.note_shown(7, 40, BRIEF, newest_in=0)
    assert await threads.forget_chat(7) == 0
    assert await threads.find_shown(7, 40) is None
    assert not [name async for name in redis.scan_iter("sayso:chat:{7}:*")]
