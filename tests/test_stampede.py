"""Everybody sends one link at once, to three replicas: it is read and briefed once."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from bot.article.models import Submission
from bot.opening import Network, open_newsroom, open_tools
from bot.settings import Settings
from storage.connection import open_redis
from tests.servers.model import ModelServer
from tests.servers.news import PUBLIC, run_news
from tests.stampede import run_stampede


async def test_three_newsrooms_on_one_store_brief_a_link_once(redis_url: str) -> None:
    async with contextlib.AsyncExitStack() as stack:
        news, model = await stack.enter_async_context(run_news()), ModelServer()
        await stack.enter_async_context(model)
        settings = Settings(
            _env_file=None, openai_base_url=model.url, openai_model="test-model", sayso_context=False
        )
        network = Network(resolve=news.resolve, dial_map={(PUBLIC, 80): ("127.0.0.1", news.port)})
        tools = await stack.enter_async_context(open_tools(settings, network))
        clients = [await stack.enter_async_context(open_redis(redis_url, Path("unused"))) for _ in range(3)]
        await clients[0].flushdb()
        rooms = [await stack.enter_async_context(open_newsroom(settings, c, tools=tools)) for c in clients]
        submission = Submission(kind="link", url=news.url("/article"))
        briefs = await asyncio.gather(*(rooms[n % 3].make_brief(submission) for n in range(30)))
        assert len({brief.id for brief in briefs}) == 1
        assert len(model.requests) == news.requests["/article"] == 1


@pytest.mark.long
@pytest.mark.parametrize("on_cluster", [False, True])
@pytest.mark.parametrize(("kills_holder", "calls"), [(False, 1), (True, 2)])
async def test_a_thousand_requests_over_three_processes(
    tmp_path: Path, kills_holder: bool, calls: int, on_cluster: bool
) -> None:
    outcome = await run_stampede(tmp_path, requests=1_000, kills_holder=kills_holder, on_cluster=on_cluster)
    assert outcome.answered == outcome.asked >= 666
    assert (outcome.briefs, outcome.model_calls, outcome.page_reads) == (1, calls, 1)
