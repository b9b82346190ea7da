"""A page that changes after its first brief: the whole bot over HTTP."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from redis.asyncio import Redis

from bot.article.links import canonical_url
from bot.playground import PlaygroundServer
from bot.playground.state import Stored
from bot.telegram.rereading import SAME
from storage import keys
from storage.agenda import Agenda
from tests.bot import OTHER, READER, World, run_bot
from tests.servers.model import ModelServer
from tests.servers.news import PARAGRAPHS, article_page, run_news
from tests.stored import stored_names

CORRECTED = (*PARAGRAPHS[:2], PARAGRAPHS[2].replace("3.2 million", "4.7 million"), *PARAGRAPHS[3:])


@pytest.fixture
async def world(redis: Redis, redis_url: str) -> AsyncIterator[World]:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        world = World(telegram=telegram, news=news, model=model)
        async with run_bot(world, redis_url):
            yield world


async def lapse(redis: Redis, kind: str) -> None:
    """Let a lifetime end now."""
    names = await stored_names(redis, f"sayso:page:{kind}*")
    assert names
    await redis.delete(*names)


async def read_again(world: World) -> None:
    async with asyncio.timeout(10):
        while world.news.requests["/article"] < 2:  # noqa: ASYNC110 the site has no event for a request
            await asyncio.sleep(0.01)


def buttons(message: Stored) -> dict[str, str]:
    return {button["text"]: button["callback_data"] for button in message.buttons}


async def offered(world: World, chat_id: int) -> Stored:
    def find() -> Stored | None:
        said = world.telegram.bot_messages(chat_id)
        return said[0] if said and any("new brief" in name for name in buttons(said[0])) else None

    found = await world.telegram.wait_for(find, timeout_s=10)
    assert found is not None
    return found


async def test_a_changed_page_offers_a_new_brief_that_shows_what_changed(world: World, redis: Redis) -> None:
    world.telegram.user_sends(READER, world.news.url("/article"))
    first = await world.final(READER)
    world.news.pages["/article"] = article_page(CORRECTED)
    await lapse(redis, "checked:")
    world.telegram.user_sends(OTHER, world.news.url("/article"))
    cached = await offered(world, OTHER)
    assert cached.text == first.text, "the cached brief is there at once and stays"
    [renewal] = [data for name, data in buttons(cached).items() if "new brief" in name]
    await world.telegram.user_presses(OTHER, cached.id, renewal)
    new = await world.final(OTHER, 2)
    assert new.message["reply_to_message"]["message_id"] == cached.id
    await world.telegram.user_presses(OTHER, new.id, buttons(new)["What changed"])
    shown = await world.final(OTHER, 2, holds="Changed since")
    assert "Was: “The line will cost 3.2 million crowns a year" in shown.text
    assert "Now: “The line will cost 4.7 million crowns a year" in shown.text
    assert "ferry line to the island" not in shown.text, "what stayed is not listed"
    assert world.news.requests["/article"] == 2
    assert len(world.model.requests) == 2


async def test_a_page_that_stayed_the_same_offers_nothing_and_is_looked_at_once(
    world: World, redis: Redis
) -> None:
    world.telegram.user_sends(READER, world.news.url("/article"))
    await world.final(READER)
    await lapse(redis, "checked:")
    page = keys.page(canonical_url(world.news.url("/article")))
    await redis.expire(page, 60)
    for number in (1, 2, 3):
        world.telegram.user_sends(OTHER, world.news.url("/article"))
        await world.final(OTHER, number)
    await read_again(world)
    assert len(await stored_names(redis, "sayso:page:checked:*")) == 1
    said = world.telegram.bot_messages(OTHER)
    assert not any("new brief" in name for message in said for name in buttons(message))
    assert world.news.requests["/article"] == 2
    async with asyncio.timeout(10):
        while await redis.ttl(page) <= 60:  # noqa: ASYNC110 it is kept for longer in the background
            await asyncio.sleep(0.01)


async def test_a_page_that_was_just_read_is_not_read_again(world: World) -> None:
    world.telegram.user_sends(READER, world.news.url("/article"))
    await world.final(READER)
    world.telegram.user_sends(OTHER, world.news.url("/article"))
    await world.final(OTHER)
    assert world.news.requests["/article"] == 1


async def test_a_page_read_anew_a_day_later_says_what_changed_without_being_asked(
    world: World, redis: Redis
) -> None:
    world.telegram.user_sends(READER, world.news.url("/article"))
    await world.final(READER)
    world.news.pages["/article"] = article_page(CORRECTED, title="Council approves ferry line to Maret")
    await redis.delete(*(name for name in await stored_names(redis, "sayso:page:*") if b"latest" not in name))
    world.telegram.user_sends(READER, world.news.url("/article"))
    new = await world.final(READER, 2)
    await world.telegram.user_presses(READER, new.id, buttons(new)["What changed"])
    shown = await world.final(READER, 2, holds="The title was")
    assert "after long dispute" in shown.text
    assert "4.7 million" in json.dumps(shown.message, ensure_ascii=False)


async def test_a_page_that_now_holds_less_has_not_changed(world: World, redis: Redis) -> None:
    world.telegram.user_sends(READER, world.news.url("/article"))
    await world.final(READER)
    world.news.pages["/article"] = "<!doctype html><title>Gone</title><p>Nothing here any more."
    await lapse(redis, "checked:")
    world.telegram.user_sends(OTHER, world.news.url("/article"))
    cached = await world.final(OTHER)
    await read_again(world)
    assert not any("new brief" in name for name in buttons(cached))


async def test_a_page_that_claims_anothers_address_changes_nothing_of_that_one(world: World) -> None:
    world.telegram.user_sends(READER, world.news.url("/article"))
    await world.final(READER)
    claim = f'<link rel="canonical" href="{world.news.url("/article")}">'
    world.news.pages["/liar"] = article_page(CORRECTED, head=claim)
    world.telegram.user_sends(READER, world.news.url("/liar"))
    await world.final(READER, 2)
    world.telegram.user_sends(OTHER, world.news.url("/article"))
    honest = await world.final(OTHER)
    assert "3.2 million" in honest.text
    assert "What changed" not in buttons(world.telegram.bot_messages(READER)[1])


async def test_a_button_has_the_page_read_again_and_tells_what_changed_without_a_model_call(
    world: World, redis: Redis
) -> None:
    world.telegram.user_sends(READER, world.news.url("/article"))
    brief = await world.final(READER)
    await world.telegram.user_presses(READER, brief.id, buttons(brief)["About"])
    await world.telegram.wait_for(lambda: "Changed?" in buttons(brief))
    recheck = buttons(brief)["Changed?"]
    same = await world.telegram.user_presses(READER, brief.id, recheck)
    assert same["text"] == SAME
    assert world.news.requests["/article"] == 1, "it was read a moment ago"
    world.news.pages["/article"] = article_page(CORRECTED)
    await lapse(redis, "checked:")
    assert (await world.telegram.user_presses(READER, brief.id, recheck))["text"] == ""
    told = await world.final(READER, 2, holds="Changed since")
    assert "Was: “The line will cost 3.2 million crowns a year" in told.text
    assert "Now: “The line will cost 4.7 million crowns a year" in told.text
    assert told.message["reply_to_message"]["message_id"] == brief.id
    assert len(world.model.requests) == 1
    [renewal] = [data for name, data in buttons(told).items() if "new brief" in name]
    await world.telegram.user_presses(READER, told.id, renewal)
    await world.final(READER, 3, holds="statements traced")
    assert world.news.requests["/article"] == 2


async def test_a_change_that_a_followed_feed_sees_is_told_to_who_had_the_page_briefed(
    redis: Redis, redis_url: str
) -> None:
    assert await redis.dbsize() == 0
    titles = ["Ferry line approved"]

    async def feed(_request: web.Request) -> web.Response:
        item = f"<item><title>{titles[-1]}</title><link>/article</link></item>"
        rss = f"<rss version='2.0'><channel><title>Courier</title>{item}</channel></rss>"
        return web.Response(text=rss, content_type="application/rss+xml")

    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        world = World(telegram=telegram, news=news, model=model)
        news.pages["/feed"] = feed
        async with run_bot(world, redis_url, openai_base_url=None):
            telegram.user_sends(READER, news.url("/article"))
            brief = await world.final(READER, holds="statements traced")
            telegram.user_sends(OTHER, f"/follow {news.url('/feed')}")
            await world.final(OTHER, holds="now reads")
        titles.append("Ferry line approved: cost corrected")
        news.pages["/article"] = article_page(CORRECTED)
        await lapse(redis, "checked:")
        await Agenda(redis, "feeds").put(news.url("/feed"), 0)
        async with run_bot(world, redis_url, openai_base_url=None):
            told = await world.final(READER, 2, holds="Changed since")
    assert "Was: “The line will cost 3.2 million crowns a year" in told.text
    assert "Now: “The line will cost 4.7 million crowns a year" in told.text
    assert told.message["reply_to_message"]["message_id"] == brief.id
    assert any("new brief" in name for name in buttons(told))
    assert len(telegram.bot_messages(OTHER)) == 1, "who only follows the feed is told by the digest"
