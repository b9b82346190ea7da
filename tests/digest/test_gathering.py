"""Feeds followed over HTTP: found, read again by version, moved, gone, failing."""

from datetime import timedelta

import pytest
from aiohttp import web

from bot.digest.feeds import NoFeed
from bot.digest.gathering import EVERY_S, MOST_OFFERED
from bot.errors import AddressRefused, PageStatus
from tests.digest.conftest import START, Reading


async def test_a_feed_is_followed_and_only_what_is_new_is_news(reading: Reading) -> None:
    url = reading.site.url("/feed")
    followed = await reading.gatherer.follow(7, url)
    assert followed is not None
    address, feed = followed
    assert (address, feed.title, feed.entries[0].seen) == (url, "Courier", START - timedelta(days=1))
    await reading.pass_time(EVERY_S * 1.2)
    assert reading.site.headers[-1]["If-None-Match"] == '"1"'
    reading.items.insert(0, "two")
    await reading.pass_time(EVERY_S * 1.2)
    kept = await reading.gatherer.feeds.find(url)
    assert kept is not None
    assert {entry.title: entry.seen for entry in kept.entries} == {
        "News two": reading.clock.now,
        "News one": START - timedelta(days=1),
    }


async def test_a_page_is_followed_by_the_feed_that_it_names(reading: Reading) -> None:
    link = '<link rel="alternate" type="application/rss+xml" href="/feed">'
    page = f"<html><head>{link}</head><body>Front page</body></html>"
    reading.site.pages["/news"] = page
    followed = await reading.gatherer.follow(7, reading.site.url("/news"))
    assert followed is not None
    assert followed[0] == reading.site.url("/feed")
    assert await reading.gatherer.feeds.followed(7) == {reading.site.url("/feed"): "Courier"}


@pytest.mark.parametrize(
    ("path", "error"), [("/article", NoFeed), ("/missing", PageStatus), ("/inwards", AddressRefused)]
)
async def test_what_is_no_feed_is_not_followed(reading: Reading, path: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        await reading.gatherer.follow(7, reading.site.url(path))
    assert await reading.gatherer.feeds.followed(7) == {}


async def test_a_feed_that_nobody_follows_any_more_is_left_alone(reading: Reading) -> None:
    url = reading.site.url("/feed")
    await reading.gatherer.follow(7, url)
    await reading.gatherer.feeds.unfollow(7, url)
    await reading.pass_time(EVERY_S * 1.2)
    assert reading.site.requests["/feed"] == 1
    assert await reading.gatherer.agenda.due(url) is None


async def test_a_failing_feed_is_asked_seldomer_and_keeps_what_it_held(reading: Reading) -> None:
    url = reading.site.url("/feed")
    await reading.gatherer.follow(7, url)
    reading.site.pages["/feed"] = web.Response(status=500)
    await reading.pass_time(EVERY_S * 1.2)
    await reading.pass_time(EVERY_S * 1.2)
    assert reading.site.requests["/feed"] == 2
    kept = await reading.gatherer.feeds.find(url)
    assert kept is not None
    assert (kept.failures, len(kept.entries)) == (1, 1)
    reading.site.pages["/feed"] = reading.serve
    await reading.pass_time(EVERY_S * 1.2)
    mended = await reading.gatherer.feeds.find(url)
    assert mended is not None
    assert mended.failures == 0


async def test_a_feed_that_is_gone_is_asked_no_more(reading: Reading) -> None:
    url = reading.site.url("/feed")
    await reading.gatherer.follow(7, url)
    reading.site.pages["/feed"] = web.Response(status=410)
    await reading.pass_time(EVERY_S * 1.2)
    assert await reading.gatherer.agenda.due(url) is None
    assert await reading.gatherer.feeds.followed(7) == {url: "Courier"}


async def test_a_feed_that_moved_for_good_is_followed_there(reading: Reading) -> None:
    url, moved = reading.site.url("/feed"), reading.site.url("/new-feed")
    await reading.gatherer.follow(7, url)
    reading.site.pages["/new-feed"] = reading.serve
    reading.site.pages["/feed"] = web.Response(status=301, headers={"Location": moved})
    await reading.pass_time(EVERY_S * 1.2)
    assert await reading.gatherer.feeds.followed(7) == {moved: "Courier"}
    assert await reading.gatherer.agenda.due(moved) is not None
    assert await reading.gatherer.agenda.due(url) is None


async def test_an_article_that_a_feed_tells_otherwise_than_before_is_looked_at(reading: Reading) -> None:
    reading.items = ["one", "two"]
    await reading.gatherer.follow(7, reading.site.url("/feed"))
    reading.items.insert(0, "three")
    await reading.pass_time(EVERY_S * 1.2)
    assert reading.offered == [], "what is new has not changed"
    reading.titles["two"] = "Correction"
    await reading.pass_time(EVERY_S * 1.2)
    assert reading.offered == [reading.site.url("/two")]
    await reading.pass_time(EVERY_S * 1.2)
    assert len(reading.offered) == 1


async def test_a_feed_that_changes_all_its_entries_has_a_few_looked_at(reading: Reading) -> None:
    reading.items = [f"n{number}" for number in range(20)]
    await reading.gatherer.follow(7, reading.site.url("/feed"))
    reading.titles = {item: f"{item} renamed" for item in reading.items}
    await reading.pass_time(EVERY_S * 1.2)
    assert len(reading.offered) == MOST_OFFERED
