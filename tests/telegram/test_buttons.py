"""The buttons under a brief over HTTP: after a restart, by anyone in a group, by two at once."""

import asyncio
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.briefing.models import Brief
from bot.errors import PageTooComplex
from bot.playground.state import Stored
from bot.telegram.keyboards import View
from bot.telegram.replies import render
from bot.telegram.translating import PATIENCE_S
from bot.telegram.turns import Turns
from storage.limits import Allowance, Limits
from tests.telegram.briefs import full_brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_bot import TITLE, A, settled

GROUP = -1_001_000_000_007
ANN, BEN = 41, 42
GERMAN = full_brief().model_copy(
    update={"id": "fedcba9876543210", "language": "de", "headline": "Auf Deutsch"}
)


async def shown_brief(bot: Bot, chat_id: int = READER) -> Stored:
    """Have a brief written in a chat and return its message."""
    text = A if chat_id > 0 else f"@sayso_bot {A}"
    bot.playground.user_sends(chat_id, text, user_id=READER if chat_id > 0 else ANN)
    await bot.answers(chat_id, containing=TITLE)
    return bot.playground.bot_messages(chat_id)[-1]


async def press(bot: Bot, message: Stored, label: str, user_id: int | None = None) -> dict[str, Any]:
    [data] = [b["callback_data"] for b in message.buttons if b["text"] in {label, f"✓ {label}"}]
    return await bot.playground.user_presses(message.message["chat"]["id"], message.id, data, user_id=user_id)


def text_of(brief: Brief, view: View, page: int = 0) -> str:
    return render(brief, view, page).text


def add_group(bot: Bot) -> None:
    bot.playground.add_group(GROUP, "Our street", members=(READER, ANN, BEN))


async def becomes(bot: Bot, message: Stored, text: str) -> None:
    await bot.playground.wait_for(lambda: message.text == text)


async def test_a_flag_s_number_explains_it_after_a_restart(bot: Bot) -> None:
    async with bot.running():
        message = await shown_brief(bot)
        await press(bot, message, "Why?")
        await becomes(bot, message, text_of(full_brief(), View.FLAGS))
    async with bot.running():
        await press(bot, message, "2")
        await becomes(bot, message, text_of(full_brief(), View.WHY, 1))
        await press(bot, message, "‹")
        await becomes(bot, message, text_of(full_brief(), View.WHY))
        await press(bot, message, "All flags")
        await becomes(bot, message, text_of(full_brief(), View.FLAGS))
        await press(bot, message, "Full quotes")
        await becomes(bot, message, text_of(full_brief(), View.QUOTES))
        await press(bot, message, "Back")
        await becomes(bot, message, text_of(full_brief(), View.BRIEF))
    assert len(bot.playground.bot_messages(READER)) == 1


async def test_anyone_in_a_group_presses_and_two_at_once_harm_nothing(bot: Bot, redis: Redis) -> None:
    add_group(bot)
    async with bot.running():
        message = await shown_brief(bot, GROUP)
        for _ in range(5):
            why, sources = await asyncio.gather(
                press(bot, message, "Why?", ANN), press(bot, message, "Sources", BEN)
            )
            assert (why["text"], sources["text"]) == ("", "")
            await settled(bot, redis)
            assert message.text in {text_of(full_brief(), view) for view in (View.FLAGS, View.SOURCES)}
            await asyncio.gather(press(bot, message, "Back", ANN), press(bot, message, "Back", BEN))
            await settled(bot, redis)
            assert message.text == text_of(full_brief(), View.BRIEF)
    assert all(call.ok for call in bot.playground.calls_of("answerCallbackQuery"))


async def test_a_language_rewrites_the_brief_in_the_same_message(bot: Bot) -> None:
    bot.newsroom.translations["de"] = GERMAN
    add_group(bot)
    async with bot.running():
        message = await shown_brief(bot, GROUP)
        await press(bot, message, "Language", ANN)
        await bot.playground.wait_for(lambda: "Deutsch" in {b["text"] for b in message.buttons})
        assert message.text == text_of(full_brief(), View.BRIEF)
        assert (await press(bot, message, "Deutsch", BEN))["text"] == ""
        await becomes(bot, message, text_of(GERMAN, View.BRIEF))
    async with bot.running():
        await press(bot, message, "About", BEN)
        await becomes(bot, message, text_of(GERMAN, View.ABOUT))
    assert bot.newsroom.rebriefed == ["de"]
    assert len(bot.playground.bot_messages(GROUP)) == 1


async def test_a_language_that_takes_long_is_announced_and_holds_up_nobody(bot: Bot) -> None:
    bot.newsroom.translations["de"] = GERMAN
    async with bot.running():
        message = await shown_brief(bot)
        await press(bot, message, "Language")
        await bot.playground.wait_for(lambda: "Deutsch" in {b["text"] for b in message.buttons})
        bot.newsroom.gate.clear()
        announced = asyncio.create_task(press(bot, message, "Deutsch"))
        assert (await press(bot, message, "Back"))["text"] == ""
        await bot.playground.wait_for(lambda: "About" in {b["text"] for b in message.buttons})
        answer = await announced
        assert (answer["text"], answer["show_alert"]) == ("I am writing it in this language: Deutsch.", False)
        bot.newsroom.gate.set()
        await becomes(bot, message, text_of(GERMAN, View.BRIEF))


