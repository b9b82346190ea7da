"""Signs of life for who waits: a reaction as receipt, and "typing…"."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Final

from telegram import Bot
from telegram.constants import ChatAction, ReactionEmoji
from telegram.error import TelegramError

TYPING_EVERY_S: Final = 4.5
"""Telegram shows "typing" for five seconds."""

RECEIPT_S: Final = 1.0
"""A reaction that is not set so long after the answer is given up."""

LOOK_EVERY_S: Final = 0.5
"""While a draft is shown there is no "typing"; so soon it is seen that the draft has ended."""


@contextlib.asynccontextmanager
async def show_courtesies(
    bot: Bot,
    chat_id: int,
    thread_id: int | None,
    message_id: int | None,
    *,
    is_typing: Callable[[], bool],
) -> AsyncIterator[None]:
    """React to the message, if one is named, and show "typing…" meanwhile, as long as `is_typing` says so."""
    receipt = asyncio.create_task(_give_receipt(bot, chat_id, message_id))
    typing = asyncio.create_task(_show_typing(bot, chat_id, thread_id, is_typing))
    try:
        yield
        await asyncio.wait({receipt}, timeout=RECEIPT_S)
    finally:
        receipt.cancel()
        typing.cancel()


async def _give_receipt(bot: Bot, chat_id: int, message_id: int | None) -> None:
    """React to the message: it was seen, even before anything can be sent."""
    if message_id is not None:
        with contextlib.suppress(TelegramError):
            await bot.set_message_reaction(chat_id, message_id, ReactionEmoji.EYES)


async def _show_typing(bot: Bot, chat_id: int, thread_id: int | None, is_typing: Callable[[], bool]) -> None:
    while True:
        if not is_typing():
            await asyncio.sleep(LOOK_EVERY_S)
            continue
        with contextlib.suppress(TelegramError):
            await bot.send_chat_action(chat_id, ChatAction.TYPING, message_thread_id=thread_id)
        await asyncio.sleep(TYPING_EVERY_S)
