"""The rate governor at the library's own place: every call of the bot passes here before it is made."""

import asyncio
import itertools
import math
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from weakref import WeakValueDictionary

from telegram.error import RetryAfter, TelegramError
from telegram.ext import BaseRateLimiter

from bot.metrics import TELEGRAM_CALLS, TELEGRAM_WAIT_SECONDS
from bot.telegram.sending import flood_pause_s
from storage.governor import Governor
from storage.windows import Call, Lane, Urgency, Wait, current_urgency

PATIENCE_S: Final = 60.0
"""A longer pause than this is not waited for: the update stays in the inbox and is tried again."""

DRAFT: Final = "sendMessageDraft"
WEIGHTLESS: Final = frozenset({"sendChatAction"})
"""Calls that look like messages and are none."""

Answer = bool | dict[str, Any] | list[dict[str, Any]]


class Dropped(TelegramError):
    """A courtesy that could not go at once, and did not go at all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed:
    """What Telegram lets through (https://core.telegram.org/bots/faq): numbers of calls, and seconds.

    One message a second per chat is counted over five seconds: an answer with a few more in its wake goes at
    once, as Telegram allows, and who goes on is slowed down to one a second.
    """

    overall: tuple[int, float] = (30, 1.0)
    chat: tuple[int, float] = (5, 5.0)
    group: tuple[int, float] = (20, 60.0)
    drafts: tuple[int, float] = (5, 5.0)
    courtesies: int = 20
    """How many of the overall calls may be under way for a courtesy to go, too: messages find room."""

    def times(self, pace: float) -> "Allowed":
        """Return so many times as much."""

        def more(window: tuple[int, float]) -> tuple[int, float]:
            return max(1, round(window[0] * pace)), window[1]

        return Allowed(
            overall=more(self.overall),
            chat=more(self.chat),
            group=more(self.group),
            drafts=more(self.drafts),
            courtesies=max(1, round(self.courtesies * pace)),
        )


class Pacing(BaseRateLimiter[None]):
    """Lets calls out as the governor gives leave, and pauses what Telegram asks to pause.

    A message to one chat waits for that chat alone; of those that wait for room overall, one of each urgency
    asks. Raises RetryAfter for a call that would have to wait longer than PATIENCE_S, which is then not
    made, and Dropped for a courtesy.
    """

    def __init__(
        self,
        governor: Governor,
        *,
        allowed: Allowed = Allowed(),
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._governor = governor
        self._allowed = allowed
        self._sleep = sleep
        self._numbers = itertools.count(1)
        self._heads: dict[Urgency, asyncio.Lock] = {"interactive": asyncio.Lock(), "bulk": asyncio.Lock()}
        self._lines: WeakValueDictionary[tuple[str, Urgency], asyncio.Lock] = WeakValueDictionary()
        self._paused: dict[tuple[str, object], float] = {}

    async def initialize(self) -> None:
        """Nothing to open: the governor's Redis is the caller's."""

    async def shutdown(self) -> None:
        """Nothing to close."""

    async def process_request(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        endpoint: str,
        data: dict[str, Any],
        rate_limit_args: None,  # noqa: ARG002 - the signature is the library's
    ) -> Answer:
        """Make a call when it may be made."""
        if not _counts(endpoint):
            return await self._make_unless_paused(callback, args, kwargs, (endpoint, data.get("chat_id")))
        since = self._governor.now()
        while True:
            call = self._call(endpoint, data)
            await self._admit(call, since)
            TELEGRAM_WAIT_SECONDS.labels(call.urgency).observe(self._governor.now() - since)
            try:
                answer = await callback(*args, **kwargs)
            except RetryAfter as exc:
                TELEGRAM_CALLS.labels("refused").inc()
                pause_s = flood_pause_s(exc)
                await self._governor.pause(call.pauses, pause_s)
                if call.urgency == "courtesy" or pause_s > PATIENCE_S:
                    raise
            else:
                TELEGRAM_CALLS.labels("made").inc()
                return answer
            finally:
                await self._governor.settle(call)

    async def _make_unless_paused(
        self,
        callback: Callable[..., Coroutine[Any, Any, Answer]],
        args: Any,
        kwargs: dict[str, Any],
        what: tuple[str, object],
    ) -> Answer:
        """Make a call that is not counted; raises RetryAfter while Telegram wants none of its kind."""
        now = self._governor.now()
        if (left_s := self._paused.get(what, now) - now) > 0:
            raise _too_soon(left_s)
        try:
            return await callback(*args, **kwargs)
        except RetryAfter as exc:
            self._paused = {kind: end for kind, end in self._paused.items() if end > now}
            self._paused[what] = self._governor.now() + flood_pause_s(exc)
            raise

    async def _admit(self, call: Call, since: float) -> None:
        """Return when the call may be made; raises Dropped, or RetryAfter when that would take too long."""
        if call.urgency == "courtesy":
            if await self._governor.take(call) is not None:
                TELEGRAM_CALLS.labels("dropped").inc()
                raise Dropped("not at once")
            return
        line = self._lines.setdefault((call.pauses, call.urgency), asyncio.Lock())
        async with line:
            while True:
                async with self._heads[call.urgency]:
                    wait = await self._take_common(call, since)
                if wait is None:
                    return
                await self._wait(wait, since)

    async def _take_common(self, call: Call, since: float) -> Wait | None:
        """Ask until there is room overall; return what the call has to wait for besides, if anything."""
        while (wait := await self._governor.take(call)) is not None and wait.is_common:
            await self._wait(wait, since)
        return wait

    async def _wait(self, wait: Wait, since: float) -> None:
        if self._governor.now() + wait.seconds - since > PATIENCE_S:
            raise _too_soon(wait.seconds)
        await self._sleep(wait.seconds)

    def _call(self, endpoint: str, data: dict[str, Any]) -> Call:
        chat, allowed = data.get("chat_id"), self._allowed
        urgency: Urgency = "courtesy" if endpoint == DRAFT else current_urgency()
        most, window_s = allowed.overall
        lanes = [Lane("all", min(most, allowed.courtesies) if urgency == "courtesy" else most, window_s)]
        if endpoint == DRAFT:
            lanes.append(Lane(f"drafts:{chat}", *allowed.drafts))
        elif chat is not None:
            lanes.append(Lane(f"chat:{chat}", *allowed.chat))
            if _is_group(chat):
                lanes.append(Lane(f"group:{chat}", *allowed.group))
        return Call(
            id=f"{self._governor.process}-{next(self._numbers)}",
            urgency=urgency,
            lanes=tuple(lanes),
            pauses=lanes[1].name if len(lanes) > 1 else f"inline:{data.get('inline_message_id')}",
        )


def _counts(endpoint: str) -> bool:
    """Whether a call puts a message into a chat, or changes one: those are limited."""
    is_message = endpoint.startswith(("send", "editMessage", "forwardMessage", "copyMessage"))
    return is_message and endpoint not in WEIGHTLESS


def _is_group(chat: object) -> bool:
    """Whether a chat is one of many people: those have negative numbers, or names."""
    return not isinstance(chat, int) or chat < 0


def _too_soon(seconds: float) -> RetryAfter:
    return RetryAfter(timedelta(seconds=math.ceil(seconds)))
