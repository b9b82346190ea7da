"""When another call is worth it, and after which wait."""

import random

import pytest

from bot.briefing.engines.retry import (
    MAX_RETRIES,
    MAX_WAIT_S,
    RETRY_BURST,
    RetryBudget,
    choose_wait,
    read_retry_after,
)

NOW_S = 1_800_000_000.0


def rng() -> random.Random:
    return random.Random(5)


def test_waits_are_spread_from_nothing_to_twice_as_much_each_time() -> None:
    jitter = rng()
    for retries, most in enumerate((0.5, 1.0, 2.0)):
        waits = [choose_wait(retries, 600, jitter=jitter) or 0.0 for _ in range(300)]
        assert 0 <= min(waits) < most / 10
        assert most * 0.9 < max(waits) <= most


def test_a_wait_of_ours_leaves_most_of_the_time_for_the_call() -> None:
    jitter = rng()
    assert all((choose_wait(2, 0.4, jitter=jitter) or 0.0) <= 0.1 for _ in range(100))


def test_there_is_an_end_to_retrying() -> None:
    assert choose_wait(MAX_RETRIES, 600, jitter=rng()) is None
    assert choose_wait(0, 0, jitter=rng()) is None
    assert choose_wait(0, -1, jitter=rng()) is None


@pytest.mark.parametrize(("asked_s", "wait_s"), [(0, 0), (3, 3), (30, 30), (31, None), (86_400, None)])
def test_a_wait_the_server_names_is_kept_exactly_or_the_draft_given_up(
    asked_s: float, wait_s: float | None
) -> None:
    assert choose_wait(0, 60, retry_after_s=asked_s, jitter=rng()) == wait_s


def test_a_server_may_ask_for_longer_than_we_would_wait_by_ourselves() -> None:
    assert choose_wait(0, 600, retry_after_s=MAX_WAIT_S * 3, jitter=rng()) == MAX_WAIT_S * 3


@pytest.mark.parametrize(
    ("headers", "wait_s"),
    [
        ({}, None),
        ({"retry-after": "3"}, 3),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after": "-5"}, 0),
        ({"retry-after-ms": "250", "retry-after": "3"}, 0.25),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, float("inf")),
        ({"retry-after": "Fri, 15 Jan 2027 08:00:10 GMT"}, 10),
        ({"retry-after": "Fri, 15 Jan 2027 07:00:00 GMT"}, 0),
        ({"retry-after": "Fri, 99 Jan 2027 07:00:00 GMT"}, None),
    ],
)
def test_the_header_is_read_in_all_its_forms(headers: dict[str, str], wait_s: float | None) -> None:
    assert read_retry_after(headers, NOW_S) == wait_s


def test_an_outage_empties_the_budget_and_a_tenth_of_the_calls_fills_it() -> None:
    budget = RetryBudget()
    assert sum(budget.spend() for _ in range(100)) == RETRY_BURST
    for _ in range(101):
        budget.earn()
    assert sum(budget.spend() for _ in range(100)) == RETRY_BURST


def test_the_budget_does_not_grow_beyond_its_burst() -> None:
    budget = RetryBudget()
    for _ in range(10_000):
        budget.earn()
    assert budget.tokens == RETRY_BURST
