"""What the bot does with each kind of update, in one ordered table."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, Final

from telegram import Message, Update
from telegram.error import BadRequest, Forbidden, TelegramError
from telegram.ext import (
    BaseHandler,
    CallbackQueryHandler,
    ChatMemberHandler,
    ChosenInlineResultHandler,
    CommandHandler,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
)
from telegram.ext.filters import COMMAND, TEXT, ChatType, Document, StatusUpdate, UpdateType

from bot.errors import InputError, NothingToBrief, StoreUnavailable
from bot.locales import _
from bot.telegram import phrases
from bot.telegram.access import Access, guard
from bot.telegram.addressing import Ask, Asks, address, me_of, replied_message
from bot.telegram.albums import pictures_of
from bot.telegram.answers import answer_submission, explain
from bot.telegram.audience import asker, attend
from bot.telegram.backend import Backend
from bot.telegram.chats import ChatAnswer
from bot.telegram.comparing import (
    answer_comparison,
    find_replied,
    is_second_link,
    on_compare,
    on_compare_button,
    on_comparison_press,
)
from bot.telegram.desk import GivenUp
from bot.telegram.digest_presses import on_digest_press, on_open
from bot.telegram.digests import on_digest, on_digest_choice
from bot.telegram.elsewhere import on_begin, on_chosen, on_guest, on_inline_query
from bot.telegram.following import on_feed_choice, on_follow, on_following, on_opml, on_unfollow
from bot.telegram.once import answer_at_last, answer_once
from bot.telegram.preferences import on_choice, on_settings
from bot.telegram.presence import (
    listen,
    occasion_of,
    on_membership,
    on_migration,
    on_topic_reopened,
)
from bot.telegram.presses import Context, answer_press, on_ask_button, on_press, on_renewal
from bot.telegram.questions import on_ask, on_question
from bot.telegram.replies import Reply, say
from bot.telegram.rereading import on_recheck
from bot.telegram.searching import on_search
from bot.telegram.submissions import find_submissions
from bot.telegram.translating import on_language
from bot.telegram.usage import on_stats, on_usage

log = logging.getLogger(__name__)

Handler = BaseHandler[Any, Any, Any]

MAX_LINKS: Final = 3
"""Links of one message that are briefed."""


def handler_table(
    *,
    access: Access,
    backend: Backend,
    model: str | None = None,
    vision: str | None = None,
) -> list[list[Handler]]:
    """Return the handlers, group by group: of each group the first that fits handles the update.

    `model` and `vision` are the models' names for /privacy and /help, None when there is none.
    """
    new, written = UpdateType.MESSAGE, UpdateType.MESSAGE | UpdateType.EDITED_MESSAGE
    private = new & ChatType.PRIVATE
    asks = Asks(Ask.BRIEF, Ask.REPLIED, Ask.LINK)
    moved, reopened = new & StatusUpdate.MIGRATE, new & StatusUpdate.FORUM_TOPIC_REOPENED
    chats = backend.chats
    texts: dict[str, Callable[[], str]] = {
        "start": partial(_, phrases.START),
        "help": partial(phrases.help_text, vision),
        "privacy": partial(phrases.privacy, model, vision, looks_up=backend.annotations.are_on),
    }
    unknown = partial(on_text, text=partial(_, phrases.UNKNOWN_COMMAND), backend=backend)
    on_totals = partial(on_stats, backend=backend, owner=access.owner, otherwise=phrases.UNKNOWN_COMMAND)
    on_brief = partial(on_submission, backend=backend)
    on_reply = partial(on_question, backend=backend, otherwise=on_brief)
    return [
        [
            ChatMemberHandler(
                partial(on_membership, chats=chats, delivery=backend.delivery),
                ChatMemberHandler.MY_CHAT_MEMBER,
            ),
            MessageHandler(moved, partial(on_migration, chats=chats, delivery=backend.delivery)),
            MessageHandler(reopened, partial(on_topic_reopened, chats=chats)),
        ],
        [TypeHandler(Update, partial(attend, chats=chats))],
        [TypeHandler(Update, partial(guard, access=access, chats=chats))],
        [TypeHandler(Update, partial(listen, chats=chats))],
        [
            *(
                CommandHandler(name, partial(on_text, text=t, backend=backend), new)
                for name, t in texts.items()
            ),
            CommandHandler("brief", on_brief, written),
            CommandHandler("ask", partial(on_ask, backend=backend), written),
            CommandHandler("compare", partial(on_compare, backend=backend), new),
            CommandHandler("search", partial(on_search, backend=backend), new),
            CommandHandler("usage", partial(on_usage, backend=backend, model=model), new),
            CommandHandler("stats", on_totals, new),
            CommandHandler("settings", partial(on_settings, backend=backend), new),
            CommandHandler("digest", partial(on_digest, backend=backend), new),
            CommandHandler("follow", partial(on_follow, backend=backend), new),
            CommandHandler("unfollow", partial(on_unfollow, backend=backend), new),
            CommandHandler("following", partial(on_following, backend=backend), new),
            CommandHandler("cancel", partial(on_cancel, backend=backend), new),
            CommandHandler("forget", partial(on_forget, backend=backend), new),
            MessageHandler(private & COMMAND, unknown),
            MessageHandler(private & Document.FileExtension("opml"), partial(on_opml, backend=backend)),
            MessageHandler(written & ~COMMAND & Asks(Ask.QUESTION), on_reply),
            MessageHandler(written & ChatType.PRIVATE & (TEXT | ~StatusUpdate.ALL), on_brief),
            MessageHandler(written & ChatType.GROUPS & asks, on_brief),
            CallbackQueryHandler(partial(on_renewal, backend=backend), pattern="^n:"),
            CallbackQueryHandler(partial(on_recheck, backend=backend), pattern="^v:"),
            CallbackQueryHandler(partial(on_choice, backend=backend), pattern="^s:"),
            CallbackQueryHandler(partial(on_digest_choice, backend=backend), pattern="^w:"),
            CallbackQueryHandler(partial(on_feed_choice, backend=backend), pattern="^f:"),
            CallbackQueryHandler(partial(on_language, backend=backend), pattern="^l:"),
            CallbackQueryHandler(partial(on_ask_button, backend=backend), pattern="^a:"),
            CallbackQueryHandler(partial(on_compare_button, backend=backend), pattern="^c:"),
            CallbackQueryHandler(partial(on_comparison_press, backend=backend), pattern="^k:"),
            CallbackQueryHandler(partial(on_begin, backend=backend), pattern="^i:"),
            CallbackQueryHandler(partial(on_digest_press, backend=backend), pattern="^d:"),
            CallbackQueryHandler(partial(on_open, backend=backend), pattern="^o:"),
            CallbackQueryHandler(partial(on_press, backend=backend)),
            MessageHandler(UpdateType.GUEST_MESSAGE, partial(on_guest, backend=backend)),
            InlineQueryHandler(partial(on_inline_query, backend=backend)),
            ChosenInlineResultHandler(partial(on_chosen, backend=backend)),
        ],
    ]


async def on_text(update: Update, _context: Context, *, text: Callable[[], str], backend: Backend) -> None:
    """Answer with a text of our own."""
    message = _message(update)
    await answer_once(say(text()), occasion_of(update, message), backend=backend)


async def on_submission(update: Update, _context: Context, *, backend: Backend) -> None:
    """Brief what a message holds, or what the message holds that it replies to."""
    message = _message(update)
    occasion = occasion_of(update, message)
    ask = address(message, me_of(message))
    subject = _subject(message, ask)
    try:
        submissions = await find_submissions(subject)
    except InputError as exc:
        if reply := _explain_input(exc, message, ask):
            await answer_once(reply, occasion, backend=backend)
        return
    if update.edited_message and submissions[0].kind != "link":
        return
    if not await _claim(update, message, backend):
        return
    is_second = ask is Ask.BRIEF and is_second_link(message, subject, submissions)
    if is_second and (first := await find_replied(message, backend)) is not None:
        await answer_comparison(update, message, (first, submissions[0]), backend)
        return
    for part, submission in enumerate(submissions[:MAX_LINKS]):
        place = replace(occasion, part=part)
        pasted = subject if submission.text is not None else None
        answer = ChatAnswer(place, submission, backend, unasked=ask is Ask.LINK, pasted=pasted)
        if not await answer_submission(answer, submission, update_id=update.update_id, backend=backend):
            return
    if len(submissions) > MAX_LINKS and ask is not Ask.LINK:
        rest = say(phrases.left_over(len(submissions), MAX_LINKS))
        await answer_once(rest, replace(occasion, part=MAX_LINKS), backend=backend)


async def on_forget(update: Update, _context: Context, *, backend: Backend) -> None:
    """Delete the chat's private briefs and what was asked about briefs, and say how many."""
    message = _message(update)
    asked_about = await backend.threads.forget_chat(message.chat_id)
    await backend.comparisons.forget_chat(message.chat_id)
    count = await backend.store.forget_chat(message.chat_id)
    had_digest = await _forget_digest(message.chat_id, backend)
    reply = say(phrases.forgotten(count, asked_about, had_digest=had_digest))
    await answer_once(reply, occasion_of(update, message), backend=backend)


