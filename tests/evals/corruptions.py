"""Faithful summary statements, and what makes each of them false.

What needs an understanding of the sentence (a lost attribution, a firmer modality, a negation, another
speaker) is written by hand beside the statement; numbers, dates, units, Latin names, quotations, citations
and injections are corrupted here, by the words of `corruption-words.toml`. Everything is seeded.
"""

import random
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal, get_args

from bot.article.models import Article

Kind = Literal[
    "number",
    "date",
    "unit",
    "name",
    "quotation",
    "attribution",
    "modality",
    "negation",
    "speaker",
    "citation",
    "link",
    "mention",
]
KINDS: tuple[Kind, ...] = get_args(Kind)

DATA = Path(__file__).parent.parent / "data"
_MARKS = re.compile("[\"“”„«»‘’'\u200b-\u200f\u2060-\u2064\ufeff]")
_NUMBER = re.compile(r"(?<![\w.,:])\d(?:[\d.,]|[\u00a0\u202f ](?=\d{3}))*(?<![.,])(?![\d:])")
_YEAR = re.compile(r"(?<![\d.,])(?:19|20)\d\d(?![\d.,]\d|\d)")
_PERCENT = re.compile(r"[\u00a0 ]?(?:%|\b(?:percent|Prozent)\b)")
_QUOTED = re.compile(r"([\"“„«])[\u00a0 ]?([^\"“”„«»]+?)[\u00a0 ]?([\"”“»])")
_NOT_NUMBERS = re.compile(r"\b(?:band|table|Tabelle|D)[\u00a0 ]$")
"""What makes a number part of a name."""
_RANGE = re.compile(r"[\u00a0 ](?:to|bis|à|a|до|and|und|et|y)[\u00a0 ]|[-–]")
"""What stands between the ends of a range, which are still its ends in the other order."""
_FAR = 3
"""Sentences between a statement's source and a wrong citation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Faithful:
    """A statement that its sentences support, with the false ones written by hand."""

    article: str
    lang: str
    text: str
    sentences: tuple[int, ...]
    corrupted: dict[Kind, list[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Corruption:
    """A statement made false; it is gone when `trace` is not shown, or without one the text."""

    kind: Kind
    text: str
    sentences: tuple[int, ...]
    trace: str | None = None


def plain(text: str) -> str:
    """Return a text without quotation marks, invisible signs and doubled spaces."""
    return " ".join(_MARKS.sub("", text).split()).rstrip(".")


@cache
def read_words() -> dict[str, Any]:
    """Read the words that take the place of others."""
    return tomllib.loads((DATA / "corruption-words.toml").read_text(encoding="utf-8"))


def corrupt(faithful: Faithful, article: Article, seed: int = 0) -> list[Corruption]:
    """Return every corruption that applies to a statement; the same ones for the same seed."""
    rng = random.Random(f"{seed} {faithful.text}")
    texts: list[tuple[Kind, str, str | None]] = [
        (kind, text, None) for kind, many in faithful.corrupted.items() for text in many
    ]
    texts += [("number", text, None) for text in _change_numbers(faithful, article, rng)]
    texts += [("date", text, None) for text in _change_dates(faithful, rng)]
    texts += [("unit", text, None) for text in _change_units(faithful, rng)]
    texts += [("name", text, None) for text in _change_names(faithful, rng)]
    texts += [("quotation", text, trace) for text, trace in _change_quotations(faithful, article, rng)]
    texts += list(_inject(faithful, rng))
    made = [
        Corruption(kind=kind, text=text, sentences=faithful.sentences, trace=trace)
        for kind, text, trace in dict.fromkeys(texts)
        if text != faithful.text
    ]
    if wrong := _find_unrelated(faithful, article):
        made.append(Corruption(kind="citation", text=faithful.text, sentences=(wrong,)))
    return made


def _splice(text: str, start: int, end: int, new: str) -> str:
    return text[:start] + new + text[end:]


def _find_numbers(text: str, lang: str) -> list[re.Match[str]]:
    """Return the numbers in digits that are no part of a date, a time or a name."""
    return [
        found
        for found in _NUMBER.finditer(text)
        if not _YEAR.fullmatch(found[0])
        and not _NOT_NUMBERS.search(text[: found.start()])
        and not any(start <= found.start() < end for start, end in _find_days(text, lang))
        and not re.match(r"-\d|[ap]m\b|[\u00a0 ](?:heures|mai\b)|\.00", text[found.end() :])
    ]


def _change_numbers(faithful: Faithful, article: Article, rng: random.Random) -> Iterator[str]:
    """Yield another digit, another magnitude, another number of the article, and two numbers exchanged."""
    text, found = faithful.text, _find_numbers(faithful.text, faithful.lang)
    held = {_digits(number[0]) for number in _NUMBER.finditer(text)}
    others = sorted(
        {n[0] for n in _find_numbers(article.text, article.language) if _digits(n[0]) not in held}
    )
    for number in found:
        yield _splice(text, *number.span(), _change_digit(number[0], rng))
        yield _splice(text, *number.span(), rng.choice("123456789") + number[0])
        if others:
            yield _splice(text, *number.span(), rng.choice(others))
    for one, two in pairwise(found):
        if not _RANGE.fullmatch(text[one.end() : two.start()]):
            yield _splice(_splice(text, *two.span(), one[0]), *one.span(), two[0])
    yield from _swap_in_series(faithful, "number", rng)


def _change_digit(number: str, rng: random.Random) -> str:
    place = rng.choice([i for i, sign in enumerate(number) if sign.isdigit()])
    digit = rng.choice([d for d in "123456789" if d != number[place]])
    return _splice(number, place, place + 1, digit)


def _digits(number: str) -> str:
    return re.sub(r"\D", "", number)


@cache
def _day_pattern(lang: str) -> re.Pattern[str]:
    months = "|".join(read_words()[lang]["series"]["date"][0])
    ahead, behind = (
        rf"\b(\d{{1,2}})(?:er|\.)?(?:[\u00a0 ]de)?[\u00a0 ](?:{months})\b",
        rf"\b(?:{months}) (\d{{1,2}})\b",
    )
    return re.compile(f"{ahead}|{behind}")


def _find_days(text: str, lang: str) -> list[tuple[int, int]]:
    found = _day_pattern(lang).finditer(text) if lang in read_words() else ()
    return [day.span(1) if day[1] else day.span(2) for day in found]


def _change_dates(faithful: Faithful, rng: random.Random) -> Iterator[str]:
    """Yield another day, month, weekday and year."""
    text = faithful.text
    for start, end in _find_days(text, faithful.lang):
        yield _splice(
            text, start, end, str(rng.choice([d for d in range(2, 28) if str(d) != text[start:end]]))
        )
    for year in _YEAR.finditer(text):
        yield _splice(text, *year.span(), str(int(year[0]) + rng.choice((-3, -1, 1, 2))))
    yield from _swap_in_series(faithful, "date", rng)


def _change_units(faithful: Faithful, rng: random.Random) -> Iterator[str]:
    for percent in _PERCENT.finditer(faithful.text):
        yield _splice(faithful.text, *percent.span(), f" {read_words()[faithful.lang]['percent']}")
    yield from _swap_in_series(faithful, "unit", rng)


def _swap_in_series(faithful: Faithful, name: str, rng: random.Random) -> Iterator[str]:
    """Yield each word of a series replaced by another one of it that the statement does not hold."""
    for series in read_words()[faithful.lang]["series"][name]:
        yield from _swap(faithful.text, series, rng)


def _swap(text: str, series: Sequence[str], rng: random.Random) -> Iterator[str]:
    longest_first = "|".join(re.escape(word) for word in sorted(series, key=len, reverse=True))
    for found in re.finditer(rf"(?<!\w)(?:{longest_first})(?!\w)", text):
        if others := [word for word in series if word not in text]:
            yield _splice(text, *found.span(), rng.choice(others))


def _change_names(faithful: Faithful, rng: random.Random) -> Iterator[str]:
    """Yield each Latin name replaced by another of its class, and by one that no article holds."""
    classes: list[list[str]] = read_words()["names"].get(faithful.article, [])
    full = [name for names in classes for name in names if " " in name and name in faithful.text]
    for names in classes:
        inside = [name for name in names if not any(name in f and name != f for f in full)]
        if not any(name in faithful.text for name in inside):
            continue
        yield from _swap(faithful.text, inside, rng)
        for name in inside[:-1]:
            yield re.sub(rf"(?<!\w){re.escape(name)}(?!\w)", names[-1], faithful.text)


def _change_quotations(
    faithful: Faithful, article: Article, rng: random.Random
) -> Iterator[tuple[str, str | None]]:
    """Yield quotations with words added or left out, made up, and put around the statement's own words."""
    words = read_words()[faithful.lang]
    quoted = [q for q in _QUOTED.finditer(faithful.text) if len(q[2].split()) > 1]
    for quote in quoted:
        said = quote[2].rstrip(".")
        yield _splice(faithful.text, *quote.span(2), f"{said}, {words['again']}"), words["again"]
        inner = said.split()
        if len(inner) > 3 and (long := [w for w in inner[1:-1] if len(w) > 3]):
            yield _splice(faithful.text, *quote.span(2), said.replace(f" {rng.choice(long)}", "", 1)), None
    if not quoted and rng.random() < 0.5:
        yield f'{faithful.text.rstrip(".")}: "{words["invented"]}."', words["invented"]
    if not quoted and (own := _find_own_words(faithful.text, article)):
        yield faithful.text.replace(own, f'"{own}"', 1), f'"{own}"'


