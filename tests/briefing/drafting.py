"""Articles and engines for the tests of the model engine."""

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from bot.article.models import Article, Sentence
from bot.briefing.engines.openai import OpenAIEngine

SENTENCES = (
    "The council of Pellworth voted on Tuesday to keep the night buses.",
    "“It was the right thing to do,” said the mayor, Ida Renk.",
    "Drivers' pay rises by 4.5 percent, according to the minutes.",
    "A bus costs 310 crowns a night, several officials say.",
    "The lines run again from Saturday.",
)


def make_article(*sentences: str, **fields: Any) -> Article:
    """Build an article of these sentences, one paragraph each."""
    texts = sentences or SENTENCES
    spans, start = [], 0
    for number, text in enumerate(texts, 1):
        spans.append(Sentence(number=number, start=start, end=start + len(text)))
        start += len(text) + 2
    known = {
        "kind": "text",
        "title": "Pellworth keeps its night buses",
        "site": "Pellworth Post",
        "language": "en",
    }
    return Article(text="\n\n".join(texts), sentences=tuple(spans), **(known | fields))


@asynccontextmanager
async def open_engine(url: str | None, **changes: Any) -> AsyncIterator[OpenAIEngine]:
    """Open an engine on the server at `url`, with a deadline of a second."""
    settings: dict[str, Any] = {
        "api_key": "sk-test",
        "base_url": url,
        "model": "test-model",
        "timeout_s": 1.0,
        "window_tokens": 120_000,
        "marker_key": b"a key of these tests",
        "jitter": random.Random(1990),  # its first waits are short
    }
    engine = OpenAIEngine(**(settings | changes))
    try:
        yield engine
    finally:
        await engine.aclose()
