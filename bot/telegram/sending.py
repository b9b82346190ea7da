"""Sending and editing, with one answer to each of Telegram's errors; previews of links are always off."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Final, TypeVar

from telegram import Bot, ForceReply, LinkPreviewOptions, MessageEntity, ReplyParameters
from telegram.error import BadRequest, ChatMigrated, Forbidden, NetworkError, RetryAfter, TimedOut

from bot.errors import StoreUnavailable
from bot.memo import Memo
from bot.metrics import DEFECTS
from bot.telegram.plain_calls import call_plainly
from bot.telegram.replies import Reply
from bot.telegram.request import NotDone
from storage.chats import ChatStore, Closed

log = logging.getLogger(__name__)

T = TypeVar("T")

NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)

BACK_OFF_S: Final = (0.25, 0.5, 1, 2)
"""Pauses before a call that was certainly not done is made again."""

UNCHANGED = "message is not modified"
VANISHED = ("message to edit not found", "message can't be edited")
GONE = ("chat not found", "user is deactivated", "bot was kicked", "bot was blocked")
MUTED = (
    "not enough rights",
    "have no rights",
    "chat_write_forbidden",
    "chat_restricted",
    "need administrator",
)
NO_TOPIC = ("message thread not found", "topic_deleted", "topic_id_invalid")
TOPIC_CLOSED = "topic_closed"
BAD_QUOTE = "quote"
NO_INLINE_MESSAGE = "message_id_invalid"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a message goes: a chat, a topic of it, the message that it answers, the words quoted."""

    chat_id: int
    thread_id: int | None = None
    reply_to: int | None = None
    quote: str | None = None
    quote_position: int | None = None
    """Where in the message the words begin, in UTF-16 units; None where it does not matter."""
    quote_entities: tuple[MessageEntity, ...] = ()


@dataclass(frozen=True, slots=True)
class Posted:
    """A message of ours; no number when Telegram's answer got lost, and with it whether it arrived."""

    chat_id: int
    message_id: int | None
    is_topic_gone: bool = field(default=False, compare=False)
    """Whether it was for a topic that is gone, and went to the chat at large."""


