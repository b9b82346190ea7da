"""The same article's other page: at most one more fetch, on the same site, guarded like the first."""

import time

import pytest

from bot.article.alternates import find_alternate, find_canonical, is_amp, is_same_site
from bot.article.hidden import parse_html
from bot.article.models import Submission
from bot.article.reader import Reader
from bot.errors import NoArticle
from tests.servers.news import PARAGRAPHS, PUBLIC, TITLE, NewsSite, article_page, redirect

BODY = "\n\n".join(PARAGRAPHS)
MORE = (
    *PARAGRAPHS,
    "The council meets again in May, when the price of the tickets is on the agenda, it said.",
)
LOCKED = '<meta property="article:content_tier" content="locked">'
SHELL = "<html><head><title>Bay</title>{}</head><body><div id=app>Loading</div></body></html>"


def link_tag(kind: str, href: str) -> str:
    return f'<link rel="{kind}" href="{href}">'


def amp(canonical: str, paragraphs: tuple[str, ...] = PARAGRAPHS) -> str:
    page = article_page(paragraphs, head=link_tag("canonical", canonical))
    return page.replace("<html ", "<html ⚡ ", 1)


async def read(reader: Reader, site: NewsSite, path: str) -> tuple[str, str | None]:
    article = await reader.read(Submission(kind="link", url=site.url(path)))
    return article.text, article.url


async def test_of_an_amp_page_the_canonical_one_is_read(reader: Reader, site: NewsSite) -> None:
    site.pages |= {"/a/amp": amp("/a"), "/a": article_page(MORE)}
    assert await read(reader, site, "/a/amp") == ("\n\n".join(MORE), "http://news.example/a")
    assert site.requests == {"/a/amp": 1, "/a": 1}


@pytest.mark.parametrize(
    "canonical",
    [None, article_page(PARAGRAPHS[:2]), SHELL, redirect("http://inner.example/"), article_page(head=LOCKED)],
)
async def test_an_amp_page_stays_when_the_canonical_one_is_no_better(
    reader: Reader, site: NewsSite, canonical: str
) -> None:
    site.pages["/a.amp.html"] = amp("/a.html")
    if canonical is not None:
        site.pages["/a.html"] = canonical
    text, url = await read(reader, site, "/a.amp.html")
    assert text == BODY
    assert url == "http://news.example/a.html"


async def test_a_page_without_text_is_read_on_its_amp_page(reader: Reader, site: NewsSite) -> None:
    site.pages |= {"/shell": SHELL.format(link_tag("amphtml", "/shell/amp")), "/shell/amp": article_page()}
    assert (await read(reader, site, "/shell"))[0] == BODY


async def test_a_page_of_a_few_words_is_read_where_there_are_more(reader: Reader, site: NewsSite) -> None:
    head = link_tag("canonical", "http://www.news.example/full")
    site.answers["www.news.example"] = [PUBLIC]
    site.pages |= {"/card": article_page(PARAGRAPHS[:3], head=head), "/full": article_page(MORE)}
    assert await read(reader, site, "/card") == ("\n\n".join(MORE), "http://www.news.example/full")


async def test_one_more_page_is_fetched_and_no_third(reader: Reader, site: NewsSite) -> None:
    site.pages |= {f"/{at}": SHELL.format(link_tag("canonical", f"/{at + 1}")) for at in range(4)}
    with pytest.raises(NoArticle):
        await read(reader, site, "/0")
    assert site.requests == {"/0": 1, "/1": 1}


@pytest.mark.parametrize(
    "href",
    [
        "http://other.example/a",
        "http://127.0.0.1/a",
        "http://inner.example/a",
        "/",
        "/shell",
        "data:x",
        "//[",
    ],
)
async def test_no_other_site_is_asked(reader: Reader, site: NewsSite, href: str) -> None:
    site.pages["/shell"] = SHELL.format(link_tag("amphtml", href) + link_tag("canonical", href))
    with pytest.raises(NoArticle):
        await read(reader, site, "/shell")
    assert site.requests == {"/shell": 1}
    assert set(site.lookups) == {"news.example"}


async def test_an_article_with_an_amp_page_is_fetched_once(reader: Reader, site: NewsSite) -> None:
    site.pages["/long"] = article_page(MORE * 2, head=link_tag("amphtml", "/long/amp"))
    await read(reader, site, "/long")
    assert site.requests == {"/long": 1}


def test_what_was_protected_stays_so() -> None:
    page = SHELL.format(link_tag("amphtml", "http://news.example/amp")).encode()
    assert find_alternate(page, None, "https://news.example/a") == "https://news.example/amp"
    assert find_alternate(page, None, "http://news.example/a") == "http://news.example/amp"


def test_a_page_too_heavy_to_parse_still_names_its_amp_page() -> None:
    page = SHELL.format(link_tag("amphtml", "/Amp")) + "<p>a</p>" * 60_000
    assert find_alternate(page.encode(), None, "https://news.example/a") == "https://news.example/Amp"


@pytest.mark.parametrize(
    "page", ["<p>a</p>" * 60_000, f"<a {' '.join(f'a{n}=1' for n in range(90_000))}>", ""]
)
def test_a_page_without_a_head_is_not_parsed_for_long(page: str) -> None:
    began = time.monotonic()
    assert find_alternate(page.encode(), None, "https://news.example/a") is None
    assert time.monotonic() - began < 2


@pytest.mark.parametrize(
    "start", ["<html amp>", '<html lang="en" ⚡>', "<HTML AMP lang=x>", '<html lang="x"amp>']
)
def test_an_amp_page_says_so(start: str) -> None:
    assert is_amp(f"<!doctype html>{start}<body>".encode())
    assert not is_amp(b'<html lang="en" class="amp-x"><body amp>')


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://amp.bbc.co.uk/x", "https://www.bbc.co.uk/y", True),
        ("https://a.co.uk/x", "https://b.co.uk/x", False),
        ("https://a.github.io/x", "https://b.github.io/x", False),
        ("https://edition.news.example/x", "https://news.example/x", True),
        ("https://93.184.215.14/x", "https://93.184.215.15/x", False),
        ("file:///x", "file:///y", False),
    ],
)
def test_a_site_is_what_one_owner_registered(one: str, other: str, same: bool) -> None:
    assert is_same_site(one, other) is same
    tree = parse_html(f"<html><head><link rel=canonical href='{other}'></head><body>{TITLE}</body></html>")
    assert tree is not None
    assert (find_canonical(tree, one) is not None) is same
