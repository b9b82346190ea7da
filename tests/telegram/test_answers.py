import asyncio
from dataclasses import dataclass, field

from bot.article.models import Submission
from bot.briefing.models import Stage
from bot.playground.faults import Fault
from bot.telegram.answers import ChatAnswer, Occasion, Progress
from bot.telegram.application import opened
from bot.telegram.backend import Backend
from bot.telegram.revisits import Revisits
from bot.telegram.sending import Sender
from tests.telegram.briefs import URL
from tests.telegram.conftest import READER, Bot


def test_each_part_of_an_update_is_remembered_under_a_number_of_its_own() -> None:
    numbers = [
        Occasion(update_id=update, chat_id=1, part=part).answer_id
        for update in range(1, 50)
        for part in range(4)
    ]
    assert len(set(numbers)) == len(numbers)


@dataclass
class Screen:
    """What is shown, one by one; each takes as long as the gate is shut."""

    shown: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def show(self, text: str) -> None:
        await self.gate.wait()
        self.shown.append(text)


async def test_stages_are_shown_at_most_once_a_second() -> None:
    now, screen = 0.0, Screen()
    screen.gate.set()
    progress = Progress(screen.show, lambda: now)
    for now, stage in ((0.9, Stage.READING), (1.0, Stage.DRAFTING), (1.5, Stage.CHECKING)):  # noqa: B007 - read by the clock
        await progress(stage)
        await progress.finish()
    assert screen.shown == ["Writing the brief…"]


async def test_a_stage_is_not_waited_for_but_the_end_is() -> None:
    now, screen = 0.0, Screen()
    progress = Progress(screen.show, lambda: now)
    now = 5.0
    await progress(Stage.DRAFTING)
    now = 10.0
    await progress(Stage.CHECKING)
    assert screen.shown == []
    screen.gate.set()
    await progress.finish()
    assert screen.shown == ["Writing the brief…"]


async def test_a_stage_that_cannot_be_shown_harms_nothing(bot: Bot) -> None:
    occasion, submission = Occasion(update_id=1, chat_id=READER), Submission(kind="link", url=URL)
    async with opened(bot.application()) as application:
        backend = Backend(
            newsroom=bot.canned,
            sender=Sender(application.bot, bot.chats),
            store=bot.store,
            inbox=bot.inbox,
            chats=bot.chats,
            inline=bot.inline,
            revisits=Revisits(bot.newsroom.has_changed),
        )
        answer = ChatAnswer(occasion, submission, backend)
        await answer.show("too early")
        assert await answer.begin()
        bot.playground.faults.add(Fault(method="editMessageText", effect="drop"))
        await answer.show("Writing the brief…")
    assert [message.text for message in bot.playground.bot_messages(READER)] == ["Reading…"]
