"""What the buttons under a brief do."""

import contextlib
import logging
from typing import Any

from telegram import CallbackQuery, Chat, Update
from telegram.error import BadRequest
from telegram.ext import CallbackContext

from bot.article.models import PUBLIC, Submission
from bot.briefing.models import Brief
from bot.errors import StoreUnavailable
from bot.locales import _
from bot.telegram import phrases
from bot.telegram.access import may_see
from bot.telegram.answers import answer_submission
from bot.telegram.audience import asker
from bot.telegram.backend import Backend
from bot.telegram.chats import ChatAnswer
from bot.telegram.keyboards import View, read_ask, read_press, read_renewal
from bot.telegram.presence import occasion_of
from bot.telegram.replies import Reply, render
from bot.telegram.sending import Posted

log = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]


async def on_press(update: Update, _context: Context, *, backend: Backend) -> None:
    """Show another view of a brief in the same message, and always answer the press."""
    query = update.callback_query
    if query is None:
        return
    press = read_press(query.data)
    brief = await find_pressed(query, press.brief_id if press else None, backend)
    if brief is None or press is None:
        return
    await answer_press(query)
    await turn(query, brief, backend, is_front=press.view is View.BRIEF and press.page == 0)
    await show_pressed(query, brief, render(brief, press.view, press.page), backend)


async def on_renewal(update: Update, _context: Context, *, backend: Backend) -> None:
    """Brief a page that has changed anew, in a reply to the brief of the earlier version."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    earlier = await find_pressed(query, read_renewal(query.data), backend)
    if earlier is None or earlier.article.url is None:
        return
    submission = Submission(kind="link", url=earlier.article.url)
    occasion = occasion_of(update, query.message)
    if not await admit_press(query, occasion.answer_id, backend):
        return
    await answer_press(query)
    await answer_submission(
        ChatAnswer(occasion, submission, backend),
        submission,
        update_id=update.update_id,
        backend=backend,
        language=None if earlier.language == earlier.article.language else earlier.language,
    )


async def admit_press(query: CallbackQuery, charge_id: int | str, backend: Backend) -> bool:
    """Whether who pressed may have another brief; after saying that a limit is reached, not."""
    refusal = await backend.limits.spend(asker(), charge_id, "briefs")
    if refusal is not None:
        await answer_press(query, phrases.limit_reached(refusal))
    return refusal is None


async def on_ask_button(update: Update, _context: Context, *, backend: Backend) -> None:
    """Open a reply for the question in a private chat; say how to ask elsewhere."""
    query = update.callback_query
    brief = await find_pressed(query, read_ask(query.data), backend) if query else None
    if query is None or brief is None:
        return
    if query.message is None or query.message.chat.type != Chat.PRIVATE:
        how = phrases.HOW_TO_ASK_ELSEWHERE if query.inline_message_id else phrases.HOW_TO_ASK
        await answer_press(query, _(how))
        return
    await answer_press(query)
    prompt = ChatAnswer(occasion_of(update, query.message), None, backend, unasked=True, about=brief.id)
    if await prompt.begin():
        await prompt.deliver(Reply(_(phrases.HOW_TO_ASK), is_prompt=True), None)


async def show_pressed(query: CallbackQuery, brief: Brief, reply: Reply, backend: Backend) -> None:
    """Make the message whose button was pressed show something of a brief; replies are about that one."""
    if query.inline_message_id:
        await backend.sender.edit_inline(query.inline_message_id, reply)
    elif query.message:
        chat_id, message_id = query.message.chat.id, query.message.message_id
        await backend.sender.edit(Posted(chat_id, message_id), reply)
        with contextlib.suppress(StoreUnavailable):
            await backend.threads.note_shown(chat_id, message_id, brief.id)


async def turn(query: CallbackQuery, brief: Brief, backend: Backend, *, is_front: bool = False) -> None:
    """Note that the message whose button was pressed turns from the front of a brief, or to it."""
    if query.message:
        message = query.message
        await backend.annotations.turn(message.chat.id, message.message_id, brief.id, is_front=is_front)


async def answer_press(query: CallbackQuery, alert: str | None = None, *, toast: str | None = None) -> None:
    """End the button's spinner, with words to be dismissed or in passing.

    Telegram refuses after some seconds, and then the spinner has ended by itself.
    """
    try:
        await query.answer(alert or toast, show_alert=alert is not None)
    except BadRequest as exc:
        log.info("a press was not answered: %s", type(exc).__name__)


async def find_pressed(query: CallbackQuery, brief_id: str | None, backend: Backend) -> Brief | None:
    """Return the brief whose button was pressed; None after saying why this chat does not get it."""
    try:
        brief = await backend.store.find(brief_id) if brief_id else None
        is_theirs = brief is None or await _is_for(brief, query, backend)
    except StoreUnavailable as exc:
        await answer_press(query, exc.sentence)
        return None
    if brief is None:
        await answer_press(query, _(phrases.EXPIRED))
        return None
    if not is_theirs:
        await answer_press(query, _(phrases.FOREIGN))
        return None
    return brief


async def _is_for(brief: Brief, query: CallbackQuery, backend: Backend) -> bool:
    """Whether who pressed may see a brief: a public one, their chat's own, or the one shown there."""
    if query.inline_message_id and brief.scope != PUBLIC:
        return await backend.inline.find_brief_id(query.inline_message_id) == brief.id
    return await may_see(brief, query.message.chat.id if query.message else 0, backend.chats)
