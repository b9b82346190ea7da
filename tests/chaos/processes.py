"""The replicas of the bot that are killed."""

import asyncio
import os
import signal
import sys
from pathlib import Path

from bot.playground.server import PlaygroundServer
from tests.chaos.stores import Store
from tests.test_cli import ROOT

STOP_WITHIN_S = 10.0
"""A replica that is told to stop has so long before it would be killed."""

RESTART_PAUSE_S = 0.5
"""Between the end of a replica that nobody ended and its next start."""


class Replica:
    """One process of the bot, started again whenever it ends, as a supervisor of processes does."""

    def __init__(
        self, number: int, telegram: PlaygroundServer, store: Store, lease_s: float, log: Path
    ) -> None:
        self.number = number
        self.is_up = False
        self.ends = 0
        """How often it ended by itself: a store that is away at the start ends it."""
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._asked_to_end: asyncio.subprocess.Process | None = None
        self._supervision: asyncio.Task[None] | None = None
        self._settings = {
            "TELEGRAM_BOT_TOKEN": telegram.bot_token,
            "TELEGRAM_API_URL": telegram.url,
            "REDIS_URL": store.url,
            "SAYSO_OPEN": "1",
            "SAYSO_LEASE_S": str(lease_s),
            "SAYSO_PACE": "1000",
            "SAYSO_CONTEXT": "0",
            "SAYSO_WORKERS": "1",
            "SAYSO_LOG_LEVEL": "INFO",
        } | {
            f"SAYSO_{who}_{what}": "0"
            for who in ("USER", "GROUP")
            for what in ("RATE", "BRIEFS", "QUESTIONS")
        }

    async def start(self) -> None:
        """Start the process."""
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot", "run", cwd=ROOT, env=os.environ | self._settings, stderr=log
            )
        self._supervision = asyncio.create_task(self._supervise(self._process))
        self.is_up = True

    async def _supervise(self, process: asyncio.subprocess.Process) -> None:
        await process.wait()
        if process is not self._asked_to_end:
            self.ends += 1
            await asyncio.sleep(RESTART_PAUSE_S)
            if process is self._process and process is not self._asked_to_end:
                await self.start()

    def send(self, signum: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        if self._process is not None and self._process.returncode is None:
            self._process.send_signal(signum)

    async def kill(self) -> None:
        """End it without a word, and start another."""
        self.is_up = False
        await self.end()
        await self.start()

    async def pause(self, seconds: float) -> None:
        """Let it stand still for a while."""
        self.is_up = False
        self.send(signal.SIGSTOP)
        await asyncio.sleep(seconds)
        self.send(signal.SIGCONT)
        self.is_up = True

    async def restart(self) -> None:
        """Tell it to stop, and start another; raises TimeoutError when it takes too long."""
        await self.stop()
        await self.start()

    async def stop(self) -> None:
        """Tell it to stop; raises TimeoutError when it takes too long."""
        self.is_up = False
        await asyncio.wait_for(self._end(signal.SIGTERM), STOP_WITHIN_S)

    async def end(self) -> None:
        """End it without a word."""
        await self._end(signal.SIGKILL)

    async def _end(self, signum: signal.Signals) -> None:
        process = self._process
        if process is not None:
            self._asked_to_end = process
            self.send(signum)
            await process.wait()
