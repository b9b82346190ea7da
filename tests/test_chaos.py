"""A small chaos, and the checker on histories that are known to be wrong."""

from pathlib import Path

import pytest

from tests.chaos.__main__ import play
from tests.chaos.history import Disrupted, Record, Said, Sent, judge, read_history, write_history
from tests.chaos.world import ENDED, Plan


def said(message: int, what: str, reply_to: int | None = 1) -> Said:
    return Said(chat=7, message=message, reply_to=reply_to, what=what)


SENT = Sent(chat=7, message=1, kind="help")


@pytest.mark.parametrize(
    ("messages", "counted"),
    [
        ([said(2, "help")], {"answered": 1}),
        ([said(2, "in doubt")], {"recovered": 1}),
        ([said(1, "reaction")], {"recovered": 1}),
        ([said(2, "in doubt"), said(1, "reaction")], {"recovered": 1}),
        ([said(2, "help"), said(1, "reaction")], {"asked": 1}),
        ([said(2, "help"), said(3, "in doubt")], {"asked": 1}),
        ([said(2, "in doubt"), said(3, "in doubt")], {"recovered": 1, "asked_again": 1}),
        ([], {"lost": 1}),
        ([said(2, "help"), said(3, "help")], {"duplicated": 1}),
        ([said(2, "placeholder"), said(3, "help")], {"placeholders": 1, "answered": 1}),
        ([said(2, "Something went wrong")], {"unexpected": 1}),
        ([said(2, "talk")], {"unexpected": 1}),
        ([said(2, "help"), said(3, "help", reply_to=None)], {"answered": 1, "unexpected": 1}),
    ],
)
def test_the_checker_tells_what_became_of_an_update(messages: list[Said], counted: dict[str, int]) -> None:
    verdict = judge([SENT, *messages])
    counts = {n: v for n, v in vars(verdict).items() if v and n not in {"updates", "faults", "disruptions"}}
    assert counts == counted
    assert verdict.holds == (not {"lost", "duplicated", "unexpected"} & set(counted))


def test_the_checker_knows_the_order_of_a_chats_answers() -> None:
    records: list[Record] = [Sent(chat=7, message=n, kind="talk") for n in (1, 2)]
    records += [said(4, "talk", reply_to=1), said(3, "talk", reply_to=2)]
    assert judge(records).disordered == 1
    assert judge([*records, said(5, "in doubt", reply_to=1)]).disordered == 0, "it came late"


def test_a_history_is_read_as_it_was_written(tmp_path: Path) -> None:
    records: list[Record] = [SENT, said(2, "help"), Disrupted(at_s=0.5, what="kill", replica=1)]
    write_history(tmp_path / "history.jsonl", records)
    assert read_history(tmp_path / "history.jsonl") == records


@pytest.mark.timeout(120)
async def test_replicas_and_the_store_are_killed_and_every_update_is_answered_once(tmp_path: Path) -> None:
    plan = Plan(updates=300, disruptions=6, seed=7, lease_s=1.5, chats=60, articles=6, patience_s=60)
    verdict = await play(plan, tmp_path)
    assert verdict.faults == []
    assert verdict.updates == 300
    assert verdict.disruptions.total() - verdict.disruptions[ENDED] == 6
