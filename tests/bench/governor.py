"""The rate governor before a Bot API server that keeps the limits: `python -m tests.bench.governor`.

Three replicas, each with its own bot and its own connection to one Valkey. In virtual time, so that the
figures are the governor's and not this machine's; then as three processes, in the time of this machine.
"""

import asyncio
import random
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from redis.asyncio import Redis
from rich.console import Console
from rich.table import Table
from telegram.ext import ExtBot

from bot.playground import Limits, PlaygroundServer
from bot.telegram.application import make_bot
from bot.telegram.pacing import Pacing
from storage.connection import open_redis
from storage.embedded import run_embedded
from storage.governor import Governor
from storage.windows import acting
from tests.servers.cluster import cluster_url, run_cluster
from tests.virtual import VirtualRequest, VirtualTime, open_virtual_redis

REPLICAS = 3
FIRST_CHAT = 10_000


@dataclass
class Result:
    """What came of a run; times are virtual seconds."""

    messages: int
    took_s: float
    refused: int
    waits_s: list[float] = field(default_factory=list)
    """How long each interactive reply took."""

    @property
    def share(self) -> float:
        """The rate as a part of the possible one: thirty at once, and thirty more each second."""
        return (self.messages - 1) // 30 / self.took_s if self.took_s else 1.0


@dataclass
class Fleet:
    """Replicas of the bot before one server, in one time."""

    time: VirtualTime
    server: PlaygroundServer
    bots: list[ExtBot[None]]
    stores: list[Redis]
    """Each replica's client of the one Redis."""

    @property
    def refused(self) -> int:
        """How many calls Telegram has refused as too many."""
        answers = (call.answer for call in self.server.calls)
        return sum(1 for answer in answers if answer and answer.get("error_code") == 429)


async def open_fleet(
    stack: AsyncExitStack, redis_url: str, *, journey_s: Callable[[], float] | None = None
) -> Fleet:
    """Open it all over an emptied Redis; `journey_s` gives how long a request or an answer is on its way."""
    time = VirtualTime()
    server = await stack.enter_async_context(PlaygroundServer(limits=Limits(), clock=time))
    bots, stores = [], []
    for _ in range(REPLICAS):
        redis = await stack.enter_async_context(open_virtual_redis(redis_url, time))
        stores.append(redis)
        await redis.flushdb()
        bot: ExtBot[None] = ExtBot(
            server.bot_token,
            base_url=f"{server.url}/bot",
            request=VirtualRequest(time, journey_s),
            get_updates_request=VirtualRequest(time),
            rate_limiter=Pacing(Governor(redis, clock=time), sleep=time.sleep),
        )
        bots.append(bot)
    await stack.enter_async_context(time.running())
    for bot in bots:
        await stack.enter_async_context(bot)
    return Fleet(time=time, server=server, bots=bots, stores=stores)


async def broadcast(fleet: Fleet, messages: int, *, at_once: int = 8) -> Result:
    """Send a message to each of so many chats, as bulk, while somebody asks something every three seconds."""
    chats = add_readers(fleet, messages)
    left, began = iter(chats), fleet.time()

    async def send(bot: ExtBot[None]) -> None:
        with acting("bulk"):
            for chat in left:
                await bot.send_message(chat, "digest")

    async with asking(fleet) as waits_s:
        await asyncio.gather(*(send(bot) for bot in fleet.bots for _ in range(at_once)))
    return Result(messages + len(waits_s), fleet.time() - began, fleet.refused, waits_s)


def add_readers(fleet: Fleet, count: int) -> range:
    """Add so many readers, and one who asks; return the readers' chats."""
    chats = range(FIRST_CHAT, FIRST_CHAT + count)
    for chat in (FIRST_CHAT - 1, *chats):
        fleet.server.add_user(chat, "Reader")
    return chats


@asynccontextmanager
async def asking(fleet: Fleet) -> AsyncIterator[list[float]]:
    """Reply to somebody every three seconds while the block lasts, and give how long each reply took."""
    waits_s: list[float] = []

    async def reply(bot: ExtBot[None]) -> None:
        while True:
            await fleet.time.sleep(3)
            asked = fleet.time()
            await bot.send_message(FIRST_CHAT - 1, "reply")
            waits_s.append(fleet.time() - asked)

    replies = asyncio.create_task(reply(fleet.bots[0]))
    try:
        yield waits_s
    finally:
        replies.cancel()
        await asyncio.wait({replies})


