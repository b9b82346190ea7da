"""The 44 faults of a model's server, one table: each ends in a brief in time, at a known number of calls."""

import asyncio
import json
import random
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Any

import pytest

from bot.article.fetch import Fetcher
from bot.article.models import Article, Submission
from bot.article.reader import Reader
from bot.article.workers import Workers
from bot.briefing.engines.offline import OfflineEngine
from bot.briefing.engines.openai import OpenAIEngine
from bot.briefing.labels import word_notices
from bot.briefing.models import Brief, Draft, OnPartial, Usage
from bot.briefing.pipeline import make_brief
from bot.briefing.shelf import Shelf
from bot.briefing.tokens import count_tokens
from bot.errors import EngineError
from storage.flights import Flights
from tests.briefing.drafting import make_article, open_engine
from tests.servers.model import Answer, ModelServer, faithful, rewritten
from tests.servers.model_faults import FAULTS

DEADLINE_S = 3.0
GRACE_S = 0.5
AT_ONCE = 16

TEXT = """Pellworth keeps its night buses

The council of Pellworth voted on Tuesday to keep the night buses for another two years. The lines run from
midnight to five in the morning, and 1,900 people use them in a week, according to the town's own count.
“It was the right thing to do,” said the mayor, Ida Renk, after the vote. The opposition says that the town
cannot pay for it. A bus costs 310 crowns a night, several officials say. Drivers' pay rises by 4.5 percent
from January, according to the minutes of the meeting. The next vote on the timetable is in March.

The first night bus of Pellworth ran in May 2011 with eleven passengers. The depot stands on Mill Lane since
1974. The town owns nine buses and rents two more from the county of Ostrel. A ticket for the night costs four
crowns, and children ride for nothing. The county paid half of the costs until 2019. Ridership fell by a third
in 2020 and rose again in the two years after that, according to the same count."""


@dataclass
class Timed:
    """An engine, and how long its last draft took: the deadline is the engine's, not the machine's."""

    engine: OpenAIEngine
    name: str = "test-model"
    took_s: float = 0.0

    @property
    def prompt_version(self) -> str:
        return self.engine.prompt_version

    async def draft(
        self, article: Article, language: str, on_partial: OnPartial | None = None
    ) -> tuple[Draft, Usage]:
        start = time.monotonic()
        try:
            return await self.engine.draft(article, language, on_partial)
        finally:
            self.took_s = time.monotonic() - start


Write = Callable[[Timed], Awaitable[Brief]]


@pytest.fixture(scope="module")
async def write() -> AsyncIterator[Write]:
    count_tokens("", "test-model")  # loads the vocabulary before any deadline runs
    workers = Workers(count=2)
    offline = OfflineEngine(workers)

    async def brief(engine: Timed) -> Brief:
        return await make_brief(
            Submission(kind="text", text=TEXT, scope="7"),
            reader=Reader(fetcher=fetcher, workers=workers),
            engine=engine,
            offline=offline,
            workers=workers,
            shelf=Shelf(None),
            flights=Flights(None),
        )

    try:
        async with Fetcher(timeout_s=1, limit_bytes=1, ports=frozenset({80})) as fetcher:
            yield brief
    finally:
        await workers.close()


def nobody(_url: str, stack: AsyncExitStack) -> str:
    """Return an address where nothing listens."""
    unused = stack.enter_context(socket.socket())
    unused.bind(("127.0.0.1", 0))
    return f"http://127.0.0.1:{unused.getsockname()[1]}/v1"


def black_hole(_url: str, stack: AsyncExitStack) -> str:
    """Return an address that takes no further connection, and says nothing of it."""
    deaf = stack.enter_context(socket.socket())
    deaf.bind(("127.0.0.1", 0))
    deaf.listen(0)
    for _ in range(4):
        waiting = stack.enter_context(socket.socket())
        waiting.setblocking(False)
        waiting.connect_ex(deaf.getsockname())
    return f"http://127.0.0.1:{deaf.getsockname()[1]}/v1"


def no_tls(url: str, _stack: AsyncExitStack) -> str:
    return url.replace("http:", "https:")


def in_german(draft: dict[str, Any]) -> str:
    """Write the statements in a language that nobody asked for."""
    texts = (
        "Der Rat von Pellworth behält die Nachtbusse.",
        "Die Linien fahren von Mitternacht bis fünf Uhr.",
    )
    statements = [{"text": text, "sentences": [number]} for number, text in enumerate(texts, 1)]
    return json.dumps(draft | {"headline": "Pellworth behält die Nachtbusse", "statements": statements})


