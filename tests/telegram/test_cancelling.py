"""What is under way and is called off: here, by another process, before it began; others' work goes on."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.errors import CalledOff
from bot.telegram.cancelling import Undertakings
from storage import keys
from storage.flights import Flights
from storage.limits import Asker
from storage.requests import RequestStore

ANN, BEN = Asker(person_id=7, chat_id=-500), Asker(person_id=8, chat_id=-500)


@pytest.fixture
def undertakings(redis: Redis) -> Undertakings:
    return Undertakings(RequestStore(redis))


async def forever() -> None:
    await asyncio.Event().wait()


async def called_off(undertakings: Undertakings, asker: Asker, update_id: int, began: asyncio.Event) -> bool:
    """Work until it is called off."""
    async with undertakings.begin(asker, update_id) as undertaking:
        began.set()
        try:
            await undertaking.run(forever())
        except CalledOff:
            return True
    return False


async def begun(undertakings: Undertakings, asker: Asker, update_id: int) -> "asyncio.Task[bool]":
    began = asyncio.Event()
    task = asyncio.create_task(called_off(undertakings, asker, update_id, began))
    await began.wait()
    return task


async def test_one_calls_off_what_they_asked_for_and_nothing_else(
    undertakings: Undertakings, redis: Redis
) -> None:
    mine = [await begun(undertakings, ANN, number) for number in (1, 2)]
    later, theirs = await begun(undertakings, ANN, 9), await begun(undertakings, BEN, 3)
    elsewhere = await begun(undertakings, Asker(person_id=7, chat_id=7), 4)
    assert await undertakings.call_off(ANN, 5) == 2
    assert await asyncio.gather(*mine) == [True, True]
    assert await redis.smembers(keys.under_way(-500, 7)) == {b"9"}
    assert await undertakings.call_off(ANN, 6) == 0
    for task in (later, theirs, elsewhere):
        assert not task.done()
        task.cancel()
    await asyncio.gather(later, theirs, elsewhere, return_exceptions=True)


async def test_what_another_process_works_on_ends_too(undertakings: Undertakings, redis: Redis) -> None:
    task = await begun(Undertakings(RequestStore(redis)), ANN, 1)
    assert await undertakings.call_off(ANN, 5) == 1
    assert await asyncio.wait_for(task, 10)


async def test_what_was_called_off_is_not_begun_also_after_a_restart(
    undertakings: Undertakings, redis: Redis
) -> None:
    task = await begun(undertakings, ANN, 1)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    restarted = Undertakings(RequestStore(redis))
    assert await restarted.call_off(ANN, 5) == 1, "it is still to be answered"
    for update_id, is_over in ((1, True), (6, False)):
        async with Undertakings(RequestStore(redis)).begin(ANN, update_id) as undertaking:
            assert undertaking.is_called_off is is_over
    assert await redis.exists(keys.under_way(-500, 7)) == 0


async def test_work_that_others_wait_for_goes_on_for_them(undertakings: Undertakings) -> None:
    flights, gate, runs = Flights(None), asyncio.Event(), list[str]()

    async def work() -> str:
        runs.append("once")
        await gate.wait()
        return "brief"

    async def ask(asker: Asker, update_id: int) -> str:
        async with undertakings.begin(asker, update_id) as undertaking:
            return await undertaking.run(flights.run("link", work))

    first = asyncio.create_task(ask(ANN, 1))
    second = asyncio.create_task(ask(BEN, 2))
    await asyncio.sleep(0.05)
    await undertakings.call_off(ANN, 5)
    with pytest.raises(CalledOff):
        await first
    gate.set()
    assert await second == "brief"
    assert runs == ["once"]


async def test_what_is_called_off_by_nobody_returns_and_raises_as_it_does(undertakings: Undertakings) -> None:
    async def fail() -> None:
        raise LookupError

    async with undertakings.begin(ANN, 1) as undertaking:
        assert await undertaking.run(asyncio.sleep(0, "done")) == "done"
        with pytest.raises(LookupError):
            await undertaking.run(fail())


async def test_while_redis_is_away_one_calls_off_what_this_process_works_on(redis_away: Redis) -> None:
    undertakings = Undertakings(RequestStore(redis_away))
    task = await begun(undertakings, ANN, 1)
    assert await undertakings.call_off(ANN, 5) == 1
    assert await task


async def test_a_guests_request_cannot_be_called_off(undertakings: Undertakings) -> None:
    guest = Asker(person_id=7)
    task = await begun(undertakings, guest, 1)
    assert await undertakings.call_off(Asker(person_id=7, chat_id=7), 5) == 0
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
