from bot.digest.opml import read_opml, write_opml

FEEDS = [
    ("Bay & Courier <daily>", "https://courier.example/feed?a=1&b=2"),
    ("Листок\x00", "http://listok.example/rss"),
]


def test_what_was_exported_can_be_imported() -> None:
    assert read_opml(write_opml(FEEDS)) == [url for _, url in FEEDS]


def test_nested_folders_and_doubles_are_one_list() -> None:
    source = b"""<?xml version="1.0"?><opml version="1.1"><head><title>x</title></head><body>
    <outline text="News"><outline type="rss" text="A" xmlUrl="feed://a.example/rss"/>
    <outline text="Deep"><outline type="rss" text="B" xmlUrl="https://b.example/atom.xml"/></outline></outline>
    <outline type="rss" text="A again" xmlUrl="http://a.example/rss"/></body></opml>"""
    assert read_opml(source) == ["http://a.example/rss", "https://b.example/atom.xml"]


def test_addresses_that_are_no_web_pages_are_left_out() -> None:
    source = b"""<opml version="2.0"><body><outline type="rss" xmlUrl="file:///etc/passwd"/>
    <outline type="rss" xmlUrl="javascript:x"/><outline type="rss" xmlUrl="https://ok.example/f"/></body></opml>"""
    assert read_opml(source) == ["https://ok.example/f"]


def test_what_is_no_opml_holds_no_feeds() -> None:
    bomb = b'<!DOCTYPE o [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><opml><body>&b;</body></opml>'
    for data in (b"", b"\xff\xfe\x00", b"<html></html>", b"plain words", b"<opml><body><outline", bomb):
        assert read_opml(data) == []
