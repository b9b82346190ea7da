"""Prompts as files, loaded by name and versioned by content hash."""

import hashlib
import json
from dataclasses import dataclass
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

    `system` is sent as it stands, so that providers can cache it; `version` changes with any byte of a file.
    """

    name: str
    system: str
    user: Template
    schema: dict[str, Any]
    version: str

    def render_user(self, **values: str) -> str:
        """Return the user message; raises PromptError unless `values` are the template's variables."""
        wanted = set(self.user.get_identifiers())
        if wanted != set(values):
            raise PromptError(f"{self.name}: variables {sorted(wanted ^ set(values))} missing or unknown")
        return self.user.substitute(values)


@cache
def load_prompt(name: str) -> Prompt:
    """Load the prompt in the folder `name`; raises PromptError when a file is missing or malformed."""
    folder = files(__name__) / name
    try:
        contents = {file.name: file.read_bytes() for file in _list_files(folder)}
        user = Template(contents["user.md"].decode())
        schema = json.loads(contents["schema.json"])
        system = contents["system.md"].decode()
    except (OSError, KeyError, ValueError) as exc:
        raise PromptError(f"prompt {name!r} cannot be loaded: {type(exc).__name__} {exc}") from exc
    if not user.is_valid():
        raise PromptError(f"{name}/user.md holds a $ that names no variable")
    return Prompt(name=name, system=system, user=user, schema=schema, version=_hash_files(contents))


def _list_files(folder: Traversable) -> list[Traversable]:
    """List what belongs to a prompt; editors' backups and caches do not."""
    return [file for file in folder.iterdir() if file.name.endswith((".md", ".json"))]


def _hash_files(contents: dict[str, bytes]) -> str:
    """Digest names, lengths and bytes, so that no two different folders share a version."""
    digest = hashlib.sha256()
    for name, content in sorted(contents.items()):
        digest.update(f"{name}\x00{len(content)}\x00".encode() + content)
    return digest.hexdigest()[:12]
