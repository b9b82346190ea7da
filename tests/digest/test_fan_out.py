"""Many digests at one minute, before a Bot API server that keeps Telegram's limits, in virtual time."""

from contextlib import AsyncExitStack

import pytest

from bot.digest.delivery import LOOK_EVERY_S, SPREAD_S
from tests.bench.fanout import FanOut, fan_out
from tests.bench.governor import open_fleet


async def deliver(redis_url: str, chats: int) -> FanOut:
    async with AsyncExitStack() as stack:
        result = await fan_out(await open_fleet(stack, redis_url), chats)
    assert result.exactly_one == chats
    assert (result.early, result.refused) == (0, 0)
    assert max(result.waits_s) < 1
    return result


async def test_digests_of_one_minute_are_spread_over_some_minutes_and_a_reply_goes_between(
    redis_url: str,
) -> None:
    result = await deliver(redis_url, 60)
    assert SPREAD_S / 2 < result.took_s <= SPREAD_S + LOOK_EVERY_S


@pytest.mark.long
@pytest.mark.timeout(900)
async def test_ten_thousand_digests_of_one_minute_take_the_whole_rate(redis_url: str) -> None:
    assert (await deliver(redis_url, 10_000)).share >= 0.97