async def test_a_language_waits_for_its_turn_when_the_bot_is_busy(bot: Bot) -> None:
    bot.newsroom.translations["de"] = GERMAN
    bot.turns = Turns(1)
    async with bot.running():
        message = await shown_brief(bot)
        await press(bot, message, "Language")
        await bot.playground.wait_for(lambda: "Deutsch" in {b["text"] for b in message.buttons})
        with bot.turns.join("somebody else"):
            answer = await press(bot, message, "Deutsch")
            assert answer["text"] == "I am writing it in this language: Deutsch."
            assert bot.newsroom.rebriefed == []
        await becomes(bot, message, text_of(GERMAN, View.BRIEF))


async def test_the_brief_s_own_language_just_shows_it(bot: Bot) -> None:
    async with bot.running():
        message = await shown_brief(bot)
        await press(bot, message, "Language")
        await bot.playground.wait_for(lambda: "Deutsch" in {b["text"] for b in message.buttons})
        await press(bot, message, "English")
        await bot.playground.wait_for(lambda: "About" in {b["text"] for b in message.buttons})
    assert bot.newsroom.rebriefed == []


@pytest.mark.parametrize("waits", [False, True])
async def test_where_nothing_can_be_translated_the_brief_stays_and_it_is_said(bot: Bot, waits: bool) -> None:
    said = "Without a model, a brief can only be in the article's own language."
    async with bot.running():
        message = await shown_brief(bot)
        await press(bot, message, "Language")
        await bot.playground.wait_for(lambda: "Deutsch" in {b["text"] for b in message.buttons})
        if waits:
            bot.newsroom.gate.clear()
            asyncio.get_running_loop().call_later(PATIENCE_S + 0.2, bot.newsroom.gate.set)
        answer = await press(bot, message, "Deutsch")
        if not waits:
            assert (answer["text"], answer["show_alert"]) == (said, True)
            assert message.text == text_of(full_brief(), View.BRIEF)
        else:
            await bot.playground.wait_for(lambda: message.text.startswith(said))
            assert TITLE in message.text


async def test_a_failing_language_says_so_and_leaves_the_brief(bot: Bot) -> None:
    async with bot.running():
        message = await shown_brief(bot)
        await press(bot, message, "Language")
        await bot.playground.wait_for(lambda: "Deutsch" in {b["text"] for b in message.buttons})
        bot.newsroom.error = PageTooComplex("too much")
        answer = await press(bot, message, "Deutsch")
    assert answer["text"] == PageTooComplex("").sentence
    assert message.text == text_of(full_brief(), View.BRIEF)


async def test_a_language_costs_what_a_brief_costs_unless_it_is_there_or_does_not_come(
    bot: Bot, redis: Redis
) -> None:
    bot.limits = Limits(redis, person=Allowance(briefs=2))
    async with bot.running():
        message = await shown_brief(bot)
        await press(bot, message, "Language")
        await bot.playground.wait_for(lambda: "Deutsch" in {b["text"] for b in message.buttons})
        await press(bot, message, "Français")
        bot.newsroom.translations["de"] = GERMAN.model_copy(update={"cached": True})
        await press(bot, message, "Deutsch")
        await becomes(bot, message, text_of(GERMAN, View.BRIEF))
        await press(bot, message, "Language")
        await bot.playground.wait_for(lambda: "Español" in {b["text"] for b in message.buttons})
        bot.newsroom.translations["es"] = full_brief().model_copy(
            update={"id": "00000000000000e5", "language": "es", "headline": "En español"}
        )
        await press(bot, message, "Español")
        await bot.playground.wait_for(lambda: "En español" in message.text)
        await press(bot, message, "Language")
        await bot.playground.wait_for(lambda: "Français" in {b["text"] for b in message.buttons})
        answer = await press(bot, message, "Français")
    assert answer["text"].startswith("You have used up your new briefs for today.")
    assert bot.newsroom.rebriefed == ["fr", "de", "es"]


async def test_ask_opens_a_reply_in_a_private_chat_and_the_reply_is_a_question(bot: Bot) -> None:
    async with bot.running():
        message = await shown_brief(bot)
        assert (await press(bot, message, "Ask"))["text"] == ""
        await bot.answers(containing="Reply to this message with your question")
    async with bot.running():
        prompt = bot.playground.bot_messages(READER)[-1]
        assert prompt.message["reply_to_message"]["message_id"] == message.id
        bot.playground.user_sends(READER, "Who says so?", reply_to=prompt.id)
        await bot.playground.wait_for(lambda: bot.newsroom.inquiries)
    [call] = [c for c in bot.playground.calls_of("sendMessage") if "reply_markup" in c.parameters][1:]
    assert call.parameters["reply_markup"]["force_reply"] is True
    assert bot.newsroom.inquiries[0].question == "Who says so?"


async def test_ask_says_how(bot: Bot) -> None:
    add_group(bot)
    async with bot.running():
        message = await shown_brief(bot, GROUP)
        answer = await press(bot, message, "Ask", BEN)
    assert answer["text"] == "Reply to this message with your question about the article."
