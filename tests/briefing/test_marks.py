"""Quotation marks around a text, and those that a name has left open."""

import pytest

from bot.briefing.checks.marks import close_marks, strip_marks


@pytest.mark.parametrize(
    "marked", ['"two words"', "“two words”", "«two words»", "'two words'", " „two words“ "]
)
def test_marks_around_a_text_are_taken_off_on_both_sides(marked: str) -> None:
    assert strip_marks(marked) == "two words"


@pytest.mark.parametrize(
    ("name", "closed"),
    [
        ("канал «Луга сегодня", "канал «Луга сегодня»"),
        ("das Portal „Blatt", "das Portal „Blatt“"),
        ("the channel “Night Watch", "the channel “Night Watch”"),
        ("das „Blatt“", "das „Blatt“"),
        ("«Луга» и «Берег", "«Луга» и «Берег»"),
        ("the mayor", "the mayor"),
        ("O'Brien", "O'Brien"),
    ],
)
def test_a_name_that_ends_in_a_quotation_closes_it(name: str, closed: str) -> None:
    assert close_marks(name) == closed
