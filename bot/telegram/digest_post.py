"""Digests on their way to their chats: made, kept for their buttons, worded in the chat's language, sent."""

from dataclasses import dataclass
from datetime import date, datetime

from telegram.error import NetworkError, RetryAfter

from bot.article.workers import WorkerDied
from bot.digest.delivery import ChatClosed, NotSent
from bot.digest.edition import Editions
from bot.digest.models import Digest, Subscription
from bot.locales import ENGLISH, _, match_language
from bot.telegram.audience import take_up
from bot.telegram.digest_view import NOTHING_NEW, offer_digest, render_digest
from bot.telegram.replies import Reply, say
from bot.telegram.sending import Place, Sender
from storage.chats import ChatStore
from storage.digests import DigestStore


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """A digest with where and how it is wanted; without a digest, the word that there is nothing new."""

    digest: Digest | None
    wanted: Subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class DigestPost:
    """Makes and sends the digests of all chats."""

    sender: Sender
    editions: Editions
    digests: DigestStore
    chats: ChatStore

    async def compose(
        self, chat_id: int, day: date, since: datetime, now: datetime, wanted: Subscription
    ) -> Issue | None:
        """Return a date's digest of what came since then; None when there is nothing to send.

        Raises NotSent when it could not be made, StoreUnavailable.
        """
        await self._refuse_closed(chat_id, wanted)
        try:
            digest = await self.editions.make(chat_id, day, since, now)
        except (TimeoutError, WorkerDied) as exc:
            raise NotSent(f"composing: {type(exc).__name__}") from exc
        if digest is None:
            return Issue(digest=None, wanted=wanted) if wanted.says_nothing_new else None
        await self.digests.keep(chat_id, digest)
        return Issue(digest=digest, wanted=wanted)

    async def send(self, chat_id: int, _day: date, issue: Issue) -> int:
        """Send a digest, and return the chat it went to; raises NotSent or ChatClosed."""
        await self._speak(chat_id, issue.wanted)
        shown = render_digest(issue.digest) if issue.digest else say(_(NOTHING_NEW))
        return await self._bring(chat_id, issue, shown)

    async def offer(self, chat_id: int, _day: date, issue: Issue) -> int:
        """Offer a digest that may have arrived already; returns and raises as `send`."""
        if issue.digest is None:
            return chat_id
        await self._speak(chat_id, issue.wanted)
        return await self._bring(chat_id, issue, offer_digest(issue.digest))

    async def told(self, chat_id: int, issue: Issue) -> None:
        """Remember what a digest told."""
        if issue.digest is not None:
            await self.digests.tell(chat_id, [story.told for story in issue.digest.stories])

    async def _speak(self, chat_id: int, wanted: Subscription) -> None:
        """Speak the chat's language for the rest of this task."""
        chosen = await self.chats.preferences(chat_id)
        take_up(chosen, match_language(chosen.interface_language or wanted.language) or ENGLISH)

    async def _bring(self, chat_id: int, issue: Issue, reply: Reply) -> int:
        place = Place(chat_id=chat_id, thread_id=issue.wanted.topic_id)
        try:
            posted = await self.sender.send(place, reply)
        except (NetworkError, RetryAfter) as exc:
            raise NotSent(type(exc).__name__) from exc
        if posted is None:
            await self._refuse_closed(chat_id, issue.wanted)
            raise NotSent("refused")
        if posted.is_topic_gone:
            await self.digests.subscribe(posted.chat_id, issue.wanted.model_copy(update={"topic_id": None}))
        return posted.chat_id

    async def _refuse_closed(self, chat_id: int, wanted: Subscription) -> None:
        """Raise ChatClosed for a chat that has thrown us out, NotSent for one where we may not write now."""
        closure = await self.chats.closure(chat_id, wanted.topic_id)
        if closure is not None and closure.why == "removed":
            raise ChatClosed
        if closure is not None:
            raise NotSent("muted")
