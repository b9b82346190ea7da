"""Addresses that a setting names: they may be inside a network, and nothing else may."""

import pytest
from aiohttp import web

from bot.article.fetch import Fetcher
from bot.article.mediatypes import JSON
from bot.errors import AddressRefused, PageUnsupported
from tests.servers.news import NewsSite, redirect


def answer() -> web.Response:
    return web.Response(body=b'{"found": []}', content_type="application/json")


async def test_a_chosen_address_inside_a_network_is_fetched_and_a_strangers_is_not(site: NewsSite) -> None:
    site.pages["/search"] = answer()
    url = f"http://127.0.0.1:{site.port}/search?q=%D0%BC%D0%B8%D1%80+2022"
    async with Fetcher(user_agent="Example/1.0 (someone)") as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.fetch(url, JSON)
        assert site.headers == []
        page = await fetcher.fetch(url, JSON, is_chosen=True)
    assert page.body == b'{"found": []}'
    assert site.headers[0]["User-Agent"] == "Example/1.0 (someone)"


async def test_a_chosen_name_may_lead_inside_a_network(site: NewsSite) -> None:
    site.answers["search.lan"] = ["127.0.0.1"]
    site.pages["/search"] = answer()
    async with Fetcher(resolve=site.resolve) as fetcher:
        page = await fetcher.fetch(f"http://search.lan:{site.port}/search", JSON, is_chosen=True)
        assert page.status == 200
        with pytest.raises(AddressRefused):
            await fetcher.fetch(f"http://search.lan:{site.port}/search", JSON)


@pytest.mark.parametrize("location", ["/article", "http://127.0.0.1/", "http://inner.example/secret"])
async def test_where_a_chosen_address_redirects_to_is_judged_like_any_other(
    site: NewsSite, location: str
) -> None:
    site.pages["/search"] = redirect(location)
    async with Fetcher(resolve=site.resolve) as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.fetch(f"http://127.0.0.1:{site.port}/search", JSON, is_chosen=True)


@pytest.mark.parametrize("url", ["ftp://search.lan/", "http://", "http://a@search.lan/", "http://se arch/"])
async def test_what_is_no_web_address_is_refused_though_chosen(site: NewsSite, url: str) -> None:
    async with Fetcher(resolve=site.resolve) as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.fetch(url, JSON, is_chosen=True)


async def test_a_page_is_no_answer_of_a_service(site: NewsSite) -> None:
    async with Fetcher() as fetcher:
        with pytest.raises(PageUnsupported):
            await fetcher.fetch(f"http://127.0.0.1:{site.port}/article", JSON, is_chosen=True)
