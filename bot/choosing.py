"""`sayso eval`: measures models against gold articles, beside the offline engine that they must beat."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from bot.article.models import Article
from bot.briefing.checks import check_draft
from bot.briefing.models import OFFLINE, Draft, Usage
from bot.briefing.prices import Prices
from bot.errors import SaysoError, SettingsError
from bot.evaluation.gold import Gold, read_gold
from bot.evaluation.table import as_json, tabulate_articles, tabulate_cost, tabulate_quality
from bot.evaluation.trial import Check, Tell, Trial, run_trial, say_nothing, write_offline
from bot.opening import open_model
from bot.settings import Settings
from bot.terminal import print_json

TABLE_WIDTH = 120

NO_FILE = (
    "Give a file of gold articles, one JSON object a line: tests/data/eval-dev.jsonl among Sayso's sources "
    "is one, and docs/models.md says how to make your own."
)


async def choose(parsed: argparse.Namespace, settings: Settings) -> int:
    """Measure the engines that are asked for and print all figures; 1 when a model could not be measured.

    Raises GoldUnreadable and SettingsError.
    """
    if parsed.file is None:
        raise SettingsError("no file", problem=NO_FILE)
    golds = read_gold(Path(parsed.file))
    settings = settings.model_copy(update={"openai_base_url": parsed.base_url or settings.openai_base_url})
    models = list_models(parsed.engine, parsed.model, settings)
    with Console(stderr=True).status("Starting…") as status:
        trials, problems = await _run_trials(models, golds, settings, status.update)
    if trials:
        _show(trials, dict(zip(models, _price(parsed, models), strict=True)), parsed)
    for problem in problems:
        sys.stderr.write(f"sayso: {problem}\n")
    return 1 if problems else 0


def list_models(engine: str | None, named: Sequence[str], settings: Settings) -> Sequence[str]:
    """Return which models to ask: those named, else that of the settings where one is set or wanted."""
    if engine == OFFLINE:
        return ()
    if named:
        return tuple(dict.fromkeys(named))
    return (settings.openai_model,) if engine or settings.has_model else ()


async def try_model(
    model: str,
    golds: Sequence[Gold],
    settings: Settings,
    *,
    tell: Tell = say_nothing,
    check: Check = check_draft,
) -> Trial:
    """Measure one model; raises ModelAway, and SettingsError when no server is set.

    No second model stands in, and no breaker: a model that fails half of the time is to be seen failing.
    """
    chosen = settings.model_copy(update={"openai_model": model, "sayso_second_model": None})
    async with open_model(chosen, breaker_open_s=0) as engine:

        async def write(article: Article) -> tuple[Draft, Usage]:
            return await engine.draft(article, article.language)

        return await run_trial(model, golds, write, check, tell=tell)


async def _run_trials(
    models: Sequence[str], golds: Sequence[Gold], settings: Settings, tell: Tell
) -> tuple[list[Trial], list[str]]:
    """Measure each model, and the offline engine for comparison; return also what kept a model from it."""
    trials: list[Trial] = []
    problems: list[str] = []
    for model in models:
        try:
            trials.append(await try_model(model, golds, settings, tell=tell))
        except SaysoError as exc:
            problems.append(exc.sentence)
    if problems and not trials:
        return [], problems
    floor = await run_trial(OFFLINE, golds, write_offline, tell=tell)
    problems += [
        f"{trial.engine} gave no brief at all: {max(trial.failures.values())}."
        for trial in trials
        if len(trial.failures) == len(golds)
    ]
    return [floor, *trials], problems


def _price(parsed: argparse.Namespace, models: Sequence[str]) -> list[Prices | None]:
    """Return each model's prices: one for all, or one a model, in their order."""
    if not (parsed.price_in or parsed.price_out):
        return [None] * len(models)
    given, cached, written = (
        list(prices) * len(models) if len(prices) == 1 else list(prices)
        for prices in (parsed.price_in or [0.0], parsed.price_cached or [None], parsed.price_out or [0.0])
    )
    rows = zip(given, cached, written, strict=True)
    return [Prices(given=one, cached=two, written=three) for one, two, three in rows]


def _show(trials: Sequence[Trial], prices: dict[str, Prices | None], parsed: argparse.Namespace) -> None:
    """Print the figures as they were asked for."""
    if parsed.json:
        print_json(as_json(trials, prices))
        return
    console = Console(width=TABLE_WIDTH)
    if parsed.articles:
        for trial in trials:
            console.print(trial.engine, tabulate_articles(trial), markup=False)
    console.print(tabulate_quality(trials))
    console.print(tabulate_cost(trials, prices))
    for trial in trials:
        for name, failure in trial.failures.items():
            console.print(f"{trial.engine}: no brief of {name}: {failure}", markup=False)
