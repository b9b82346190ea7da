"""Where updates are handled, each in its lane, what came in pieces as one."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram import Update
from telegram.error import InvalidToken, TelegramError
from telegram.ext import Application

from bot.errors import SaysoError
from bot.locales import N_
from bot.logs import about
from bot.telegram.audience import asker_of
from bot.telegram.cancelling import Undertakings
from bot.telegram.lanes import LONG, QUICK, Lanes, PauseAfter, lane_of
from bot.telegram.pieces import Gathering, Json, Pieces

AnyApplication = Application[Any, Any, Any, Any, Any, Any]

CONCURRENCY: Final = 32
"""Buttons and commands handled at a time."""

LONG_CONCURRENCY: Final = 64
"""Messages handled at a time, those included that wait for their turn: they are shown how far they are."""


class GivenUp(SaysoError):
    """An update was tried again and again, in vain."""

    template = N_(
        "I tried this three times and could not finish it, so I have set it aside. Please send it later."
    )


class Desk:
    """Where updates are handled."""

    def __init__(self, application: AnyApplication, undertakings: Undertakings | None = None) -> None:
        self._application = application
        self._undertakings = undertakings
        # Apart, so that those who wait for briefs do not hold up everybody's buttons.
        self._lanes = {QUICK: Lanes(CONCURRENCY), LONG: Lanes(LONG_CONCURRENCY)}
        self._pieces = Pieces()

    def start(self, payload: bytes, pause_after: PauseAfter | None = None) -> asyncio.Task[None]:
        """Start handling one raw update; the task ends with its answer out, or the error that kept it in.

        After a failure it is handled again in its place when `pause_after` says so. Raises ValueError when
        the payload is no update.
        """
        raw, update = self._read(payload)
        with about(update=update.update_id):  # the task that is started takes it along
            return self._start_on(raw, update, pause_after)

    def _start_on(self, raw: Json, update: Update, pause_after: PauseAfter | None) -> asyncio.Task[None]:
        if (whole := self._pieces.join(raw)) and whole.answer:
            return asyncio.create_task(_follow(whole.answer))
        gathering = self._pieces.begin(raw)
        if gathering is None:
            return self._start(update, lambda: self._application.process_update(update), pause_after)
        task = self._start(update, lambda: self._process_whole(gathering), pause_after)
        gathering.answer = task
        return task

    async def process(self, payload: bytes) -> None:
        """Handle one raw update to its end."""
        await self.start(payload)

    async def is_known(self) -> bool:
        """Whether Telegram knows our token, as far as can be told."""
        try:
            await self._application.bot.get_me()
        except InvalidToken:
            return False
        except TelegramError:
            return True
        return True

    async def apologize(self, payload: bytes, error: Exception) -> None:
        """Tell the chat of an update that it is given up, as the error says."""
        _, update = self._read(payload)
        await self._application.process_error(update, error)

    def close(self) -> None:
        """Begin nothing any more: what has not begun is cancelled."""
        for lanes in self._lanes.values():
            lanes.close()

    def _start(
        self, update: Update, work: Callable[[], Awaitable[None]], pause_after: PauseAfter | None
    ) -> asyncio.Task[None]:
        lane = lane_of(update)
        task = self._lanes[lane[1]].start(lane, work, pause_after)
        if self._undertakings is not None and lane[1] == LONG:
            self._undertakings.expect(asker_of(update), update.update_id, task)
        return task

    async def _process_whole(self, gathering: Gathering) -> None:
        """Handle a text or album that may come in pieces as the one message that its sender meant."""
        try:
            raw = await gathering.complete()
        finally:
            self._pieces.end(gathering)
        await self._application.process_update(Update.de_json(raw, self._application.bot))

    def _read(self, payload: bytes) -> tuple[Json, Update]:
        """Return the update of a payload, raw and read; raises ValueError for anything that is none."""
        try:
            raw = json.loads(payload)
            update = Update.de_json(raw, self._application.bot)
        except (ValueError, TypeError, KeyError, AttributeError) as exc:
            raise ValueError(f"no update: {type(exc).__name__}") from None
        return raw, update


async def _follow(answer: asyncio.Task[None]) -> None:
    """End as the first piece's handling ends: all pieces are answered together, or none is."""
    await asyncio.shield(answer)
