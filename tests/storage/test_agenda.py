import asyncio

import pytest
from redis.asyncio import Redis

from storage.agenda import Agenda, Lease


@pytest.fixture
def agenda(redis: Redis) -> Agenda:
    return Agenda(redis, "tests")


async def items(agenda: Agenda, now_s: float, lease_s: float = 10, most: int = 100) -> list[str]:
    return [lease.item for lease in await agenda.claim(now_s, lease_s, most)]


async def test_items_are_given_when_they_are_due_and_the_earliest_first(agenda: Agenda) -> None:
    for item, due_s in {"b": 200.0, "a": 100.0, "c": 300.0}.items():
        await agenda.put(item, due_s)
    assert await items(agenda, 99) == []
    assert await items(agenda, 250, most=1) == ["a"]
    assert await items(agenda, 250) == ["b"]


async def test_an_item_in_hand_is_given_to_nobody_else_until_its_lease_lapses(agenda: Agenda) -> None:
    await agenda.put("a", 100)
    [first] = await agenda.claim(100, 10, 5)
    assert await items(agenda, 109) == []
    [second] = await agenda.claim(110, 10, 5)
    assert not await agenda.settle(first, 500)
    assert not await agenda.hold(first, 900)
    assert await agenda.settle(second, 300)
    assert await agenda.due("a") == 300


async def test_a_lease_can_be_held_on_to(agenda: Agenda) -> None:
    await agenda.put("a", 100)
    [lease] = await agenda.claim(100, 10, 5)
    assert await agenda.hold(lease, 150)
    assert await items(agenda, 140) == []
    assert await agenda.settle(lease, None)
    assert await agenda.due("a") is None
    assert await items(agenda, 10_000) == []


async def test_whoever_holds_what_is_put_anew_loses_it(agenda: Agenda) -> None:
    await agenda.put("a", 100)
    [lease] = await agenda.claim(100, 10, 5)
    await agenda.put("a", 700)
    assert not await agenda.settle(lease, 300)
    assert await agenda.due("a") == 700
    await agenda.put("a", None)
    assert await agenda.due("a") is None


async def test_agendas_are_apart(agenda: Agenda, redis: Redis) -> None:
    await agenda.put("a", 100)
    assert await Agenda(redis, "others").claim(200, 10, 5) == []


async def test_of_many_that_claim_at_once_each_item_goes_to_one(agenda: Agenda) -> None:
    for number in range(200):
        await agenda.put(str(number), number)
    claims = await asyncio.gather(*(agenda.claim(1_000, 10, 7) for _ in range(40)))
    given = [lease.item for claim in claims for lease in claim]
    assert sorted(given, key=int) == [str(number) for number in range(200)]
    assert not await agenda.settle(Lease("0", "no such token"), 5)