async def _forget_digest(chat_id: int, backend: Backend) -> bool:
    """End the chat's digests, and forget its feeds and what was told; False when there was nothing."""
    had = (await backend.digests.record(chat_id)).subscription is not None
    had = had or bool(await backend.feeds.followed(chat_id))
    await backend.feeds.forget_chat(chat_id)
    await backend.digests.forget_chat(chat_id)
    await backend.delivery.plan(chat_id)
    return had


async def on_cancel(update: Update, _context: Context, *, backend: Backend) -> None:
    """End what somebody has asked for here and is not answered yet: its messages then say so."""
    message = _message(update)
    if await backend.undertakings.call_off(asker(), update.update_id):
        return
    # In a group a bare /cancel may be meant for another bot.
    if message.chat.type == message.chat.PRIVATE or "@" in (message.text or "").split()[0]:
        await answer_once(say(_(phrases.NOTHING_TO_CANCEL)), occasion_of(update, message), backend=backend)


async def on_error(update: object, context: Context, *, backend: Backend) -> None:
    """Tell the chat that something failed; an answer that could not be brought out is left to another try."""
    error = context.error
    if isinstance(error, TelegramError) and not isinstance(error, BadRequest | Forbidden):
        raise error
    if not isinstance(update, Update) or not isinstance(error, Exception):
        return
    if isinstance(error, GivenUp):
        await attend(update, context, chats=backend.chats)
    reply = explain(error, update.update_id)
    message = update.message or update.edited_message
    if update.callback_query:
        await answer_press(update.callback_query, reply.text)
        return
    if message is None or isinstance(error, Forbidden):
        return
    if address(message, me_of(message)) not in {Ask.NOTHING, Ask.LINK}:
        occasion = occasion_of(update, message)
        if isinstance(error, GivenUp):
            await answer_at_last(reply, occasion, backend=backend)
        else:
            await backend.sender.send(occasion.place, reply)


