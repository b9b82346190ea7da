"""Buttons under a brief, and what a press of one says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.locales import N_, _


class View(StrEnum):
    """What a brief's message can show."""

    BRIEF = "brief"
    FLAGS = "flags"
    LOADED = "loaded"
    CONTEXT = "context"
    CHANGES = "changes"
    ABOUT = "about"


LABELS = {
    View.FLAGS: N_("Flags"),
    View.LOADED: N_("Loaded wording"),
    View.CONTEXT: N_("Context"),
    View.CHANGES: N_("What changed"),
    View.ABOUT: N_("About"),
}

_RENEWAL = re.compile(r"n:([0-9a-f]{16})")

_BEGIN = re.compile(r"i:([0-9a-f]{16})")

_DATA = re.compile(r"b:([0-9a-f]{16}):([a-z]{1,16}):([0-9]{1,2})")


@dataclass(frozen=True, slots=True)
class Press:
    """A button pressed: which page of which view of which brief."""

    brief_id: str
    view: View
    page: int = 0

    @property
    def data(self) -> str:
        """The callback data, at most 64 bytes."""
        return f"b:{self.brief_id}:{self.view}:{self.page}"


def read_press(data: str | None) -> Press | None:
    """Return what callback data says; None when it is not of our making."""
    found = _DATA.fullmatch(data or "")
    if found is None or found[2] not in set(View):
        return None
    return Press(found[1], View(found[2]), int(found[3]))


def keyboard(press: Press, pages: int, views: Sequence[View]) -> InlineKeyboardMarkup:
    """Return the buttons under this page: turning pages, then Back or the other views."""
    turns = [
        _button(label, Press(press.brief_id, press.view, page))
        for label, page in (("‹", press.page - 1), ("›", press.page + 1))
        if 0 <= page < pages
    ]
    if press.view is View.BRIEF:
        moves = [_button(_(LABELS[view]), Press(press.brief_id, view)) for view in views]
    else:
        moves = [_button(_("Back"), Press(press.brief_id, View.BRIEF))]
    return InlineKeyboardMarkup([row for row in (turns, moves) if row])


def read_renewal(data: str | None) -> str | None:
    """Return the id of the brief whose page is to be briefed anew; None for other callback data."""
    found = _RENEWAL.fullmatch(data or "")
    return found[1] if found else None


def begin_button(link_id: str) -> InlineKeyboardMarkup:
    """Return a button that asks for the brief of a link."""
    button = InlineKeyboardButton(_("Not here yet? Press to write it"), callback_data=f"i:{link_id}")
    return InlineKeyboardMarkup([[button]])


def read_begin(data: str | None) -> str | None:
    """Return what names the link to be briefed; None for other callback data."""
    found = _BEGIN.fullmatch(data or "")
    return found[1] if found else None


def show_button(brief_id: str) -> InlineKeyboardMarkup:
    """Return a button that makes a message show a brief."""
    return InlineKeyboardMarkup([[_button(_("Show the brief"), Press(brief_id, View.BRIEF))]])


def renewal_button(brief_id: str, below: InlineKeyboardMarkup | None) -> InlineKeyboardMarkup:
    """Return the buttons with one above them that asks for a brief of the page as it is now."""
    button = InlineKeyboardButton(_("🔄 The page has changed: new brief"), callback_data=f"n:{brief_id}")
    return InlineKeyboardMarkup([[button], *(below.inline_keyboard if below else ())])


def _button(label: str, press: Press) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=press.data)
