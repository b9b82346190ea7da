"""Become another program, which Linux then ends together with the process that started this one.

Run as a script: `python -I -S launch.py PARENT_PID PROGRAM ARGUMENT...`
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
"""Of linux/prctl.h; the setting survives the exec."""


def launch(parent: int, command: list[str]) -> None:
    """Replace this process by the command, unless the parent has ended already."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() == parent:
        os.execv(command[0], command)  # noqa: S606 the command is our own


if __name__ == "__main__":
    launch(int(sys.argv[1]), sys.argv[2:])
