"""Clients of the playground's Bot API: the real python-telegram-bot, and bare HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from telegram import Bot
from telegram.request import HTTPXRequest

from bot.playground import PlaygroundServer

Json = dict[str, Any]


class BareClient:
    """Calls methods without a library in between, and returns status and body."""

    def __init__(self, server: PlaygroundServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session

    async def call(self, method: str, **parameters: object) -> tuple[int, Json]:
        """Call a method with a JSON body; returns the HTTP status and the whole answer."""
        url = f"{self.server.url}/bot{self.server.bot_token}/{method}"
        async with self.session.post(url, json=parameters) as answer:
            return answer.status, await answer.json()

    async def result(self, method: str, **parameters: object) -> Any:
        """Call a method that has to succeed; returns its result."""
        status, answer = await self.call(method, **parameters)
        assert status == 200, answer
        return answer["result"]

    async def refusal(self, method: str, **parameters: object) -> str:
        """Call a method that has to be refused with 400; returns the description."""
        status, answer = await self.call(method, **parameters)
        assert (status, answer["ok"], answer["error_code"]) == (400, False, 400), answer
        return str(answer["description"])


@asynccontextmanager
async def open_bare(server: PlaygroundServer) -> AsyncIterator[BareClient]:
    """Open a bare client."""
    async with aiohttp.ClientSession() as session:
        yield BareClient(server, session)


@asynccontextmanager
async def open_bot(
    server: PlaygroundServer, *, token: str | None = None, timeout_s: float = 5.0
) -> AsyncIterator[Bot]:
    """Open python-telegram-bot's own client on its own transport."""
    requests = [HTTPXRequest(read_timeout=timeout_s) for _ in range(2)]
    bot = Bot(
        token or server.bot_token,
        base_url=f"{server.url}/bot",
        base_file_url=f"{server.url}/file/bot",
        request=requests[0],
        get_updates_request=requests[1],
    )
    async with bot:
        yield bot
