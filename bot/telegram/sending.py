"""Sending and editing, with one answer to each of Telegram's errors; previews of links are always off."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final, TypeVar

from telegram import Bot, LinkPreviewOptions, Message, ReplyParameters
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.telegram.replies import Reply
from bot.telegram.request import NotDone

log = logging.getLogger(__name__)

T = TypeVar("T")

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

MAX_FLOOD_WAIT_S: Final = 60
"""A longer pause than this is not waited for: the update stays in the inbox and is tried again."""

BACK_OFF_S: Final = (0.25, 0.5, 1, 2)
"""Pauses before a call that was certainly not done is made again."""

UNCHANGED = "message is not modified"
VANISHED = ("message to edit not found", "message can't be edited")
GONE = ("chat not found", "user is deactivated", "bot was kicked", "bot was blocked")


async def send(bot: Bot, chat_id: int, reply: Reply, *, reply_to: int | None = None) -> int | None:
    """Send a message and return its id; None when the chat is closed to us or the call's answer got lost.

    A send whose answer got lost is never repeated, since Telegram may have delivered it.
    Raises NetworkError when nothing was sent, RetryAfter when Telegram wants a pause too long to wait for.
    """
    parameters = ReplyParameters(reply_to, allow_sending_without_reply=True) if reply_to else None

    async def call() -> Message:
        return await bot.send_message(
            chat_id,
            reply.text,
            entities=reply.entities,
            reply_markup=reply.keyboard,
            link_preview_options=NO_PREVIEW,
            reply_parameters=parameters,
        )

    try:
        return (await _insist(call)).message_id
    except (Forbidden, BadRequest) as exc:
        if not _is_closed(exc):
            raise
        log.info("chat %d is closed to us: %s", chat_id, type(exc).__name__)
    except NotDone:
        raise
    except NetworkError as exc:
        log.warning("a message to chat %d may not have arrived: %s", chat_id, type(exc).__name__)
    return None


async def edit(bot: Bot, chat_id: int, message_id: int, reply: Reply) -> int | None:
    """Make a message show `reply` and return its id; a message that is gone is sent anew.

    An edit whose answer got lost is repeated once: a second time it changes nothing. Raises as `send` does.
    """

    async def call() -> object:
        return await bot.edit_message_text(
            reply.text,
            chat_id=chat_id,
            message_id=message_id,
            entities=reply.entities,
            reply_markup=reply.keyboard,
            link_preview_options=NO_PREVIEW,
        )

    try:
        await _insist(call, repeats=1)
    except (Forbidden, BadRequest) as exc:
        if _says(exc, UNCHANGED):
            return message_id
        if _says(exc, *VANISHED):
            return await send(bot, chat_id, reply)
        if not _is_closed(exc):
            raise
        log.info("chat %d is closed to us: %s", chat_id, type(exc).__name__)
        return None
    return message_id


async def _insist(call: Callable[[], Awaitable[T]], *, repeats: int = 0) -> T:
    """Make a call, again after a flood pause or when it was not done, `repeats` times when in doubt."""
    pauses = list(BACK_OFF_S)
    while True:
        try:
            return await call()
        except RetryAfter as exc:
            pause = flood_pause_s(exc)
            if pause > MAX_FLOOD_WAIT_S or not pauses:
                raise
            pauses.pop(0)
        except NotDone:
            if not pauses:
                raise
            pause = pauses.pop(0)
        except (TimedOut, NetworkError) as exc:
            if isinstance(exc, BadRequest) or repeats == 0:
                raise
            repeats, pause = repeats - 1, BACK_OFF_S[0]
        await asyncio.sleep(pause)


def flood_pause_s(exc: RetryAfter) -> float:
    """Return the pause that Telegram asks for, in seconds."""
    pause = exc.retry_after
    return pause.total_seconds() if isinstance(pause, timedelta) else float(pause)


def _is_closed(exc: Forbidden | BadRequest) -> bool:
    """Whether the chat does not take our messages; that is nobody's fault and needs no second try."""
    return isinstance(exc, Forbidden) or _says(exc, *GONE)


def _says(exc: Forbidden | BadRequest, *phrases: str) -> bool:
    return any(phrase in exc.message.lower() for phrase in phrases)
