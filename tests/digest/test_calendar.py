"""When a digest is due: the named transitions, and the rule held against every zone."""

import itertools
import random
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest

from bot.digest.calendar import LEAST_APART, Due, Schedule, due_instant, missed, next_due

ZONES = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc"))
HALF_HOURS = [time(minute // 60, minute % 60) for minute in range(0, 24 * 60, 30)]
BACK = [timedelta(minutes=m) for m in (1 / 60, 10, 30, 59, 61, 90, 119, 121, 180, 720, 1_439)]


def instant(day: str, at: str, zone: str) -> datetime | None:
    return due_instant(date.fromisoformat(day), time.fromisoformat(at), ZoneInfo(zone))


@pytest.mark.parametrize(
    ("zone", "day", "at", "due"),
    [
        ("Europe/Berlin", "2026-03-29", "02:30", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-03-29", "03:00", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25", "02:30", "2026-10-25T00:30"),
        ("Africa/Cairo", "2026-04-24", "00:30", "2026-04-23T22:00"),
        ("Africa/Cairo", "2026-10-29", "23:30", "2026-10-29T20:30"),
        ("America/Santiago", "2026-09-06", "00:30", "2026-09-06T04:00"),
        ("America/Havana", "2026-03-08", "00:30", "2026-03-08T05:00"),
        ("America/Havana", "2026-11-01", "00:30", "2026-11-01T04:30"),
        ("Africa/Casablanca", "2026-02-15", "02:30", "2026-02-15T01:30"),
        ("Australia/Lord_Howe", "2026-10-04", "02:10", "2026-10-03T15:30"),
        ("Asia/Kathmandu", "2026-01-01", "08:30", "2026-01-01T02:45"),
        ("Pacific/Apia", "2011-12-31", "08:30", "2011-12-30T18:30"),
        ("Europe/Kyiv", "2028-02-29", "08:30", "2028-02-29T06:30"),
    ],
)
def test_each_named_transition(zone: str, day: str, at: str, due: str) -> None:
    assert instant(day, at, zone) == datetime.fromisoformat(due).replace(tzinfo=UTC)


def test_a_date_that_a_zone_skipped_has_no_digest() -> None:
    assert instant("2011-12-30", "08:30", "Pacific/Apia") is None
    schedule = Schedule(at=time(8, 30), zone="Pacific/Apia")
    due = next_due(schedule, datetime(2011, 12, 29, 20, tzinfo=UTC))
    assert due.day == date(2011, 12, 31)


def check_rule(zone: str, day: date, at: time) -> None:
    """The instant reached the wall time, and none before it had."""
    known = ZoneInfo(zone)
    found = due_instant(day, at, known)
    wanted = datetime.combine(day, at)

    def wall(moment: datetime) -> datetime:
        return moment.astimezone(known).replace(tzinfo=None)

    if found is None:
        noon = datetime.combine(day, time(12), UTC)
        around = (wall(noon + timedelta(minutes=30 * step)).date() for step in range(-60, 60))
        assert day not in set(around), (zone, day, at)
        return
    assert wall(found) >= wanted, (zone, day, at)
    assert all(wall(found - back) < wanted for back in BACK), (zone, day, at)


def sample(count: int, seed: int) -> None:
    chance = random.Random(seed)
    first = date(2024, 1, 1)
    for _ in range(count):
        day = first + timedelta(days=chance.randrange(3_653))
        check_rule(chance.choice(ZONES), day, chance.choice(HALF_HOURS))


def test_the_rule_holds_on_a_sample_of_zone_days() -> None:
    sample(5_000, seed=1)


@pytest.mark.long
@pytest.mark.timeout(900)
def test_the_rule_holds_on_a_million_zone_days() -> None:
    sample(1_000_000, seed=2)


@pytest.mark.parametrize(
    "zones", [pytest.param(ZONES[::5], id="a fifth"), pytest.param(ZONES, id="all", marks=pytest.mark.long)]
)
def test_the_rule_holds_on_every_half_hour_around_every_transition_of_a_year(zones: list[str]) -> None:
    for zone in zones:
        known = ZoneInfo(zone)
        start = datetime(2026, 1, 1, tzinfo=UTC)
        offsets = [(start + timedelta(days=n)).astimezone(known).utcoffset() for n in range(367)]
        for n in (n for n in range(366) if offsets[n] != offsets[n + 1]):
            for day in (start + timedelta(days=n + shift) for shift in (0, 1)):
                for at in HALF_HOURS:
                    check_rule(zone, day.date(), at)


def run_days(schedule: Schedule, start: datetime, days: int) -> list[Due]:
    """Send each digest the moment it is due."""
    sent: list[Due] = []
    now = start
    while now < start + timedelta(days=days):
        due = next_due(schedule, now, sent[-1] if sent else None)
        sent.append(due)
        now = due.instant
    return sent[:-1]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Africa/Cairo", "America/Havana", "Africa/Casablanca"])
@pytest.mark.parametrize("at", ["00:30", "02:30", "08:30", "23:30"])
def test_a_year_has_one_digest_a_date(zone: str, at: str) -> None:
    start = datetime(2026, 1, 1, 12, tzinfo=UTC)
    sent = run_days(Schedule(at=time.fromisoformat(at), zone=zone), start, 366)
    dates = [due.day for due in sent]
    assert len(dates) in {365, 366}
    assert all(later - earlier == timedelta(days=1) for earlier, later in itertools.pairwise(dates))


def test_only_the_chosen_weekdays_have_one() -> None:
    schedule = Schedule(at=time(8), zone="Europe/Kyiv", weekdays=frozenset({1, 3}))
    sent = run_days(schedule, datetime(2026, 1, 1, tzinfo=UTC), 60)
    assert {due.day.isoweekday() for due in sent} == {1, 3}
    weekly = Schedule(at=time(8), zone="Europe/Kyiv", weekdays=frozenset({5}))
    assert len(run_days(weekly, datetime(2026, 1, 1, tzinfo=UTC), 70)) == 10


def test_a_reader_who_flies_west_gets_no_second_digest_for_the_date() -> None:
    done = Due(day=date(2026, 5, 4), instant=datetime(2026, 5, 4, 5, 30, tzinfo=UTC))
    moved = Schedule(at=time(8, 30), zone="America/Los_Angeles")
    assert next_due(moved, done.instant, done).day == date(2026, 5, 5)


def test_a_reader_who_flies_east_gets_the_next_one_not_at_once() -> None:
    done = Due(day=date(2026, 5, 4), instant=datetime(2026, 5, 4, 15, 30, tzinfo=UTC))
    moved = Schedule(at=time(8, 30), zone="Europe/Kyiv")
    due = next_due(moved, done.instant, done)
    assert due.day == date(2026, 5, 5)
    assert due.instant == done.instant + LEAST_APART


def test_after_an_outage_only_the_newest_missed_one_is_sent_and_only_in_time() -> None:
    schedule = Schedule(at=time(8), zone="Europe/Berlin")
    done = Due(day=date(2026, 6, 1), instant=datetime(2026, 6, 1, 6, tzinfo=UTC))
    found = missed(schedule, datetime(2026, 6, 5, 9, tzinfo=UTC), done)
    assert found is not None
    assert found.day == date(2026, 6, 5)
    assert missed(schedule, datetime(2026, 6, 5, 18, 1, tzinfo=UTC), done) is None
    assert missed(schedule, datetime(2026, 6, 1, 9, tzinfo=UTC), done) is None


def test_clock_steps_give_no_date_twice() -> None:
    schedule = Schedule(at=time(8), zone="Europe/Berlin")
    due = next_due(schedule, datetime(2026, 6, 1, tzinfo=UTC))
    stepped_back = due.instant - timedelta(hours=1)
    assert next_due(schedule, stepped_back, due).day == due.day + timedelta(days=1)
