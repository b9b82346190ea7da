import asyncio
import logging

import pytest

from bot.errors import SettingsError
from bot.logs import quiet_loggers
from bot.playground.faults import Fault
from bot.telegram.application import introduce, opened
from bot.telegram.phrases import COMMANDS
from tests.telegram.conftest import Bot


async def test_the_commands_are_made_known_and_a_webhook_is_removed(bot: Bot) -> None:
    async with opened(bot.application()) as application:
        await introduce(application.bot)
        assert {c.command: c.description for c in await application.bot.get_my_commands()} == COMMANDS
    assert bot.playground.calls_of("deleteWebhook")


async def test_a_failed_introduction_is_logged_and_not_fatal(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    async with opened(bot.application()) as application:
        bot.playground.faults.add(Fault(method="setMyCommands", effect="drop"))
        await introduce(application.bot)
    assert "could not be introduced: NetworkError" in caplog.text


async def test_a_refused_token_stops_the_start_by_the_settings_name_and_is_not_shown(bot: Bot) -> None:
    application = bot.application()
    bot.playground.bot_token = "another"
    with pytest.raises(SettingsError) as caught:
        async with opened(application):
            raise AssertionError
    assert "TELEGRAM_BOT_TOKEN" in caught.value.sentence
    assert application.bot.token not in f"{caught.value.sentence}{caught.value}"


async def test_a_start_while_telegram_is_away_waits_for_it(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    bot.playground.faults.add(Fault(method="getMe", effect="error", status=502))
    async with asyncio.timeout(10), opened(bot.application()) as application:
        assert application.bot.username == "sayso_bot"
    assert caplog.text.count("Telegram is away") == 1


@pytest.mark.parametrize("name", ["telegram", "telegram.ext.ExtBot", "httpx", "aiohttp.client"])
def test_libraries_print_no_urls_or_texts_even_when_we_debug(name: str) -> None:
    root = logging.getLogger()
    level = root.level
    root.setLevel(logging.DEBUG)
    try:
        quiet_loggers()
        assert not logging.getLogger(name).isEnabledFor(logging.INFO)
        assert logging.getLogger(name).isEnabledFor(logging.WARNING)
    finally:
        root.setLevel(level)
