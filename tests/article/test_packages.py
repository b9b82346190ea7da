"""Articles in DOCX, ODT and EPUB, and files that are built to do harm."""

import struct
import time

import pytest

from bot.article.archives import MAX_ENTRIES
from bot.article.documents import read_file, read_page
from bot.article.mediatypes import DOCX, EPUB, ODT, check_media_type, sniff_body
from bot.errors import (
    FileBloated,
    FileEmpty,
    FileLocked,
    FileUnsafe,
    FileUnsupported,
    PageTooComplex,
    PageUnsupported,
    SaysoError,
)
from tests.article.packages import Parts, docx_parts, epub_parts, odt_parts, pack, paragraph, run
from tests.servers.news import HIDDEN, PARAGRAPHS, TITLE

BODY = "\n\n".join(PARAGRAPHS)
HTML_BODY = "".join(f"<p>{one}</p>" for one in PARAGRAPHS)
ODT_BODY = "".join(f"<text:p>{one}</text:p>" for one in PARAGRAPHS)


def docx(*more: str, **properties: str) -> bytes:
    heading = paragraph(run(TITLE), style="Titel")
    return pack(docx_parts(heading, *(paragraph(run(one)) for one in PARAGRAPHS), *more, **properties))


def epub(*chapters: str, **more: str) -> bytes:
    return pack(epub_parts(*(chapters or (f"<h1>{TITLE}</h1>{HTML_BODY}",)), **more))


@pytest.mark.parametrize(
    "data",
    [docx(), epub(), pack(odt_parts(f"<text:h>{TITLE}</text:h>{ODT_BODY}"))],
    ids=["docx", "epub", "odt"],
)
def test_an_article_in_a_packed_file_is_read_by_what_it_holds(data: bytes) -> None:
    for name in ("council.docx", "council.bin"):
        article = read_file(data, name)
        assert (article.kind, article.title, article.text) == ("file", TITLE, BODY)
        assert (article.language, article.partial, article.hidden_words) == ("en", False, 0)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [(docx(), DOCX), (epub(), EPUB), (pack(odt_parts(ODT_BODY)), ODT)],
    ids=["docx", "epub", "odt"],
)
def test_a_packed_file_behind_a_link_keeps_its_address(data: bytes, media_type: str) -> None:
    url = "https://news.example/council"
    for declared in (media_type, "application/octet-stream"):
        assert check_media_type(declared)[0] == declared
        assert sniff_body(data, declared) == media_type
    article = read_page(data, media_type, None, url, url)
    assert (article.kind, article.url, article.text) == ("link", url, BODY)


def test_a_packed_file_is_nothing_else_than_it_says() -> None:
    for declared in ("text/html", "application/pdf", DOCX):
        with pytest.raises(PageUnsupported):
            sniff_body(epub(), declared)


@pytest.mark.parametrize(
    "hidden",
    [
        paragraph(run(HIDDEN, "<w:vanish/>")),
        paragraph(run(HIDDEN), style="Ghost"),
        paragraph(run(HIDDEN), style="Child"),
        paragraph(run(HIDDEN, '<w:color w:val="FFFFFF"/>')),
        paragraph(run(HIDDEN, '<w:color w:val="FFFFFF"/><w:shd w:fill="auto"/>')),
        paragraph(run(HIDDEN, '<w:sz w:val="2"/>')),
    ],
)
def test_what_a_word_processor_does_not_show_is_left_out_and_told(hidden: str) -> None:
    article = read_file(docx(hidden), "a.docx")
    assert article.text == BODY
    assert (article.hidden_words, article.hidden_orders) == (len(HIDDEN.split()), True)


def test_tracked_changes_are_read_as_they_are_shown() -> None:
    changed = paragraph(
        run("The first boat "),
        f"<w:del><w:r><w:delText>never {HIDDEN}</w:delText></w:r></w:del>",
        f"<w:ins>{run('sails in May, it says.')}</w:ins>",
    )
    shown = paragraph(run("On a red ground.", '<w:shd w:fill="FF0000"/><w:color w:val="FFFFFF"/>'))
    plain = paragraph(run("Shown in spite of its style.", '<w:vanish w:val="0"/>'), style="Ghost")
    text = read_file(docx(changed, shown, plain), "a.docx").text
    more = ("The first boat sails in May, it says.", "On a red ground.", "Shown in spite of its style.")
    assert text == "\n\n".join((BODY, *more))


