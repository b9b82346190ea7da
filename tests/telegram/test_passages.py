from urllib.parse import unquote

import pytest

from bot.telegram.passages import page_url, passage_url
from tests.telegram.briefs import URL, article


def fragment(passage: str) -> str:
    link = passage_url(article(), passage)
    assert link is not None
    return link.partition("#:~:text=")[2]


def test_the_directives_own_syntax_is_encoded() -> None:
    assert fragment("a-b, c & d") == "a%2Db%2C%20c%20%26%20d"


def test_a_long_passage_is_named_by_its_first_and_last_words() -> None:
    passage = " ".join(f"word{n}" for n in range(60))
    first, last = fragment(passage).split(",")
    assert unquote(first) == "word0 word1 word2 word3"
    assert unquote(last) == "word56 word57 word58 word59"


def test_a_long_passage_without_spaces_is_named_by_its_ends() -> None:
    first, last = fragment("漢" * 50 + "字" * 50).split(",")
    assert (unquote(first), unquote(last)) == ("漢" * 20, "字" * 20)


def test_the_pages_own_fragment_gives_way() -> None:
    assert passage_url(article(url=f"{URL}#top"), "Some words") == f"{URL}#:~:text=Some%20words"


def test_a_link_that_would_be_too_long_leads_to_the_page() -> None:
    url = "https://news.example/" + "a" * 1_950
    assert passage_url(article(url=url), "слова " * 4) == url


@pytest.mark.parametrize(
    "url", [None, "ftp://news.example/a", "javascript:alert(1)", "https://x.example/" + "a" * 2_000]
)
def test_only_web_addresses_of_a_sane_length_are_shown(url: str | None) -> None:
    assert page_url(article(url=url)) is None
    assert passage_url(article(url=url), "Some words") is None


def test_a_forwarded_post_has_no_passages_to_open() -> None:
    assert passage_url(article(kind="forward", url="https://t.me/x/1"), "Some words") is None
