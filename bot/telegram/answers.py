"""A submission in, one answer out, wherever that stands."""

import contextlib
import logging
import traceback
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Final, Protocol

from bot.article.models import Submission
from bot.briefing.models import Brief
from bot.errors import CalledOff, SaysoError
from bot.telegram import phrases
from bot.telegram.audience import asker, brief_language
from bot.telegram.backend import Backend
from bot.telegram.cancelling import Undertaking
from bot.telegram.progress import Progress
from bot.telegram.replies import Reply, render, say
from bot.telegram.sending import Place
from storage.limits import Work

log = logging.getLogger(__name__)

PARTS: Final = 4
"""Answers to one update at most: three briefs, and a word on the links left over."""


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
    """The one message that answers a submission, and what is shown before it is there."""

    @property
    def charge_id(self) -> int | str:
        """What the answer is charged under, the same for a second try."""

    @property
    def tells_failures(self) -> bool:
        """Whether somebody asked, and so is told when there is no brief."""

    @property
    def shows_beginnings(self) -> bool:
        """Whether the beginning of the brief is shown while it is written."""

    def courtesies(self) -> AbstractAsyncContextManager[None]:
        """Give signs of life meanwhile; raises nothing."""

    async def begin(self, *, is_there: bool = False) -> bool:
        """Show that work has begun, unless `is_there`; False when nobody would see what comes of it."""

    async def refuse(self, reply: Reply) -> None:
        """Say why nothing is begun; raises TelegramError when that failed."""

    async def show(self, reply: Reply) -> None:
        """Show how far the work is, where that is shown; raises nothing."""

    async def deliver(self, reply: Reply, brief: Brief | None) -> None:
        """Bring out the end of it; raises TelegramError when that failed."""


async def answer_submission(
    answer: Answer, submission: Submission, *, update_id: int, backend: Backend, language: str | None = None
) -> bool:
    """Brief a submission in one message; False when who asked has called it off.

    Raises TelegramError when the answer could not be brought out.
    """
    wanted = language or brief_language()
    kept = await backend.newsroom.find_kept(submission, language=wanted)
    async with backend.undertakings.begin(asker(), update_id, takes_time=kept is None) as undertaking:
        if await may_go_on(answer, undertaking, None if kept else "briefs", backend):
            await _answer(answer, submission, kept, undertaking, backend, wanted)
    return not undertaking.is_called_off


async def may_go_on(answer: Answer, undertaking: Undertaking, work: Work | None, backend: Backend) -> bool:
    """Whether a request is to be worked on, which is charged; if not, who asked is told why.

    `work` None is what is there already. Raises TelegramError when the word could not be brought out.
    """
    reply: Reply | None = None
    if undertaking.is_called_off:
        reply = say(CalledOff().sentence)
    elif refusal := await backend.limits.spend(asker(), answer.charge_id, work):
        if answer.tells_failures and await backend.limits.may_tell(asker(), refusal):
            reply = say(phrases.limit_reached(refusal))
    else:
        return True
    if reply is not None and answer.tells_failures:
        await answer.refuse(reply)
    return False


async def _answer(
    answer: Answer,
    submission: Submission,
    kept: Brief | None,
    undertaking: Undertaking,
    backend: Backend,
    language: str | None,
) -> None:
    """Bring out the brief that is there, or write it."""
    # What is there already is the sign of life.
    async with answer.courtesies() if kept is None else contextlib.nullcontext():
        if not await answer.begin(is_there=kept is not None):
            return
        brief = kept
        async with Progress(answer.show) as progress:
            try:
                if brief is None:
                    work = _make_brief(answer, submission, progress, backend, language)
                    brief = await undertaking.run(work)
                reply = render(brief)
            except Exception as exc:  # noqa: BLE001 - the outermost handler of a submission: its sender reads a sentence
                reply = explain(exc, undertaking.update_id)
            finally:
                if kept is None and not progress.has_stages:
                    await backend.limits.give_back(asker(), answer.charge_id, "briefs")
        if brief is not None or answer.tells_failures:
            await answer.deliver(reply, brief)


async def _make_brief(
    answer: Answer, submission: Submission, progress: Progress, backend: Backend, language: str | None
) -> Brief:
    """Brief a submission once its turn has come."""
    with backend.turns.join(asker().chat_id or asker().person_id) as ticket:
        await progress.wait(ticket)
        return await backend.newsroom.make_brief(
            submission,
            language=language,
            progress=progress.stage,
            preview=progress.beginning if answer.shows_beginnings else None,
        )


def explain(exc: Exception, update_id: int) -> Reply:
    """Return what a reader is told of a failure; an unexpected one is logged by place, without its text."""
    if isinstance(exc, SaysoError):
        log.info("update %d: %s", update_id, type(exc).__name__)
        return say(exc.sentence)
    # The exception's own text could quote a message or an article.
    places = "".join(traceback.format_tb(exc.__traceback__))
    log.error("update %d failed: %s\n%s", update_id, type(exc).__name__, places)
    return say(SaysoError().sentence)
