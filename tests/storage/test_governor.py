"""The governor's script and the same rule in one process, at moments that the test sets."""

import random
from dataclasses import dataclass
from itertools import pairwise

import pytest
from redis.asyncio import Redis

from storage.governor import Governor
from storage.windows import BULK_EVERY_S, GRACE_S, LEASE_S, MARGIN_S, Call, Lane, Urgency, Windows

ALL = Lane("all", 4, 1.0)


@dataclass
class Clock:
    now: float = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


def call(number: int, *lanes: Lane, urgency: Urgency = "interactive", process: str = "") -> Call:
    return Call(id=f"{process}{number}", urgency=urgency, lanes=(ALL, *lanes), pauses=f"chat:{len(lanes)}")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.mark.parametrize("seed", range(5))
async def test_the_script_and_the_rule_in_the_process_agree(redis: Redis, clock: Clock, seed: int) -> None:
    rng = random.Random(seed)
    governor, windows = Governor(redis, clock=clock), Windows()
    made: list[Call] = []
    chats = [Lane(f"chat:{number}", 2, 3.0) for number in range(3)]
    granted = 0
    for number in range(200):
        clock.now += rng.choice([0.0, 0.01, 0.2, 0.5])
        wanted = call(number, *rng.sample(chats, rng.randrange(2)))
        ours, theirs = windows.take(wanted, clock.now), await governor.take(wanted)
        assert (ours is None) == (theirs is None)
        if ours is None or theirs is None:
            made.append(wanted)
            granted += 1
        else:
            assert ours.is_common == theirs.is_common
            assert abs(ours.seconds - theirs.seconds) < 0.001
        if made and rng.random() < 0.8:
            answered = made.pop(rng.randrange(len(made)))
            windows.settle(answered, clock.now)
            await governor.settle(answered)
        if rng.random() < 0.05:
            windows.pause("chat:1", clock.now + 2)
            await governor.pause("chat:1", 2)
    assert granted > 60


async def test_a_call_counts_until_a_window_after_its_answer(redis: Redis, clock: Clock) -> None:
    governor = Governor(redis, clock=clock)
    first = [call(number) for number in range(4)]
    for one in first:
        assert await governor.take(one) is None
    clock.now += 3  # the network takes its time
    wait = await governor.take(call(9))
    assert wait is not None
    assert wait.seconds == pytest.approx(ALL.window_s), "no answer is there: it takes a window at least"
    await governor.settle(first[0])
    clock.now += 0.4
    wait = await governor.take(call(9))
    assert wait is not None
    assert wait.seconds == pytest.approx(0.6 + MARGIN_S, abs=0.002)
    clock.now += wait.seconds
    assert await governor.take(call(9)) is None


async def test_what_a_dead_process_was_about_is_counted_no_longer_than_its_lease(
    redis: Redis, clock: Clock
) -> None:
    dead, alive = Governor(redis, clock=clock), Governor(redis, clock=clock)
    for number in range(4):
        assert await dead.take(call(number)) is None
    clock.now += LEASE_S + ALL.window_s - 0.01
    assert await alive.take(call(9)) is not None
    clock.now += 0.02
    assert await alive.take(call(9)) is None
    assert alive.replicas == 2


async def test_those_in_line_go_in_their_order_and_interactive_ones_before_bulk(
    redis: Redis, clock: Clock
) -> None:
    one, two, three = (Governor(redis, clock=clock) for _ in range(3))
    for number in range(4):
        held = call(number, urgency="bulk")
        await one.take(held)
        await one.settle(held)
        clock.now += 0.1
    bulk, late, first = call(5, urgency="bulk"), call(6), call(7)
    waits = []
    for governor, wanted in [(one, bulk), (two, first), (three, late)]:
        waits.append(await governor.take(wanted))
        clock.now += 0.001
    assert [round(wait.seconds, 1) for wait in waits if wait] == [0.6, 0.6, 0.7]
    clock.now += 0.61
    assert await three.take(late) is not None, "another was first"
    assert await one.take(bulk) is None, "bulk has its turn, too"
    assert await two.take(first) is not None
    clock.now += 0.1
    assert await one.take(call(8, urgency="bulk")) is not None, "but not so soon again"
    assert await two.take(first) is None
    clock.now += 0.1
    assert await three.take(late) is None


async def test_who_does_not_come_when_told_is_not_waited_for(redis: Redis, clock: Clock) -> None:
    gone, here = Governor(redis, clock=clock), Governor(redis, clock=clock)
    for number in range(4):
        held = call(number)
        await here.take(held)
        await here.settle(held)
    assert await gone.take(call(5)) is not None
    clock.now += ALL.window_s + MARGIN_S + GRACE_S + 0.01
    for number in range(6, 10):
        assert await here.take(call(number)) is None


async def test_bulk_goes_now_and_then_even_while_others_always_come_first() -> None:
    windows, now = Windows(), 1_000.0
    went = []
    for number in range(600):
        asked = call(number)
        if windows.take(asked, now) is None:
            windows.settle(asked, now)
        digest = call(number, urgency="bulk", process="bulk-")
        if windows.take(digest, now) is None:
            windows.settle(digest, now)
            went.append(now)
        now += 0.02
    assert len(went) >= 6
    assert max(later - earlier for earlier, later in pairwise(went)) < 6 * BULK_EVERY_S


async def test_without_redis_a_process_keeps_its_share(redis_away: Redis, clock: Clock) -> None:
    governor = Governor(redis_away, clock=clock)
    governor.replicas = 2
    granted = [await governor.take(call(number)) is None for number in range(4)]
    assert granted == [True, True, False, False]
    await governor.settle(call(0))
    await governor.settle(call(1))
    clock.now += ALL.window_s + 0.01
    assert await governor.take(call(5)) is None
