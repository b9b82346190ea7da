from telegram import Bot as TelegramBot

from bot.briefing.models import Stage
from bot.playground.faults import Fault
from bot.playground.server import PlaygroundServer
from bot.telegram.answers import Occasion, Progress
from bot.telegram.application import opened
from bot.telegram.replies import say
from bot.telegram.sending import send
from tests.telegram.conftest import READER, Bot


def test_each_part_of_an_update_is_remembered_under_a_number_of_its_own() -> None:
    numbers = [
        Occasion(update_id=update, chat_id=1, part=part).answer_id
        for update in range(1, 50)
        for part in range(4)
    ]
    assert len(set(numbers)) == len(numbers)


async def placeholder(bot: TelegramBot) -> int:
    message_id = await send(bot, READER, say("Reading…"))
    assert message_id is not None
    return message_id


def shown(playground: PlaygroundServer) -> list[str]:
    [stored] = playground.bot_messages(READER)
    return [str(version["text"]) for version in [*stored.history, stored.message]]


async def test_stages_are_shown_at_most_once_a_second(bot: Bot) -> None:
    now = 0.0
    async with opened(bot.application()) as application:
        progress = Progress(application.bot, READER, await placeholder(application.bot), lambda: now)
        for now, stage in ((0.9, Stage.READING), (1.0, Stage.DRAFTING), (1.5, Stage.CHECKING)):  # noqa: B007 - read by the clock
            await progress(stage)
            await progress.finish()
    assert shown(bot.playground) == ["Reading…", "Writing the brief…"]


async def test_a_stage_is_not_waited_for_but_the_end_is(bot: Bot) -> None:
    now = 0.0
    async with opened(bot.application()) as application:
        progress = Progress(application.bot, READER, await placeholder(application.bot), lambda: now)
        bot.playground.faults.add(Fault(method="editMessageText", effect="delay", seconds=0.3))
        now = 5.0
        await progress(Stage.DRAFTING)
        now = 10.0
        await progress(Stage.CHECKING)
        assert shown(bot.playground) == ["Reading…"]
        await progress.finish()
        assert shown(bot.playground) == ["Reading…", "Writing the brief…"]


async def test_a_stage_that_cannot_be_shown_harms_nothing(bot: Bot) -> None:
    now = 0.0
    async with opened(bot.application()) as application:
        progress = Progress(application.bot, READER, await placeholder(application.bot), lambda: now)
        bot.playground.faults.add(Fault(method="editMessageText", effect="drop"))
        now = 5.0
        await progress(Stage.DRAFTING)
        await progress.finish()
        unseen = Progress(application.bot, READER, None, lambda: now)
        now = 10.0
        await unseen(Stage.CHECKING)
        await unseen.finish()
    assert shown(bot.playground) == ["Reading…"]
