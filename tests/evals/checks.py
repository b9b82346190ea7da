"""Measure the checks: `python -m tests.evals.checks [--json] [--examples] [--pairs FILE]`.

With `--articles FILE` and `--statements FILE` other articles and statements are read than `tests/data` holds.

Each corrupted statement stands among two faithful ones of its article. It is detected when it is not shown,
or shown repaired. A faithful one that is dropped, moved to another source or reworded is a false alarm.
Quotation marks that the checks put around loaded words are no rewording.
"""

import argparse
import json
import random
import re
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz
from rich.console import Console
from rich.table import Table

from bot.article.models import Article
from bot.briefing.checks import check_draft
from bot.briefing.models import Checked, Draft, DraftStatement
from tests.evals.brief import build_article, read_gold
from tests.evals.corruptions import DATA, KINDS, Corruption, Faithful, corrupt, plain
from tests.evals.pairs import read_pairs, score_pairs

ARTICLES = (DATA / "eval-dev.jsonl", DATA / "eval-genres.jsonl")
STATEMENTS = (DATA / "eval-faithful.jsonl",)

LANGUAGES = ("en", "de", "es", "fr", "ru", "uk", "cross")
"""The statements' languages; `cross` holds those in another language than their article's."""
TARGETS = {
    **dict.fromkeys(("number", "date", "name", "quotation", "link"), 0.99),
    **dict.fromkeys(("attribution", "modality", "negation", "speaker"), 0.9),
}
MOST_FALSE_ALARMS = 0.02
_SAME = 90
"""Similarity, of 100, from which a shown text is still the drafted one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A faithful statement with its article and its neighbours in a draft."""

    faithful: Faithful
    article: Article
    neighbours: tuple[Faithful, ...]

    @property
    def language(self) -> str:
        """The row of LANGUAGES it counts in."""
        return self.faithful.lang if self.faithful.lang == self.article.language else "cross"


@dataclass(slots=True)
class Score:
    """What the checks made of all cases."""

    shown: Counter[tuple[str, str]] = field(default_factory=Counter)
    detected: Counter[tuple[str, str]] = field(default_factory=Counter)
    faithful: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    examples: list[dict[str, Any]] = field(default_factory=list)
    drafts: int = 0
    cpu_s: float = 0.0

    def rate(self, kind: str) -> float:
        """Return the share of a kind's corruptions that were detected."""
        of_kind = [key for key in self.shown if key[0] == kind]
        shown = sum(self.shown[key] for key in of_kind)
        return sum(self.detected[key] for key in of_kind) / shown if shown else 1.0

    @property
    def alarm_rate(self) -> float:
        """The share of faithful statements that were not left as they were."""
        return self.alarms.total() / max(1, self.faithful.total())

    def judge(self, draft: Draft, article: Article) -> Checked:
        """Run the checks, and count their time."""
        start = time.process_time()
        checked = check_draft(draft, article)
        self.cpu_s += time.process_time() - start
        self.drafts += 1
        return checked


def read_articles(files: Sequence[Path] = ARTICLES) -> dict[str, Article]:
    """Read gold articles by their names."""
    return {gold["id"]: build_article(gold) for file in files for gold in read_gold(file)}


def read_cases(
    seed: int = 0, articles_in: Sequence[Path] = ARTICLES, statements_in: Sequence[Path] = STATEMENTS
) -> list[Case]:
    """Read the faithful statements, each with two neighbours that rest on other sentences."""
    rng, articles = random.Random(seed), read_articles(articles_in)
    lines = [line for file in statements_in for line in file.read_text(encoding="utf-8").splitlines()]
    read = [Faithful(**{**raw, "sentences": tuple(raw["sentences"])}) for raw in map(json.loads, lines)]
    return [
        Case(faithful=one, article=articles[one.article], neighbours=_choose_neighbours(one, read, rng))
        for one in read
    ]


def _choose_neighbours(one: Faithful, read: Iterable[Faithful], rng: random.Random) -> tuple[Faithful, ...]:
    taken, chosen = set(one.sentences), list[Faithful]()
    near = [other for other in read if (other.article, other.lang) == (one.article, one.lang)]
    for other in rng.sample(near, len(near)):
        if len(chosen) < 2 and taken.isdisjoint(other.sentences):
            chosen.append(other)
            taken.update(other.sentences)
    return tuple(chosen)


def build_draft(case: Case, text: str, sentences: tuple[int, ...]) -> Draft:
    """Build a draft that holds one statement between its neighbours."""
    around = [DraftStatement(text=n.text, sentences=n.sentences) for n in case.neighbours]
    statements = (*around[:1], DraftStatement(text=text, sentences=sentences), *around[1:])
    own = case.language != "cross"
    return Draft(headline=(own and case.article.title) or statements[0].text, statements=statements)


def is_kept(faithful: Faithful, checked: Checked) -> bool:
    """Whether a faithful statement is shown as drafted, and still rests on one of its sentences."""
    return any(
        plain(shown.text) == plain(faithful.text) and not set(shown.sentences).isdisjoint(faithful.sentences)
        for shown in checked.statements
    )


def is_detected(corruption: Corruption, case: Case, checked: Checked) -> bool:
    """Whether a corruption is in no shown statement."""
    near = {plain(neighbour.text) for neighbour in case.neighbours}
    shown = [one for one in checked.statements if plain(one.text) not in near]
    own = plain(case.faithful.text)
    if corruption.kind == "citation":
        return all(
            not set(one.sentences).isdisjoint(case.faithful.sentences) or plain(one.text) != own
            for one in shown
        )
    if corruption.trace is not None:
        return not any(_level(corruption.trace) in _level(one.text) for one in shown)
    source = plain(case.article.text)
    return not any(
        plain(one.text) == plain(corruption.text)
        or (plain(one.text) != own and plain(one.text) not in source and _is_same(one.text, corruption.text))
        for one in shown
    )


