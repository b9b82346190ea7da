"""When a digest is due: an instant for each local date, whatever the clocks do there.

The rule: a date's digest is due at the earliest instant whose local wall time is at or after that date and
the chosen time. A time that a date skips is due when the clocks have jumped; one that comes twice is due the
first time. What is done is remembered by its local date, not by its instant, so that no date has two.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

EVERY_DAY = frozenset(range(1, 8))
"""ISO weekdays, Monday 1."""

LATEST = timedelta(hours=12)
"""A digest later than this is not sent any more: the next one holds what it would have said."""

LEAST_APART = timedelta(hours=18)
"""After a reader has moved east, the next digest waits until so long after the last one."""

_LOOK_AHEAD_DAYS = 9
"""A weekly digest is at most this far away, a skipped day included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """What a chat has chosen: a wall time, in a zone of the IANA database, on some weekdays."""

    at: time
    zone: str
    weekdays: frozenset[int] = EVERY_DAY


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The digest of one local date, and when it is due (UTC)."""

    day: date
    instant: datetime


def due_instant(day: date, at: time, zone: ZoneInfo) -> datetime | None:
    """Return the earliest instant (UTC) whose wall time in `zone` is at or after `day` and `at`.

    None for a date that the zone skipped as a whole, as Samoa did with 30 December 2011.
    """
    wall = datetime.combine(day, at)
    early, late = (wall.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if _wall(early, zone) == wall:
        return early
    # The clocks jump over this time: fold 1 reads it by the offset after the jump, which gives the earlier
    # instant. Between both lies the jump.
    before, after = late, early
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle <= before:
            break
        before, after = (before, middle) if _wall(middle, zone) >= wall else (middle, after)
    is_skipped = _wall(after, zone).date() > day > _wall(after - timedelta(seconds=1), zone).date()
    return None if is_skipped else after


def next_due(schedule: Schedule, now: datetime, done: Due | None = None) -> Due:
    """Return the digest to wait for at `now` (UTC): of the dates not done, the first whose time is to come.

    `done` is the last digest sent; after a move between zones the next one keeps its distance from it.
    """
    for day in _days(schedule, now):
        due = _find(schedule, day, done)
        if due is not None and due.instant > now:
            return due
    raise ValueError("a schedule without weekdays is never due")


def missed(schedule: Schedule, now: datetime, done: Due | None) -> Due | None:
    """Return the newest digest that should have been sent by `now` and was not, unless it is too late."""
    found = None
    for day in _days(schedule, now - LATEST):
        due = _find(schedule, day, done)
        if due is not None and now - LATEST < due.instant <= now:
            found = due
    return found


def _find(schedule: Schedule, day: date, done: Due | None) -> Due | None:
    """Return the digest of a date that is not done yet."""
    if done is not None and day <= done.day:
        return None
    instant = due_instant(day, schedule.at, ZoneInfo(schedule.zone))
    if instant is None:
        return None
    return Due(day=day, instant=max(instant, done.instant + LEAST_APART) if done else instant)


def _days(schedule: Schedule, around: datetime) -> Iterator[date]:
    """Yield the schedule's dates from the local day before `around` on."""
    first = _wall(around, ZoneInfo(schedule.zone)).date() - timedelta(days=1)
    days = (first + timedelta(days=offset) for offset in range(_LOOK_AHEAD_DAYS + 2))
    return (day for day in days if day.isoweekday() in schedule.weekdays)


def _wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return the wall time of an instant."""
    return instant.astimezone(zone).replace(tzinfo=None)
