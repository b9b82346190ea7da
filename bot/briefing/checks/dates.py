"""Dates and weekdays: what a passage states, and whether another one bears it out."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from bot.briefing.checks.passage import Passage, Token

_FILLERS = frozenset({"of", "de", "del", "the", "st", "nd", "rd", "th", "er", "го", "ого", "в", "al"})
_JOINERS = frozenset(
    {
        "and",
        "und",
        "y",
        "et",
        "и",
        "і",
        "та",
        "to",
        "bis",
        "al",
        "a",
        "au",
        "по",
        "до",
        "or",
        "или",
        "el",
        "le",
        "les",
        "den",
        "dem",
    }
)
_CAPITAL_MONTHS = frozenset({"en", "de"})
_DOUBTFUL_MONTHS = frozenset(
    {"may", "march", "mar", "mai", "mars", "марта", "марте", "марту", "мая", "лютий", "листопад"}
)
_BEFORE_MONTH = frozenset(
    [
        "en",
        "de",
        "desde",
        "hasta",
        "fin",
        "début",
        "depuis",
        "à",
        "dès",
        "в",
        "с",
        "до",
        "к",
        "конце",
        "начале",
        "у",
        "з",
        "наприкінці",
    ]
)


@dataclass(frozen=True, slots=True)
class Moment:
    """A date, a month, a weekday or a day told from today, as far as a passage states it."""

    first: int
    last: int
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    """0 is Monday."""
    relative: int | None = None
    """-1 is yesterday."""
    is_resolved: bool = False
    """Worked out from the day of publication; the text does not name this month."""


def read_moments(passage: Passage) -> Iterator[Moment]:
    """Yield every date, month, weekday and day told from today."""
    for position, token in enumerate(passage.tokens):
        if token.kind == "date":
            yield from _read_digits(token, position)
    for first, last, value in passage.labelled.get("month", ()):
        if _is_month(passage, first):
            yield from _read_month(passage, first, last, int(value))
    for first, last, value in passage.labelled.get("weekday", ()):
        yield Moment(first, last, weekday=int(value))
    for first, last, value in passage.labelled.get("day", ()):
        yield Moment(first, last, relative=int(value))


def find_missing_moment(
    wanted: Iterable[Moment], near: Iterable[Moment], published: date | None, years: Iterable[float]
) -> Moment | None:
    """Return the first date that no nearby one bears out.

    `years` are numbers of the passage that can be years; `published` counts as stated, and days told
    from it ("on Thursday", "yesterday") as dates.
    """
    told = list(near)
    stated = [*told, *_resolve(told, published)]
    spoken = {int(year) for year in years} | {moment.year for moment in stated if moment.year}
    return next((moment for moment in wanted if not _is_borne_out(moment, stated, spoken)), None)


def find_replaced_moment(wanted: Iterable[Moment], cited: Iterable[Moment]) -> Moment | None:
    """Return the first date or weekday that stands in place of another one of the cited sentences."""
    moments, own = tuple(wanted), tuple(cited)
    unused = [other for other in own if not any(is_compatible(moment, other) for moment in moments)]
    for moment in moments:
        is_told = any(_is_kind(moment, other) and is_compatible(moment, other) for other in own)
        has_other = any(_is_kind(moment, other) for other in unused)
        if moment.relative is None and has_other and not is_told:
            return moment
    return None


def _is_kind(one: Moment, other: Moment) -> bool:
    """Whether both are weekdays, or both are dates."""
    return (one.weekday is not None and other.weekday is not None) or (
        one.month is not None and other.month is not None
    )


def read_published(published: str | None) -> date | None:
    """Return the day of an ISO date, or None."""
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def is_compatible(one: Moment, other: Moment) -> bool:
    """Whether two moments contradict each other in nothing they state."""
    pairs = (
        (one.day, other.day), (one.month, other.month), (one.year, other.year), (one.weekday, other.weekday),
        (one.relative, other.relative),
    )  # fmt: skip
    return all(a is None or b is None or a == b for a, b in pairs)


def _is_borne_out(moment: Moment, stated: list[Moment], years: set[int]) -> bool:
    if moment.relative == 0:
        return True
    if moment.relative is not None:
        return any(other.relative == moment.relative for other in stated)
    if moment.weekday is not None:
        return any(other.weekday == moment.weekday for other in stated)
    if moment.year is not None and moment.year not in years:
        return False
    return any(
        other.month == moment.month
        and not (moment.day is None and other.is_resolved)
        and (moment.day is None or other.day == moment.day)
        and (moment.year is None or other.year in {None, moment.year})
        for other in stated
    )


def _resolve(near: Iterable[Moment], published: date | None) -> Iterator[Moment]:
    """Yield the dates that weekdays and "yesterday" stand for, and the weekdays of dates."""
    if published is not None:
        yield _at(published)
    for moment in near:
        if published is not None and moment.relative is not None:
            yield _at(published + timedelta(days=moment.relative))
        elif published is not None and moment.weekday is not None:
            past = published - timedelta(days=(published.weekday() - moment.weekday) % 7)
            yield from (_at(past + timedelta(weeks=weeks), weekday=False) for weeks in (-1, 0, 1))
        elif moment.day and moment.month:
            yield from _weekday_of(moment, published)


def _weekday_of(moment: Moment, published: date | None) -> Iterator[Moment]:
    year = moment.year or (published.year if published else None)
    try:
        if year and moment.month and moment.day:
            yield _at(date(year, moment.month, moment.day))
    except ValueError:
        return


def _at(day: date, *, weekday: bool = True) -> Moment:
    return Moment(0, 0, day.day, day.month, day.year, day.weekday() if weekday else None, is_resolved=True)


def _read_digits(token: Token, position: int) -> Iterator[Moment]:
    """Read 2022-03-05 and 5.3.2022."""
    parts = [int(part) for part in token.folded.replace("-", ".").split(".")]
    year, month, day = parts if "-" in token.folded else reversed(parts)
    if 1 <= month <= 12 and 1 <= day <= 31:
        yield Moment(position, position, day, month, year)


def _is_month(passage: Passage, position: int) -> bool:
    """Whether a month's name means the month: "may" and "march" often do not."""
    token = passage.tokens[position]
    if passage.lexicon.language in _CAPITAL_MONTHS and not token.capital:
        return False
    if token.text not in _DOUBTFUL_MONTHS:
        return True
    around = (
        passage.tokens[place] for place in (position - 1, position + 1) if 0 <= place < len(passage.tokens)
    )
    if any(neighbour.kind == "number" or neighbour.folded in _FILLERS for neighbour in around):
        return True
    if passage.words[position + 1 : position + 2] == ["s"]:
        return True
    if passage.lexicon.language in _CAPITAL_MONTHS:
        return position > 0 and passage.is_joined(position - 1, position)
    return position > 0 and passage.tokens[position - 1].text in _BEFORE_MONTH


