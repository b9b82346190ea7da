"""Articles beyond the model's window: parts, a merge, and what is said when either fails."""

import json
import re
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.article.models import Article
from bot.briefing.engines.layout import Layout
from bot.briefing.engines.long import MERGED_BY_CODE
from bot.briefing.engines.merging import merge_by_code
from bot.briefing.engines.sections import MAX_SECTIONS, Section, lay_out_sections
from bot.briefing.labels import word_notices
from bot.briefing.models import Draft, DraftFlag, DraftStatement, FlagKind
from bot.briefing.tokens import count_tokens
from bot.errors import EngineUnavailable
from prompts import load_prompt
from tests.briefing.drafting import make_article, open_engine
from tests.servers.model import Answer, Exchange, ModelServer, draft_of, envelope, error
from tests.servers.model_faults import silence

KEY = b"a key of these tests"
SMALL = 18_000
MODEL = "gpt-5-mini"  # whose tokens are counted exactly
PLACES = ("harbour", "station", "library", "stadium", "theatre", "hospital", "market")


BROKEN = error(400, "Something is wrong")


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as opened:
        yield opened


def make_long(count: int = 2_000) -> Article:
    return make_article(
        *(f"Sentence {n} tells of the {PLACES[n % 7]} and its cranes." for n in range(1, count + 1))
    )


def lay_out(article: Article, budget_tokens: int = 10_000) -> list[Section]:
    return lay_out_sections(load_prompt("brief"), article, "en", KEY, budget_tokens, MODEL)


def name_of(exchange: Exchange) -> str:
    return str(exchange.recorded.body["response_format"]["json_schema"]["name"])


