"""After a brief from the cache: has its page changed since? If so, its message offers a new one."""

import contextlib
import logging
import math
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from telegram import Bot
from telegram.error import TelegramError

from bot.article.models import Submission
from bot.briefing.models import Brief
from bot.telegram.background import Background
from bot.telegram.keyboards import renewal_button
from bot.telegram.replies import render

if TYPE_CHECKING:
    from bot.briefing.revisions import HasChanged

log = logging.getLogger(__name__)

ASK_AGAIN_S: Final = 60.0
"""So long after one look at a link there is no other from here: a page is read again every RECHECK_TTL_S."""

MOST_LINKS: Final = 10_000
"""Links whose last look is remembered; past that all are forgotten, and the store tells again."""


class Revisits(Background):
    """Looks at pages again in the background: nobody waits for it, and a stop ends it."""

    def __init__(self, has_changed: "HasChanged", *, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._has_changed = has_changed
        self._clock = clock
        self._looked_at: dict[str | None, float] = {}

    def begin(self, bot: Bot, chat_id: int, message_id: int, submission: Submission, brief: Brief) -> None:
        """Look whether the page of a brief just shown says something else by now."""
        now = self._clock()
        if now - self._looked_at.get(submission.url, -math.inf) < ASK_AGAIN_S:
            return
        if len(self._looked_at) >= MOST_LINKS:
            self._looked_at.clear()
        self._looked_at[submission.url] = now
        self.start(self._look(bot, chat_id, message_id, submission, brief))

    async def _look(
        self, bot: Bot, chat_id: int, message_id: int, submission: Submission, brief: Brief
    ) -> None:
        try:
            if not await self._has_changed(submission, brief):
                return
        except Exception as exc:  # noqa: BLE001 - the outermost handler of a courtesy: it must cost nobody anything
            log.warning("a page was not looked at again: %s", type(exc).__name__)
            return
        with contextlib.suppress(TelegramError):
            await bot.edit_message_reply_markup(
                chat_id, message_id, reply_markup=renewal_button(brief.id, render(brief).keyboard)
            )