def _read_month(passage: Passage, first: int, last: int, month: int) -> Iterator[Moment]:
    """Read the days and the year around a month's name."""
    days, begin = _days_before(passage, first)
    end = last
    if not days and (day := _number_at(passage, last + 1, 1, 31)) is not None:
        days, end = [(day, last + 1)], last + 1
        if _suffix_at(passage, end + 1):
            end += 1
    year, end = _year_after(passage, end)
    for day, place in days:
        yield Moment(place, end if place == days[0][1] else place, day, month, year)
    if not days:
        yield Moment(begin, end, None, month, year)


def _days_before(passage: Passage, first: int) -> tuple[list[tuple[int, int]], int]:
    """Return the days before a month ("5", "12 and 26") with their places, nearest first."""
    days: list[tuple[int, int]] = []
    place = first - 1
    while place >= 0:
        word = passage.tokens[place].folded
        if (day := _number_at(passage, place, 1, 31)) is not None:
            days.append((day, place))
        elif not (word in _FILLERS or (days and word in _JOINERS)):
            break
        place -= 1
    return days, days[-1][1] if days else first


def _year_after(passage: Passage, end: int) -> tuple[int | None, int]:
    for place in (end + 1, end + 2):
        if (year := _number_at(passage, place, 1000, 2199)) is not None:
            return year, place
        if place >= len(passage.tokens) or passage.tokens[place].folded not in _FILLERS:
            break
    return None, end


def _number_at(passage: Passage, place: int, least: int, most: int) -> int | None:
    """Return the plain number at token `place` when it lies between `least` and `most`."""
    if not 0 <= place < len(passage.tokens):
        return None
    token = passage.tokens[place]
    if token.kind != "number" or not token.folded.isdecimal() or len(token.folded) > 4:
        return None
    number = int(token.folded)
    return number if least <= number <= most else None


def _suffix_at(passage: Passage, place: int) -> bool:
    return place < len(passage.tokens) and passage.tokens[place].folded in {"st", "nd", "rd", "th"}
