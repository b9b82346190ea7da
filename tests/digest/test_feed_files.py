"""Feeds as their generators write them, as files: each is read as its readers would expect."""

import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from bot.digest.feeds import MOST_ENTRIES, NoFeed, read_feed
from bot.digest.models import Entry
from tests.digest.conftest import Reading
from tests.digest.test_feeds import NOW

FILES = Path(__file__).parent.parent / "data" / "feeds"
EXPECTED: dict[str, dict[str, Any]] = tomllib.loads((FILES / "expected.toml").read_text("utf-8"))
WHERE = "https://feeds.example/all/feed.xml"


def shown(entry: Entry) -> tuple[str, str, datetime | None]:
    return entry.title, entry.url, entry.published


@pytest.mark.parametrize("name", EXPECTED)
def test_a_feed_is_read_as_a_reader_would_expect(name: str) -> None:
    feed, expected = read_feed((FILES / name).read_bytes(), None, WHERE, NOW), EXPECTED[name]
    assert feed is not None
    assert (feed.title, feed.language) == (expected["title"], expected["language"])
    wanted = expected["entries"]
    assert list(map(shown, feed.entries)) == [
        (entry["title"], entry["url"], entry.get("published")) for entry in wanted
    ]
    for entry, want in zip(feed.entries, wanted, strict=True):
        assert entry.lead.startswith(want.get("lead_begins", ""))
        assert entry.lead.endswith(want.get("lead_ends", ""))


def test_every_file_is_expected_or_no_feed() -> None:
    others = {path.name for path in FILES.iterdir()} - {*EXPECTED, "expected.toml"}
    assert others == {"no-feed-error.html", "no-feed-sitemap.xml"}
    for name in others:
        assert read_feed((FILES / name).read_bytes(), None, WHERE, NOW) is None


def test_of_years_of_entries_only_the_newest_are_kept() -> None:
    whole = (FILES / "rss-2.0-wordpress.xml").read_text("utf-8")
    begin, end = whole.index("\t<item>"), whole.rindex("</item>") + len("</item>")
    items = [whole[begin:end].replace(".example/2026/", f".example/{number}/") for number in range(40)]
    huge = whole[:begin] + "".join(items) + whole[end:]
    feed = read_feed(huge.encode(), None, WHERE, NOW)
    assert feed is not None
    assert len(feed.entries) == MOST_ENTRIES
    assert feed.entries[0].title == EXPECTED["rss-2.0-wordpress.xml"]["entries"][0]["title"]


async def test_each_is_followed_over_http_whatever_it_is_called(reading: Reading) -> None:
    types = ["text/xml", "application/xml", "application/rss+xml; charset=utf-8", "text/plain", "text/html"]
    for number, (name, expected) in enumerate(EXPECTED.items()):
        kind = types[number % len(types)] if name != "rss-1.0-slash.rdf" else "application/rdf+xml"

        async def serve(_request: web.Request, name: str = name, kind: str = kind) -> web.Response:
            return web.Response(body=(FILES / name).read_bytes(), headers={"Content-Type": kind})

        reading.site.pages[f"/{number}"] = serve
        followed = await reading.gatherer.follow(number, reading.site.url(f"/{number}"))
        assert followed is not None
        assert (followed[1].title, len(followed[1].entries)) == (expected["title"], len(expected["entries"]))
    reading.site.pages["/map"] = web.Response(
        body=(FILES / "no-feed-sitemap.xml").read_bytes(), content_type="application/xml"
    )
    with pytest.raises(NoFeed):
        await reading.gatherer.follow(99, reading.site.url("/map"))
