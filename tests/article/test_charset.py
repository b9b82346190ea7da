import time

import pytest

from bot.article.charset import decode_text, find_codec

RUSSIAN = "Министерство обороны заявило, что посёлок обстреляла артиллерия, погибли мирные жители. " * 2
GERMAN = "Die Bürgermeisterin sagte, die Straße über den Fluß müsse für Fußgänger geöffnet bleiben. " * 2


@pytest.mark.parametrize("codec", ["cp1251", "koi8_r", "utf_8"])
@pytest.mark.parametrize("declared", [None, "utf-8", "nonsense"])
def test_russian_is_read_whatever_was_declared(codec: str, declared: str | None) -> None:
    assert decode_text(RUSSIAN.encode(codec), declared) == RUSSIAN


@pytest.mark.parametrize("codec", ["cp1252", "utf_8", "utf_16", "utf_8_sig"])
def test_german_is_read(codec: str) -> None:
    assert decode_text(GERMAN.encode(codec), "iso-8859-1") == GERMAN


def test_a_byte_order_mark_counts_before_the_header_and_the_header_before_the_page() -> None:
    marked = b"\xef\xbb\xbf" + '<meta charset="koi8-r">é'.encode()
    assert decode_text(marked, "latin-1").endswith("é")
    assert decode_text('<meta charset="koi8-r">é'.encode("cp1252"), "latin-1").endswith("é")
    assert decode_text(b'<meta charset="koi8-r">' + "жук".encode("koi8_r"), None).endswith("жук")


@pytest.mark.parametrize(
    "label",
    ["zlib", "bz2", "hex", "base64", "rot13", "idna", "punycode", "undefined", "unicode_escape", "utf-7"],
)
def test_what_is_no_encoding_of_the_web_is_not_honoured(label: str) -> None:
    assert find_codec(label) is None
    assert decode_text(b"+ADw-script+AD4- \\u003c caf\xe9 ouvert ce matin", label).startswith(
        "+ADw-script+AD4- \\u003c"
    )


@pytest.mark.parametrize("label", ["a" * 3_000, "utf\x008", "", "8", "-"])
def test_a_label_that_is_no_label_does_no_harm(label: str) -> None:
    assert decode_text(GERMAN.encode(), label) == GERMAN


def test_every_label_leads_to_a_codec_that_exists() -> None:
    for label in (
        "windows-1251",
        "ISO-8859-15",
        "Shift_JIS",
        "euc-kr",
        "gb2312",
        "Big5",
        "KOI8-U",
        "macintosh",
    ):
        codec = find_codec(label)
        assert codec is not None
        assert "a".encode(codec) == b"a"


def test_utf8_declared_as_something_narrower_is_still_utf8() -> None:
    assert decode_text(RUSSIAN.encode(), "windows-1251") == RUSSIAN


def test_a_stray_byte_is_replaced_and_the_rest_is_read() -> None:
    assert decode_text((GERMAN * 3).encode() + b"\xff.", "utf-8") == GERMAN * 3 + "\ufffd."


def test_five_megabytes_are_decoded_quickly() -> None:
    data = RUSSIAN.encode("cp1251") * 30_000
    began = time.monotonic()
    decode_text(data, "utf-8")
    assert time.monotonic() - began < 3
