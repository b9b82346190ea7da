"""Grouping of articles into stories, measured by pairs on invented titles and leads."""

import json
import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

import pytest

from bot.comparing.stories import Report, group_reports

DATA = Path(__file__).parent.parent / "data"


def read(name: str) -> tuple[list[Report], list[str]]:
    rows = [json.loads(line) for line in (DATA / name).read_text("utf-8").splitlines()]
    reports = [
        Report(
            title=row["title"],
            lead=row["lead"],
            language=row["lang"],
            told=datetime.fromisoformat(row["published"]),
        )
        for row in rows
    ]
    return reports, [row["story"] for row in rows]


def score(reports: list[Report], stories: list[str]) -> float:
    """Return the F1 over pairs of reports."""
    found = {pair for group in group_reports(reports) for pair in combinations(group, 2)}
    pairs = combinations(range(len(stories)), 2)
    gold = {(a, b) for a, b in pairs if stories[a] == stories[b]}
    right = len(found & gold)
    return 2 * right / (len(found) + len(gold))


def test_the_set_is_as_large_as_it_should_be() -> None:
    reports, stories = read("stories.jsonl")
    assert len(reports) >= 60
    assert len(set(stories)) >= 20
    assert len({report.language for report in reports}) >= 3


def test_reports_of_one_event_are_one_story_over_three_languages() -> None:
    assert score(*read("stories.jsonl")) >= 0.9


def test_reports_written_without_knowing_the_rules_are_never_thrown_together() -> None:
    reports, stories = read("stories-blind.jsonl")
    assert {report.language for report in reports} == {"es", "fr", "uk"}
    assert all(len({stories[index] for index in group}) == 1 for group in group_reports(reports))
    assert score(reports, stories) >= 0.8


@pytest.mark.parametrize("count", [2, 3, 9])
def test_long_beginnings_of_articles_in_many_languages_are_not_thrown_together(count: int) -> None:
    reports, stories = read("stories-long.jsonl")
    reports = [replace(report, told=None) for report in reports]
    for start in range(len(reports) - count + 1):
        groups = group_reports(reports[start : start + count])
        assert all(len({stories[start + index] for index in group}) == 1 for group in groups), groups


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_reports_changes_nothing(seed: int) -> None:
    reports, _ = read("stories.jsonl")
    order = list(range(len(reports)))
    random.Random(seed).shuffle(order)
    shuffled = group_reports([reports[index] for index in order])
    assert sorted(tuple(sorted(order[i] for i in group)) for group in shuffled) == group_reports(reports)


def test_every_report_is_in_one_story() -> None:
    reports, _ = read("stories.jsonl")
    assert sorted(index for group in group_reports(reports) for index in group) == list(range(len(reports)))


def test_nothing_and_one_report_are_grouped_too() -> None:
    only = Report(title="Harbour closed", lead="", language="en")
    assert group_reports([]) == []
    assert group_reports([only]) == [(0,)]


def test_the_same_words_weeks_later_are_another_story() -> None:
    title, lead = "Train drivers strike in Velland", "The union GDL-V has called a strike for Wednesday."
    now = datetime(2026, 3, 2, tzinfo=UTC)
    again = [
        Report(title=title, lead=lead, language="en", told=now),
        Report(title=title, lead=lead, language="en", told=now + timedelta(days=28)),
    ]
    assert group_reports(again) == [(0,), (1,)]


def test_one_name_in_common_makes_no_story() -> None:
    reports = [
        Report(title="Harlow votes on tram line", lead="", language="en"),
        Report(title="Harlow bakery wins prize", lead="", language="en"),
    ]
    assert group_reports(reports) == [(0,), (1,)]
