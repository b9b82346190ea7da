"""Text and its entities, built by code: nothing in a message is ever parsed as markup."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from telegram import MessageEntity
from telegram.constants import MessageEntityDateTimeFormats, MessageEntityType, MessageLimit

from bot.briefing.checks.output import defang

MAX_UNITS = int(MessageLimit.MAX_TEXT_LENGTH)
"""UTF-16 units in a message."""

MAX_ENTITIES = int(MessageLimit.MESSAGE_ENTITIES)

MAX_URL_UNITS = 8_000
"""Units of addresses in a message; Telegram refuses somewhere above 9,500 units of markup (tdlib #165)."""

MAX_MARKS = 4
"""Combining marks kept on one letter: more than living scripts stack, too few to paint over other lines."""

FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

_DIRECTION_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; `url` makes it a link."""

    text: str
    style: str | None = None
    url: str | None = None
    moment: datetime | None = None
    """Makes it a time that the reader's app words by its own clock; the text is for apps that do not."""

    @property
    def is_marked(self) -> bool:
        """Whether it takes an entity."""
        return self.style is not None or self.url is not None or self.moment is not None


@dataclass(frozen=True, slots=True)
class Block:
    """Runs that stay together; a quoted block is one block quotation, expandable unless it is not folded."""

    runs: tuple[Run, ...]
    quoted: bool = False
    folded: bool = True
    gap: str = "\n"
    """What parts it from the block before it."""

    @property
    def units(self) -> int:
        """UTF-16 units, with the gap."""
        return utf16_units(self.gap) + sum(utf16_units(run.text) for run in self.runs)

    @property
    def entities(self) -> int:
        """Entities it takes."""
        return self.quoted + sum(run.is_marked for run in self.runs)

    @property
    def url_units(self) -> int:
        """UTF-16 units of its links' addresses."""
        return sum(utf16_units(run.url) for run in self.runs if run.url)


@dataclass(slots=True)
class Composer:
    """Collects text and entities; offsets are in UTF-16 units, as Telegram counts."""

    text: str = ""
    entities: list[MessageEntity] = field(default_factory=list)
    units: int = 0

    def add(self, run: Run) -> None:
        """Append a run."""
        start = self.units
        self.text += run.text
        self.units += utf16_units(run.text)
        if run.url is not None:
            self._mark(MessageEntityType.TEXT_LINK, start, url=run.url)
        elif run.moment is not None:
            shape = MessageEntityDateTimeFormats.LONG_DATE_SHORT_TIME
            self._mark(MessageEntityType.DATE_TIME, start, unix_time=run.moment, date_time_format=shape)
        elif run.style is not None:
            self._mark(run.style, start)

    def add_block(self, block: Block) -> None:
        """Append a block, after its gap unless it comes first."""
        if self.text:
            self.add(Run(block.gap))
        start, first = self.units, len(self.entities)
        for run in block.runs:
            self.add(run)
        if block.quoted:
            unfolded, expandable = MessageEntityType.BLOCKQUOTE, MessageEntityType.EXPANDABLE_BLOCKQUOTE
            self._mark(expandable if block.folded else unfolded, start)
            # The outer entity goes first, as Telegram sorts them.
            self.entities.insert(first, self.entities.pop())

    def _mark(self, kind: str, start: int, **details: Any) -> None:
        if self.units > start:
            self.entities.append(MessageEntity(kind, start, self.units - start, **details))


def utf16_units(text: str) -> int:
    """Return the length as Telegram counts it."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def shorten(text: str, units: int) -> str:
    """Return a text of at most so many units: cut between words, with an ellipsis."""
    return text if utf16_units(text) <= units else f"{text[: _cut(text, units - 1)].rstrip()}…"


def foreign(text: str) -> str:
    """Return someone else's text fit for one line of ours.

    White space becomes single spaces; controls that turn the reading direction, lone surrogates and heaps of
    combining marks go; a text with right-to-left letters is isolated, so that it
    cannot reorder what stands beside it.
    """
    if text.isascii():
        return " ".join(text.split())
    sound = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    line = "".join(_without_heaps(" ".join(_DIRECTION_CONTROLS.sub("", sound).split())))
    if any(unicodedata.bidirectional(character) in _RIGHT_TO_LEFT for character in line):
        return f"{FIRST_STRONG_ISOLATE}{line}{POP_ISOLATE}"
    return line


def heading(text: str) -> Block:
    """Return a line of our own that begins a section."""
    return Block((Run(text, MessageEntityType.BOLD),), gap="\n\n")


def as_sentence(text: str) -> str:
    """Return the text with an end, so that another sentence can follow."""
    return text if text.rstrip().endswith((".", "!", "?", "…", "。")) else f"{text.rstrip()}."


def verbatim(text: str, url: str | None = None, style: str | None = None) -> Run:
    """Return a run that shows an article's words as they are, yet never as a link of Telegram's making.

    A link of ours covers the whole run, and Telegram finds no second one under it; without one, words that
    Telegram would turn into something clickable stand in a `code` entity, where it looks for nothing.
    """
    shown = foreign(text)
    if url is not None:
        return Run(shown, url=url)
    return Run(shown, style=MessageEntityType.CODE if defang(shown) != shown else style)


def plain(text: str, style: str | None = None, url: str | None = None) -> Run:
    """Return a run of text that somebody or a model wrote, with nothing clickable in it but our own link."""
    return Run(foreign(text if url else defang(text)), style, url)


def paginate(blocks: Iterable[Block], *, reserve: Block | None = None) -> list[tuple[Block, ...]]:
    """Distribute blocks over messages within Telegram's limits; `reserve` is room kept free on each.

    A block too large for a message of its own is divided between words.
    """
    room = MAX_UNITS - (reserve.units if reserve else 0)
    slots = MAX_ENTITIES - (reserve.entities if reserve else 0)
    pages: list[tuple[Block, ...]] = []
    page: list[Block] = []
    for block in (part for whole in blocks for part in _divide(whole, room)):
        if page and not fits([*page, block], room, slots):
            pages.append(tuple(page))
            page = []
        page.append(block)
    return [*pages, tuple(page)] if page or not pages else pages


def fits(blocks: Iterable[Block], room: int = MAX_UNITS, slots: int = MAX_ENTITIES) -> bool:
    """Whether the blocks make one message."""
    listed = list(blocks)
    return (
        sum(block.units for block in listed) <= room
        and sum(block.entities for block in listed) <= slots
        and sum(block.url_units for block in listed) <= MAX_URL_UNITS
    )


def _divide(block: Block, room: int) -> Iterator[Block]:
    """Yield the block, or parts of it that each fit."""
    if block.units <= room:
        yield block
        return
    limit = room - utf16_units(block.gap)
    part: list[Run] = []
    left = limit
    for run in block.runs:
        for piece in _pieces(run, limit, left):
            if utf16_units(piece.text) > left:
                yield replace(block, runs=tuple(part))
                part, left = [], limit
            part.append(piece)
            left -= utf16_units(piece.text)
    yield replace(block, runs=tuple(part))


def _pieces(run: Run, limit: int, left: int) -> Iterator[Run]:
    """Yield the run in pieces: the first within `left`, if any of it fits, the others within `limit`."""
    text = run.text
    room = left if left >= limit // 4 else limit
    while utf16_units(text) > room:
        cut = _cut(text, room)
        yield replace(run, text=text[:cut])
        text, room = text[cut:], limit
    if text:
        yield replace(run, text=text)


def _cut(text: str, limit: int) -> int:
    """Return where to part a text so that its head is within `limit` units: after a space if there is one."""
    units = head = space = 0
    for head, character in enumerate(text):
        units += 2 if character > "\uffff" else 1
        if units > limit:
            break
        if character == " ":
            space = head + 1
    return space or max(head, 1)


def _without_heaps(line: str) -> Iterator[str]:
    """Yield the characters without the combining marks over MAX_MARKS in a row."""
    marks = 0
    for character in line:
        marks = marks + 1 if unicodedata.category(character) in {"Mn", "Me"} else 0
        if marks <= MAX_MARKS:
            yield character
