"""Everyday words in six languages, by which accounts in two of them are compared."""

import tomllib
from collections import defaultdict
from functools import cache, lru_cache
from importlib.resources import files

from bot.briefing.checks.lexicon import LANGUAGES
from bot.briefing.checks.normalise import spell

_Names = dict[str, frozenset[str]]


@lru_cache(maxsize=65_536)
def name_word(word: str, language: str) -> frozenset[str]:
    """Return what a word (in lower case) of a language (ISO 639-1) stands for; nothing for most words."""
    if language not in LANGUAGES:
        return frozenset()
    whole, beginnings = _load_words()[language]
    found = whole.get(word, frozenset[str]())
    for length in range(2, len(word) + 1):
        found |= beginnings.get(word[:length], frozenset())
    return found


@cache
def _load_words() -> dict[str, tuple[_Names, _Names]]:
    """Return for each language what its whole words, and its beginnings of words, stand for."""
    source = files("bot.comparing").joinpath("data").joinpath("words.toml").read_text(encoding="utf-8")
    tables: dict[str, tuple[defaultdict[str, set[str]], defaultdict[str, set[str]]]] = {
        language: (defaultdict(set), defaultdict(set)) for language in LANGUAGES
    }
    for name, columns in tomllib.loads(source).items():
        for language, column in zip(LANGUAGES, columns, strict=True):
            for entry in column.split():
                tables[language][entry.endswith("*")][spell(entry.rstrip("*"))].add(name)
    return {
        language: (
            {word: frozenset(names) for word, names in whole.items()},
            {word: frozenset(names) for word, names in beginnings.items()},
        )
        for language, (whole, beginnings) in tables.items()
    }
