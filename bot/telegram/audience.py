"""Whom an update's answer is for: who asked, their language, and what their chat has chosen.

All of it belongs to the task that handles the update and to the tasks it starts; nothing else hands it on.
"""

from contextvars import ContextVar

from telegram import Update

from bot.errors import StoreUnavailable
from bot.locales import ENGLISH, match_language, speak, spoken_language
from storage.budgets import charge_to
from storage.chats import ChatStore, Preferences
from storage.limits import Asker

_NOTHING_CHOSEN = Preferences()
_NOBODY = Asker()
_preferences: ContextVar[Preferences] = ContextVar("preferences", default=_NOTHING_CHOSEN)
_asker: ContextVar[Asker] = ContextVar("asker", default=_NOBODY)


async def attend(update: Update, _context: object, *, chats: ChatStore) -> None:
    """Take up who asks, the preferences of the update's chat, and its language, until its handling ends.

    The language is the chat's, else the one that the person has chosen for themselves, else their app's.
    Where there is no chat (a guest's or an inline query), the person's own preferences hold.
    """
    # The chat of a guest's message is none of ours.
    chat, user = None if update.guest_message else update.effective_chat, update.effective_user
    ids = [place.id for place in (chat, user) if place]
    chosen = await _find(chats, ids[0]) if ids else _NOTHING_CHOSEN
    language = chosen.interface_language
    if language is None and len(set(ids)) > 1:
        language = (await _find(chats, ids[1])).interface_language
    _asker.set(asker_of(update))
    charge_to(asker())
    take_up(chosen, match_language(language or (user.language_code if user else None)) or ENGLISH)


def take_up(preferences: Preferences, language: str) -> None:
    """Hold these preferences and speak this language for the rest of this task."""
    _preferences.set(preferences)
    speak(language)


def preferences() -> Preferences:
    """Return what the chat that is answered has chosen."""
    return _preferences.get()


def asker_of(update: Update) -> Asker:
    """Return who asks by an update, and where; a guest's chat is none of ours."""
    chat, sender = None if update.guest_message else update.effective_chat, update.effective_sender
    return Asker(person_id=sender.id if sender else None, chat_id=chat.id if chat else None)


def asker() -> Asker:
    """Return who asked; a channel, or a group's admins, where somebody speaks for those."""
    return _asker.get()


def brief_language() -> str | None:
    """Return the language that the chat wants its briefs in; None is the article's own."""
    chosen = preferences().brief_language
    return {"article": None, "mine": spoken_language()}.get(chosen, chosen)


async def _find(chats: ChatStore, chat_id: int) -> Preferences:
    """Return what a chat has chosen; when the store is away, nothing."""
    try:
        return await chats.preferences(chat_id)
    except StoreUnavailable:
        return _NOTHING_CHOSEN
