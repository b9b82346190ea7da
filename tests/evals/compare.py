"""How well two articles' shared assertions are found offline: python -m tests.evals.compare [FILE.jsonl …]

A pair of sentences counts as found when it is one of those that people have marked; whatever is quoted must
be the article's own under its own outlet.
"""

import argparse
from collections import Counter
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bot.briefing.models import Brief
from bot.comparing.compare import compare_briefs
from bot.comparing.models import Comparison, Quotation, Side
from tests.comparing.pairs import DATA, GoldPair, brief_of, read_pairs

FILES = ("compare-dev.jsonl", "compare-blind.jsonl", "compare-blind-second.jsonl")


def measure(gold: GoldPair) -> Counter[str]:
    """Count what of a pair of articles is found, missed and shown wrongly."""
    first, second = brief_of(gold.first, 1), brief_of(gold.second, 2)
    made = compare_briefs(first, second, gold.first.language)
    shared = {(pair.first.sentence, pair.second.sentence) for pair in made.shared}
    differing = {(one.first.sentence, one.second.sentence) for one in made.differing}
    paired = gold.shared | gold.differing
    lone_first = {one.sentence for one in made.only_first} & {number for number, _ in paired}
    lone_second = {one.sentence for one in made.only_second} & {number for _, number in paired}
    return Counter(
        found=len(shared & gold.shared),
        wrong=len(shared - gold.shared),
        missed=len(gold.shared - shared),
        differing=len(gold.differing),
        differing_found=len(differing & gold.differing),
        differing_wrong=len(differing - gold.differing),
        lone=len(made.only_first) + len(made.only_second),
        lone_wrong=len(lone_first) + len(lone_second),
        misattributed=count_misattributed(made, first, second),
    )


def count_misattributed(made: Comparison, first: Brief, second: Brief) -> int:
    """Count the quotations that are not their own article's, and the articles under another outlet."""
    ours = [*(p.first for p in made.shared), *(d.first for d in made.differing), *made.only_first]
    theirs = [*(p.second for p in made.shared), *(d.second for d in made.differing), *made.only_second]
    sides = ((made.first, first, ours), (made.second, second, theirs))
    return sum(
        _is_other(side, brief) + sum(_is_foreign(q, brief) for q in quotes) for side, brief, quotes in sides
    )


def _is_other(side: Side, brief: Brief) -> bool:
    return (side.brief_id, side.site, side.url) != (brief.id, brief.article.site, brief.article.url)


def _is_foreign(quotation: Quotation, brief: Brief) -> bool:
    return brief.article.text[quotation.start : quotation.end] != quotation.text


def f1(counts: Counter[str]) -> float:
    """Return the harmonic mean of precision and recall of the shared assertions."""
    return 2 * counts["found"] / (2 * counts["found"] + counts["wrong"] + counts["missed"] or 1)


def main() -> None:
    """Print a table a file, and its sums."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    files = parser.parse_args().files or [path for name in FILES if (path := DATA / name).exists()]
    for path in files:
        Console().print(_table(path))


def _table(path: Path) -> Table:
    table = Table(
        "pair", "P", "R", "F1", "numbers that differ", "only one (wrong)", "wrong outlet", title=path.stem
    )
    total = Counter[str]()
    for gold in read_pairs(path):
        counts = measure(gold)
        total += counts
        table.add_row(gold.name, *_figures(counts))
    table.add_section()
    table.add_row("all", *_figures(total))
    return table


def _figures(counts: Counter[str]) -> tuple[str, ...]:
    precision = counts["found"] / (counts["found"] + counts["wrong"] or 1)
    recall = counts["found"] / (counts["found"] + counts["missed"] or 1)
    return (
        f"{precision:.2f}",
        f"{recall:.2f}",
        f"{f1(counts):.2f}",
        f"{counts['differing_found']} of {counts['differing']}, {counts['differing_wrong']} wrong",
        f"{counts['lone']} ({counts['lone_wrong']})",
        str(counts["misattributed"]),
    )


if __name__ == "__main__":
    main()
