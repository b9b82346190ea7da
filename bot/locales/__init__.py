"""What readers see, in their language: the code holds it in English, `<language>/…/sayso.po` translates it.

A sentence is marked where it is written: by `_` or `ngettext` where it is used at once, by `N_` where it is a
constant that `_` translates later. The reader's language belongs to the task that answers them.
"""

import contextlib
import gettext
import os
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import timedelta
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import date, datetime

ENGLISH: Final = "en"
NAMES: Final = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "ru": "Русский",
    "uk": "Українська",
}
"""The languages of the interface, each by its own name."""

_DATE_LOCALES: Final = {ENGLISH: "en_GB"}  # day before month, as in all the others

_spoken: ContextVar[str] = ContextVar("spoken", default=ENGLISH)


def speak(language: str) -> None:
    """Speak a language for the rest of this task."""
    _spoken.set(language)


def spoken_language() -> str:
    """Return the ISO 639-1 code of the language that is spoken now."""
    return _spoken.get()


@contextlib.contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak a language inside the block."""
    token = _spoken.set(language)
    try:
        yield
    finally:
        _spoken.reset(token)


def match_language(tag: str | None) -> str | None:
    """Return which of our languages a tag such as "pt-BR" or "de_AT.UTF-8" names; None when it is none."""
    primary = (tag or "").replace("_", "-").partition("-")[0].lower()
    return primary if primary in NAMES else None


def terminal_language() -> str:
    """Return which of our languages the environment asks programs to speak; English when none."""
    names = ("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG")  # gettext's own, in its order
    wanted = next((value for name in names if (value := os.environ.get(name))), "")
    return next(filter(None, map(match_language, wanted.split(":"))), ENGLISH)


def _(text: str) -> str:
    """Return a sentence in the reader's language."""
    return _catalog(_spoken.get()).gettext(text) if text else ""


def ngettext(singular: str, plural: str, count: int) -> str:
    """Return the form of a sentence that goes with a number, in the reader's language."""
    return _catalog(_spoken.get()).ngettext(singular, plural, count)


def N_(text: str) -> str:  # noqa: N802 - gettext's own name for it, which extractors know
    """Mark a sentence for translation and return it as it is."""
    return text


def show_day(day: "date", *, with_year: bool = True) -> str:
    """Return a day as the reader's language writes it in short: "5 Mar 2022"."""
    from babel.dates import format_skeleton  # noqa: PLC0415 - it takes 0.1 s, and not every command shows a date

    language = _spoken.get()
    skeleton = "yMMMd" if with_year else "MMMd"
    return format_skeleton(skeleton, day, locale=_DATE_LOCALES.get(language, language))


def show_weekday(day: "date") -> str:
    """Return a day of this year with its weekday, in full: "Monday, 2 March"."""
    from babel.dates import format_date, get_date_format  # noqa: PLC0415 - as above

    locale = _DATE_LOCALES.get(_spoken.get(), _spoken.get())
    # Babel has no such pattern in full; in all our languages the year comes after the month.
    before_year = get_date_format("full", locale=locale).pattern.partition("MMMM")[0]
    return format_date(day, f"{before_year}MMMM", locale=locale)


def show_weekday_name(number: int, *, is_short: bool = False) -> str:
    """Return a weekday's name by its ISO number."""
    from babel.dates import get_day_names  # noqa: PLC0415 - as above

    names = get_day_names("abbreviated" if is_short else "wide", context="format", locale=_spoken.get())
    return str(names[number - 1])


def show_city(zone: str) -> str:
    """Return the city that an IANA zone is named after, or its country."""
    from babel.dates import get_timezone_location  # noqa: PLC0415 - as above

    return get_timezone_location(zone, locale=_spoken.get(), return_city=True)


def show_moment(moment: "datetime") -> str:
    """Return a moment by the clock of its own zone: "5 Mar 2022, 14:30 UTC+3"."""
    minutes = round((moment.utcoffset() or timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    zone = f"{'-' if minutes < 0 else '+'}{hours}{f':{rest:02}' if rest else ''}" if minutes else ""
    return f"{show_day(moment.date())}, {moment:%H:%M} UTC{zone}"


def load_catalogs() -> None:
    """Read every language's sentences and dates, so that no reader waits for that; takes some 0.3 s."""
    from datetime import date  # noqa: PLC0415 - as above

    for language in NAMES:
        with speaking(language):
            _catalog(language)
            show_day(date.min)


@cache
def _catalog(language: str) -> gettext.NullTranslations:
    """Read a language's sentences; English ones are in the code."""
    if language == ENGLISH:
        return gettext.NullTranslations()
    from babel.messages.mofile import write_mo  # noqa: PLC0415 - English readers need none of it
    from babel.messages.pofile import read_po  # noqa: PLC0415 - as above

    source = files(__name__) / language / "LC_MESSAGES" / "sayso.po"
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
