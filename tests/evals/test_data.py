"""The evaluation's own data: what it quotes stands in its articles, and what it cites exists."""

import json
from itertools import pairwise
from pathlib import Path
from typing import get_args

import pytest

from bot.briefing.models import FlagKind
from bot.evaluation.gold import Gold, build_article, read_gold
from tests.evals.corruptions import DATA, KINDS

STATEMENTS = sorted(DATA.glob("eval-faithful*.jsonl"))
ARTICLES = sorted(set(DATA.glob("eval-*.jsonl")) - set(STATEMENTS))
GOLD = [gold for file in ARTICLES for gold in read_gold(file)]


def test_no_two_articles_share_a_name() -> None:
    assert len({gold["id"] for gold in GOLD}) == len(GOLD)


@pytest.mark.parametrize("gold", GOLD, ids=lambda gold: gold["id"])
def test_a_gold_article_quotes_itself(gold: Gold) -> None:
    """A quotation stands in the text exactly once, and no two share a character."""
    text, markers = gold["text"], [*gold["flags"], *gold["optional"]]
    quoted = [marker["quote"] for marker in markers] + gold["clean"]
    assert [quote for quote in quoted if text.count(quote) != 1] == []
    assert [words for words in gold["loaded"] if words not in text] == []
    spans = sorted((text.index(quote), text.index(quote) + len(quote)) for quote in quoted)
    assert [both for both in pairwise(spans) if both[0][1] > both[1][0]] == []
    assert {kind for marker in markers for kind in marker["kinds"]} <= set(get_args(FlagKind))
    assert all(gold["facts"])
    assert all(map(all, gold["facts"]))


@pytest.mark.parametrize("file", STATEMENTS, ids=lambda file: file.stem)
def test_statements_cite_sentences_that_exist(file: Path) -> None:
    """A false one differs from its faithful one, and no statement stands twice in a file."""
    counts = {gold["id"]: len(build_article(gold).sentences) for gold in GOLD}
    lines = list(map(json.loads, file.read_text(encoding="utf-8").splitlines()))
    for line in lines:
        cited = set(line["sentences"])
        assert cited <= set(range(1, counts[line["article"]] + 1)), line
        assert len(cited) == len(line["sentences"]) > 0, line
        assert set(line["corrupted"]) <= set(KINDS), line
        assert line["text"] not in [text for many in line["corrupted"].values() for text in many], line
    assert len({(line["article"], line["text"]) for line in lines}) == len(lines)
