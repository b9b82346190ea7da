"""Rows 76 to 78, 97 and 99 to 101: small things that become large, in memory or in time."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.article.complexity import refuse_heavy
from bot.article.models import Submission
from bot.article.reader import Reader
from bot.briefing.tokens import count_tokens
from bot.errors import NoArticle, PageTooComplex
from tests.article.rows import covers, row
from tests.bench.memory import WARM, has_peak, measure_fetches
from tests.servers.bombs import bomb_answers
from tests.servers.news import HOST, NewsSite, article_page
from tests.servers.raw import RawSite, answer, run_raw


@pytest.fixture(scope="module")
async def bombs() -> AsyncIterator[RawSite]:
    answers = await asyncio.to_thread(bomb_answers)
    async with run_raw(answers | {WARM: answer(article_page())}) as site:
        yield site


@pytest.mark.skipif(not has_peak(), reason="the peak of memory is read from Linux's /proc")
@pytest.mark.parametrize(
    ("host", "outcome"),
    [
        row(76, "gzip.example", "PageTooLarge"),
        row(77, "nested.example", "AnswerGarbled"),
        row(77, "once.example", "PageUnsupported"),
        row(78, "br.example", "AnswerGarbled"),
        row(78, "zstd.example", "AnswerGarbled"),
    ],
)
async def test_a_bomb_is_decided_at_once_and_in_little_memory(
    bombs: RawSite, host: str, outcome: str
) -> None:
    [cost] = await measure_fetches(bombs.port, [host])
    assert cost.outcome == outcome
    assert cost.seconds < 0.5
    assert cost.extra_mib <= 16


HEAVY = {
    "attributes": "<p " + " ".join(f"a{i}=1" for i in range(100_000)) + ">a</p>",
    "fewer attributes": "<p " + " ".join(f"a{i}=1" for i in range(1_900)) + ">a</p>",
    "values": "<p>" + "".join(f'<b title="{i}">' for i in range(45_000)),
    "paragraphs": "<p>a</p>" * 500_000,
    "nested": "<div>" * 100_000,
    "nested under the limit": "<div>" * 45_000 + "word " * 200,
    "unclosed": "<b>" * 300_000,
    "unclosed under the limit": "<b>word " * 45_000,
    "entities": "<p>" + "&amp;" * 800_000,
    "brackets": "<" * 2_000_000,
    "comment": "<!--" * 12_000,
    "one word": "<p>" + "x" * 1_000_000,
    "carets": "<p>" + "^" * 1_000_000,
    "styles": "<style>" + ".a{opacity:0}" * 80_000 + "</style><p class=a>word",
}
ROWS_OF = {"attributes": 99, "one word": 101, "carets": 101}


@pytest.mark.parametrize("name", [row(ROWS_OF.get(name, 100), name) for name in HEAVY])
async def test_a_page_that_is_made_to_be_heavy_costs_its_own_reading_only(
    reader: Reader, site: NewsSite, name: str
) -> None:
    site.pages["/heavy"] = f"<!doctype html><html><body>{HEAVY[name]}</body></html>"
    began = time.monotonic()
    with contextlib.suppress(NoArticle, PageTooComplex):
        await reader.read(Submission(kind="link", url=site.url("/heavy")))
    assert time.monotonic() - began < 16, "the limit of a worker, and a little"
    article = await reader.read(Submission(kind="link", url=site.url("/article")))
    assert article.title


@covers(99)
def test_attributes_are_counted_before_a_parser_sees_them() -> None:
    with pytest.raises(PageTooComplex):
        refuse_heavy(HEAVY["attributes"])
    refuse_heavy(HEAVY["fewer attributes"])
    refuse_heavy("<div data-state='" + '{"a word": [1, 2]} ' * 50_000 + "'>one long value is no crowd</div>")
    refuse_heavy("<p>" + "word " * 100_000)


@covers(101)
@pytest.mark.parametrize("text", ["x" * 1_000_000, "^" * 1_000_000, "я" * 500_000, "\n" * 1_000_000])
def test_tokens_of_a_megabyte_without_a_space_are_counted_within_a_second(text: str) -> None:
    began = time.monotonic()
    assert count_tokens(text, "gpt-5-mini") > 0
    assert time.monotonic() - began < 5, "the limit is 1 s; a shared machine gets some more"


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
ENTITIES = {
    "external": '<!ENTITY away SYSTEM "http://other.example/secret">',
    "file": '<!ENTITY away SYSTEM "file:///etc/hostname">',
    "parameter": '<!ENTITY % p SYSTEM "http://other.example/dtd"> %p; <!ENTITY away "x">',
    "laughs": f'<!ENTITY l0 "haha">{LAUGHS}<!ENTITY away "&l9;">',
}


@pytest.mark.parametrize("name", [row(97, name) for name in ENTITIES])
@pytest.mark.parametrize("kind", ["application/xhtml+xml", "text/xml", "text/html"])
async def test_entities_are_neither_fetched_nor_expanded(
    reader: Reader, site: NewsSite, name: str, kind: str
) -> None:
    page = article_page(extra="<p>Here it is: &away;, said the council's leader.</p>").partition("<html")[2]
    declared = f'<?xml version="1.0"?><!DOCTYPE html [{ENTITIES[name]}]><html'
    site.pages["/entities"] = web.Response(body=(declared + page).encode(), headers={"Content-Type": kind})
    article = await reader.read(Submission(kind="link", url=site.url("/entities")))
    assert "haha" not in article.text
    assert len(article.text) < 2_000
    assert site.requests == {"/entities": 1}
    assert site.lookups == {HOST: 1}
