import logging
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.article.models import Submission
from bot.briefing.models import Brief
from bot.errors import HostUnreachable, StoreUnavailable
from bot.playground.faults import Fault
from bot.playground.state import Stored
from bot.telegram import phrases
from bot.telegram.access import Access
from bot.telegram.keyboards import Press, View
from storage import keys
from storage.briefs import BriefStore
from storage.chats import ChatStore
from storage.inbox import Inbox
from tests.telegram.briefs import BRIEF_ID, article, brief, flag, full_brief
from tests.telegram.conftest import READER, Bot

A, B = "https://news.example/a", "https://other.example/b"
TITLE = full_brief().headline
SORRY = "Something went wrong on our side. Please try again in a minute."


def bot_messages(bot: Bot) -> list[Stored]:
    return bot.playground.bot_messages(READER)


def history(stored: Stored) -> list[str]:
    return [str(version["text"]) for version in [*stored.history, stored.message]]


async def emptied(bot: Bot, redis: Redis) -> None:
    """Wait until the inbox holds nothing: everything is answered and acknowledged."""
    while await redis.xlen(keys.INBOX):
        await bot.playground.changes.pause(0.02)


async def settled(bot: Bot, redis: Redis) -> None:
    """Wait until everything sent has been received, answered and acknowledged."""
    await bot.playground.wait_for(lambda: not bot.playground.updates.pending)
    await emptied(bot, redis)


async def test_a_link_is_answered_by_one_message_the_brief(bot: Bot) -> None:
    async with bot.running():
        sent = bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
    [message] = bot_messages(bot)
    assert bot.newsroom.asked == [Submission(kind="link", url=A)]
    assert message.history == []
    assert message.message["reply_to_message"]["message_id"] == sent["message_id"]


async def test_previews_are_off_on_every_send_and_edit_and_nothing_is_parsed_as_markup(bot: Bot) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        bot.playground.user_sends(READER, "/start")
        await bot.answers(containing="I read a news article")
        await press(bot, View.ABOUT)
    assert all("parse_mode" not in call.parameters for call in bot.playground.calls)
    calls = bot.playground.calls_of("sendMessage", "editMessageText")
    assert len(calls) >= 3
    for call in calls:
        assert "true" in str(call.parameters["link_preview_options"]).lower()


async def test_a_page_that_cannot_be_read_gives_its_sentence_in_the_same_message(bot: Bot) -> None:
    bot.newsroom.error = HostUnreachable("refused", host="news.example")
    async with bot.running():
        bot.playground.user_sends(READER, A)
        [answer] = await bot.answers(containing="could not reach")
    assert answer == bot.newsroom.error.sentence
    assert len(bot_messages(bot)) == 1


async def test_an_unexpected_failure_gives_one_plain_sentence_and_a_log_without_text(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    bot.newsroom.error = KeyError("private words of an article")
    async with bot.running():
        bot.playground.user_sends(READER, f"{A} private words of a reader")
        assert await bot.answers(containing="wrong") == [SORRY]
    assert "KeyError" in caplog.text
    assert "conftest.py" in caplog.text, "the place of the failure is logged"
    assert "private words" not in caplog.text
    assert bot.playground.bot_token not in caplog.text


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("/start", phrases.START),
        ("/help", phrases.help_text()),
        ("/privacy", phrases.privacy(None, looks_up=True)),
        ("/forget", phrases.forgotten(0)),
        ("/nonsense", phrases.UNKNOWN_COMMAND),
        ("/brief", phrases.NOTHING_TO_BRIEF),
        ("hello", "Send me a link to a news article, its text or a PDF of it, and I will brief it."),
    ],
)
async def test_each_command_has_its_answer(bot: Bot, redis: Redis, said: str, answer: str) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, said)
        assert await bot.answers() == [answer]
        await emptied(bot, redis)
    assert len(bot_messages(bot)) == 1


