"""What it costs to take an update durably, and to answer a link that was briefed before.

Two servers take the same deliveries by turns: ours, where an update is in Valkey before it is confirmed, and
python-telegram-bot's own webhook, which puts it into a queue in memory. Three bots answer the same messages
by turns: ours with a cached brief, a bare echo of python-telegram-bot on our transport, and that echo over
our inbox, governor and notes, which shows what it costs that nothing is lost or said twice. What counts is
the processor time of the bot alone, without its store and the Bot API server. Each is a process of its own.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Final

from rich.console import Console
from rich.table import Table

from bot.playground import PlaygroundServer
from tests.bench import taking
from tests.servers.news import PARAGRAPHS, NewsSite, article_page, run_news

ROUNDS: Final = 6
DELIVERIES: Final = 4_000
"""Of a round, over CONNECTIONS at a time, as Telegram makes them."""
CONNECTIONS: Final = 40
LEAST: Final = 1.5
"""Times the rate of python-telegram-bot's webhook."""

READERS: Final = 40
MESSAGES: Final = 1_000
"""Of a round, from READERS by turns, each waiting for its answer."""
MOST: Final = 1.5
"""Times the processor time of an echo."""

ECHOES: Final = {
    "echo": ("an echo on the same transport", f"at most {MOST}"),
    "durable-echo": ("that echo, over our inbox, governor and notes", "no bound"),
}
"""What a cached brief is compared with: how it is called in the table, and the bound."""

_TICK = os.sysconf("SC_CLK_TCK")


def print_ingest(console: Console) -> None:
    """Print both comparisons."""
    taking_rates = asyncio.run(_measure_taking())
    title = f"Webhook: {DELIVERIES} deliveries, {ROUNDS} rounds by turns"
    names = ("Sayso, durable (embedded Valkey)", "python-telegram-bot, in memory")
    console.print(_compare(title, "updates/s, median", names, taking_rates, f"at least {LEAST}"))
    answering_ms = asyncio.run(_measure_answering())
    title = f"{MESSAGES} answers, {ROUNDS} rounds by turns"
    for echo, (label, bound) in ECHOES.items():
        names = ("Sayso, a link briefed before", label)
        rounds = (answering_ms["bot"], answering_ms[echo])
        console.print(_compare(title, "ms of CPU an answer, median", names, rounds, bound))


def _compare(
    title: str, measure: str, names: tuple[str, str], rounds: tuple[list[float], list[float]], bound: str
) -> Table:
    """Return a table of what was measured by turns, ours first, and of the ratio."""
    table = Table("", measure, title=title)
    for name, figures in zip(names, rounds, strict=True):
        table.add_row(name, f"{median(figures):.2f}")
    table.add_section()
    ratio = median(ours / theirs for ours, theirs in zip(*rounds, strict=True))
    table.add_row(f"ratio, median of rounds; {bound}", f"{ratio:.2f}")
    return table


async def _measure_taking() -> tuple[list[float], list[float]]:
    """Return the updates a second of each round, ours and theirs."""
    rates: dict[str, list[float]] = {"webhook": [], "their-webhook": []}
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(PlaygroundServer())
        folder = stack.enter_context(TemporaryDirectory())
        ports = {}
        for name in rates:
            about = {"token": telegram.bot_token, "api": telegram.url, "folder": folder}
            _, ports[name] = await stack.enter_async_context(_child(name, about))
        number = 0
        for turn in range(-1, ROUNDS):
            for name in rates if turn % 2 else reversed(rates):
                began = time.perf_counter()
                await _deliver(int(ports[name]), number)
                if turn >= 0:
                    rates[name].append(DELIVERIES / (time.perf_counter() - began))
                number += DELIVERIES
    return rates["webhook"], rates["their-webhook"]


async def _deliver(port: int, first: int) -> None:
    """Deliver updates as Telegram does: over kept connections, the next after the answer to the last."""
    numbers = iter(range(first + 1, first + DELIVERIES + 1))

    async def deliver_some() -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        for number in numbers:
            writer.write(_request(number))
            status = await reader.readline()
            assert b" 200 " in status, status
            length = 0
            while (line := await reader.readline()) != b"\r\n":
                if line.lower().startswith(b"content-length:"):
                    length = int(line.split(b":")[1])
            await reader.readexactly(length)
        writer.close()

    await asyncio.gather(*(deliver_some() for _ in range(CONNECTIONS)))


def _request(number: int) -> bytes:
    body = json.dumps(taking.message(number, 1_000 + number % READERS, "https://news.example/story")).encode()
    head = (
        f"POST {taking.PATH} HTTP/1.1\r\nHost: bot\r\nContent-Type: application/json\r\n"
        f"X-Telegram-Bot-Api-Secret-Token: {taking.SECRET}\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


async def _measure_answering() -> dict[str, list[float]]:
    """Return the milliseconds of CPU an answer of each round, of each bot."""
    spent: dict[str, list[float]] = {name: [] for name in ("bot", *ECHOES)}
    async with AsyncExitStack() as stack:
        news = await stack.enter_async_context(run_news())
        folder = Path(stack.enter_context(TemporaryDirectory()))
        news.pages["/story"] = article_page(PARAGRAPHS)
        bots = {}
        for name in spent:
            telegram = await stack.enter_async_context(PlaygroundServer())
            about = {"token": telegram.bot_token, "api": telegram.url, "folder": str(folder / name)}
            process, _ = await stack.enter_async_context(_child(name, about | {"news": str(news.port)}))
            bots[name] = telegram, process.pid
        for turn in range(-1, ROUNDS):
            for name in spent if turn % 2 else reversed(spent):
                telegram, pid = bots[name]
                before = _cpu_s(pid)
                await _converse(telegram, news, MESSAGES)
                if turn >= 0:
                    spent[name].append((_cpu_s(pid) - before) * 1_000 / MESSAGES)
    return spent


async def _converse(telegram: PlaygroundServer, news: NewsSite, count: int) -> None:
    """Have readers send the link, each again when it is answered, until there are `count` answers."""
    left = count - READERS
    url = news.url("/story")
    with telegram.changes.listening() as listener:
        for reader in range(READERS):
            telegram.user_sends(1_000 + reader, url)
        done = 0
        while done < count:
            event = await listener.get()
            assert event is not None
            message = event.get("message") or {}
            if event["kind"] != "message" or not message["from"]["is_bot"]:
                continue
            done += 1
            if left > 0:
                left -= 1
                telegram.user_sends(message["chat"]["id"], url)


def _cpu_s(pid: int) -> float:
    """Return the processor time of a process so far, in seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


@asynccontextmanager
async def _child(name: str, about: dict[str, str]) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    """Run a part of `tests.bench.taking` in a process; give that and the line that says it is ready."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.taking", name, json.dumps(about), stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield process, (await process.stdout.readline()).decode().strip()
    finally:
        process.terminate()
        await process.wait()


if __name__ == "__main__":
    print_ingest(Console())
