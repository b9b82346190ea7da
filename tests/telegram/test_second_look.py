"""What a store lost that was killed is given to it again."""

import asyncio
import logging

import pytest
from redis.asyncio import Redis

from bot.telegram.second_look import SecondLook
from storage.inbox import Inbox, Received


def received(update_id: int) -> Received:
    return Received(update_id=update_id, payload=b"{}", lane="7")


async def test_what_the_store_lost_is_given_to_it_again_and_nothing_else(
    redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    async with Inbox(redis) as inbox:
        second_look, stop = SecondLook(inbox, after_s=0), asyncio.Event()
        first, lost = [received(1), received(2)], [received(3)]
        await inbox.append(lost)
        await redis.flushdb()  # as a store that was killed before it wrote
        await inbox.append(first)
        second_look.note([*first, *lost])
        caplog.set_level(logging.WARNING)
        looking = asyncio.create_task(second_look.look(stop))
        while (await inbox.measure()).entries < 3:  # noqa: ASYNC110 Redis tells nobody
            await asyncio.sleep(0.02)
        stop.set()
        await looking
        assert (await inbox.measure()).entries == 3
    assert "lost 1 updates" in caplog.text
