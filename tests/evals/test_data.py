"""The evaluation's own data: what it quotes stands in its articles, and what it cites exists.

Failures name lines and articles but do not print them: some files are for measuring only.
"""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from bot.evaluation.gold import build_article, read_gold
from tests.evals.corruptions import DATA, KINDS, Faithful

STATEMENTS = sorted(DATA.glob("eval-faithful*.jsonl"))
ARTICLES = sorted(set(DATA.glob("eval-*.jsonl")) - set(STATEMENTS))
READ = [gold for file in ARTICLES for gold in read_gold(file)]
GOLD = {gold["id"]: gold for gold in READ}


def is_sound(line: Faithful, sentences: int) -> bool:
    """Whether a statement cites sentences that exist, and every false one differs from it."""
    cited = set(line.sentences)
    false = [text for many in line.corrupted.values() for text in many]
    exist = 0 < len(cited) == len(line.sentences) and cited <= set(range(1, sentences + 1))
    return exist and set(line.corrupted) <= set(KINDS) and line.text not in false


def test_no_two_articles_share_a_name() -> None:
    assert len(GOLD) == len(READ)


@pytest.mark.parametrize("name", GOLD)
def test_a_gold_article_quotes_itself(name: str) -> None:
    """A quotation stands in the text exactly once, and no two share a character."""
    gold, text = GOLD[name], GOLD[name]["text"]
    quoted = [marked["quote"] for marked in (*gold["flags"], *gold["optional"])] + gold["clean"]
    assert {text.count(quote) for quote in quoted} <= {1}
    assert all(words in text for words in gold["loaded"])
    spans = sorted((text.index(quote), text.index(quote) + len(quote)) for quote in quoted)
    assert [both for both in pairwise(spans) if both[0][1] > both[1][0]] == []
    assert gold["facts"]
    assert all(wording for wordings in gold["facts"] for wording in wordings or [""])


@pytest.mark.parametrize("file", STATEMENTS, ids=lambda file: file.stem)
def test_statements_cite_sentences_that_exist(file: Path) -> None:
    counts = {name: len(build_article(gold).sentences) for name, gold in GOLD.items()}
    lines = [Faithful(**json.loads(line)) for line in file.read_text(encoding="utf-8").splitlines()]
    assert [n for n, line in enumerate(lines, 1) if not is_sound(line, counts[line.article])] == []
    assert len({(line.article, line.text) for line in lines}) == len(lines)