def with_invented_quote(draft: dict[str, Any]) -> str:
    flag = {
        "sentence": 3,
        "speaker": "Ida Renk",
        "kind": "opinion_as_fact",
        "why": "Hers.",
        "would_verify": "-",
    }
    quote = "“We shall never give up the trams,” said the mayor"
    return json.dumps(draft | {"flags": [flag | {"quote": quote}]})


@dataclass(frozen=True, kw_only=True)
class Case:
    """A fault; `writer` is who writes the brief, `calls` what it costs, `notice` what the reader is told."""

    fault: Answer
    calls: int
    writer: str = "offline"
    notice: str = "The model could not be reached"
    after: Answer | None = None
    url: Callable[[str, AsyncExitStack], str] | None = None


def lasting(name: str, calls: int = 1, notice: str = "The model could not be reached") -> Case:
    return Case(fault=FAULTS[name], calls=calls, notice=notice)


def read(name: str) -> Case:
    return Case(fault=FAULTS[name], calls=1, writer="test-model", notice="")


def passing(name: str, calls: int = 2) -> Case:
    return Case(fault=FAULTS[name], calls=calls, writer="test-model", notice="", after=faithful)


LATE, GARBLED = "The model did not answer in time", "The model's answer could not be used"
REFUSED, CUT = "The model declined to answer", "The model's answer was cut off"

CASES = {
    "1 429": lasting("429", 4),
    "1 429, passing": passing("429"),
    "2 429 retry-after 3": lasting("429 retry-after 3"),
    "2 429 retry-after 0.1, passing": passing("429 retry-after 0.1"),
    "3 429 retry-after a day": lasting("429 retry-after a day"),
    "4 429 insufficient_quota": lasting("429 insufficient_quota"),
    "5 500": lasting("500", 4),
    "6 502 html": lasting("502 html", 4),
    "7 503": lasting("503", 4),
    "8 529": lasting("529", 4),
    "9 408": lasting("408", 4),
    "9 409": lasting("409", 4),
    "10 x-should-retry false": lasting("x-should-retry false"),
    "11 connect refused": Case(fault=faithful, calls=0, url=nobody),
    "12 black hole": Case(fault=faithful, calls=0, url=black_hole, notice="The model "),
    "13 silence": lasting("silence", notice=LATE),
    "14 header drip": lasting("header drip", notice=LATE),
    "15 body drip": lasting("body drip", notice=LATE),
    "16 reset": lasting("reset", 2),
    "16 reset, passing": passing("reset"),
    "17 tls": Case(fault=faithful, calls=0, url=no_tls, notice="The model "),
    "18 empty body": lasting("empty body", notice=GARBLED),
    "19 html": lasting("html", notice=GARBLED),
    "20 200 with error": lasting("200 with error"),
    "21 no choices": lasting("no choices", notice=GARBLED),
    "22 null content": lasting("null content", notice=GARBLED),
    "23 length with half a draft": lasting("length with half a draft", notice=CUT),
    "24 length without content": lasting("length without content", notice=CUT),
    "25 content_filter": lasting("content_filter", notice=REFUSED),
    "26 refusal": lasting("refusal", notice=REFUSED),
    "27 fences": read("fences"),
    "28 prose": read("prose"),
    "29 wrong schema": lasting("wrong schema", notice=GARBLED),
    "30 duplicate keys": lasting("duplicate keys", notice=GARBLED),
    "30 NaN": lasting("NaN", notice=GARBLED),
    "30 1e999": lasting("1e999", notice=GARBLED),
    "31 surrogates and NUL": read("surrogates and NUL"),
    "32 wrong language": Case(fault=rewritten(in_german), calls=1, notice=GARBLED),
    "33 invented quote": Case(fault=rewritten(with_invented_quote), calls=1, writer="test-model", notice=""),
    "34 5 MB content": lasting("5 MB content", notice=GARBLED),
    "35 no usage": read("no usage"),
    "35 negative usage": read("negative usage"),
    "35 huge usage": read("huge usage"),
    "36 stream cut": lasting("cut in the middle", 2, CUT),
    "36 stream cut, passing": passing("cut in the middle"),
    "36 whole, but for [DONE]": read("no usage, no end"),
    "37 error in the stream": lasting("error in the middle", 2),
    "37 error in the stream, passing": passing("error in the middle"),
    "38 two finish reasons": lasting("stop, then length", notice=CUT),
    "39 another model's name": Case(
        fault=rewritten(json.dumps, model="test-model-2026"), calls=1, writer="test-model", notice=""
    ),
    "39 no such model": lasting("404"),
    "40 key revoked": lasting("401"),
    "41 window exceeded": Case(
        fault=FAULTS["400 context_length_exceeded"],
        after=faithful,
        calls=2,
        writer="test-model",
        notice="The article is longer than the model can read: ",
    ),
    "42 late": lasting("late", notice=LATE),
}  # 43 and 44 are drafts in a row: below


