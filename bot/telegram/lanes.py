"""Order inside a chat: one lane each for what takes long and for what is quick."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, Final

from telegram import MessageEntity, Update

QUICK, LONG = "quick", "long"

LIMIT_S: Final = 10_800.0
"""One try lasts no longer: if something hangs, its chat goes on. A queue at a slow model takes hours, too."""

WRITING_BUTTONS = ("n:", "l:", "i:")
"""What the data of buttons begins with that have a brief written."""

ELSEWHERE = ("inline_query", "chosen_inline_result", "guest_message")
"""Kinds of updates that come from chats that we are not in."""


def name_lane(update: dict[str, Any]) -> str:
    """Name the lane that a raw update stands in at the inbox: its chat's, or its own where we are in none."""
    for kind, content in update.items():
        if isinstance(content, dict) and kind not in ELSEWHERE:
            message = content.get("message") if kind == "callback_query" else content
            chat = message.get("chat") if isinstance(message, dict) else None
            if isinstance(chat, dict) and isinstance(chat.get("id"), int):
                return str(chat["id"])
    return f"u{update['update_id']}"


def lane_of(update: Update) -> tuple[Hashable, str]:
    """Return the lane of an update, and of which kind: what is in one lane is handled in order of arrival.

    A button that has a brief written has a lane for its message alone.

    Messages of a chat share one lane, with /brief and /ask; its buttons and other commands have another,
    lest a brief under way hold them up. What comes from chats that we are not in has a lane of its own each.
    """
    chat, query = update.effective_chat, update.callback_query
    if query is not None and (query.data or "").startswith(WRITING_BUTTONS):
        place = query.inline_message_id or (query.message.message_id if query.message else update.update_id)
        return (chat.id if chat else 0, place), LONG
    if update.guest_message or update.chosen_inline_result:
        return update.update_id, LONG
    return (chat.id if chat else update.update_id, LONG if _may_take_long(update) else QUICK)


def _may_take_long(update: Update) -> bool:
    message = update.message or update.edited_message
    if message is None:
        return False
    first = message.entities[0] if message.entities else None
    if first is None or first.type != MessageEntity.BOT_COMMAND or first.offset:
        return True
    return (message.text or "").startswith(("/brief", "/ask"))


PauseAfter = Callable[[Exception, int], float | None]
"""The pause before work that has failed so many times is done again, in seconds; None for never."""


class Lanes:
    """Runs work in lanes, `concurrency` pieces at a time; work that waits for its lane takes no place.

    Work that failed and is to be done again keeps its lane meanwhile, and no place; it fails with
    TimeoutError after `limit_s`. Once closed, what has not begun is cancelled.
    """

    def __init__(self, concurrency: int, *, limit_s: float = LIMIT_S) -> None:
        self._limit_s = limit_s
        self._places = asyncio.Semaphore(concurrency)
        self._tails: dict[Hashable, asyncio.Task[None]] = {}
        self._waiting: set[asyncio.Task[None]] = set()
        self._closing = asyncio.Event()

    def start(
        self, lane: Hashable, work: Callable[[], Awaitable[None]], pause_after: PauseAfter | None = None
    ) -> asyncio.Task[None]:
        """Start `work` once everything before it in its lane is done, however that ended."""
        task = asyncio.create_task(self._run(self._tails.get(lane), work, pause_after))
        self._tails[lane] = task
        self._waiting.add(task)
        task.add_done_callback(lambda done: self._forget(lane, done))
        return task

    def close(self) -> None:
        """Begin nothing any more, and cancel what waits."""
        self._closing.set()
        for task in self._waiting:
            task.cancel()

    async def _run(
        self,
        ahead: asyncio.Task[None] | None,
        work: Callable[[], Awaitable[None]],
        pause_after: PauseAfter | None,
    ) -> None:
        if ahead is not None:
            await asyncio.wait([ahead])
        failures = 0
        while not self._closing.is_set():
            async with self._places:
                self._begin()
                try:
                    async with asyncio.timeout(self._limit_s):
                        return await work()
                except Exception as exc:
                    failures += 1
                    pause_s = pause_after(exc, failures) if pause_after else None
                    if pause_s is None:
                        raise
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause_s):
                    await self._closing.wait()
        raise asyncio.CancelledError

    def _begin(self) -> None:
        if (task := asyncio.current_task()) is not None:
            self._waiting.discard(task)

    def _forget(self, lane: Hashable, done: asyncio.Task[None]) -> None:
        self._waiting.discard(done)
        if self._tails.get(lane) is done:
            del self._tails[lane]
