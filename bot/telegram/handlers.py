"""What the bot does with each kind of update, in one ordered table."""

import logging
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from telegram import Message, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    CommandHandler,
    MessageHandler,
    TypeHandler,
)
from telegram.ext.filters import COMMAND, ChatType, StatusUpdate, UpdateType

from bot.errors import InputError, NothingToBrief
from bot.telegram import phrases
from bot.telegram.access import Access, guard
from bot.telegram.answers import Occasion, answer_once, answer_submission, explain
from bot.telegram.presses import Context, answer_press, on_press, on_renewal
from bot.telegram.replies import say
from bot.telegram.revisits import Revisits
from bot.telegram.sending import send
from bot.telegram.submissions import find_submissions
from storage.briefs import BriefStore
from storage.inbox import Inbox

if TYPE_CHECKING:
    from bot.briefing.newsroom import Newsroom

log = logging.getLogger(__name__)

Handler = BaseHandler[Any, Any, Any]

MAX_LINKS: Final = 3
"""Links of one message that are briefed."""


def handler_table(
    *,
    access: Access,
    newsroom: "Newsroom",
    store: BriefStore,
    inbox: Inbox,
    revisits: Revisits,
    model: str | None = None,
) -> list[list[Handler]]:
    """Return the handlers, group by group: of each group the first that fits handles the update.

    `model` is the model's name for /privacy, None when there is none. Edited messages fit nothing.
    """
    new = UpdateType.MESSAGE
    private = new & ChatType.PRIVATE
    texts = {"start": phrases.START, "help": phrases.HELP, "privacy": phrases.privacy(model)}
    on_brief = partial(on_submission, newsroom=newsroom, inbox=inbox, revisits=revisits)
    on_new = partial(on_renewal, newsroom=newsroom, store=store, inbox=inbox, revisits=revisits)
    return [
        [TypeHandler(Update, partial(guard, access=access))],
        [
            *(CommandHandler(name, partial(on_text, text=t, inbox=inbox), new) for name, t in texts.items()),
            CommandHandler("brief", partial(on_brief, asked=True), new),
            CommandHandler("forget", partial(on_forget, store=store, inbox=inbox), new),
            MessageHandler(private & COMMAND, partial(on_text, text=phrases.UNKNOWN_COMMAND, inbox=inbox)),
            MessageHandler(private & ~StatusUpdate.ALL, on_brief),
            CallbackQueryHandler(on_new, pattern="^n:"),
            CallbackQueryHandler(partial(on_press, store=store)),
        ],
    ]


async def on_text(update: Update, context: Context, *, text: str, inbox: Inbox) -> None:
    """Answer with a text of our own."""
    message = _message(update)
    await answer_once(context.bot, say(text), _occasion(update, message), inbox=inbox)


async def on_submission(
    update: Update,
    context: Context,
    *,
    newsroom: "Newsroom",
    inbox: Inbox,
    revisits: Revisits,
    asked: bool = False,
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
            context.bot,
            submission,
            replace(occasion, part=part),
            newsroom=newsroom,
            inbox=inbox,
            revisits=revisits,
        )
    if len(submissions) > MAX_LINKS:
        rest = say(phrases.left_over(len(submissions), MAX_LINKS))
        await answer_once(context.bot, rest, replace(occasion, part=MAX_LINKS), inbox=inbox)


async def on_forget(update: Update, context: Context, *, store: BriefStore, inbox: Inbox) -> None:
    """Delete the chat's private briefs and say how many."""
    message = _message(update)
    count = await store.forget_chat(message.chat_id)
    await answer_once(context.bot, say(phrases.forgotten(count)), _occasion(update, message), inbox=inbox)


async def on_error(update: object, context: Context) -> None:
    """Tell the chat that something failed; an answer that could not be brought out is left to another try."""
    error = context.error
    if isinstance(error, TelegramError) and not isinstance(error, BadRequest | Forbidden):
        raise error
    if not isinstance(update, Update) or not isinstance(error, Exception):
        return
    reply = explain(error, update.update_id)
    if update.callback_query:
        await answer_press(update.callback_query, reply.text)
    elif update.effective_chat and not isinstance(error, Forbidden):
        await send(context.bot, update.effective_chat.id, reply)


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
