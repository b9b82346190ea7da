"""CPU of an offline brief: sentences, engine, checks, how they grow, and what the event loop pays."""

import json
import math
import pickle
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks import check_draft
from bot.briefing.rules import draft_offline

GOLD = Path(__file__).parent.parent / "data/eval-dev.jsonl"
LANGUAGES = ("en", "de", "es", "fr", "ru", "uk")
ROUNDS = {1_000: 9, 10_000: 3, 100_000: 2}
"""How often an article of so many words is briefed; the first time of the first length warms up."""
LIMIT_MS = 60
"""For an article of 1,000 words."""
STALL_MS = 50
"""What nothing may hold the event loop for."""

Stages = tuple[float, float, float]
"""Milliseconds of sentences, engine and checks."""
T = TypeVar("T")


def print_briefing(console: Console) -> None:
    """Print milliseconds of CPU for each stage, per language and length, and what the loop pays."""
    texts = _read_texts()
    table = Table(
        *("language", "words", "sentences", "engine", "checks", "all", "least", "exponent"),
        title=f"CPU of an offline brief, median ms; at most {LIMIT_MS} for 1,000 words",
    )
    for language in LANGUAGES:
        totals: list[float] = []
        measure(grow(texts[language], 1_000), language, 2)
        for words, rounds in ROUNDS.items():
            runs = measure(grow(texts[language], words), language, rounds)
            stages = [median(stage) for stage in zip(*runs, strict=True)]
            totals.append(sum(stages))
            shown = (*stages, totals[-1], min(map(sum, runs)))
            table.add_row(language, f"{words:,}", *(f"{ms:.1f}" for ms in shown), _exponent(totals))
    console.print(table)
    console.print(_measure_loop(grow(texts["ru"], 100_000)))


def _read_texts() -> dict[str, list[str]]:
    """Return the gold articles by language."""
    golds = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    return {language: [gold["text"] for gold in golds if gold["lang"] == language] for language in LANGUAGES}


def _exponent(totals: list[float]) -> str:
    """Return the exponent of growth from the first length to the last, which are powers of ten."""
    if len(totals) < 2:
        return ""
    return f"{math.log10(totals[-1] / totals[0]) / (len(totals) - 1):.2f}"


def grow(texts: list[str], words: int) -> str:
    """Return paragraphs of the texts, numbered so that none repeats, up to so many words."""
    paragraphs = [paragraph for text in texts for paragraph in text.split("\n\n")]
    grown: list[str] = []
    count = 0
    while count < words:
        paragraph = paragraphs[len(grown) % len(paragraphs)]
        turn = len(grown) // len(paragraphs)
        grown.append(f"{paragraph} ({turn})" if turn else paragraph)
        count += len(paragraph.split())
    return "\n\n".join(grown)


def measure(text: str, language: str, rounds: int) -> list[Stages]:
    """Return the CPU of each stage, in each round."""
    return [_measure_once(text, language) for _ in range(rounds)]


def _measure_once(text: str, language: str) -> Stages:
    sentences, split_ms = _timed(lambda: split_sentences(text, language))
    article = Article(kind="text", text=text, sentences=sentences, language=language)
    draft, draft_ms = _timed(lambda: draft_offline(article))
    _, check_ms = _timed(lambda: check_draft(draft, article))
    return split_ms, draft_ms, check_ms


def _measure_loop(text: str) -> Table:
    """Measure what is done in the event loop's own process, for its longest article."""
    article = Article(kind="text", text=text, sentences=split_sentences(text, "ru"), language="ru")
    sent, stored = pickle.dumps(article), article.model_dump_json()
    table = Table(
        "on the event loop, 100,000 words",
        "median ms",
        "limit ms",
        title="What an article costs the event loop",
    )
    steps: dict[str, Callable[[], object]] = {
        "given to a worker": lambda: pickle.dumps(article),
        "taken from a worker": lambda: pickle.loads(sent),
        "written for the store": article.model_dump_json,
        "read from the store": lambda: Article.model_validate_json(stored),
        "hashed": lambda: article.content_hash,
        "words counted": lambda: article.words,
    }
    for name, step in steps.items():
        ms = median(_timed(step)[1] for _ in range(5))
        table.add_row(name, f"{ms:.1f}", str(STALL_MS))
    return table


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = work()
    return result, (time.process_time() - start) * 1_000


if __name__ == "__main__":
    print_briefing(Console())
