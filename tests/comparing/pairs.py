"""Pairs of articles on one story whose matching sentences people have marked, from tests/data."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.models import Brief

DATA = Path(__file__).parents[1] / "data"

Pair = tuple[int, int]
"""Numbers of a sentence of the first article and of one of the second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPair:
    """Two articles, which of their sentences say the same, and which the same with another number."""

    name: str
    first: Article
    second: Article
    shared: frozenset[Pair]
    differing: frozenset[Pair]


def read_pairs(path: Path) -> list[GoldPair]:
    """Return the pairs of a file, one JSON object a line."""
    return [_read(json.loads(line)) for line in path.read_text("utf-8").splitlines()]


def _read(marked: dict[str, Any]) -> GoldPair:
    return GoldPair(
        name=marked["id"],
        first=_article(marked["a"], f"https://a.example/{marked['id']}"),
        second=_article(marked["b"], f"https://b.example/{marked['id']}"),
        shared=frozenset((first, second) for first, second in marked["pairs"]),
        differing=frozenset((first, second) for first, second in marked["differ"]),
    )


def _article(shown: dict[str, Any], url: str) -> Article:
    """Build the article; its sentences must be those of the splitter, else the marks would be of others."""
    text = "\n\n".join(" ".join(paragraph) for paragraph in shown["paragraphs"])
    sentences = split_sentences(text, shown["language"])
    found = [text[sentence.start : sentence.end] for sentence in sentences]
    assert found == [sentence for paragraph in shown["paragraphs"] for sentence in paragraph]
    return Article(
        kind="link",
        text=text,
        sentences=sentences,
        title=shown["title"],
        site=shown["site"],
        url=url,
        language=shown["language"],
    )


def brief_of(article: Article, number: int) -> Brief:
    """Return the least that can be a brief of an article."""
    return Brief(
        id=f"{number:016x}",
        article=article,
        engine="offline",
        prompt_version="1",
        language=article.language,
        headline=article.title or "",
        statements=(),
    )
