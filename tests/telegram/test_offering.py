"""A change that a feed sees is offered to the chats that had the page briefed, and to nobody else."""

import asyncio
from dataclasses import replace

import pytest
from redis.asyncio import Redis

from bot.article.models import Submission
from bot.briefing.changes import find_changes
from bot.briefing.models import Brief
from bot.briefing.revisions import Reread
from bot.errors import HostUnreachable
from bot.telegram.offering import Offers
from bot.telegram.sending import Sender
from storage.askers import AskerStore, PageAsker
from tests.briefing.drafting import SENTENCES, make_article
from tests.telegram.briefs import brief
from tests.telegram.conftest import READER, Bot, telegram_at

URL = "https://news.example/buses"
TOLD = brief(of=make_article(url=URL, kind="link"))
NOW = make_article(*SENTENCES[:3], SENTENCES[3].replace("310", "410"), SENTENCES[4], url=URL, kind="link")
OTHER = 8
ASKER = PageAsker(chat_id=READER, message_id=1, thread_id=None, brief_id=TOLD.id, language="de")


def changed() -> Reread:
    changes = find_changes(TOLD.article, NOW, TOLD.id)
    assert changes is not None
    return Reread(NOW, changes)


@pytest.fixture
def askers(redis: Redis) -> AskerStore:
    return AskerStore(redis)


async def had(bot: Bot, askers: AskerStore, asker: PageAsker, of: Brief = TOLD) -> None:
    """Let a chat have had the brief."""
    bot.playground.add_user(asker.chat_id, "Reader")
    bot.playground.user_sends(asker.chat_id, URL)
    await bot.store.keep(of)
    await bot.threads.note_shown(asker.chat_id, asker.message_id, of.id, newest_in=asker.thread_id or 0)
    await askers.note(URL, asker)


async def offer(bot: Bot, askers: AskerStore, url: str = URL, times: int = 1) -> None:
    async with telegram_at(bot.playground) as telegram:
        offers = Offers(
            read_again=bot.newsroom.read_again,
            sender=Sender(telegram, bot.chats),
            askers=askers,
            briefs=bot.store,
            chats=bot.chats,
            threads=bot.threads,
        )
        await asyncio.gather(*(offers.offer(url) for _ in range(times)))


async def test_who_asked_is_told_once_in_their_language_and_may_ask_about_it(
    bot: Bot, askers: AskerStore
) -> None:
    bot.newsroom.reread = changed()
    await had(bot, askers, ASKER)
    await had(bot, askers, replace(ASKER, chat_id=OTHER, language="en"))
    await offer(bot, askers, f"{URL}?utm_source=feed", times=3)
    [german] = bot.playground.bot_messages(READER)
    [english] = bot.playground.bot_messages(OTHER)
    assert "A bus costs 410 crowns a night" in german.text
    assert "Was: “A bus costs 310 crowns" in english.text
    assert "Was:" not in german.text
    assert german.message["reply_to_message"]["message_id"] == 1
    assert [button["callback_data"] for button in german.buttons] == [f"n:{TOLD.id}"]
    assert await bot.threads.find_shown(READER, german.id) == TOLD.id
    await offer(bot, askers)
    assert len(bot.playground.bot_messages(READER)) == 1


async def test_who_had_the_chat_forgotten_is_told_nothing(bot: Bot, askers: AskerStore) -> None:
    bot.newsroom.reread = changed()
    await had(bot, askers, ASKER)
    await bot.threads.forget_chat(READER)
    await offer(bot, askers)
    assert bot.playground.bot_messages(READER) == []


async def test_a_page_that_stayed_the_same_or_cannot_be_read_or_is_private_tells_nobody(
    bot: Bot, askers: AskerStore
) -> None:
    await had(bot, askers, ASKER)
    await offer(bot, askers)
    bot.newsroom.error = HostUnreachable("gone", host="news.example")
    await offer(bot, askers)
    bot.newsroom.error, bot.newsroom.reread = None, changed()
    await bot.store.keep(TOLD.model_copy(update={"scope": "5"}))
    await offer(bot, askers)
    await offer(bot, askers, "https://other.example/x")
    await offer(bot, askers, "http://[")
    assert bot.playground.bot_messages(READER) == []
    assert await askers.find(URL) == [ASKER]


async def test_a_chat_that_is_shown_a_public_brief_is_noted_with_its_message(
    bot: Bot, askers: AskerStore
) -> None:
    bot.newsroom.brief = TOLD
    async with bot.running():
        bot.playground.user_sends(READER, URL)
        await bot.answers(containing=TOLD.headline)
        async with asyncio.timeout(5):
            while not (found := await askers.find(URL)):  # noqa: ASYNC110 the store has no event for it
                await asyncio.sleep(0.01)
    message = bot.playground.bot_messages(READER)[-1]
    assert found == [replace(ASKER, message_id=message.id, language="en")]
    assert bot.newsroom.asked == [Submission(kind="link", url=URL)]
