"""The README's evaluation table: written by `python -m tests.evals.brief --readme README.md`."""

import asyncio
import re
from pathlib import Path

from bot.evaluation.gold import read_gold
from bot.evaluation.scoring import Tally
from bot.evaluation.trial import run_trial, write_offline

DATA = Path(__file__).parent.parent / "data"
SETS = ("dev", "genres", "tuning", "held-out", "blind-second")
"""The last two are blind: nobody who changes a rule reads them."""

_COLUMNS = ("precision", "recall", "kind", "speaker", "clean_flagged", "facts")
_HEADER = "| set | articles | precision | recall | kind | speaker | clean | facts | loaded | sources lost |"
_TABLE = re.compile(r"(<!-- evaluation -->\n).*?(<!-- /evaluation -->)", re.DOTALL)


def build_table() -> str:
    """Score the offline engine with the checks on every set and return the table as Markdown."""
    rows = [
        _row(name, asyncio.run(_score(path)))
        for name in SETS
        if (path := DATA / f"eval-{name}.jsonl").exists()
    ]
    rule = "|---" * _HEADER.count(" | ") + "|---|"
    return "\n".join([_HEADER, rule, *rows]) + "\n"


async def _score(path: Path) -> Tally:
    return (await run_trial("offline", read_gold(path), write_offline)).tally


def _row(name: str, tally: Tally) -> str:
    rates = [f"{tally.rates[column]:.2f}" for column in _COLUMNS]
    cells = [name, str(tally.articles), *rates, str(tally.loaded_bare), str(tally.lost)]
    return f"| {' | '.join(cells)} |"


def read_table(path: Path) -> str | None:
    """Return the table that stands between the markers, None when the markers are missing."""
    found = re.search(r"<!-- evaluation -->\n(.*?)<!-- /evaluation -->", path.read_text("utf-8"), re.DOTALL)
    return found.group(1) if found else None


def write_readme(path: Path) -> None:
    """Rewrite the table between the markers; ValueError when they are missing."""
    if read_table(path) is None:
        raise ValueError(f"{path}: <!-- evaluation --> and <!-- /evaluation --> are missing")
    table = build_table()
    path.write_text(_TABLE.sub(lambda m: m[1] + table + m[2], path.read_text("utf-8")), "utf-8")
