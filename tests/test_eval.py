"""`sayso eval` as a user runs it: real processes against a scripted model server."""

import asyncio
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.servers.model import USAGE, ModelServer, content, faithful
from tests.servers.model_faults import FAULTS

ROOT = Path(__file__).parent.parent
DEV = "tests/data/eval-dev.jsonl"

QUAY: dict[str, Any] = {
    "id": "quay",
    "lang": "en",
    "title": "Harbour to close the east quay",
    "site": "Lorm Herald",
    "url": None,
    "published": "2026-05-04",
    "text": "The port of Lorm closes its east quay on 1 June, the harbour master, Rosa Timm, said.\n\n"
    "“Two piles have moved by 14 centimetres since March,” Timm told the council.\n\n"
    "Several fishermen say the port has hidden the damage for years.\n\n"
    "The repair takes ten weeks, according to a tender that the port published on 30 April.",
    "flags": [
        {
            "quote": "the port has hidden the damage for years",
            "kinds": ["unnamed_source", "allegation"],
            "speaker": "Several fishermen",
        }
    ],
    "optional": [],
    "clean": ["The repair takes ten weeks, according to a tender that the port published on 30 April."],
    "facts": [["east quay"], ["1 June"], ["ten weeks", "10 weeks"]],
    "loaded": [],
}
SCHOOL = QUAY | {"id": "school", "text": QUAY["text"].replace("quay", "school"), "facts": [["east school"]]}


@dataclass(frozen=True)
class Done:
    """What a process left."""

    status: int
    out: str
    err: str

    def engines(self) -> dict[str, dict[str, Any]]:
        return {engine["engine"]: engine for engine in json.loads(self.out)["engines"]}


async def evaluate(*arguments: str, **settings: str) -> Done:
    ours = ("SAYSO_", "OPENAI_", "TELEGRAM_", "REDIS_", "LANGUAGE")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "eval", *arguments),
        cwd=ROOT,
        env=bare | {"LC_ALL": "C.UTF-8"} | settings,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 50)
    assert process.returncode is not None
    return Done(process.returncode, out.decode(), err.decode())


@pytest.fixture
def golds(tmp_path: Path) -> str:
    path = tmp_path / "golds.jsonl"
    path.write_text("\n".join(json.dumps(gold) for gold in (QUAY, SCHOOL)) + "\n", encoding="utf-8")
    return str(path)


def assert_said(done: Done, *words: str) -> None:
    assert done.status == 1
    assert len(done.err.strip().splitlines()) == 1
    assert all(word in done.err for word in words), done.err


async def test_a_model_is_measured_beside_the_floor_with_time_tokens_and_money(golds: str) -> None:
    async with ModelServer() as server:
        prices = ("--price-in", "2", "--price-cached", "0.5", "--price-out", "10")
        done = await evaluate(golds, "--base-url", server.url, "--model", "test-model", "--json", *prices)
    assert (done.status, done.err) == (0, "")
    engines = done.engines()
    assert list(engines) == ["offline", "test-model"]
    model, floor = engines["test-model"], engines["offline"]
    assert len(server.requests) == 2
    assert model["usage"] == {
        "model_calls": 2,
        "input_tokens": 2 * USAGE["prompt_tokens"],
        "cached_tokens": 2 * 2_048,
        "output_tokens": 2 * USAGE["completion_tokens"],
    }
    assert model["cost_per_article"] == pytest.approx((952 * 2 + 2_048 * 0.5 + 400 * 10) / 1e6)
    assert 0 < model["seconds_per_article"] <= model["seconds_slowest"] < 20
    assert (model["total"]["facts"], model["total"]["recall"]) == (1.0, 0.0), (
        "it covers facts, it flags nothing"
    )
    assert floor["total"]["recall"] == 1.0
    assert (floor["usage"]["model_calls"], floor["cost_per_article"]) == (0, None)
    assert set(model["articles"]) == {"quay", "school"}


async def test_several_models_stand_in_one_table_each_with_its_price(golds: str) -> None:
    async with ModelServer() as server:
        models = ("--model", "small", "--model", "large", "--price-in", "1", "--price-in", "4")
        done = await evaluate(golds, *models, "--articles", OPENAI_BASE_URL=server.url)
    assert done.status == 0
    assert [request.body["model"] for request in server.requests] == ["small"] * 2 + ["large"] * 2
    rows = [line for line in done.out.splitlines() if "│ small" in line or "│ large" in line]
    assert len(rows) == 4
    assert "0.00300" in rows[2]
    assert "0.01200" in rows[3]
    assert done.out.count("│ school") == 3, "each engine's articles"


async def test_a_draft_that_fails_counts_as_nothing_and_is_named(golds: str) -> None:
    async with ModelServer() as server:
        server.play(faithful, FAULTS["refusal"])
        done = await evaluate(golds, "--base-url", server.url, "--json")
        (model,) = (engine for engine in done.engines().values() if engine["engine"] != "offline")
        assert model["engine"] == "gpt-5-mini"
        assert (done.status, model["failed"]) == (0, 1)
        assert "declined" in model["articles"]["school"]["failure"]
        assert model["articles"]["school"]["facts_covered"] == 0
        assert model["articles"]["school"]["usage"]["model_calls"] == 1


async def test_one_model_that_fails_does_not_take_the_others_figures_away(golds: str) -> None:
    async with ModelServer() as server:
        server.play(FAULTS["404"])
        done = await evaluate(golds, "--base-url", server.url, "--model", "typo", "--model", "b", "--json")
    assert_said(done, "typo", "status 404")
    assert list(done.engines()) == ["offline", "b"]


async def test_a_model_that_never_gives_a_brief_is_told_after_every_article_was_tried(golds: str) -> None:
    async with ModelServer(default=content("no JSON")) as server:
        done = await evaluate(golds, "--base-url", server.url, "--json")
    assert_said(done, "no brief at all", "could not be used")
    assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), ("gold articles", "docs/models.md")),
        (("missing.jsonl",), ("missing.jsonl", "No such file")),
        (("README.md",), ("README.md, line 1",)),
        ((DEV, "--model", "m"), ("OPENAI_API_KEY or OPENAI_BASE_URL",)),
        ((DEV, "--engine", "openai"), ("OPENAI_API_KEY or OPENAI_BASE_URL",)),
        ((DEV, "--base-url", "http://127.0.0.1:1/v1"), ("gpt-5-mini", "could not be reached")),
    ],
)
async def test_what_cannot_be_done_is_one_sentence_and_status_1(
    arguments: tuple[str, ...], words: tuple[str, ...]
) -> None:
    done = await evaluate(*arguments)
    assert_said(done, *words)
    assert done.out == ""


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"flags": None}, "flags"),
        ({"flags": [{"quote": "x", "kinds": ["lie"], "speaker": None}]}, "flags.0.kinds.0"),
        ({"text": " "}, "text"),
    ],
)
async def test_a_malformed_line_is_named(change: dict[str, Any], what: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.jsonl"
    path.write_text(f"{json.dumps(QUAY)}\n\n{json.dumps(QUAY | change)}\n", encoding="utf-8")
    assert_said(await evaluate(str(path)), f"{path}, line 3: {what}")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--price-in", "free"),
        ("--base-url", "localhost:11434"),
        ("--model", "a", "--price-in", "1", "--price-in", "2"),
        ("--engine", "best"),
    ],
)
async def test_wrong_usage_is_status_2(arguments: tuple[str, ...]) -> None:
    done = await evaluate(DEV, *arguments)
    assert (done.status, done.out) == (2, "")
    assert "usage: sayso" in done.err
