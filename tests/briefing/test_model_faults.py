"""Every fault of a model's server ends in a draft or in the right error, within the deadline."""

import asyncio
import inspect
import json
import random
import socket
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack

import openai
import pytest
from openai import _exceptions

from bot.briefing.engines import endpoint
from bot.briefing.engines.endpoint import ERRORS, map_error
from bot.briefing.models import Usage
from bot.briefing.tokens import count_tokens
from bot.errors import (
    EngineError,
    EngineGarbled,
    EngineRefused,
    EngineTimeout,
    EngineTruncated,
    EngineUnavailable,
    SettingsError,
)
from tests.briefing.drafting import SENTENCES, make_article, open_engine
from tests.servers.model import ModelServer, faithful, rewritten
from tests.servers.model_faults import FAULTS

GRACE_S = 0.5
AT_ONCE = 10


@pytest.fixture(scope="module", autouse=True)
def vocabulary() -> None:
    """Load it before deadlines of a second run."""
    count_tokens("", "test-model")


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest.fixture(params=[True, False], ids=["streamed", "whole"])
def streams(request: pytest.FixtureRequest) -> bool:
    return bool(request.param)


async def fail(url: str, **changes: object) -> tuple[EngineError, float]:
    """Draft, expect an error, and return it with the seconds it took; the deadline holds always."""
    async with open_engine(url, **changes) as engine:
        start = time.monotonic()
        with pytest.raises(EngineError) as caught:
            await engine.draft(make_article(), "en")
        took_s = time.monotonic() - start
    assert took_s < float(str(changes.get("timeout_s", 1.0))) + GRACE_S
    return caught.value, took_s


LASTING: dict[str, tuple[type[EngineError], int]] = {
    "429": (EngineUnavailable, 4),
    "429 retry-after 3": (EngineUnavailable, 1),
    "429 retry-after a day": (EngineUnavailable, 1),
    "429 insufficient_quota": (EngineUnavailable, 1),
    "500": (EngineUnavailable, 4),
    "502 html": (EngineUnavailable, 4),
    "503": (EngineUnavailable, 4),
    "529": (EngineUnavailable, 4),
    "408": (EngineUnavailable, 4),
    "409": (EngineUnavailable, 4),
    "x-should-retry false": (EngineUnavailable, 1),
    "401": (EngineUnavailable, 1),
    "403": (EngineUnavailable, 1),
    "404": (EngineUnavailable, 1),
    "400": (EngineUnavailable, 1),
    "400 content_filter": (EngineRefused, 1),
    "400 context_length_exceeded": (EngineUnavailable, 2),
    "silence": (EngineTimeout, 1),
    "header drip": (EngineTimeout, 1),
    "body drip": (EngineTimeout, 1),
    "reset": (EngineUnavailable, 2),
    "hang-up": (EngineUnavailable, 2),
    "empty body": (EngineGarbled, 1),
    "html": (EngineGarbled, 1),
    "200 with error": (EngineUnavailable, 1),
    "no choices": (EngineGarbled, 1),
    "odd choices": (EngineGarbled, 1),
    "null content": (EngineGarbled, 1),
    "blank content": (EngineGarbled, 1),
    "length with half a draft": (EngineTruncated, 1),
    "length with a whole draft": (EngineTruncated, 1),
    "length without content": (EngineTruncated, 1),
    "half a draft that claims to be finished": (EngineGarbled, 1),
    "content_filter": (EngineRefused, 1),
    "finish_reason error": (EngineUnavailable, 1),
    "refusal": (EngineRefused, 1),
    "two drafts": (EngineGarbled, 1),
    "wrong schema": (EngineGarbled, 1),
    "an array": (EngineGarbled, 1),
    "empty statements": (EngineGarbled, 1),
    "NaN": (EngineGarbled, 1),
    "1e999": (EngineGarbled, 1),
    "duplicate keys": (EngineGarbled, 1),
    "nested a million deep": (EngineGarbled, 1),
    "5 MB content": (EngineGarbled, 1),
    "5 MB error": (EngineGarbled, 1),
    "unasked gzip": (EngineGarbled, 1),
    "an empty stream": (EngineTruncated, 2),
    "a stream of pages": (EngineGarbled, 1),
    "a stream of nothing but its end": (EngineGarbled, 1),
    "cut in the middle": (EngineTruncated, 2),
    "cut before it says how it ends": (EngineTruncated, 2),
    "error in the middle": (EngineUnavailable, 2),
    "error after the last word": (EngineUnavailable, 2),
    "error in the stream, lasting": (EngineUnavailable, 1),
    "stop, then length": (EngineTruncated, 1),
    "length, then stop": (EngineTruncated, 1),
}
"""The error that a lasting fault ends in, and the calls it costs."""

