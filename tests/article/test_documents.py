from pathlib import Path

import pytest

from bot.article.documents import FILE_LIMIT_BYTES, read_file, read_text
from bot.article.models import Origin
from bot.errors import FileEmpty, FileTooLarge, FileUnsupported, NothingToBrief, TextTooShort
from tests.servers.news import HIDDEN, PARAGRAPHS, RUSSIAN, TITLE, article_page

SAMPLE = Path(__file__).parents[1] / "data" / "tass-2022-03-05.txt"
BODY = "\n\n".join(PARAGRAPHS)


def test_the_sample_article_is_told_apart() -> None:
    article = read_file(SAMPLE.read_bytes(), "tass.txt")
    assert article.title == "Talks with Kiev aimed at Ukraine’s return to peace, justice — MFA"
    assert (article.site, article.published, article.dateline) == ("TASS", None, "March 5")
    assert (article.kind, article.language, article.url) == ("file", "en", None)
    assert article.text.startswith('It is mentioned that Moscow hopes that "a third round')
    assert "MOSCOW, March 5. /TASS/. Moscow hopes" in article.text
    assert "All news" not in article.text
    assert article.title not in article.text
    assert len(article.sentences) == 18


@pytest.mark.parametrize("separator", ["\n\n", "\n", "\r\n\r\n", "\n \n\n"])
def test_a_pasted_text_has_its_headline_and_paragraphs(separator: str) -> None:
    article = read_text(separator.join((TITLE, *PARAGRAPHS)), "text", None)
    assert article.title == TITLE
    assert article.text == BODY
    assert (article.site, article.published, article.url) == (None, None, None)


def test_a_pasted_text_without_a_headline_has_none() -> None:
    article = read_text(BODY, "text", None)
    assert (article.title, article.text) == (None, BODY)


def test_one_long_paragraph_is_an_article() -> None:
    article = read_text(" ".join(PARAGRAPHS), "text", None)
    assert article.title is None
    assert len(article.sentences) == 10


def test_lines_broken_to_a_width_are_joined() -> None:
    words, lines = " ".join(PARAGRAPHS).split(), [""]
    for word in words:
        if len(lines[-1]) > 60:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    assert read_text("\n".join(lines), "text", None).text == " ".join(words)


@pytest.mark.parametrize(
    ("line", "published"),
    [
        ("Published 11 March 2025", "2025-03-11"),
        ("11 Mar 2025, 10:15", "2025-03-11"),
        ("11.03.2025", "2025-03-11"),
        ("Updated on March 11, 2025 at 10:15 am GMT", "2025-03-11"),
        ("11 March", None),
        ("By Ada Quill", None),
        ("Home > World > Europe", None),
        ("Share", None),
    ],
)
def test_what_stands_around_the_headline_is_no_part_of_the_report(line: str, published: str | None) -> None:
    for lead in ((line, TITLE), (TITLE, line)):
        article = read_text("\n\n".join((*lead, *PARAGRAPHS)), "text", None)
        assert (article.title, article.text, article.published) == (TITLE, BODY, published)


def test_a_date_inside_the_report_is_not_when_it_was_published() -> None:
    told = "The council voted on 11 March 2025 after a debate of six hours, its clerk said in the evening."
    assert read_text("\n\n".join((TITLE, told, *PARAGRAPHS)), "text", None).published is None


@pytest.mark.parametrize(
    ("head", "published", "dateline"),
    [
        ("ORLEN, March 11 (Reuters) - ", None, "March 11"),
        ("ORLEN, March 11, 2025 (Reuters) - ", "2025-03-11", None),
        ("ORLEN (Reuters) - ", None, None),
    ],
)
def test_a_dateline_names_the_agency_and_invents_no_year(
    head: str, published: str | None, dateline: str | None
) -> None:
    article = read_text(f"{TITLE}\n\n{head}{BODY}", "text", None)
    assert (article.site, article.published, article.dateline) == ("Reuters", published, dateline)
    assert article.text.startswith(head), "the dateline stays in the report"


def test_a_forward_knows_where_it_came_from() -> None:
    origin = Origin(name="Bay Channel", url="https://t.me/bay/7", posted="2025-03-11T08:00:00Z")
    article = read_text(BODY, "forward", origin)
    assert (article.kind, article.site, article.url) == ("forward", "Bay Channel", "https://t.me/bay/7")
    assert article.published == "2025-03-11"


def test_invisible_characters_are_gone_and_offsets_hold() -> None:
    article = read_text(BODY.replace("council", "coun\u00ad\u200bcil"), "text", None)
    assert article.text == BODY
    assert article.sentence_text(2).startswith("“We have waited")


@pytest.mark.parametrize(
    ("text", "error"), [("", NothingToBrief), (" \n\u200b", NothingToBrief), ("Too short.", TextTooShort)]
)
def test_too_little_text_is_said_to_be(text: str, error: type[Exception]) -> None:
    with pytest.raises(error):
        read_text(text, "text", None)


def test_the_reader_is_told_how_short_a_text_is() -> None:
    with pytest.raises(TextTooShort) as caught:
        read_text("one two three", "text", None)
    assert caught.value.sentence.startswith("That is only 3 words. Send at least 40")


@pytest.mark.parametrize(
    ("data", "name", "error"),
    [
        (b"", "a.txt", FileEmpty),
        (b" \n ", "a.txt", FileEmpty),
        (b"-- ** --", "a.txt", FileEmpty),
        (b"\x89PNG\r\n\x1a\n" + bytes(99), "a.txt", FileUnsupported),
        (b"%PDF-1.7 ...", "a.txt", FileUnsupported),
        (b"PK\x03\x04" + bytes(99), "article.docx", FileUnsupported),
        (b"GIF89a" + bytes(99), "a.html", FileUnsupported),
        (b"\x00\x01\x02" * 99, "a.md", FileUnsupported),
        (b"a" * (FILE_LIMIT_BYTES + 1), "a.txt", FileTooLarge),
    ],
)
def test_a_file_that_holds_no_article_is_named_by_its_error(
    data: bytes, name: str, error: type[Exception]
) -> None:
    with pytest.raises(error):
        read_file(data, name)


@pytest.mark.parametrize("codec", ["cp1251", "utf_16", "utf_8_sig"])
def test_a_file_is_read_in_its_own_encoding(codec: str) -> None:
    article = read_file("\n\n".join(RUSSIAN).encode(codec), "a.txt")
    assert article.text == "\n\n".join(RUSSIAN)
    assert article.language == "ru"


@pytest.mark.parametrize("name", ["saved.html", "saved.htm", "saved.txt"])
def test_a_saved_page_is_read_as_a_page_whatever_its_name(name: str) -> None:
    article = read_file(article_page(extra=f"<p hidden>{HIDDEN}</p>").encode(), name)
    assert (article.kind, article.title, article.text) == ("file", TITLE, BODY)
    assert (article.site, article.published, article.url) == ("The Bay Courier", "2025-03-11", None)


@pytest.mark.parametrize(
    "head", [f"# {TITLE}\n\n", f'---\ntitle: "{TITLE}"\ndate: 2025-03-11\n---\n\n', f"{TITLE}\n====\n\n"]
)
def test_markdown_loses_its_markup_and_keeps_its_words(head: str) -> None:
    body = BODY.replace("Maret", "[Maret](https://maret.example/)", 1).replace("14 votes", "**14** votes")
    article = read_file((head + body + "\n\n![a picture](x.png)\n\n- one last point\n").encode(), "a.md")
    assert article.title == TITLE
    assert article.text == BODY + "\n\none last point"