def _find_own_words(text: str, article: Article) -> str | None:
    """Return the last five words of a statement, when the article does not hold them in a row."""
    words = text.rstrip(".").split()[-5:]
    own = " ".join(words)
    is_plain = len(words) == 5 and not re.search(r"[\"“”„«»()]", own) and text.count(own) == 1
    return own if is_plain and own.casefold() not in article.text.casefold() else None


def _inject(faithful: Faithful, rng: random.Random) -> Iterator[tuple[Kind, str, str | None]]:
    """Yield a link, and a mention, command or address, at the end or inside."""
    injected: dict[str, list[str]] = read_words()["injected"]
    link = rng.choice(injected["links"])
    other = rng.choice(injected["mentions"] + injected["commands"] + injected["contacts"])
    for kind, item in (("link", link), ("mention", other)):
        words = faithful.text.rstrip(".").split(" ")
        place = rng.choice((len(words), len(words) // 2))
        changed = f"{' '.join((*words[:place], item, *words[place:]))}."
        yield ("link" if kind == "link" else "mention"), changed, item


def _find_unrelated(faithful: Faithful, article: Article) -> int | None:
    """Return a sentence far from the statement's that shares the fewest words with it."""
    said = _stems(" ".join(article.sentence_text(number) for number in faithful.sentences)) | _stems(
        faithful.text
    )
    far = [
        sentence.number
        for sentence in article.sentences
        if all(abs(sentence.number - own) > _FAR for own in faithful.sentences)
    ]
    return min(far, key=lambda number: len(said & _stems(article.sentence_text(number))), default=None)


def _stems(text: str) -> set[str]:
    return {word[:5] for word in re.findall(r"\w+", text.casefold()) if len(word) > 3}
