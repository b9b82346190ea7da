import time

import pytest
from pydantic import ValidationError
from redis.asyncio import Redis

from storage import keys
from storage.briefs import BriefStore
from storage.chats import ChatStore, Preferences
from tests.telegram.briefs import brief

OLD, NEW = -500, -1_000_000_000_500


@pytest.fixture
def chats(redis: Redis) -> ChatStore:
    return ChatStore(redis)


async def test_a_chat_has_chosen_nothing_until_it_does(chats: ChatStore) -> None:
    assert await chats.preferences(OLD) == Preferences()
    await chats.choose(OLD, every_link=True)
    chosen = await chats.choose(OLD, brief_language="uk", interface_language="de")
    assert chosen == Preferences(every_link=True, brief_language="uk", interface_language="de")
    assert await chats.preferences(NEW) == Preferences()


@pytest.mark.parametrize("chosen", [{"brief_length": "endless"}, {"no_such": 1}])
async def test_a_bad_choice_is_refused_and_not_kept(chats: ChatStore, chosen: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        await chats.choose(OLD, **chosen)
    assert await chats.preferences(OLD) == Preferences()


async def test_what_another_version_stored_is_skipped_field_by_field(chats: ChatStore, redis: Redis) -> None:
    stored = {"every_link": "true", "brief_length": '"haiku"', "later": "1", "brief_language": "no json"}
    await redis.hset(keys.chat(OLD, "preferences"), mapping=stored)  # type: ignore[arg-type] # invariant in redis-py
    assert await chats.preferences(OLD) == Preferences(every_link=True)


async def test_a_closed_chat_or_topic_is_remembered_and_reopened(chats: ChatStore, redis: Redis) -> None:
    await chats.close(OLD, "muted", thread_id=3)
    found = [await chats.closure(OLD, t) for t in (None, 3, 4)]
    assert [closure.why if closure else None for closure in found] == [None, "muted", None]
    await chats.close(OLD, "removed")
    closure = await chats.closure(OLD, 4)
    assert closure is not None
    assert closure.why == "removed"
    assert abs(closure.since - time.time()) < 60
    assert keys.MUTED_TTL_S < await redis.ttl(keys.chat(OLD, "closed")) <= keys.CLOSED_TTL_S
    await chats.reopen(OLD)
    await chats.reopen(OLD, 3)
    assert await chats.closure(OLD, 3) is None


async def test_a_migration_moves_every_key_of_the_chat_and_no_other(chats: ChatStore, redis: Redis) -> None:
    store = BriefStore(redis)
    await chats.choose(OLD, every_link=True)
    await chats.close(OLD, "muted", thread_id=3)
    await store.keep(brief(scope=str(OLD)))
    await chats.choose(OLD * 10, brief_length="short")
    for _ in range(2):
        await chats.migrate(OLD, NEW)
    assert [name async for name in redis.scan_iter(keys.chat(OLD, "*"))] == []
    assert await chats.preferences(NEW) == Preferences(every_link=True)
    assert await chats.closure(NEW, 3) is not None
    assert await redis.ttl(keys.chat(NEW, "closed:3")) > 0, "lifetimes move, too"
    assert await chats.former_id(NEW) == OLD
    assert await chats.former_id(OLD) is None
    assert await chats.preferences(OLD * 10) == Preferences(brief_length="short")
    assert await store.forget_chat(NEW) == 1


async def test_what_the_supergroup_has_already_is_joined_with_the_groups(
    chats: ChatStore, redis: Redis
) -> None:
    await chats.choose(OLD, every_link=True, brief_length="short")
    await chats.choose(NEW, every_link=False)
    await redis.sadd(keys.chat_briefs(OLD), "a")
    await redis.sadd(keys.chat_briefs(NEW), "b")
    await chats.migrate(OLD, NEW)
    assert await chats.preferences(NEW) == Preferences(every_link=False, brief_length="short")
    assert await redis.smembers(keys.chat_briefs(NEW)) == {b"a", b"b"}


async def test_a_message_is_handled_by_one_update_and_its_second_try(chats: ChatStore) -> None:
    claims = [await chats.claim(OLD, "7", update) for update in (1, 2, 1)]
    assert claims == [True, False, True]
    assert await chats.claim(OLD, "8", 2)
    assert await chats.claim(NEW, "7", 2)
