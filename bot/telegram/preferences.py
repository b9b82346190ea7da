"""/settings: what a chat can choose, as one message with buttons that changes in place."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from telegram import Chat, InlineKeyboardButton, InlineKeyboardMarkup, Update, User
from telegram.constants import ChatMemberStatus, MessageEntityType
from telegram.error import BadRequest, Forbidden

from bot.errors import StoreUnavailable
from bot.locales import N_, NAMES, _
from bot.telegram.audience import attend, preferences
from bot.telegram.backend import Backend
from bot.telegram.composing import Block, Composer, Run
from bot.telegram.once import answer_once
from bot.telegram.presence import occasion_of
from bot.telegram.presses import Context, answer_press
from bot.telegram.replies import Reply, say
from bot.telegram.sending import Posted
from storage.chats import Preferences

DIGEST_MENU: Final = "w:show"
"""Callback data of the button that makes the message show when the digest comes."""

ADMINS_ONLY: Final = N_("Only this group's admins can change its settings.")


class Menu(StrEnum):
    """What the message of /settings shows."""

    MAIN = "main"
    SPEECH = "speech"
    BRIEFS = "briefs"


@dataclass(frozen=True, slots=True)
class Choice:
    """A button pressed: the menu to show next, and the preference to change first, if any."""

    menu: Menu
    name: str | None = None
    value: str | bool | None = None

    @property
    def changes(self) -> dict[str, str | bool | None]:
        """What is chosen by it, as ChatStore takes it."""
        return {self.name: self.value} if self.name else {}


_LANGUAGE_CODES: Final = {code: code for code in NAMES}
_CHOICES: Final[dict[str, tuple[str, dict[str, str | bool | None]]]] = {
    "speech": ("interface_language", {"auto": None, **_LANGUAGE_CODES}),
    "briefs": ("brief_language", {"article": "article", "mine": "mine", **_LANGUAGE_CODES}),
    "length": ("brief_length", {"short": "short", "normal": "normal"}),
    "links": ("every_link", {"on": True, "off": False}),
}
"""By the word in the callback data: the preference, and what each word after it stands for."""

_DATA = re.compile(r"s:([a-z]+):([a-z]+)")


def read_choice(data: str | None) -> Choice | None:
    """Return what callback data says; None when it is not of this menu's making."""
    found = _DATA.fullmatch(data or "")
    if found is None:
        return None
    what, value = found.groups()
    if what == "menu":
        return Choice(Menu(value)) if value in set(Menu) else None
    name, values = _CHOICES.get(what, ("", {}))
    return Choice(Menu.MAIN, name, values[value]) if value in values else None


async def on_settings(update: Update, _context: Context, *, backend: Backend) -> None:
    """Show what the chat has chosen; in a group, to its admins."""
    message = update.message
    if message is None:
        return
    occasion = occasion_of(update, message)
    if await may_choose(message.chat, message.from_user, message.sender_chat):
        reply = await _show(message.chat, Menu.MAIN)
    else:
        reply = say(_(ADMINS_ONLY))
    await answer_once(reply, occasion, backend=backend)


async def on_choice(update: Update, context: Context, *, backend: Backend) -> None:
    """Do what a button of the menu says, and show the menu as it is then, in the language chosen."""
    query = update.callback_query
    choice = read_choice(query.data) if query else None
    if query is None or query.message is None or choice is None:
        return
    chat = query.message.chat
    if not await may_choose(chat, query.from_user):
        await answer_press(query, _(ADMINS_ONLY))
        return
    if choice.changes:
        try:
            await backend.chats.choose(chat.id, **choice.changes)
        except StoreUnavailable as exc:
            await answer_press(query, exc.sentence)
            return
        await attend(update, context, chats=backend.chats)
    await answer_press(query)
    reply = await _show(chat, choice.menu)
    await backend.sender.edit(Posted(chat.id, query.message.message_id), reply)


async def _show(chat: Chat, menu: Menu) -> Reply:
    """Return a menu of a chat; where links are wanted that never reach us, it says what to do."""
    chosen, is_group = preferences(), chat.type != chat.PRIVATE
    is_blind = is_group and chosen.every_link and not await _sees_all(chat)
    return show_settings(chosen, menu, is_group=is_group, is_blind=is_blind)


async def _sees_all(chat: Chat) -> bool:
    """Whether a group's messages reach us that are not for us: by the bot's own setting, or as an admin."""
    me = chat.get_bot()
    return bool(me.bot.can_read_all_group_messages) or await _is_admin(chat, me.id)


