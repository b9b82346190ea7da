"""`sayso inbox` on the store of a bot."""

import json

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.arguments import parse
from bot.cli import run_command
from bot.errors import SettingsError
from bot.settings import Settings
from storage.dead_letters import DeadLetters
from storage.inbox import Inbox
from tests.storage.test_dead_letters import PAYLOAD, bury


@pytest.fixture
def settings(redis_url: str) -> Settings:
    return Settings(_env_file=None, redis_url=SecretStr(redis_url))


async def run(settings: Settings, *arguments: str) -> None:
    assert await run_command(parse(["inbox", *arguments]), settings) == 0


async def test_what_was_given_up_is_listed_replayed_and_dropped(
    redis: Redis, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    async with Inbox(redis) as inbox:
        await run(settings)
        assert capsys.readouterr().out == "0 updates wait for an answer; 0 were given up.\n"
        for update_id in (13, 14, 15):
            await bury(inbox, update_id, PAYLOAD)
        await run(settings)
        listed = capsys.readouterr().out
        assert "3 were given up." in listed
        assert "KeyError" in listed
        assert "private" not in listed
        await run(settings, "replay", "14")
        assert capsys.readouterr().out == "1 back in the inbox.\n"
        await run(settings, "drop", "all", "--json")
        assert json.loads(capsys.readouterr().out) == {"action": "drop", "updates": [13, 15]}
        await run(settings, "--json")
        shown = json.loads(capsys.readouterr().out)
        assert (shown["waiting"]["entries"], shown["dead_letters"]) == (1, [])
        assert await DeadLetters(redis).read() == []


@pytest.mark.usefixtures("redis")
@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["replay", "99"], "No dead letter is update 99. `sayso inbox` lists them."),
        (["drop"], "Name updates by their numbers, or say all."),
    ],
)
async def test_what_is_no_dead_letter_is_named_in_one_sentence(
    settings: Settings, arguments: list[str], sentence: str
) -> None:
    with pytest.raises(SettingsError) as refused:
        await run(settings, *arguments)
    assert refused.value.sentence == sentence
