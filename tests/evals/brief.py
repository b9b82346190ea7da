"""Measure an engine's briefs against gold articles: `python -m tests.evals.brief FILE --engine offline`.

The measure is the product's own (`bot/evaluation/`, `sayso eval`); here it can also leave out the checks, and
rewrite the README's table.
"""

import argparse
import asyncio
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bot.article.models import Article
from bot.briefing.checks import check_draft
from bot.briefing.models import Checked, Checks, Draft, DraftFlag, Flag, Statement
from bot.choosing import TABLE_WIDTH, try_model
from bot.evaluation.gold import Gold, build_article, read_gold
from bot.evaluation.table import dump_articles, tabulate_articles
from bot.evaluation.trial import Check, Trial, run_trial, write_offline
from bot.settings import read_settings

__all__ = ["build_article", "leave_unchecked", "main", "read_gold"]


def leave_unchecked(draft: Draft, article: Article) -> Checked:
    """Take the draft as it is, to see what the engine alone is worth."""
    return Checked(
        headline=draft.headline,
        statements=tuple(
            Statement(text=s.text, sentences=s.sentences, traced=False) for s in draft.statements
        ),
        flags=tuple(_locate(flag, article) for flag in draft.flags),
        loaded=draft.loaded,
        absent=draft.absent,
        checks=Checks(statements=len(draft.statements)),
    )


def _locate(flag: DraftFlag, article: Article) -> Flag:
    start = max(0, article.text.find(flag.quote))
    return Flag(**flag.model_dump(), start=start, end=start + len(flag.quote))


async def _measure(options: argparse.Namespace, golds: Sequence[Gold], check: Check) -> Trial:
    if options.engine == "offline":
        return await run_trial("offline", golds, write_offline, check)
    given = {"openai_base_url": options.base_url, "openai_model": options.model}
    settings = read_settings().model_copy(update={name: value for name, value in given.items() if value})
    return await try_model(settings.openai_model, golds, settings, check=check)


def main() -> None:
    """Print the table, or with --json one object; with --readme rewrite the README's table."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals.brief")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--engine", choices=["offline", "openai"], default="offline")
    parser.add_argument("--base-url", help="address of an OpenAI-compatible server; else OPENAI_BASE_URL")
    parser.add_argument("--model", help="name of the model; else OPENAI_MODEL")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--unchecked", action="store_true", help="score the draft before the checks")
    parser.add_argument("--readme", type=Path, help="rewrite the evaluation table of this file")
    options = parser.parse_args()
    if options.readme:
        from tests.evals.readme import write_readme  # noqa: PLC0415  # it scores every set for it

        write_readme(options.readme)
        return
    if options.file is None:
        parser.error("give a file of gold articles, or --readme FILE")
    check = leave_unchecked if options.unchecked else check_draft
    trial = asyncio.run(_measure(options, read_gold(options.file), check))
    if options.json:
        Console().print_json(json.dumps(dump_articles(trial)))
    else:
        Console(width=TABLE_WIDTH).print(tabulate_articles(trial))


if __name__ == "__main__":
    main()
