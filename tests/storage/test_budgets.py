"""Budgets: charged before a call, settled after it, hard under any order of events."""

import asyncio
import random
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage import keys
from storage.budgets import Budget, Budgets, OverBudgetError, Period, Reservation, Spent, charged_to
from storage.limits import Asker

ANN_HERE = Asker(person_id=7, chat_id=-500)
BEN_HERE = Asker(person_id=8, chat_id=-500)
PERIODS: tuple[Period, ...] = ("day", "month")
EVE = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)


class Clock:
    def __init__(self, now: datetime = EVE) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


async def test_a_call_is_charged_at_its_worst_and_then_at_what_it_cost(redis: Redis) -> None:
    budgets = Budgets(redis, person=Budget(day_tokens=1_000))
    with charged_to(ANN_HERE):
        reservation = await budgets.reserve(900, 90)
        assert await budgets.spent("person:7", "day") == Spent(calls=1, tokens=900, money=90)
        with pytest.raises(OverBudgetError, match="person:7, day"):
            await budgets.reserve(101, 0)
        assert await budgets.settle(reservation, 300, 30)
        for whose in ("person:7", "chat:-500", "all"):
            for period in PERIODS:
                assert await budgets.spent(whose, period) == Spent(calls=1, tokens=300, money=30)
        await budgets.reserve(700, 0)


async def test_a_settlement_counts_once_and_a_call_that_was_not_made_costs_nothing(redis: Redis) -> None:
    budgets = Budgets(redis)
    reservation = await budgets.reserve(900, 90)
    assert [await budgets.settle(reservation, 0, 0, calls=0) for _ in range(2)] == [True, False]
    assert await budgets.spent("all", "month") == Spent()


@pytest.mark.parametrize(
    ("limits", "whose", "period"),
    [
        ({"person": Budget(day_money=50)}, "person:8", "day"),
        ({"person": Budget(month_tokens=50)}, "person:8", "month"),
        ({"group": Budget(month_money=50)}, "chat:-500", "month"),
        ({"total": Budget(day_tokens=50)}, "all", "day"),
    ],
)
async def test_each_limit_holds_for_whom_it_is_and_nothing_is_charged_to_others(
    redis: Redis, limits: dict[str, Budget], whose: str, period: str
) -> None:
    budgets = Budgets(redis, **limits)  # type: ignore[arg-type]
    with charged_to(BEN_HERE):
        await budgets.reserve(50, 50)
        with pytest.raises(OverBudgetError) as error:
            await budgets.reserve(1, 1)
    assert (error.value.whose, error.value.period) == (whose, period)
    for account in ("person:8", "chat:-500", "all"):
        assert await budgets.spent(account, "day") == Spent(calls=1, tokens=50, money=50)


async def test_the_owner_is_counted_and_bound_by_what_holds_for_all_alone(redis: Redis) -> None:
    own = Budgets(
        redis,
        person=Budget(day_tokens=1),
        group=Budget(day_tokens=1),
        total=Budget(day_tokens=100),
        owner=7,
    )
    with charged_to(ANN_HERE):
        await own.reserve(90, 0)
        with pytest.raises(OverBudgetError, match="all"):
            await own.reserve(11, 0)
    assert (await own.spent("person:7", "day")).tokens == 90


async def test_a_day_ends_at_midnight_and_a_month_goes_two_months_later(redis: Redis) -> None:
    clock = Clock()
    budgets = Budgets(redis, total=Budget(day_tokens=100, month_tokens=150), clock=clock)
    late = await budgets.reserve(100, 0)
    clock.now += timedelta(minutes=2)
    await budgets.reserve(100, 0)
    assert await budgets.settle(late, 10, 0)
    assert (await budgets.spent("all", "month")).tokens == 100
    clock.now -= timedelta(minutes=2)
    assert (await budgets.spent("all", "day")).tokens == 10, "what is settled late belongs to its own day"
    assert (await budgets.spent("all", "month")).tokens == 10
    clock.now += timedelta(days=62)
    await budgets.reserve(1, 0)
    periods = await redis.smembers(keys.budget("periods"))
    assert periods == {b"2026-12-01", b"2026-12", b"2027-01-31", b"2027-01"}
    assert not await redis.exists(keys.budget("2026-11-30"))


async def test_accounts_are_never_evicted(redis: Redis) -> None:
    await Budgets(redis).reserve(1, 1)
    lasting = {name async for name in redis.scan_iter() if await redis.ttl(name) == -1}
    assert len(lasting) == 3  # the day, the month, and which there are