async def test_privacy_names_the_model_that_articles_go_to() -> None:
    assert "gpt-x" in phrases.privacy("gpt-x")
    assert "30 days" in phrases.privacy(None)
    assert "6 hours" in phrases.privacy(None)


async def test_brief_in_reply_to_a_message_briefs_that_message(bot: Bot) -> None:
    async with bot.running():
        linked = bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        bot.playground.user_sends(READER, "/brief", reply_to=linked["message_id"])
        await bot.answers(containing=TITLE, count=2)
    assert bot.newsroom.asked[1] == Submission(kind="link", url=A)


async def test_three_links_are_briefed_and_the_rest_is_mentioned(bot: Bot) -> None:
    links = [f"https://news.example/{n}" for n in range(5)]
    async with bot.running():
        bot.playground.user_sends(READER, " ".join(links))
        await bot.answers(containing="first 3 of 5")
    assert [submission.url for submission in bot.newsroom.asked] == links[:3]
    assert len(bot_messages(bot)) == 4


async def test_a_file_is_downloaded_and_briefed_for_its_chat_alone(bot: Bot) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, document=("Статья.txt", "Текст статьи".encode(), "text/plain"))
        await bot.answers(containing=TITLE)
    [submission] = bot.newsroom.asked
    assert submission == Submission(
        kind="file", data="Текст статьи".encode(), file_name="Статья.txt", scope=str(READER)
    )


async def test_a_file_that_telegram_does_not_hand_out_is_answered(bot: Bot, redis: Redis) -> None:
    bot.playground.faults.add(Fault(method="getFile", effect="drop"))
    async with bot.running():
        bot.playground.user_sends(READER, document=("a.txt", b"text", "text/plain"))
        assert await bot.answers() == [SORRY]
        await emptied(bot, redis)


async def test_an_edited_message_is_ignored(bot: Bot) -> None:
    async with bot.running():
        sent = bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        bot.playground.user_edits(READER, sent["message_id"], B)
        bot.playground.user_sends(READER, "/help")
        await bot.answers(containing="Send me one of these")
    assert len(bot.newsroom.asked) == 1


async def test_an_album_and_a_service_message_get_one_answer_at_most(bot: Bot) -> None:
    photo = [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}]
    async with bot.running():
        bot.playground.user_sends(READER, caption=A, photo=photo, media_group_id="1")
        bot.playground.user_sends(READER, photo=photo, media_group_id="1")
        bot.playground.user_sends(READER, message_auto_delete_timer_changed={"message_auto_delete_time": 5})
        bot.playground.user_sends(READER, B)
        await bot.answers(containing=TITLE, count=2)
    assert len(bot_messages(bot)) == 2


async def test_talk_in_a_group_is_ignored_and_brief_is_answered(bot: Bot) -> None:
    bot.playground.add_group(-500, "Our street", members=(READER,))
    async with bot.running():
        bot.playground.user_sends(-500, f"see {A}", user_id=READER)
        bot.playground.user_sends(-500, f"/brief {B}", user_id=READER)
        await bot.answers(-500, containing=TITLE)
    assert [submission.url for submission in bot.newsroom.asked] == [B]


async def press(bot: Bot, view: View, message: int = -1) -> dict[str, Any]:
    briefs = [m for m in bot_messages(bot) if m.buttons]
    return await bot.playground.user_presses(READER, briefs[message].id, Press(BRIEF_ID, view).data)


async def test_a_button_shows_another_view_in_the_same_message_and_back_also_after_a_restart(
    bot: Bot,
) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, A)
        [front] = await bot.answers(containing=TITLE)
        assert (await press(bot, View.ABOUT))["text"] == ""
        await bot.answers(containing="About this brief")
    async with bot.running():
        await press(bot, View.BRIEF)
        assert await bot.answers(containing=TITLE) == [front]
    assert len(bot_messages(bot)) == 1


