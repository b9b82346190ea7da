import asyncio
import json
import time
from pathlib import Path

import pytest

from bot.article.models import Origin, Submission
from bot.article.reader import Reader
from bot.article.workers import Workers
from bot.errors import (
    AddressRefused,
    CookieWall,
    FileTooLarge,
    NoArticle,
    NothingToBrief,
    PageStatus,
    PageTooComplex,
    SaysoError,
    TextTooShort,
)
from tests.servers.news import HIDDEN, PARAGRAPHS, RUSSIAN, TITLE, NewsSite, article_page

BODY = "\n\n".join(PARAGRAPHS)


def link(url: str) -> Submission:
    return Submission(kind="link", url=url)


async def test_a_link_becomes_an_article(reader: Reader, site: NewsSite) -> None:
    article = await reader.read(link(site.url("/article?utm_source=x#comments")))
    assert (article.kind, article.title, article.site) == ("link", TITLE, "The Bay Courier")
    assert (article.published, article.language, article.text) == ("2025-03-11", "en", BODY)
    assert article.url == "http://news.example/article"
    assert article.sentence_text(3) == "“The first boat sails in May.”"
    assert site.requests == {"/article": 1}


async def test_the_address_is_that_of_the_last_redirect(reader: Reader, site: NewsSite) -> None:
    assert (await reader.read(link(site.url("/moved")))).url == "http://news.example/article"


async def test_a_mobile_link_is_fetched_as_sent(reader: Reader, site: NewsSite) -> None:
    site.answers["m.news.example"] = site.answers["news.example"]
    article = await reader.read(link("http://m.news.example/article"))
    assert site.headers[0]["Host"] == "m.news.example"
    assert article.url == "http://news.example/article"


async def test_a_page_in_another_encoding_than_declared_is_read(reader: Reader, site: NewsSite) -> None:
    article = await reader.read(link(site.url("/russian")))
    assert (article.language, article.text) == ("ru", "\n\n".join(RUSSIAN))


async def test_hidden_text_does_not_reach_the_article(reader: Reader, site: NewsSite) -> None:
    assert HIDDEN not in (await reader.read(link(site.url("/hidden")))).model_dump_json()


async def test_a_plain_text_page_is_read_like_a_pasted_text(reader: Reader, site: NewsSite) -> None:
    article = await reader.read(link(site.url("/plain")))
    assert (article.kind, article.title, article.text) == ("link", TITLE, BODY)
    assert article.url == "http://news.example/plain"


@pytest.mark.parametrize(
    ("submission", "error"),
    [
        (link("http://127.0.0.1/"), AddressRefused),
        (link("http://news.example/missing"), PageStatus),
        (link("http://news.example/consent"), CookieWall),
        (link("http://news.example/pictures"), NoArticle),
        (link("http://news.example/tags"), PageTooComplex),
        (Submission(kind="text", text=" "), NothingToBrief),
        (Submission(kind="text"), NothingToBrief),
        (Submission(kind="text", text="Only a few words."), TextTooShort),
        (Submission(kind="file", data=bytes(21 << 20), file_name="a.txt"), FileTooLarge),
    ],
)
async def test_what_cannot_be_read_is_said_in_one_sentence(
    reader: Reader, submission: Submission, error: type[SaysoError]
) -> None:
    with pytest.raises(error) as caught:
        await reader.read(submission)
    assert "{" not in caught.value.sentence
    assert 20 < len(caught.value.sentence) < 160


async def test_texts_forwards_and_files_become_articles(reader: Reader) -> None:
    text = await reader.read(Submission(kind="text", text=BODY, scope="1"))
    origin = Origin(name="Bay Channel", url="https://t.me/bay/7")
    forward = await reader.read(Submission(kind="forward", text=BODY, origin=origin, scope="1"))
    file = await reader.read(Submission(kind="file", data=BODY.encode(), file_name="a.txt", scope="1"))
    assert {text.text, forward.text, file.text} == {BODY}
    assert (text.kind, forward.kind, file.kind) == ("text", "forward", "file")
    assert (forward.site, forward.url) == ("Bay Channel", "https://t.me/bay/7")


async def test_a_page_that_breaks_the_limits_of_a_worker_is_too_complex(site: NewsSite) -> None:
    site.pages["/long"] = article_page(PARAGRAPHS * 1_600)  # no memory that a worker has left over fits it
    cramped = Workers(count=1, memory_bytes=60 << 20)
    async with site.fetcher() as fetcher:
        with pytest.raises(PageTooComplex):
            await Reader(fetcher=fetcher, workers=cramped).read(link(site.url("/long")))
    await cramped.close()


async def test_reading_does_not_hold_the_loop(reader: Reader, site: NewsSite) -> None:
    site.pages["/long"] = article_page(PARAGRAPHS * 800)
    await reader.read(link(site.url("/article")))
    lags: list[float] = []

    async def watch() -> None:
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            lags.append(time.thread_time() - began)
            await asyncio.sleep(0.002)

    watcher = asyncio.create_task(watch())
    article = await reader.read(link(site.url("/long")))
    watcher.cancel()
    assert len(article.sentences) > 5_000
    assert max(lags) < 0.1, "the limit is 0.05 s; a slow machine gets some more"


async def test_the_sample_file_is_read_through_a_worker(reader: Reader) -> None:
    sample = Path(__file__).parents[1] / "data" / "tass-2022-03-05.txt"
    article = await reader.read(Submission(kind="file", data=sample.read_bytes(), file_name=sample.name))
    assert json.loads(article.model_dump_json())["site"] == "TASS"
