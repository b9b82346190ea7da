"""Rows 103 and 104: many spellings of one page, and many pages in one message."""

import time

import pytest

from bot.article.links import MAX_LINKS, canonical_url, find_links
from bot.article.models import Submission
from bot.article.reader import Reader
from bot.telegram.handlers import MAX_LINKS as ANSWERED
from bot.telegram.phrases import left_over
from tests.article.rows import covers, row
from tests.servers.news import NewsSite

PAGE = "https://news.example/article"


@pytest.mark.parametrize(
    "spelling",
    [
        row(103, spelling)
        for spelling in (
            "HTTPS://NEWS.EXAMPLE/article", "https://news.example:443/article", "http://news.example:80/article",
            "http://news.example/article", "https://news.example./article", "https://news.example/./article",
            "https://news.example/a/../article", "https://news.example//article", "https://news.example/article/",
            "https://news.example/article#part", "https://news.example/article#:~:text=council",
            "https://news.example/article?", "https://news.example/article?utm_source=x&utm_medium=y",
            "https://news.example/article?fbclid=1", "https://news.example/article?gclid=1#x",
            "https://news.example/%61rticle", "https://ｎｅｗｓ.example/article", "https://news。example/article",
            "https://m.news.example/article", "https://news.example/article/amp",
            "https://news.example/article?amp=1", "https://news.example/amp/article",
        )
    ],
)  # fmt: skip
def test_every_spelling_of_a_page_has_one_key(spelling: str) -> None:
    assert canonical_url(spelling) == PAGE


@covers(103)
async def test_spellings_of_one_page_give_articles_with_one_address(reader: Reader, site: NewsSite) -> None:
    for spelling in ("HTTP://NEWS.example:80/./article?utm_source=x", "http://news.example./article#part"):
        article = await reader.read(Submission(kind="link", url=spelling))
        assert article.url == site.url("/article")


@covers(104)
def test_of_a_thousand_links_a_few_are_answered_and_the_sender_is_told_of_the_rest() -> None:
    links = find_links(" ".join(f"https://n{i}.example/" for i in range(1_000)))
    assert len(links) == 1_000 == MAX_LINKS
    assert ANSWERED <= 5
    assert f"first {ANSWERED} of 1000 links" in left_over(len(links), ANSWERED)


@covers(104)
def test_the_links_of_the_longest_message_are_found_at_once() -> None:
    for text in ("http://a.b/" * 372, " ".join(["http://a.b/?x"] * 300), "http://" * 585, "(" * 4_096):
        began = time.monotonic()
        find_links(text)
        assert time.monotonic() - began < 0.5, "the limit is 0.05 s; a shared machine gets some more"
