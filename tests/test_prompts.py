"""Prompts are files that fail loudly and are versioned by content."""

import importlib
import json
import re
import sys
from pathlib import Path
from string import Template
from typing import Any

import pytest

import prompts
from bot.article.models import Article, Sentence
from bot.briefing.engines.answer import read_draft
from bot.briefing.tokens import count_tokens
from prompts import Prompt, PromptError, load_prompt

VALUES = {
    "marker": "f00d",
    "title": '"A title"',
    "site": '"A site"',
    "published": '"2026-03-05"',
    "sentences": "[1] One.",
    "language": "English (en)",
}


def write_prompt(folder: Path, **files: str) -> None:
    folder.mkdir()
    wanted = {"system.md": "System.", "user.md": "About $thing.", "schema.json": "{}"} | files
    for name, text in wanted.items():
        (folder / name).write_text(text)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A package folder like ours, importable under another name."""
    package = tmp_path / "other_prompts"
    package.mkdir()
    (package / "__init__.py").write_text(Path(prompts.__file__).read_text("utf-8"), "utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    return package


def import_fresh(name: str) -> Any:
    sys.modules.pop(name, None)
    return importlib.import_module(name)


def test_every_variable_of_the_brief_is_rendered() -> None:
    text = load_prompt("brief").render_user(**VALUES)
    assert "$" not in text
    for value in VALUES.values():
        assert value in text


@pytest.mark.parametrize("missing", VALUES)
def test_a_missing_variable_raises(missing: str) -> None:
    values = {name: value for name, value in VALUES.items() if name != missing}
    with pytest.raises(PromptError, match=missing):
        load_prompt("brief").render_user(**values)


def test_an_unknown_variable_raises() -> None:
    with pytest.raises(PromptError, match="mood"):
        load_prompt("brief").render_user(**VALUES, mood="cheerful")


def test_nothing_that_varies_stands_before_the_article() -> None:
    template = load_prompt("brief").user.template
    assert template.index("$sentences") < template.index("$language")
    assert "$" not in load_prompt("brief").system


def test_a_folder_that_is_not_there_raises() -> None:
    with pytest.raises(PromptError, match="nothing-like-it"):
        load_prompt("nothing-like-it")


@pytest.mark.parametrize(
    ("name", "text"), [("user.md", "Costs $5."), ("schema.json", "{"), ("system.md", None), ("user.md", None)]
)
def test_a_folder_with_a_broken_file_raises(root: Path, name: str, text: str | None) -> None:
    write_prompt(root / "broken")
    if text is None:
        (root / "broken" / name).unlink()
    else:
        (root / "broken" / name).write_text(text)
    other = import_fresh("other_prompts")
    with pytest.raises(other.PromptError):
        other.load_prompt("broken")


def test_the_version_changes_with_any_byte_of_any_file_and_with_nothing_else(root: Path) -> None:
    write_prompt(root / "one")
    write_prompt(root / "same")
    write_prompt(root / "user", **{"user.md": "About $thing!"})
    write_prompt(root / "schema", **{"schema.json": "{ }"})
    write_prompt(root / "more", **{"notes.md": ""})
    (root / "same" / "system.md~").write_text("a backup")
    other = import_fresh("other_prompts")
    versions = {name: other.load_prompt(name).version for name in ("one", "same", "user", "schema", "more")}
    assert versions["one"] == versions["same"]
    assert len(set(versions.values())) == 4


def test_braces_of_json_are_left_alone() -> None:
    prompt = Prompt(name="x", system="", user=Template('{"a": "$thing", "b": {}}'), schema={}, version="1")
    assert prompt.render_user(thing="{c}") == '{"a": "{c}", "b": {}}'


def examples() -> list[tuple[Article, dict[str, Any]]]:
    """Read the worked examples out of the system prompt."""
    found = []
    for part in load_prompt("brief").system.split("# Example ")[1:]:
        texts = re.findall(r"^\[\d+\] (.+)$", part, re.MULTILINE)
        answer = re.search(r"^\{.+\}$", part, re.MULTILINE)
        assert answer is not None
        spans, start = [], 0
        for number, text in enumerate(texts, 1):
            spans.append(Sentence(number=number, start=start, end=start + len(text)))
            start += len(text) + 1
        found.append(
            (Article(kind="text", text=" ".join(texts), sentences=tuple(spans)), json.loads(answer[0]))
        )
    return found


def without_nulls(value: Any) -> Any:
    """Leave out every field that is null."""
    if isinstance(value, dict):
        return {key: without_nulls(item) for key, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def test_the_examples_obey_their_own_rules() -> None:
    assert len(examples()) == 3
    for article, answer in examples():
        draft = read_draft(json.dumps(answer), len(article.sentences))
        read = draft.model_dump(mode="json", exclude={"sentences_read", "notices"}, exclude_none=True)
        assert read == without_nulls(answer)
        assert len(draft.headline) <= 100
        assert all(len(statement.text.split()) <= 45 for statement in draft.statements)
        for flag in draft.flags:
            assert flag.quote in article.sentence_text(flag.sentence)
            assert flag.speaker is None or flag.speaker in article.text
        for loaded in draft.loaded:
            assert loaded.term in article.sentence_text(loaded.sentence)


def test_the_system_prompt_is_long_enough_for_providers_to_cache_and_no_longer_than_needed() -> None:
    assert 1_024 <= count_tokens(load_prompt("brief").system, "gpt-5") <= 4_000
