"""What is learnt of a server outlasts the process; a second model stands in for the first."""

import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.article.models import Submission
from bot.briefing.engines.dialect import AnswerFormat, Dialect, OutputLimit, Streaming, load_dialect
from bot.briefing.engines.second import SecondChanceEngine
from bot.briefing.models import Usage
from bot.errors import EngineError, EngineResting, EngineTimeout, EngineUnavailable, SettingsError
from bot.opening import open_model, open_newsroom
from bot.settings import Settings
from storage import keys
from storage.connection import open_redis
from tests.briefing.drafting import SENTENCES, make_article, open_engine
from tests.servers.model import ModelServer, error, faithful
from tests.servers.model_faults import FAULTS
from tests.storage.relay import open_relay


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


def form(server: ModelServer, number: int = -1) -> str | None:
    format_ = server.requests[number].body.get("response_format") or {}
    return str(format_["type"]) if format_ else None


def settings(server: ModelServer, **changes: Any) -> Settings:
    chosen: dict[str, Any] = {"openai_base_url": server.url, "openai_model": "first"}
    return Settings(_env_file=None, **(chosen | changes))


async def test_the_next_process_asks_as_this_one_learnt_to(server: ModelServer, redis: Redis) -> None:
    server.play(error(400, "no json_schema here"), error(400, "what is stream_options?"))
    async with open_engine(server.url, redis=redis) as engine:
        await engine.draft(make_article(), "en")
    async with open_engine(server.url, redis=redis) as engine:
        _, usage = await engine.draft(make_article(), "en")
    assert [form(server, n) for n in range(4)] == ["json_schema", "json_object", "json_object", "json_object"]
    assert "stream_options" not in server.requests[-1].body
    assert usage.model_calls == 1


async def test_another_model_on_the_server_is_asked_anew_and_so_is_this_one_later(
    server: ModelServer, redis: Redis
) -> None:
    server.play(FAULTS["fences"])
    async with open_engine(server.url, redis=redis) as engine:
        await engine.draft(make_article(), "en")
    async with open_engine(server.url, redis=redis, model="another") as engine:
        await engine.draft(make_article(), "en")
    assert form(server) == "json_schema"
    (name,) = [key async for key in redis.scan_iter(match=keys.PREFIX + "dialect:*")]
    assert 0 < await redis.ttl(name) <= keys.DIALECT_TTL_S


def test_a_dialect_is_read_as_it_was_written_and_nothing_else_is() -> None:
    dialect = Dialect(
        answer_format=AnswerFormat.PLAIN,
        output_limit=OutputLimit.NONE,
        streaming=Streaming.BARE,
        takes_effort=False,
    )
    assert load_dialect(dialect.dump()) == dialect
    for data in (b"", b"{}", b"null", b"[1]", b"[9, 0, 0, true]", b'["x", 0, 0, true]', b"\xff"):
        assert load_dialect(data) is None


async def test_without_redis_answering_drafts_are_written_all_the_same(
    server: ModelServer, server_url: str
) -> None:
    async with open_relay(server_url) as relay, open_redis(relay.url, Path("unused")) as redis:
        await relay.close()
        server.play(error(400, "no json_schema here"))
        async with open_engine(server.url, redis=redis, timeout_s=3.0) as engine:
            draft, _ = await engine.draft(make_article(), "en")
    assert len(draft.statements) == 5


async def test_an_outage_seen_by_one_process_spares_the_other_its_calls(
    server: ModelServer, redis: Redis
) -> None:
    server.default = FAULTS["401"]
    async with open_engine(server.url, redis=redis) as engine:
        for _ in range(5):
            with pytest.raises(EngineUnavailable):
                await engine.draft(make_article(), "en")
    async with open_engine(server.url, redis=redis) as engine:
        with pytest.raises(EngineResting) as caught:
            await engine.draft(make_article(), "en")
    assert len(server.requests) == 5
    assert caught.value.usage == Usage()
    assert "been failing" in caught.value.sentence


async def test_refused_parameters_and_windows_do_not_open_the_breaker(server: ModelServer) -> None:
    async with open_engine(server.url, timeout_s=10.0) as engine:
        for _ in range(6):
            server.play(FAULTS["400 context_length_exceeded"])
            await engine.draft(make_article(), "en")
    assert len(server.requests) == 12


