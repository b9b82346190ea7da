"""Score the checks by any set of pairs: a source, a sentence about it, and whether the source supports it."""

import csv
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from bot.article.language import detect_language
from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks import check_draft
from bot.briefing.models import Draft, DraftStatement
from tests.evals.corruptions import plain

MOST_CITED = 3
"""Sentences of the source a sentence is taken to rest on."""


def read_pairs(path: Path) -> list[tuple[str, str, bool]]:
    """Read (source, sentence, supported) from JSON lines, or from a TSV file with a line of column names."""
    with path.open(encoding="utf-8", newline="") as file:
        rows: Iterable[dict[str, Any]] = (
            csv.DictReader(file, delimiter="\t")
            if path.suffix == ".tsv"
            else map(json.loads, filter(str.strip, file))
        )
        return [(row["source"], row["sentence"], _is_true(row["supported"])) for row in rows]


def _is_true(value: object) -> bool:
    return str(value).strip().casefold() in {"1", "true", "yes"}


def holds(source: str, sentence: str) -> bool:
    """Whether the checks show a sentence as it is; it cites what it is most like in `source`."""
    language = detect_language(source) or "und"
    article = Article(
        kind="text", text=source, sentences=split_sentences(source, language), language=language
    )
    if not article.sentences:
        return False
    ranked = sorted(
        (s.number for s in article.sentences),
        key=lambda number: -fuzz.token_set_ratio(sentence, article.sentence_text(number)),
    )
    statement = DraftStatement(text=sentence, sentences=tuple(sorted(ranked[:MOST_CITED])))
    checked = check_draft(Draft(headline="", statements=(statement,)), article)
    return any(plain(shown.text) == plain(sentence) for shown in checked.statements)


def score_pairs(pairs: Iterable[tuple[str, str, bool]]) -> dict[str, float]:
    """Return how many supported and unsupported sentences are told, and the mean of both shares."""
    outcomes = Counter((supported, holds(source, sentence)) for source, sentence, supported in pairs)
    shares = {
        truth: outcomes[truth, truth] / max(1, outcomes[truth, True] + outcomes[truth, False])
        for truth in (True, False)
    }
    return {
        "pairs": outcomes.total(),
        "supported_kept": shares[True],
        "unsupported_stopped": shares[False],
        "balanced_accuracy": (shares[True] + shares[False]) / 2,
    }
