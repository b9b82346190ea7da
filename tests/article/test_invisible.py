import time

import pytest

from bot.article.invisible import fold_spaces, strip_invisible


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\u200bb", "ab"),
        ("a\u2060b\ufeffc", "abc"),
        ("soft\u00adhyphen", "softhyphen"),
        ("\u202eevil\u202c", "evil"),
        ("tag\U000e0041\U000e0042", "tag"),
        ("byte\U000e0100\U000e01ef", "byte"),
        ("a\ufe0fb", "ab"),
        ("\u3164\uffa0\u115f\u2800\u180ex", "x"),
        ("private\ue000\U0010fffd", "private"),
        ("unassigned\U00050000", "unassigned"),
        ("bell\x07\x00", "bell"),
        ("in\u200dside", "inside"),
        ("lone\ud800", "lone"),
    ],
)
def test_what_shows_nothing_goes_and_is_counted(text: str, kept: str) -> None:
    assert strip_invisible(text) == (kept, len(text) - len(kept))


@pytest.mark.parametrize(
    "text",
    [
        "“Größe” — it’s 5 °C…",
        "❤️ and 5️⃣",
        "👨‍👩‍👧",
        "می‌خواهم",
        "क्‍ष",
        "e\u0301",
        "日本語",
        "a\u00a0b\tc\nd",
        "🇺🇦",
    ],
)
def test_what_shows_stays(text: str) -> None:
    assert strip_invisible(text) == (text, 0)


def test_white_space_is_folded_line_by_line() -> None:
    assert fold_spaces("a\u00a0\u202fb \t c\r\nd\u2028 e \n\n\nf") == "a b c\nd\ne\n\n\nf"


@pytest.mark.parametrize("unit", ["a", "\u200b", "日", "👨\u200d"])
def test_time_grows_with_length_only(unit: str) -> None:
    began = time.process_time()
    strip_invisible(unit * 300_000)
    assert time.process_time() - began < 3
