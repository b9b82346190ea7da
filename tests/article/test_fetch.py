import asyncio
import inspect
import logging
import zlib
from typing import Any

import httpcore
import pytest
import ssrfguard.errors
from aiohttp import web

from bot.article.fetch import ERRORS, Fetcher, translate_error
from bot.errors import (
    AddressRefused,
    AnswerGarbled,
    HostUnreachable,
    PageStatus,
    PageTooLarge,
    PageUnsupported,
    ReadError,
    TooManyRedirects,
)
from tests.servers.news import HOST, PUBLIC, NewsSite, article_page


async def test_a_page_comes_back_with_its_final_address(site: NewsSite) -> None:
    async with site.fetcher() as fetcher:
        page = await fetcher.fetch(site.url("/moved"))
    assert (page.url, page.status, page.content_type) == (site.url("/article"), 200, "text/html")
    assert page.body.decode() == article_page()


async def test_the_request_says_who_asks_and_nothing_more(site: NewsSite, monkeypatch: Any) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    site.pages["/moved"] = web.Response(
        status=302, headers={"Location": "http://other.example/article", "Set-Cookie": "id=1"}
    )
    async with site.fetcher() as fetcher:
        await fetcher.fetch(site.url("/moved"))
    assert [headers["Host"] for headers in site.headers] == [HOST, "other.example"]
    for headers in site.headers:
        assert headers["User-Agent"].startswith("SaysoBot/0.1 ")
        assert headers["Accept-Encoding"] == "gzip"
        assert not {"Cookie", "Authorization", "Referer"} & set(headers)


async def test_each_connection_is_made_after_one_lookup(site: NewsSite) -> None:
    async with site.fetcher() as fetcher:
        await fetcher.fetch(site.url("/article"))
        await fetcher.fetch(site.url("/article"))
    assert site.lookups[HOST] == site.requests["/article"] == 2


@pytest.mark.parametrize(
    ("path", "error", "words"),
    [
        ("/missing", PageStatus, "error 404"),
        ("/teapot", PageStatus, "error 418"),
        ("/busy", PageStatus, "error 503"),
        ("/image", PageUnsupported, "an image"),
        ("/disguised", PageUnsupported, "an image"),
        ("/large", PageTooLarge, "5 MB"),
        ("/endless", PageTooLarge, "5 MB"),
        ("/bomb", PageTooLarge, "5 MB"),
        ("/brotli", AnswerGarbled, "could not read"),
        ("/loop", TooManyRedirects, "again and again"),
        ("/inwards", AddressRefused, "public web pages"),
    ],
)
async def test_a_page_that_cannot_be_read_is_named_by_its_error(
    site: NewsSite, path: str, error: type[ReadError], words: str
) -> None:
    async with site.fetcher() as fetcher:
        with pytest.raises(error) as caught:
            await fetcher.fetch(site.url(path))
    assert type(caught.value) is error
    assert words in caught.value.sentence
    assert site.requests[path] <= 6, "asked once, or once for each redirect"


async def test_a_host_that_does_not_exist_or_answer_is_unreachable(site: NewsSite) -> None:
    async with site.fetcher() as fetcher:
        with pytest.raises(HostUnreachable) as caught:
            await fetcher.fetch("http://nowhere.example/")
        site.port = 9
        assert "nowhere.example" in caught.value.sentence
    site.answers["closed.example"] = ["93.184.215.99"] * 200
    dials = {("93.184.215.99", 80): ("127.0.0.1", 1)}
    async with Fetcher(timeout_s=5, resolve=site.resolve, dial_map=dials) as fetcher:
        with pytest.raises(HostUnreachable):
            await fetcher.fetch("http://closed.example/")


async def test_the_next_address_is_tried_when_one_does_not_answer(site: NewsSite) -> None:
    site.answers[HOST] = ["93.184.215.99", PUBLIC]
    dials = {("93.184.215.99", 80): ("127.0.0.1", 1), (PUBLIC, 80): ("127.0.0.1", site.port)}
    async with Fetcher(resolve=site.resolve, dial_map=dials) as fetcher:
        assert (await fetcher.fetch(site.url("/article"))).status == 200


async def test_a_literal_public_address_is_fetched_without_a_lookup(site: NewsSite) -> None:
    async with site.fetcher() as fetcher:
        assert (await fetcher.fetch(site.url("/article", host=PUBLIC))).status == 200
    assert site.lookups.total() == 0


async def test_a_cancelled_fetch_leaves_the_fetcher_usable(site: NewsSite) -> None:
    arrived = asyncio.Event()

    async def stall(_request: web.Request) -> web.Response:
        arrived.set()
        await asyncio.Event().wait()
        raise AssertionError("nobody sets it")

    site.pages["/stall"] = stall
    async with site.fetcher() as fetcher:
        task = asyncio.create_task(fetcher.fetch(site.url("/stall")))
        await arrived.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert (await fetcher.fetch(site.url("/article"))).status == 200


async def test_logs_hold_the_host_and_not_the_path(site: NewsSite, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    async with site.fetcher() as fetcher:
        await fetcher.fetch(site.url("/article?token=secret"))
    ours = [record.getMessage() for record in caplog.records if record.name.startswith("bot.")]
    assert any(HOST in line for line in ours)
    assert not any("secret" in line or "/article" in line for line in ours)


def _classes(module: Any, base: type[BaseException]) -> list[type[BaseException]]:
    return [kind for _, kind in inspect.getmembers(module, inspect.isclass) if issubclass(kind, base)]


@pytest.mark.parametrize(
    "kind",
    [
        *_classes(httpcore, Exception),
        *_classes(ssrfguard.errors, ssrfguard.errors.SSRFGuardError),
        TimeoutError,
        ConnectionResetError,
        zlib.error,
    ],
)
def test_no_error_of_what_lies_below_is_left_without_a_name(kind: type[BaseException]) -> None:
    error = kind.__new__(kind)
    assert any(isinstance(error, theirs) for theirs, _ in ERRORS)
    assert isinstance(translate_error(error, HOST), ReadError)
    assert HOST in translate_error(httpcore.ConnectError(), HOST).sentence
