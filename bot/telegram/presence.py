"""Where the bot is: let in, thrown out, muted, moved; and which of a chat's messages it pays attention to."""

import contextlib
from datetime import timedelta
from typing import Any, Final

from telegram import ChatMemberRestricted, MaybeInaccessibleMessage, Message, Update
from telegram.constants import ChatMemberStatus
from telegram.ext import ApplicationHandlerStop

from bot.digest.delivery import Delivery
from bot.errors import StoreUnavailable
from bot.telegram.addressing import Ask, address, me_of
from bot.telegram.answers import Occasion
from bot.telegram.digest_post import Issue
from bot.telegram.sending import GENERAL
from storage.chats import ChatStore

EDITED_WITHIN: Final = timedelta(hours=1)
"""A message that only now says what to brief is answered when it was edited this soon."""


async def on_membership(
    update: Update, _context: Any, *, chats: ChatStore, delivery: Delivery[Issue]
) -> None:
    """Remember that the bot was thrown out, blocked or muted, or that it was let in again."""
    change = update.my_chat_member
    if change is None:
        return
    member = change.new_chat_member
    with contextlib.suppress(StoreUnavailable):
        if member.status in {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}:
            await chats.close(change.chat.id, "removed")
        elif isinstance(member, ChatMemberRestricted) and not member.can_send_messages:
            await chats.close(change.chat.id, "muted")
        else:
            await chats.reopen(change.chat.id)
            await delivery.resume(change.chat.id)
    raise ApplicationHandlerStop


async def on_migration(update: Update, _context: Any, *, chats: ChatStore, delivery: Delivery[Issue]) -> None:
    """Take what is known of a group to the supergroup that it became; Telegram tells both."""
    message = update.message
    pair: tuple[int, int] | None = None
    if message is not None and message.migrate_to_chat_id:
        pair = (message.chat_id, message.migrate_to_chat_id)
    elif message is not None and message.migrate_from_chat_id:
        pair = (message.migrate_from_chat_id, message.chat_id)
    if pair is not None:
        await chats.migrate(*pair)
        for chat_id in pair:
            await delivery.plan(chat_id)
    raise ApplicationHandlerStop


async def on_topic_reopened(update: Update, _context: Any, *, chats: ChatStore) -> None:
    """Remember that a topic takes messages again."""
    if update.message is not None:
        with contextlib.suppress(StoreUnavailable):
            await chats.reopen(update.message.chat_id, topic_of(update.message) or GENERAL)
    raise ApplicationHandlerStop


async def listen(update: Update, _context: Any, *, chats: ChatStore) -> None:
    """Stop what is not for us, and what comes from where no answer could go."""
    message = update.message or update.edited_message
    if message is None:
        return
    if update.edited_message and not _is_fresh(message):
        raise ApplicationHandlerStop
    ask = address(message, me_of(message))
    if ask is Ask.NOTHING or (ask is Ask.LINK and not await _briefs_every_link(message, chats)):
        raise ApplicationHandlerStop
    if await _is_closed(message, chats):
        raise ApplicationHandlerStop


def _is_fresh(message: Message) -> bool:
    """Whether an edit came soon after the message: later it may be forgotten that it was handled before."""
    return message.edit_date is None or message.edit_date - message.date < EDITED_WITHIN


def occasion_of(update: Update, message: MaybeInaccessibleMessage) -> Occasion:
    """Return where the answer to a message, or to a press of its button, goes: below it, in its topic."""
    return Occasion(
        update_id=update.update_id,
        chat_id=message.chat.id,
        thread_id=topic_of(message) if isinstance(message, Message) else None,
        message_id=message.message_id,
    )


def topic_of(message: Message) -> int | None:
    """Return the topic that a message is in; the threads of replies in other groups are none."""
    return message.message_thread_id if message.is_topic_message else None


async def _briefs_every_link(message: Message, chats: ChatStore) -> bool:
    try:
        return (await chats.preferences(message.chat_id)).every_link
    except StoreUnavailable:
        return False


async def _is_closed(message: Message, chats: ChatStore) -> bool:
    """Whether the chat is known to take no answer; a message sent since shows that the bot is in it."""
    try:
        closure = await chats.closure(message.chat_id, topic_of(message) or GENERAL)
        if closure is None:
            return False
        if closure.why == "muted" or message.date.timestamp() <= closure.since:
            return True
        await chats.reopen(message.chat_id)
    except StoreUnavailable:
        pass
    return False
