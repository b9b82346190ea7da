"""The folder of the embedded store: private, and for one bot at a time."""

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
from pathlib import Path
from typing import IO

from bot.errors import SettingsError

FOLDER = "valkey"
"""What lies under SAYSO_DATA."""

LOCK_TIMEOUT_S = 2
"""A server whose bot was killed writes its file and ends well within this; past it, the folder is in use."""

SERVER_PID = "server.pid"
"""Name of the file that holds the server's pid."""


def make_folder(data: Path) -> Path:
    """Make the folder under `data`, which nobody else may read; raises SettingsError when that cannot be."""
    folder = data.absolute() / FOLDER
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        (folder / "lock").touch()
    except OSError as exc:
        raise SettingsError(
            f"data folder: {type(exc).__name__}",
            problem=f"Set SAYSO_DATA to a folder that can be written: {data} cannot ({exc.strerror}).",
        ) from exc
    return folder


async def lock_folder(folder: Path) -> IO[str]:
    """Lock the folder for this process and the servers that inherit the open file.

    Since the server has the lock, too, nobody starts a second one after a SIGKILL over the files of
    one that is still writing them. Raises SettingsError when the folder is in use.
    """
    lock = (folder / "lock").open("r+", encoding="ascii")
    deadline = asyncio.get_running_loop().time() + LOCK_TIMEOUT_S
    while not _is_locked_by(lock):
        if asyncio.get_running_loop().time() > deadline:
            lock.close()
            raise SettingsError(
                "data folder in use",
                problem=f"Another Sayso uses the folder {folder.parent}. Stop it, set SAYSO_DATA to another "
                "folder, or let both share one Redis by REDIS_URL.",
            )
        if sys.platform == "darwin" and not _is_alive(_read_pid(folder / "lock")):
            _end_orphan(folder)
        await asyncio.sleep(0.01)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def _is_locked_by(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _end_orphan(folder: Path) -> None:
    """End the server of a bot that was killed, which macOS does not by itself.

    Not for Linux: the kernel does it there, and a pid unknown here can be a live bot's in another container.
    """
    with contextlib.suppress(ProcessLookupError):
        if pid := _read_pid(folder / SERVER_PID):
            os.kill(pid, signal.SIGTERM)


def _is_alive(pid: int) -> bool:
    """Whether a process with this pid runs; an unknown pid counts as one."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _read_pid(file: Path) -> int:
    """Return the pid that the file holds, 0 when it holds none (yet)."""
    text = file.read_text(encoding="ascii") if file.exists() else ""
    return int(text) if text.isdigit() else 0
