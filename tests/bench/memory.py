"""What a fetch costs in resident memory, measured in a process of its own. Linux only."""

import asyncio
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from bot.article.fetch import Fetcher
from bot.errors import ReadError
from tests.servers.news import PUBLIC

WARM = "warm.example"
"""A host of an ordinary page, which is fetched first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What one fetch took: seconds, and MiB over the idle process at its peak."""

    host: str
    outcome: str
    seconds: float
    extra_mib: float


def has_peak() -> bool:
    """Tell whether this system can say what memory a process held at most."""
    return Path("/proc/self/clear_refs").exists()


def _status(name: str) -> int:
    """Return a figure of this process in KiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{name}:")[2].split()[0])


def _forget_peak() -> None:
    """Have the peak begin anew."""
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


async def _measure(fetcher: Fetcher, host: str) -> Cost:
    """Fetch from one host, and look at the peak of memory meanwhile."""
    idle = _status("VmRSS")
    _forget_peak()
    began = time.perf_counter()
    try:
        outcome = str((await fetcher.fetch(f"http://{host}/")).status)
    except ReadError as exc:
        outcome = type(exc).__name__
    seconds = time.perf_counter() - began
    return Cost(host=host, outcome=outcome, seconds=seconds, extra_mib=(_status("VmHWM") - idle) / 1_024)


async def _main(port: int, hosts: list[str]) -> None:
    """Print the cost of each host's page, one JSON object a line."""

    async def resolve(_host: str) -> list[str]:
        return [PUBLIC]

    async with Fetcher(resolve=resolve, dial_map={(PUBLIC, 80): ("127.0.0.1", port)}) as fetcher:
        await _measure(fetcher, WARM)
        for host in hosts:
            sys.stdout.write(json.dumps(asdict(await _measure(fetcher, host))) + "\n")


async def measure_fetches(port: int, hosts: list[str]) -> list[Cost]:
    """Fetch from each host in a new process, whose names all lead to a loopback port."""
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-m", __name__, str(port), *hosts, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await child.communicate()
    return [Cost(**json.loads(line)) for line in out.splitlines()]


if __name__ == "__main__":
    asyncio.run(_main(int(sys.argv[1]), sys.argv[2:]))
