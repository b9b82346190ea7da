"""Feeds as they come: every version, wrong encodings and dates, and what only looks like one."""

import re
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from bot.digest.feeds import MOST_ENTRIES, find_feed, read_feed
from bot.digest.models import Entry, Feed

NOW: Final = datetime(2026, 3, 3, 12, tzinfo=UTC)
URL: Final = "https://courier.example/feed.xml"

RSS_091 = """<?xml version="1.0"?><rss version="0.91"><channel><title>Bay Courier</title>
<item><title>Ferry line approved</title><link>https://courier.example/ferry</link>
<description>The council approved a ferry line.</description></item></channel></rss>"""
RSS_092 = RSS_091.replace("0.91", "0.92")
RSS_10 = """<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel rdf:about="https://courier.example/"><title>Bay Courier</title></channel>
<item rdf:about="https://courier.example/ferry"><title>Ferry line approved</title>
<link>https://courier.example/ferry</link><description>The council approved a ferry line.</description>
<dc:date>2026-03-03T08:00:00+01:00</dc:date></item></rdf:RDF>"""
RSS_20 = """<rss version="2.0"><channel><title>Bay Courier</title>
<item><title>Ferry line approved</title><link>https://courier.example/ferry</link>
<description>&lt;p&gt;The council approved a &lt;b&gt;ferry&lt;/b&gt; line.&lt;/p&gt;</description>
<pubDate>Tue, 03 Mar 2026 08:00:00 +0100</pubDate></item></channel></rss>"""
ATOM_03 = """<feed version="0.3" xmlns="http://purl.org/atom/ns#"><title>Bay Courier</title>
<entry><title>Ferry line approved</title><link rel="alternate" href="https://courier.example/ferry"/>
<summary>The council approved a ferry line.</summary>
<issued>2026-03-03T08:00:00+01:00</issued></entry></feed>"""
ATOM_10 = """<feed xmlns="http://www.w3.org/2005/Atom">
<title type="html">Bay &lt;i&gt;Courier&lt;/i&gt;</title>
<entry><title>Ferry line approved</title><link href="/ferry"/><id>tag:1</id>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">
<p>The council approved a ferry line.</p></div>
</content><updated>2026-03-03T07:00:00Z</updated></entry></feed>"""


def read(text: str | bytes, charset: str | None = None) -> Feed:
    feed = read_feed(text.encode() if isinstance(text, str) else text, charset, URL, NOW)
    assert feed is not None
    return feed


def item(number: int, *, date: str = "", link: str = "") -> str:
    dated = f"<pubDate>{date}</pubDate>" if date else ""
    return f"<item><title>News {number}</title><link>{link or f'/n/{number}'}</link>{dated}</item>"


def rss(*items: str) -> str:
    return f"<rss version='2.0'><channel><title>T</title>{''.join(items)}</channel></rss>"


@pytest.mark.parametrize("source", [RSS_091, RSS_092, RSS_10, RSS_20, ATOM_03, ATOM_10])
def test_every_version_gives_the_same_entry(source: str) -> None:
    feed = read(source)
    assert feed.title == "Bay Courier"
    [entry] = feed.entries
    dated = datetime(2026, 3, 3, 7, tzinfo=UTC) if "2026" in source else None
    assert entry == Entry(
        url="https://courier.example/ferry",
        title="Ferry line approved",
        lead="The council approved a ferry line.",
        published=dated,
        updated=dated if re.search("<(?:updated|dc:date)>", source) else None,
    )


def test_a_malformed_feed_gives_what_can_be_read() -> None:
    broken = RSS_20.replace("Ferry line approved", "Ferry & tram <approved").replace("</channel></rss>", "")
    [entry] = read(broken).entries
    assert entry.url == "https://courier.example/ferry"
    assert entry.title.startswith("Ferry & tram")


def test_the_declared_encoding_is_heeded_also_where_only_the_xml_names_it() -> None:
    source = '<?xml version="1.0" encoding="windows-1251"?>' + RSS_20.replace(
        "Ferry line approved", "Паром одобрен"
    )
    feed = read(source.encode("cp1251"))
    assert feed.entries[0].title == "Паром одобрен"
    assert (
        read(RSS_20.replace("Ferry", "Fähre").encode("latin-1"), "iso-8859-1")
        .entries[0]
        .title.startswith("Fähre")
    )


