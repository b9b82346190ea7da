"""Said once: what is noted of an answer while it is sent, and what is done about one in doubt."""

import contextlib
from typing import Final

from telegram.constants import ReactionEmoji
from telegram.error import TelegramError

from bot.errors import StoreUnavailable
from bot.locales import N_, _
from bot.telegram.answers import Occasion
from bot.telegram.backend import Backend
from bot.telegram.holds import HandedOver, held_lane, noting
from bot.telegram.replies import Reply, say
from bot.telegram.sending import Place, Posted
from storage.inbox import ASKED, BEGUN, IN_DOUBT, TOLD

DID_AN_ANSWER_COME: Final = N_(
    "My connection broke while I was answering this. If there is no answer here, please send it again."
)

AT_A_LOSS: Final = ReactionEmoji.SHRUG
"""On a message: whether its answer came is not known, nor whether the word on that did."""

DOUBTS: Final = (IN_DOUBT, ASKED, TOLD)
"""Notes after which the answer itself is not sent again."""


class Once:
    """One answer, and the note on it that a second try of the same update finds.

    Without a store a second try would say it again, and that is all. Methods raise HandedOver when the
    update is another worker's by now, and TelegramError as `Sender.send` does.
    """

    def __init__(self, backend: Backend, occasion: Occasion) -> None:
        self._backend = backend
        self._occasion = occasion

    async def find(self) -> int | None:
        """Return the number of the message that answers, IN_DOUBT, ASKED, TOLD, BEGUN, or None."""
        try:
            return await self._backend.inbox.find_answer(self._occasion.answer_id)
        except StoreUnavailable:
            return None

    async def note(self, message_id: int, chat_id: int | None = None) -> None:
        """Note the answer's message, or how far it is."""
        place = chat_id or self._occasion.chat_id
        with contextlib.suppress(StoreUnavailable):
            answer_id, lane = self._occasion.answer_id, held_lane()
            if not await self._backend.inbox.remember_answer(answer_id, place, message_id, lane):
                raise HandedOver

    async def begin(self, place: Place, reply: Reply) -> Posted | None:
        """Send a word that the answer is under way; None when the chat is closed."""
        posted = await self._send(BEGUN, place, reply)
        if posted is not None and posted.message_id is not None:
            await self.note(posted.message_id, posted.chat_id)
        return posted

    async def send(self, place: Place, reply: Reply, word: Reply) -> Posted | None:
        """Send the answer; when it is in doubt whether it came, `word` follows. None for a closed chat."""
        posted = await self._send(IN_DOUBT, place, reply)
        if posted is None:
            return None
        if posted.message_id is None:
            return await self.ask(place, word)
        await self.note(posted.message_id, posted.chat_id)
        return posted

    async def ask(self, place: Place, word: Reply, found: int = IN_DOUBT) -> Posted | None:
        """Say that an answer may have come, unless it was `found` that an earlier try has, or may have.

        A word that may not have come either is not said again: a reaction, which is there once however often
        it is set, stands for it. Returns the word's message where it is known.
        """
        posted = await self._send(ASKED, place, word) if found == IN_DOUBT else None
        if found == IN_DOUBT and posted is None:
            return None
        if found != TOLD and (posted is None or posted.message_id is None):
            posted = await self._stand_in(place, word)
        await self.note(TOLD, place.chat_id)
        return posted

    async def _stand_in(self, place: Place, word: Reply) -> Posted | None:
        """Set the reaction that stands for a word, or say that again where none can be set."""
        message_id = self._occasion.message_id
        if message_id is None or not await self._backend.sender.react(place.chat_id, message_id, AT_A_LOSS):
            return await self._backend.sender.send(place, word)
        return None

    async def _send(self, note: int, place: Place, reply: Reply) -> Posted | None:
        """Send, noted just before as perhaps sent: a kill in between must not lead to a second one."""
        posted = None
        try:
            with noting(lambda: self.note(note, place.chat_id)):
                posted = await self._backend.sender.send(place, reply)
        except HandedOver:
            raise
        except TelegramError:
            await self._forget()
            raise
        if posted is None:
            await self._forget()
        return posted

    async def _forget(self) -> None:
        """Note that nothing was sent after all."""
        with contextlib.suppress(StoreUnavailable):
            await self._backend.inbox.forget_answer(self._occasion.answer_id, held_lane())


async def answer_once(reply: Reply, occasion: Occasion, *, backend: Backend) -> None:
    """Send a reply, unless an earlier try of the same update has; raises TelegramError as `send` does.

    When it cannot be known whether the earlier try has, that is said instead.
    """
    once, word = Once(backend, occasion), say(_(DID_AN_ANSWER_COME))
    found = await once.find()
    if found is None:
        await once.send(occasion.place, reply, word)
    elif found in DOUBTS:
        await once.ask(occasion.place, word, found)


async def answer_at_last(reply: Reply, occasion: Occasion, *, backend: Backend) -> None:
    """Show a reply in the placeholder of an earlier try of the update, or send it where there is none."""
    found = await Once(backend, occasion).find()
    if found is not None and found > 0:
        with contextlib.suppress(StoreUnavailable):
            if await backend.threads.find_shown(occasion.chat_id, found) is None:
                await backend.sender.edit(Posted(occasion.chat_id, found), reply, occasion.place)
                return
    await backend.sender.send(occasion.place, reply)
