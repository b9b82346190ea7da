"""What a digest says of invented briefs and feeds: stories, whose word they stand on, and what is new."""

from datetime import timedelta

from bot.briefing.engines.paying import BudgetSpentToday
from bot.briefing.models import Notice
from bot.briefing.pipeline import MADE_OFFLINE
from bot.digest.compose import MOST_STORIES, UNPAID, compose_digest
from bot.digest.coverage import MOST_COVERED
from bot.digest.models import Digest, Material, Read, Story
from bot.telegram.digest_view import render_digest
from tests.digest.newsstand import (
    DAY,
    FERRY_EN,
    FERRY_TIDE,
    NOW,
    SAILOR,
    berega,
    brief,
    compose,
    composed,
    courier,
    entry,
    kueste,
    many,
    read,
    tell,
    tide,
)

LATER = NOW + timedelta(days=1)


def only(digest: Digest) -> Story:
    assert len(digest.stories) == 1
    return digest.stories[0]


def said(story: Story) -> list[str]:
    return [one.text for one in story.said]


def lone(story: Story) -> list[str]:
    return [one.text for one in (*story.said, *story.flagged) if one.is_lone]


def test_nothing_new_is_no_digest() -> None:
    assert compose(Material()) is None


def test_articles_of_three_languages_are_one_story() -> None:
    story = only(composed(read(courier(), tide(), kueste(), berega())))
    assert {piece.outlet for piece in story.pieces} == {"Harlow Courier", "The Tide", "Küstenblatt", "Берега"}
    assert not story.is_known
    assert {story.pieces[one.piece].outlet for one in story.said} == {piece.outlet for piece in story.pieces}


def test_what_is_said_are_the_briefs_own_words_with_their_places() -> None:
    briefs = {one.id: one for one in (courier(), tide(), kueste())}
    story = only(composed(read(*briefs.values())))
    for one in (*story.said, *story.flagged):
        of = briefs[story.pieces[one.piece].brief_id or ""]
        assert one.passage
        assert one.passage in of.article.text.replace("\n\n", " ")
        shown = [statement.text for statement in of.statements] + [flag.quote for flag in of.flags]
        assert one.text in shown


def test_what_only_one_outlet_carries_is_marked() -> None:
    story = only(composed(read(courier(), tide())))
    assert lone(story) == [SAILOR]
    assert story.flagged[0].kind == "unnamed_source"
    assert story.flagged[0].speaker == "A sailor"
    assert FERRY_TIDE[1] not in said(story)  # the flag says it


def test_another_number_is_only_one_outlets_in_any_language() -> None:
    story = only(composed(read(courier(), kueste(), berega())))
    assert len([text for text in lone(story) if "14 Millionen" in text or "37 пассажиров" in text]) == 2
    assert not any("212" in text for text in lone(story))


def test_a_number_in_words_is_the_number() -> None:
    words = brief(
        ("Thirty-seven passengers of the ferry Nordlys went to hospital in Skarnes on Monday.",),
        site="The Tide",
    )
    digits = brief(("Rescuers took 37 passengers of the Nordlys to Skarnes on Monday.",))
    assert lone(only(composed(read(words, digits)))) == []


def test_one_outlet_or_half_an_article_proves_no_silence() -> None:
    assert lone(only(composed(read(tide())))) == []
    assert lone(only(composed(read(tide(), brief(FERRY_EN, partial=True))))) == []
    assert lone(only(composed(read(tide(), brief(FERRY_EN, site="The Tide"))))) == []


def test_a_headline_beyond_the_text_gives_way_to_a_statement() -> None:
    plain = brief(FERRY_EN, headline="Ferry wrecked")
    beyond = brief(FERRY_EN, headline="Ferry wrecked", flags=[(FERRY_EN[1], "headline_beyond_text", None)])
    assert only(composed(read(plain))).line == "Ferry wrecked"
    story = only(composed(read(beyond)))
    assert story.line == FERRY_EN[0]
    assert said(story) == [FERRY_EN[1]]


def test_the_readers_language_leads() -> None:
    material = read(courier(), kueste())
    assert only(composed(material, language="de")).pieces[0].outlet == "Küstenblatt"
    assert only(composed(material, language="en")).pieces[0].outlet == "Harlow Courier"


def test_a_story_told_before_and_unchanged_is_left_out() -> None:
    told = tell(composed(read(courier(), tide())))
    assert compose(read(courier()), told) is None
    reworded = (
        "On Monday the ferry Nordlys ran aground near Skarnes; 212 people were aboard, said the coastguard.",
    )
    assert compose(read(brief(reworded, site="Evening Star")), told) is None


def test_a_story_told_before_says_only_what_is_new() -> None:
    told = tell(composed(read(courier())))
    news = (
        *FERRY_EN,
        "The coastguard said 9 passengers of the Nordlys had been treated for shock in Skarnes.",
    )
    story = only(composed(read(brief(news)), told))
    assert story.is_known
    assert said(story) == [news[2]]
    assert story.flagged == ()


def test_a_new_day_is_news() -> None:
    told = tell(
        composed(read(brief(("The 900 people of Sarbruck may return to their homes on Wednesday.",))))
    )
    put_off = "The 900 people of Sarbruck may return to their homes on Friday."
    story = only(composed(read(brief((put_off,), site="The Tide")), told))
    assert (story.is_known, said(story) or [story.line]) == (True, [put_off])


