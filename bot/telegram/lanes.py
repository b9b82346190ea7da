"""Order inside a chat: one lane each for what takes long and for what is quick."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable

from telegram import MessageEntity, Update

QUICK, LONG = "quick", "long"

WRITING_BUTTONS = ("n:", "l:", "i:")
"""What the data of buttons begins with that have a brief written."""


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


class Lanes:
    """Runs work in lanes, `concurrency` pieces at a time; work that waits for its lane takes no place."""

    def __init__(self, concurrency: int) -> None:
        self._places = asyncio.Semaphore(concurrency)
        self._tails: dict[Hashable, asyncio.Task[None]] = {}

    def start(self, lane: Hashable, work: Callable[[], Awaitable[None]]) -> asyncio.Task[None]:
        """Start `work` once everything before it in its lane is done, however that ended."""
        task = asyncio.create_task(self._run(self._tails.get(lane), work))
        self._tails[lane] = task
        task.add_done_callback(lambda done: self._forget(lane, done))
        return task

    async def _run(self, ahead: asyncio.Task[None] | None, work: Callable[[], Awaitable[None]]) -> None:
        if ahead is not None:
            await asyncio.wait([ahead])
        async with self._places:
            await work()

    def _forget(self, lane: Hashable, done: asyncio.Task[None]) -> None:
        if self._tails.get(lane) is done:
            del self._tails[lane]
