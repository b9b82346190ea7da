"""Context after a brief: looked for once the brief is there, and shown by an edit of its message."""

import asyncio
import logging
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from telegram import Bot
from telegram.error import RetryAfter, TelegramError

from bot.briefing.models import Brief
from bot.errors import StoreUnavailable
from bot.locales import spoken_language
from bot.telegram.background import Background
from bot.telegram.pacing import Dropped
from bot.telegram.replies import render
from bot.telegram.sending import NO_PREVIEW, Posted, flood_pause_s
from storage.turned import TurnedStore
from storage.windows import acting

if TYPE_CHECKING:
    from bot.briefing.newsroom import AddContext

log = logging.getLogger(__name__)

LONGEST_PAUSE_S: Final = 60
"""Context that Telegram lets us show only later than that is shown with the next press."""

PAUSE_S: Final = 3.0
"""When there is no room for it just now, it is tried again so much later."""

_TRIES: Final = 20

Then = Callable[[Brief], None]
"""What follows, with the brief as it is shown now."""


class Annotations(Background):
    """Adds context in the background: nobody waits for it, and a stop ends it.

    A reader who has opened another view of the brief meanwhile keeps that: the context is there when they go
    back.
    """

    def __init__(self, add_context: "AddContext | None", turned: TurnedStore) -> None:
        super().__init__()
        self._add_context = add_context
        self._turned = turned

    @property
    def are_on(self) -> bool:
        """Whether context is looked for at all."""
        return self._add_context is not None

    def begin(self, bot: Bot, posted: Posted, brief: Brief, then: Then | None = None) -> None:
        """Look for the context of a brief just shown, unless it has it; `then` follows in any case."""
        if self._add_context is None or brief.context is not None or posted.message_id is None:
            if then is not None:
                then(brief)
            return
        place = posted.chat_id, posted.message_id
        self.start(self._annotate(self._add_context, bot, place, brief, then))

    async def turn(self, chat_id: int, message_id: int, brief_id: str, *, is_front: bool = False) -> None:
        """Note that a message is to show another view of a brief, or its front again; raises nothing."""
        try:
            if is_front:
                await self._turned.turn_back(chat_id, message_id, brief_id)
            else:
                await self._turned.turn(chat_id, message_id, brief_id)
        except StoreUnavailable:
            return

    async def _annotate(
        self, add_context: "AddContext", bot: Bot, place: tuple[int, int], brief: Brief, then: Then | None
    ) -> None:
        try:
            annotated = await add_context(brief, reader_language=spoken_language())
            await self._show(bot, place, annotated)
        except Exception as exc:  # noqa: BLE001 - the outermost handler of a courtesy: it must cost nobody anything
            log.warning("no context: %s", type(exc).__name__)
            annotated = brief
        if then is not None:
            then(annotated)

    async def _show(self, bot: Bot, place: tuple[int, int], brief: Brief) -> None:
        """Edit the message, where it still shows the front of the brief; one that is gone stays gone."""
        reply = render(brief)
        for _ in range(_TRIES):
            if not await self._claim(place, brief.id):
                return
            try:
                with acting("courtesy"):  # waiting for room would hold off the reader's own presses
                    await bot.edit_message_text(
                        reply.text,
                        chat_id=place[0],
                        message_id=place[1],
                        entities=reply.entities,
                        reply_markup=reply.keyboard,
                        link_preview_options=NO_PREVIEW,
                    )
            except (RetryAfter, Dropped) as exc:
                pause_s = flood_pause_s(exc) if isinstance(exc, RetryAfter) else PAUSE_S
            except TelegramError as exc:
                log.info("context was not shown: %s", type(exc).__name__)
                return
            else:
                return
            finally:
                await self._release(place, brief.id)
            if pause_s > LONGEST_PAUSE_S:
                return
            await asyncio.sleep(pause_s)

    async def _claim(self, place: tuple[int, int], brief_id: str) -> bool:
        """Whether nobody has turned the message to another view; without a store nobody can."""
        try:
            return await self._turned.claim(*place, brief_id)
        except StoreUnavailable:
            return True

    async def _release(self, place: tuple[int, int], brief_id: str) -> None:
        try:
            await self._turned.release(*place, brief_id)
        except StoreUnavailable:
            return
