"""What goes over the wire: the prefix that providers cache, the ladder of formats, the usage."""

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.briefing.engines.endpoint import takes_cache_key
from bot.briefing.models import KINDS
from bot.briefing.tokens import count_tokens
from bot.errors import EngineGarbled, EngineUnavailable
from prompts import load_prompt
from tests.briefing.drafting import make_article, open_engine
from tests.servers.model import Answer, Exchange, ModelServer, error, faithful, rewritten
from tests.servers.model_faults import FAULTS


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


def formats(server: ModelServer) -> list[str | None]:
    return [request.body.get("response_format", {}).get("type") for request in server.requests]


def limits(server: ModelServer) -> list[str | None]:
    names = ("max_completion_tokens", "max_tokens")
    return [next((name for name in names if name in request.body), None) for request in server.requests]


async def test_one_article_is_one_call_with_a_strict_schema_and_a_bounded_answer(server: ModelServer) -> None:
    async with open_engine(server.url) as engine:
        draft, usage = await engine.draft(make_article(), "en")
    (request,) = server.requests
    assert request.body["model"] == "test-model" == engine.name
    assert request.body["response_format"] == {
        "type": "json_schema",
        "json_schema": {"name": "brief", "strict": True, "schema": load_prompt("brief").schema},
    }
    assert request.body["max_completion_tokens"] == 8_000
    assert request.headers["Accept-Encoding"] == "identity"
    assert request.body["stream"] is True
    assert request.body["stream_options"] == {"include_usage": True}
    streaming = {"stream", "stream_options"}
    assert set(request.body) == {"model", "messages", "response_format", "max_completion_tokens"} | streaming
    assert (usage.input_tokens, usage.cached_tokens, usage.output_tokens) == (3_000, 2_048, 400)
    assert draft.flags == ()


async def test_the_system_message_is_the_same_bytes_for_every_article_and_long_enough_to_be_cached(
    server: ModelServer,
) -> None:
    async with open_engine(server.url) as engine:
        await engine.draft(make_article(), "en")
        await engine.draft(make_article("Ein anderer Artikel.", language="de", title=None), "de")
    first, second = server.requests
    assert first.system == second.system == load_prompt("brief").system
    assert count_tokens(first.system, "gpt-5") >= 1_024


async def test_requests_in_two_languages_share_every_byte_through_the_article(server: ModelServer) -> None:
    async with open_engine(server.url) as engine:
        await engine.draft(make_article(), "en")
        await engine.draft(make_article(), "uk")
    first, second = (request.user for request in server.requests)
    through = first.index(">>>") + 3
    assert first[:through] == second[:through]
    assert "[5] The lines run again from Saturday." in first[:through]
    assert "English (en)" in first[through:]
    assert "Ukrainian (uk)" in second[through:]


async def test_the_article_is_in_the_user_message_only(server: ModelServer) -> None:
    async with open_engine(server.url) as engine:
        await engine.draft(make_article("Only here stands quixotropy."), "en")
    (request,) = server.requests
    assert "quixotropy" in request.user
    assert "quixotropy" not in request.system
    assert "quixotropy" not in json.dumps(request.headers)


async def test_the_key_goes_into_the_header_and_nowhere_else(server: ModelServer) -> None:
    async with open_engine(server.url, api_key="sk-secret") as engine:
        await engine.draft(make_article(), "en")
    (request,) = server.requests
    assert request.headers["Authorization"] == "Bearer sk-secret"
    assert "sk-secret" not in json.dumps(request.body)


async def test_lone_surrogates_in_an_article_do_not_stop_a_request(server: ModelServer) -> None:
    async with open_engine(server.url) as engine:
        draft, _ = await engine.draft(make_article("A broken \ud83d sentence.", title="T\udc00"), "en")
    assert draft.statements[0].text == "A broken ? sentence."


COMPLAINTS = {
    "openai": (
        "Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model.",
        "'response_format' of type 'json_object' is not supported with this model",
    ),
    "other words": ("json_schema is not supported", "unknown field: response_format"),
}


