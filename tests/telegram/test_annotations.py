"""Context that comes after the brief: an edit of the same message, unless its reader has moved on."""

import asyncio
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis

from bot.briefing.models import Brief
from bot.playground.faults import Fault
from bot.playground.state import Stored
from bot.telegram.annotations import Annotations
from bot.telegram.sending import Posted
from storage.turned import TurnedStore
from tests.telegram.briefs import full_brief
from tests.telegram.conftest import READER, Bot, telegram_at

LINK = "https://news.example/a"
CONTEXT: dict[str, object] = {"notes": full_brief().notes, "context": "found"}
BARE = full_brief().model_copy(update={"notes": ()})
NOTE = "A corridor lets people leave."


@pytest.fixture(autouse=True)
def _has_context(bot: Bot) -> None:
    bot.newsroom.brief, bot.newsroom.context = BARE, CONTEXT


async def message(bot: Bot, holds: str) -> Stored:
    await bot.answers(containing=holds)
    return next(m for m in bot.playground.bot_messages(READER) if holds in m.text)


def press(shown: Stored, label: str) -> str:
    return next(str(b["callback_data"]) for b in shown.buttons if b["text"] == label)


async def test_the_brief_comes_first_and_its_context_is_an_edit_of_it(bot: Bot) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, LINK)
        first = await message(bot, "traced to the text")
        assert "📚" not in first.text
        bot.newsroom.context_gate.set()
        later = await message(bot, NOTE)
    assert later.id == first.id
    assert later.buttons == first.buttons
    assert bot.newsroom.readers == ["en"]
    assert len(bot.playground.bot_messages(READER)) == 1


async def test_context_that_does_not_come_holds_nothing_up(bot: Bot) -> None:
    async with bot.running():
        for number in (1, 2):
            bot.playground.user_sends(READER, f"{LINK}{number}")
            await bot.answers(count=number, containing="traced to the text")
    assert len(bot.newsroom.asked) == 2, "the chat's lane was free"


async def test_another_view_is_not_overwritten(bot: Bot) -> None:
    await bot.store.keep(BARE)
    async with bot.running():
        bot.playground.user_sends(READER, LINK)
        first = await message(bot, "traced to the text")
        await bot.playground.user_presses(READER, first.id, press(first, "Why?"))
        flags = await message(bot, "1. “There are no threats")
        bot.newsroom.context_gate.set()
        await bot.playground.user_presses(READER, first.id, press(flags, "Full quotes"))
        await message(bot, "Flagged quotations")
    shown = [str(call.parameters["text"]) for call in bot.playground.calls_of("editMessageText")]
    assert len(shown) == 2
    assert not any(NOTE in text for text in shown)


async def test_a_reader_who_is_back_on_the_brief_gets_the_context(bot: Bot) -> None:
    await bot.store.keep(BARE)
    async with bot.running():
        bot.playground.user_sends(READER, LINK)
        first = await message(bot, "traced to the text")
        await bot.playground.user_presses(READER, first.id, press(first, "Sources"))
        sources = await message(bot, "Speakers of what is flagged")
        await bot.playground.user_presses(READER, first.id, press(sources, "Back"))
        await message(bot, "traced to the text")
        bot.newsroom.context_gate.set()
        assert (await message(bot, NOTE)).id == first.id


async def test_a_brief_that_has_its_context_is_shown_with_it_at_once(bot: Bot) -> None:
    bot.newsroom.brief = BARE.model_copy(update=CONTEXT)
    async with bot.running():
        bot.playground.user_sends(READER, LINK)
        await message(bot, NOTE)
    assert bot.newsroom.readers == []


async def test_context_waits_out_a_flood_pause_and_is_shown_then(bot: Bot) -> None:
    bot.playground.faults.add(Fault(method="editMessageText", effect="flood", retry_after=1))
    bot.newsroom.context_gate.set()
    async with bot.running():
        bot.playground.user_sends(READER, LINK)
        await message(bot, NOTE)


async def test_a_message_that_is_gone_is_not_sent_again(bot: Bot, redis: Redis) -> None:
    bot.newsroom.context_gate.set()
    follower = Follower()
    annotations = Annotations(bot.newsroom.add_context, TurnedStore(redis))
    async with telegram_at(bot.playground) as telegram, asyncio.timeout(5):
        annotations.begin(telegram, Posted(READER, 404), BARE, follower.follow)
        await follower.has_come.wait()
    assert bot.playground.calls_of("editMessageText")
    assert bot.playground.bot_messages(READER) == []


@dataclass
class Follower:
    """What comes after context, and whether it has."""

    has_come: asyncio.Event = field(default_factory=asyncio.Event)

    def follow(self, _brief: Brief) -> None:
        self.has_come.set()


async def test_a_failure_costs_nothing_that_follows(bot: Bot, redis: Redis) -> None:
    async def fail(_brief: Brief, *, reader_language: str) -> Brief:
        raise OSError(reader_language)

    follower = Follower()
    annotations = Annotations(fail, TurnedStore(redis))
    annotations.begin(telegram_at(bot.playground), Posted(READER, 1), BARE, follower.follow)
    async with asyncio.timeout(5):
        await follower.has_come.wait()
    assert bot.playground.calls_of("editMessageText") == []


async def test_a_stop_ends_the_search(bot: Bot, redis: Redis) -> None:
    follower = Follower()
    annotations = Annotations(bot.newsroom.add_context, TurnedStore(redis))
    annotations.begin(telegram_at(bot.playground), Posted(READER, 1), BARE, follower.follow)
    await asyncio.sleep(0)
    assert bot.newsroom.readers
    await annotations.aclose()
    assert not follower.has_come.is_set()


async def test_who_turns_a_message_while_it_is_edited_comes_second(redis: Redis) -> None:
    turned, place = TurnedStore(redis), (READER, 5, "a" * 16)
    assert await turned.claim(*place)
    turning = asyncio.create_task(turned.turn(*place))
    done, _ = await asyncio.wait({turning}, timeout=0.15)
    assert not done
    await turned.release(*place)
    await turning
    assert not await turned.claim(*place)
    await turned.release(*place)
    assert not await turned.claim(*place), "only a claim is released"
    await turned.turn_back(*place)
    assert await turned.claim(*place)
    await turned.turn_back(*place)
    assert not await turned.claim(*place), "an edit under way is not called off"
    assert await turned.claim(READER, 5, "b" * 16), "another brief in this message has a mark of its own"
