"""A reader of feeds before a news site of its own, at a time that the test sets."""

import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.article.workers import Workers
from bot.digest.gathering import Gatherer
from storage.agenda import Agenda
from storage.feeds import FeedStore
from tests.servers.news import NewsSite, run_news

START = datetime(2026, 3, 3, 12, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Reading:
    site: NewsSite
    gatherer: Gatherer
    clock: Clock
    items: list[str] = field(default_factory=lambda: ["one"])
    titles: dict[str, str] = field(default_factory=dict)
    offered: list[str] = field(default_factory=list)

    def feed(self) -> str:
        listed = "".join(
            f"<item><title>{self.titles.get(item, f'News {item}')}</title><link>/{item}</link></item>"
            for item in self.items
        )
        return f"<rss version='2.0'><channel><title>Courier</title>{listed}</channel></rss>"

    async def serve(self, request: web.Request) -> web.Response:
        etag = f'"{len(self.items)}{"".join(self.titles.values())}"'
        if request.headers.get("If-None-Match") == etag:
            return web.Response(status=304)
        return web.Response(text=self.feed(), content_type="application/rss+xml", headers={"ETag": etag})

    async def pass_time(self, seconds: float) -> None:
        """Let so much time pass, and let all feeds be read that are due then."""
        self.clock.now += timedelta(seconds=seconds)
        while await self.gatherer.gather_due():
            pass


@pytest.fixture
async def reading(redis: Redis) -> AsyncIterator[Reading]:
    async with contextlib.AsyncExitStack() as stack:
        site = await stack.enter_async_context(run_news())
        fetcher = await stack.enter_async_context(site.fetcher())
        workers = Workers(count=1)
        stack.push_async_callback(workers.close)
        clock = Clock()
        offered: list[str] = []

        async def offer(url: str) -> None:
            offered.append(url)

        gatherer = Gatherer(
            fetcher=fetcher,
            workers=workers,
            feeds=FeedStore(redis),
            agenda=Agenda(redis, "feeds"),
            clock=clock,
            offer=offer,
        )
        made = Reading(site=site, gatherer=gatherer, clock=clock, offered=offered)
        site.pages["/feed"] = made.serve
        yield made
