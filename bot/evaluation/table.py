"""What trials come to, as tables for a person or as one object for a program."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rich.table import Table
from rich.text import Text

from bot.briefing.prices import Prices
from bot.evaluation.scoring import Tally
from bot.evaluation.trial import Trial

QUALITY = ("P", "R", "kind", "speaker", "clean!", "facts", "loaded!", "lost!", "traced", "words")
"""Of flags: precision, recall, right kind, right speaker, well-sourced sentences flagged wrongly; of the
summary: facts covered, loaded words without quotation marks, sources lost, statements traced, length."""

_RATES = ("precision", "recall", "kind", "speaker", "clean_flagged", "facts")


def tabulate_articles(trial: Trial) -> Table:
    """Return what each article's brief is worth, and their sum."""
    table = Table("article", *QUALITY)
    for name, outcome in trial.outcomes.items():
        table.add_row(Text(name), *_quality(outcome.tally))
    table.add_row("total", *_quality(trial.tally))
    return table


def tabulate_quality(trials: Iterable[Trial]) -> Table:
    """Return one line an engine: what its briefs are worth."""
    table = Table("engine", "articles", "failed", *QUALITY, title="What the briefs are worth")
    for trial in trials:
        counts = (str(len(trial.outcomes)), str(len(trial.failures)))
        table.add_row(Text(trial.engine), *counts, *_quality(trial.tally))
    return table


def tabulate_cost(trials: Iterable[Trial], prices: Mapping[str, Prices | None]) -> Table:
    """Return one line an engine: what an article took on average, with money where prices are known."""
    columns = ("seconds", "slowest", "calls", "tokens in", "cached", "out")
    money = ("cost", "of 1,000") if any(prices.values()) else ()
    table = Table("engine", *columns, *money, title="What an article takes")
    for trial in trials:
        cost = _cost(trial, prices.get(trial.engine)) or 0.0
        costs = (f"{cost:.5f}", f"{1_000 * cost:.2f}")[: len(money)]
        table.add_row(Text(trial.engine), *_effort(trial), *costs)
    return table


def as_json(trials: Iterable[Trial], prices: Mapping[str, Prices | None]) -> dict[str, Any]:
    """Return all figures: sums and means of each engine, and those of each article."""
    return {"engines": [_dump(trial, prices.get(trial.engine)) for trial in trials]}


def dump_articles(trial: Trial) -> dict[str, Any]:
    """Return the counts and rates of each article, and their sum as "total"."""
    tallies = {name: outcome.tally for name, outcome in trial.outcomes.items()}
    return {name: asdict(t) | t.rates for name, t in [*tallies.items(), ("total", trial.tally)]}


def _quality(tally: Tally) -> Iterator[str]:
    rates = tally.rates
    yield from (f"{rates[name]:.2f}" for name in _RATES)
    yield from (str(tally.loaded_bare), str(tally.lost), f"{tally.traced}/{tally.statements}")
    yield f"{rates['words']:.0f}"


def _effort(trial: Trial) -> Iterator[str]:
    usage, articles = trial.usage, len(trial.outcomes)
    yield from (f"{trial.seconds:.2f}", f"{trial.slowest:.2f}", f"{usage.model_calls / articles:.2f}")
    yield from (
        f"{tokens / articles:,.0f}"
        for tokens in (usage.input_tokens, usage.cached_tokens, usage.output_tokens)
    )


def _cost(trial: Trial, price: Prices | None) -> float | None:
    """Return what an article costs on average."""
    return price.cost(trial.usage) / len(trial.outcomes) if price else None


def _dump(trial: Trial, price: Prices | None) -> dict[str, Any]:
    articles = dump_articles(trial)
    summed = articles.pop("total")
    for name, outcome in trial.outcomes.items():
        articles[name] |= {
            "seconds": round(outcome.seconds, 3),
            "usage": outcome.usage.model_dump(),
            "failure": outcome.failure,
        }
    return {
        "engine": trial.engine,
        "failed": len(trial.failures),
        "seconds_per_article": round(trial.seconds, 3),
        "seconds_slowest": round(trial.slowest, 3),
        "usage": trial.usage.model_dump(),
        "cost_per_article": _cost(trial, price),
        "total": summed,
        "articles": articles,
    }