@pytest.mark.parametrize("words", COMPLAINTS.values(), ids=COMPLAINTS)
async def test_a_server_without_schemas_gets_json_mode_then_plain_and_that_is_remembered(
    server: ModelServer, words: tuple[str, str]
) -> None:
    server.play(error(400, words[0]), error(422, words[1]))
    async with open_engine(server.url) as engine:
        _, usage = await engine.draft(make_article(), "en")
        await engine.draft(make_article(), "en")
    assert formats(server) == ["json_schema", "json_object", None, None]
    assert usage.model_calls == 3


async def test_drafts_refused_at_the_same_time_step_down_once(server: ModelServer) -> None:
    async def refuse_schemas(exchange: Exchange) -> web.StreamResponse:
        is_schema = exchange.recorded.body.get("response_format", {}).get("type") == "json_schema"
        return await (error(400, "no json_schema here") if is_schema else faithful)(exchange)

    server.default = refuse_schemas
    async with open_engine(server.url, timeout_s=5.0) as engine:
        await asyncio.gather(*(engine.draft(make_article(), "en") for _ in range(5)))
    assert sorted(map(str, formats(server))) == ["json_object"] * 5 + ["json_schema"] * 5


async def test_a_late_refusal_does_not_undo_what_was_learnt_meanwhile(server: ModelServer) -> None:
    learnt = asyncio.Event()

    async def refuse_late(exchange: Exchange) -> web.StreamResponse:
        await learnt.wait()
        return await error(400, "no json_schema here")(exchange)

    server.play(refuse_late, error(400, "no json_schema here"), error(400, "no json_object here"))
    async with open_engine(server.url, timeout_s=5.0) as engine:
        late = asyncio.create_task(engine.draft(make_article(), "en"))
        await server.asked.wait()
        await engine.draft(make_article(), "en")
        learnt.set()
        await late
        await engine.draft(make_article(), "en")
    assert formats(server) == ["json_schema", "json_schema", "json_object", None, None, None]


@pytest.mark.parametrize(
    ("url", "taken"),
    [
        ("https://api.openai.com/v1", True),
        ("https://eu.api.openai.com/v1/", True),
        ("http://127.0.0.1:11434/v1", False),
        ("https://api.openai.com.example/v1", False),
    ],
)
def test_only_openai_is_sent_the_name_of_its_cache(url: str, taken: bool) -> None:
    assert takes_cache_key(url) is taken


async def test_json_mode_is_kept_where_it_is_taken(server: ModelServer) -> None:
    server.play(error(400, "This response_format type is unavailable now"))
    async with open_engine(server.url) as engine:
        await engine.draft(make_article(), "en")
        await engine.draft(make_article(), "en")
    assert formats(server) == ["json_schema", "json_object", "json_object"]


async def test_a_server_that_knows_only_max_tokens_gets_that(server: ModelServer) -> None:
    server.play(error(400, "Unrecognized request argument supplied: max_completion_tokens"))
    async with open_engine(server.url) as engine:
        await engine.draft(make_article(), "en")
    assert limits(server) == ["max_completion_tokens", "max_tokens"]
    assert formats(server) == ["json_schema", "json_schema"]


async def test_a_server_that_takes_no_such_limit_is_asked_without_one(server: ModelServer) -> None:
    refusal = error(400, "max_completion_tokens or max_tokens is too large: 8000")
    server.play(refusal, refusal)
    async with open_engine(server.url) as engine:
        await engine.draft(make_article(), "en")
    assert limits(server) == ["max_completion_tokens", "max_tokens", None]


async def test_a_server_that_refuses_everything_is_not_asked_for_ever(server: ModelServer) -> None:
    server.default = error(400, "response_format, max_tokens and max_completion_tokens are bad")
    async with open_engine(server.url) as engine:
        with pytest.raises(EngineUnavailable):
            await engine.draft(make_article(), "en")
    assert len(server.requests) == 5


async def test_fenced_answers_are_read_plainly_from_then_on(server: ModelServer) -> None:
    server.play(FAULTS["fences"])
    async with open_engine(server.url) as engine:
        await engine.draft(make_article(), "en")
        await engine.draft(make_article(), "en")
    assert formats(server) == ["json_schema", None]