def test_whose_word_it_is_belongs_to_what_only_one_outlet_carries() -> None:
    ignored = "the captain of the Nordlys had ignored every warning"
    words = (*FERRY_EN, f"Off Skarnes, {ignored}, it is said.")
    for speaker, is_lone in (("a sailor", False), ("Joran Pell", True)):
        said_by = brief(words, site="The Tide", flags=[(ignored, "single_interested_source", speaker)])
        assert (ignored in lone(only(composed(read(kueste(), said_by))))) == is_lone


def test_a_new_name_is_news_and_the_third_day_knows_the_second() -> None:
    first = composed(read(courier()))
    named = (
        *FERRY_EN,
        "Coastguard commander Pia Vollan said the hull was intact, and Minister Leif Torgau agreed.",
    )
    second = composed(read(brief(named)), tell(first))
    assert said(only(second)) == [named[2]]
    third = compose(read(brief(named, site="The Tide")), [*tell(second), *tell(first)])
    assert third is None
    assert compose(read(brief(named, site="The Tide")), tell(second)) is None


def test_what_was_told_in_another_language_is_known_by_its_numbers_and_names() -> None:
    told = tell(composed(read(courier())))
    story = only(composed(read(kueste()), told))
    assert story.is_known
    assert [text for text in said(story) if "212" in text] == []
    assert any("14 Millionen" in text for text in said(story))


def test_feeds_alone_give_their_titles_as_quotations() -> None:
    material = Material(
        announced=(
            entry("Ferry Nordlys aground off Skarnes", FERRY_EN[0], hour=5),
            entry("Nordlys stranded outside Skarnes", FERRY_TIDE[0], outlet="The Tide"),
        )
    )
    digest = composed(material)
    story = only(digest)
    assert story.is_quoted
    assert story.line == "Nordlys stranded outside Skarnes"
    assert [piece.outlet for piece in story.pieces] == ["The Tide", "Harlow Courier"]
    assert (story.said, story.flagged, digest.engines) == ((), (), ())
    assert compose(material, tell(digest)) is None


def test_a_feeds_story_that_was_told_comes_again_with_a_new_number() -> None:
    told = tell(composed(Material(announced=(entry("Ferry Nordlys aground off Skarnes", FERRY_EN[0]),))))
    again = entry("Ferry Nordlys off Skarnes: 9 passengers in hospital", FERRY_EN[0])
    story = only(composed(Material(announced=(again,)), told))
    assert story.is_known
    assert story.line == "Ferry Nordlys off Skarnes: 9 passengers in hospital"


def test_an_article_that_came_twice_is_one() -> None:
    one = courier()
    material = Material(
        read=(Read(brief=one), Read(brief=one, readers=2)),
        announced=(entry(one.article.title or "", brief=one), entry(one.article.title or "", brief=one)),
    )
    digest = composed(material)
    assert digest.articles == 1
    assert len(only(digest).pieces) == 1


def test_a_private_brief_is_in_its_own_chats_digest_only() -> None:
    private = brief(FERRY_TIDE, site=None, kind="text", scope="7")
    assert only(composed(read(private, scopes=["7"]))).pieces[0].outlet is None
    assert compose(read(private, scopes=["8"])) is None
    assert compose(read(private)) is None
    digest = composed(read(private, courier(), scopes=["8"]))
    assert SAILOR not in digest.model_dump_json()


def test_the_most_consequential_comes_first() -> None:
    lonely = entry("Oyster ban in Gallow Bay", "Tremain banned oysters.", hour=7)
    wide = [
        entry(f"{name}: Nordlys aground off Skarnes", FERRY_EN[0], outlet=name) for name in ("A", "B", "C")
    ]
    asked = brief(("The library roof in Quenby leaks again, Ashdown said.",), title="Quenby roof leaks")
    digest = composed(Material(read=(Read(brief=asked, readers=3),), announced=(lonely, *wide)))
    assert [len(story.pieces) for story in digest.stories] == [1, 3, 1]
    assert digest.stories[0].line == "Quenby roof leaks"
    assert digest.stories[2].line == "Oyster ban in Gallow Bay"


def test_thirty_stories_are_thirty_and_the_counts_hold() -> None:
    digest = composed(Material(announced=tuple(many())))
    assert (len(digest.stories), digest.articles, digest.left_out) == (30, 30, 0)


def test_a_digest_is_bounded_whatever_the_feeds_bring() -> None:
    flood = [
        entry(f"{number * 7_919} {'abcdefghij'[number % 10]}", outlet=f"Outlet {number}")
        for number in range(300)
    ]
    digest = composed(Material(announced=tuple(flood)))
    assert len(digest.stories) <= MOST_STORIES
    assert digest.left_out <= MOST_COVERED


def test_the_same_material_makes_the_same_digest_and_ids_sort_by_time() -> None:
    material = read(courier(), tide())
    first, again = composed(material), composed(material)
    later = compose_digest(material, (), now=LATER, day=DAY)
    assert first == again
    assert later is not None
    assert later.id > first.id


def test_an_article_without_a_title_has_a_line_all_the_same() -> None:
    assert only(composed(read(brief(FERRY_EN, title="")))).line == FERRY_EN[0]


def test_a_digest_of_briefs_that_no_budget_paid_for_says_so() -> None:
    unpaid = Notice(template=MADE_OFFLINE, values={"reason": BudgetSpentToday.template})
    poor = courier().model_copy(update={"notices": (unpaid,)})
    digest = composed(read(poor, tide()))
    assert [notice.template for notice in digest.notices] == [UNPAID]
    assert digest.notices[0].sentence in render_digest(digest).text
    assert composed(read(courier(), tide())).notices == ()