READ_AROUND = (
    "fences",
    "prose",
    "thoughts",
    "surrogates and NUL",
    "numbers out of range",
    "no usage",
    "negative usage",
    "huge usage",
    "two choices",
    "no usage, no end",
    "no finish but the end",
    "never hangs up",
)


async def test_a_lasting_fault_ends_in_its_error(streams: bool) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def meet(name: str) -> tuple[type[EngineError], int, int]:
        async with turn, ModelServer(default=FAULTS[name], streams=streams) as server:
            error, _ = await fail(server.url, timeout_s=3.0)
            return type(error), len(server.requests), error.usage.model_calls

    met = await asyncio.gather(*map(meet, LASTING))
    assert dict(zip(LASTING, met, strict=True)) == {
        name: (leaf, calls, calls) for name, (leaf, calls) in LASTING.items()
    }


@pytest.mark.parametrize("name", READ_AROUND)
async def test_a_fault_that_can_be_read_around_still_gives_the_draft(name: str, streams: bool) -> None:
    async with (
        ModelServer(default=FAULTS[name], streams=streams) as server,
        open_engine(server.url) as engine,
    ):
        draft, usage = await engine.draft(make_article(), "en")
    assert draft.headline == "Pellworth keeps its night buses"
    assert [statement.text for statement in draft.statements] == list(SENTENCES)
    assert [statement.sentences for statement in draft.statements] == [(n,) for n in range(1, 6)]
    assert usage.model_calls == 1
    assert 0 <= usage.cached_tokens <= usage.input_tokens < 10_000


@pytest.mark.parametrize("name", ["429", "429 retry-after 0.1", "500", "502 html", "529", "reset", "hang-up"])
async def test_a_passing_fault_costs_a_retry_and_is_counted(server: ModelServer, name: str) -> None:
    server.play(FAULTS[name])
    async with open_engine(server.url, timeout_s=2.0) as engine:
        draft, usage = await engine.draft(make_article(), "en")
    assert len(draft.statements) == 5
    assert usage.model_calls == len(server.requests) == 2


async def test_a_wait_the_server_asks_for_is_waited(server: ModelServer) -> None:
    server.play(FAULTS["429 retry-after 0.1"])
    async with open_engine(server.url) as engine:
        start = time.monotonic()
        await engine.draft(make_article(), "en")
    assert time.monotonic() - start >= 0.1


async def test_a_wait_that_does_not_fit_is_not_begun(server: ModelServer) -> None:
    server.default = FAULTS["429 retry-after a day"]
    _, took_s = await fail(server.url, timeout_s=5.0)
    assert took_s < 1


async def test_a_lost_answer_is_asked_for_once_more_even_among_other_faults(server: ModelServer) -> None:
    server.play(FAULTS["reset"], FAULTS["500"], FAULTS["hang-up"], faithful)
    error, _ = await fail(server.url, timeout_s=3.0)
    assert type(error) is EngineUnavailable
    assert len(server.requests) == 3


async def test_nothing_listening_is_unavailable_and_costs_no_call() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        error, _ = await fail(f"http://127.0.0.1:{unused.getsockname()[1]}/v1")
    assert type(error) is EngineUnavailable
    assert error.usage == Usage()


async def test_a_server_that_never_completes_a_connection_ends_at_the_deadline() -> None:
    with ExitStack() as stack:
        deaf = stack.enter_context(socket.socket())
        deaf.bind(("127.0.0.1", 0))
        deaf.listen(0)
        for _ in range(4):  # fill the queue of connections, so that a further one gets no answer
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(deaf.getsockname())
        error, _ = await fail(f"http://127.0.0.1:{deaf.getsockname()[1]}/v1")
    assert isinstance(error, EngineTimeout | EngineUnavailable)
    assert error.usage == Usage() or isinstance(error, EngineTimeout)


async def test_plain_http_behind_an_https_address_is_unavailable(server: ModelServer) -> None:
    error, _ = await fail(server.url.replace("http:", "https:"))
    assert isinstance(error, EngineTimeout | EngineUnavailable)
    assert server.requests == []