async def test_an_unreadable_answer_does_not_change_how_the_server_is_asked(server: ModelServer) -> None:
    server.play(FAULTS["wrong schema"], FAULTS["two drafts"])
    async with open_engine(server.url) as engine:
        for _ in range(2):
            with pytest.raises(EngineGarbled):
                await engine.draft(make_article(), "en")
        await engine.draft(make_article(), "en")
    assert formats(server) == ["json_schema"] * 3


@pytest.mark.parametrize(
    "refusal",
    [
        error(400, "long", code="context_length_exceeded"),
        error(400, "This model's maximum context length is 4096 tokens, max_tokens included."),
    ],
)
async def test_a_window_smaller_than_set_gets_half_of_the_article(
    server: ModelServer, refusal: Answer
) -> None:
    article = make_article(*(f"Sentence number {n} tells of the harbour." for n in range(400)))
    server.play(refusal)
    async with open_engine(server.url, timeout_s=20.0) as engine:
        _, usage = await engine.draft(article, "en")
    first, second = (count_tokens(request.user, "gpt-5") for request in server.requests)
    assert 0.3 < second / first < 0.7
    assert usage.model_calls == 2
    assert formats(server) == ["json_schema", "json_schema"]


async def test_missing_usage_is_counted_here(server: ModelServer) -> None:
    server.default = FAULTS["no usage"]
    async with open_engine(server.url, timeout_s=20.0, model="gpt-5-mini") as engine:
        _, usage = await engine.draft(make_article(), "en")
    (request,) = server.requests
    assert usage.input_tokens == count_tokens(request.system + request.user, "gpt-5-mini")
    assert 100 < usage.output_tokens < 400


async def test_a_draft_is_read_whole(server: ModelServer) -> None:
    def write_all(draft: dict[str, Any]) -> str:
        flag = {
            "quote": "A bus costs 310 crowns a night",
            "sentence": 4,
            "why": "No name.",
            "would_verify": "The books",
        }
        draft["flags"] = [flag | {"speaker": "several officials", "kind": "unnamed_source"}]
        draft["loaded"] = [{"term": "the right thing", "sentence": 2, "neutral": None}]
        draft["absent"] = ["the drivers"]
        return json.dumps(draft)

    server.default = rewritten(write_all)
    async with open_engine(server.url) as engine:
        draft, _ = await engine.draft(make_article(), "en")
    assert draft.flags[0].model_dump() == {
        "quote": "A bus costs 310 crowns a night",
        "sentence": 4,
        "speaker": "several officials",
        "kind": "unnamed_source",
        "why": "No name.",
        "would_verify": "The books",
        "translation": None,
    }
    assert draft.loaded[0].term == "the right thing"
    assert draft.absent == ("the drivers",)


def strict_problems(schema: dict[str, Any], path: str = "$") -> list[str]:
    """List what OpenAI's strict mode would refuse in a schema."""
    sizes, texts = {"minItems", "maxItems"}, {"description", "enum"}
    known = {"type", "properties", "required", "additionalProperties", "items"} | sizes | texts
    problems = [f"{path}: {key}" for key in set(schema) - known]
    if schema["type"] == "object":
        if schema.get("additionalProperties") is not False:
            problems.append(f"{path}: additionalProperties")
        if schema.get("required") != list(schema["properties"]):
            problems.append(f"{path}: required")
        for name, part in schema["properties"].items():
            problems += strict_problems(part, f"{path}.{name}")
    if schema["type"] == "array":
        problems += strict_problems(schema["items"], f"{path}[]")
    return problems


def test_the_schema_keeps_to_strict_mode_and_to_the_taxonomy() -> None:
    schema = load_prompt("brief").schema
    assert strict_problems(schema) == []
    assert tuple(schema["properties"]["flags"]["items"]["properties"]["kind"]["enum"]) == KINDS


async def test_the_prompt_version_is_part_of_the_engine(server: ModelServer) -> None:
    async with open_engine(server.url) as engine:
        assert engine.prompt_version.startswith(load_prompt("brief").version)
        server.play(faithful)
        await engine.draft(make_article(), "en")
