"""What hostile pages cost everybody else: memory, deadlines, the event loop, another user's brief."""

import asyncio
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.article.models import Submission
from bot.article.workers import Workers
from bot.briefing.pipeline import MakeBrief
from bot.errors import SaysoError
from bot.opening import Network, open_newsroom
from bot.settings import Settings
from storage.connection import open_redis
from tests.bench.memory import WARM, has_peak, measure_fetches
from tests.servers.bombs import bomb_answers
from tests.servers.news import NewsSite, article_page, run_news
from tests.servers.raw import RawSite, answer, run_raw

Hosts = dict[str, RawSite | NewsSite]

FETCH_S = 8.0
CACHED_BRIEFS = 300
_OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n"
_HEAVY = "<p " + " ".join(f'a{i}=">"' for i in range(100_000)) + ">a</p>"
"""Attributes whose values look like ends of tags, which a quick look does not count and the parser does."""


@dataclass(slots=True)
class Loop:
    """How long the event loop did not come back to a task that only asks for its turn."""

    stalls_ms: list[float] = field(default_factory=list)
    """By the clock, with what other processes took."""
    busy_ms: list[float] = field(default_factory=list)
    """By what the thread itself computed meanwhile."""

    async def watch(self) -> None:
        """Ask for a turn every millisecond."""
        last, computed = time.perf_counter(), time.thread_time()
        while True:
            await asyncio.sleep(0.001)
            now, so_far = time.perf_counter(), time.thread_time()
            self.stalls_ms.append((now - last) * 1_000 - 1)
            self.busy_ms.append((so_far - computed) * 1_000)
            last, computed = now, so_far


async def _drip(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a byte now and then."""
    writer.write(_OPEN)
    while True:
        writer.write(b"<")
        await writer.drain()
        await asyncio.sleep(0.5)


async def _stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""
    await reader.read()


@asynccontextmanager
async def _open_bot(hosts: Hosts, folder: Path) -> AsyncIterator[MakeBrief]:
    """Open what `sayso run` briefs with, each host behind a public address of its own."""
    addresses = {host: f"93.184.215.{place}" for place, host in enumerate(hosts, 1)}

    async def resolve(host: str) -> list[str]:
        return [addresses[host.partition(".")[2]]]

    network = Network(
        resolve=resolve,
        dial_map={(addresses[host], 80): ("127.0.0.1", site.port) for host, site in hosts.items()},
    )
    settings = Settings(_env_file=None, sayso_data=folder, sayso_context=False, sayso_fetch_timeout_s=FETCH_S)
    async with (
        open_redis(None, folder) as redis,
        open_newsroom(settings, redis, engine="offline", network=network) as newsroom,
    ):
        yield newsroom.make_brief


async def _time_cached(make_brief: MakeBrief) -> list[float]:
    """Ask for a brief that is in the cache, again and again; return milliseconds."""
    times = []
    for _ in range(CACHED_BRIEFS):
        began = time.perf_counter()
        await make_brief(Submission(kind="link", url="http://www.news.example/article"))
        times.append((time.perf_counter() - began) * 1_000)
        await asyncio.sleep(0.01)
    return times


async def _lateness(work: Awaitable[object], deadline_s: float) -> float:
    """Wait for what fails at its deadline, and return how much later that was, in seconds."""
    began = time.perf_counter()
    with suppress(SaysoError, TimeoutError):
        await work
    return time.perf_counter() - began - deadline_s


async def _attack(hosts: Hosts, folder: Path, table: Table) -> None:
    """Time cached briefs alone and while 50 hostile links are read."""
    async with _open_bot(hosts, folder) as make_brief, asyncio.TaskGroup() as group:

        async def send(host: str, deadline_s: float, count: int) -> list[asyncio.Task[float]]:
            tasks = []
            for n in range(count):
                link = Submission(kind="link", url=f"http://n{n}.{host}/{n}")
                tasks.append(group.create_task(_lateness(make_brief(link), deadline_s)))
                await asyncio.sleep(0.02)
            return tasks

        for _ in range(2):  # the first brief of all is fetched and drafted
            alone = await _time_cached(make_brief)
        loop = Loop()
        watcher = group.create_task(loop.watch())
        heavy = await send("heavy.example", 15, 10)
        slow = [*await send("drip.example", FETCH_S, 20), *await send("stall.example", FETCH_S, 20)]
        under = await _time_cached(make_brief)
        late = await asyncio.gather(*slow)
        for task in (*heavy, watcher):
            task.cancel()
    for words, measured, limit in (
        ("40 drips and stalls: latest after their deadline", f"{max(late) * 1_000:.0f} ms", "250 ms"),
        ("50 hostile links: longest stall of the event loop", f"{max(loop.stalls_ms):.1f} ms", "50 ms"),
        ("the same, computing", f"{max(loop.busy_ms):.1f} ms", "50 ms"),
        ("cached brief alone, median", f"{statistics.median(alone):.2f} ms", ""),
        ("cached brief meanwhile, median", f"{statistics.median(under):.2f} ms", ""),
        ("ratio", f"{statistics.median(under) / statistics.median(alone):.2f}", "1.20"),
    ):
        table.add_row(words, measured, limit)


def spin() -> None:
    """Use a core for ever."""
    while True:
        pass


async def _kill_bombs(table: Table) -> None:
    """Run CPU bombs in workers, two at a time, and see how late each is killed."""
    workers = Workers(count=2)
    await workers.start()
    late = []
    for _ in range(4):
        late += await asyncio.gather(*(_lateness(workers.run(spin, timeout_s=1), 1) for _ in range(2)))
    await workers.close()
    table.add_row("8 CPU bombs: latest after their deadline", f"{max(late) * 1_000:.0f} ms", "250 ms")


async def _drop_bombs(table: Table) -> None:
    """Fetch each kind of bomb in a process of its own."""
    answers = await asyncio.to_thread(bomb_answers)
    async with run_raw(answers | {WARM: answer(article_page())}) as site:
        for host in answers:
            for cost in await measure_fetches(site.port, [host]) if has_peak() else ():
                name = host.partition(".")[0]
                table.add_row(f"{name} bomb: memory over idle", f"+{cost.extra_mib:.1f} MiB", "+16 MiB")
                table.add_row(
                    f"{name} bomb: {cost.outcome} after", f"{cost.seconds * 1_000:.0f} ms", "500 ms"
                )


async def measure_hostile() -> Table:
    """Measure everything, and return it as a table with the limits."""
    table = Table("hostile pages", "measured", "limit", title="Hostile pages")
    await _drop_bombs(table)
    await _kill_bombs(table)
    async with (
        run_raw(_drip) as drip,
        run_raw(_stall) as stall,
        run_raw(answer(_HEAVY)) as heavy,
        run_news() as news,
    ):
        hosts: Hosts = {
            "drip.example": drip,
            "stall.example": stall,
            "heavy.example": heavy,
            "news.example": news,
        }
        with tempfile.TemporaryDirectory() as folder:
            await _attack(hosts, Path(folder), table)
    return table


def print_hostile(console: Console) -> None:
    """Print the table."""
    console.print(asyncio.run(measure_hostile()))


if __name__ == "__main__":
    print_hostile(Console())