async def measure(messages: int, redis_url: str) -> dict[str, Result]:
    """Measure with answers that come at once, and over networks that take their time."""
    rng = random.Random(26)
    networks: dict[str, Callable[[], float] | None] = {
        "none": None,
        "5 ms each way": lambda: 0.005,
        "0-150 ms each way": lambda: 0.15 * rng.random() ** 2,
    }
    results = {}
    for name, journey_s in networks.items():
        async with AsyncExitStack() as stack:
            fleet = await open_fleet(stack, redis_url, journey_s=journey_s)
            results[name] = await broadcast(fleet, messages, at_once=32)
    return results


def print_governor(console: Console, messages: int = 10_000, *, on_cluster: bool = False) -> None:
    """Print the figures."""

    async def run() -> dict[str, Result]:
        with TemporaryDirectory() as folder:
            if on_cluster:
                async with run_cluster(Path(folder)) as ports:
                    return await measure(messages, cluster_url(ports))
            async with run_embedded(Path(folder)) as socket:
                return await measure(messages, f"unix://{socket}")

    place = "a cluster of three nodes" if on_cluster else "one server"
    table = Table(title=f"Governor: {REPLICAS} replicas on {place}, {messages:,} messages, virtual time")
    for column in (
        "network",
        "seconds",
        "of the possible rate",
        "429s",
        "replies",
        "longest wait of a reply",
    ):
        table.add_column(column)
    for name, result in asyncio.run(run()).items():
        table.add_row(
            name,
            f"{result.took_s:,.1f}",
            f"{result.share:.1%}",
            str(result.refused),
            str(len(result.waits_s)),
            f"{max(result.waits_s, default=0):.3f} s",
        )
    console.print(table)


async def run_replica(api_url: str, redis_url: str, token: str, chats: Sequence[int]) -> None:
    """Send a message to each of the chats, as one of several processes."""
    async with (
        open_redis(redis_url, Path("unused")) as redis,
        make_bot(token, api_url, Pacing(Governor(redis))) as bot,
    ):
        left = iter(chats)

        async def send() -> None:
            for chat in left:
                await bot.send_message(chat, "digest")

        await asyncio.gather(*(send() for _ in range(16)))


async def measure_processes(messages: int, redis_url: str) -> Result:
    """Measure processes of their own, in real time."""
    async with PlaygroundServer(limits=Limits()) as server:
        for chat in range(FIRST_CHAT, FIRST_CHAT + messages):
            server.add_user(chat, "Reader")
        where = ("-m", "tests.bench.governor", "replica", server.url, redis_url, server.bot_token)
        shares = ((str(FIRST_CHAT + number), str(FIRST_CHAT + messages)) for number in range(REPLICAS))
        replicas = [await asyncio.create_subprocess_exec(sys.executable, *where, *share) for share in shares]
        for replica in replicas:
            await replica.wait()
        calls = server.calls_of("sendMessage")
        done = [call for call in calls if call.ok]
        return Result(len(done), done[-1].at - done[0].at, len(calls) - len(done))


def print_processes(console: Console, messages: int = 900) -> None:
    """Print what three processes came to in real time."""

    async def run() -> Result:
        with TemporaryDirectory() as folder:
            async with run_embedded(Path(folder)) as socket:
                return await measure_processes(messages, f"unix://{socket}")

    result = asyncio.run(run())
    console.print(
        f"{REPLICAS} processes in real time: {result.messages:,} messages in {result.took_s:.1f} s, "
        f"{result.share:.1%} of the possible rate, {result.refused} times 429"
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["replica"]:
        api_url, redis_url, token, first, end = sys.argv[2:]
        asyncio.run(run_replica(api_url, redis_url, token, range(int(first), int(end), REPLICAS)))
    else:
        for on_cluster in (False, True):
            print_governor(Console(), *map(int, sys.argv[1:]), on_cluster=on_cluster)
        print_processes(Console())
