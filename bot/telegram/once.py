"""Said once: what is noted of an answer while it is sent, and what is done about one in doubt."""

import contextlib
from collections.abc import Awaitable, Callable
from typing import Final

from telegram.constants import ReactionEmoji
from telegram.error import TelegramError

from bot.errors import StoreUnavailable
from bot.locales import N_, _
from bot.telegram.answers import Occasion
from bot.telegram.backend import Backend
from bot.telegram.holds import HandedOver, held_lane, noted_of, noting
from bot.telegram.replies import Reply, say
from bot.telegram.sending import Place, Posted
from storage.inbox import ASKED, BEGUN, IN_DOUBT, TOLD, Noted

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
        self._noted = noted_of(occasion.update_id)

    async def find(self) -> int | None:
        """Return the number of the message that answers, IN_DOUBT, ASKED, TOLD, BEGUN, or None."""
        return (await self._load()).answers.get(self._occasion.part)

    async def note(self, message_id: int) -> None:
        """Note the answer's message, or that a word on it was said."""
        inbox, occasion = self._backend.inbox, self._occasion
        noting = inbox.answers.remember(occasion.update_id, message_id, held_lane(), part=occasion.part)
        await self._keep(message_id, noting)

    async def _claim(self, note: int) -> None:
        """Note that something is about to be said, unless another has noted something meanwhile."""
        inbox, occasion = self._backend.inbox, self._occasion
        noted = await self._load()
        known = noted.answers.get(occasion.part)
        if known == note:
            return  # for a call that is made again
        if not noted.is_stored:
            await self.note(note)
            return
        noting = inbox.answers.claim(occasion.update_id, note, held_lane(), part=occasion.part, known=known)
        await self._keep(note, noting)

    async def _load(self) -> Noted:
        """Return what is noted of the update's answers."""
        if self._noted is None:
            self._noted, occasion = Noted(), self._occasion
            with contextlib.suppress(StoreUnavailable):
                found = await self._backend.inbox.answers.find(occasion.update_id, part=occasion.part)
                if found is not None:
                    self._noted.answers[occasion.part] = found
        return self._noted

    async def _keep(self, note: int, noting: Awaitable[bool]) -> None:
        """Keep a note here as well; raises HandedOver when it was not for us to take."""
        noted = await self._load()
        try:
            if not await noting:
                raise HandedOver
        except StoreUnavailable:
            noted.is_stored = False
        noted.answers[self._occasion.part] = note

    async def begin(self, place: Place, reply: Reply) -> Posted | None:
        """Send a word that the answer is under way; None when the chat is closed."""
        posted = await self._send(BEGUN, place, reply)
        if posted is not None and posted.message_id is not None:
            await self.note(posted.message_id)
        return posted

    async def send(self, place: Place, reply: Reply, word: Callable[[], Reply]) -> Posted | None:
        """Send the answer; when it is in doubt whether it came, `word` follows. None for a closed chat."""
        posted = await self._send(IN_DOUBT, place, reply)
        if posted is None:
            return None
        if posted.message_id is None:
            return await self.ask(place, word)
        await self.note(posted.message_id)
        return posted

    async def ask(self, place: Place, word: Callable[[], Reply], found: int = IN_DOUBT) -> Posted | None:
        """Say that an answer may have come, unless it was `found` that an earlier try has, or may have.

        A word that may not have come either is not said again: a reaction, which is there once however often
        it is set, stands for it. Returns the word's message where it is known.
        """
        posted = await self._send(ASKED, place, word()) if found == IN_DOUBT else None
        if found == IN_DOUBT and posted is None:
            return None
        if found != TOLD and (posted is None or posted.message_id is None):
            posted = await self._stand_in(place, word())
        await self.note(TOLD)
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
            with noting(lambda: self._claim(note)):
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
        occasion = self._occasion
        (await self._load()).answers.pop(occasion.part, None)
        with contextlib.suppress(StoreUnavailable):
            await self._backend.inbox.answers.forget(occasion.update_id, held_lane(), part=occasion.part)


def ask_whether_it_came() -> Reply:
    """Return a word on an answer that may have arrived."""
    return say(_(DID_AN_ANSWER_COME))


async def answer_once(reply: Reply, occasion: Occasion, *, backend: Backend) -> None:
    """Send a reply, unless an earlier try of the same update has; raises TelegramError as `send` does.

    When it cannot be known whether the earlier try has, that is said instead.
    """
    once = Once(backend, occasion)
    found = await once.find()
    if found is None:
        await once.send(occasion.place, reply, ask_whether_it_came)
    elif found in DOUBTS:
        await once.ask(occasion.place, ask_whether_it_came, found)


async def answer_at_last(reply: Reply, occasion: Occasion, *, backend: Backend) -> None:
    """Show a reply in the placeholder of an earlier try of the update, or send it where there is none."""
    found = await Once(backend, occasion).find()
    if found is not None and found > 0:
        with contextlib.suppress(StoreUnavailable):
            if await backend.threads.find_shown(occasion.chat_id, found) is None:
                await backend.sender.edit(Posted(occasion.chat_id, found), reply, occasion.place)
                return
    await backend.sender.send(occasion.place, reply)
