"""Telegram's flood limits, as far as they are published (https://core.telegram.org/bots/faq).

One message a second per chat with bursts, 20 a minute per group, 30 a second overall, edits counted like new
messages; drafts have a window of their own per chat. Whoever goes on sending while told to wait is refused
until the time is over.
"""

import math
from collections import deque
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from bot.playground.refusal import too_many

DRAFT = "sendMessageDraft"
COUNTED = frozenset({"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup", DRAFT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much is let through; each pair is a number of messages and the seconds it is counted over."""

    chat: tuple[int, float] = (5, 5.0)
    group: tuple[int, float] = (20, 60.0)
    drafts: tuple[int, float] = (5, 5.0)
    overall: tuple[int, float] = (30, 1.0)


class Flood:
    """Sliding windows per chat and overall; without limits everything passes."""

    def __init__(self, limits: Limits | None, clock: Callable[[], float]) -> None:
        self.limits = limits
        self._clock = clock
        self._sent: dict[Hashable, deque[float]] = {}
        self._halted_until: dict[Hashable, float] = {}

    def check(self, chat_id: int | None, *, is_group: bool = False, is_draft: bool = False) -> None:
        """Count a message; raises Refused with `retry_after` when it comes too soon.

        `chat_id` None is an inline message: nobody knows its chat.
        """
        if self.limits is None:
            return
        now = self._clock()
        windows: dict[Hashable, tuple[int, float]] = {None: self.limits.overall}
        if is_draft:
            windows[DRAFT, chat_id] = self.limits.drafts
        elif chat_id is not None:
            windows[chat_id] = self.limits.chat
            if is_group:
                windows["group", chat_id] = self.limits.group
        free_at = max(self._free_at(lane, *window, now) for lane, window in windows.items())
        if free_at > now:
            raise too_many(math.ceil(free_at - now))
        for lane in windows:
            self._sent[lane].append(now)

    def _free_at(self, lane: Hashable, count: int, seconds: float, now: float) -> float:
        sent = self._sent.setdefault(lane, deque())
        while sent and sent[0] <= now - seconds:
            sent.popleft()
        halted = self._halted_until.get(lane, 0.0)
        if len(sent) >= count:
            # Telegram tells whole seconds, and keeps to them.
            halted = max(halted, now + math.ceil(sent[0] + seconds - now))
            self._halted_until[lane] = halted
        return halted
