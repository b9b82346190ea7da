"""CPU of an offline brief by article length: sentences, engine, checks, and the exponent of growth."""

import json
import math
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from rich.console import Console
from rich.table import Table

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks import check_draft
from bot.briefing.rules import draft_offline

GOLD = Path(__file__).parent.parent / "data/eval-dev.jsonl"
LENGTHS_WORDS = (1_000, 10_000, 100_000)
ROUNDS = 5

T = TypeVar("T")


def print_briefing(console: Console) -> None:
    """Print milliseconds of CPU for each stage, per language, and how they grow with length."""
    golds = [json.loads(line) for line in GOLD.read_text("utf-8").splitlines()]
    table = Table("language", "words", "sentences ms", "engine ms", "checks ms", "all ms", "exponent")
    for language in ("en", "de", "es", "fr", "ru", "uk"):
        texts = [gold["text"] for gold in golds if gold["lang"] == language]
        totals: list[float] = []
        for words in LENGTHS_WORDS:
            stages = measure(grow(texts, words), language, ROUNDS if words < 10_000 else 1)
            totals.append(sum(stages))
            exponent = math.log10(totals[-1] / totals[-2]) if len(totals) > 1 else None
            shown = "" if exponent is None else f"{exponent:.2f}"
            table.add_row(language, f"{words:,}", *(f"{ms:.1f}" for ms in (*stages, totals[-1])), shown)
    console.print(table)


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


def measure(text: str, language: str, rounds: int) -> tuple[float, float, float]:
    """Return the least CPU milliseconds of each stage over the rounds."""
    runs = [_measure_once(text, language) for _ in range(rounds)]
    return min(r[0] for r in runs), min(r[1] for r in runs), min(r[2] for r in runs)


def _measure_once(text: str, language: str) -> tuple[float, float, float]:
    sentences, split_ms = _timed(lambda: split_sentences(text, language))
    article = Article(kind="text", text=text, sentences=sentences, language=language)
    draft, draft_ms = _timed(lambda: draft_offline(article))
    _, check_ms = _timed(lambda: check_draft(draft, article))
    return split_ms, draft_ms, check_ms


def _timed(work: Callable[[], T]) -> tuple[T, float]:
    start = time.process_time()
    result = work()
    return result, (time.process_time() - start) * 1_000
