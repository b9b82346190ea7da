"""Prompts as files, loaded by name and versioned by content hash."""

import copy
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from string import Template
from typing import Any


class PromptError(Exception):
    """A prompt's files and the code that fills them in do not fit together: a defect of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One folder of prompt files.

    `system` is sent as it stands, and every user message begins with `head.md`, where there is one, so that
    providers can cache both; `version` changes with any byte of a file.
    """

    name: str
    system: str
    user: Template
    schema: dict[str, Any]
    version: str
    others: Mapping[str, Template] = field(default_factory=dict)
    """User messages for other occasions, under the names of their files."""
    translated_schema: dict[str, Any] = field(default_factory=dict)
    """The schema for an answer in another language than the article's."""

    def render_user(self, **values: str) -> str:
        """Return the user message; raises PromptError unless `values` are the template's variables."""
        return self._render(self.user, values)

    def render_other(self, occasion: str, **values: str) -> str:
        """Return the user message for `occasion`; raises PromptError as `render_user` does."""
        if occasion not in self.others:
            raise PromptError(f"{self.name}: no {occasion}.md")
        return self._render(self.others[occasion], values)

    def _render(self, template: Template, values: Mapping[str, str]) -> str:
        wanted = set(template.get_identifiers())
        if wanted != set(values):
            raise PromptError(f"{self.name}: variables {sorted(wanted ^ set(values))} missing or unknown")
        return template.substitute(values)


@cache
def load_prompt(name: str) -> Prompt:
    """Load the prompt in the folder `name`; raises PromptError when a file is missing or malformed."""
    folder = files(__name__) / name
    try:
        contents = {file.name: file.read_bytes() for file in _list_files(folder)}
        system = contents["system.md"].decode()
        head = contents.get("head.md", b"").decode()
        templates = {
            file.removesuffix(".md"): Template(head + content.decode())
            for file, content in contents.items()
            if file.endswith(".md") and file not in ("system.md", "head.md")
        }
        user = templates.pop("user")
        schema = json.loads(contents["schema.json"])
        translation = json.loads(contents.get("translation.json", b"null"))
    except (OSError, KeyError, ValueError) as exc:
        raise PromptError(f"prompt {name!r} cannot be loaded: {type(exc).__name__} {exc}") from exc
    if not all(template.is_valid() for template in (user, *templates.values())):
        raise PromptError(f"{name}: a user message holds a $ that names no variable")
    return Prompt(
        name=name,
        system=system,
        user=user,
        schema=schema,
        version=_hash_files(contents),
        others=templates,
        translated_schema=_ask_for_translations(schema, translation) if translation else schema,
    )


def _ask_for_translations(schema: dict[str, Any], translation: dict[str, Any]) -> dict[str, Any]:
    """Return the schema with a translation beside every flag's quotation."""
    wider = copy.deepcopy(schema)
    flag = wider["properties"]["flags"]["items"]
    flag["properties"]["translation"] = translation
    flag["required"].append("translation")
    return wider


def _list_files(folder: Traversable) -> list[Traversable]:
    """List what belongs to a prompt; editors' backups and caches do not."""
    return [file for file in folder.iterdir() if file.name.endswith((".md", ".json"))]


def _hash_files(contents: dict[str, bytes]) -> str:
    """Digest names, lengths and bytes, so that no two different folders share a version."""
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\x00{len(content)}\x00".encode() + content)
    return digest.hexdigest()[:12]
