"""Answers in chats that the bot is in: once to each update, whatever happens in between."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
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
from bot.telegram.keyboards import show_button
from bot.telegram.noting import note_asker
from bot.telegram.once import DOUBTS, Once, ask_whether_it_came
from bot.telegram.pasted import find_quotation
from bot.telegram.progress import STAGES
from bot.telegram.replies import Reply, say
from bot.telegram.sending import NO_PREVIEW, Place, Posted
from storage.windows import acting

DID_IT_COME: Final = N_(
    "My connection broke while I was sending you the brief. If it is not here, press the button."
)


class ChatAnswer:
    """An answer in a chat that the bot is in; a second try of the same update finds what the first has sent.

    In a private chat the brief grows as a draft and is sent when it is finished; where drafts are refused, a
    placeholder grows into it. In groups a placeholder comes only when the brief takes long, and shows no
    stages: every message and edit counts against twenty a minute. `unasked`: nobody asked for this brief, so
    that nothing is shown until it is there. `pasted` is the message that holds the article: the brief quotes
    what is flagged. `about` is the id of the brief that this answers a question about, in place of a
    submission: it comes at once, so that there is nothing to draft.
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
        self._once = Once(backend, occasion)
        self._has_looked = False
        self._found: int | None = None
        """What an earlier try has noted."""
        self._posted: Posted | None = None
        """The message that is to become the answer."""
        self._is_over = asyncio.Event()
        self._placing: asyncio.Task[None] | None = None
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

    @contextlib.asynccontextmanager
    async def courtesies(self) -> AsyncIterator[None]:
        """React to the message, and show "typing…" where no draft shows more; neither where nobody asked."""
        if self._unasked:
            yield
            return
        occasion = self._occasion
        await self._look_back()
        is_first = occasion.part == 0 and self._found is None
        try:
            async with show_courtesies(
                self._backend.sender.bot,
                occasion.chat_id,
                occasion.thread_id,
                occasion.message_id if is_first else None,
                is_typing=lambda: not self._is_drafting,
            ):
                yield
        finally:
            if self._placing is not None:
                self._placing.cancel()

    async def begin(self, *, is_there: bool = False) -> bool:
        """Show that work has begun, unless there is none or an earlier try has; False for a closed chat."""
        await self._look_back()
        if self._unasked or is_there or self._found is not None:
            return True
        if self._draft is not None:
            await self._draft.show(say(_(STAGES[Stage.READING])))
            if self._draft.fate != "refused":
                return True
        elif not await self._is_closed():
            self._placing = asyncio.create_task(self._place_later())
            return True
        await self._place()
        return self._posted is not None

    async def _look_back(self) -> None:
        """See what an earlier try of the update has sent; once is enough."""
        if self._has_looked:
            return
        self._has_looked = True
        self._found = await self._once.find()
        is_known = self._found is not None and self._found > 0
        self._posted = Posted(self._occasion.chat_id, self._found) if is_known else None

    async def _is_closed(self) -> bool:
        """Whether this chat took no messages lately, so that it is asked before any work is done for it."""
        occasion = self._occasion
        try:
            return await self._backend.chats.closure(occasion.chat_id, occasion.thread_id) is not None
        except StoreUnavailable:
            return False

    async def _place_later(self) -> None:
        """Send the placeholder, unless the answer is there first."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._backend.placeholder_after_s):
                await self._is_over.wait()
                return
        with contextlib.suppress(TelegramError):
            await self._place()

    async def _place(self) -> None:
        """Send the placeholder; where nobody knows whether it came, none is sent again."""
        self._posted = await self._once.begin(self._occasion.place, say(_(STAGES[Stage.READING])))

    async def refuse(self, reply: Reply) -> None:
        """Answer with the reply instead, in the placeholder of an earlier try if there is one."""
        await self._look_back()
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
        self._is_over.set()
        if self._placing is not None:
            await self._placing
        posted = await self._bring_out(reply, brief)
        if posted is None or posted.message_id is None:
            return
        await self._note_shown(posted.chat_id, posted.message_id, brief)
        if brief is not None:
            bot = self._backend.sender.bot
            self._backend.annotations.begin(bot, posted, brief, self._look_again_at(brief, posted))

    async def _bring_out(self, reply: Reply, brief: Brief | None) -> Posted | None:
        """Make the placeholder show the reply, or send it; when it is in doubt whether it came, ask."""
        if self._posted is not None and self._posted.message_id is not None:
            posted = await self._backend.sender.edit(self._posted, reply, self._occasion.place)
            if posted is not None and posted.message_id is not None and posted != self._posted:
                await self._once.note(posted.message_id)
            return posted
        place = self._place_of(brief)
        word = partial(_offer_again, brief) if brief else ask_whether_it_came
        if self._found in DOUBTS:
            return await self._once.ask(place, word, self._found)
        return await self._once.send(place, reply, word)

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
            shown = self._backend.threads.note_shown(chat_id, message_id, brief_id, newest_in=newest_in)
            if brief is None or self._submission is None:
                await shown
                return
            asked = note_asker(
                self._backend.askers,
                self._submission,
                brief,
                chat_id=chat_id,
                message_id=message_id,
                thread_id=self._occasion.thread_id,
            )
            await asyncio.gather(shown, asked)

    @property
    def _is_drafting(self) -> bool:
        return self._posted is None and self._draft is not None and self._draft.fate == "open"

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


def _offer_again(brief: Brief) -> Reply:
    """Return a word on a brief that may have arrived, with a button that shows it here."""
    return Reply(_(DID_IT_COME), keyboard=show_button(brief.id))
