"""Opens, by the settings, where context comes from."""

import contextlib
from collections.abc import AsyncIterator, Iterator
from functools import partial
from typing import TYPE_CHECKING

from bot.article.fetch import USER_AGENT, Fetcher
from bot.briefing.noting import NotingEngine
from bot.context.archive import BriefedArticles
from bot.context.factcheck import FactCheckTools
from bot.context.gather import DEADLINE_S, Desk, add_context
from bot.context.searxng import SearXNG
from bot.context.sources import ContextSource
from bot.context.wikipedia import Wikipedia
from bot.settings import Settings
from storage.archive import Archive
from storage.briefs import BriefStore
from storage.connection import Redis
from storage.context import ContextStore
from storage.flights import Flights

if TYPE_CHECKING:
    from bot.article.workers import Workers
    from bot.briefing.models import Engine
    from bot.briefing.newsroom import AddContext
    from bot.briefing.shelf import Shelf
    from bot.opening import Network

LIMIT_BYTES = 1 << 20
"""Of an answer: leads of a few pages have some 10 KB."""


@contextlib.asynccontextmanager
async def open_context(
    settings: Settings,
    redis: Redis | None,
    *,
    network: "Network",
    workers: "Workers",
    shelf: "Shelf",
    flights: Flights,
    engine: "Engine",
) -> "AsyncIterator[AddContext | None]":
    """Open the sources that are set; None where context is off. `engine` writes from them, if it can."""
    if not settings.sayso_context:
        yield None
        return
    async with open_sources(settings, redis, network) as sources:
        desk = Desk(
            sources=sources,
            workers=workers,
            shelf=shelf,
            flights=flights,
            store=ContextStore(redis) if redis is not None else None,
            engine=engine if isinstance(engine, NotingEngine) else None,
        )
        yield partial(add_context, desk=desk)


@contextlib.asynccontextmanager
async def open_sources(
    settings: Settings, redis: Redis | None = None, network: "Network | None" = None
) -> AsyncIterator[tuple[ContextSource, ...]]:
    """Open the sources that are set; without `redis`, not the archive."""
    fetcher = Fetcher(
        timeout_s=DEADLINE_S,
        limit_bytes=LIMIT_BYTES,
        user_agent=_introduce(settings.sayso_contact),
        resolve=network.resolve if network else None,
        dial_map=network.dial_map if network else None,
    )
    async with fetcher:
        yield tuple(_list_sources(settings, fetcher, redis))


def _list_sources(settings: Settings, fetcher: Fetcher, redis: Redis | None) -> Iterator[ContextSource]:
    yield Wikipedia(fetcher, settings.sayso_wikipedia_url)
    if settings.google_factcheck_api_key is not None:
        key = settings.google_factcheck_api_key.get_secret_value()
        yield FactCheckTools(fetcher, key, settings.sayso_factcheck_url)
    if settings.sayso_searxng_url is not None:
        yield SearXNG(fetcher, settings.sayso_searxng_url)
    if redis is not None and settings.sayso_archive_articles:
        yield BriefedArticles(Archive(redis, articles=settings.sayso_archive_articles), BriefStore(redis))


def _introduce(contact: str | None) -> str:
    """Return the user agent as Wikimedia's policy asks for it: with how to reach whoever runs the bot."""
    return f"{USER_AGENT.partition(' ')[0]} ({contact})" if contact else USER_AGENT