def test_an_odt_does_not_show_its_hidden_text() -> None:
    style = '<style:style style:name="G"><style:text-properties text:display="none"/></style:style>'
    span = f'<text:span text:style-name="G">{HIDDEN}</text:span>'
    body = f"{ODT_BODY}<text:p>One more point, {span}it said.</text:p>"
    article = read_file(pack(odt_parts(body, style)), "a.odt")
    assert article.text == f"{BODY}\n\nOne more point, it said."
    assert article.hidden_orders


def test_an_epub_does_not_show_what_its_style_sheets_hide() -> None:
    parts = epub_parts(
        f'<h1>{TITLE}</h1>{HTML_BODY}<p class="trap">{HIDDEN}</p>',
        head='<link rel="stylesheet" href="../s.css"/>',
    )
    article = read_file(pack({**parts, "OEBPS/s.css": ".trap { display: none }"}), "a.epub")
    assert (article.text, article.hidden_orders) == (BODY, True)


def test_chapters_are_read_in_their_order_and_the_contents_left_out() -> None:
    second = "<h2>What comes next</h2><p>The council meets again in May, its clerk said on Wednesday.</p>"
    contents = '<section epub:type="toc"><p>What comes next and on which page</p></section>'
    article = read_file(epub(f"<h1>{TITLE}</h1>{HTML_BODY}", contents + second), "a.epub")
    assert article.title == TITLE
    assert article.text == (
        f"{BODY}\n\nWhat comes next\n\nThe council meets again in May, its clerk said on Wednesday."
    )


def test_lines_broken_in_a_chapter_s_source_are_one_paragraph() -> None:
    wrapped = HTML_BODY.replace(" ", "\n  ").replace("<p>", "\n<p>\n")
    assert read_file(epub(f"<h1>{TITLE}</h1>{wrapped}"), "a.epub").text == BODY


def test_what_a_document_states_of_itself_counts_where_it_shows_it() -> None:
    signed = paragraph(run("Ada Quill reported from Orlen for this paper all through the evening."))
    article = read_file(docx(signed, author="Ada Quill;root"), "a.docx")
    assert article.authors == ("Ada Quill",)
    metadata = "<dc:creator>Ada Quill</dc:creator><dc:publisher>The Bay Courier</dc:publisher>"
    book = read_file(epub(metadata=metadata), "a.epub")
    assert (book.authors, book.site) == ((), "The Bay Courier")


def locked(data: bytes) -> bytes:
    """Mark every part as encrypted, in both directories."""
    marked = bytearray(data)
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = marked.find(sign)
        while at >= 0:
            marked[at + offset] |= 1
            at = marked.find(sign, at + 4)
    return bytes(marked)


def with_part(name: str, source: str | bytes, parts: Parts | None = None) -> bytes:
    return pack({**(parts or docx_parts(paragraph(run(BODY)))), name: source})


def twice(data: bytes) -> bytes:
    """Name two parts alike."""
    return data.replace(b"word/styles.xml", b"word/document.x").replace(
        b"docProps/core.xml", b"word/document.xml"
    )


def broken(data: bytes) -> bytes:
    """Overwrite some of what is packed in the text."""
    at = data.find(b"word/document.xml") + 60
    return data[:at] + bytes(40) + data[at + 40 :]


def lying(data: bytes) -> bytes:
    """Declare the first part to unpack to 4 GB."""
    at = data.find(b"PK\x01\x02")
    return data[: at + 24] + struct.pack("<L", 0xFFFFFFF0) + data[at + 28 :]


