"""What people write after /digest: a time, a zone, on which days; or that they want none, or one now."""

import re
from dataclasses import dataclass
from datetime import time
from typing import Final, Literal
from zoneinfo import available_timezones

from babel import Locale

from bot.digest.calendar import EVERY_DAY
from bot.locales import NAMES

WEEKDAYS: Final = frozenset(range(1, 6))
WEEKLY: Final = frozenset({1})

_TIME = re.compile(r"([01]?\d|2[0-3])[:.h]([0-5]\d)|([01]?\d|2[0-3])h?")
_DAYS: Final = {
    "daily": EVERY_DAY, "every": EVERY_DAY, "täglich": EVERY_DAY, "diario": EVERY_DAY, "quotidien": EVERY_DAY,
    "ежедневно": EVERY_DAY, "щодня": EVERY_DAY,
    "weekdays": WEEKDAYS, "werktags": WEEKDAYS, "laborables": WEEKDAYS, "semaine": WEEKDAYS,
    "будни": WEEKDAYS, "будні": WEEKDAYS,
    "weekly": WEEKLY, "wöchentlich": WEEKLY, "semanal": WEEKLY, "hebdomadaire": WEEKLY,
    "еженедельно": WEEKLY, "щотижня": WEEKLY,
}  # fmt: skip
_ACTIONS: Final[dict[str, Literal["off", "now"]]] = {
    "off": "off", "stop": "off", "aus": "off", "no": "off", "non": "off", "нет": "off", "ні": "off",
    "now": "now", "jetzt": "now", "ahora": "now", "maintenant": "now", "сейчас": "now", "зараз": "now",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was asked for; what was not said is None."""

    action: Literal["show", "set", "zones", "off", "now"] = "show"
    at: time | None = None
    zone: str | None = None
    weekdays: frozenset[int] | None = None
    says_nothing_new: bool | None = None


def read_wish(text: str) -> Wish | None:
    """Read the words after the command; None when one of them means nothing here."""
    at, zone, weekdays = None, None, None
    days = set[int]()
    for word in text.replace(",", " ").split():
        plain = word.casefold()
        if plain in _ACTIONS:
            return Wish(action=_ACTIONS[plain])
        if (found := _TIME.fullmatch(plain)) is not None:
            at = time(int(found[1] or found[3]), int(found[2] or 0))
        elif (named := find_zone(word)) is not None:
            zone = named
        elif plain in _DAYS:
            weekdays = _DAYS[plain]
        elif (day := _weekday(plain)) is not None:
            days.add(day)
        else:
            return None
    if days:
        weekdays = frozenset(days)
    return Wish(action="set" if at or zone or weekdays else "show", at=at, zone=zone, weekdays=weekdays)


def find_zone(name: str) -> str | None:
    """Return the IANA zone that is meant: by its name in any letter case, or by its city's."""
    wanted = name.strip().replace(" ", "_").casefold()
    zones = sorted(available_timezones(), key=len)
    full = next((zone for zone in zones if zone.casefold() == wanted and "/" in zone), None)
    if full or wanted == "utc":
        return full or "UTC"
    cities = [zone for zone in zones if zone.rpartition("/")[2].casefold() == wanted and "/" in zone]
    return next((zone for zone in cities if not zone.startswith(("Etc/", "posix/", "right/", "US/"))), None)


def _weekday(word: str) -> int | None:
    """Return the ISO number of a weekday by its name in any of our languages, whole or shortened."""
    for language in NAMES:
        names = Locale(language).days["format"]
        for number in range(7):
            known = {names[width][number].casefold().strip(".") for width in ("wide", "abbreviated")}
            if word.strip(".") in known:
                return number + 1
    return None
