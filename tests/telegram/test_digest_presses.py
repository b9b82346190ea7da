"""The buttons under a digest over HTTP: after a restart, in groups, in a chat that is not its own."""

import pytest
from redis.asyncio import Redis

from bot.digest.models import Digest, Material, Read
from bot.locales import _, speaking
from bot.playground.state import Stored
from bot.telegram.access import Access
from bot.telegram.digest_presses import EXPIRED
from bot.telegram.digest_questions import NOT_READ, WHICH_STORY
from bot.telegram.digest_view import NOTHING_NEW, offer_digest, render_digest, render_story
from bot.telegram.phrases import EXPIRED as BRIEF_EXPIRED
from bot.telegram.phrases import FOREIGN
from bot.telegram.replies import Reply, render
from bot.telegram.sending import Place, Sender
from tests.digest.newsstand import FERRY_TIDE, brief, composed, courier, many, read, tide
from tests.telegram.conftest import READER, Bot, telegram_at
from tests.telegram.test_bot import settled
from tests.telegram.test_buttons import ANN, BEN, GROUP, add_group, becomes, press


async def post(bot: Bot, digest: Digest, chat_id: int = READER, *, reply: Reply | None = None) -> Stored:
    """Keep a digest for a chat, send it there, and return its message."""
    await bot.digests.keep(chat_id, digest)
    async with telegram_at(bot.playground) as telegram:
        await Sender(telegram, bot.chats).send(Place(chat_id=chat_id), reply or render_digest(digest))
    return bot.playground.bot_messages(chat_id)[-1]


def thirty() -> Digest:
    return composed(Material(read=(Read(brief=courier()), Read(brief=tide())), announced=tuple(many())))


async def test_pages_and_stories_open_in_place_and_after_a_restart(bot: Bot) -> None:
    digest = thirty()
    message = await post(bot, digest)
    async with bot.running():
        await press(bot, message, "›")
        await becomes(bot, message, render_digest(digest, 1).text)
    async with bot.running():
        await press(bot, message, "15")
        await becomes(bot, message, render_story(digest, 15).text)
        await press(bot, message, "Back")
        await becomes(bot, message, render_digest(digest, 1).text)
        await press(bot, message, "‹")
        await becomes(bot, message, render_digest(digest).text)
    assert len(bot.playground.bot_messages(READER)) == 1


async def test_a_storys_brief_comes_in_a_message_of_its_own(bot: Bot) -> None:
    digest = composed(read(courier(), tide()))
    await bot.store.keep(tide())
    message = await post(bot, digest)
    async with bot.running():
        await press(bot, message, "1")
        await becomes(bot, message, render_story(digest, 1).text)
        assert (await press(bot, message, "📰 The Tide"))["text"] == ""
        await bot.answers(containing=render(tide()).text)
        assert (await press(bot, message, "📰 Harlow Courier"))["text"] == BRIEF_EXPIRED
    [_digest, shown] = bot.playground.bot_messages(READER)
    assert shown.message["reply_to_message"]["message_id"] == message.id
    assert await bot.threads.find_shown(READER, shown.id) == tide().id
    assert await bot.threads.find_newest(READER, None) == tide().id


async def test_a_reply_to_an_opened_story_asks_about_its_brief(bot: Bot, redis: Redis) -> None:
    await bot.store.keep(tide())
    message = await post(bot, composed(read(courier(), tide())))
    async with bot.running():
        await press(bot, message, "1")
        await settled(bot, redis)
        bot.playground.user_sends(READER, "Who warned the captain?", reply_to=message.id)
        await bot.playground.wait_for(lambda: len(bot.newsroom.inquiries) == 1)
        await settled(bot, redis)
    assert bot.newsroom.inquiries[0].article == tide().article
    assert bot.newsroom.inquiries[0].question == "Who warned the captain?"


