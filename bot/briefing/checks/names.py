"""Proper names: which words of a passage are names, and whether an article bears them out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.briefing.checks.lexicon import CYRILLIC
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.vocabulary import KnownNames

_COMMON = frozenset(
    {
        "function",
        "role",
        "place",
        "month",
        "weekday",
        "day",
        "number",
        "scale",
        "unit",
        "report",
        "pronoun",
        "party",
        "body",
    }
)
_GERMAN_PLACES = (
    "burg",
    "berg",
    "stadt",
    "dorf",
    "heim",
    "hausen",
    "furt",
    "hafen",
    "hofen",
    "ingen",
    "bruck",
)
_GERMAN_NOUNS = (
    "ung", "heit", "keit", "schaft", "tion", "tat", "nis", "tum", "ing", "mus", "ment", "en", "ern", "er",
    "e", "el",
    "sicht", "kunft", "haft",
)  # fmt: skip
_AFTER_GERMAN_IN = frozenset(
    [
        "haft",
        "kraft",
        "not",
        "form",
        "bezug",
        "betrieb",
        "bau",
        "gang",
        "sicht",
        "auftrag",
        "besitz",
        "teil",
        "hand",
        "art",
    ]
)


_VERBS = {
    "en": re.compile(r"has|is|was|had|will|said|says|pointed|.{3,}ed|employs|shows"),
    "fr": re.compile(r"a|est|avait|était|sera|va"),
    "es": re.compile(r"ha|es|fue|era|será|tiene"),
    "de": re.compile(r"zufolge|bietet|hat|ist|beschäftigt"),
}
"""Forms that follow a subject."""
_NO_NAMES = ("ing", "ly", "ed", "ent", "ment", "tion", "ance", "ence", "ity", "ness", "s", "ung", "en")
_NO_VERBS = frozenset({"us", "as", "its", "this", "need", "years", "less"})


@dataclass(frozen=True, slots=True)
class Name:
    """One capitalised word that is, or is part of, a name."""

    word: str
    """Folded."""
    place: int
    """Its token."""
    is_sure: bool
    """False for the first word of a sentence and for German nouns, which may be common words."""


def read_names(passage: Passage) -> list[Name]:
    """Return the words of a passage that are names, or may be."""
    if _is_title_case(passage):
        return []
    names = []
    for place, token in enumerate(passage.tokens):
        if not token.capital or is_common(token) or len(token.folded) < 2:
            continue
        names.append(Name(token.folded, place, _is_sure(passage, place)))
    return names


def read_proper(passages: Iterable[Passage]) -> frozenset[str]:
    """Return the words that are names for sure somewhere in the passages."""
    return frozenset(name.word for passage in passages for name in read_names(passage) if name.is_sure)


def find_unknown_name(names: Iterable[Name], passage: Passage, known: KnownNames, everywhere: KnownNames,
                      *, is_translated: bool) -> Name | None:  # fmt: skip
    """Return the first name that `known` (the sentences around) does not hold.

    An unsure name counts only when it stands nowhere in the article and looks like a name.
    """
    for name in names:
        if name.word in known or (is_translated and known.has_sound(name.word)):
            continue
        if is_translated and _is_in_title_of_body(passage, name.place):
            continue
        if _is_upper(passage, passage.tokens[name.place]) and everywhere.has_initials(name.word):
            continue
        if name.is_sure:
            if not everywhere.has_ending(name.word):
                return name
            continue
        if name.word in everywhere or (is_translated and everywhere.has_sound(name.word)):
            continue
        if everywhere.has_beginning(name.word) or everywhere.has_ending(name.word):
            continue
        if _looks_like_name(passage, name.place) or (not is_translated and _is_subject(passage, name.place)):
            return name
    return None


def is_common(token: Token) -> bool:
    """Whether a capitalised word stands in a list of common words."""
    return not _COMMON.isdisjoint(token.names)


def _is_sure(passage: Passage, place: int) -> bool:
    """Whether a capital letter can only mean a name."""
    if passage.lexicon.language in CYRILLIC and passage.tokens[place].folded.isascii():
        return True
    if _is_initial(passage, place):
        return False
    if passage.lexicon.language != "de":
        return True
    return _neighbours_name(passage, place) or _is_german_place(passage, place)


def _is_german_place(passage: Passage, place: int) -> bool:
    """Whether a German noun stands right after "in" or "aus" and is no plural, as cities do."""
    word = passage.tokens[place].folded
    if word.endswith(_GERMAN_PLACES) and len(word) > 6:
        return True
    before = passage.tokens[place - 1].text
    if before not in {"in", "aus", "nach", "bei"} or not passage.is_joined(place - 1, place):
        return False
    return not word.endswith(_GERMAN_NOUNS) and word not in _AFTER_GERMAN_IN


def _is_initial(passage: Passage, place: int) -> bool:
    """Whether token `place` begins a sentence, a quotation or what follows a colon."""
    if place == 0:
        return True
    between = passage.text[passage.tokens[place - 1].end : passage.tokens[place].start]
    return bool(re.search(r"[.!?:…•]\s|[\"“„«»‘]|[.!?…]$", between))


def _neighbours_name(passage: Passage, place: int) -> bool:
    """Whether the token is part of a run of capitalised words, as first name and surname are."""
    tokens = passage.tokens
    for other in (place - 1, place + 1):
        if 0 <= other < len(tokens) and tokens[other].capital and not is_common(tokens[other]):
            first, last = min(place, other), max(place, other)
            if passage.is_joined(first, last) and not (other < place and _is_initial(passage, other)):
                return True
    return False


def _is_in_title_of_body(passage: Passage, place: int) -> bool:
    """Whether the word leads up to "Court" or "Service": names of bodies are translated, not copied."""
    following = place + 1
    while following < len(passage.tokens) and passage.is_joined(place, following):
        token = passage.tokens[following]
        if is_common(token) and "function" not in token.names:
            return token.capital and "place" not in token.names
        if not token.capital and "function" not in token.names:
            return False
        following += 1
    return False


def _looks_like_name(passage: Passage, place: int) -> bool:
    """Whether the words around a doubtful capital letter make it a name: another capital, or "said"."""
    tokens = passage.tokens
    if _is_upper(passage, tokens[place]):
        return True
    following = place + 1
    if following >= len(tokens):
        return False
    if tokens[following].capital and passage.is_joined(place, following):
        return not is_common(tokens[following]) or passage.lexicon.language != "de"
    plural = tokens[place].folded.endswith(("s", "en", "ы", "и", "і"))
    return not plural and "report" in tokens[following].names


def _is_subject(passage: Passage, place: int) -> bool:
    """Whether an unknown first word without an article is what acts: "Corvane has", "Corvane's shares"."""
    tokens = passage.tokens
    if place or len(tokens) < 2 or passage.lexicon.language not in _VERBS:
        return False
    following = tokens[1].text
    if tokens[0].folded.endswith(_NO_NAMES) or following in _NO_VERBS:
        return False
    if passage.text[tokens[0].end : tokens[0].end + 2] in {"'s", "’s"}:
        return True
    return passage.is_joined(0, 1) and bool(_VERBS[passage.lexicon.language].fullmatch(following))


def _is_upper(passage: Passage, token: Token) -> bool:
    return token.end - token.start > 1 and passage.text[token.start : token.end].isupper()


def _is_title_case(passage: Passage) -> bool:
    """Whether most words are capitalised, as in English headlines."""
    words = [token for token in passage.tokens if token.kind == "word" and len(token.folded) > 3]
    if len(words) < 4 or passage.lexicon.language == "de":
        return False
    return sum(token.capital for token in words) > 0.7 * len(words)
