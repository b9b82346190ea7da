"""Buttons under a brief, and what a press of one says."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.locales import N_, NAMES, _


class View(StrEnum):
    """What a brief's message can show."""

    BRIEF = "brief"
    FLAGS = "flags"
    WHY = "why"
    """One flag after the other, each in its place in the article."""
    QUOTES = "quotes"
    SOURCES = "sources"
    LOADED = "loaded"
    CONTEXT = "context"
    CHANGES = "changes"
    TEXT = "text"
    ABOUT = "about"
    LANGUAGE = "language"
    """The brief, with the languages it can be had in as buttons."""


LABELS = {
    View.FLAGS: N_("Why?"),
    View.QUOTES: N_("Full quotes"),
    View.SOURCES: N_("Sources"),
    View.LOADED: N_("Loaded wording"),
    View.CONTEXT: N_("Context"),
    View.CHANGES: N_("What changed"),
    View.TEXT: N_("Text read"),
    View.ABOUT: N_("About"),
    View.LANGUAGE: N_("Language"),
}

AS_THE_ARTICLE = "article"
"""Stands for the article's own language where a language is chosen."""

_LANGUAGES_IN_A_ROW = 3
_BUTTONS_IN_A_ROW = 4
"""Besides turning pages; more are cut short on a phone."""

_RENEWAL = re.compile(r"n:([0-9a-f]{16})")

_BEGIN = re.compile(r"i:([0-9a-f]{16})")

_LANGUAGE = re.compile(r"l:([0-9a-f]{16}):([a-z]+)")

_RECHECK = re.compile(r"v:([0-9a-f]{16})")

_ASK = re.compile(r"a:([0-9a-f]{16})")

_COMPARE = re.compile(r"c:([0-9a-f]{16})")

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


def brief_keyboard(
    press: Press, pages: int, views: Sequence[View], changes: Sequence[View]
) -> InlineKeyboardMarkup:
    """Return the two rows under a brief: what it rests on; what can be done with it, and turning pages."""
    back, on = _turns(press, pages)
    ask = InlineKeyboardButton(_("Ask"), callback_data=f"a:{press.brief_id}")
    compare = InlineKeyboardButton(_("Compare"), callback_data=f"c:{press.brief_id}")
    shown, before = _views(press, *views), [*_views(press, *changes), ask]
    after = _views(press, View.LANGUAGE, View.ABOUT)
    if len(before) + len(after) < _BUTTONS_IN_A_ROW:
        before.append(compare)
    elif len(shown) < _BUTTONS_IN_A_ROW:
        shown.append(compare)  # else a reply with the link does it, too
    return InlineKeyboardMarkup([shown, [*back, *before, *after, *on]])


def flags_keyboard(press: Press, pages: int, first_pages: Sequence[int]) -> InlineKeyboardMarkup:
    """Return the buttons under the flags: a number for each, which explains it."""
    numbers = [
        _button(str(number), Press(press.brief_id, View.WHY, page))
        for number, page in enumerate(first_pages, 1)
    ]
    back, on = _turns(press, pages)
    return _rows(numbers, [*back, *_views(press, View.QUOTES), _back(press), *on])


def view_keyboard(press: Press, pages: int, *, is_page: bool = False) -> InlineKeyboardMarkup:
    """Return the buttons under any other view: turning pages, and the way back.

    About a page, there is one that has it read again.
    """
    back, on = _turns(press, pages)
    recheck = InlineKeyboardButton(_("Changed?"), callback_data=f"v:{press.brief_id}")
    again = [recheck] if is_page and press.view in {View.ABOUT, View.CHANGES} else []
    flags = [_button(_("All flags"), Press(press.brief_id, View.FLAGS))] if press.view is View.WHY else []
    return _rows([*back, *flags, *again, _back(press), *on])


def language_keyboard(brief_id: str, language: str) -> InlineKeyboardMarkup:
    """Return a button for each language that a brief can be had in; the present one is ticked."""
    labels = NAMES | {AS_THE_ARTICLE: _("as the article")}
    now = language if language in NAMES else AS_THE_ARTICLE
    options = [
        InlineKeyboardButton(f"✓ {label}" if code == now else label, callback_data=f"l:{brief_id}:{code}")
        for code, label in labels.items()
    ]
    options.append(_button(_("Back"), Press(brief_id, View.BRIEF)))
    width = _LANGUAGES_IN_A_ROW
    return InlineKeyboardMarkup([options[at : at + width] for at in range(0, len(options), width)])


def read_language(data: str | None) -> tuple[str, str] | None:
    """Return the id of a brief and the language it is wanted in; None for other callback data."""
    found = _LANGUAGE.fullmatch(data or "")
    if found is None or found[2] not in {*NAMES, AS_THE_ARTICLE}:
        return None
    return found[1], found[2]


def read_ask(data: str | None) -> str | None:
    """Return the id of the brief that somebody wants to ask about; None for other callback data."""
    found = _ASK.fullmatch(data or "")
    return found[1] if found else None


def read_compare(data: str | None) -> str | None:
    """Return the id of the brief whose article is to be compared; None for other callback data."""
    found = _COMPARE.fullmatch(data or "")
    return found[1] if found else None


def read_recheck(data: str | None) -> str | None:
    """Return the id of the brief whose page is to be read again; None for other callback data."""
    found = _RECHECK.fullmatch(data or "")
    return found[1] if found else None


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


def _turns(press: Press, pages: int) -> tuple[list[InlineKeyboardButton], list[InlineKeyboardButton]]:
    """Return the buttons of the page before and the page after, as far as there are any."""
    before, after = press.page - 1, press.page + 1
    back = [_button("‹", Press(press.brief_id, press.view, before))] if before >= 0 else []
    on = [_button("›", Press(press.brief_id, press.view, after))] if after < pages else []
    return back, on


def _views(press: Press, *views: View) -> list[InlineKeyboardButton]:
    return [_button(_(LABELS[view]), Press(press.brief_id, view)) for view in views]


def _back(press: Press) -> InlineKeyboardButton:
    return _button(_("Back"), Press(press.brief_id, View.BRIEF))


def _rows(*rows: list[InlineKeyboardButton]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([row for row in rows if row])
