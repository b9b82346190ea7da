"""Text spelled in characters that show nothing is taken out, counted, and told when it gives orders."""

import time

import pytest

from bot.article.documents import read_file, read_page, read_text
from bot.article.smuggled import decode_smuggled
from tests.article.packages import docx_parts, pack, paragraph, run
from tests.servers.news import HIDDEN, PARAGRAPHS, TITLE, article_page

BODY = "\n\n".join(PARAGRAPHS)


def in_tags(text: str) -> str:
    return "".join(chr(0xE0000 + ord(sign)) for sign in text)


def in_selectors(text: str) -> str:
    return "".join(chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16) for byte in text.encode())


def in_bits(text: str, zero: str = "\u200b", one: str = "\u200c") -> str:
    bits = "".join(f"{byte:08b}" for byte in text.encode())
    return bits.replace("0", zero).replace("1", one)


SPELLINGS = [in_tags(HIDDEN), in_selectors(HIDDEN), in_bits(HIDDEN), in_bits(HIDDEN, "\u2060", "\ufeff")]


@pytest.mark.parametrize("spelled", SPELLINGS, ids=["tags", "selectors", "bits", "other bits"])
def test_what_is_spelled_in_nothing_is_read(spelled: str) -> None:
    assert HIDDEN in decode_smuggled(f"The coun{spelled}cil")


@pytest.mark.parametrize("spelled", SPELLINGS, ids=["tags", "selectors", "bits", "other bits"])
def test_orders_that_no_reader_sees_are_told_wherever_the_text_came_from(spelled: str) -> None:
    text = BODY.replace("council", f"coun{spelled}cil", 1)
    page = article_page().replace("council</p>", "council").replace("The line", f"{spelled}The line", 1)
    for article in (
        read_text(text, "text", None),
        read_file(text.encode(), "a.txt"),
        read_file(f"# {TITLE}\n\n{text}".encode(), "a.md"),
        read_file(pack(docx_parts(paragraph(run(text)))), "a.docx"),
        read_page(text.encode(), "text/plain", "utf-8", "https://news.example/a", "https://news.example/a"),
        read_page(page.encode(), "text/html", "utf-8", "https://news.example/a", "https://news.example/a"),
    ):
        assert article.hidden_orders
        assert article.hidden_words >= len(HIDDEN.split())
        assert article.hidden_characters == len(spelled)
        assert spelled[0] not in article.model_dump_json()


def test_harmless_characters_are_counted_and_not_told() -> None:
    article = read_text(BODY.replace("council", "coun\u00adcil\u200b"), "text", None)
    assert article.hidden_characters == 2 * BODY.count("council")
    assert (article.hidden_words, article.hidden_orders) == (0, False)


@pytest.mark.parametrize(
    "text", ["🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f", "❤️", "a\u200b" * 99, "می‌خواهم"]
)
def test_what_shows_or_spells_nothing_is_no_text(text: str) -> None:
    assert decode_smuggled(text) == ""


def test_what_markdown_does_not_show_is_left_out_and_told() -> None:
    source = (
        f"# {TITLE}\n\n{BODY}\n\n<!-- {HIDDEN} -->\n\nOne more <span hidden>{HIDDEN}</span>point, it said.\n"
    )
    article = read_file(source.encode(), "a.md")
    assert article.text == f"{BODY}\n\nOne more point, it said."
    assert article.hidden_orders


@pytest.mark.parametrize("unit", ["\u200b", "\u200b\u200c", "\ufe00", "\U000e0041", "\U0001f3f4\U000e0041"])
def test_time_grows_with_length_only(unit: str) -> None:
    began = time.monotonic()
    assert len(decode_smuggled(unit * 200_000)) <= 20_000
    assert time.monotonic() - began < 3
