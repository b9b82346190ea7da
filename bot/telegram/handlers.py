"""What the bot does with each kind of update, in one ordered table."""

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from telegram import CallbackQuery, Chat, Message, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackContext,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
)
from telegram.ext.filters import COMMAND, ChatType, StatusUpdate, UpdateType

from bot.article.models import PUBLIC
from bot.briefing.models import Brief
from bot.errors import InputError, NothingToBrief, StoreUnavailable
from bot.telegram import phrases
from bot.telegram.access import Access, guard
from bot.telegram.answers import Occasion, answer_once, answer_submission, explain
from bot.telegram.keyboards import read_press
from bot.telegram.replies import render, say
from bot.telegram.sending import edit, send
from bot.telegram.submissions import find_submissions
from storage.briefs import BriefStore
from storage.inbox import Inbox

if TYPE_CHECKING:
    from bot.briefing.pipeline import MakeBrief

log = logging.getLogger(__name__)

Context = CallbackContext[Any, Any, Any, Any]
Handler = BaseHandler[Any, Any, Any]

MAX_LINKS: Final = 3
"""Links of one message that are briefed."""


def handler_table(
    *, access: Access, make_brief: "MakeBrief", store: BriefStore, inbox: Inbox, model: str | None = None
) -> list[list[Handler]]:
    """Return the handlers, group by group: of each group the first that fits handles the update.

    `model` is the model's name for /privacy, None when there is none. Edited messages fit nothing.
    """
    new = UpdateType.MESSAGE
    private = new & ChatType.PRIVATE
    texts = {"start": phrases.START, "help": phrases.HELP, "privacy": phrases.privacy(model)}
    on_brief = partial(on_submission, make_brief=make_brief, inbox=inbox)
    return [
        [TypeHandler(Update, partial(guard, access=access))],
        [
            *(CommandHandler(name, partial(on_text, text=t, inbox=inbox), new) for name, t in texts.items()),
            CommandHandler("brief", partial(on_brief, asked=True), new),
            CommandHandler("forget", partial(on_forget, store=store, inbox=inbox), new),
            MessageHandler(private & COMMAND, partial(on_text, text=phrases.UNKNOWN_COMMAND, inbox=inbox)),
            MessageHandler(private & ~StatusUpdate.ALL, on_brief),
            CallbackQueryHandler(partial(on_press, store=store)),
        ],
    ]


async def on_text(update: Update, context: Context, *, text: str, inbox: Inbox) -> None:
    """Answer with a text of our own."""
    message = _message(update)
    await answer_once(context.bot, say(text), _occasion(update, message), inbox=inbox)


async def on_submission(
    update: Update, context: Context, *, make_brief: "MakeBrief", inbox: Inbox, asked: bool = False
) -> None:
    """Brief what a message holds; a bare /brief (`asked`) is about the message it replies to."""
    message = _message(update)
    occasion = _occasion(update, message)
    try:
        submissions = await find_submissions(_subject(message) if asked else message)
    except InputError as exc:
        if message.media_group_id and isinstance(exc, NothingToBrief):
            # Of an album, one picture carries the caption; the others are no questions.
            return
        reply = (
            say(phrases.NOTHING_TO_BRIEF) if asked and isinstance(exc, NothingToBrief) else say(exc.sentence)
        )
        await answer_once(context.bot, reply, occasion, inbox=inbox)
        return
    for part, submission in enumerate(submissions[:MAX_LINKS]):
        await answer_submission(
            context.bot, submission, replace(occasion, part=part), make_brief=make_brief, inbox=inbox
        )
    if len(submissions) > MAX_LINKS:
        rest = say(phrases.left_over(len(submissions), MAX_LINKS))
        await answer_once(context.bot, rest, replace(occasion, part=MAX_LINKS), inbox=inbox)


async def on_forget(update: Update, context: Context, *, store: BriefStore, inbox: Inbox) -> None:
    """Delete the chat's private briefs and say how many."""
    message = _message(update)
    count = await store.forget_chat(message.chat_id)
    await answer_once(context.bot, say(phrases.forgotten(count)), _occasion(update, message), inbox=inbox)


async def on_press(update: Update, context: Context, *, store: BriefStore) -> None:
    """Show another view of a brief in the same message, and always answer the press."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    press = read_press(query.data)
    try:
        brief = await store.find(press.brief_id) if press else None
    except StoreUnavailable as exc:
        await _answer(query, exc.sentence)
        return
    refusal = _refusal(brief, query.message.chat)
    await _answer(query, refusal)
    if brief is not None and press is not None and refusal is None:
        reply = render(brief, press.view, press.page)
        await edit(context.bot, query.message.chat.id, query.message.message_id, reply)


async def on_error(update: object, context: Context) -> None:
    """Tell the chat that something failed; an answer that could not be brought out is left to another try."""
    error = context.error
    if isinstance(error, TelegramError) and not isinstance(error, BadRequest | Forbidden):
        raise error
    if not isinstance(update, Update) or not isinstance(error, Exception):
        return
    reply = explain(error, update.update_id)
    if update.callback_query:
        await _answer(update.callback_query, reply.text)
    elif update.effective_chat and not isinstance(error, Forbidden):
        await send(context.bot, update.effective_chat.id, reply)


def _refusal(brief: Brief | None, chat: Chat) -> str | None:
    """Return why this chat may not see the brief; None when it may."""
    if brief is None:
        return phrases.EXPIRED
    return None if brief.scope in {PUBLIC, str(chat.id)} else phrases.FOREIGN


async def _answer(query: CallbackQuery, alert: str | None = None) -> None:
    """End the button's spinner; Telegram refuses after some seconds, and then it has ended by itself."""
    try:
        await query.answer(alert, show_alert=alert is not None)
    except BadRequest as exc:
        log.info("a press was not answered: %s", type(exc).__name__)


def _subject(message: Message) -> Message:
    """Return what /brief is about: its own message when that says more, else the one it replies to."""
    says_more = len((message.text or message.caption or "").split()) > 1 or message.document is not None
    return message if says_more or message.reply_to_message is None else message.reply_to_message


def _message(update: Update) -> Message:
    """Return the message of an update that a message filter has let through."""
    if update.message is None:
        raise TypeError("an update without a message got past the filters")
    return update.message


def _occasion(update: Update, message: Message) -> Occasion:
    return Occasion(update_id=update.update_id, chat_id=message.chat_id, message_id=message.message_id)
