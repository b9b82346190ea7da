"""Workers for all tests of this folder, and briefs written by the offline engine."""

import json
from collections.abc import AsyncIterator
from functools import cache
from pathlib import Path

import pytest

from bot.article.fetch import Fetcher
from bot.article.models import PUBLIC, Article, Kind
from bot.article.sentences import split_sentences
from bot.article.workers import Workers
from bot.briefing.checks import check_draft
from bot.briefing.models import Brief
from bot.briefing.rules import draft_offline
from bot.opening import PRELOAD
from tests.servers.wikipedia import WikipediaServer

DATA = Path(__file__).parent.parent / "data"
TASS = "tass"


@pytest.fixture(scope="session")
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(count=2, preload=PRELOAD)
    yield pool
    await pool.close()


@pytest.fixture
async def wikipedia() -> AsyncIterator[WikipediaServer]:
    async with WikipediaServer() as server:
        yield server


@pytest.fixture
async def fetcher() -> AsyncIterator[Fetcher]:
    async with Fetcher(timeout_s=2, limit_bytes=1 << 20, user_agent="Test/1.0 (someone)") as opened:
        yield opened


def brief_of(
    text: str,
    *,
    title: str | None = None,
    site: str | None = None,
    language: str = "en",
    scope: str = PUBLIC,
    kind: Kind = "link",
    url: str | None = "https://news.example/article",
) -> Brief:
    """Return the offline brief of a text."""
    article = Article(
        kind=kind,
        text=text,
        sentences=split_sentences(text, language),
        title=title,
        site=site,
        url=url,
        language=language,
    )
    checked = check_draft(draft_offline(article), article)
    fields = {"id": "0123456789abcdef", "scope": scope, "article": article, "engine": "offline"}
    return Brief.model_validate(fields | {"prompt_version": "x", "language": language} | dict(checked))


@cache
def known_brief(name: str) -> Brief:
    """Return the brief of the agency's report, or of a gold article by its language."""
    if name == TASS:
        paragraphs = (DATA / "tass-2022-03-05.txt").read_text("utf-8").strip().split("\n\n")
        return brief_of("\n\n".join(paragraphs[2:]), title=paragraphs[1], site="TASS", url=None)
    golds = map(json.loads, (DATA / "eval-dev.jsonl").read_text("utf-8").splitlines())
    gold = next(gold for gold in golds if gold["lang"] == name)
    return brief_of(gold["text"], title=gold["title"], language=name)
