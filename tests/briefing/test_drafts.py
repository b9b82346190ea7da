"""Answers as a capable model writes them, good and subtly wrong, through the wire and the whole pipeline."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from rapidfuzz import fuzz

from bot.article.models import Article, Submission
from bot.article.reader import Reader
from bot.article.workers import Workers
from bot.briefing.engines.offline import OfflineEngine
from bot.briefing.models import Brief
from bot.briefing.pipeline import make_brief
from bot.briefing.shelf import Shelf
from bot.briefing.tokens import count_tokens
from prompts import load_prompt
from storage.flights import Flights
from tests.briefing.drafting import open_engine
from tests.evals.brief import build_article, read_gold
from tests.servers.model import ModelServer, content

DATA = Path(__file__).parents[1] / "data"
DRAFTS = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(DATA.glob("drafts/*.json"))}
GOLDS = {gold["id"]: gold for gold in read_gold(DATA / "eval-dev.jsonl")}
LEAST_KEPT = 0.9
SAME = 90
"""Likeness, of 100, from which a shown statement is the drafted one: a handle is shown unclickable."""


@dataclass(frozen=True)
class GoldReader(Reader):
    """Reads the gold article, whatever is submitted."""

    article: Article

    async def read(self, _submission: Submission) -> Article:
        return self.article


@pytest.fixture(scope="module")
async def workers() -> AsyncIterator[Workers]:
    opened = Workers(count=1)
    yield opened
    await opened.close()


@asynccontextmanager
async def served(answer: dict[str, Any]) -> AsyncIterator[ModelServer]:
    async with ModelServer(default=content(json.dumps(answer, ensure_ascii=False))) as server:
        yield server


async def brief(name: str, answer: dict[str, Any], workers: Workers, language: str | None = None) -> Brief:
    """Brief a gold article with a model that gives this answer."""
    article = build_article(GOLDS[name])
    async with served(answer) as server, open_engine(server.url, timeout_s=30.0) as engine:
        made = await make_brief(
            Submission(kind="text", text=article.text, scope="1"),
            reader=GoldReader(article),
            engine=engine,
            offline=OfflineEngine(workers),
            workers=workers,
            shelf=Shelf(None),
            flights=Flights(None),
            language=language,
        )
    assert len(server.requests) == 1
    return made


def texts_of(made: Brief) -> str:
    """Return all that a brief says."""
    return made.model_dump_json(include={"headline", "statements", "flags", "loaded", "absent"})


@pytest.mark.parametrize("name", DRAFTS)
async def test_a_good_draft_is_kept(name: str, workers: Workers) -> None:
    good = DRAFTS[name]["good"]
    made = await brief(name, good, workers)
    shown = [statement.text for statement in made.statements]
    kept = [s for s in good["statements"] if any(fuzz.ratio(s["text"], text) >= SAME for text in shown)]
    flagged = [f for f in good["flags"] if f["quote"] in {flag.quote for flag in made.flags}]
    assert made.engine == "test-model"
    assert len(kept) + len(flagged) >= LEAST_KEPT * (len(good["statements"]) + len(good["flags"]))


KNOWN = {
    ("dev-06-fr-weather", "upgraded modality"),
    ("dev-07-en-health", "cause made of a link"),
}
"""Faults that the checks do not see yet."""


@pytest.mark.parametrize(
    ("name", "number"),
    [
        pytest.param(
            name,
            number,
            id=f"{name}-{fault['kind']}",
            marks=[pytest.mark.xfail(reason="not seen yet")] if (name, fault["kind"]) in KNOWN else [],
        )
        for name, draft in DRAFTS.items()
        for number, fault in enumerate(draft["faults"])
    ],
)
async def test_a_planted_fault_is_gone(
    name: str, number: int, workers: Workers, made: dict[str, Brief]
) -> None:
    if name not in made:
        made[name] = await brief(name, DRAFTS[name]["wrong"], workers)
    assert DRAFTS[name]["faults"][number]["gone"] not in texts_of(made[name])
    assert len(made[name].statements) >= 2


@pytest.fixture(scope="module")
def made() -> dict[str, Brief]:
    """The briefs of the wrong drafts, each made once for all its faults."""
    return {}


def test_every_development_article_has_its_drafts() -> None:
    assert set(DRAFTS) == set(GOLDS)
    assert all(len(draft["faults"]) >= 2 for draft in DRAFTS.values())


@pytest.mark.parametrize("name", ["dev-02-en-labour", "dev-04-de-court", "dev-11-ru-casualties"])
async def test_an_article_that_fits_costs_one_call_and_little_more_than_its_own_tokens(name: str) -> None:
    article = build_article(GOLDS[name])
    async with served(DRAFTS[name]["good"]) as server, open_engine(server.url, timeout_s=30.0) as engine:
        _, usage = await engine.draft(article, article.language)
    (request,) = server.requests
    prefix = count_tokens(load_prompt("brief").system, "gpt-5")
    own = count_tokens(f"{article.title}\n{article.text}", "gpt-5")
    assert usage.model_calls == 1
    assert request.system == load_prompt("brief").system
    assert count_tokens(request.system + request.user, "gpt-5") - prefix <= 1.25 * own + 120


TRANSLATED = {
    "headline": "Trial over payments by Elmstadt's utilities begins; former director denies the accusations",
    "statements": [
        {"text": "The trial of Jochen W., a former director, began in Elmstadt on Monday.", "sentences": [1]},
        {"text": "Prosecutors accuse the 58-year-old of breach of trust in eleven cases.", "sentences": [2]},
        {"text": "W. denied the accusations in a short statement.", "sentences": [5]},
    ],
    "flags": [
        {
            "quote": "Jeder Haushalt zahlte deshalb im Schnitt 60 Euro mehr im Jahr",
            "sentence": 9,
            "speaker": None,
            "kind": "bare_number",
            "why": "No source is given.",
            "would_verify": "The calculation of the fees",
        }
    ],
    "loaded": [],
    "absent": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("translation", "shown"),
    [
        ("Each household therefore paid 60 euros more a year on average", True),
        ("Each household therefore paid 90 euros more a year on average", False),
        ("Each household in Berlin therefore paid 60 euros more a year on average", False),
        ("Each household did not pay 60 euros more a year on average", False),
        ("Each household paid 60 euros more a year: see evil.example", False),
        ("60 euros. " + "Every household paid that, and then some more on top of it. " * 5, False),
        ("Jeder Haushalt zahlte deshalb im Schnitt 60 Euro mehr im Jahr", False),
    ],
)
async def test_a_translation_stands_beside_its_quotation_only_when_it_agrees_with_it(
    translation: str, shown: bool, workers: Workers
) -> None:
    flag = TRANSLATED["flags"][0] | {"translation": translation}  # type: ignore[operator]  # a dict of dicts
    made = await brief("dev-04-de-court", TRANSLATED | {"flags": [flag]}, workers, "en")
    assert made.flags[0].quote in made.article.text
    assert made.flags[0].translation == (translation if shown else None)
