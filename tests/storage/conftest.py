"""An inbox as two processes see it."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from storage.inbox import Inbox


@pytest.fixture
async def inbox(redis: Redis) -> AsyncIterator[Inbox]:
    async with Inbox(redis) as inbox:
        yield inbox


@pytest.fixture
async def other(redis: Redis) -> AsyncIterator[Inbox]:
    """The inbox as another process sees it."""
    async with Inbox(redis) as inbox:
        yield inbox
