import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from bot.article.models import Submission
from bot.article.workers import Workers
from bot.briefing.models import Checked, Checks, Stage, Statement
from bot.playground.faults import Fault
from bot.telegram.answers import Occasion
from bot.telegram.application import opened
from bot.telegram.backend import Backend
from bot.telegram.chats import ChatAnswer
from bot.telegram.composing import utf16_units
from bot.telegram.progress import Progress
from bot.telegram.replies import Reply, render_beginning, say
from tests.telegram.briefs import URL
from tests.telegram.conftest import READER, Bot


def test_each_part_of_an_update_is_remembered_under_a_number_of_its_own() -> None:
    numbers = [
        Occasion(update_id=update, chat_id=1, part=part).answer_id
        for update in range(1, 50)
        for part in range(4)
    ]
    assert len(set(numbers)) == len(numbers)


def beginning(*statements: str, headline: str = "Talks go on") -> Checked:
    return Checked(
        headline=headline,
        statements=tuple(Statement(text=text, sentences=(1,)) for text in statements),
        flags=(),
        loaded=(),
        absent=(),
        checks=Checks(),
    )


@dataclass
class Screen:
    """What is shown, one by one; each takes as long as the gate is shut."""

    shown: list[str] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def show(self, reply: Reply) -> None:
        await self.gate.wait()
        async with self.changed:
            self.shown.append(reply.text)
            self.changed.notify_all()

    async def holds(self, count: int) -> None:
        async with asyncio.timeout(5), self.changed:
            await self.changed.wait_for(lambda: len(self.shown) >= count)


async def test_of_what_comes_within_a_pause_the_newest_is_shown() -> None:
    screen = Screen()
    screen.gate.set()
    async with Progress(screen.show, every_s=0.05) as progress:
        await progress.stage(Stage.READING)
        await progress.stage(Stage.DRAFTING)
        await screen.holds(1)
        await progress.stage(Stage.CHECKING)
        await screen.holds(2)
    assert screen.shown == ["Writing the brief…", "Checking it against the article…"]


async def test_nothing_is_shown_within_the_first_pause() -> None:
    screen = Screen()
    screen.gate.set()
    async with Progress(screen.show, every_s=60) as progress:
        await progress.stage(Stage.DRAFTING)
    assert screen.shown == []


async def test_a_showing_is_not_waited_for_but_the_end_waits_for_one_under_way() -> None:
    screen = Screen()
    async with Progress(screen.show, every_s=0) as progress:
        await progress.stage(Stage.DRAFTING)
        await asyncio.sleep(0.05)
        await progress.stage(Stage.CHECKING)
        assert screen.shown == []
        screen.gate.set()
    assert screen.shown == ["Writing the brief…"]


async def test_once_the_brief_has_begun_no_stage_hides_it() -> None:
    screen = Screen()
    screen.gate.set()
    async with Progress(screen.show, every_s=0.01) as progress:
        await progress.beginning(beginning("The first."))
        await progress.stage(Stage.CHECKING)
        await screen.holds(1)
        await progress.beginning(beginning("The first.", "The second."))
        await screen.holds(2)
    assert screen.shown == [
        "📰 Talks go on\n\n• The first.\n…",
        "📰 Talks go on\n\n• The first.\n• The second.\n…",
    ]


async def test_what_does_not_change_is_shown_again_before_telegram_drops_it() -> None:
    screen = Screen()
    screen.gate.set()
    async with Progress(screen.show, every_s=0.01, renew_s=0.01) as progress:
        await progress.stage(Stage.DRAFTING)
        await screen.holds(3)
    assert set(screen.shown) == {"Writing the brief…"}


async def test_what_is_new_as_the_answer_goes_out_is_not_shown_after_it() -> None:
    screen = Screen()
    screen.gate.set()
    others = asyncio.all_tasks()
    async with Progress(screen.show, every_s=0) as progress:
        await asyncio.sleep(0.01)  # until it waits for news
        await progress.stage(Stage.CHECKING)
    if left := asyncio.all_tasks() - others:
        await asyncio.wait(left, timeout=1)
    assert not asyncio.all_tasks() - others
    assert screen.shown == []


def test_a_beginning_is_one_message_however_much_is_there() -> None:
    long = render_beginning(beginning(*("word " * 200 for _ in range(9))))
    assert 3_000 < utf16_units(long.text) <= 4_096
    assert long.text.endswith("…")


def test_a_beginning_has_nothing_to_click() -> None:
    lure = "See evil.example, ask @admin and /start"
    reply = render_beginning(beginning(lure, headline=lure))
    assert {entity.type for entity in reply.entities} == {"bold"}
    assert "@admin" not in reply.text.replace("@\u2060admin", "")
    assert "evil.example" not in reply.text


@asynccontextmanager
async def opened_backend(bot: Bot) -> AsyncIterator[Backend]:
    async with opened(bot.application()) as application:
        yield bot.backend(application.bot, Workers(count=1))


async def test_a_stage_that_cannot_be_shown_harms_nothing(bot: Bot) -> None:
    occasion, submission = Occasion(update_id=1, chat_id=READER), Submission(kind="link", url=URL)
    bot.playground.faults.add(Fault(method="sendMessageDraft", effect="error", status=400))
    async with opened_backend(bot) as backend:
        answer = ChatAnswer(occasion, submission, backend)
        assert await answer.begin()
        bot.playground.faults.add(Fault(method="editMessageText", effect="drop"))
        await answer.show(say("Writing the brief…"))
    assert [message.text for message in bot.playground.bot_messages(READER)] == ["Reading…"]