async def may_choose(chat: Chat, user: User | None, speaks_for: Chat | None = None) -> bool:
    """Whether somebody may change what a chat has chosen; a group's anonymous admins speak for it."""
    if chat.type == chat.PRIVATE or (speaks_for is not None and speaks_for.id == chat.id):
        return True
    return user is not None and await _is_admin(chat, user.id)


async def _is_admin(chat: Chat, user_id: int) -> bool:
    """Whether somebody is an admin of a group; not, if Telegram does not say so."""
    try:
        member = await chat.get_member(user_id)
    except (BadRequest, Forbidden):
        return False
    return member.status in {ChatMemberStatus.OWNER, ChatMemberStatus.ADMINISTRATOR}


def show_settings(
    chosen: Preferences, menu: Menu = Menu.MAIN, *, is_group: bool = False, is_blind: bool = False
) -> Reply:
    """Return a menu, with what is chosen now; `is_blind`: the links of the group do not reach us."""
    if menu is Menu.SPEECH:
        return _ask(_("Which language shall I speak here?"), _speech_buttons(chosen, is_group=is_group))
    if menu is Menu.BRIEFS:
        return _ask(_("Which language shall briefs be in?"), _brief_buttons(chosen))
    composer = Composer()
    composer.add_block(Block((Run(_("⚙️ Settings"), MessageEntityType.BOLD),)))
    for line in _lines(chosen, is_group=is_group):
        composer.add_block(Block((Run(line),)))
    if is_blind:
        composer.add_block(Block((Run("⚠️ " + _("I do not see them yet: make me an admin of this group.")),)))
    return Reply(composer.text, tuple(composer.entities), _main_buttons(chosen, is_group=is_group))


def _lines(chosen: Preferences, *, is_group: bool) -> Iterator[str]:
    """Yield a line for each thing that can be chosen."""
    speech = NAMES.get(chosen.interface_language or "") or _automatic(is_group=is_group)
    yield _("My language: {choice}").format(choice=speech)
    yield _("Language of briefs: {choice}").format(choice=_brief_language(chosen.brief_language))
    yield _("Length: {choice}").format(choice=_("short") if chosen.brief_length == "short" else _("normal"))
    if is_group:
        links = _("I brief every link") if chosen.every_link else _("I brief those I am asked about")
        yield _("Links here: {choice}").format(choice=links)


def _automatic(*, is_group: bool) -> str:
    return _("as in the asker's app") if is_group else _("as in your app")


def _brief_language(chosen: str) -> str:
    words = {"article": _("the article's"), "mine": _("the one I speak here")}
    return words.get(chosen) or NAMES.get(chosen, chosen)


def _main_buttons(chosen: Preferences, *, is_group: bool) -> InlineKeyboardMarkup:
    """Return a button for each thing; where there are two possibilities, it says the other."""
    length = (
        ("normal", _("Normal length")) if chosen.brief_length == "short" else ("short", _("Short briefs"))
    )
    links = ("off", _("Only when asked")) if chosen.every_link else ("on", _("Brief every link"))
    rows = [
        [_button(_("My language"), "menu:speech"), _button(_("Language of briefs"), "menu:briefs")],
        [_button(length[1], f"length:{length[0]}")],
    ]
    if is_group:
        rows[-1].append(_button(links[1], f"links:{links[0]}"))
    digest = InlineKeyboardButton(_("☕ Digest"), callback_data=DIGEST_MENU)
    return InlineKeyboardMarkup([*rows, [digest]])


def _speech_buttons(chosen: Preferences, *, is_group: bool) -> list[InlineKeyboardButton]:
    now = chosen.interface_language or "auto"
    labels = {"auto": _automatic(is_group=is_group), **NAMES}
    return [_option(label, f"speech:{code}", is_chosen=code == now) for code, label in labels.items()]


def _brief_buttons(chosen: Preferences) -> list[InlineKeyboardButton]:
    codes = ("article", "mine", *NAMES)
    return [
        _option(_brief_language(code), f"briefs:{code}", is_chosen=code == chosen.brief_language)
        for code in codes
    ]


def _ask(question: str, options: list[InlineKeyboardButton]) -> Reply:
    """Return a question with its answers as buttons, two in a row, and the way back."""
    rows = [options[start : start + 2] for start in range(0, len(options), 2)]
    return Reply(question, (), InlineKeyboardMarkup([*rows, [_button(_("Back"), "menu:main")]]))


def _option(label: str, data: str, *, is_chosen: bool) -> InlineKeyboardButton:
    return _button(f"✓ {label}" if is_chosen else label, data)


def _button(label: str, data: str) -> InlineKeyboardButton:
    return InlineKeyboardButton(label, callback_data=f"s:{data}")
