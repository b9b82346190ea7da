"""One pool of workers for all tests of this folder, and a news site for each test."""

from collections.abc import AsyncIterator

import pytest

from bot.article.reader import Reader
from bot.article.workers import Workers
from tests.servers.news import NewsSite, run_news


@pytest.fixture(scope="session")
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(count=2)
    yield pool
    await pool.close()


@pytest.fixture
async def site() -> AsyncIterator[NewsSite]:
    async with run_news() as running:
        yield running


@pytest.fixture
async def reader(site: NewsSite, workers: Workers) -> AsyncIterator[Reader]:
    async with site.fetcher() as fetcher:
        yield Reader(fetcher=fetcher, workers=workers)
