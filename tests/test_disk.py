"""A disk without room: the store takes nothing, and what stays with Telegram comes when there is some."""

import contextlib
import resource
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.exceptions import RedisError

from bot.playground import PlaygroundServer
from storage.connection import join_redis
from storage.folder import FOLDER, SERVER_PID
from tests.bot import READER, World, run_bot
from tests.servers.model import ModelServer
from tests.servers.news import run_news

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="prlimit is Linux's")

START, HELP = "I read a news article for you", "Send me one of these"


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        telegram.add_user(READER, "Reader")
        yield World(telegram=telegram, news=news, model=model)


def bound_files(data: Path, size: int) -> None:
    """Let the store's server write no file beyond a size, as on a disk without room; -1 for any size."""
    server = int((data / FOLDER / SERVER_PID).read_text())
    resource.prlimit(server, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


async def test_what_comes_while_the_disk_is_full_is_answered_once_when_there_is_room(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    telegram = world.telegram
    async with run_bot(world, None, sayso_data=tmp_path):
        telegram.user_sends(READER, "/start")
        await world.final(READER, holds=START)
        async with join_redis(None, tmp_path) as redis:
            bound_files(tmp_path, 1)  # once joined: a store that cannot write answers not even a ping
            while (await redis.info("persistence"))["aof_last_write_status"] == "ok":
                with contextlib.suppress(RedisError):
                    await redis.set("written", 1)
                await telegram.changes.pause(0.05)
        telegram.user_sends(READER, "/help")
        with caplog.at_level("WARNING", logger="bot.telegram.receiver"):
            while not any("updates stay with Telegram" in line for line in caplog.messages):
                await telegram.changes.pause(0.05)
        assert telegram.updates.pending, "not confirmed"
        bound_files(tmp_path, resource.RLIM_INFINITY)
        await world.final(READER, 2, holds=HELP)
        await telegram.wait_for(lambda: not telegram.updates.pending, timeout_s=30)
    assert [START in m.text or HELP in m.text for m in telegram.bot_messages(READER)] == [True, True]
