"""What was briefed for anyone is found by everyone, what was sent to one chat by nobody: the whole bot."""

import json
from pathlib import Path

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.arguments import parse
from bot.cli import run_command
from bot.playground import PlaygroundServer
from bot.settings import Settings
from bot.telegram.searching import HOW_TO_SEARCH, NOTHING_FOUND
from tests.bot import OTHER, READER, World, run_bot
from tests.servers.model import ModelServer
from tests.servers.news import TITLE, run_news

GROUP = -1_001_700
SAMPLE = Path(__file__).parent / "data/tass-2022-03-05.txt"


async def test_public_articles_are_found_in_chats_and_in_the_terminal_private_ones_nowhere(
    redis: Redis, redis_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        world = World(telegram=telegram, news=news, model=model)
        telegram.add_group(GROUP, "Our street", members=(READER, OTHER))
        offline = {"openai_base_url": None, "sayso_workers": 1}
        async with run_bot(world, redis_url, **offline):
            telegram.user_sends(READER, SAMPLE.read_text("utf-8"))
            await world.final(READER, holds="statements traced")
            telegram.user_sends(READER, news.url("/article"))
            await world.final(READER, 2, holds="statements traced")
            telegram.user_sends(OTHER, "/search humanitarian corridors")
            assert (await world.final(OTHER)).text == NOTHING_FOUND
            telegram.user_sends(OTHER, "/search")
            assert (await world.final(OTHER, 2)).text == HOW_TO_SEARCH
            telegram.user_sends(GROUP, "search ferry line", user_id=OTHER)
            telegram.user_sends(GROUP, "/search@sayso_bot ferries", user_id=OTHER)
            found = await world.final(GROUP)
            assert TITLE in found.text
            [button] = found.buttons
            await telegram.user_presses(GROUP, found.id, button["callback_data"], user_id=READER)
            assert TITLE in (await world.final(GROUP, 2, holds="statements traced")).text
        settings = Settings(_env_file=None, redis_url=SecretStr(redis_url))
        assert await run_command(parse(["search", "ferry", "--json"]), settings) == 0
        told = json.loads(capsys.readouterr().out)
        assert told["query"] == "ferry"
        assert [hit["title"] for hit in told["hits"]] == [TITLE]
        assert await run_command(parse(["search", "humanitarian", "corridors"]), settings) == 0
        assert NOTHING_FOUND in " ".join(capsys.readouterr().out.split())
