"""The processes that are killed: a Valkey with an append-only file, and replicas of the bot."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

from bot.playground.server import PlaygroundServer
from storage.embedded import find_binary
from tests.test_cli import ROOT

STOP_WITHIN_S = 10.0
"""A replica that is told to stop has so long before it would be killed."""


class Store:
    """A Valkey over a folder, on a unix socket."""

    def __init__(self, folder: Path, appendfsync: str) -> None:
        self.url = f"unix://{folder / 'valkey.sock'}"
        self._folder = folder
        self._appendfsync = appendfsync
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start, and return when it answers."""
        options = ["--port", "0", "--unixsocket", "valkey.sock", "--save", "", "--appendonly", "yes"]
        with (self._folder / "valkey.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: ASYNC220 - it takes a millisecond
                [str(find_binary()), *options, "--appendfsync", self._appendfsync],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        while not await self._answers():  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0.02)

    async def _answers(self) -> bool:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_unix_connection(self._folder / "valkey.sock")
            with contextlib.closing(writer):
                writer.write(b"PING\r\n")
                return await reader.readline() == b"+PONG\r\n"
        return False

    async def kill(self) -> None:
        """End it without a word."""
        if self._process is not None:
            self._process.kill()
            await asyncio.to_thread(self._process.wait)


class Replica:
    """One process of the bot, started again whenever it ends."""

    def __init__(
        self, number: int, telegram: PlaygroundServer, store: Store, lease_s: float, log: Path
    ) -> None:
        self.number = number
        self.is_up = False
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
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
        self.is_up = True

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
        self.send(signal.SIGTERM)
        await asyncio.wait_for(self._wait(), STOP_WITHIN_S)

    async def end(self) -> None:
        """End it without a word."""
        self.send(signal.SIGKILL)
        await self._wait()

    async def _wait(self) -> None:
        if self._process is not None:
            await self._process.wait()
