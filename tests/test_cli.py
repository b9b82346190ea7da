"""The command line as a user runs it: real processes, exit status, stdout and stderr."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tests/data/tass-2022-03-05.txt"

JSON_KEYS = {
    "article": {"kind", "url", "title", "site", "published", "language", "words", "partial"},
    "checks": {"statements", "traced", "dropped"},
    "usage": {"model_calls", "input_tokens", "cached_tokens", "output_tokens"},
}
LIST_KEYS = {
    "statements": {"text", "sentences", "traced"},
    "flags": {"quote", "start", "end", "sentence", "speaker", "kind", "why", "would_verify", "translation"},
    "loaded": {"term", "sentence", "neutral"},
}
OUTSIDE_QUOTES = re.compile(r"“[^”]*”|\"[^\"]*\"|«[^»]*»")


def run(*arguments: str, data: Path, stdin: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    ours = ("SAYSO_", "OPENAI_", "TELEGRAM_", "REDIS_", "LANGUAGE")
    bare = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=ROOT,
        env=bare | {"SAYSO_DATA": str(data), "LC_ALL": "C.UTF-8", "SAYSO_CONTEXT": "0"} | settings,
        input=stdin,
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("data")


@pytest.fixture(scope="module")
def tass(data: Path) -> dict[str, Any]:
    done = run("brief", str(SAMPLE), "--json", "--with-text", data=data)
    assert done.returncode == 0, done.stderr
    brief: dict[str, Any] = json.loads(done.stdout)
    return brief


def find_flag(brief: dict[str, Any], words: str) -> dict[str, Any]:
    found = [flag for flag in brief["flags"] if words in flag["quote"]]
    assert len(found) == 1, f"{words!r} in {[flag['quote'] for flag in brief['flags']]}"
    return dict(found[0])


def test_the_json_object_has_the_documented_keys(tass: dict[str, Any]) -> None:
    for name, wanted in JSON_KEYS.items():
        assert wanted <= set(tass[name])
    for name, wanted in LIST_KEYS.items():
        assert tass[name]
        assert all(set(item) == wanted for item in tass[name])
    assert {"engine", "prompt_version", "language", "headline", "absent", "notes", "cached"} <= set(tass)


def test_every_flags_offsets_give_its_quote(tass: dict[str, Any]) -> None:
    text = tass["article"]["text"]
    assert all(text[flag["start"] : flag["end"]] == flag["quote"] for flag in tass["flags"])


@pytest.mark.parametrize(
    ("words", "speaker"),
    [
        ("There are no threats whatsoever to the civilian population", None),
        ("Russian troops are not targeting Ukrainian cities", "Russian Defense Ministry"),
        ("The goal is demilitarization and denazification", None),
        ("genocide by the Kiev regime for eight years", "Vladimir Putin"),
    ],
)
def test_the_samples_assertions_are_flagged_with_their_speakers(
    words: str, speaker: str | None, tass: dict[str, Any]
) -> None:
    flag = find_flag(tass, words)
    if speaker is None:
        assert flag["speaker"] is None
    else:
        assert speaker in flag["speaker"]


def test_the_samples_masthead_is_the_articles_own(tass: dict[str, Any]) -> None:
    article = tass["article"]
    assert article["title"] == "Talks with Kiev aimed at Ukraine’s return to peace, justice — MFA"
    assert article["site"] == "TASS"
    assert article["published"] is None, "the text names no year"
    assert "2022" not in json.dumps(tass)


def test_the_samples_loaded_words_stand_inside_quotation_marks_only(tass: dict[str, Any]) -> None:
    assert "special military operation" in [loaded["term"] for loaded in tass["loaded"]]
    said = [tass["headline"], *(statement["text"] for statement in tass["statements"])]
    bare = " ".join(OUTSIDE_QUOTES.sub("", text) for text in said).lower()
    for term in ("de-nazified", "genocide", "special military operation"):
        assert term not in bare


def test_every_statement_of_the_sample_is_traced_and_keeps_who_said_it(tass: dict[str, Any]) -> None:
    assert tass["checks"]["traced"] == tass["checks"]["statements"] == len(tass["statements"]) >= 4
    assert all(statement["traced"] and statement["sentences"] for statement in tass["statements"])
    named = (
        "Polishchuk",
        "diplomat",
        "Medinsky",
        "Putin",
        "Ministry",
        "TASS",
        "Russian leader",
        "he said",
        "He said",
    )
    attributed = {1, 2, 3, 4, 5, 6, 7, 10, 12, 14, 15, 17}
    for statement in tass["statements"]:
        if attributed & set(statement["sentences"]):
            assert any(name in statement["text"] for name in named), statement["text"]


def test_a_brief_is_printed_in_the_terminals_language(data: Path) -> None:
    done = run("brief", str(SAMPLE), data=data, LC_ALL="de_DE.UTF-8")
    assert "Im Artikel nicht belegt" in done.stdout
    assert "im Text wiedergefunden" in done.stdout
    missing = run("brief", "no-such-file.txt", data=data, LC_ALL="de_DE.UTF-8")
    assert "Gib einen Link" in missing.stderr


def test_a_second_run_is_from_the_cache_and_no_cache_is_not(data: Path, tass: dict[str, Any]) -> None:
    again = json.loads(run("brief", str(SAMPLE), "--json", data=data).stdout)
    assert again["cached"] is True
    assert again["statements"] == tass["statements"]
    assert json.loads(run("brief", str(SAMPLE), "--json", "--no-cache", data=data).stdout)["cached"] is False


def test_a_person_reads_the_brief_without_json(data: Path) -> None:
    done = run("brief", "-", data=data, stdin=SAMPLE.read_text("utf-8"))
    assert done.returncode == 0
    assert "Not established here" in done.stdout
    assert "offline brief, made by rules" in done.stdout
    assert done.stderr == ""


def test_a_question_is_answered_with_the_sentence_that_the_answer_rests_on(
    data: Path, tass: dict[str, Any]
) -> None:
    done = run("ask", str(SAMPLE), "What was agreed about humanitarian corridors?", "--json", data=data)
    answer = json.loads(done.stdout)
    text = tass["article"]["text"]
    assert answer["quotes"], done.stderr
    assert all(text[quote["start"] : quote["end"]] == quote["quote"] for quote in answer["quotes"])
    assert "corridors" in answer["quotes"][0]["quote"]
    assert (answer["engine"], answer["answer"]) == ("offline", None)


def test_what_the_article_does_not_say_is_said_to_a_person(data: Path) -> None:
    done = run("ask", str(SAMPLE), "Who is the president of France?", data=data)
    assert done.returncode == 0
    assert "nothing in the article" in done.stdout
    assert "“" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("brief", "no-such-file.txt"), "no-such-file.txt"),
        (("brief", "/dev/null"), "no text"),
        (("brief", "http://127.0.0.1/"), "public web pages"),
        (("brief", "https://nowhere.invalid/"), "public web pages"),
        (("brief", str(SAMPLE), "--engine", "openai"), "OPENAI_API_KEY"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_and_status_1(
    arguments: tuple[str, ...], says: str, data: Path
) -> None:
    done = run(*arguments, data=data)
    assert (done.returncode, done.stdout) == (1, "")
    assert says in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize("arguments", [(), ("brief",), ("brief", "x", "--language", "english"), ("sing",)])
def test_wrong_usage_is_status_2(arguments: tuple[str, ...], data: Path) -> None:
    done = run(*arguments, data=data)
    assert done.returncode == 2
    assert "usage: sayso" in done.stderr


def test_a_bad_setting_is_named(data: Path) -> None:
    done = run("check", data=data, SAYSO_WORKERS="none")
    assert done.returncode == 1
    assert "SAYSO_WORKERS" in done.stderr


def test_an_unreachable_redis_is_said_once_and_the_brief_is_given(data: Path) -> None:
    done = run("brief", str(SAMPLE), "--json", data=data, REDIS_URL="redis://127.0.0.1:1/0")
    assert done.returncode == 0
    assert json.loads(done.stdout)["cached"] is False
    assert len(done.stderr.strip().splitlines()) == 1


def test_check_says_what_answers(data: Path) -> None:
    done = run("check", data=data)
    assert done.returncode == 0
    for said in ("embedded store", "offline", "playground"):
        assert said in done.stdout


def test_check_fails_when_something_set_does_not_answer(data: Path) -> None:
    nobody = "http://127.0.0.1:1"
    addresses = {"OPENAI_BASE_URL": f"{nobody}/v1", "TELEGRAM_API_URL": nobody}
    done = run("check", data=data, TELEGRAM_BOT_TOKEN="1:x", **addresses)
    assert done.returncode == 1
    assert "✗ Model" in done.stdout
    assert "✗ Telegram" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_who_serves_keeps_collections_from_what_stays(data: Path) -> None:
    """A collection that goes through all that is loaded would stop everybody's answers for 0.1 s."""
    code = (
        "import atexit, gc; from bot.cli import main;"
        "atexit.register(lambda: print(len(gc.get_objects()), gc.get_freeze_count())); main(['run'])"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"SAYSO_DATA": str(data), "REDIS_URL": "redis://127.0.0.1:1"},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )
    assert ended.returncode == 1, ended.stderr
    looked_through, left_alone = map(int, ended.stdout.split())
    assert looked_through < left_alone / 10
