"""Proper names: which words of a passage are names, and whether an article bears them out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.briefing.checks.german import has_hyphen, is_noun, is_place
from bot.briefing.checks.lexicon import CYRILLIC
from bot.briefing.checks.passage import Passage, Token, per_passage
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
_VERBS = {
    "en": re.compile(r"has|is|was|had|will|said|says|pointed|.{3,}ed|employs|shows"),
    "fr": re.compile(r"a|est|avait|était|sera|va|.{2,}(?:ait|era|irait)"),
    "es": re.compile(r"ha|es|fue|era|será|tiene|.{2,}(?:ó|aba|ía|ará|erá|irá)"),
    "de": re.compile(r"zufolge|hat|ist|war|will|soll|wird|muss|.{2,}(?:t|te)"),
    "ru": re.compile(r".{2,}(?:ает|яет|ует|ил|ал|ел|ила|ала|ела|ило|ало|ился|ался|илась|алась)"),
    "uk": re.compile(r".{2,}(?:ає|яє|ує|ив|ав|ів|ила|ала|іла|ило|ало|ився|ався|илася|алася)"),
}
"""Forms that follow a subject."""
_NO_NAMES = ("ing", "ly", "ed", "ent", "ment", "tion", "ance", "ence", "ity", "ness", "s", "ung", "en")
_TITLES = frozenset({"body", "role", "person"})
_BODIES = frozenset({"body", "role"})
_DAYS = frozenset({"weekday", "month", "day"})
_SMALL_MONTHS = frozenset({"es", "fr", "ru", "uk"})
"""Languages that write months without a capital."""
_MEASURES = frozenset({"unit", "scale", "number"})
_AND = frozenset({"and", "y", "e", "et", "и", "і", "й", "та"})
_NO_FIRST_NAME = re.compile(r"(?:[еиюя]т|[лв]и|ло|є|уть|ить|[иыі]и|[ао]я|ое|е)$")
"""Endings of verbs and adjectives, which begin a sentence before a name in Russian and Ukrainian."""
_PLURAL_VERBS = {
    "de": ("en",),
    "es": ("n",),
    "fr": ("nt",),
    "ru": ("ли", "ют", "ят", "ут", "ат"),
    "uk": ("ли", "ть"),
}
_PLURALS = ("s", "en", "ы", "и", "і")
_CYRILLIC_CAPITALS = "АБВГҐДЕЄЁЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯ"
_SHORTEST_ROOT = 5
"""Letters of a name of which another one can be made."""
_LONGEST_ENDING = 2
"""Letters of an ending after an abbreviation."""
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


@per_passage
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
    """Return the words that are names for sure somewhere in the passages, or that such a name is made of.

    "Karsovia" that only begins sentences is one where others hold "the Karsovian delegation".
    """
    names = [name for passage in passages for name in read_names(passage)]
    sure = frozenset(name.word for name in names if name.is_sure)
    beginnings = {word[:size] for word in sure for size in range(_SHORTEST_ROOT, len(word))}
    return sure | {name.word for name in names if name.word in beginnings}


def find_unknown_name(names: Iterable[Name], passage: Passage, known: KnownNames, everywhere: KnownNames,
                      *, is_translated: bool) -> Name | None:  # fmt: skip
    """Return the first name that `known` (the sentences around) does not hold.

    An unsure name counts only when it stands nowhere in the article and looks like a name.
    """
    for name in names:
        if _is_known(name.word, known, is_translated=is_translated):
            continue
        if is_translated and _is_in_title_of_body(passage, name.place):
            continue
        if (short := _read_abbreviation(passage, name)) and everywhere.has_initials(short):
            continue
        if name.is_sure:
            if not everywhere.has_ending(name.word):
                return name
            continue
        if name.word in everywhere or (is_translated and everywhere.has_sound(name.word)):
            continue
        if everywhere.has_beginning(name.word) or everywhere.has_ending(name.word):
            continue
        if _looks_like_name(passage, name.place) or (not is_translated and is_subject(passage, name.place)):
            return name
    return None


def _is_known(word: str, known: KnownNames, *, is_translated: bool) -> bool:
    """Whether a name is one of `known`, whole, in a blend, or in a translation by its sound."""
    if word in known or known.has_blend(word):
        return True
    return is_translated and (known.has_sound(word) or known.has_beginning_of(word))


def is_common(token: Token) -> bool:
    """Whether a capitalised word stands in a list of common words."""
    return not _COMMON.isdisjoint(token.names)


def is_first_name(passage: Passage, place: int) -> bool:
    """Whether a word that is else a unit or a month begins a name: "Miles Penrose", "Julio Arranz"."""
    token, following = passage.tokens[place], passage.tokens[place + 1 : place + 2]
    is_month = "month" in token.names and passage.lexicon.language in _SMALL_MONTHS
    return (
        token.capital
        and (is_month or "unit" in token.names)
        and any(other.capital and not is_common(other) for other in following)
        and passage.is_joined(place, place + 1)
    )


def _is_sure(passage: Passage, place: int) -> bool:
    """Whether a capital letter can only mean a name."""
    if passage.lexicon.language in CYRILLIC and passage.tokens[place].folded.isascii():
        return True
    if _is_initial(passage, place):
        return False
    if passage.lexicon.language != "de":
        return True
    return (
        _is_upper(passage, passage.tokens[place])
        or _neighbours_name(passage, place)
        or is_place(passage, place)
        or _has_title(passage, place)
    )


def _has_title(passage: Passage, place: int) -> bool:
    """Whether a role or body stands right before a German noun, as in "Gewerkschaft Verdi"."""
    before = passage.tokens[place - 1]
    is_title = before.capital and bool(_TITLES & before.names) and _MEASURES.isdisjoint(before.names)
    return is_title and passage.is_joined(place - 1, place) and not has_hyphen(passage, place - 1)


def _is_initial(passage: Passage, place: int) -> bool:
    """Whether token `place` begins a sentence, a quotation or what follows a colon."""
    if place == 0:
        return True
    between = passage.text[passage.tokens[place - 1].end : passage.tokens[place].start]
    return bool(re.search(r"[.!?:…•]\s|[\"“„«»‘]|[.!?…]$", between))


def _neighbours_name(passage: Passage, place: int) -> bool:
    """Whether the token is part of a run of capitalised words, as first name and surname are."""
    tokens, language = passage.tokens, passage.lexicon.language
    for other in (place - 1, place + 1):
        if 0 <= other < len(tokens) and tokens[other].capital and not is_common(tokens[other]):
            first, last = min(place, other), max(place, other)
            if (
                language == "de"
                and tokens[last].start - tokens[first].end == 1
                and has_hyphen(passage, first)
            ):
                continue
            if language == "de" and is_noun(passage, place, first, last):
                continue
            if passage.is_joined(first, last) and not (other < place and _is_initial(passage, other)):
                return True
    return False


def _is_in_title_of_body(passage: Passage, place: int) -> bool:
    """Whether the word leads up to "Court" or "Service": names of bodies are translated, not copied."""
    following = place + 1
    while following < len(passage.tokens) and passage.is_joined(place, following):
        token = passage.tokens[following]
        if is_common(token) and "function" not in token.names:
            # Not up to "Tuesday"; but German nouns before "Montag" are no names.
            is_body = passage.lexicon.language == "de" or _DAYS.isdisjoint(token.names)
            return token.capital and bool(_BODIES & token.names) and is_body
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
    if following >= len(tokens) or not passage.is_joined(place, following):
        return False
    if tokens[following].capital:
        is_compound = passage.lexicon.language == "de" and has_hyphen(passage, place)
        return not is_compound and _is_before_name(passage, place)
    if _is_coordinated(passage, place):
        return True
    return "report" in tokens[following].names and not _is_plural(passage, place)


def _is_before_name(passage: Passage, place: int) -> bool:
    """Whether an unknown word before a capital is a first name: no verb, no title before a full name."""
    token, following = passage.tokens[place], passage.tokens[place + 1]
    language = passage.lexicon.language
    third = passage.tokens[place + 2 : place + 3]
    if language != "de" and third and third[0].capital and passage.is_joined(place + 1, place + 2):
        return False
    if language in CYRILLIC and _NO_FIRST_NAME.search(token.folded):
        return False
    return not is_common(following) or language != "de"


def _is_plural(passage: Passage, place: int) -> bool:
    """Whether several act: "Residents said", "Жители сообщили"."""
    word, verb = passage.tokens[place].folded, passage.tokens[place + 1].folded
    if passage.lexicon.language == "en":
        return word.endswith("s") and not word.endswith(("ss", "us", "is"))
    return verb.endswith(_PLURAL_VERBS[passage.lexicon.language])


def _is_coordinated(passage: Passage, place: int) -> bool:
    """Whether "and" and a name follow: "Karsovia and Meldania"."""
    pair = passage.tokens[place + 1 : place + 3]
    if len(pair) < 2 or pair[0].text not in _AND or passage.lexicon.language == "de":
        return False
    return pair[1].capital and not is_common(pair[1]) and not passage.tokens[place].folded.endswith(_PLURALS)


def is_subject(passage: Passage, place: int) -> bool:
    """Whether an unknown first word without an article is what acts: "Corvane has", "Corvane's shares"."""
    tokens, language = passage.tokens, passage.lexicon.language
    if place + 1 >= len(tokens) or language not in _VERBS:
        return False
    if place and (language != "de" or passage.is_joined(place - 1, place)):
        return False
    following = tokens[place + 1].text
    if tokens[place].folded.endswith(_NO_NAMES) or following in _NO_VERBS:
        return False
    if passage.text[tokens[place].end : tokens[place].end + 2] in {"'s", "’s"}:
        return True
    return passage.is_joined(place, place + 1) and bool(_VERBS[language].fullmatch(following))


def _read_abbreviation(passage: Passage, name: Name) -> str:
    """Return a name in capitals without its ending: "мид" of "МИДа"."""
    token = passage.tokens[name.place]
    letters = passage.text[token.start : token.end]
    capitals = len(letters) - len(letters.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÜ" + _CYRILLIC_CAPITALS))
    is_short = capitals > 1 and len(letters) - capitals <= _LONGEST_ENDING
    return name.word[:capitals] if is_short else ""


def _is_upper(passage: Passage, token: Token) -> bool:
    return token.end - token.start > 1 and passage.text[token.start : token.end].isupper()


def _is_title_case(passage: Passage) -> bool:
    """Whether most words are capitalised, as in English headlines."""
    words = [token for token in passage.tokens if token.kind == "word" and len(token.folded) > 3]
    if len(words) < 4 or passage.lexicon.language == "de":
        return False
    return sum(token.capital for token in words) > 0.7 * len(words)
