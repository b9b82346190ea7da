"""Digests delivered by three processes over days of crashes and outages: each date once, none forgotten."""

import asyncio
import contextlib
import gc
import random
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from redis.asyncio import Redis

from bot.digest.calendar import LATEST, Schedule, due_instant
from bot.digest.delivery import SPREAD_S, ChatClosed, Delivery, NotSent
from bot.digest.models import Subscription
from bot.errors import StoreUnavailable
from bot.metrics import REGISTRY
from storage import keys
from storage.agenda import Agenda
from storage.connection import open_redis
from storage.digests import DigestStore
from tests.storage.relay import Relay, open_relay

CHAT = 7
START = datetime(2026, 3, 27, 12, tzinfo=UTC)  # two days before Europe's clocks change
BERLIN = Schedule(at=time(2, 30), zone="Europe/Berlin")


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Telegram:
    """Stands for a chat: what arrived in it, for which date, and when."""

    clock: Clock
    fault: str = ""
    arrived: list[tuple[str, date, datetime]] = field(default_factory=list)
    spans: list[tuple[datetime, datetime]] = field(default_factory=list)
    is_empty: bool = False
    killed: asyncio.Event = field(default_factory=asyncio.Event)
    composed: asyncio.Event = field(default_factory=asyncio.Event)

    async def compose(
        self, _chat_id: int, _day: date, since: datetime, now: datetime, _wanted: Subscription
    ) -> str | None:
        await asyncio.sleep(0)
        self.spans.append((since, now))
        self.composed.set()
        return None if self.is_empty else "news"

    async def send(self, chat_id: int, day: date, _digest: str) -> int:
        await self._post("digest", day)
        return chat_id

    async def offer(self, chat_id: int, day: date, _digest: str) -> int:
        await self._post("offer", day)
        return chat_id

    async def told(self, _chat_id: int, _digest: str) -> None:
        await asyncio.sleep(0)

    async def _post(self, what: str, day: date) -> None:
        await asyncio.sleep(0)
        if self.fault == "refused":
            raise NotSent("refused")
        if self.fault == "closed":
            raise ChatClosed
        if self.fault != "lost":
            self.arrived.append((what, day, self.clock.now))
        if self.fault in {"lost", "answer lost"}:
            await self.killed.wait()
            raise asyncio.CancelledError

    def days(self, what: str = "digest") -> list[date]:
        return [day for arrived, day, _ in self.arrived if arrived == what]


async def make(redis: Redis, schedule: Schedule = BERLIN) -> tuple[Delivery[str], Telegram, Clock]:
    clock = Clock()
    telegram = Telegram(clock)
    delivery = Delivery(
        post=telegram, digests=DigestStore(redis), agenda=Agenda(redis, "digests"), clock=clock
    )
    await delivery.digests.subscribe(CHAT, Subscription(schedule=schedule))
    await delivery.plan(CHAT)
    return delivery, telegram, clock


