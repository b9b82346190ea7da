"""Answers as they are written: what is shown early is complete, only grows, and never becomes the draft."""

import asyncio
import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from aiohttp import web

from bot.briefing.engines.partial import Partials, read_beginning
from bot.briefing.engines.second import SecondChanceEngine
from bot.briefing.models import Draft
from bot.errors import EngineTruncated
from tests.briefing.drafting import SENTENCES, make_article, open_engine
from tests.servers.model import (
    Answer,
    Exchange,
    ModelServer,
    draft_of,
    envelope,
    error,
    faithful,
    split_completion,
    stream,
)
from tests.servers.model_faults import FAULTS

ANSWER = {
    "headline": "Pellworth keeps its buses",
    "statements": [{"text": text, "sentences": [n, 12]} for n, text in enumerate(SENTENCES, 1)],
    "flags": [{"quote": "A bus", "sentence": 4}],
    "loaded": [],
    "absent": [],
}


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


def paced(pause_s: float) -> Answer:
    """Answer with the faithful draft, a few words at a time."""

    async def answer(exchange: Exchange) -> web.StreamResponse:
        completion = envelope(json.dumps(draft_of(exchange.recorded)))
        return await stream(*split_completion(completion, pieces=40), "[DONE]", pause_s=pause_s)(exchange)

    return answer


@pytest.mark.parametrize("indent", [None, 2])
def test_at_every_character_only_what_is_complete_is_read(indent: int | None) -> None:
    text = json.dumps(ANSWER, indent=indent)
    shown: list[Draft] = []
    for end in range(len(text) + 1):
        draft = read_beginning(text[:end], sentences=12)
        if draft is None:
            continue
        assert draft.headline == ANSWER["headline"]
        assert [item.text for item in draft.statements] == list(SENTENCES[: len(draft.statements)])
        assert all(item.sentences == (n, 12) for n, item in enumerate(draft.statements, 1))
        assert not shown or draft.statements[: len(shown[-1].statements)] == shown[-1].statements
        shown.append(draft)
    assert len(shown[-1].statements) == len(SENTENCES)


def test_a_statement_is_there_as_soon_as_its_brace_closes() -> None:
    text = json.dumps(ANSWER)
    end = text.index("}") + 1
    before, after = read_beginning(text[: end - 1], 12), read_beginning(text[:end], 12)
    assert before is not None
    assert before.statements == ()
    assert after is not None
    assert len(after.statements) == 1


@pytest.mark.parametrize(
    "text", ["", "{", "[1", '{"headline": "Half', "```json\n{", '{"headline": 3}', "{]", "[" * 9_999]
)
def test_without_a_headline_there_is_nothing_to_show(text: str) -> None:
    assert read_beginning(text, 12) is None


async def test_headline_and_statements_come_while_the_rest_is_written(server: ModelServer) -> None:
    server.default = paced(0.02)
    shown: list[tuple[float, Draft]] = []

    async def show(draft: Draft) -> None:
        shown.append((time.monotonic(), draft))

    async with open_engine(server.url, timeout_s=5.0) as engine:
        draft, usage = await engine.draft(make_article(), "en", show)
    end = time.monotonic()
    assert [item.text for item in draft.statements] == list(SENTENCES)
    assert (usage.model_calls, usage.input_tokens) == (1, 3_000)
    assert shown[0][1].statements == ()
    assert shown[0][0] < end - 0.4
    sizes = [len(partial.statements) for _, partial in shown]
    assert sizes == sorted(set(sizes))
    assert sizes[-1] >= 3
    assert all(partial.statements == draft.statements[: len(partial.statements)] for _, partial in shown)


async def test_a_slow_consumer_gets_the_latest_and_delays_nothing(server: ModelServer) -> None:
    server.default = paced(0.01)
    shown: list[int] = []

    async def show(draft: Draft) -> None:
        shown.append(len(draft.statements))
        await asyncio.sleep(0.25 if len(shown) < 2 else 30)

    start = time.monotonic()
    async with open_engine(server.url, timeout_s=5.0) as engine:
        draft, _ = await engine.draft(make_article(), "en", show)
    assert time.monotonic() - start < 3
    assert len(draft.statements) == 5
    assert len(shown) == 2
    assert shown[1] >= 2


async def test_a_consumer_that_fails_does_not_cost_the_draft(server: ModelServer) -> None:
    calls = []

    async def show(draft: Draft) -> None:
        calls.append(draft)
        raise RuntimeError

    server.default = paced(0.01)
    async with open_engine(server.url, timeout_s=5.0) as engine:
        draft, _ = await engine.draft(make_article(), "en", show)
    assert len(draft.statements) == 5
    assert len(calls) == 1


