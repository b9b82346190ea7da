"""Answers in chats that the bot is in: once to each update, whatever happens in between."""

import contextlib
import time
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from functools import partial
from typing import Final

from telegram import Message
from telegram.error import TelegramError

from bot.article.models import Submission
from bot.briefing.models import Brief, Stage
from bot.errors import StoreUnavailable
from bot.locales import N_, _
from bot.telegram.annotations import Then
from bot.telegram.answers import Occasion
from bot.telegram.backend import Backend
from bot.telegram.courtesies import show_courtesies
from bot.telegram.drafts import Draft
from bot.telegram.holds import HandedOver, held_lane, noting
from bot.telegram.keyboards import show_button
from bot.telegram.noting import note_asker
from bot.telegram.pasted import find_quotation
from bot.telegram.progress import STAGES
from bot.telegram.replies import Reply, say
from bot.telegram.sending import NO_PREVIEW, Place, Posted
from storage.inbox import IN_DOUBT
from storage.windows import acting

DID_IT_COME: Final = N_(
    "My connection broke while I was sending you the brief. If it is not here, press the button."
)

WORDS: Final = 3
"""So often, at most, somebody is told of one answer in doubt."""

DID_AN_ANSWER_COME: Final = N_(
    "My connection broke while I was answering this. If there is no answer here, please send it again."
)


async def answer_once(reply: Reply, occasion: Occasion, *, backend: Backend) -> None:
    """Send a reply, unless an earlier try of the same update has; raises TelegramError as `send` does.

    When it cannot be known whether the earlier try has, that is said instead.
    """
    before, place = await _find_answer(backend, occasion), occasion.place
    if before is not None and before.message_id is not None:
        return
    word = say(_(DID_AN_ANSWER_COME))
    if before is None:
        posted = await _send_once(backend, occasion, place, reply, word)
    else:
        posted = await _send_word(backend, place, word)
    await _remember(backend, occasion, posted)


async def answer_at_last(reply: Reply, occasion: Occasion, *, backend: Backend) -> None:
    """Show a reply in the placeholder of an earlier try of the update, or send it where there is none."""
    posted = await _find_answer(backend, occasion)
    if posted is not None and posted.message_id is not None:
        with contextlib.suppress(StoreUnavailable):
            if await backend.threads.find_shown(posted.chat_id, posted.message_id) is None:
                await backend.sender.edit(posted, reply, occasion.place)
                return
    await backend.sender.send(occasion.place, reply)


