"""Dates, and the datelines at the head of an agency's report, in the six languages.

A dateline is place, mostly a date, and the agency: "MOSCOW, March 5. /TASS/.", "BERLIN, 5. März (dpa) -",
"МОСКВА, 5 марта — РИА Новости.", "PARIS (AP) —".
"""

import datetime
import re
import tomllib
from dataclasses import dataclass
from importlib.resources import files

_MONTHS: dict[str, int] = {
    name: int(number)
    for number, names in tomllib.loads(
        files("bot.article").joinpath("data", "months.toml").read_text(encoding="utf-8")
    ).items()
    for name in names
}
_MONTH = "(?i:" + "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True)) + r")\b"
_YEAR = r"(?:\.?,?\s+(?:de\s+|del\s+)?(?P<{0}>(?:19|20)\d\d)\b(?:\s*(?:года|року|[гр]\.))?)?"
_DATE = re.compile(
    rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º|-?го)?\.?\s+(?:of\s+|de\s+)?"
    rf"(?P<month>{_MONTH}){_YEAR.format('year')}"
    rf"|\b(?P<month2>{_MONTH})\.?\s+(?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR.format('year2')}"
    r"|\b(?P<year3>(?:19|20)\d\d)-(?P<month3>\d\d)-(?P<day3>\d\d)(?!\d)"
    r"|\b(?P<day4>\d{1,2})\.(?P<month4>\d{1,2})\.(?P<year4>(?:19|20)\d\d)\b"
)

_LOWER = r"[a-zß-ÿа-яёіїєґ]"
_UPPER = r"[^\W\d_a-zß-ÿа-яёіїєґ]"
_PLACE = re.compile(rf"\s*{_UPPER}[\w.'’-]*(?:[ ,/]+(?:{_UPPER}[\w.'’-]*|{_LOWER}\w{{0,2}}))*[,.]?\s*")
"""Capitalised words, with small ones between them ("Frankfurt am Main")."""

_AGENCY = re.compile(
    r"[.,]?\s*(?:"
    r"/\s*(?P<slashed>[^\n/]{2,40}?)\s*/\.?"
    r"|\(\s*(?P<bracketed>[^\n()]{2,40}?)\s*\)\.?\s*[-–—:]{1,2}"
    rf"|[-–—]\s*(?P<dashed>{_UPPER}[\w-]*(?: {_UPPER}[\w-]*){{0,2}})\s*[.:]"
    rf"|(?P<bare>{_UPPER}{{3,}}(?:[- ]{_UPPER}{{2,}})?)\s*[.:–—-]"
    r")(?!\w)"
)
_UNDATED = re.compile(r"\s\((?P<agency>[^\W\d_][\w/ -]{1,30}?)\)\s*[-–—:]{1,2}(?!\w)")
_STOP = re.compile(rf"\.?\s*(?:[.:]|(?<=\.)|[-–—])\s+(?=[«„“\"]?{_UPPER})")
_BARE = re.compile(
    rf"\s*{_UPPER}[\w'’-]+(?:[ /]{_UPPER}[\w'’-]+){{0,2}}(?:\.|\s[–—-])\s+(?=[«„“\"]?{_UPPER}\w*[^.\w])"
)
"""A place and nothing else, as regional papers begin ("Wendau. Der Rat hat …", "PARIS — Le …")."""
_HEAD = 120  # characters in which a dateline must stand


@dataclass(frozen=True, slots=True, kw_only=True)
class StatedDate:
    """A date as a text states it; `year` is None where it states none."""

    day: int
    month: int
    year: int | None
    words: str
    start: int
    end: int

    @property
    def iso(self) -> str | None:
        """The ISO date, or None when the year is not stated or no such day exists."""
        try:
            return datetime.date(self.year, self.month, self.day).isoformat() if self.year else None
        except ValueError:
            return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dateline:
    """The agency, the date if there is one, and where the report itself begins."""

    agency: str
    date: StatedDate | None
    end: int


def find_date(text: str, position: int = 0) -> StatedDate | None:
    """Return the first date that `text` states at or after `position`."""
    match = _DATE.search(text, position)
    return _read_date(match) if match else None


def read_dateline(text: str) -> Dateline | None:
    """Return the dateline that `text` begins with, if it begins with one."""
    head = text[:_HEAD]
    place = _PLACE.match(head)
    if place is None:
        return None
    # A date further on has more than a place before it; to look for it is most of what a sentence costs.
    dates = (_DATE.match(head, start) for start in range(place.end() + 1))
    dated = next(filter(None, dates), None)
    if dated and _PLACE.fullmatch(head, 0, dated.start()):
        agency = _AGENCY.match(head, dated.end())
        if agency:
            name = next(group for group in agency.groups() if group)
            return Dateline(agency=name, date=_read_date(dated), end=agency.end())
    undated = _UNDATED.search(head)
    if undated and _PLACE.fullmatch(head, 0, undated.start()):
        return Dateline(agency=undated["agency"].strip(), date=None, end=undated.end())
    return None


def find_dateline_end(text: str, *, is_first: bool) -> int:
    """Return where the report behind a dateline begins, with or without an agency; 0 without a dateline.

    Only the `is_first` paragraph of a text may begin with a place and nothing else.
    """
    if dateline := read_dateline(text):
        return dateline.end
    head = text[:_HEAD]
    dated = _DATE.search(head)
    place = head[: dated.start()].rstrip() if dated else ""
    if dated and place.endswith((",", ".")) and _PLACE.fullmatch(head, 0, dated.start()):
        stop = _STOP.match(head, dated.end())
        return stop.end() if stop else 0
    bare = _BARE.match(head) if is_first else None
    return bare.end() if bare else 0


def _read_date(match: re.Match[str]) -> StatedDate:
    """Turn a match of one of the four forms into a date."""
    parts = {name.rstrip("234"): value for name, value in match.groupdict().items() if value}
    month = parts["month"].lower()
    return StatedDate(
        day=int(parts["day"]),
        month=int(month) if month.isdigit() else _MONTHS[month],
        year=int(parts["year"]) if "year" in parts else None,
        words=match[0].rstrip(" ."),
        start=match.start(),
        end=match.end(),
    )