async def test_an_answer_asked_for_again_is_shown_as_far_as_it_goes_on() -> None:
    shown: list[Draft] = []

    async def show(draft: Draft) -> None:
        shown.append(draft)

    async with Partials(show, sentences=12) as partials:
        for headline in ("One", "Another", "One"):
            for number in (1, 2, 3) if shown else (1, 2):
                said = [{"text": f"Number {n}.", "sentences": [n]} for n in range(1, number + 1)]
                partials.begin()
                partials.hear(json.dumps({"headline": headline, "statements": said}))
                await asyncio.sleep(0.08)
    assert [(draft.headline, len(draft.statements)) for draft in shown] == [
        ("One", 1),
        ("One", 2),
        ("One", 3),
    ]


async def test_what_repeats_the_marker_is_not_shown_early(server: ModelServer) -> None:
    has_shown_one = asyncio.Event()

    async def leak(exchange: Exchange) -> web.StreamResponse:
        marker = exchange.recorded.user.partition("<<<")[2].split()[0]
        draft = draft_of(exchange.recorded)
        draft["statements"][1]["text"] = f"The mark is {marker}."
        events = [*split_completion(envelope(json.dumps(draft))), "[DONE]"]
        return await stream(*events, pause_s=0.06, hold=(len(events) - 2, has_shown_one))(exchange)

    server.default = leak
    shown: list[Draft] = []

    async def show(draft: Draft) -> None:
        shown.append(draft)
        if draft.statements:
            has_shown_one.set()

    async with open_engine(server.url, timeout_s=20.0) as engine:
        draft, _ = await engine.draft(make_article(), "en", show)
    assert len(draft.statements) == 4
    assert {len(partial.statements) for partial in shown} == {0, 1}


async def test_a_second_model_does_not_take_back_what_the_first_has_shown(server: ModelServer) -> None:
    async with AsyncExitStack() as stack:
        cut = await stack.enter_async_context(ModelServer(default=FAULTS["length, then stop"]))
        server.default = paced(0.01)
        first = await stack.enter_async_context(open_engine(cut.url, timeout_s=5.0))
        second = await stack.enter_async_context(open_engine(server.url, timeout_s=5.0))
        shown: list[Draft] = []

        async def show(draft: Draft) -> None:
            shown.append(draft)

        await SecondChanceEngine(first, second, timeout_s=5.0).draft(make_article(), "en", show)
    assert len(shown) == 1


async def test_half_a_stream_is_shown_but_is_no_draft(server: ModelServer) -> None:
    server.default = FAULTS["cut before it says how it ends"]
    shown: list[Draft] = []

    async def show(draft: Draft) -> None:
        shown.append(draft)

    async with open_engine(server.url) as engine:
        with pytest.raises(EngineTruncated):
            await engine.draft(make_article(), "en", show)
    assert shown


@pytest.mark.parametrize(
    ("complaint", "kept"),
    [
        ("Unrecognized request argument supplied: stream_options", {"stream"}),
        ("Your organization must be verified to stream this model.", set()),
        ("Streaming is not supported", set()),
    ],
)
async def test_a_server_that_cannot_stream_is_asked_without(
    server: ModelServer, complaint: str, kept: set[str]
) -> None:
    server.play(error(400, complaint))
    async with open_engine(server.url) as engine:
        for _ in range(2):
            draft, _ = await engine.draft(make_article(), "en")
            assert len(draft.statements) == 5
    first, *later = ({"stream", "stream_options"} & set(request.body) for request in server.requests)
    assert first == {"stream", "stream_options"}
    assert later == [kept, kept]


async def test_words_that_only_contain_stream_change_nothing(server: ModelServer) -> None:
    server.play(error(400, "The upstream provider returned an error about max_tokens"))
    async with open_engine(server.url) as engine:
        await engine.draft(make_article(), "en")
    assert server.requests[-1].body["stream"] is True


async def test_a_server_that_takes_no_notice_of_streaming_is_read_plainly() -> None:
    async with ModelServer(streams=False) as server, open_engine(server.url) as engine:
        draft, usage = await engine.draft(make_article(), "en")
    assert len(draft.statements) == 5
    assert usage.input_tokens == 3_000


async def test_hanging_up_on_a_draft_hangs_up_on_the_server(server: ModelServer) -> None:
    left = asyncio.Event()

    async def watch(exchange: Exchange) -> web.StreamResponse:
        try:
            return await paced(0.02)(exchange)
        except (ConnectionError, asyncio.CancelledError):
            left.set()
            raise

    server.play(watch)
    async with open_engine(server.url, timeout_s=30.0) as engine:
        drafting = asyncio.create_task(engine.draft(make_article(), "en"))
        await server.asked.wait()
        drafting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await drafting
        async with asyncio.timeout(5):
            await left.wait()
        server.play(faithful)
        await engine.draft(make_article(), "en")