class ChatAnswer:
    """An answer in a chat that the bot is in; a second try of the same update finds what the first has sent.

    In a private chat the brief grows as a draft and is sent when it is finished. In groups, and where drafts
    are refused, a placeholder becomes the brief; stages are shown in private chats only: in a group every
    edit counts against twenty messages a minute. `unasked`: nobody asked for this brief, so that nothing is
    shown until it is there. `pasted` is the message that holds the article: the brief quotes what is flagged.
    `about` is the id of the brief that this answers a question about, in place of a submission: it comes at
    once, so that there is nothing to draft.
    """

    def __init__(
        self,
        occasion: Occasion,
        submission: Submission | None,
        backend: Backend,
        *,
        unasked: bool = False,
        pasted: Message | None = None,
        about: str | None = None,
    ) -> None:
        self._about = about
        self._pasted = pasted
        self._occasion = occasion
        self._submission = submission
        self._backend = backend
        self._unasked = unasked
        self._posted: Posted | None = None
        self._shown: Reply | None = None
        chat_id = occasion.chat_id
        self._draft = (
            Draft(backend.sender.bot, chat_id, occasion.thread_id, occasion.answer_id)
            if chat_id > 0 and not unasked and about is None
            else None
        )

    @property
    def charge_id(self) -> int:
        """The number that the answer is remembered under."""
        return self._occasion.answer_id

    @property
    def tells_failures(self) -> bool:
        """Whether somebody asked."""
        return not self._unasked

    @property
    def shows_beginnings(self) -> bool:
        """Whether this is a private chat."""
        return self._draft is not None

    def courtesies(self) -> AbstractAsyncContextManager[None]:
        """React to the message, and show "typing…" where no draft shows more; neither where nobody asked."""
        if self._unasked:
            return contextlib.nullcontext()
        occasion = self._occasion
        message_id = occasion.message_id if occasion.part == 0 else None
        bot = self._backend.sender.bot
        return show_courtesies(
            bot, occasion.chat_id, occasion.thread_id, message_id, is_typing=lambda: not self._is_drafting
        )

    async def begin(self, *, is_there: bool = False) -> bool:
        """Show that work has begun, unless there is none or an earlier try has; False for a closed chat."""
        self._posted = await _find_answer(self._backend, self._occasion)
        if self._unasked or is_there or self._posted is not None:
            return True
        reading = say(_(STAGES[Stage.READING]))
        if self._draft is not None:
            await self._draft.show(reading)
            if self._draft.fate != "refused":
                return True
        self._posted = await self._backend.sender.send(self._occasion.place, reading)
        await _remember(self._backend, self._occasion, self._posted)
        return self._posted is not None

    async def refuse(self, reply: Reply) -> None:
        """Answer with the reply instead, in the placeholder of an earlier try if there is one."""
        self._posted = await _find_answer(self._backend, self._occasion)
        await self.deliver(reply, None)

    async def show(self, reply: Reply) -> None:
        """Show this much in the draft or the placeholder of a private chat."""
        posted = self._posted
        if self._draft is None or reply == self._shown:
            return
        if posted is None:
            await self._draft.show(reply)
        elif posted.message_id is not None:
            self._shown = reply
            with contextlib.suppress(TelegramError), acting("courtesy"):
                await self._backend.sender.bot.edit_message_text(
                    reply.text,
                    chat_id=posted.chat_id,
                    message_id=posted.message_id,
                    entities=reply.entities,
                    link_preview_options=NO_PREVIEW,
                )

    async def deliver(self, reply: Reply, brief: Brief | None) -> None:
        """Bring out the reply; look later for context, and whether a cached brief's page has changed."""
        sender, before = self._backend.sender, self._posted
        if before is None or before.message_id is None:
            posted = await self._send(reply, brief, is_in_doubt=before is not None)
        else:
            posted = await sender.edit(before, reply, self._occasion.place)
        if posted != before:
            await _remember(self._backend, self._occasion, posted)
        if posted is None or posted.message_id is None:
            return
        await self._note_shown(posted.chat_id, posted.message_id, brief)
        if brief is not None:
            self._backend.annotations.begin(sender.bot, posted, brief, self._look_again_at(brief, posted))

    def _look_again_at(self, brief: Brief, posted: Posted) -> Then | None:
        """Return what looks later whether a cached brief's page has changed."""
        submission, message_id = self._submission, posted.message_id
        if not brief.cached or submission is None or message_id is None:
            return None
        begin, bot = self._backend.revisits.begin, self._backend.sender.bot
        return partial(begin, bot, posted.chat_id, message_id, submission)

    async def _note_shown(self, chat_id: int, message_id: int, brief: Brief | None) -> None:
        """Note which brief the message is about, so that replies to it are questions about that one."""
        brief_id = brief.id if brief else self._about
        if brief_id is None:
            return
        newest_in = (self._occasion.thread_id or 0) if brief else None
        with contextlib.suppress(StoreUnavailable):
            await self._backend.threads.note_shown(chat_id, message_id, brief_id, newest_in=newest_in)
            if brief is not None and self._submission is not None:
                await self._backend.digests.note_read(chat_id, brief.id, time.time())
                await note_asker(
                    self._backend.askers,
                    self._submission,
                    brief,
                    chat_id=chat_id,
                    message_id=message_id,
                    thread_id=self._occasion.thread_id,
                )

    @property
    def _is_drafting(self) -> bool:
        return self._posted is None and self._draft is not None and self._draft.fate == "open"

    async def _send(self, reply: Reply, brief: Brief | None, *, is_in_doubt: bool) -> Posted | None:
        """Send the reply; when it is in doubt whether it came, offer the brief, or say so."""
        place = self._place_of(brief)
        word = _ask_whether_it_came(brief) if brief else say(_(DID_AN_ANSWER_COME))
        if is_in_doubt:
            return await _send_word(self._backend, place, word)
        return await _send_once(self._backend, self._occasion, place, reply, word)

    def _place_of(self, brief: Brief | None) -> Place:
        """Return where the brief goes: to the first flagged sentence of a text that the reader pasted."""
        place = self._occasion.place
        quotation = find_quotation(self._pasted, brief) if self._pasted and brief else None
        if quotation is None or place.chat_id < 0:
            return place
        return replace(
            place,
            reply_to=quotation.message_id,
            quote=quotation.text,
            quote_position=quotation.position,
            quote_entities=quotation.entities,
        )


def _ask_whether_it_came(brief: Brief) -> Reply:
    """Return a word on a brief that may have arrived, with a button that shows it here."""
    return Reply(_(DID_IT_COME), keyboard=show_button(brief.id))


async def _send_once(
    backend: Backend, occasion: Occasion, place: Place, reply: Reply, word: Reply
) -> Posted | None:
    """Send a reply, marked just before as perhaps sent: a kill in between must not lead to a second one.

    When Telegram's answer gets lost, `word` follows. Raises TelegramError when nothing was sent.
    """
    in_doubt = Posted(place.chat_id, None)
    try:
        with noting(lambda: _remember(backend, occasion, in_doubt)):
            posted = await backend.sender.send(place, reply)
    except HandedOver:
        raise
    except TelegramError:
        await _forget(backend, occasion)
        raise
    return await _send_word(backend, place, word) if posted == in_doubt else posted


async def _send_word(backend: Backend, place: Place, word: Reply) -> Posted | None:
    """Say that an answer may have come; a word that may not have come either is said again."""
    posted = None
    for _try in range(WORDS):
        posted = await backend.sender.send(place, word)
        if posted != Posted(place.chat_id, None):
            break
    return posted


async def _find_answer(backend: Backend, occasion: Occasion) -> Posted | None:
    """Return the message that answers; one without a number may have been sent or not."""
    try:
        message_id = await backend.inbox.find_answer(occasion.answer_id)
    except StoreUnavailable:
        return None
    return None if message_id is None else Posted(occasion.chat_id, message_id or None)


async def _remember(backend: Backend, occasion: Occasion, posted: Posted | None) -> None:
    """Remember the answer's message; without a store a second try would send another, and that is all.

    Raises HandedOver when the update is another worker's by now.
    """
    if posted is None:
        return
    with contextlib.suppress(StoreUnavailable):
        message_id, lane = posted.message_id or IN_DOUBT, held_lane()
        if not await backend.inbox.remember_answer(occasion.answer_id, posted.chat_id, message_id, lane):
            raise HandedOver


async def _forget(backend: Backend, occasion: Occasion) -> None:
    with contextlib.suppress(StoreUnavailable):
        await backend.inbox.forget_answer(occasion.answer_id, held_lane())
