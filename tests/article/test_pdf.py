import time

import pytest

from bot.article.documents import read_file, read_page
from bot.article.pdf import MAX_PAGES, read_pdf
from bot.errors import FileEmpty, FileLocked, FileTooLarge, FileUnsupported, TextTooShort
from tests.article.papers import make_pdf, wrap
from tests.servers.news import PARAGRAPHS, TITLE

PLAIN = tuple(paragraph.replace("“", '"').replace("”", '"') for paragraph in PARAGRAPHS)
BODY = "\n\n".join(PLAIN)


def lines_of(*paragraphs: str) -> list[str]:
    return [line for paragraph in paragraphs for line in wrap(paragraph)]


def test_an_article_in_a_pdf_is_read() -> None:
    article = read_file(make_pdf([f"# {TITLE}", *lines_of(*PLAIN)]), "council.pdf")
    assert (article.kind, article.title, article.language) == ("file", TITLE, "en")
    assert article.text == BODY
    assert article.sentence_text(1) == PLAIN[0]
    assert not article.partial


def test_a_pdf_behind_a_link_keeps_its_address() -> None:
    url = "https://news.example/council.pdf"
    article = read_page(make_pdf([f"# {TITLE}", *lines_of(*PLAIN)]), "application/pdf", None, url, url)
    assert (article.kind, article.url, article.text) == ("link", url, BODY)


def test_words_broken_at_the_margin_are_joined() -> None:
    lines = ["The harbour authority told the council that the quay must first be re-", "paired, it said."]
    paragraphs, _, _ = read_pdf(make_pdf(lines))
    assert paragraphs == [
        "The harbour authority told the council that the quay must first be repaired, it said."
    ]


def test_running_heads_and_page_numbers_are_no_part_of_the_report() -> None:
    pages = [
        ["The Bay Courier, 11 March 2025", *lines_of(PLAIN[at], PLAIN[at + 1]), f"Page {at // 2 + 1} of 3"]
        for at in range(0, 6, 2)
    ]
    paragraphs, _, _ = read_pdf(make_pdf(*pages))
    assert "\n\n".join(paragraphs) == BODY


def test_a_paragraph_runs_on_over_the_page() -> None:
    first, second = wrap(PLAIN[4])[:1], wrap(PLAIN[4])[1:]
    paragraphs, _, _ = read_pdf(make_pdf([*lines_of(*PLAIN[:4]), *first], [*second, *lines_of(PLAIN[5])]))
    assert PLAIN[4] in paragraphs


def test_the_stated_title_serves_where_the_page_shows_none() -> None:
    data = make_pdf(lines_of(*PLAIN), title=TITLE)
    assert read_file(data, "a.pdf").title == TITLE
    assert read_file(make_pdf(lines_of(*PLAIN), title="scan 7"), "a.pdf").title is None


def test_only_the_first_pages_of_a_long_file_are_read_and_that_is_said() -> None:
    data = make_pdf(*[lines_of(*PLAIN)] * (MAX_PAGES + 5))
    began = time.monotonic()
    article = read_file(data, "book.pdf")
    assert article.partial
    assert time.monotonic() - began < 20


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"%PDF-1.7 ...", FileUnsupported),
        (b"%PDF-1.7\n" + bytes(5_000), FileUnsupported),
        (make_pdf(lines_of(*PLAIN))[:700], FileUnsupported),
        (make_pdf([""]), FileEmpty),
        (make_pdf(["Too short."]), TextTooShort),
        (make_pdf(lines_of(*PLAIN), encrypted=True), FileLocked),
    ],
)
def test_a_pdf_that_cannot_be_read_is_named_by_its_error(data: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_file(data, "a.pdf")


def test_a_pdf_over_the_limit_is_not_parsed() -> None:
    with pytest.raises(FileTooLarge):
        read_pdf(b"%PDF-1.7" + bytes(20 << 20))
