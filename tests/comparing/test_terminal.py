"""`sayso compare` as a user runs it, in this process: the JSON object, the words, the refusals."""

import json
from pathlib import Path
from typing import Any

import pytest

from bot.arguments import parse
from bot.cli import run_command
from bot.comparing.pipeline import SameArticle
from bot.settings import Settings
from tests.comparing.pairs import DATA, read_pairs

GOLD = read_pairs(DATA / "compare-dev.jsonl")[0]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    names = []
    for name, article in (("first.txt", GOLD.first), ("second.txt", GOLD.second)):
        (tmp_path / name).write_text(f"{article.title}\n\n{article.text}", "utf-8")
        names.append(str(tmp_path / name))
    return names


async def run(*arguments: str) -> int:
    settings = Settings(_env_file=None, sayso_workers=1)
    return await run_command(parse(["compare", *arguments, "--no-cache"]), settings)


async def test_the_json_object_holds_both_articles_own_words(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(*files, "--json") == 0
    told: dict[str, Any] = json.loads(capsys.readouterr().out)
    assert set(told) == {
        *("first", "second", "is_one_story", "shared", "differing", "only_first", "only_second", "heard"),
        *("unclear", "language", "engine", "usage", "notice"),
    }
    assert told["first"]["title"] == GOLD.first.title
    assert told["second"]["title"] == GOLD.second.title
    assert len(told["shared"]) >= 6
    sides = (("first", GOLD.first), ("second", GOLD.second))
    for pair in told["shared"] + told["differing"]:
        for side, article in sides:
            quotation = pair[side]
            assert article.text[quotation["start"] : quotation["end"]] == quotation["text"]
    assert told["differing"][0]["first_figure"] == "1.9 million"
    assert {"first": "Helen Orme", "second": "Helen Orme"} in told["heard"]


async def test_a_person_reads_it_in_the_articles_words(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await run(*files) == 0
    shown = " ".join(capsys.readouterr().out.split())
    assert "Numbers differ (1)" in shown
    assert "first text (1.9 million): “Northgate Crown Court heard" in shown
    assert "Only second text" in shown


async def test_one_article_twice_is_refused(files: list[str]) -> None:
    with pytest.raises(SameArticle):
        await run(files[0], files[0])
