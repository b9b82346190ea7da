"""Whom an update's answer is for: their language, and what their chat has chosen.

Both belong to the task that handles the update and to the tasks that it starts; nothing else hands them on.
"""

from contextvars import ContextVar

from telegram import Update

from bot.errors import StoreUnavailable
from bot.locales import ENGLISH, match_language, speak, spoken_language
from storage.chats import ChatStore, Preferences

_NOTHING_CHOSEN = Preferences()
_preferences: ContextVar[Preferences] = ContextVar("preferences", default=_NOTHING_CHOSEN)


async def attend(update: Update, _context: object, *, chats: ChatStore) -> None:
    """Take up the preferences of the update's chat, and speak its language, until its handling ends.

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
    take_up(chosen, match_language(language or (user.language_code if user else None)) or ENGLISH)


def take_up(preferences: Preferences, language: str) -> None:
    """Hold these preferences and speak this language for the rest of this task."""
    _preferences.set(preferences)
    speak(language)


def preferences() -> Preferences:
    """Return what the chat that is answered has chosen."""
    return _preferences.get()


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