async def run(case: Case, write: Write) -> tuple[Brief, float, int]:
    """Make a brief against the fault; return it, the engine's seconds, and the calls."""
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ModelServer(default=case.after or case.fault))
        if case.after is not None:
            server.play(case.fault)
        url = case.url(server.url, stack) if case.url else server.url
        engine = await stack.enter_async_context(open_engine(url, timeout_s=DEADLINE_S))
        timed = Timed(engine)
        brief = await write(timed)
        return brief, timed.took_s, len(server.requests)


def judge(case: Case, brief: Brief, took_s: float, calls: int) -> list[str]:
    """List what is not as it should be."""
    told = word_notices(brief.notices)
    label = "; this brief was made offline." if case.writer == "offline" else "."
    checks = {
        f"calls {calls}": calls == case.calls,
        f"usage {brief.usage.model_calls}": brief.usage.model_calls == calls or case.url is not None,
        f"writer {brief.engine}": brief.engine == case.writer,
        f"notice {told!r}": told.startswith(case.notice) and told.endswith(label)
        if case.notice
        else not told,
        f"took {took_s:.2f} s": took_s < DEADLINE_S + GRACE_S,
        f"{len(brief.statements)} statements": len(brief.statements) >= 2 and bool(brief.headline),
        "flags": all(brief.article.text[flag.start : flag.end] == flag.quote for flag in brief.flags),
    }
    return [what for what, is_so in checks.items() if not is_so]


async def test_each_fault_ends_in_a_brief_in_time_at_its_known_cost(write: Write) -> None:
    turn = asyncio.Semaphore(AT_ONCE)

    async def take(case: Case) -> list[str]:
        async with turn:
            return judge(case, *await run(case, write))

    problems = await asyncio.gather(*map(take, CASES.values()))
    assert {name: wrong for name, wrong in zip(CASES, problems, strict=True) if wrong} == {}


async def test_random_faults_in_a_tenth_of_the_calls_cost_few_more() -> None:
    rng = random.Random(44)
    faults = [case.fault for case in CASES.values() if case.url is None and case.fault not in _SLOW]
    drafts = 300
    async with ModelServer() as server, open_engine(server.url, timeout_s=5.0) as engine:
        server.play(*(rng.choice(faults) if rng.random() < 0.1 else faithful for _ in range(2 * drafts)))
        turn = asyncio.Semaphore(AT_ONCE)

        async def draft() -> bool:
            async with turn:
                try:
                    await engine.draft(make_article(), "en")
                except EngineError:
                    return False
                return True

        written = sum(await asyncio.gather(*(draft() for _ in range(drafts))))
    assert written > 0.9 * drafts
    assert drafts <= len(server.requests) <= 1.05 * drafts


_SLOW = [FAULTS[name] for name in ("silence", "late", "header drip", "body drip")]


async def test_43_with_a_third_of_the_calls_failing_every_reader_has_a_brief(write: Write) -> None:
    rng = random.Random(43)
    async with ModelServer() as server, open_engine(server.url, timeout_s=3.0) as engine:
        server.play(*(FAULTS["500"] if rng.random() < 0.3 else faithful for _ in range(100)))
        briefs = [await write(Timed(engine)) for _ in range(10)]
    by_model = [brief for brief in briefs if brief.engine == "test-model"]
    assert len(by_model) >= 8
    assert all(brief.notices == () for brief in by_model)
    assert all(brief.notices for brief in briefs if brief not in by_model)


async def test_44_an_outage_soon_costs_no_call_and_no_time_and_its_end_is_noticed(write: Write) -> None:
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ModelServer(default=FAULTS["503"]))
        engine = await stack.enter_async_context(open_engine(server.url, timeout_s=3.0, breaker_open_s=0.6))
        timed = Timed(engine)
        during = [await write(timed) for _ in range(2)]
        assert len(server.requests) == 5
        during.append(await write(timed))
        assert timed.took_s < 0.5
        assert "been failing for a while" in word_notices(during[-1].notices)
        server.default = faithful
        await asyncio.sleep(0.6)  # until the breaker lets a probe through
        after = await write(timed)
    assert {brief.engine for brief in during} == {"offline"}
    assert (after.engine, after.notices, after.usage.model_calls) == ("test-model", (), 1)
