"""Many ask for one link at once, over several replicas: `python -m tests.stampede` tells how it went.

Replicas are processes of their own, each with a newsroom, on one store, one news site and one model.
"""

import argparse
import asyncio
import contextlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from aiohttp import web
from pydantic import SecretStr
from rich.console import Console
from rich.table import Table

from bot.article.models import PUBLIC as EVERYONE
from bot.article.models import Submission
from bot.opening import Network, open_newsroom
from bot.settings import Settings
from storage.connection import open_redis
from storage.embedded import run_embedded
from tests.servers.cluster import cluster_url, run_cluster
from tests.servers.model import Exchange, ModelServer, faithful
from tests.servers.model_faults import FAULTS
from tests.servers.news import HOST, PUBLIC, run_news

THINKS_S = 3.0
"""How long the model takes: all requests are there by then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a stampede went; seconds are from the start to the answer."""

    asked: int
    answered: int
    briefs: int
    model_calls: int
    page_reads: int
    last_s: float
    cpu_s: float


async def run_stampede(
    folder: Path, *, requests: int, replicas: int = 3, kills_holder: bool = False, on_cluster: bool = False
) -> Outcome:
    """Send the requests, evenly over the replicas; `kills_holder` kills the one that asks the model first.

    What is asked of the killed one counts neither as asked nor as answered.
    """
    store = _run_cluster(folder) if on_cluster else _run_server(folder)
    async with store as url, run_news() as news, ModelServer(default=_think) as model:
        if kills_holder:
            model.play(FAULTS["silence"])
        shares = [(requests + number) // replicas for number in range(replicas)]
        async with contextlib.AsyncExitStack() as stack:
            processes = [
                await stack.enter_async_context(_replica(url, model.url, news.port, share, str(number)))
                for number, share in enumerate(shares)
            ]
            began = time.monotonic()
            for process in processes:
                assert process.stdin is not None
                process.stdin.write(b"go\n")
            if kills_holder:
                await model.asked.wait()
                holder = int(model.requests[0].headers["Authorization"].removeprefix("Bearer "))
                await asyncio.sleep(1)
                processes[holder].kill()
                await processes.pop(holder).wait()
                shares.pop(holder)
            reports = [json.loads(await _line(process)) for process in processes]
            last_s = time.monotonic() - began
        return Outcome(
            asked=sum(shares),
            answered=sum(report["answered"] for report in reports),
            briefs=len({brief for report in reports for brief in report["briefs"]}),
            model_calls=len(model.requests),
            page_reads=news.requests["/article"],
            last_s=last_s,
            cpu_s=statistics.fmean(report["cpu_s"] for report in reports),
        )


@contextlib.asynccontextmanager
async def _run_server(folder: Path) -> AsyncIterator[str]:
    async with run_embedded(folder) as socket:
        yield f"unix://{socket}"


@contextlib.asynccontextmanager
async def _run_cluster(folder: Path) -> AsyncIterator[str]:
    async with run_cluster(folder) as ports:
        yield cluster_url(ports)


async def _think(exchange: Exchange) -> web.StreamResponse:
    await asyncio.sleep(THINKS_S)
    return await faithful(exchange)


@contextlib.asynccontextmanager
async def _replica(
    redis_url: str, model_url: str, news_port: int, requests: int, name: str
) -> AsyncIterator[asyncio.subprocess.Process]:
    arguments = [redis_url, model_url, str(news_port), str(requests), name]
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.stampede",
        "--replica",
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert await _line(process) == "ready"
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()


async def _line(process: asyncio.subprocess.Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def _be_replica(redis_url: str, model_url: str, news_port: int, requests: int, name: str) -> None:
    settings = Settings(
        _env_file=None,
        openai_base_url=model_url,
        openai_api_key=SecretStr(name),
        openai_model="test-model",
        sayso_workers=1,
        sayso_context=False,
    )
    network = Network(resolve=_resolve, dial_map={(PUBLIC, 80): ("127.0.0.1", news_port)})
    submission = Submission(kind="link", url=f"http://{HOST}/article", scope=EVERYONE)
    async with (
        open_redis(redis_url, Path("unused")) as redis,
        open_newsroom(settings, redis, network=network) as newsroom,
    ):
        print("ready", flush=True)  # noqa: T201
        await asyncio.to_thread(sys.stdin.readline)
        began_s = time.process_time()
        briefs = await asyncio.gather(*(newsroom.make_brief(submission) for _ in range(requests)))
        report = {
            "answered": len(briefs),
            "briefs": sorted({brief.id for brief in briefs}),
            "cpu_s": time.process_time() - began_s,
        }
        print(json.dumps(report), flush=True)  # noqa: T201


async def _resolve(_host: str) -> list[str]:
    return [PUBLIC]


def print_stampede(console: Console, requests: int) -> None:
    """Print every kind, a row each."""
    table = Table(
        "", "asked", "answered", "briefs", "model calls", "page reads", "last answer (s)", "CPU (s)"
    )
    for title, kills, on_cluster in (
        ("three replicas", False, False),
        ("the holder killed", True, False),
        ("on a cluster", False, True),
        ("on a cluster, the holder killed", True, True),
    ):
        with tempfile.TemporaryDirectory() as folder:
            o = asyncio.run(
                run_stampede(Path(folder), requests=requests, kills_holder=kills, on_cluster=on_cluster)
            )
        counts = (o.asked, o.answered, o.briefs, o.model_calls, o.page_reads)
        table.add_row(title, *map(str, counts), f"{o.last_s:.2f}", f"{o.cpu_s:.2f}")
    console.print(table)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000)
    parser.add_argument("--replica", nargs=5, help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.replica:
        redis_url, model_url, port, count, own_name = chosen.replica
        asyncio.run(_be_replica(redis_url, model_url, int(port), int(count), own_name))
    else:
        print_stampede(Console(), chosen.requests)
