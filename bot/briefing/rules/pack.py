"""Language packs: everything the rules know about a language, as data."""

import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Any

from pydantic import Field

from bot.article.models import Frozen
from bot.briefing.rules.lexicon import Lexicon, fold
from bot.briefing.rules.lists import Marks, People, Sources, Verbs, Words

_FOLDER = files("bot.briefing").joinpath("packs")
_ONLY_SETS = frozenset(
    {
        "titles",
        "bodies",
        "joints",
        "adverbs",
        "finite",
        "impersonal",
        "openers",
        "relatives",
        "whats",
        "genitives",
    }
    | {"callings", "indefinite", "objects", "possessives", "quantifiers", "particles", "places"}
    | {"elided_endings", "plural_endings", "infinitives", "clitics"}
)
"""Lists that are looked up by word, see `Pack.words`; to search texts for them would be for nothing."""


class Machine(Frozen):
    """Phrases that speak to a program instead of a reader."""

    address: Words
    order: Words
    mark: Words


class Reason(Frozen):
    """What a flag says, with `{speaker}` where there is one."""

    said: str
    own: str
    verify: str


class Phrases(Frozen):
    """Sentences and words the engine writes."""

    side: str
    """With `{party}`."""
    party: str
    """With `{party}`."""
    independent: str
    accused: str
    connectives: Words
    """Words that tie a sentence to the one before; cut when they open a statement and a comma follows."""
    open_quote: str
    close_quote: str


class Pack(Frozen):
    """One language."""

    language: Annotated[str, Field(pattern=r"^[a-z]{2}$")]
    nouns_capitalised: bool = False
    inflected: bool = False
    """Names change their endings: compare stems."""
    verbs: Verbs
    sources: Sources
    people: People
    marks: Marks
    machine: Machine
    phrases: Phrases
    reasons: dict[str, Reason]
    stop: Words

    @cached_property
    def lexicon(self) -> Lexicon:
        """Every word list, by name of the list."""
        entries: dict[str, tuple[str, ...]] = {
            "say": self.verbs.say,
            "accuse": self.verbs.accuse,
            "call": self.verbs.call,
            "mild": self.verbs.mild,
            "addressed": self.verbs.addressed,
            "loaded_verb": tuple(self.verbs.loaded),
            "act": tuple(verb for verb, neutral in self.verbs.loaded.items() if not neutral),
        }
        for group in (self.sources, self.people, self.marks):
            entries |= {
                name: phrases
                for name, phrases in group
                if isinstance(phrases, tuple) and name not in _ONLY_SETS
            }
        return Lexicon(entries)

    @cached_property
    def words(self) -> Mapping[str, frozenset[str]]:
        """The words around names as sets, folded as a text's words are, by name of the list."""
        return {
            name: frozenset(map(fold, phrases)) for name, phrases in self.people if isinstance(phrases, tuple)
        }

    @cached_property
    def citing(self) -> frozenset[str]:
        """Words that open a source ("laut", "Angaben"): no name begins with one, though a sentence may."""
        phrases = (fold(phrase) for phrase in self.sources.before)
        return frozenset(
            phrase.split()[-1] for phrase in phrases if " " not in phrase or self.nouns_capitalised
        )

    def is_house(self, word: str) -> bool:
        """Whether a folded word is one for a party or an authority, no office: no person's name has it."""
        words, endings = self._houses
        return word in words or word.endswith(endings)

    @cached_property
    def _houses(self) -> tuple[frozenset[str], tuple[str, ...]]:
        offices = {*self.people.roles, *self.people.titles}
        phrases = {*self.sources.interested, *self.sources.neutral, *self.people.bodies} - offices
        single = [phrase for phrase in phrases if " " not in phrase]
        words = frozenset(phrase.removesuffix("*") for phrase in single if not phrase.startswith("*"))
        return words, tuple(phrase[1:] for phrase in single if phrase.startswith("*"))

    @cached_property
    def stop_words(self) -> frozenset[str]:
        """Words that carry no content."""
        return frozenset(self.stop)


LANGUAGES = ("en", "de", "es", "fr", "ru", "uk")
"""Languages with a pack; a text in any other gets a summary without flags."""


def _read(language: str) -> dict[str, Any]:
    return tomllib.loads(_FOLDER.joinpath(f"{language}.toml").read_text(encoding="utf-8"))


@cache
def load_pack(language: str) -> Pack | None:
    """Return the pack of an ISO 639-1 language, None when there is none; ValidationError for a bad one."""
    code = language.casefold()[:2]
    return Pack.model_validate(_read(code)) if code in LANGUAGES else None


@cache
def machine_lexicon() -> Lexicon:
    """Every language's phrases that address a program: an attack need not be in the article's language."""
    entries: dict[str, list[str]] = {}
    for language in LANGUAGES:
        pack = load_pack(language)
        for name, phrases in pack.machine if pack else ():
            entries.setdefault(name, []).extend(phrases)
    return Lexicon(entries)
