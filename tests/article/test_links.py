import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.article.addresses import judge_answers
from bot.article.links import canonical_url, find_links, publisher_url
from bot.errors import AddressRefused

STORY = "https://news.example/world/story-1"

SPELLINGS = [
    STORY,
    "HTTPS://NEWS.EXAMPLE/world/story-1",
    "https://news.example:443/world/story-1",
    "http://news.example/world/story-1",
    "http://news.example:80/world/story-1",
    "https://news.example./world/story-1",
    "https://news.example/./world/story-1",
    "https://news.example/world/../world/story-1",
    "https://news.example/world/story-1/",
    "https://news.example/world//story-1",
    "https://news.example/world/story-1#comments",
    "https://news.example/world/story-1#:~:text=council",
    "https://news.example/world/story-1?",
    "https://news.example/world/story-1?utm_source=x&utm_medium=y",
    "https://news.example/world/story-1?fbclid=abc",
    "https://news.example/world/story-1/amp",
    "https://news.example/world/story-1/amp/",
    "https://news.example/amp/world/story-1",
    "https://news.example/world/story-1.amp",
    "https://news.example/world/story-1?amp=1",
    "https://news.example/world/story-1?outputType=amp",
    "https://m.news.example/world/story-1",
    "https://mobile.news.example/world/story-1",
    "https://amp.news.example/world/story-1",
    "https://www.google.com/amp/s/news.example/world/story-1",
    "https://www.google.de/amp/s/amp.news.example/world/story-1/amp",
    "https://news-example.cdn.ampproject.org/c/s/news.example/world/story-1",
    "https://news-example.cdn.ampproject.org/v/s/news.example/world/story-1?amp_js_v=0.1",
    "https://news.example/w%6Frld/story-1",
    "https://ｎews.example/world/story-1",
]

REFUSED = [
    "http://127.0.0.1/", "http://2130706433/", "http://localhost/", "http://[::1]/", "http://user@example.com/",
    "http://example.com:0/", "http://printer.local/", "http://db.internal/", "http://[::1", "",
    "http://example.com/\ud800", "ftp://example.com/", "http://" + "a" * 64 + ".com/",
]  # fmt: skip
"""A few of the forms of spelling; test_addresses_table.py has them all."""


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_every_spelling_of_a_page_has_one_key(spelling: str) -> None:
    assert canonical_url(spelling) == STORY


@pytest.mark.parametrize("url", REFUSED)
def test_what_is_no_public_address_by_its_spelling_is_refused(url: str) -> None:
    with pytest.raises(AddressRefused):
        canonical_url(url)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://news.example/?id=1", "https://news.example/?id=2"),
        ("https://news.example/read?cid=1", "https://news.example/read?cid=2"),
        ("https://news.example/a", "https://news.example/A"),
        ("https://news.example/a%2Fb", "https://news.example/a/b"),
        ("https://news.example/amplifier", "https://news.example/lifier"),
        ("https://www.news.example/a", "https://news.example/a"),
        ("https://m.example/a", "https://example/a"),
    ],
)
def test_different_pages_keep_different_keys(one: str, other: str) -> None:
    keys = set()
    for url in (one, other):
        try:
            keys.add(canonical_url(url))
        except AddressRefused:
            keys.add("refused")
    assert len(keys) == 2


def test_international_names_meet_in_ascii() -> None:
    assert canonical_url("http://münchen.example/ä") == canonical_url("https://xn--mnchen-3ya.example/%C3%A4")
    assert canonical_url("http://раypal.example/") == "https://xn--ypal-43d9g.example/"


@given(
    st.builds(
        "https://{}news.example/{}?{}".format,
        st.sampled_from(["", "m.", "m.m.", "en.m.", "amp."]),
        st.text("/.ampé%2Fx~", max_size=20),
        st.text("a=1&utm_x+%é", max_size=15),
    )
)
def test_a_canonical_url_is_its_own_canonical_url(url: str) -> None:
    once = canonical_url(url)
    assert canonical_url(once) == once


def test_what_is_fetched_is_what_was_sent() -> None:
    sent = "http://m.news.example:80/world/story-1/amp?id=2&utm_source=x#part"
    assert publisher_url(sent) == "http://m.news.example/world/story-1/amp?id=2&utm_source=x"


def test_a_viewer_gives_way_to_the_publisher() -> None:
    assert publisher_url("https://www.google.com/amp/s/news.example/a/amp") == "https://news.example/a/amp"
    with pytest.raises(AddressRefused):
        publisher_url("https://www.google.com/amp/s/127.0.0.1/a")


def test_links_are_found_in_order_once_each_without_the_sentence_around_them() -> None:
    text = (
        "See (https://news.example/a_(b)), https://news.example/a_(b)?utm_source=x#c; "
        "and “https://x.example/q?id=1”. Not mailto:a@b.example, not ftp://f.example, but HTTP://Y.example! <https://z.example/>"
    )
    assert find_links(text) == [
        "https://news.example/a_(b)",
        "https://x.example/q?id=1",
        "HTTP://Y.example",
        "https://z.example/",
    ]


def test_a_refused_link_is_found_so_that_its_sender_is_told() -> None:
    assert find_links("look: http://127.0.0.1/admin") == ["http://127.0.0.1/admin"]


def test_a_thousand_links_are_looked_at_and_no_more() -> None:
    assert len(find_links(" ".join(f"https://n{i}.example/" for i in range(1_200)))) == 1_000


@pytest.mark.parametrize(
    "answers",
    [
        ["10.0.0.1"],
        ["93.184.215.14", "10.0.0.1"],
        ["93.184.215.14", "::1"],
        ["169.254.169.254"],
        ["::ffff:10.0.0.1"],
        ["4000::1"],
        ["168.63.129.16"],
        ["not an address"],
    ],
)
def test_one_answer_that_is_not_public_condemns_the_name(answers: list[str]) -> None:
    with pytest.raises(AddressRefused):
        judge_answers(answers)


def test_public_answers_pass() -> None:
    judge_answers(["93.184.215.14", "2606:2800:220:1::1"])
