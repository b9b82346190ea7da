"""When a page was published and last changed, by the day of the page's own time zone."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from lxml import html

from bot.article.datelines import find_date

_ISO_DAY = re.compile(r"(?:19|20)\d\d-\d\d-\d\d")
_EASTMOST = datetime.timedelta(hours=14)  # where a day begins first
_WESTMOST = datetime.timedelta(hours=-12)
_LINES = 300  # of the page, and characters of a line, that are looked at for a date
_LINE_CHARACTERS = 120
_TIMES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PageDates:
    """ISO days, or None for what the page does not state; moments where it states the time with its zone."""

    published: str | None
    modified: str | None
    published_at: datetime.datetime | None = None
    modified_at: datetime.datetime | None = None


class _Stated(NamedTuple):
    """What a page states, as a day of its own zone, and as a moment if it is one."""

    day: datetime.date
    moment: datetime.datetime | None

    def is_before(self, other: "_Stated") -> bool:
        """Whether it is before the other, as exactly as both are stated."""
        if self.moment is not None and other.moment is not None:
            return self.moment < other.moment
        return self.day < other.day


def read_dates(
    published: Sequence[str], modified: Sequence[str], visible: frozenset[datetime.date]
) -> PageDates:
    """Choose among what a page states of itself, the most trusted first.

    A time in UTC is told in the zone that the page's other times name, or by the day that the page shows.
    Days to come are no dates, and nothing is changed before it is published.
    """
    stated, changed = _parse_all(published), _parse_all(modified)
    zone = next((one.tzinfo for one in (*stated, *changed) if one.utcoffset()), None)
    first = _choose(stated, zone, visible)
    last = _choose(changed, zone, visible)
    if first and last and last.is_before(first):
        last = None
    return PageDates(
        published=first.day.isoformat() if first else None,
        modified=last.day.isoformat() if last else None,
        published_at=first.moment if first else None,
        modified_at=last.moment if last else None,
    )


def visible_days(tree: html.HtmlElement, seen: str) -> frozenset[datetime.date]:
    """Return the days that a page shows in its times and short lines."""
    times = [time.text_content() for _, time in zip(range(_TIMES), tree.iter("time"), strict=False)]
    lines = seen.split("\n\n", _LINES)[:_LINES]
    days = (find_date(line) for line in (*times, *lines) if len(line) <= _LINE_CHARACTERS)
    return frozenset(datetime.date.fromisoformat(day.iso) for day in days if day and day.iso)


def _parse_all(stated: Iterable[str]) -> list[datetime.datetime]:
    """Return what is a time and not one to come."""
    now = datetime.datetime.now(datetime.UTC)
    times = filter(None, map(parse_time, stated))
    return [time for time in times if _earliest(time) <= now]


def parse_time(stated: str) -> datetime.datetime | None:
    """Return the time or day that a page states in a form for machines or in words, with its zone if any."""
    text = stated.strip()[:60]
    for read in (datetime.datetime.fromisoformat, parsedate_to_datetime, _parse_day):
        try:
            time = read(text)
        except (ValueError, OverflowError):
            continue
        return time if time.year >= 1900 else None
    return None


def _parse_day(text: str) -> datetime.datetime:
    """Read a day; raises ValueError."""
    match = _ISO_DAY.search(text)
    found = None if match else find_date(text)
    iso = match[0] if match else found.iso if found else None
    return datetime.datetime.fromisoformat(iso or "")


def _earliest(time: datetime.datetime) -> datetime.datetime:
    """Return the earliest moment that a time can mean."""
    return time.replace(tzinfo=datetime.timezone(_EASTMOST)) if time.tzinfo is None else time


def _choose(
    times: list[datetime.datetime], zone: datetime.tzinfo | None, visible: frozenset[datetime.date]
) -> _Stated | None:
    """Return the first time whose day the page shows, or else the first time."""
    stated = [_Stated(_own_day(time, zone, visible), _moment(time)) for time in times]
    return next((one for one in stated if one.day in visible), stated[0] if stated else None)


def _moment(time: datetime.datetime) -> datetime.datetime | None:
    """Return a time that is one of day and has a zone; midnight is how a mere date is written."""
    return time if time.tzinfo is not None and time.time() != datetime.time.min else None


def _own_day(
    time: datetime.datetime, zone: datetime.tzinfo | None, visible: frozenset[datetime.date]
) -> datetime.date:
    """Return the day on which something happened where the page is from."""
    if time.tzinfo is None or time.utcoffset():
        return time.date()
    if zone is not None:
        return time.astimezone(zone).date()
    if time.date() in visible:
        return time.date()
    # Most outlets that state UTC are not in its zone; which day it was there, the page shows.
    possible = {(time + shift).date() for shift in (_WESTMOST, _EASTMOST)} & visible
    return possible.pop() if len(possible) == 1 else time.date()