async def test_without_redis_nothing_may_be_spent(redis_away: Redis) -> None:
    with pytest.raises(StoreUnavailable):
        await Budgets(redis_away).reserve(1, 1)


class Town:
    """People who call at random, and what their calls have truly cost, call by call."""

    def __init__(self, redis: Redis, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = Clock()
        self.redis = redis
        limits: dict[str, Budget] = {
            "person": Budget(day_tokens=3_000, month_money=9_000),
            "group": Budget(day_money=4_000, month_tokens=12_000),
            "total": Budget(day_tokens=9_000, month_money=25_000),
        }
        self.limits = limits
        self.replicas = [
            Budgets(
                redis, person=limits["person"], group=limits["group"], total=limits["total"], clock=self.clock
            )
            for _ in range(3)
        ]
        self.open: list[tuple[Reservation, Counter[str], tuple[int, int]]] = []
        self.charged: Counter[str] = Counter()
        self.refused = 0

    async def step(self) -> None:
        """Let somebody call, settle, settle twice, or die; or let time pass."""
        what = self.chance.random()
        if what < 0.55 or not self.open:
            await self.call()
        elif what < 0.95:
            await self.settle(self.open.pop(self.chance.randrange(len(self.open))))
        elif what < 0.98:
            lost, _, _ = self.open.pop(self.chance.randrange(len(self.open)))
            if self.chance.random() < 0.5:
                await self.redis.delete(keys.budget_lease(lost.lease))  # as if it had lapsed
        elif what < 0.982:
            self.clock.now += timedelta(hours=self.chance.randint(1, 30))

    async def call(self) -> None:
        payer = Asker(person_id=self.chance.randint(1, 4), chat_id=self.chance.choice([1, -1, -2]))
        tokens, money = self.chance.randint(0, 400), self.chance.randint(0, 900)
        now, budgets = self.clock.now, self.chance.choice(self.replicas)
        try:
            with charged_to(payer):
                reservation = await budgets.reserve(tokens, money)
        except OverBudgetError:
            self.refused += 1
            return
        accounts = [f"person:{payer.person_id}", "all"]
        accounts += [f"chat:{payer.group_id}"] if payer.group_id else []
        cost = Counter(
            {
                f"{period} {account}:{what}": amount
                for period in (f"{now:%Y-%m-%d}", f"{now:%Y-%m}")
                for account in accounts
                for what, amount in (("tokens", tokens), ("money", money), ("calls", 1))
            }
        )
        self.charged.update(cost)
        self.open.append((reservation, cost, (tokens, money)))

    async def settle(self, call: tuple[Reservation, Counter[str], tuple[int, int]]) -> None:
        reservation, cost, (tokens, money) = call
        used, paid = self.chance.randint(0, tokens), self.chance.randint(0, money)
        assert await self.chance.choice(self.replicas).settle(reservation, used, paid)
        if self.chance.random() < 0.1:
            assert not await self.chance.choice(self.replicas).settle(reservation, 0, 0)
        for name in cost:
            self.charged[name] -= {"tokens": tokens - used, "money": money - paid}.get(
                name.rpartition(":")[2], 0
            )

    async def check(self) -> None:
        """Compare what is kept with what was charged, and that with what may be."""
        for name, amount in self.charged.items():
            period, _, field = name.partition(" ")
            if period < f"{self.clock.now:%Y-%m}":
                continue  # may be gone
            assert int(await self.redis.hget(keys.budget(period), field) or 0) == amount, name
            kind = {"person": "person", "chat": "group"}.get(field.partition(":")[0], "total")
            limit = getattr(
                self.limits[kind], f"{'day' if len(period) == 10 else 'month'}_{field.rpartition(':')[2]}", 0
            )
            assert not limit or amount <= limit, name


async def wander(redis: Redis, steps: int, seed: int) -> Town:
    town = Town(redis, seed)

    async def walk(count: int) -> None:
        for _ in range(count):
            await town.step()

    for _ in range(10):
        await asyncio.gather(*(walk(steps // 200) for _ in range(20)))
        await town.check()
    return town


async def test_in_any_order_of_events_nothing_is_overspent_and_nothing_leaks(redis: Redis) -> None:
    town = await wander(redis, 2_000, seed=9)
    assert town.refused > 100


@pytest.mark.long
async def test_in_a_hundred_thousand_steps_nothing_is_overspent_and_nothing_leaks(redis: Redis) -> None:
    town = await wander(redis, 100_000, seed=11)
    assert town.refused > 5_000
