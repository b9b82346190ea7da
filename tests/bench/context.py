"""How long a reader waits for a brief, with context on and off: two whole bots, side by side, by turns."""

import asyncio
import logging
import time
from contextlib import AsyncExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from aiohttp import web
from rich.console import Console
from rich.table import Table

from bot.playground import PlaygroundServer
from tests.bot import READER, World, run_bot
from tests.servers.model import Answer, Exchange, ModelServer, faithful
from tests.servers.news import PARAGRAPHS, NewsSite, article_page, run_news
from tests.servers.wikipedia import WikipediaServer, a_page

ROUNDS = 40
WARM_UP = 3
MOST = 1.05
"""What a brief may take with context on, in times of what it takes with it off."""

SOURCE_S = 0.1
MODEL_S = 0.1
"""What the scripted servers take to answer."""


def print_context(console: Console) -> None:
    """Print the medians of both and their ratio."""
    logging.getLogger().setLevel(logging.ERROR)
    off_s, on_s, wait_s = asyncio.run(_measure())
    table = Table(
        "",
        "median s",
        "least s",
        title=f"A brief at scripted servers, {ROUNDS} rounds of both by turns",
    )
    for name, seconds in (("context off", off_s), ("context on", on_s), ("its context, after it", wait_s)):
        table.add_row(name, f"{median(seconds):.3f}", f"{min(seconds):.3f}")
    table.add_section()
    ratio = median(on / off for on, off in zip(on_s, off_s, strict=True))
    table.add_row(f"on / off, median of rounds; at most {MOST}", f"{ratio:.3f}", "")
    console.print(table)


async def _measure() -> tuple[list[float], list[float], list[float]]:
    """Return the seconds of each round: off, on, and from the brief to its context."""
    off_s, on_s, wait_s = [], [], []
    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        news = await stack.enter_async_context(run_news())
        model = await stack.enter_async_context(ModelServer(default=_after(MODEL_S, faithful)))
        wikipedia = await stack.enter_async_context(WikipediaServer(fault=_answer_late))
        worlds = []
        for name in ("off", "on"):
            telegram = await stack.enter_async_context(PlaygroundServer())
            world = World(telegram=telegram, news=news, model=model)
            settings = {"sayso_context": name == "on", "sayso_wikipedia_url": wikipedia.base}
            await stack.enter_async_context(
                run_bot(world, None, sayso_data=folder / name, sayso_user_rate=0, **settings)
            )
            worlds.append(world)
        off, on = worlds
        for number in range(-WARM_UP, ROUNDS):
            url = _publish(news, number)
            if number % 2:
                without = await _brief(off, url, number)
            with_it = await _brief(on, url, number)
            began = time.perf_counter()
            await on.final(READER, number + WARM_UP + 1, holds="📚")
            wait = time.perf_counter() - began
            if not number % 2:
                without = await _brief(off, url, number)
            if number >= 0:
                off_s.append(without)
                on_s.append(with_it)
                wait_s.append(wait)
    return off_s, on_s, wait_s


async def _brief(world: World, url: str, number: int) -> float:
    """Return the seconds from sending a link to its brief."""
    began = time.perf_counter()
    world.telegram.user_sends(READER, url)
    await world.final(READER, number + WARM_UP + 1)
    return time.perf_counter() - began


def _publish(news: NewsSite, number: int) -> str:
    """Publish an article that nobody has read yet."""
    path = f"/story{number}"
    further = f"The council's clerk counted {number + 100} letters on the ferry line."
    news.pages[path] = article_page((*PARAGRAPHS, further))
    return news.url(path)


def _after(seconds: float, answer: Answer) -> Answer:
    async def later(exchange: Exchange) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await answer(exchange)

    return later


async def _answer_late(request: web.Request) -> web.StreamResponse:
    """Know something of everything that is asked."""
    await asyncio.sleep(SOURCE_S)
    asked = request.query["gsrsearch"]
    extract = (
        f"{asked} is a ferry line of Orlen Bay whose council has asked for a boat to the island of Maret."
    )
    page = a_page(asked, extract, [asked], description="Ferry line")
    server = WikipediaServer(pages=[page])
    return web.json_response(server.find("en", asked))


if __name__ == "__main__":
    print_context(Console())