async def test_silence_until_the_deadline_opens_the_breaker(
    server: ModelServer,
) -> None:
    server.default = FAULTS["silence"]
    async with open_engine(server.url, timeout_s=0.1) as engine:
        for _ in range(5):
            with pytest.raises(EngineTimeout):
                await engine.draft(make_article(), "en")
        with pytest.raises(EngineResting):
            await engine.draft(make_article(), "en")


@pytest.mark.parametrize(
    "refusal",
    [
        "Unsupported parameter: 'reasoning_effort' is not supported with this model.",
        """invalid reasoning value: 'minimal' (must be "high", "medium", "low", or "none")""",
        '"some-model:8b" does not support thinking',
    ],
)
async def test_reasoning_effort_is_sent_when_set_and_left_out_where_it_is_refused(
    refusal: str, server: ModelServer
) -> None:
    server.play(error(400, refusal))
    async with open_model(settings(server, openai_reasoning_effort="low")) as engine:
        for _ in range(2):
            await engine.draft(make_article(), "en")
    sent = [request.body.get("reasoning_effort") for request in server.requests]
    assert sent == ["low", None, None]


async def test_the_second_model_writes_when_the_first_fails_and_is_named(
    server: ModelServer, redis: Redis
) -> None:
    async with ModelServer(default=FAULTS["401"]) as first:
        chosen = settings(
            first,
            openai_api_key=SecretStr("sk-first"),
            sayso_second_model="second",
            sayso_second_base_url=server.url,
            sayso_second_api_key=SecretStr("sk-second"),
        )
        text = " ".join(SENTENCES) * 2
        async with open_newsroom(chosen, redis) as newsroom:
            brief = await newsroom.make_brief(Submission(kind="text", text=text, scope="7"))
            first.default = faithful
            again = await newsroom.make_brief(Submission(kind="text", text=text, scope="7"))
    assert (brief.engine, brief.notices, brief.usage.model_calls) == ("second", (), 2)
    assert server.requests[0].body["model"] == "second"
    assert server.requests[0].headers["Authorization"] == "Bearer sk-second"
    assert "sk-first" not in str(server.requests)
    assert again.cached, "the stand-in is served for a while"
    assert again.id == brief.id


async def test_a_second_model_without_an_address_is_on_the_first_ones_server(server: ModelServer) -> None:
    server.play(FAULTS["refusal"])
    chosen = settings(server, openai_api_key=SecretStr("sk-first"), sayso_second_model="second")
    async with open_model(chosen) as engine:
        draft, usage = await engine.draft(make_article(), "en")
    assert draft.writer == "second"
    assert usage.model_calls == 2
    assert [request.body["model"] for request in server.requests] == ["first", "second"]
    assert {request.headers["Authorization"] for request in server.requests} == {"Bearer sk-first"}


async def test_a_first_model_that_hangs_leaves_the_second_its_time(server: ModelServer) -> None:
    async with AsyncExitStack() as stack:
        silent = await stack.enter_async_context(ModelServer(default=FAULTS["silence"]))
        first = await stack.enter_async_context(open_engine(silent.url, timeout_s=2.0))
        second = await stack.enter_async_context(open_engine(server.url, model="second", timeout_s=2.0))
        start = time.monotonic()
        draft, usage = await SecondChanceEngine(first, second, timeout_s=2.0).draft(make_article(), "en")
        assert time.monotonic() - start < 2.5
    assert draft.writer == "second"
    assert usage.model_calls == 2


async def test_two_failing_models_end_in_the_seconds_error_with_the_cost_of_both(server: ModelServer) -> None:
    server.play(FAULTS["content_filter"], FAULTS["length with half a draft"])
    async with open_model(settings(server, sayso_second_model="second")) as engine:
        with pytest.raises(EngineError) as caught:
            await engine.draft(make_article(), "en")
    assert caught.value.usage == Usage(
        model_calls=2, input_tokens=6_000, cached_tokens=4_096, output_tokens=800
    )


async def test_a_second_address_that_allows_no_request_stops_the_start_by_its_name(
    server: ModelServer,
) -> None:
    chosen = settings(server, sayso_second_model="second", sayso_second_base_url="http://")
    with pytest.raises(SettingsError) as caught:
        async with open_model(chosen):
            pass
    assert caught.value.sentence.startswith("SAYSO_SECOND_BASE_URL")
