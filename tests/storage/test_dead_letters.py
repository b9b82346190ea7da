"""Updates that were given up: listed without their text, replayed in their lanes, dropped."""

import json

from redis.asyncio import Redis

from storage import keys
from storage.dead_letters import DeadLetters
from storage.inbox import MAX_TRIES, Inbox
from tests.storage.lanes import read, received, take, take_one

PAYLOAD = json.dumps({"update_id": 13, "message": {"text": "private"}}).encode()


async def bury(inbox: Inbox, update_id: int, payload: bytes) -> None:
    await inbox.append([received(update_id, payload)])
    lane, entry = await take_one(inbox)
    for _ in range(MAX_TRIES):
        await inbox.fail(lane, entry, "KeyError")


async def test_a_dead_letter_is_listed_without_what_anybody_wrote(inbox: Inbox, redis: Redis) -> None:
    await bury(inbox, 13, PAYLOAD)
    await bury(inbox, 14, b"no update")
    first, second = await DeadLetters(redis).read()
    assert (first.update_id, first.kind, first.tries, first.reason) == (13, "message", 3, "KeyError")
    assert first.lane == received(13).lane
    assert second.kind == "?"
    assert "private" not in repr(first)


async def test_a_replayed_letter_is_tried_again_as_if_it_had_just_come(inbox: Inbox, redis: Redis) -> None:
    await bury(inbox, 13, PAYLOAD)
    letters = DeadLetters(redis)
    assert await letters.settle("replay", await letters.read()) == [13]
    assert await letters.read() == []
    (lane,) = await take(inbox)
    (entry,) = await read(inbox, lane)
    assert (entry.update_id, entry.payload) == (13, PAYLOAD)
    assert (await inbox.fail(lane, entry, "KeyError")).tries == 1


async def test_a_dropped_letter_is_gone_and_a_second_time_does_nothing(inbox: Inbox, redis: Redis) -> None:
    await bury(inbox, 13, PAYLOAD)
    letters = DeadLetters(redis)
    found = await letters.read()
    assert await letters.settle("drop", found) == [13]
    assert await letters.settle("replay", found) == []
    assert await letters.read() == []
    assert await redis.xlen(keys.INBOX) == 0