async def test_a_reply_to_a_digest_asks_about_the_story_selected_or_named(bot: Bot, redis: Redis) -> None:
    await bot.store.keep(tide())
    material = Material(read=(Read(brief=courier()), Read(brief=tide())), announced=tuple(many(3)))
    digest = composed(material)
    message = await post(bot, digest)
    briefs = [[piece.brief_id for piece in story.pieces] for story in digest.stories]
    [number] = [number for number, ids in enumerate(briefs, 1) if tide().id in ids]
    told = digest.stories[number - 1].line
    other = next(number for number, ids in enumerate(briefs, 1) if not any(ids))

    async def ask(text: str, count: int, quote: str | None = None) -> None:
        bot.playground.user_sends(READER, text, reply_to=message.id, quote=quote)
        await bot.playground.wait_for(lambda: len(bot.playground.bot_messages(READER)) == count)
        await settled(bot, redis)

    async with bot.running():
        await ask("Who warned the captain?", 2, quote=told)
        await ask(f"{number}: Who warned the captain?", 3)
        await ask("Who warned the captain?", 4)
        await ask(f"#{other} Who says so?", 5)
        await ask("99: Who says so?", 6)
    assert [inquiry.article for inquiry in bot.newsroom.inquiries] == [tide().article] * 2
    said = [stored.text for stored in bot.playground.bot_messages(READER)[3:]]
    assert said == [WHICH_STORY, NOT_READ, WHICH_STORY]


async def test_a_reply_to_a_digest_that_is_gone_says_so(bot: Bot, redis: Redis) -> None:
    message = await post(bot, composed(read(courier(), tide())))
    await redis.flushdb()
    async with bot.running():
        bot.playground.user_sends(READER, "1: Who?", reply_to=message.id)
        await bot.answers(containing=EXPIRED)


async def test_anyone_in_the_group_may_look(bot: Bot) -> None:
    add_group(bot)
    digest = thirty()
    message = await post(bot, digest, GROUP)
    async with bot.running(Access(owner=READER)):
        await press(bot, message, "2", ANN)
        await becomes(bot, message, render_story(digest, 2).text)
        await press(bot, message, "Back", BEN)
        await becomes(bot, message, render_digest(digest).text)


async def test_another_chat_gets_neither_the_digest_nor_a_private_brief(bot: Bot) -> None:
    private = brief(FERRY_TIDE, site=None, kind="text", scope=str(READER), title="Sent in private")
    digest = composed(read(private, scopes=[str(READER)]))
    await bot.store.keep(private)
    await post(bot, digest)
    add_group(bot)
    async with telegram_at(bot.playground) as telegram:
        sender = Sender(telegram, bot.chats)
        for reply in (render_digest(digest), render_story(digest, 1)):
            await sender.send(Place(chat_id=GROUP), reply)
    listed, opened = bot.playground.bot_messages(GROUP)
    async with bot.running():
        assert (await press(bot, listed, "1", ANN))["text"] == EXPIRED
        assert (await press(bot, opened, "📰 a text sent to me", ANN))["text"] == FOREIGN
    assert len(bot.playground.bot_messages(GROUP)) == 2


async def test_a_forgotten_digest_has_expired(bot: Bot) -> None:
    message = await post(bot, thirty())
    await bot.digests.forget_chat(READER)
    async with bot.running():
        answer = await press(bot, message, "1")
    assert (answer["text"], answer["show_alert"]) == (EXPIRED, True)


async def test_a_digest_that_may_have_come_is_offered(bot: Bot) -> None:
    digest = thirty()
    message = await post(bot, digest, reply=offer_digest(digest))
    async with bot.running():
        await press(bot, message, "Show the digest")
        await becomes(bot, message, render_digest(digest).text)


async def test_a_supergroup_keeps_the_digests_it_had_as_a_group(bot: Bot) -> None:
    digest = thirty()
    await bot.digests.keep(-77, digest)
    await bot.chats.migrate(-77, GROUP)
    assert await bot.digests.find(GROUP, digest.id) == digest
    assert await bot.digests.find(-77, digest.id) is None


@pytest.mark.parametrize("language", ["de", "ru"])
def test_the_words_around_a_digest_are_translated(language: str) -> None:
    with speaking(language):
        assert {_(EXPIRED), _(NOTHING_NEW)}.isdisjoint({EXPIRED, NOTHING_NEW})
