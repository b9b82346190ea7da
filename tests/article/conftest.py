"""One pool of workers for all tests of this folder, and a news site for each test."""

import ssl
from collections.abc import AsyncIterator

import httpcore
import pytest
import trustme

from bot.article.reader import Reader
from bot.article.workers import Workers
from tests.servers.news import HOST, NewsSite, run_news


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


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server_tls(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(HOST).configure_cert(context)
    return context


@pytest.fixture
def client_tls(authority: trustme.CA) -> ssl.SSLContext:
    """The context that a fetcher has, but for the authority it trusts."""
    context = httpcore.default_ssl_context()
    authority.configure_trust(context)
    return context