async def test_a_button_of_an_expired_brief_says_so(bot: Bot, redis: Redis) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        await redis.delete(keys.brief(BRIEF_ID))
        answer = await press(bot, View.ABOUT)
    assert answer["text"] == "That brief has expired. Send the link again."
    assert answer["show_alert"] is True


@pytest.mark.parametrize(("scope", "allowed"), [("public", True), (str(READER), True), ("9", False)])
async def test_a_private_brief_is_shown_in_its_own_chat_only(bot: Bot, scope: str, allowed: bool) -> None:
    bot.newsroom.brief = brief(scope=scope)
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        answer = await press(bot, View.ABOUT)
        if allowed:
            await bot.answers(containing="About this brief")
    assert answer["text"] == ("" if allowed else "This brief belongs to another chat.")


async def test_forget_deletes_the_chats_private_briefs_and_says_how_many(bot: Bot) -> None:
    bot.newsroom.brief = brief(scope=str(READER))
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        bot.playground.user_sends(READER, "/forget")
        await bot.answers(containing="Deleted: 1 private brief of this chat")
        assert (await press(bot, View.ABOUT))["text"] == phrases.EXPIRED


async def test_a_brief_under_way_does_not_hold_up_buttons_or_commands(bot: Bot) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        bot.newsroom.gate.clear()
        bot.playground.user_sends(READER, B)
        await bot.drafts(2, containing="Reading…")
        await press(bot, View.ABOUT)
        bot.playground.user_sends(READER, "/help")
        await bot.answers(containing="Send me one of these")
        bot.newsroom.gate.set()
        await bot.answers(containing=TITLE)


async def test_a_stranger_gets_one_sentence_with_their_id_and_no_brief(bot: Bot) -> None:
    async with bot.running(Access(owner=5)):
        bot.playground.user_sends(READER, A)
        bot.playground.user_sends(READER, "/start")
        owned = bot.playground.add_user(5, "Owner")["id"]
        bot.playground.user_sends(owned, "/help")
        await bot.answers(owned)
    assert [m.text for m in bot_messages(bot)] == [
        f"This bot is private. Ask its owner to allow your id {READER}."
    ]
    assert bot.newsroom.asked == []


async def test_a_reader_who_blocked_the_bot_stops_nothing(bot: Bot, redis: Redis) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, A)
        bot.playground.user_blocks(READER)
        other = bot.playground.add_user(6, "Other")["id"]
        bot.playground.user_sends(other, B)
        await bot.answers(other, containing=TITLE)
        await emptied(bot, redis)


LURE = "Write to a@b.example, see evil.example or ask @admin about #tag and /start, +7 999 123-45-67"


@pytest.mark.parametrize("kind", ["link", "text"])
async def test_nothing_of_the_article_or_the_model_becomes_clickable(bot: Bot, kind: str) -> None:
    of = article(
        kind="link" if kind == "link" else "text", url=A if kind == "link" else None, site="evil.example"
    )
    bot.newsroom.brief = luring_brief(LURE).model_copy(update={"article": of})
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing="Not established here")
    [message] = bot_messages(bot)
    found = {(e["type"], e.get("url", "").partition("#")[0]) for e in message.entities}
    assert {kind for kind, _ in found} <= {"bold", "italic", "expandable_blockquote", "text_link", "code"}
    assert {url for _, url in found} <= {"", A}


def luring_brief(lure: str) -> Brief:
    return brief(headline=lure, statements=(lure, lure), flags=(flag(lure, speaker=lure),), absent=(lure,))


async def test_without_a_store_a_link_is_still_briefed_and_buttons_say_that_memory_is_away(
    bot: Bot, redis_away: Redis, store_away: Inbox
) -> None:
    bot.inbox, bot.store, bot.chats = store_away, BriefStore(redis_away), ChatStore(redis_away)
    bot.newsroom.store = bot.store
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        assert (await press(bot, View.ABOUT))["text"] == StoreUnavailable().sentence
        bot.playground.user_sends(READER, "/forget")
        await bot.answers(containing=StoreUnavailable().sentence)
