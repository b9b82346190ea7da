"""A stream's bytes: lines and events as they are cut by the wire, its end, and what is left behind it."""

import contextlib
import gc
import json
import sys
from collections.abc import AsyncGenerator, AsyncIterator
from typing import Any

import pytest

from bot.briefing.engines.stream import MAX_EVENT_CHARS, StreamCut, join_stream
from bot.errors import EngineError, EngineGarbled
from tests.briefing.drafting import make_article, open_engine
from tests.servers.model import ModelServer, faithful
from tests.servers.model_faults import FAULTS


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


async def chunks(text: str, size: int) -> AsyncGenerator[bytes, None]:
    data = text.encode()
    for at in range(0, len(data), size):
        yield data[at : at + size]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1_000])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
async def test_comments_and_names_of_events_and_all_ends_of_lines_are_passed_over(
    end: str, size: int
) -> None:
    """An end of a line is one of these three; what a text may hold besides is none."""
    events = [{"choices": [{"index": 0, "delta": {"content": text}}]} for text in ("d\u2028é\x85s", "à-vu")]
    events.append({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    told = [f"data:{json.dumps(event, ensure_ascii=False)}" for event in events]
    lines = [": ping", "", "event: chunk", told[0], "", told[1], "", told[2], "", "data: [DONE]"]
    completion = await join_stream(chunks(end.join(lines), size))
    assert completion["choices"][0] == {
        "message": {"content": "d\u2028é\x85sà-vu", "refusal": None},
        "finish_reason": "stop",
    }


async def test_a_stream_that_stops_inside_an_event_is_cut() -> None:
    with pytest.raises(StreamCut):
        await join_stream(chunks('data: {"choices": [{"index": 0, "delta": {"content": "ye', 8))


async def test_an_end_that_no_line_follows_is_the_end() -> None:
    event = '{"choices": [{"index": 0, "delta": {"content": "yes"}}]}'
    completion = await join_stream(chunks(f"data: {event}\r\rdata: [DONE]\r", 7))
    assert completion["choices"][0]["message"]["content"] == "yes"


async def test_a_line_without_end_is_not_waited_for() -> None:
    with pytest.raises(EngineGarbled):
        await join_stream(chunks("data: " + "x" * 2 * MAX_EVENT_CHARS, 1 << 16))


async def test_the_next_question_goes_over_the_same_connection(server: ModelServer) -> None:
    async with open_engine(server.url) as engine:
        for _ in range(3):
            await engine.draft(make_article(), "en")
    assert len({request.connection for request in server.requests}) == 1


THEIRS = ["PoolByteStream.__aiter__"]
"""httpx2 leaves one of its own when a stream is not read to its end; alone it meets no other."""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("faithful", []),
        ("never hangs up", []),
        ("cut in the middle", []),
        ("silence", []),
        ("error in the middle", THEIRS),
        ("5 MB content", THEIRS),
    ],
)
async def test_nothing_that_reads_a_stream_is_left_to_garbage_collection(
    server: ModelServer, name: str, expected: list[str]
) -> None:
    """What is, is closed by tasks of its own, which can meet one another in the same connection."""
    server.default = FAULTS.get(name, faithful)
    left: list[str] = []
    hooks = sys.get_asyncgen_hooks()

    def finalize(generator: AsyncGenerator[Any, Any]) -> None:
        left.append(getattr(generator, "__qualname__", repr(generator)))
        assert hooks.finalizer is not None
        hooks.finalizer(generator)

    sys.set_asyncgen_hooks(finalizer=finalize)
    try:
        async with open_engine(server.url) as engine:
            with contextlib.suppress(EngineError):
                await engine.draft(make_article(), "en")
            gc.collect()
    finally:
        sys.set_asyncgen_hooks(*hooks)
    assert sorted(set(left)) == expected
