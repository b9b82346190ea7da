import shutil
import sys
from pathlib import Path

import pytest

from bot.briefing.versions import digest_package


def test_a_changed_or_renamed_file_changes_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    digests = set()
    for name, files in {
        "versioned_a": {"__init__.py": "", "data/words.toml": "a = 1"},
        "versioned_b": {"__init__.py": "", "data/words.toml": "a = 2"},
        "versioned_c": {"__init__.py": "", "data/other.toml": "a = 1"},
        "versioned_d": {"__init__.py": "", "data/words.toml": "a = 1", "notes.txt": "no part of it"},
    }.items():
        for path, text in files.items():
            file = tmp_path / name / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        digests.add(digest_package(name))
        sys.modules.pop(name, None)
        shutil.rmtree(tmp_path / name)
    assert len(digests) == 3, "a and d hold the same code and data"