async def test_an_outage_stops_costing_retries_and_recovery_is_noticed(server: ModelServer) -> None:
    server.default = FAULTS["x-should-retry false"]
    async with open_engine(server.url, timeout_s=3.0) as engine:
        engine._caller._retry_budget.tokens = 1.5
        server.default = FAULTS["503"]
        for _ in range(3):
            with pytest.raises(EngineUnavailable):
                await engine.draft(make_article(), "en")
        assert len(server.requests) == 4
        server.default = faithful
        draft, usage = await engine.draft(make_article(), "en")
    assert draft.statements
    assert usage.model_calls == 1


async def test_a_third_of_requests_failing_at_random_still_gives_drafts(server: ModelServer) -> None:
    rng = random.Random(43)
    server.play(*(FAULTS["500"] if rng.random() < 0.3 else faithful for _ in range(40)))
    async with open_engine(server.url, timeout_s=5.0) as engine:
        drafts = await asyncio.gather(*(engine.draft(make_article(), "en") for _ in range(12)))
    assert all(draft.statements for draft, _ in drafts)


async def test_a_spent_answer_is_charged_even_when_it_is_no_use(server: ModelServer) -> None:
    server.default = FAULTS["length with half a draft"]
    error, _ = await fail(server.url)
    assert error.usage == Usage(model_calls=1, input_tokens=3_000, cached_tokens=2_048, output_tokens=400)


async def test_no_text_of_the_article_or_the_server_is_in_an_errors_cause(server: ModelServer) -> None:
    server.default = rewritten(lambda draft: json.dumps(draft)[:-40])
    error, _ = await fail(server.url)
    assert "Pellworth" not in str(error)
    server.default = FAULTS["401"]
    error, _ = await fail(server.url)
    assert "API key" not in str(error)


async def test_cancelling_a_draft_leaves_the_engine_usable(server: ModelServer) -> None:
    server.play(FAULTS["silence"])
    async with open_engine(server.url, timeout_s=30.0) as engine:
        waiting = asyncio.create_task(engine.draft(make_article(), "en"))
        await server.asked.wait()
        waiting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await waiting
        draft, _ = await engine.draft(make_article(), "en")
    assert draft.statements


@pytest.mark.parametrize(
    "url",
    ["http://", "http://[bad/v1", "http://127.0.0.1:99999/v1", "http://ä..b/v1", "http://:80/v1", "ftp://a/"],
)
async def test_an_address_that_allows_no_request_stops_the_start(url: str) -> None:
    with pytest.raises(SettingsError) as caught:
        async with open_engine(url):
            pass
    assert caught.value.sentence.startswith("OPENAI_BASE_URL")


@pytest.mark.parametrize("key", ["sk-ключ", "sk-a\nb"])
async def test_a_key_that_fits_no_header_stops_the_start_and_is_not_told(key: str) -> None:
    with pytest.raises(SettingsError) as caught:
        async with open_engine("http://127.0.0.1:9/v1", api_key=key):
            pass
    assert key not in caught.value.sentence + str(caught.value)


EXPECTED = {
    "OpenAIError": EngineUnavailable,
    "SubjectTokenProviderError": EngineUnavailable,
    "APIError": EngineUnavailable,
    "APIResponseValidationError": EngineGarbled,
    "APIStatusError": EngineUnavailable,
    "APIConnectionError": EngineUnavailable,
    "APITimeoutError": EngineTimeout,
    "BadRequestError": EngineUnavailable,
    "AuthenticationError": EngineUnavailable,
    "OAuthError": EngineUnavailable,
    "PermissionDeniedError": EngineUnavailable,
    "NotFoundError": EngineUnavailable,
    "ConflictError": EngineUnavailable,
    "UnprocessableEntityError": EngineUnavailable,
    "RateLimitError": EngineUnavailable,
    "InternalServerError": EngineUnavailable,
    "LengthFinishReasonError": EngineTruncated,
    "ContentFilterFinishReasonError": EngineRefused,
    "WebSocketConnectionClosedError": EngineUnavailable,
    "WebSocketQueueFullError": EngineUnavailable,
}


def test_every_error_class_of_the_sdk_is_mapped() -> None:
    classes = {
        name: cls
        for name, cls in inspect.getmembers(_exceptions, inspect.isclass)
        if issubclass(cls, openai.OpenAIError)
    }
    assert set(classes) == set(EXPECTED), "the SDK has other errors than those decided on here"
    for name, cls in classes.items():
        assert any(base in ERRORS for base in cls.__mro__)
        assert map_error(cls.__new__(cls)) is EXPECTED[name], name


def test_the_limit_of_a_body_is_far_above_any_draft() -> None:
    assert endpoint.MAX_BODY_BYTES > 20 * 8_000