def test_an_encoding_of_pythons_own_is_no_encoding_of_the_web() -> None:
    source = '<?xml version="1.0" encoding="utf-7"?>' + RSS_20.replace("Ferry", "+ADw-b+AD4-Ferry")
    assert read(source).entries[0].title.startswith("+ADw-b")


@pytest.mark.parametrize(
    "date",
    ["Fri, 03 Mar 2056 08:00:00 GMT", "Thu, 01 Jan 1970 00:00:00 GMT", "yesterday", "2026-13-45", "9" * 400],
)
def test_a_date_that_cannot_be_true_is_none(date: str) -> None:
    assert read(rss(item(1, date=date))).entries[0].published is None


def test_entries_come_newest_first_and_those_without_a_date_last() -> None:
    dates = ["", "Mon, 02 Mar 2026 08:00:00 GMT", "Tue, 03 Mar 2026 08:00:00 GMT"]
    feed = read(rss(*(item(number, date=date) for number, date in enumerate(dates))))
    assert [entry.title for entry in feed.entries] == ["News 2", "News 1", "News 0"]


def test_a_huge_feed_is_cut_to_its_newest_entries() -> None:
    start = NOW - timedelta(days=2)
    items = (item(n, date=f"{start + timedelta(minutes=n):%a, %d %b %Y %H:%M:%S} GMT") for n in range(150))
    feed = read(rss(*items))
    assert len(feed.entries) == MOST_ENTRIES
    assert feed.entries[0].title == "News 149"


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "mailto:a@b.example", "file:///etc/passwd", "http://a b/", ""]
)
def test_an_entry_that_leads_to_no_page_is_left_out(link: str) -> None:
    source = rss(f"<item><title>News</title><link>{link}</link></item>", item(2))
    assert [entry.title for entry in read(source).entries] == ["News 2"]


def test_an_entry_listed_twice_is_one() -> None:
    assert len(read(rss(item(1), item(1))).entries) == 1


def test_a_title_is_words_and_never_markup() -> None:
    title = "&lt;a href='http://evil.example'&gt;Win&lt;/a&gt; now\u202e\u200b &amp;amp; here"
    [entry] = read(rss(f"<item><title>{title}</title><link>/a</link></item>")).entries
    assert entry.title == "Win now & here"


def test_an_entity_bomb_does_not_grow() -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    source = f'<?xml version="1.0"?><!DOCTYPE r [<!ENTITY e0 "ha">{entities}]>' + rss(
        "<item><title>&e9;</title><link>/a</link></item>"
    )
    feed = read_feed(source.encode(), None, URL, NOW)
    assert feed is None or sum(len(entry.title + entry.lead) for entry in feed.entries) < 2_000


def test_an_external_entity_is_not_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("secret") / "secret.txt"
    secret.write_text("hidden words")
    source = f'<!DOCTYPE r [<!ENTITY x SYSTEM "file://{secret}">]>' + rss(
        "<item><title>A &x; B</title><link>/a</link></item>"
    )
    feed = read_feed(source.encode(), None, URL, NOW)
    assert feed is None or "hidden" not in str(feed)


@pytest.mark.parametrize(
    "source", [b"", b"<html><body>No feed</body></html>", b"\x00\x01", b"{}", b"<sitemapindex/>"]
)
def test_what_is_no_feed_is_none(source: bytes) -> None:
    assert read_feed(source, None, URL, NOW) is None


def test_a_page_names_its_feed_and_comments_come_last() -> None:
    page = b"""<html><head>
    <link rel="alternate" type="application/rss+xml" title="Comments" href="/comments/feed/">
    <link rel="alternate" type="application/atom+xml" href="feed.atom">
    <link rel="alternate" hreflang="de" href="/de/"></head><body></body></html>"""
    assert find_feed(page, None, "https://courier.example/news/") == "https://courier.example/news/feed.atom"
    assert find_feed(b"<html><head></head><body>None</body></html>", None, URL) is None


def test_the_language_is_that_of_the_entries() -> None:
    assert read(RSS_20).language == "en"
    german = rss(
        "<item><title>Rat genehmigt neue Fährlinie nach langem Streit</title><link>/a</link>"
        "<description>Der Stadtrat hat am Dienstag die neue Linie zur Insel genehmigt.</description></item>"
    )
    assert read(german).language == "de"
