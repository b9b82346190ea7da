"""One answer to an update: a placeholder, edited in place until the brief stands there."""

import asyncio
import contextlib
import logging
import time
import traceback
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.article.models import Submission
from bot.briefing.models import Brief, Stage
from bot.errors import SaysoError, StoreUnavailable
from bot.telegram.replies import Reply, render, say
from bot.telegram.revisits import Revisits
from bot.telegram.sending import NO_PREVIEW, edit, send
from storage.inbox import Inbox

if TYPE_CHECKING:
    from bot.briefing.newsroom import Newsroom

log = logging.getLogger(__name__)

PARTS: Final = 4
"""Answers to one update at most: three briefs, and a word on the links left over."""

EDIT_EVERY_S: Final = 1.0
"""Telegram slows down a bot that changes one chat more often."""

TYPING_EVERY_S: Final = 4.5
"""Telegram shows "typing" for five seconds."""

STAGES: Final = {
    Stage.READING: "Reading…",
    Stage.DRAFTING: "Writing the brief…",
    Stage.CHECKING: "Checking it against the article…",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What is to be answered: an update, or the n-th part of one, in a chat."""

    update_id: int
    chat_id: int
    message_id: int | None = None
    """The message that the answer replies to."""
    part: int = 0

    @property
    def answer_id(self) -> int:
        """What the answer is remembered under; further parts take negative numbers, which no update has."""
        return -(self.update_id * PARTS + self.part) if self.part else self.update_id


async def answer_submission(
    bot: Bot,
    submission: Submission,
    occasion: Occasion,
    *,
    newsroom: "Newsroom",
    inbox: Inbox,
    revisits: Revisits,
    language: str | None = None,
) -> None:
    """Brief a submission in one message; a second try of the same update edits the message of the first.

    Raises TelegramError when the answer could not be brought out.
    """
    message_id = await _find_answer(inbox, occasion)
    if message_id is None:
        message_id = await send(
            bot, occasion.chat_id, say(STAGES[Stage.READING]), reply_to=occasion.message_id
        )
        await _remember(inbox, occasion, message_id)
    progress = Progress(bot, occasion.chat_id, message_id)
    brief: Brief | None = None
    async with _typing(bot, occasion.chat_id):
        try:
            brief = await newsroom.make_brief(submission, language=language, progress=progress)
            reply = render(brief)
        except Exception as exc:  # noqa: BLE001 - the outermost handler of a submission: its sender reads a sentence
            reply = explain(exc, occasion.update_id)
    await progress.finish()
    delivered = await _deliver(bot, inbox, occasion, message_id, reply)
    if brief is not None and brief.cached and delivered is not None:
        revisits.begin(bot, occasion.chat_id, delivered, submission, brief)


async def answer_once(bot: Bot, reply: Reply, occasion: Occasion, *, inbox: Inbox) -> None:
    """Send a reply, unless an earlier try of the same update has; raises TelegramError as `send` does."""
    if await _find_answer(inbox, occasion) is None:
        await _deliver(bot, inbox, occasion, None, reply)


def explain(exc: Exception, update_id: int) -> Reply:
    """Return what a reader is told of a failure; an unexpected one is logged by place, without its text."""
    if isinstance(exc, SaysoError):
        log.info("update %d: %s", update_id, type(exc).__name__)
        return say(exc.sentence)
    # The exception's own text could quote a message or an article.
    places = "".join(traceback.format_tb(exc.__traceback__))
    log.error("update %d failed: %s\n%s", update_id, type(exc).__name__, places)
    return say(SaysoError.template)


class Progress:
    """Shows the stage in the placeholder: at most one edit a second, and never waited for."""

    def __init__(
        self, bot: Bot, chat_id: int, message_id: int | None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._bot = bot
        self._chat_id = chat_id
        self._message_id = message_id
        self._clock = clock
        self._edited = clock()
        self._edit: asyncio.Task[None] | None = None

    async def __call__(self, stage: Stage) -> None:
        """Show the stage, unless an edit is under way or the last was less than a second ago."""
        under_way = self._edit is not None and not self._edit.done()
        if self._message_id is None or under_way or self._clock() - self._edited < EDIT_EVERY_S:
            return
        self._edited = self._clock()
        self._edit = asyncio.create_task(self._show(self._message_id, STAGES[stage]))

    async def finish(self) -> None:
        """Wait for the edit under way, so that it cannot overtake the answer."""
        if self._edit is not None:
            await self._edit

    async def _show(self, message_id: int, text: str) -> None:
        with contextlib.suppress(TelegramError):
            await self._bot.edit_message_text(
                text, chat_id=self._chat_id, message_id=message_id, link_preview_options=NO_PREVIEW
            )


@contextlib.asynccontextmanager
async def _typing(bot: Bot, chat_id: int) -> AsyncIterator[None]:
    """Show "typing…" meanwhile."""

    async def show() -> None:
        while True:
            with contextlib.suppress(TelegramError):
                await bot.send_chat_action(chat_id, ChatAction.TYPING)
            await asyncio.sleep(TYPING_EVERY_S)

    shown = asyncio.create_task(show())
    try:
        yield
    finally:
        shown.cancel()


async def _deliver(
    bot: Bot, inbox: Inbox, occasion: Occasion, message_id: int | None, reply: Reply
) -> int | None:
    """Bring the reply out, in the placeholder if there is one; return the id of its message."""
    if message_id is not None:
        delivered = await edit(bot, occasion.chat_id, message_id, reply)
    else:
        delivered = await send(bot, occasion.chat_id, reply, reply_to=occasion.message_id)
    if delivered != message_id:
        await _remember(inbox, occasion, delivered)
    return delivered


async def _find_answer(inbox: Inbox, occasion: Occasion) -> int | None:
    try:
        return await inbox.find_answer(occasion.answer_id)
    except StoreUnavailable:
        return None


async def _remember(inbox: Inbox, occasion: Occasion, message_id: int | None) -> None:
    """Remember the answer's message; without a store a second try would send another, and that is all."""
    if message_id is not None:
        with contextlib.suppress(StoreUnavailable):
            await inbox.remember_answer(occasion.answer_id, occasion.chat_id, message_id)
