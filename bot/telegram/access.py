"""Who may use the bot: closed unless opened, by its owner and a list of ids."""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram import Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.telegram.sending import NO_PREVIEW

REMIND_AFTER_S = 3_600
"""A stranger is told at most once in this time."""

MAX_REMEMBERED = 10_000
"""Chats remembered as told; past that, the longest ago is forgotten."""


@dataclass(slots=True)
class Access:
    """The owner, the ids of users and chats that are let in, or everyone when open."""

    owner: int | None = None
    allow: frozenset[int] = frozenset()
    open: bool = False
    clock: Callable[[], float] = time.monotonic
    _told: OrderedDict[int, float] = field(default_factory=OrderedDict)

    def admits(self, user_id: int | None, chat_id: int | None) -> bool:
        """Whether this user, or everyone in this chat, may use the bot."""
        ids = {user_id, chat_id} - {None}
        return self.open or self.owner in ids or not self.allow.isdisjoint(ids)

    def may_tell(self, chat_id: int) -> bool:
        """Whether a stranger in this chat is to be told now that the bot is private."""
        now = self.clock()
        told = self._told.get(chat_id)
        if told is not None and now - told < REMIND_AFTER_S:
            return False
        self._told[chat_id] = now
        self._told.move_to_end(chat_id)
        if len(self._told) > MAX_REMEMBERED:
            self._told.popitem(last=False)
        return True


async def guard(update: Update, _context: object, *, access: Access) -> None:
    """Stop an update from a stranger; in a private chat, say what to ask the owner for."""
    user, chat = update.effective_user, update.effective_chat
    if access.admits(user.id if user else None, chat.id if chat else None):
        return
    if user and chat and chat.type == chat.PRIVATE and access.may_tell(chat.id):
        await _turn_away(update, user.id)
    raise ApplicationHandlerStop


async def _turn_away(update: Update, user_id: int) -> None:
    sentence = f"This bot is private. Ask its owner to allow your id {user_id}."
    try:
        if update.callback_query:
            await update.callback_query.answer(sentence, show_alert=True)
        elif update.effective_chat:
            await update.effective_chat.send_message(sentence, link_preview_options=NO_PREVIEW)
    except TelegramError:
        # A stranger's chat is owed no second try.
        return
