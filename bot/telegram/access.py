"""Who may use the bot (closed unless opened, by its owner and a list of ids), and which chat sees a brief."""

import contextlib
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from telegram import Chat, Update
from telegram.error import TelegramError
from telegram.ext import ApplicationHandlerStop

from bot.article.models import PUBLIC
from bot.briefing.models import Brief
from bot.errors import StoreUnavailable
from bot.locales import _
from bot.telegram.digest_keyboards import read_digest_press
from bot.telegram.keyboards import read_press
from bot.telegram.sending import NO_PREVIEW
from storage.chats import ChatStore

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


async def guard(update: Update, _context: object, *, access: Access, chats: ChatStore) -> None:
    """Stop an update from a stranger; in a private chat, say what to ask the owner for.

    Where the bot is not in the chat, only the person counts. Looking at a brief that is there costs nothing:
    its buttons are anyone's.
    """
    user = update.effective_user
    chat = None if update.guest_message else update.effective_chat
    if access.admits(user.id if user else None, chat.id if chat else None) or _only_looks(update):
        return
    if chat and access.admits(None, await _former_id(chat, chats)):
        return
    if user and chat and chat.type == chat.PRIVATE and access.may_tell(chat.id):
        await _turn_away(update, user.id)
    if update.inline_query:
        with contextlib.suppress(TelegramError):
            await update.inline_query.answer([], is_personal=True)
    raise ApplicationHandlerStop


async def may_see(brief: Brief, chat_id: int, chats: ChatStore) -> bool:
    """Whether a chat may see a brief: a public one, or its own, also of when a supergroup was a group."""
    if brief.scope in {PUBLIC, str(chat_id)}:
        return True
    return brief.scope == str(await chats.former_id(chat_id))


def _only_looks(update: Update) -> bool:
    """Whether somebody pressed a button of a brief or a digest in a chat that others share."""
    query = update.callback_query
    if query is None or (query.message is not None and query.message.chat.type == Chat.PRIVATE):
        return False
    return read_press(query.data) is not None or read_digest_press(query.data) is not None


async def _former_id(chat: Chat, chats: ChatStore) -> int | None:
    """Return the id that a supergroup was let in under while it was a group."""
    if chat.type != chat.SUPERGROUP:
        return None
    try:
        return await chats.former_id(chat.id)
    except StoreUnavailable:
        return None


async def _turn_away(update: Update, user_id: int) -> None:
    sentence = _("This bot is private. Ask its owner to allow your id {id}.").format(id=user_id)
    try:
        if update.callback_query:
            await update.callback_query.answer(sentence, show_alert=True)
        elif update.effective_chat:
            await update.effective_chat.send_message(sentence, link_preview_options=NO_PREVIEW)
    except TelegramError:
        # A stranger's chat is owed no second try.
        return