def _subject(message: Message, ask: Ask) -> Message:
    """Return the message to brief: a bare /brief and a mention are about the one replied to."""
    replied = replied_message(message)
    is_bare = len((message.text or message.caption or "").split()) <= 1 and message.document is None
    is_about_replied = ask is Ask.REPLIED or (ask is Ask.COMMAND and is_bare)
    return replied if is_about_replied and replied is not None else message


def _explain_input(exc: InputError, message: Message, ask: Ask) -> Reply | None:
    """Return what to say of a message that holds nothing to brief; None where a word on it would disturb."""
    if isinstance(exc, NothingToBrief):
        if ask is Ask.COMMAND:
            return say(_(phrases.NOTHING_TO_BRIEF))
        # Of an album, one picture carries the caption; the others are no questions.
        if message.media_group_id or message.chat.type != message.chat.PRIVATE:
            return None
    return None if ask is Ask.LINK else say(exc.sentence)


async def _claim(update: Update, message: Message, backend: Backend) -> bool:
    """Whether this update is the one to handle a message or album: no edit of what was handled before."""
    is_album = message.media_group_id is not None and (message.document is None or bool(pictures_of(message)))
    what = f"album:{message.media_group_id}" if is_album else str(message.message_id)
    try:
        return await backend.chats.claim(message.chat_id, what, update.update_id)
    except StoreUnavailable:
        return update.edited_message is None


def _message(update: Update) -> Message:
    """Return the message of an update that a message filter has let through."""
    message = update.message or update.edited_message
    if message is None:
        raise TypeError("an update without a message got past the filters")
    return message
