"""Which of the feeds' articles are briefed before a digest is composed."""

from bot.digest.choosing import MOST_BRIEFED, choose_to_brief
from bot.digest.models import Material, Read
from tests.digest.newsstand import FERRY_EN, FERRY_TIDE, composed, courier, entry, many, tell

COURIER = entry("Ferry Nordlys aground off Skarnes", FERRY_EN[0], hour=5)
TIDE = entry("Nordlys stranded outside Skarnes", FERRY_TIDE[0], outlet="The Tide", hour=6)
TIDE_EARLIER = entry("Ferry Nordlys hits sandbank at Skarnes", FERRY_TIDE[0], outlet="The Tide", hour=4)


def test_a_story_gets_one_article_of_each_of_two_outlets_at_most() -> None:
    assert choose_to_brief(Material(announced=(COURIER, TIDE, TIDE_EARLIER)), []) == (TIDE, COURIER)


def test_a_story_that_has_a_brief_needs_none() -> None:
    assert choose_to_brief(Material(announced=(TIDE,), read=(Read(brief=courier()),)), []) == ()
    briefed = entry("Ferry Nordlys aground off Skarnes", brief=courier())
    assert choose_to_brief(Material(announced=(briefed, TIDE)), []) == ()


def test_a_story_told_before_is_briefed_only_for_news() -> None:
    told = tell(composed(Material(announced=(COURIER,))))
    assert choose_to_brief(Material(announced=(COURIER,)), told) == ()
    news = entry("Ferry Nordlys off Skarnes: 9 passengers in hospital", FERRY_EN[0])
    assert choose_to_brief(Material(announced=(news,)), told) == (news,)


def test_what_more_outlets_report_goes_first_and_ten_are_enough() -> None:
    chosen = choose_to_brief(Material(announced=(*many(), COURIER, TIDE)), [])
    assert len(chosen) == MOST_BRIEFED
    assert chosen[0] == TIDE
    assert COURIER not in chosen


def test_nothing_to_choose_from_is_nothing() -> None:
    assert choose_to_brief(Material(), []) == ()
