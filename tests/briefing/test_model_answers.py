"""Answers → drafts: what holds is kept, what does not is left out, nothing is repaired."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.engines.answer import find_draft, read_draft
from bot.briefing.engines.reply import read_reply
from bot.briefing.models import Draft
from bot.errors import EngineError, EngineGarbled
from tests.servers.model import envelope

GOOD: dict[str, Any] = {
    "headline": "Council keeps night buses",
    "statements": [{"text": "The council kept them.", "sentences": [1, 2]}],
    "flags": [
        {
            "quote": "A bus costs 310 crowns",
            "sentence": 4,
            "speaker": None,
            "kind": "bare_number",
            "why": "No source.",
            "would_verify": "The budget",
        }
    ],
    "loaded": [{"term": "lavish", "sentence": 3, "neutral": "costly"}],
    "absent": ["the drivers"],
}


def read(**changes: object) -> Draft:
    return read_draft(json.dumps(GOOD | changes), 5)


def flag(**changes: object) -> dict[str, Any]:
    return {**GOOD["flags"][0], **changes}


def test_a_good_answer_is_read_as_it_stands() -> None:
    unasked: Any = {
        "sentences_read": True,
        "notices": True,
        "writer": True,
        "flags": {"__all__": {"translation"}},
    }
    assert read().model_dump(mode="json", exclude=unasked) == GOOD


def test_a_translation_is_read_and_one_that_is_none_costs_no_flag() -> None:
    drafted = [flag(translation=value) for value in ("Ein Bus kostet 310 Kronen", None, "", 5, "x" * 5_000)]
    read_flags = read(flags=drafted).flags
    assert [one.translation for one in read_flags] == ["Ein Bus kostet 310 Kronen", None, None, None, None]


@pytest.mark.parametrize("missing", ["flags", "loaded", "absent"])
def test_lists_that_may_be_empty_may_be_missing(missing: str) -> None:
    answer = {key: value for key, value in GOOD.items() if key != missing}
    assert getattr(read_draft(json.dumps(answer), 5), missing) == ()


@pytest.mark.parametrize("headline", [None, "", " \n", 7, ["a"], "x" * 301])
def test_without_a_usable_headline_there_is_no_draft(headline: object) -> None:
    with pytest.raises(EngineGarbled):
        read(headline=headline)


@pytest.mark.parametrize(
    "item",
    [
        flag(kind="lie"),
        flag(kind=""),
        flag(sentence=0),
        flag(sentence=6),
        flag(sentence=None),
        flag(sentence=True),
        flag(sentence=2.5),
        flag(quote=""),
        flag(quote="x" * 1_001),
        flag(speaker="x" * 201),
        flag(why=None),
        flag(would_verify="x" * 5_000),
        "a flag",
        None,
        [],
        {},
    ],
)
def test_a_flag_that_does_not_hold_is_left_out_and_the_others_stay(item: object) -> None:
    assert read(flags=[item, flag(quote="Another one of these")]).flags[0].quote == "Another one of these"
    assert len(read(flags=[item, flag()]).flags) == 1


def test_an_empty_speaker_is_nobody_and_an_unknown_field_is_ignored() -> None:
    (kept,) = read(flags=[flag(speaker=" ", confidence=0.9)]).flags
    assert kept.speaker is None


def test_citations_are_kept_where_they_name_a_sentence() -> None:
    texts = [
        {"text": "Kept.", "sentences": ["[3]", "4", 9, 3, -1, None, 10**40, "x"]},
        {"text": "B.", "sentences": [6]},
    ]
    (kept,) = read(statements=[*texts, {"text": "", "sentences": [1]}, {"text": "C."}]).statements
    assert kept.sentences == (3, 4)


def test_a_single_citation_need_not_be_a_list() -> None:
    (kept,) = read(statements=[{"text": "Kept.", "sentences": 2}]).statements
    assert kept.sentences == (2,)


def test_lists_are_cut_at_their_limit_and_long_texts_dropped() -> None:
    many = [{"text": f"Statement {n}.", "sentences": [1]} for n in range(200)]
    assert len(read(statements=many).statements) == 12
    assert len(read(flags=[flag()] * 200).flags) == 20
    assert len(read(absent=["x"] * 200).absent) == 5
    assert read(absent=["x" * 5_000, "the mayor"]).absent == ("the mayor",)


def test_texts_become_one_showable_line() -> None:
    draft = read(headline=" A\n\tB\x00\x1b C\u202eD\u2066\ud800E\U000e0041 ")
    assert draft.headline == "A B CDE"
    json.dumps(draft.model_dump(mode="json"), ensure_ascii=False).encode()


def test_soft_and_joining_characters_stay_for_the_checks_to_compare() -> None:
    assert (
        read(flags=[flag(quote="Ver\u00adkehr 👩\u200d🚒 نمی\u200cخواهم")]).flags[0].quote
        == "Ver\u00adkehr 👩\u200d🚒 نمی\u200cخواهم"
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "null",
        "{",
        '{"headline": "A", "statements": [{"text": "B", "sentences": [1]}]',
        '{"headline": "A", "headline": "B", "statements": [{"text": "B", "sentences": [1]}]}',
        '{"headline": "A", "statements": [{"text": "B", "sentences": [NaN, 1]}]}',
        '{"headline": "A", "statements": [{"text": "B", "sentences": [-1e400, 1]}]}',
        '{"headline": "A", "statements": [{"text": "B", "sentences": [1]}]} {}',
        '{"headline": "A", "statements": {"text": "B", "sentences": [1]}}',
        '{"a":' * 100_000,
        "9" * 5_000,
    ],
)
def test_what_is_not_one_whole_object_is_no_draft(text: str) -> None:
    with pytest.raises(EngineGarbled):
        read_draft(text, 5)


def test_a_raw_line_break_in_a_string_is_read() -> None:
    assert (
        read_draft(json.dumps(GOOD).replace("Council keeps", "Council\nkeeps"), 5).headline
        == GOOD["headline"]
    )


@pytest.mark.parametrize("cut", range(20, 360, 34))
def test_half_an_answer_is_never_taken_for_a_whole_one(cut: int) -> None:
    text = json.dumps(GOOD)
    assert cut < len(text)
    with pytest.raises(EngineGarbled):
        read_draft(text[:cut], 5)
    with pytest.raises(EngineGarbled):
        find_draft("```json\n" + text[:cut], 5)


@pytest.mark.parametrize(
    "around",
    ["{}", "```json\n{}\n```", "Sure! {{x}}\n{}\nDone.", '<think>{{"headline": 1}}</think> {}', "\ufeff{}"],
)
def test_the_one_object_is_found_in_what_stands_around_it(around: str) -> None:
    assert find_draft(around.format(json.dumps(GOOD)), 5) == read()


def test_two_drafts_are_none() -> None:
    with pytest.raises(EngineGarbled):
        find_draft(json.dumps(GOOD) * 2, 5)


def test_finding_gives_up_after_a_few_braces() -> None:
    with pytest.raises(EngineGarbled):
        find_draft("{ " * 500_000 + json.dumps(GOOD), 5)


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.sampled_from(["headline", "statements", "text", "sentences", "flags", "quote"]), inner
            )
        ),
        max_leaves=20,
    )
)
def test_any_json_is_a_draft_or_garbled(value: object) -> None:
    for read_any in (read_draft, find_draft):
        try:
            draft = read_any(json.dumps(value), 5)
        except EngineGarbled:
            continue
        assert draft.headline
        assert draft.statements


@settings(max_examples=200, deadline=None, derandomize=True)
@given(
    st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_body_is_a_reply_or_an_engine_error(body: bytes) -> None:
    try:
        read_reply(body)
    except EngineError:
        return


@pytest.mark.parametrize(
    "body",
    [
        {"choices": [None]},
        {"choices": [{"message": "text"}]},
        {"choices": [{"message": {"content": ["a", "b"]}}]},
        {"choices": [[]], "usage": 3},
    ],
)
def test_an_envelope_of_another_shape_has_no_content(body: dict[str, Any]) -> None:
    assert isinstance(read_reply(json.dumps(body).encode()).failure, EngineGarbled)


@pytest.mark.parametrize("count", [None, -1, True, 1.5, "12", 10**9])
def test_a_token_count_that_cannot_be_one_is_not_believed(count: object) -> None:
    body = envelope("{}", usage={"prompt_tokens": count, "completion_tokens": count})
    reply = read_reply(json.dumps(body).encode())
    assert reply.input_tokens is None
    assert reply.output_tokens is None
    assert reply.cached_tokens == 0


def test_content_too_long_to_be_a_draft_is_not_even_parsed() -> None:
    reply = read_reply(json.dumps(envelope(json.dumps(GOOD | {"absent": ["x" * 100_000]}))).encode())
    assert isinstance(reply.failure, EngineGarbled)


def test_no_more_tokens_were_cached_than_sent() -> None:
    usage = {"prompt_tokens": 10, "completion_tokens": 1, "prompt_tokens_details": {"cached_tokens": 99}}
    assert read_reply(json.dumps(envelope("{}", usage=usage)).encode()).cached_tokens == 10
