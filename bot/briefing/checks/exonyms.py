"""Other names of the same thing: "Kiev" for "Kyiv", "Alemania" for "Germany", "US" for "America"."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files

from babel import Locale

from bot.briefing.checks.lexicon import LANGUAGES
from bot.briefing.checks.normalise import fold_word

_SHORTEST_PART = 4
"""Letters a word of a longer name needs to be known by: "of" and "the" name nothing."""


@lru_cache(maxsize=4096)
def other_names(word: str) -> frozenset[str]:
    """Return the words that stand for the folded `word` in the press, itself included; none when unknown."""
    return frozenset[str]().union(*_name_table().get(word, ()))


@cache
def _name_table() -> dict[str, list[frozenset[str]]]:
    """Map each word to the names it can stand for.

    A word of a longer name ("united") stands for the short names, too, but no short name for it; one of
    several countries' names ("south") stands for none.
    """
    countries = list(_territories())
    shared = Counter(word for names in countries for word in {w for name in names for w in _words(name)})
    table: dict[str, list[frozenset[str]]] = {}
    for group, is_curated in [
        *((group, True) for group in _aliases()),
        *((group, False) for group in countries),
    ]:
        words = frozenset(word for name in group for word in _words(name))
        names = frozenset(word for name in group for word in _words(name) if len(name.split()) == 1)
        for word in words:
            if word in names or is_curated or shared[word] == 1:
                table.setdefault(word, []).append(names if word in names else words)
    return table


def _words(name: str) -> Iterator[str]:
    """Yield the words by which a name is known, folded."""
    words = re.findall(r"[^\W\d_]+", fold_word(name))
    yield from (word for word in words if len(word) >= _SHORTEST_PART or len(words) == 1)


def _aliases() -> Iterator[tuple[str, ...]]:
    source = (
        files("bot.briefing.checks").joinpath("data").joinpath("aliases.toml").read_text(encoding="utf-8")
    )
    yield from map(tuple, tomllib.loads(source)["groups"])


def _territories() -> Iterator[tuple[str, ...]]:
    """Yield every country's names in the languages we know (Unicode CLDR)."""
    names = [Locale(language).territories for language in LANGUAGES]
    for code in map(str, names[0]):
        if len(code) == 2 and code.isalpha():
            yield tuple(str(them[code]) for them in names if code in them)
