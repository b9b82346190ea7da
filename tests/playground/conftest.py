from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.playground import PlaygroundServer
from tests.servers.botapi import BareClient, open_bare, open_bot


@pytest.fixture
async def server() -> AsyncIterator[PlaygroundServer]:
    async with PlaygroundServer(webhook_retry_s=0.01, first_update_id=500) as server:
        yield server


@pytest.fixture
async def api(server: PlaygroundServer) -> AsyncIterator[BareClient]:
    async with open_bare(server) as client:
        yield client


@pytest.fixture
async def bot(server: PlaygroundServer) -> AsyncIterator[Bot]:
    async with open_bot(server) as bot:
        yield bot
