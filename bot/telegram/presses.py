"""What the buttons under a brief do."""

import logging
from typing import TYPE_CHECKING, Any

from telegram import CallbackQuery, Chat, Update
from telegram.error import BadRequest
from telegram.ext import CallbackContext

from bot.article.models import PUBLIC, Submission
from bot.briefing.models import Brief
from bot.errors import StoreUnavailable
from bot.telegram import phrases
from bot.telegram.answers import Occasion, answer_submission
from bot.telegram.keyboards import read_press, read_renewal
from bot.telegram.replies import render
from bot.telegram.revisits import Revisits
from bot.telegram.sending import edit
from storage.briefs import BriefStore
from storage.inbox import Inbox

if TYPE_CHECKING:
    from bot.briefing.newsroom import Newsroom

log = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]


async def on_press(update: Update, context: Context, *, store: BriefStore) -> None:
    """Show another view of a brief in the same message, and always answer the press."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    press = read_press(query.data)
    brief = await _find(query, query.message.chat, press.brief_id if press else None, store)
    if brief is not None and press is not None:
        await answer_press(query)
        reply = render(brief, press.view, press.page)
        await edit(context.bot, query.message.chat.id, query.message.message_id, reply)


async def on_renewal(
    update: Update,
    context: Context,
    *,
    newsroom: "Newsroom",
    store: BriefStore,
    inbox: Inbox,
    revisits: Revisits,
) -> None:
    """Brief a page that has changed anew, in a reply to the brief of the earlier version."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    earlier = await _find(query, query.message.chat, read_renewal(query.data), store)
    if earlier is None or earlier.article.url is None:
        return
    await answer_press(query)
    await answer_submission(
        context.bot,
        Submission(kind="link", url=earlier.article.url),
        Occasion(
            update_id=update.update_id,
            chat_id=query.message.chat.id,
            message_id=query.message.message_id,
        ),
        newsroom=newsroom,
        inbox=inbox,
        revisits=revisits,
        language=None if earlier.language == earlier.article.language else earlier.language,
    )


async def answer_press(query: CallbackQuery, alert: str | None = None) -> None:
    """End the button's spinner; Telegram refuses after some seconds, and then it has ended by itself."""
    try:
        await query.answer(alert, show_alert=alert is not None)
    except BadRequest as exc:
        log.info("a press was not answered: %s", type(exc).__name__)


async def _find(query: CallbackQuery, chat: Chat, brief_id: str | None, store: BriefStore) -> Brief | None:
    """Return the brief whose button was pressed; None after saying why this chat does not get it."""
    try:
        brief = await store.find(brief_id) if brief_id else None
    except StoreUnavailable as exc:
        await answer_press(query, exc.sentence)
        return None
    if brief is None:
        await answer_press(query, phrases.EXPIRED)
        return None
    if brief.scope not in {PUBLIC, str(chat.id)}:
        await answer_press(query, phrases.FOREIGN)
        return None
    return brief
