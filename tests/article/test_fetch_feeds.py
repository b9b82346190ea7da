"""Feeds by the guarded fetch: asked for by version, and followed where they have moved for good."""

import pytest
from aiohttp import web

from bot.article.fetch import Validators
from bot.article.mediatypes import FEED, FEED_TYPE
from bot.errors import AddressRefused, PageStatus, PageUnsupported
from tests.servers.news import NewsSite

RSS = b"<?xml version='1.0'?><rss version='2.0'><channel><title>Courier</title></channel></rss>"


def serve(site: NewsSite, content_type: str = "application/rss+xml", **headers: str) -> None:
    site.pages["/feed"] = web.Response(body=RSS, headers={"Content-Type": content_type, **headers})


@pytest.mark.parametrize(
    "content_type",
    ["application/rss+xml; charset=utf-8", "application/atom+xml", "text/xml", "text/html", "text/plain", ""],
)
async def test_a_feed_is_a_feed_whatever_the_server_calls_it(site: NewsSite, content_type: str) -> None:
    serve(site, content_type)
    async with site.fetcher() as fetcher:
        page = await fetcher.fetch(site.url("/feed"), FEED)
    assert (page.content_type, page.body) == (FEED_TYPE, RSS)


async def test_a_feed_is_still_no_article(site: NewsSite) -> None:
    serve(site, "text/xml")
    async with site.fetcher() as fetcher:
        with pytest.raises(PageUnsupported) as caught:
            await fetcher.fetch(site.url("/feed"))
    assert "a feed" in caught.value.sentence


async def test_a_version_that_we_have_does_not_come_again(site: NewsSite) -> None:
    async def answer(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"v1"':
            assert request.headers["If-Modified-Since"] == "Tue, 03 Mar 2026 08:00:00 GMT"
            return web.Response(status=304)
        headers = {"ETag": '"v1"', "Last-Modified": "Tue, 03 Mar 2026 08:00:00 GMT"}
        return web.Response(body=RSS, headers={"Content-Type": "application/rss+xml", **headers})

    site.pages["/feed"] = answer
    async with site.fetcher() as fetcher:
        first = await fetcher.fetch(site.url("/feed"), FEED)
        again = await fetcher.fetch(site.url("/feed"), FEED, first.validators)
    assert first.validators == Validators(etag='"v1"', modified="Tue, 03 Mar 2026 08:00:00 GMT")
    assert (again.status, again.body) == (304, b"")


async def test_an_answer_of_not_modified_that_nobody_asked_for_is_an_error(site: NewsSite) -> None:
    site.pages["/feed"] = web.Response(status=304)
    async with site.fetcher() as fetcher:
        with pytest.raises(PageStatus):
            await fetcher.fetch(site.url("/feed"), FEED)


@pytest.mark.parametrize(
    ("statuses", "moved"), [((301, 308), "/feed"), ((302,), None), ((301, 302), "/hop1"), ((302, 301), None)]
)
async def test_only_permanent_moves_are_for_good(
    site: NewsSite, statuses: tuple[int, ...], moved: str | None
) -> None:
    serve(site)
    stops = [f"/hop{number}" for number in range(len(statuses))] + ["/feed"]
    for number, status in enumerate(statuses):
        site.pages[stops[number]] = web.Response(status=status, headers={"Location": stops[number + 1]})
    async with site.fetcher() as fetcher:
        page = await fetcher.fetch(site.url("/hop0"), FEED)
    assert page.moved == (site.url(moved) if moved else None)


async def test_a_feed_that_moved_inwards_is_not_followed(site: NewsSite) -> None:
    site.pages["/feed"] = web.Response(status=301, headers={"Location": "http://127.0.0.1/feed"})
    async with site.fetcher() as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.fetch(site.url("/feed"), FEED)
