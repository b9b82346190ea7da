"""Versions that nobody can forget to raise: digests over a package's own files."""

import hashlib
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable


@cache
def digest_package(package: str) -> str:
    """Return a digest over a package's code and data files, 12 hex digits; takes some milliseconds once."""
    digest = hashlib.sha256()
    for name, file in sorted(_list_files(files(package), "")):
        digest.update(f"{name}\x00".encode() + file.read_bytes())
    return digest.hexdigest()[:12]


def _list_files(folder: Traversable, prefix: str) -> Iterator[tuple[str, Traversable]]:
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from _list_files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith((".py", ".toml")):
            yield prefix + entry.name, entry