def numbers_in(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^\[(\d+)\] ", text, re.MULTILINE)]


def merge_of(exchange: Exchange) -> dict[str, Any]:
    """Merge as a model would: the first statement of every part, and the last flag."""
    parts = re.findall(r"^part .*\nheadline: .*\n- (.+) \[(\d+)", exchange.recorded.user, re.MULTILINE)
    flags = re.findall(r"^flag (\d+)", exchange.recorded.user, re.MULTILINE)
    statements = [{"text": text, "sentences": [int(number)]} for text, number in parts]
    return {
        "headline": "All parts",
        "statements": statements,
        "flags": [int(n) for n in flags[-1:]],
        "absent": [],
    }


async def diligent(exchange: Exchange) -> web.StreamResponse:
    """Draft each part with a flag, and merge."""
    if name_of(exchange) == "merge":
        return web.json_response(envelope(json.dumps(merge_of(exchange))))
    draft = draft_of(exchange.recorded)
    cited = draft["statements"][1]
    flag = {
        "quote": cited["text"],
        "sentence": cited["sentences"][0],
        "speaker": None,
        "kind": "unattributed",
    }
    draft["flags"] = [flag | {"why": "No source.", "would_verify": "A count", "part": 1}]
    return web.json_response(envelope(json.dumps(draft)))


def failing(*, merge: Answer | None = None, first: int | None = None, answer: Answer = BROKEN) -> Answer:
    """Be diligent, but fail at the merge, or at the part that begins with sentence `first`."""

    async def respond(exchange: Exchange) -> web.StreamResponse:
        if name_of(exchange) == "merge":
            return await (merge or diligent)(exchange)
        return await (answer if numbers_in(exchange.recorded.user)[0] == first else diligent)(exchange)

    return respond


async def draft_long(server: ModelServer, answer: Answer, **changes: Any) -> Draft:
    server.default = answer
    async with open_engine(
        server.url, **({"window_tokens": SMALL, "timeout_s": 20.0, "model": MODEL} | changes)
    ) as engine:
        draft, usage = await engine.draft(make_long(), "en")
    assert usage.model_calls >= len(server.requests) - 1
    return draft


async def test_every_sentence_is_in_one_part_and_one_more_call_merges_them(server: ModelServer) -> None:
    draft = await draft_long(server, diligent)
    *parts, merge = server.requests
    assert sorted(number for part in parts for number in numbers_in(part.user)) == list(range(1, 2_001))
    assert 3 <= len(parts) <= 6
    assert len({part.system for part in parts}) == 1
    assert all("Pellworth keeps its night buses" in part.user for part in parts)
    for request in server.requests:
        limit = SMALL - request.body["max_completion_tokens"]
        assert count_tokens(request.system + request.user, MODEL) <= limit
    assert len(draft.statements) == len(parts)
    firsts = [numbers_in(part.user)[0] for part in parts]
    assert [statement.sentences[0] for statement in draft.statements] == sorted(firsts)
    assert draft.flags[0].sentence == max(firsts) + 1
    assert (draft.sentences_read, draft.notices) == (2_000, ())
    assert numbers_in(merge.user) == []


async def test_parts_are_drafted_side_by_side_but_few_at_a_time(server: ModelServer) -> None:
    under_way = most = 0

    async def count(exchange: Exchange) -> web.StreamResponse:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        try:
            return await diligent(exchange)
        finally:
            under_way -= 1

    await draft_long(server, count, window_tokens=10_000)
    assert len(server.requests) > 6
    assert 1 <= most <= 4


@pytest.mark.parametrize("merge", [error(500, x_should_retry="false"), error(401)], ids=["500", "401"])
async def test_a_failed_merge_is_made_by_code_and_said(server: ModelServer, merge: Answer) -> None:
    draft = await draft_long(server, failing(merge=merge))
    assert draft.notices == (MERGED_BY_CODE,)
    assert draft.sentences_read == 2_000
    assert len(draft.statements) >= 5
    assert draft.flags


async def test_a_merge_that_is_late_is_made_by_code_before_the_deadline(server: ModelServer) -> None:
    count_tokens("loads the vocabulary, which takes a while", MODEL)
    began = time.monotonic()
    draft = await draft_long(server, failing(merge=silence), timeout_s=4.0)
    assert draft.notices == (MERGED_BY_CODE,)
    assert time.monotonic() - began < 5.0


async def test_a_part_that_fails_is_left_out_and_said(server: ModelServer) -> None:
    second = lay_out_sections(load_prompt("brief"), make_long(), "en", KEY, SMALL - SMALL // 3, MODEL)[1]
    draft = await draft_long(server, failing(first=second.first))
    read = 2_000 - (second.last - second.first + 1)
    assert (
        word_notices(draft.notices)
        == f"Parts of this long article could not be read: {read} of its 2000 sentences are in this brief."
    )
    assert draft.sentences_read is None
    assert not any(second.first <= s.sentences[0] <= second.last for s in draft.statements)


async def test_when_no_part_can_be_drafted_the_engine_fails(server: ModelServer) -> None:
    with pytest.raises(EngineUnavailable):
        await draft_long(server, error(401))


async def test_a_window_smaller_than_set_gets_parts_of_half_the_size(server: ModelServer) -> None:
    async def refuse_large(exchange: Exchange) -> web.StreamResponse:
        size = len(exchange.recorded.user)
        return await (error(400, code="context_length_exceeded") if size > 20_000 else diligent)(exchange)

    draft = await draft_long(server, refuse_large)
    assert draft.sentences_read is not None
    assert draft.sentences_read > 1_500


async def test_a_merge_cites_and_keeps_only_what_was_drafted(server: ModelServer) -> None:
    async def invent(exchange: Exchange) -> web.StreamResponse:
        merged = merge_of(exchange) | {"flags": [999, 0, -1, 1, 1]}
        merged["statements"].append({"text": "From nowhere.", "sentences": [1_999]})
        return web.json_response(envelope(json.dumps(merged)))

    draft = await draft_long(server, failing(merge=invent))
    assert "From nowhere." not in [statement.text for statement in draft.statements]
    assert [flag.sentence for flag in draft.flags] == [2]


async def test_a_part_cannot_speak_of_another_part(server: ModelServer) -> None:
    async def stray(exchange: Exchange) -> web.StreamResponse:
        if name_of(exchange) == "merge":
            return await error(401)(exchange)
        draft = draft_of(exchange.recorded)
        draft["statements"].append({"text": "A stray statement.", "sentences": [1]})
        return web.json_response(envelope(json.dumps(draft)))

    draft = await draft_long(server, stray)
    assert [s.sentences for s in draft.statements if s.text == "A stray statement."] in ([(1,)], [])


async def test_an_article_of_two_hundred_thousand_words_costs_a_linear_number_of_tokens() -> None:
    tokens: dict[int, int] = {}
    for words in (50_000, 100_000, 200_000):
        article = make_long(words // 8)
        sections = lay_out(article, 110_000)
        tokens[words] = sum(count_tokens(s.layout.system + s.layout.user, MODEL) for s in sections)
        assert sections[-1].last == len(article.sentences)
    assert tokens[200_000] / tokens[50_000] < 4.5


def test_at_a_small_window_only_so_many_parts_are_read() -> None:
    sections = lay_out(make_long(8_000), 8_000)
    assert len(sections) == MAX_SECTIONS
    assert sections[-1].last < 8_000
    assert [s.first for s in sections[1:]] == [s.last + 1 for s in sections[:-1]]


def test_the_note_of_which_part_it_is_comes_after_the_article() -> None:
    first, *_ = lay_out(make_long())
    head, _, tail = first.layout.user.partition(f"{first.layout.marker}>>>")
    assert "part 1 of" not in head
    assert (
        f"part 1 of {len(lay_out(make_long()))} of the article: its sentences 1 to {first.last} of 2000"
        in tail
    )


def section(first: int, last: int) -> Section:
    layout = Layout(system="", user="", schema={}, sentences_read=last - first + 1, marker="m")
    return Section(first=first, last=last, layout=layout)


def flag(quote: str, sentence: int, kind: FlagKind) -> DraftFlag:
    return DraftFlag(quote=quote, sentence=sentence, speaker=None, kind=kind, why="w", would_verify="v")


def statement(text: str, number: int) -> DraftStatement:
    return DraftStatement(text=text, sentences=(number,))


def test_code_merges_without_saying_anything_twice_and_flags_by_precedence() -> None:
    one = Draft(
        headline="First",
        statements=(
            statement("The council of Ostrel plans a dam on the Vell by 2031.", 1),
            statement("Rain fell in Lorm.", 2),
        ),
        flags=(
            flag("a bare figure of 40 farms", 2, "bare_number"),
            flag("the same words", 3, "unattributed"),
        ),
        absent=("the builder", "the farmers"),
    )
    other = Draft(
        headline="Second",
        statements=(
            statement("The council of Ostrel plans a dam on the Vell by 2031, it said.", 11),
            statement("A court in Lorm hears the dam case in June.", 12),
        ),
        flags=(flag("The same  words", 13, "unattributed"), flag("he stole the money", 14, "allegation")),
        absent=("The farmers",),
    )
    merged = merge_by_code([(section(1, 10), one), (section(11, 20), other)])
    assert merged.headline == "First"
    assert [s.sentences for s in merged.statements] == [(1,), (2,), (12,)]
    assert [f.sentence for f in merged.flags] == [14, 2, 3]
    assert merged.absent == ("the farmers",)
