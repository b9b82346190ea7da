from datetime import time

import pytest

from bot.digest.calendar import EVERY_DAY
from bot.digest.wishes import WEEKDAYS, Wish, find_zone, read_wish


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish()),
        ("08:30", Wish(action="set", at=time(8, 30))),
        ("8.30", Wish(action="set", at=time(8, 30))),
        ("7h", Wish(action="set", at=time(7))),
        ("08:30 Europe/Kyiv", Wish(action="set", at=time(8, 30), zone="Europe/Kyiv")),
        ("kathmandu weekdays", Wish(action="set", zone="Asia/Kathmandu", weekdays=WEEKDAYS)),
        ("werktags 6:00", Wish(action="set", at=time(6), weekdays=WEEKDAYS)),
        ("Montag, Freitag", Wish(action="set", weekdays=frozenset({1, 5}))),
        ("нд", Wish(action="set", weekdays=frozenset({7}))),
        ("daily", Wish(action="set", weekdays=EVERY_DAY)),
        ("weekly", Wish(action="set", weekdays=frozenset({1}))),
        ("off", Wish(action="off")),
        ("jetzt", Wish(action="now")),
    ],
)  # fmt: skip
def test_a_wish_is_read_as_people_write_it(text: str, wish: Wish) -> None:
    assert read_wish(text) == wish


@pytest.mark.parametrize("text", ["25:00", "8:60", "tomorrow", "08:30 Nowhere/Land", "Etc"])
def test_what_means_nothing_is_no_wish(text: str) -> None:
    assert read_wish(text) is None


def test_zones_are_found_by_name_and_by_city() -> None:
    assert find_zone("europe/kyiv") == "Europe/Kyiv"
    assert find_zone("Berlin") == "Europe/Berlin"
    assert find_zone("new york") == "America/New_York"
    assert find_zone("UTC") == "UTC"
    assert find_zone("Atlantis") is None
