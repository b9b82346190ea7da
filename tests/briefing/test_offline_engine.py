from collections.abc import AsyncIterator

import pytest

from bot.article.workers import Workers
from bot.briefing.engines.offline import OfflineEngine
from bot.briefing.models import Engine, Usage
from bot.briefing.versions import digest_package
from tests.briefing.offline import article_of


@pytest.fixture
async def workers() -> AsyncIterator[Workers]:
    pool = Workers(count=1)
    yield pool
    await pool.close()


async def test_the_engine_drafts_in_a_worker_and_costs_nothing(workers: Workers) -> None:
    engine: Engine = OfflineEngine(workers)
    article = article_of(
        "The harbour closed on Friday, police said.\n\nThis is a shameful farce and a scandal."
    )
    draft, usage = await engine.draft(article, "en")
    assert [flag.kind for flag in draft.flags] == ["opinion_as_fact"]
    assert usage == Usage()


async def test_the_version_holds_rules_and_packs(workers: Workers) -> None:
    engine = OfflineEngine(workers)
    assert engine.name == "offline"
    for package in ("bot.briefing.rules", "bot.briefing.packs"):
        assert digest_package(package) in engine.prompt_version
    assert digest_package("bot.briefing.rules") != digest_package("bot.briefing.packs")
