"""What a reader is told of a page that changed, and what is no change."""

from bot.article.documents import read_text
from bot.article.models import Article
from bot.briefing.changes import find_changes

EARLIER = "a" * 16
LEAD = "The council of Orlen Bay approved a ferry line on Tuesday by 14 votes to 9."
COST = "The line will cost 3.2 million crowns a year, the finance office said."
QUAY = "The harbour authority said that the quay must first be repaired."
DOUBT = "Opponents doubt the figure and want to see how it was worked out."


def article(*sentences: str, title: str = "Ferry line approved") -> Article:
    read = read_text(" ".join(sentences), "text", None)
    return read.model_copy(update={"title": title, "url": "http://news.example/a"})


def test_the_same_text_has_not_changed() -> None:
    assert find_changes(article(LEAD, COST, QUAY), article(LEAD, COST, QUAY), EARLIER) is None


def test_other_quotation_marks_dashes_and_spaces_are_no_change() -> None:
    before = article(LEAD, COST, 'The head of the office said: "We – all of us – have counted it twice."')
    after = article(LEAD, COST, "The head of the office said: “We - all of us - have counted it\u00a0twice.”")
    assert find_changes(before, after, EARLIER) is None


def test_sentences_in_another_order_are_no_change() -> None:
    assert find_changes(article(LEAD, COST, QUAY, DOUBT), article(LEAD, DOUBT, COST, QUAY), EARLIER) is None


def test_a_clock_or_a_button_is_no_change() -> None:
    assert find_changes(article(LEAD, COST, QUAY, "3 hours ago."), article(LEAD, COST, QUAY), EARLIER) is None


def test_a_corrected_figure_is_shown_with_both_wordings() -> None:
    corrected = COST.replace("3.2", "4.7")
    changes = find_changes(article(LEAD, COST, QUAY), article(LEAD, corrected, QUAY), EARLIER)
    assert changes is not None
    [rewording] = changes.reworded
    assert (rewording.before, rewording.after, rewording.sentence) == (COST, corrected, 2)
    assert not changes.added
    assert not changes.removed
    assert changes.since == EARLIER


def test_what_is_new_and_what_is_gone_are_told_apart() -> None:
    changes = find_changes(article(LEAD, COST, QUAY), article(LEAD, DOUBT, COST), EARLIER)
    assert changes is not None
    assert changes.added == (2,)
    assert changes.removed == (QUAY,)
    assert not changes.reworded


def test_another_title_is_a_change() -> None:
    changes = find_changes(article(LEAD, COST, QUAY), article(LEAD, COST, QUAY, title="Ferry line?"), EARLIER)
    assert changes is not None
    assert changes.title == "Ferry line approved"


def test_each_old_wording_is_paired_once_with_the_most_alike() -> None:
    first, second = COST.replace("3.2", "4.7"), COST.replace("a year", "a year from May")
    changes = find_changes(article(LEAD, COST, QUAY), article(LEAD, first, second, QUAY), EARLIER)
    assert changes is not None
    [rewording] = changes.reworded
    assert rewording.after == first
    assert changes.added == (3,)


def test_of_an_article_that_changed_all_over_a_bounded_part_is_listed() -> None:
    lots = (f"Item {n} of the old list was sold to bidder number {n * 7} today." for n in range(300))
    places = (f"On the new map, place {n} lies at {n * 11} metres above the sea." for n in range(300))
    changes = find_changes(article(*lots), article(*places), EARLIER)
    assert changes is not None
    assert (len(changes.added), len(changes.removed), len(changes.reworded)) == (30, 30, 0)
