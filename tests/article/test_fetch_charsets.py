"""Rows 92 to 95: what servers and pages call their encoding."""

import pytest

from bot.article.charset import decode_text, find_codec
from bot.article.mediatypes import check_media_type
from tests.article.rows import covers, row

GERMAN = "Die Bürgermeisterin sagte, die Straße über den Fluß müsse für Fußgänger geöffnet bleiben. " * 2
UTF7 = "+ADw-script+AD4-alert(1)+ADw-/script+AD4-"


def read(header: str, body: bytes) -> str:
    """Decode a body as a page that came with this Content-Type."""
    return decode_text(body, check_media_type(header)[1])


@pytest.mark.parametrize(
    "label",
    [
        row(92, label)
        for label in (
            "zlib", "bz2", "hex", "base64", "rot13", "rot_13", "idna", "punycode", "undefined", "uu",
            "quopri",
            "mbcs", "oem", "raw_unicode_escape", "zlib_codec", "utf-8-sig", "palmos", "cp037",
        )
    ]
    + [row(93, label) for label in ("utf-7", "unicode_escape", "UTF7", "x-unicode-1-1-utf-7")],
)  # fmt: skip
def test_an_encoding_that_is_not_the_web_s_is_not_honoured(label: str) -> None:
    assert find_codec(label) in (None, "utf_8")
    assert read(f"text/html; charset={label}", (UTF7 + GERMAN).encode()) == UTF7 + GERMAN
    assert read("text/html", f'<meta charset="{label}">{UTF7}'.encode()).endswith(UTF7)


@pytest.mark.parametrize(
    ("header", "body", "text"),
    [
        row(94, "text/html; charset=utf-16", GERMAN.encode("utf_16_le"), GERMAN),
        row(94, "text/html; charset=utf-16be", GERMAN.encode("utf_16_be"), GERMAN),
        row(94, "text/html; charset=latin-1", b"\xef\xbb\xbf" + '<meta charset="koi8-r">é'.encode(), "é"),
        row(94, "text/html; charset=latin-1", '<meta charset="koi8-r">é'.encode("cp1252"), "é"),
        row(94, "text/html", b'<meta charset="koi8-r">' + "жук".encode("koi8_r"), "жук"),
        row(94, "text/html; charset=utf-8", b"\xff\xfe" + "жук".encode("utf_16_le"), "жук"),
    ],
)
def test_a_byte_order_mark_counts_before_the_header_and_that_before_the_page(
    header: str, body: bytes, text: str
) -> None:
    assert read(header, body).endswith(text)


@pytest.mark.parametrize(
    "label",
    [row(95, label) for label in ("a" * 3_000, "utf\x008", "", '"', "utf-8" * 9, "\xe9", "=;=", "%00")],
)
def test_a_label_that_is_no_label_does_no_harm(label: str) -> None:
    assert read(f"text/html; charset={label}", GERMAN.encode()) == GERMAN


@covers(95)
@pytest.mark.parametrize(
    "header", ["text/html;" + "charset=" * 9_000, "text/html; " + " " * 60_000 + "charset"]
)
def test_a_header_of_many_labels_costs_nothing(header: str) -> None:
    assert check_media_type(header)[0] == "text/html"
