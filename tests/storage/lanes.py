"""Steps of workers on an inbox, as its tests take them."""

from typing import Any

from redis.asyncio import Redis

from storage import keys
from storage.inbox import Entry, Inbox, Lane, Received

IDLE_MS = 60_000


def received(update_id: int, payload: bytes = b"x", lane: str | None = None) -> Received:
    return Received(update_id=update_id, payload=payload, lane=lane or str(update_id))


async def take(inbox: Inbox, count: int = 100) -> list[Lane]:
    return await inbox.take(count, 20)


async def take_one(inbox: Inbox) -> tuple[Lane, Entry]:
    """Take the one lane with its one update."""
    [lane] = await take(inbox)
    return lane, (await read(inbox, lane))[0]


async def read(inbox: Inbox, lane: Lane) -> list[Entry]:
    [entries] = await inbox.read([lane])
    assert entries is not None
    return entries


async def updates(inbox: Inbox, *lanes: Lane) -> list[int]:
    return [entry.update_id for lane in lanes for entry in await read(inbox, lane)]


async def let_idle(redis: Redis, inbox: Inbox, *lanes: Lane) -> None:
    """Make lanes look as if their holder had died a while ago."""
    ids = [lane.entry_id for lane in lanes]
    await redis.xclaim(
        keys.INBOX, keys.INBOX_GROUP, inbox.consumer, 0, list(ids), idle=2 * IDLE_MS, justid=True
    )


async def count_pending(redis: Redis) -> int:
    return int((await redis.xpending(keys.INBOX, keys.INBOX_GROUP))["pending"])


async def read_dead_letters(redis: Redis) -> list[dict[Any, Any]]:
    return [letter or {} for _, letter in await redis.xrange(keys.DEAD_LETTERS) or ()]