def _level(text: str) -> str:
    return re.sub("[“”„«»]", '"', text)


def _is_same(one: str, other: str) -> bool:
    return fuzz.ratio(plain(one), plain(other)) >= _SAME


def evaluate(cases: Sequence[Case], seed: int = 0) -> Score:
    """Check every faithful statement and every corruption of it."""
    score = Score()
    for case in cases:
        _count_faithful(case, score)
        for corruption in corrupt(case.faithful, case.article, seed):
            checked = score.judge(build_draft(case, corruption.text, corruption.sentences), case.article)
            key = (corruption.kind, case.language)
            score.shown[key] += 1
            if is_detected(corruption, case, checked):
                score.detected[key] += 1
            else:
                score.examples.append(
                    _describe(case, corruption.kind, corruption.text, corruption.sentences, checked)
                )
    return score


def _count_faithful(case: Case, score: Score) -> None:
    own = case.faithful
    checked = score.judge(build_draft(case, own.text, own.sentences), case.article)
    score.faithful[case.language] += 1
    if not is_kept(own, checked):
        score.alarms[case.language] += 1
        score.examples.append(_describe(case, "false alarm", own.text, own.sentences, checked))


def _describe(case: Case, kind: str, text: str, sentences: Sequence[int], checked: Checked) -> dict[str, Any]:
    return {
        "kind": kind,
        "language": case.language,
        "article": case.faithful.article,
        "text": text,
        "cites": list(sentences),
        "faithful": case.faithful.text,
        "shown": [[one.text, list(one.sentences)] for one in checked.statements],
        "why": [dropped.why for dropped in checked.checks.dropped if dropped.what == "statement"],
        "sources": [case.article.sentence_text(number) for number in case.faithful.sentences],
    }


def report(score: Score) -> dict[str, Any]:
    """Return the score as one JSON object."""
    return {
        "detection": {kind: score.rate(kind) for kind in KINDS},
        "cells": {
            f"{kind} {lang}": [score.detected[kind, lang], n] for (kind, lang), n in score.shown.items()
        },
        "corrupted": score.shown.total(),
        "faithful": score.faithful.total(),
        "false_alarms": {lang: [score.alarms[lang], n] for lang, n in score.faithful.items()},
        "false_alarm_rate": score.alarm_rate,
        "cpu_ms_per_draft": 1000 * score.cpu_s / max(1, score.drafts),
        "targets_missed": [kind for kind, target in TARGETS.items() if score.rate(kind) < target]
        + (["false alarms"] if score.alarm_rate > MOST_FALSE_ALARMS else []),
    }


def _print_table(score: Score) -> None:
    table = Table("corruption", *LANGUAGES, "all", "rate", "target")
    for kind in KINDS:
        cells = [(score.detected[kind, lang], score.shown[kind, lang]) for lang in LANGUAGES]
        total = f"{sum(d for d, _ in cells)}/{sum(n for _, n in cells)}"
        target = f"{TARGETS[kind]:.2f}" if kind in TARGETS else ""
        table.add_row(
            kind, *(f"{d}/{n}" if n else "" for d, n in cells), total, f"{score.rate(kind):.3f}", target
        )
    alarms = [f"{score.alarms[lang]}/{score.faithful[lang]}" for lang in LANGUAGES]
    total = f"{score.alarms.total()}/{score.faithful.total()}"
    table.add_row("false alarms", *alarms, total, f"{score.alarm_rate:.3f}", f"{MOST_FALSE_ALARMS:.2f}")
    console = Console(width=130)
    console.print(table)
    share = score.detected.total() / max(1, score.shown.total())
    console.print(
        f"{score.shown.total()} corrupted ({share:.1%} detected), {score.faithful.total()} faithful, "
        f"{score.cpu_s:.1f} s of CPU, {1000 * score.cpu_s / max(1, score.drafts):.1f} ms a draft"
    )


def _print_examples(score: Score) -> None:
    console = Console(width=160, highlight=False, markup=False)
    for example in sorted(score.examples, key=lambda e: (e["kind"], e["language"])):
        console.print(f"{example['kind']} · {example['language']} · {example['article']} {example['cites']}")
        console.print(f"  drafted: {example['text']}\n  source:  {' '.join(example['sources'])}")
        for why in example["why"]:
            console.print(f"  dropped: {why}")


def main() -> None:
    """Print the table, or with --json one object."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals.checks")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--examples", action="store_true", help="print what was missed and every false alarm")
    parser.add_argument(
        "--pairs", type=Path, metavar="FILE", help="score source, sentence, supported instead"
    )
    parser.add_argument("--articles", type=Path, nargs="+", default=ARTICLES, metavar="FILE")
    parser.add_argument("--statements", type=Path, nargs="+", default=STATEMENTS, metavar="FILE")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if options.pairs:
        Console().print_json(json.dumps(score_pairs(read_pairs(options.pairs))))
        return
    score = evaluate(read_cases(options.seed, options.articles, options.statements), options.seed)
    if options.json:
        shown = report(score) | ({"examples": score.examples} if options.examples else {})
        Console().print_json(json.dumps(shown))
        return
    _print_table(score)
    if options.examples:
        _print_examples(score)


if __name__ == "__main__":
    main()
