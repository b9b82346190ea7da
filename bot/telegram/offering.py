"""A page that a feed says has changed: who has its brief is offered what it says otherwise by now, once."""

import asyncio
import logging
from dataclasses import dataclass

from telegram.error import TelegramError

from bot.article.links import canonical_url
from bot.article.models import PUBLIC
from bot.briefing.models import Brief
from bot.briefing.revisions import ReadAgain, Reread
from bot.errors import SaysoError
from bot.locales import ENGLISH, match_language
from bot.telegram.audience import take_up
from bot.telegram.rereading import render_update
from bot.telegram.sending import Place, Sender
from storage.askers import AskerStore, PageAsker
from storage.briefs import BriefStore
from storage.chats import ChatStore
from storage.threads import ThreadStore
from storage.windows import acting

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offers:
    """Brings word of changed pages to the chats that had them briefed."""

    read_again: ReadAgain
    sender: Sender
    askers: AskerStore
    briefs: BriefStore
    chats: ChatStore
    threads: ThreadStore

    async def offer(self, url: str) -> None:
        """Look whether the page at an address has changed since it was briefed, and tell those who asked.

        A courtesy: what fails is logged, and costs nobody anything.
        """
        try:
            page = canonical_url(url)
            rereads: dict[str, tuple[Brief, Reread] | None] = {}
            for asker in await self.askers.find(page):
                if asker.brief_id not in rereads:
                    rereads[asker.brief_id] = await self._read(asker.brief_id)
                if (found := rereads[asker.brief_id]) is not None:
                    # A task of its own: the language that it speaks is that chat's.
                    await asyncio.create_task(self._tell(page, asker, *found))
        except (SaysoError, TelegramError) as exc:
            log.info("a change was not offered: %s", type(exc).__name__)

    async def _read(self, brief_id: str) -> tuple[Brief, Reread] | None:
        brief = await self.briefs.find(brief_id)
        if brief is None or brief.scope != PUBLIC:
            return None
        reread = await self.read_again(brief)
        return (brief, reread) if reread is not None else None

    async def _tell(self, page: str, asker: PageAsker, brief: Brief, reread: Reread) -> None:
        """Send what changed in reply to the brief, unless the chat has had itself forgotten since."""
        if brief.id not in await self.threads.read_since(asker.chat_id, 0):
            return
        if not await self.askers.claim(page, asker):
            return
        chosen = await self.chats.preferences(asker.chat_id)
        take_up(chosen, match_language(chosen.interface_language or asker.language) or ENGLISH)
        place = Place(chat_id=asker.chat_id, thread_id=asker.thread_id, reply_to=asker.message_id)
        with acting("bulk"):
            posted = await self.sender.send(place, render_update(brief, reread))
        if posted is not None and posted.message_id is not None:
            await self.threads.note_shown(posted.chat_id, posted.message_id, brief.id)