class Sender:
    """Brings messages out, and remembers the chats that take none."""

    def __init__(self, bot: Bot, chats: ChatStore) -> None:
        self.bot = bot
        self._chats = chats

    async def send(self, place: Place, reply: Reply) -> Posted | None:
        """Send a message; None when the chat is closed to us, which is remembered.

        A send whose answer got lost is never repeated: Telegram may have delivered it. It goes on to the
        supergroup that a group became, and without a topic that is gone or a quotation that is not found.
        Raises NetworkError when nothing was sent, RetryAfter when Telegram wants too long a pause.
        """
        try:
            return Posted(place.chat_id, await self._post(place, reply))
        except ChatMigrated as exc:
            await self._follow(place.chat_id, exc.new_chat_id)
            # Topics and the message answered stay behind.
            return await self.send(Place(chat_id=exc.new_chat_id), reply)
        except (Forbidden, BadRequest) as exc:
            if place.quote and _says(exc, BAD_QUOTE):
                return await self.send(
                    replace(place, quote=None, quote_position=None, quote_entities=()), reply
                )
            if place.thread_id and _says(exc, *NO_TOPIC):
                posted = await self.send(replace(place, thread_id=None), reply)
                return replace(posted, is_topic_gone=True) if posted else None
            await self._close(place, exc)
        return None

    async def edit(self, posted: Posted, reply: Reply, place: Place | None = None) -> Posted | None:
        """Make a message show `reply`; one that is gone is sent anew to `place`, or to its chat.

        An edit whose answer got lost is repeated once: a second time it changes nothing. Raises as `send`.
        """
        anew = place or Place(chat_id=posted.chat_id)

        async def call() -> object:
            return await self.bot.edit_message_text(
                reply.text,
                chat_id=posted.chat_id,
                message_id=posted.message_id,
                entities=reply.entities,
                reply_markup=reply.keyboard,
                link_preview_options=NO_PREVIEW,
            )

        if posted.message_id is None:
            return await self.send(anew, reply)
        try:
            await _insist(call, repeats=1)
        except ChatMigrated as exc:
            await self._follow(posted.chat_id, exc.new_chat_id)
            return await self.send(Place(chat_id=exc.new_chat_id), reply)
        except (Forbidden, BadRequest) as exc:
            if _says(exc, *VANISHED):
                return await self.send(anew, reply)
            if not _says(exc, UNCHANGED):
                await self._close(anew, exc)
                return None
        return posted

    async def react(self, chat_id: int, message_id: int, emoji: str) -> bool:
        """Set a reaction, again when it is in doubt; False where none can be set. Raises NetworkError."""
        try:
            await _insist(lambda: self.bot.set_message_reaction(chat_id, message_id, emoji), repeats=3)
        except (Forbidden, BadRequest):
            return False
        return True

    async def edit_inline(self, inline_id: str, reply: Reply) -> bool:
        """Make a message in a chat unknown to us show `reply`; False when it is gone. Raises as `send`."""

        async def call() -> object:
            return await self.bot.edit_message_text(
                reply.text,
                inline_message_id=inline_id,
                entities=reply.entities,
                reply_markup=reply.keyboard,
                link_preview_options=NO_PREVIEW,
            )

        try:
            await _insist(call, repeats=1)
        except (Forbidden, BadRequest) as exc:
            if isinstance(exc, BadRequest) and not _says(exc, UNCHANGED, NO_INLINE_MESSAGE, *VANISHED):
                raise
            return _says(exc, UNCHANGED)
        return True

    async def _post(self, place: Place, reply: Reply) -> int | None:
        """Send, and return the message's number; None when Telegram's answer got lost."""
        replied = None
        if place.reply_to is not None:
            replied = ReplyParameters(
                place.reply_to,
                allow_sending_without_reply=True,
                quote=place.quote,
                quote_position=place.quote_position,
                quote_entities=place.quote_entities,
            )

        async def call() -> dict[str, Any]:
            parameters = {
                "chat_id": place.chat_id,
                "reply_parameters": replied,
                "message_thread_id": place.thread_id,
                **_spell(reply),
            }
            answer: dict[str, Any] = await call_plainly(self.bot, "send_Message", parameters)
            return answer

        try:
            return int((await _insist(call))["message_id"])
        except (Forbidden, BadRequest, NotDone):
            raise
        except NetworkError as exc:
            log.warning("a message to chat %d may not have arrived: %s", place.chat_id, type(exc).__name__)
            return None

    async def _follow(self, old_id: int, new_id: int) -> None:
        """Take what is known of a group to the supergroup that it became."""
        log.info("chat %d became %d", old_id, new_id)
        with contextlib.suppress(StoreUnavailable):
            await self._chats.migrate(old_id, new_id)

    async def _close(self, place: Place, exc: Forbidden | BadRequest) -> None:
        """Remember that a chat takes no messages of ours: nobody's fault. Raises what is a defect of ours."""
        is_topic = _says(exc, TOPIC_CLOSED)
        why: Closed | None = "muted" if is_topic or _says(exc, *MUTED) else None
        if why is None and (isinstance(exc, Forbidden) or _says(exc, *GONE)):
            why = "removed"
        if why is None:
            # Text and entities are built by code, within Telegram's bounds: this must not happen.
            log.error("a defect: Telegram refuses a message (%s)", type(exc).__name__)
            DEFECTS.inc()
            raise exc
        log.info("chat %d is closed to us: %s", place.chat_id, type(exc).__name__)
        with contextlib.suppress(StoreUnavailable):
            await self._chats.close(place.chat_id, why, (place.thread_id or GENERAL) if is_topic else None)


_SPELLED: Final = Memo[Reply, dict[str, Any]]()


def _spell(reply: Reply) -> dict[str, Any]:
    """Return what a reply says as it goes over the wire; of one that stays in memory, spelled once."""

    def spell() -> dict[str, Any]:
        markup = ForceReply() if reply.is_prompt else reply.keyboard
        return {
            "text": reply.text,
            "entities": [entity.to_dict() for entity in reply.entities],
            "reply_markup": markup.to_dict() if markup else None,
            "link_preview_options": NO_PREVIEW.to_dict(),
        }

    return _SPELLED.recall(reply, None, spell)


GENERAL: Final = 1
"""The topic that a forum's messages without one are in."""


async def _insist(call: Callable[[], Awaitable[T]], *, repeats: int = 0) -> T:
    """Make a call, again when it was not done, and `repeats` times when that is in doubt."""
    pauses = list(BACK_OFF_S)
    while True:
        try:
            return await call()
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


def _says(exc: Forbidden | BadRequest, *phrases: str) -> bool:
    return any(phrase in exc.message.lower() for phrase in phrases)