LAUGHS = (
    '<!DOCTYPE w [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;">]><w>&c;</w>'
)
ENCRYPTION = (
    '<encryption xmlns:e="http://www.w3.org/2001/04/xmlenc#"><e:EncryptedData><e:EncryptionMethod '
    'Algorithm="{}"/></e:EncryptedData></encryption>'
)
HARMFUL = {
    "a bomb": (with_part("word/media/x.xml", bytes(32 << 20)), FileBloated),
    "a bomb in the text": (with_part("word/document.xml", bytes(17 << 20)), FileBloated),
    "very many parts": (
        with_part("a", "", {**docx_parts(), **{f"p{n}": "" for n in range(MAX_ENTRIES)}}),
        FileBloated,
    ),
    "a part that lies about its size": (lying(docx()), FileBloated),
    "a name that leads out": (with_part("../../etc/passwd", "x"), FileUnsafe),
    "a name of another system's": (with_part("C:\\x\\..\\y", "x"), FileUnsafe),
    "a full path": (with_part("/etc/passwd", "x"), FileUnsafe),
    "two parts of one name": (twice(docx()), FileUnsafe),
    "entities": (with_part("word/document.xml", LAUGHS), FileUnsafe),
    "entities in UTF-16": (with_part("word/document.xml", LAUGHS.encode("utf-16")), FileUnsafe),
    "entities in a book": (with_part("OEBPS/book.opf", LAUGHS, epub_parts(HTML_BODY)), FileUnsafe),
    "a password": (locked(docx()), FileLocked),
    "a password of an office": (
        b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
        FileLocked,
    ),
    "a locked book": (
        with_part("META-INF/encryption.xml", ENCRYPTION.format("aes128-cbc"), epub_parts(HTML_BODY)),
        FileLocked,
    ),
    "a broken part": (broken(docx()), FileUnsupported),
    "half a file": (docx()[:900], FileUnsupported),
    "no directory": (b"PK\x03\x04 word/document.xml" + bytes(99), FileUnsupported),
    "a spreadsheet": (pack({"[Content_Types].xml": "", "xl/workbook.xml": "<x/>"}), FileUnsupported),
    "no text document": (with_part("word/document.xml", "<x/>"), FileUnsupported),
    "no XML": (with_part("word/document.xml", "Council approves ferry"), FileUnsupported),
    "no chapter": (epub(""), FileEmpty),
    "a chapter of very many tags": (epub("<i>a</i>" * 60_000), PageTooComplex),
}


@pytest.mark.parametrize(("data", "error"), HARMFUL.values(), ids=HARMFUL)
def test_a_file_that_is_built_to_do_harm_is_named_by_its_error(data: bytes, error: type[SaysoError]) -> None:
    began = time.monotonic()
    with pytest.raises(error) as caught:
        read_file(data, "a.docx")
    assert time.monotonic() - began < 2
    assert "{" not in caught.value.sentence
    assert 20 < len(caught.value.sentence) < 160


def test_scrambled_fonts_lock_no_book() -> None:
    fonts = ENCRYPTION.format("http://www.idpf.org/2008/embedding")
    parts = epub_parts(f"<h1>{TITLE}</h1>{HTML_BODY}")
    assert read_file(with_part("META-INF/encryption.xml", fonts, parts), "a.epub").text == BODY


def test_a_zip_in_a_zip_is_not_opened() -> None:
    inner = pack({"x.txt": bytes(3 << 20)})
    article = read_file(
        with_part("word/embeddings/inner.zip", inner, docx_parts(paragraph(run(BODY)))), "a.docx"
    )
    assert article.words == len(BODY.split())


def test_deep_markup_in_a_part_does_no_harm() -> None:
    deep = f'<w:document xmlns:w="urn:x">{"<w:sdt>" * 5_000}{"</w:sdt>" * 5_000}</w:document>'
    with pytest.raises(SaysoError):
        read_file(with_part("word/document.xml", deep), "a.docx")


def test_a_book_is_read_in_part_and_that_is_said() -> None:
    article = read_file(epub(*[f"<h2>Part</h2>{HTML_BODY * 90}"] * 12), "a.epub")
    assert article.partial
