"""The digest as a reader meets it: asked for in words and by buttons, made of what was read and followed."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.playground import PlaygroundServer
from bot.playground.state import Stored
from storage.digests import DigestStore
from storage.feeds import FeedStore
from tests.bot import OTHER, READER, World, run_bot
from tests.servers.model import ModelServer
from tests.servers.news import article_page, run_news

GROUP = -1_001_800


@pytest.fixture
async def bot(redis: Redis, redis_url: str) -> AsyncIterator[World]:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        telegram.add_group(GROUP, "Our street", members=(READER, OTHER), admins=[READER])
        world = World(telegram=telegram, news=news, model=model)
        async with run_bot(world, redis_url, openai_base_url=None):
            yield world


def buttons(message: Stored) -> dict[str, str]:
    return {button["text"]: button["callback_data"] for button in message.buttons}


async def press(bot: World, message: Stored, label: str, user_id: int = READER) -> None:
    data = next(data for text, data in buttons(message).items() if label in text)
    await bot.telegram.user_presses(message.message["chat"]["id"], message.id, data, user_id=user_id)


async def said(bot: World, chat_id: int, holds: str) -> Stored:
    """Wait until a message of the bot holds something, and return it."""

    def find() -> Stored | None:
        return next((one for one in bot.telegram.bot_messages(chat_id) if holds in one.text), None)

    found = await bot.telegram.wait_for(find, timeout_s=30)
    assert found is not None
    return found


async def test_a_digest_is_asked_for_and_its_zone_is_asked_once(bot: World, redis: Redis) -> None:
    bot.telegram.user_sends(READER, "/digest 06:45")
    asked = await said(bot, READER, "What time is it where you are?")
    await press(bot, asked, "London")
    chosen = await said(bot, READER, "every day, 06:45")
    assert "London" in chosen.text
    wanted = (await DigestStore(redis).record(READER)).subscription
    assert wanted is not None
    assert wanted.schedule.zone == "Europe/London"
    await press(bot, chosen, "Weekdays")
    await said(bot, READER, "Monday to Friday, 06:45")
    await press(bot, chosen, "Once a week")
    await said(bot, READER, "Monday, 06:45")
    await press(bot, chosen, "Thu")
    await said(bot, READER, "Thursday, 06:45")
    bot.telegram.user_sends(READER, "/digest off")
    await said(bot, READER, "no more digests")
    assert (await DigestStore(redis).record(READER)).subscription is None


async def test_in_a_group_the_digest_is_the_admins_matter(bot: World, redis: Redis) -> None:
    bot.telegram.user_sends(GROUP, "/digest 08:00 Kyiv", user_id=OTHER)
    await said(bot, GROUP, "Only this group's admins")
    bot.telegram.user_sends(GROUP, "/follow https://news.example/feed", user_id=OTHER)
    bot.telegram.user_sends(GROUP, "/digest 08:00 Kyiv", user_id=READER)
    await said(bot, GROUP, "every day, 08:00")
    assert await FeedStore(redis).followed(GROUP) == {}


async def test_now_tells_what_was_read_and_what_the_feeds_brought(bot: World, redis: Redis) -> None:
    date = f"<pubDate>{format_datetime(datetime.now(UTC))}</pubDate>"
    link = f"<item><title>Tram to Vell delayed</title><link>/tram</link>{date}</item>"
    feed = f"<rss version='2.0'><channel><title>Vell Mail</title>{link}</channel></rss>"
    bot.news.pages["/feed"] = web.Response(text=feed, content_type="application/rss+xml")
    paragraphs = (
        "The tram line to Vell opens on 4 September, three months late, the transport office said on Monday.",
        "“We found water in the tunnel,” said its head, Tilda Marsh. The work costs 2.4 million crowns more.",
        "The opposition asked for an inquiry. Its speaker, Per Olm, said the office had known since spring.",
        "The office denied that. Buses will run every ten minutes until the line opens, it said.",
    )
    bot.news.pages["/tram"] = article_page(paragraphs, title="Tram to Vell delayed")
    bot.telegram.user_sends(READER, f"/brief {bot.news.url('/article')}")
    await bot.final(READER, holds="statements traced")
    bot.telegram.user_sends(READER, f"/follow {bot.news.url('/feed')}")
    await said(bot, READER, "now reads “Vell Mail”")
    bot.telegram.user_sends(READER, "/digest now")
    digest = await said(bot, READER, "Digest")
    assert "ferry" in digest.text.lower()
    assert "tram" in digest.text.lower()
    bot.telegram.user_sends(READER, "/digest now")
    await said(bot, READER, "Nothing new since the last digest")
    assert len(await DigestStore(redis).told(READER)) == 2
    assert bot.news.requests["/tram"] == 1


async def test_feeds_are_listed_exported_ended_and_imported(bot: World, redis: Redis) -> None:
    feed = "<rss version='2.0'><channel><title>Vell Mail</title></channel></rss>"
    bot.news.pages["/feed"] = web.Response(text=feed, content_type="application/rss+xml")
    url = bot.news.url("/feed")
    bot.telegram.user_sends(READER, f"/follow {url}")
    await said(bot, READER, "now reads “Vell Mail”")
    bot.telegram.user_sends(READER, "/following")
    listed = await said(bot, READER, "1. Vell Mail")
    await press(bot, listed, "As a file")
    [exported] = await bot.telegram.wait_for(lambda: list(bot.telegram.state.files.values()))
    assert f'title="Vell Mail" xmlUrl="{url}"' in exported.data.decode()
    await press(bot, listed, "✕ 1")
    await said(bot, READER, "follows no feed")
    assert await FeedStore(redis).followed(READER) == {}
    bot.telegram.user_sends(READER, document=("feeds.opml", exported.data, "text/x-opml"))
    await said(bot, READER, "Of the 1 feeds in that file, 1 is followed now.")
    assert await FeedStore(redis).followed(READER) == {url: "Vell Mail"}
    bot.telegram.user_sends(READER, f"/unfollow {url}")
    await said(bot, READER, "no longer reads that feed")
    assert await FeedStore(redis).followed(READER) == {}
    bot.telegram.user_sends(READER, f"/unfollow {url}")
    await said(bot, READER, "does not follow that feed")
    bot.telegram.user_sends(READER, document=("feeds.opml", b"<opml/>", "text/x-opml"))
    await said(bot, READER, "found no feeds in that file")


async def test_forget_takes_digest_and_feeds_too(bot: World, redis: Redis) -> None:
    bot.telegram.user_sends(READER, "/digest 08:30 Berlin")
    await said(bot, READER, "every day, 08:30")
    bot.telegram.user_sends(READER, "/forget")
    await said(bot, READER, "digest and the feeds")
    assert (await DigestStore(redis).record(READER)).subscription is None


async def test_a_digest_at_once_counts_as_a_brief(redis_url: str, redis: Redis) -> None:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        world = World(telegram=telegram, news=news, model=model)
        async with run_bot(world, redis_url, openai_base_url=None, sayso_user_briefs=1):
            telegram.user_sends(READER, "/digest now")
            await said(world, READER, "Nothing new since the last digest")
            telegram.user_sends(READER, "/digest now")
            await said(world, READER, "used up your new briefs for today")