async def test_a_digest_comes_once_a_day_over_the_change_of_clocks(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    for _ in range(4 * 24 * 2):
        clock.now += timedelta(minutes=30)
        await delivery.deliver_due()
    assert telegram.days() == [date(2026, 3, day) for day in (28, 29, 30, 31)]
    for _, day, at in telegram.arrived:
        due = due_instant(day, BERLIN.at, ZoneInfo(BERLIN.zone))
        assert due is not None
        assert due <= at <= due + timedelta(seconds=SPREAD_S, minutes=30)


async def test_each_digest_goes_on_where_the_last_one_ended(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    for _ in range(3 * 24):
        clock.now += timedelta(hours=1)
        await delivery.deliver_due()
    assert telegram.spans[0][0] == telegram.spans[0][1] - timedelta(days=1)
    assert [since for since, _ in telegram.spans[1:]] == [until for _, until in telegram.spans[:-1]]


async def test_nothing_new_is_no_message_and_a_date_done(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    telegram.is_empty = True
    for _ in range(48):
        clock.now += timedelta(hours=1)
        await delivery.deliver_due()
    assert telegram.arrived == []
    assert len(telegram.spans) == 2


async def test_what_became_of_the_digests_is_counted(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    before = {outcome: counted(outcome) for outcome in ("sent", "nothing new", "waits", "closed")}
    for telegram.is_empty, telegram.fault in [(False, ""), (True, ""), (False, "refused"), (False, "closed")]:
        clock.now += timedelta(days=1)
        await delivery.deliver_due()
    assert {outcome: counted(outcome) - count for outcome, count in before.items()} == dict.fromkeys(
        before, 1
    )
    assert REGISTRY.get_sample_value("sayso_digests_due") == 0


def counted(outcome: str) -> float:
    return REGISTRY.get_sample_value("sayso_digests_total", {"outcome": outcome}) or 0.0


async def test_a_closed_chat_gets_no_more_until_it_is_planned_again(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    telegram.fault = "closed"
    clock.now += timedelta(hours=14)
    await delivery.deliver_due()
    assert await delivery.agenda.due(str(CHAT)) is None
    telegram.fault = ""
    assert await delivery.plan(CHAT) is not None
    clock.now += timedelta(hours=24)
    await delivery.deliver_due()
    assert len(telegram.arrived) == 1


async def test_a_chat_that_wants_none_any_more_gets_none(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    await delivery.digests.subscribe(CHAT, None)
    clock.now += timedelta(hours=14)
    await delivery.deliver_due()
    assert (telegram.arrived, await delivery.agenda.due(str(CHAT))) == ([], None)


async def test_after_an_outage_the_newest_missed_date_is_caught_up_with_once(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    clock.now += timedelta(days=3)
    for _ in range(3):
        await delivery.deliver_due()
    assert telegram.days() == [date(2026, 3, 30)]
    clock.now += timedelta(days=2, hours=8)  # the newest is more than twelve hours late
    await delivery.deliver_due()
    assert len(telegram.arrived) == 1


async def test_a_stop_leaves_to_others_at_once_what_it_does_not_finish(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    telegram.fault = "lost"
    clock.now += timedelta(hours=14)
    stop = asyncio.Event()
    delivering = asyncio.create_task(replace(delivery, patience_s=0.01).deliver(stop))
    await telegram.composed.wait()
    stop.set()
    await delivering
    telegram.fault = ""
    await delivery.deliver_due()
    assert telegram.days("offer") == [date(2026, 3, 28)], "whether it came cannot be known"


async def test_an_offer_that_certainly_did_not_come_is_made_again(redis: Redis) -> None:
    delivery, telegram, clock = await make(redis)
    clock.now += timedelta(hours=14)
    await delivery.digests.begin(CHAT, date(2026, 3, 28))  # by a process that is gone
    for telegram.fault in ("refused", ""):
        clock.now += timedelta(minutes=2)
        await delivery.deliver_due()
    assert telegram.days("offer") == [date(2026, 3, 28)]


@pytest.fixture
async def relay(server_url: str, redis: Redis) -> AsyncIterator[Relay]:  # noqa: ARG001 it empties the database
    gc.collect()  # what earlier tests left takes its time, in which a connection would count as lost
    async with open_relay(server_url) as relay:
        yield relay


@pytest.mark.parametrize("seed", range(20))
async def test_over_crashes_and_outages_each_date_comes_once(seed: int, relay: Relay, redis: Redis) -> None:
    await live_through(seed, relay, redis)


@pytest.mark.long
@pytest.mark.timeout(900)
@pytest.mark.parametrize("decade", range(30))
async def test_three_hundred_histories(decade: int, relay: Relay, redis: Redis) -> None:
    for seed in range(1_000 + 10 * decade, 1_010 + 10 * decade):
        await redis.flushdb()
        await live_through(seed, relay, redis)


async def live_through(seed: int, relay: Relay, redis: Redis) -> None:
    """Let three processes live through five days in which any of them may die, and check what arrived."""
    rng = random.Random(seed)
    zone = rng.choice(["Europe/Berlin", "Africa/Cairo", "Asia/Kathmandu", "America/Santiago", "Pacific/Apia"])
    schedule = Schedule(at=time(rng.randrange(24), rng.choice([0, 30])), zone=zone)
    calm, telegram, clock = await make(redis, schedule)
    deaths: list[datetime] = []
    calm_rounds: list[datetime] = []
    cut: set[date] = set()
    async with contextlib.AsyncExitStack() as stack:
        clients = [await stack.enter_async_context(open_redis(relay.url, Path("unused"))) for _ in range(3)]
        workers = [
            Delivery(post=telegram, digests=DigestStore(c), agenda=Agenda(c, "digests"), clock=clock)
            for c in clients
        ]
        while clock.now < START + timedelta(days=5):
            clock.now += timedelta(minutes=rng.choice([2, 10, 25, 45]))
            if rng.random() < 0.02:
                clock.now += timedelta(hours=rng.choice([3, 14, 30]))  # nobody runs
            if rng.random() < 0.35:
                await fail_together(rng, workers, telegram, relay)
                deaths.append(clock.now)
                cut |= await being_offered(redis)
            else:
                await asyncio.gather(*(worker.deliver_due() for worker in workers))
                calm_rounds.append(clock.now)
    clock.now += timedelta(minutes=5)
    await calm.deliver_due()
    check(telegram, schedule, deaths, calm_rounds, cut)


async def being_offered(redis: Redis) -> set[date]:
    """Return the dates that a process died over while it offered them: twice in doubt, nothing more comes."""
    days = [START.date() + timedelta(days=number) for number in range(8)]
    marks = [await redis.get(keys.digest_day(CHAT, day.isoformat())) for day in days]
    return {day for day, mark in zip(days, marks, strict=True) if mark == b"offered"}


async def fail_together(
    rng: random.Random, workers: list[Delivery[str]], telegram: Telegram, relay: Relay
) -> None:
    """Let the processes work for a moment under a fault, and kill those that are still at it."""
    telegram.fault = rng.choice(["", "refused", "lost", "answer lost"])
    relay.drops_replies = rng.random() < 0.3
    tasks = [asyncio.create_task(worker.deliver_due()) for worker in workers]
    await asyncio.wait(tasks, timeout=rng.choice([0.0, 0.001, 0.003, 0.01]))
    telegram.killed.set()
    for task in tasks:
        task.cancel()
    for ended in await asyncio.gather(*tasks, return_exceptions=True):
        assert not isinstance(ended, Exception) or isinstance(ended, StoreUnavailable)
    telegram.killed.clear()
    telegram.fault, relay.drops_replies = "", False


def check(
    telegram: Telegram,
    schedule: Schedule,
    deaths: list[datetime],
    calm_rounds: list[datetime],
    cut: set[date],
) -> None:
    """No date twice, none too late, an offer only after a death, none missing that could come in calm."""
    sent, offered = Counter(telegram.days()), Counter(telegram.days("offer"))
    assert all(count == 1 for count in sent.values()), sent
    assert all(count == 1 for count in offered.values()), offered
    assert len(offered) <= len(deaths)
    due = {day: due_instant(day, schedule.at, ZoneInfo(schedule.zone)) for day in {*sent, *offered}}
    for _, day, at in telegram.arrived:
        instant = due[day]
        assert instant is not None
        assert instant <= at <= instant + LATEST
    for day in (START.date() + timedelta(days=n) for n in range(1, 5)):
        instant = due_instant(day, schedule.at, ZoneInfo(schedule.zone))
        assert instant is not None
        could = instant > START and any(
            instant + timedelta(seconds=SPREAD_S) <= now <= instant + LATEST for now in calm_rounds
        )
        assert not could or day in sent or day in offered or day in cut, day
