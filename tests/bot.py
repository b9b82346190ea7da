"""The whole bot in this process, between a Bot API server, a news site and a model on loopback."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from bot.app import serve
from bot.opening import Network
from bot.playground import PlaygroundServer
from bot.playground.state import Stored
from bot.settings import Settings
from tests.servers.model import ModelServer
from tests.servers.news import PUBLIC, NewsSite

READER = 7
OTHER = 8


@dataclass(frozen=True, kw_only=True)
class World:
    """Everything that the bot talks to."""

    telegram: PlaygroundServer
    news: NewsSite
    model: ModelServer

    async def final(self, chat_id: int, number: int = 1, *, holds: str = "") -> Stored:
        """Wait until the bot's `number`-th message in a chat has its final text, and return it."""

        def find() -> Stored | None:
            said = self.telegram.bot_messages(chat_id)
            is_there = len(said) >= number and not said[number - 1].text.endswith("…")
            return said[number - 1] if is_there and holds in said[number - 1].text else None

        found = await self.telegram.wait_for(find, timeout_s=30)
        assert found is not None
        return found


@asynccontextmanager
async def run_bot(world: World, redis_url: str | None, **changed: Any) -> AsyncIterator[Settings]:
    """Run the bot while the block does, without `redis_url` on its own store; `changed` replaces settings."""
    chosen: dict[str, Any] = {
        "telegram_bot_token": SecretStr(world.telegram.bot_token),
        "telegram_api_url": world.telegram.url,
        "openai_base_url": world.model.url,
        "openai_model": "test-model",
        "redis_url": SecretStr(redis_url) if redis_url else None,
        "sayso_open": True,
        "sayso_fetch_timeout_s": 3,
        "sayso_pace": 100,
    } | changed
    settings = Settings(_env_file=None, **chosen)
    stop = asyncio.Event()
    network = Network(resolve=world.news.resolve, dial_map={(PUBLIC, 80): ("127.0.0.1", world.news.port)})
    running = asyncio.create_task(serve(settings, stop=stop, network=network))
    try:
        yield settings
    finally:
        stop.set()
        await running


async def until(telegram: PlaygroundServer, predicate: Callable[[], bool]) -> None:
    """Wait until something is so."""
    await telegram.wait_for(predicate, timeout_s=30)
