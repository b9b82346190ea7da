"""What is shown while a brief is under way: stages first, then its beginning as it grows."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import Final, Self

from bot.briefing.models import Checked, Stage
from bot.locales import N_, _
from bot.telegram.phrases import in_line
from bot.telegram.replies import Reply, render_beginning, say
from bot.telegram.turns import Ticket

SHOW_EVERY_S: Final = 1.0
"""Telegram slows down a bot that changes one chat more often."""

MOVE_UP_EVERY_S: Final = 3.0
"""In a long line everybody moves with each brief that ends: so many calls would tell nobody much."""

RENEW_S: Final = 20.0
"""What has not changed is shown again after this: Telegram drops a draft after thirty seconds."""

STAGES: Final = {
    Stage.READING: N_("Reading…"),
    Stage.DRAFTING: N_("Writing the brief…"),
    Stage.CHECKING: N_("Checking it against the article…"),
}


class Progress:
    """Shows the newest there is by `show`: at most once a second, and never waited for.

    The block begins when the first stage has just been shown. Its end waits for a showing under way, which
    could otherwise overtake the answer.
    """

    def __init__(
        self,
        show: Callable[[Reply], Awaitable[None]],
        *,
        every_s: float = SHOW_EVERY_S,
        renew_s: float = RENEW_S,
    ) -> None:
        self._show = show
        self._every_s = every_s
        self._renew_s = renew_s
        self.has_stages = False
        """Whether there is any work: what is there already, or under way for somebody else, has no stages."""
        self._newest = say(_(STAGES[Stage.READING]))
        self._has_begun = False
        self._is_news = asyncio.Event()
        self._under_way: asyncio.Future[None] | None = None
        self._showing: asyncio.Task[None] | None = None

    async def wait(self, ticket: Ticket) -> None:
        """Wait for one's turn, and show how many come before."""
        while ticket.ahead:
            self._offer(say(in_line(ticket.ahead)))
            await ticket.move()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(MOVE_UP_EVERY_S):
                    await ticket.come()
        self._offer(say(_(STAGES[Stage.READING])))

    async def stage(self, stage: Stage) -> None:
        """Show a stage, unless some of the brief stands there already."""
        self.has_stages = True
        if not self._has_begun:
            self._offer(say(_(STAGES[stage])))

    async def beginning(self, checked: Checked) -> None:
        """Show what is written and checked so far."""
        self._has_begun = True
        self._offer(render_beginning(checked))

    async def __aenter__(self) -> Self:
        self._showing = asyncio.create_task(self._show_on())
        return self

    async def __aexit__(self, *_exc: object) -> None:
        if self._showing is not None:
            self._showing.cancel()
        if self._under_way is not None:
            await self._under_way

    def _offer(self, reply: Reply) -> None:
        if reply != self._newest:
            self._newest = reply
            self._is_news.set()

    async def _show_on(self) -> None:
        while True:
            await asyncio.sleep(self._every_s)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(self._renew_s):
                    await self._is_news.wait()
            self._is_news.clear()
            self._under_way = asyncio.ensure_future(self._show(self._newest))
            await asyncio.shield(self._under_way)
