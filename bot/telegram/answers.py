"""One answer to an update: a placeholder, edited in place until the brief stands there."""

import asyncio
import contextlib
import logging
import time
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from telegram.constants import ChatAction, ReactionEmoji
from telegram.error import TelegramError

from bot.article.models import Submission
from bot.briefing.models import Brief, Stage
from bot.errors import SaysoError, StoreUnavailable
from bot.locales import N_, _
from bot.telegram.audience import brief_language
from bot.telegram.backend import Backend
from bot.telegram.replies import Reply, render, say
from bot.telegram.sending import NO_PREVIEW, Place, Posted

log = logging.getLogger(__name__)

PARTS: Final = 4
"""Answers to one update at most: three briefs, and a word on the links left over."""

EDIT_EVERY_S: Final = 1.0
"""Telegram slows down a bot that changes one chat more often."""

TYPING_EVERY_S: Final = 4.5
"""Telegram shows "typing" for five seconds."""

RECEIPT_S: Final = 1.0
"""A reaction that is not set so long after the answer is given up."""

STAGES: Final = {
    Stage.READING: N_("Reading…"),
    Stage.DRAFTING: N_("Writing the brief…"),
    Stage.CHECKING: N_("Checking it against the article…"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """What is to be answered: an update, or the n-th part of one, in a chat."""

    update_id: int
    chat_id: int
    thread_id: int | None = None
    """The topic of the chat."""
    message_id: int | None = None
    """The message that the answer replies to."""
    part: int = 0

    @property
    def answer_id(self) -> int:
        """What the answer is remembered under; further parts take negative numbers, which no update has."""
        return -(self.update_id * PARTS + self.part) if self.part else self.update_id

    @property
    def place(self) -> Place:
        """Where the answer goes."""
        return Place(chat_id=self.chat_id, thread_id=self.thread_id, reply_to=self.message_id)


class Answer(Protocol):
    """The one message that answers a submission, from its placeholder on."""

    @property
    def tells_failures(self) -> bool:
        """Whether somebody asked, and so is told when there is no brief."""

    def courtesies(self) -> AbstractAsyncContextManager[None]:
        """Give signs of life meanwhile; raises nothing."""

    async def begin(self) -> bool:
        """Show that work has begun; False when nobody would see what comes of it."""

    async def show(self, text: str) -> None:
        """Show how far the work is, where that is shown; raises nothing."""

    async def deliver(self, reply: Reply, brief: Brief | None) -> None:
        """Bring out the end of it; raises TelegramError when that failed."""


async def answer_submission(
    answer: Answer, submission: Submission, *, update_id: int, backend: Backend, language: str | None = None
) -> None:
    """Brief a submission in one message; raises TelegramError when the answer could not be brought out."""
    async with answer.courtesies():
        if not await answer.begin():
            return
        progress = Progress(answer.show)
        brief: Brief | None = None
        try:
            wanted = language or brief_language()
            brief = await backend.newsroom.make_brief(submission, language=wanted, progress=progress)
            reply = render(brief)
        except Exception as exc:  # noqa: BLE001 - the outermost handler of a submission: its sender reads a sentence
            reply = explain(exc, update_id)
        await progress.finish()
        if brief is not None or answer.tells_failures:
            await answer.deliver(reply, brief)


async def answer_once(reply: Reply, occasion: Occasion, *, backend: Backend) -> None:
    """Send a reply, unless an earlier try of the same update has; raises TelegramError as `send` does."""
    if await _find_answer(backend, occasion) is None:
        await _remember(backend, occasion, await backend.sender.send(occasion.place, reply))


def explain(exc: Exception, update_id: int) -> Reply:
    """Return what a reader is told of a failure; an unexpected one is logged by place, without its text."""
    if isinstance(exc, SaysoError):
        log.info("update %d: %s", update_id, type(exc).__name__)
        return say(exc.sentence)
    # The exception's own text could quote a message or an article.
    places = "".join(traceback.format_tb(exc.__traceback__))
    log.error("update %d failed: %s\n%s", update_id, type(exc).__name__, places)
    return say(SaysoError().sentence)


class Progress:
    """Shows the stage by `show`: at most one edit a second, and never waited for."""

    def __init__(
        self, show: Callable[[str], Awaitable[None]], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._show = show
        self._clock = clock
        self._edited = clock()
        self._edit: asyncio.Future[None] | None = None

    async def __call__(self, stage: Stage) -> None:
        """Show the stage, unless an edit is under way or the last was less than a second ago."""
        under_way = self._edit is not None and not self._edit.done()
        if under_way or self._clock() - self._edited < EDIT_EVERY_S:
            return
        self._edited = self._clock()
        self._edit = asyncio.ensure_future(self._show(_(STAGES[stage])))

    async def finish(self) -> None:
        """Wait for the edit under way, so that it cannot overtake the answer."""
        if self._edit is not None:
            await self._edit


class ChatAnswer:
    """An answer in a chat; a second try of the same update edits the message of the first.

    Stages are shown in private chats only: in a group every edit counts against twenty messages a minute.
    `unasked`: nobody asked for this brief, so that nothing is shown until it is there.
    """

    def __init__(
        self, occasion: Occasion, submission: Submission, backend: Backend, *, unasked: bool = False
    ) -> None:
        self._occasion = occasion
        self._submission = submission
        self._backend = backend
        self._unasked = unasked
        self._posted: Posted | None = None

    @property
    def tells_failures(self) -> bool:
        """Whether somebody asked."""
        return not self._unasked

    @contextlib.asynccontextmanager
    async def courtesies(self) -> AsyncIterator[None]:
        """React to the message, and show "typing…" meanwhile; neither where nobody asked."""
        if self._unasked:
            yield
            return
        receipt = asyncio.create_task(self._give_receipt())
        typing = asyncio.create_task(self._show_typing())
        try:
            yield
            await asyncio.wait({receipt}, timeout=RECEIPT_S)
        finally:
            receipt.cancel()
            typing.cancel()

    async def begin(self) -> bool:
        """Send the placeholder, or find that of an earlier try; False when the chat is closed to us."""
        self._posted = await _find_answer(self._backend, self._occasion)
        if self._unasked:
            return True
        if self._posted is None:
            placeholder = say(_(STAGES[Stage.READING]))
            self._posted = await self._backend.sender.send(self._occasion.place, placeholder)
            await _remember(self._backend, self._occasion, self._posted)
        return self._posted is not None

    async def show(self, text: str) -> None:
        """Show the stage in the placeholder of a private chat."""
        posted = self._posted
        if posted is None or posted.message_id is None or posted.chat_id < 0:
            return
        with contextlib.suppress(TelegramError):
            await self._backend.sender.bot.edit_message_text(
                text, chat_id=posted.chat_id, message_id=posted.message_id, link_preview_options=NO_PREVIEW
            )

    async def deliver(self, reply: Reply, brief: Brief | None) -> None:
        """Make the placeholder show the reply; look later whether a cached brief's page has changed."""
        sender, place, before = self._backend.sender, self._occasion.place, self._posted
        posted = await (sender.edit(before, reply, place) if before else sender.send(place, reply))
        if posted != before:
            await _remember(self._backend, self._occasion, posted)
        if brief is not None and brief.cached and posted is not None and posted.message_id is not None:
            self._backend.revisits.begin(
                sender.bot, posted.chat_id, posted.message_id, self._submission, brief
            )

    async def _give_receipt(self) -> None:
        """React to the message: it was seen, even before anything can be sent."""
        if self._occasion.message_id is not None and self._occasion.part == 0:
            with contextlib.suppress(TelegramError):
                await self._backend.sender.bot.set_message_reaction(
                    self._occasion.chat_id, self._occasion.message_id, ReactionEmoji.EYES
                )

    async def _show_typing(self) -> None:
        while True:
            with contextlib.suppress(TelegramError):
                await self._backend.sender.bot.send_chat_action(
                    self._occasion.chat_id, ChatAction.TYPING, message_thread_id=self._occasion.thread_id
                )
            await asyncio.sleep(TYPING_EVERY_S)


async def _find_answer(backend: Backend, occasion: Occasion) -> Posted | None:
    try:
        message_id = await backend.inbox.find_answer(occasion.answer_id)
    except StoreUnavailable:
        return None
    return None if message_id is None else Posted(occasion.chat_id, message_id)


async def _remember(backend: Backend, occasion: Occasion, posted: Posted | None) -> None:
    """Remember the answer's message; without a store a second try would send another, and that is all."""
    if posted is not None and posted.message_id is not None:
        with contextlib.suppress(StoreUnavailable):
            await backend.inbox.remember_answer(occasion.answer_id, posted.chat_id, posted.message_id)
