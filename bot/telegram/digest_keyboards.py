"""Buttons under a digest, and what a press of one says."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.digest.models import Digest, Piece, Story
from bot.locales import _
from bot.telegram.composing import shorten

_NUMBERS_IN_A_ROW = 5
_BRIEFS_IN_A_ROW = 2
_MOST_BRIEFS = 8
_LONGEST_LABEL = 28

_DATA = re.compile(r"d:([0-9a-f]{16}):([0-9]{1,2}):([0-9]{1,2})")

_OPEN = re.compile(r"o:([0-9a-f]{16})")


@dataclass(frozen=True, slots=True)
class DigestPress:
    """A button pressed: which page of a digest, or of one of its stories."""

    digest_id: str
    story: int = 0
    """The story's number, from 1; 0 is the digest itself."""
    page: int = 0

    @property
    def data(self) -> str:
        """The callback data, at most 64 bytes."""
        return f"d:{self.digest_id}:{self.story}:{self.page}"


def read_digest_press(data: str | None) -> DigestPress | None:
    """Return what callback data says; None when it is not of our making."""
    found = _DATA.fullmatch(data or "")
    return DigestPress(found[1], int(found[2]), int(found[3])) if found else None


def read_open(data: str | None) -> str | None:
    """Return the id of the brief that is to be shown in a message of its own; None for other data."""
    found = _OPEN.fullmatch(data or "")
    return found[1] if found else None


def digest_keyboard(press: DigestPress, pages: int, numbers: Iterable[int]) -> InlineKeyboardMarkup:
    """Return a number for each story of the page, which opens it, and turning pages."""
    stories = [_button(str(number), DigestPress(press.digest_id, number)) for number in numbers]
    return _rows(*_parted(stories, _NUMBERS_IN_A_ROW), _turns(press, pages))


def story_keyboard(press: DigestPress, pages: int, story: Story, home: int) -> InlineKeyboardMarkup:
    """Return a button for each brief of a story, turning pages, and the way back to the digest's page."""
    briefs = [_brief_button(piece) for piece in story.pieces if piece.brief_id][:_MOST_BRIEFS]
    back = _button(_("Back"), DigestPress(press.digest_id, page=home))
    return _rows(*_parted(briefs, _BRIEFS_IN_A_ROW), [back, *_turns(press, pages)])


def offer_button(digest: Digest) -> InlineKeyboardMarkup:
    """Return a button that makes a message show a digest."""
    return _rows([_button(_("Show the digest"), DigestPress(digest.id))])


def _brief_button(piece: Piece) -> InlineKeyboardButton:
    shown = shorten(piece.outlet, _LONGEST_LABEL) if piece.outlet else _("a text sent to me")
    return InlineKeyboardButton(f"📰 {shown}", callback_data=f"o:{piece.brief_id}")


def _turns(press: DigestPress, pages: int) -> list[InlineKeyboardButton]:
    turns = (("‹", press.page - 1), ("›", press.page + 1))
    return [
        _button(label, DigestPress(press.digest_id, press.story, page))
        for label, page in turns
        if 0 <= page < pages
    ]


def _button(label: str, press: DigestPress) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=press.data)


def _parted(buttons: Sequence[InlineKeyboardButton], width: int) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[at : at + width]) for at in range(0, len(buttons), width)]


def _rows(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([row for row in rows if row])
