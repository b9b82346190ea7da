"""What the checks know about a language: word lists from `data/` and some of the packs, looked up by word."""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from bot.briefing.checks.normalise import fold_word, spell

LANGUAGES = ("en", "de", "es", "fr", "ru", "uk")
"""ISO 639-1 codes with a word list."""

CYRILLIC = frozenset({"ru", "uk"})

_VALUED = {
    "numbers": "number",
    "scales": "scale",
    "units": "unit",
    "months": "month",
    "weekdays": "weekday",
    "days": "day",
    "verdict": "verdict",
    "opposite": "opposite",
    "body": "body",
    "order": "order",
}
"""Tables whose keys are values, and the name of what they list."""

_PEOPLE = {"relations": "relation", "circles": "relation", "possessives": "possessive"}
"""Lists of the offline rules' packs, and the name of what they list."""

_OWN_LETTERS = {"ru": frozenset("ыэъ"), "uk": frozenset("іїєґ")}
"""Letters by which two languages of one script are told apart."""
_LONGEST_STEM = 6
_SHORTEST_STEM = 3
_LONGEST_PREFIX = 24
_VERBAL = ("т", "л", "ь")
"""Endings of verbs, which short nouns ("совет") only seem to have."""
_WORD = re.compile(r"[^\W\d_]+(?:['’ʼ][^\W\d_]+)*")
_GERMAN_UNITS = {
    "ein": 1, "zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9,
}  # fmt: skip
_GERMAN_TENS = {
    "zwanzig": 20, "dreißig": 30, "vierzig": 40, "fünfzig": 50, "sechzig": 60, "siebzig": 70, "achtzig": 80,
    "neunzig": 90,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Label:
    """What a word or phrase is: a name such as "hedge" or "month", and a value where it has one."""

    name: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class _Phrase:
    """Words that mean something together; a word may end in "*"."""

    words: tuple[str, ...]
    label: Label

    def goes_on(self, words: Sequence[str], start: int) -> bool:
        """Whether what follows its first word stands at `start`."""
        end = start + len(self.words) - 1
        if end > len(words):
            return False
        return all(_matches(self.words[i - start + 1], words[i]) for i in range(start, end))


@dataclass(frozen=True, slots=True, eq=False)
class Lexicon:
    """The word lists of one language; an unknown language has empty ones."""

    language: str
    default_why: str = ""
    quotes: tuple[str, str] = ('"', '"')
    name_endings: frozenset[str] = frozenset()
    stem_endings: tuple[str, ...] = ()
    words: dict[str, tuple[Label, ...]] = field(default_factory=dict)
    prefixes: dict[str, tuple[Label, ...]] = field(default_factory=dict)
    phrases: dict[str, tuple[_Phrase, ...]] = field(default_factory=dict)
    """By their first word, or by its beginning and a "*"."""

    def labels(self, word: str) -> tuple[Label, ...]:
        """Return what one word (in lower case) is."""
        return _labels(self, word)

    def has(self, word: str, name: str) -> bool:
        """Whether `word` stands in the list `name`."""
        return name in _names(self, word)

    def names(self, word: str) -> frozenset[str]:
        """Return the lists in which `word` stands."""
        return _names(self, word)

    def begins_phrase(self, word: str) -> bool:
        """Whether a phrase of several words can begin with `word`."""
        return bool(_phrases_from(self, word))

    def phrases_at(self, words: Sequence[str], start: int) -> Iterator[tuple[Label, int]]:
        """Yield label and length of every phrase of several words that begins at `start`, longest first."""
        for phrase in _phrases_from(self, words[start]):
            if phrase.goes_on(words, start + 1):
                yield phrase.label, len(phrase.words)

    def entries(self, name: str) -> list[str]:
        """Return the words, beginnings of words and phrases (without "*") of the list `name`."""
        listed = (self.words, self.prefixes)
        found = [word for table in listed for word, labels in table.items() if _is_in(labels, name)]
        phrases = (phrase for them in self.phrases.values() for phrase in them)
        return found + [
            " ".join(phrase.words).replace("*", "") for phrase in phrases if phrase.label.name == name
        ]

    def stem(self, word: str) -> str:
        """Return what is left of a folded word without its ending: enough to compare inflected forms."""
        return _stem(self, word)


def _is_in(labels: Iterable[Label], name: str) -> bool:
    return any(label.name == name for label in labels)


@cache
def load_lexicon(language: str) -> Lexicon:
    """Return the lexicon of `language` (ISO 639-1); an empty one when there is none."""
    if language not in LANGUAGES:
        return Lexicon(language)
    source = (
        files("bot.briefing.checks").joinpath("data").joinpath(f"{language}.toml").read_text(encoding="utf-8")
    )
    data = tomllib.loads(source)
    words: dict[str, list[Label]] = defaultdict(list)
    prefixes: dict[str, list[Label]] = defaultdict(list)
    phrases: dict[str, list[_Phrase]] = defaultdict(list)
    for entry, label in (*_entries(data), *_read_people(language)):
        parts = tuple(map(spell, entry.split()))
        if len(parts) > 1:
            phrases[parts[0]].append(_Phrase(parts, label))
        elif entry.endswith("*"):
            prefixes[parts[0][:-1]].append(label)
        else:
            words[parts[0]].append(label)
    for entry, label in _read_concepts(language):
        (prefixes if entry.endswith("*") else words)[spell(entry).rstrip("*")].append(label)
    opening, closing = data["quotes"]
    return Lexicon(
        language=language,
        default_why=data["default_why"],
        quotes=(opening, closing),
        name_endings=frozenset(map(fold_word, data["name_endings"])),
        stem_endings=tuple(
            sorted({fold_word(ending) for ending in data["stem_endings"]}, key=len, reverse=True)
        ),
        words={word: tuple(labels) for word, labels in words.items()},
        prefixes={prefix: tuple(labels) for prefix, labels in prefixes.items()},
        phrases={first: tuple(sorted(them, key=lambda p: -len(p.words))) for first, them in phrases.items()},
    )


def detect_language(text: str, likely: str = "") -> str | None:
    """Return which of LANGUAGES `text` is written in, by its function words; None when too few are known.

    `likely` wins a tie.
    """
    words = _WORD.findall(text[:5_000])
    counts = Counter(language for word in words for language in _languages_of(word))
    best = max(LANGUAGES, key=lambda language: (counts[language], language == likely))
    return best if counts[best] >= max(2, len(words) // 8) else None


@lru_cache(maxsize=65_536)
def _languages_of(word: str) -> tuple[str, ...]:
    """Return the languages a word speaks for: as one of their function words, and by their own letters."""
    spelt = spell(word)
    by_list = (language for language in LANGUAGES if load_lexicon(language).has(spelt, "function"))
    by_letter = (language for language, letters in _OWN_LETTERS.items() if not letters.isdisjoint(spelt))
    return (*by_list, *by_letter)


def _entries(data: dict[str, Any]) -> Iterator[tuple[str, Label]]:
    """Yield every entry of a word list with its label."""
    forms = data.get("forms", {})
    for table, content in data.items():
        if not isinstance(content, dict) or table == "forms":
            continue
        for key, entries in content.items():
            label = Label(_VALUED[table], key) if table in _VALUED else Label(key)
            yield from ((form, label) for entry in entries for form in _inflect(entry, forms))
    if data.get("compound_joiner"):
        yield from _german_compounds()


def _inflect(entry: str, forms: dict[str, list[str]]) -> Iterator[str]:
    """Yield an entry, or the forms of a verb whose ending is parted by "~": "warn~", "утвержда~ть"."""
    stem, mark, ending = entry.partition("~")
    yield from (stem + form for form in forms[ending]) if mark else (entry,)


def _read_concepts(language: str) -> Iterator[tuple[str, Label]]:
    """Yield the words of one language for each concept that all languages share."""
    source = files("bot.briefing.checks").joinpath("data").joinpath("concepts.toml")
    column = LANGUAGES.index(language)
    for concept, columns in tomllib.loads(source.read_text(encoding="utf-8")).items():
        yield from ((entry, Label("concept", concept)) for entry in columns[column].split())


def _read_people(language: str) -> Iterator[tuple[str, Label]]:
    """Yield the words that the offline rules have, too: for whom somebody has, and for whose that is."""
    source = files("bot.briefing").joinpath("packs").joinpath(f"{language}.toml")
    people = tomllib.loads(source.read_text(encoding="utf-8"))["people"]
    for list_, name in _PEOPLE.items():
        yield from (
            (entry.replace("-", " "), Label(name)) for entry in people[list_].replace("\n", " ").split(", ")
        )


def _german_compounds() -> Iterable[tuple[str, Label]]:
    """Yield "einundzwanzig" to "neunundneunzig"."""
    for unit, one in _GERMAN_UNITS.items():
        for ten, many in _GERMAN_TENS.items():
            yield f"{unit}und{ten}", Label("number", str(one + many))


@lru_cache(maxsize=65_536)
def _labels(lexicon: Lexicon, word: str) -> tuple[Label, ...]:
    found = list(lexicon.words.get(word, ()))
    for length in range(1, min(len(word), _LONGEST_PREFIX) + 1):
        found.extend(lexicon.prefixes.get(word[:length], ()))
    return tuple(dict.fromkeys(found))


@lru_cache(maxsize=65_536)
def _names(lexicon: Lexicon, word: str) -> frozenset[str]:
    return frozenset(label.name for label in _labels(lexicon, word))


@lru_cache(maxsize=65_536)
def _phrases_from(lexicon: Lexicon, word: str) -> tuple[_Phrase, ...]:
    found = list(lexicon.phrases.get(word, ()))
    for length in range(2, min(len(word), _LONGEST_PREFIX) + 1):
        found.extend(lexicon.phrases.get(f"{word[:length]}*", ()))
    return tuple(found)


def _matches(pattern: str, word: str) -> bool:
    return word.startswith(pattern[:-1]) if pattern.endswith("*") else word == pattern


@lru_cache(maxsize=65_536)
def _stem(lexicon: Lexicon, word: str) -> str:
    """Cut the ending; a Cyrillic name has several ("Таранов-ым" is "Таран-ов")."""
    stem = _cut_ending(lexicon, word, _SHORTEST_STEM)
    while (
        lexicon.language in CYRILLIC and (shorter := _cut_ending(lexicon, stem, _SHORTEST_STEM + 1)) != stem
    ):
        stem = shorter
    return stem[:_LONGEST_STEM]


def _cut_ending(lexicon: Lexicon, word: str, least: int) -> str:
    for ending in lexicon.stem_endings:
        if word.endswith(ending) and len(word) - len(ending) >= least + ending.endswith(_VERBAL):
            return word[: -len(ending)]
    return word
