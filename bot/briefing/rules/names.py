"""Names of people and bodies, as capitalised runs, and what a short mention stands for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

from bot.briefing.rules.lexicon import fold_word
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span

_ENDING = re.compile(r"(?:ого|ому|ой|ою|ым|им|их|ым|ей|ем|ом|ам|ах|ові|єві|а|я|у|ю|е|є|о|и|і|ї|ы|й|ь)$")
"""Case endings of Russian and Ukrainian names."""
_PATRONYMIC = re.compile(r"(?:вич|вна|чна|ич|івна|ївна|йович|вича|вичем|вну|вны|вной|вною|вні)$")
_HIS = re.compile(r"[^аеєиіїоуюя]$")
_HERS = re.compile(r"(?:[^аеєиіїоуюя]|[ая])$")
"""How a man's or anybody's surname ends in the nominative, but for those in another vowel."""
_HERS_DECLINED = re.compile(r"(?:ой|ою|ої|ій|[ую])$")
CAPITALS = "".join(chr(code) for code in range(0x530) if chr(code).isupper())
_NAME_WORD = rf"[{CAPITALS}][\w.]*(?:[’'‑-]\w+)*"
NAME_RUN = rf"{_NAME_WORD}(?:\s+{_NAME_WORD})*"
"""Capitalised words in a row, as a pattern."""
_MOST_ALIKE = 8
"""People of one surname that are told apart, and forms of one name: a text could be nothing but those."""
_SPACED = re.compile(r"\S+")


class Name(NamedTuple):
    """A run of capitalised words that may name a person: offsets and text."""

    span: Span
    text: str

    @property
    def surname(self) -> str:
        """The last word."""
        return self.text.split()[-1]


def stem(word: str, pack: Pack) -> str:
    """Return what stays of a name when its ending changes."""
    folded = fold_word(re.sub(r"[’']s$", "", word))
    if not pack.inflected or len(folded) < 4:
        return folded
    return _ENDING.sub("", folded) or folded


def capitalised_runs(text: str, offset: int, pack: Pack, *, several: bool = False) -> list[Name]:
    """Find the runs of capitalised words in a text, name particles included; or only those of several."""
    runs: list[Name] = []
    for match in _run_pattern(pack.words["particles"], several=several).finditer(text):
        at = match.start()
        parts = [(word.group(), at + word.start()) for word in _SPACED.finditer(match.group())]
        _close_run(runs, parts if len(parts[0][0]) > 1 else parts[1:], offset, pack)
    return runs


@cache
def _run_pattern(particles: frozenset[str], *, several: bool) -> re.Pattern[str]:
    """Return what a run of capitalised words looks like, with a language's particles between them."""
    between = "|".join(sorted(map(re.escape, particles))) or r"\b\B"
    count = "+" if several else "*"
    return re.compile(rf"(?<!\w){_NAME_WORD}(?:\s+(?:(?:{between})\s+){{0,2}}{_NAME_WORD}){count}")


def _close_run(runs: list[Name], parts: list[tuple[str, int]], offset: int, pack: Pack) -> None:
    """Strip what is no name from both ends of a run and keep the rest."""
    if not parts:
        return
    while parts and fold_word(parts[0][0]) in pack.stop_words | pack.words["particles"] | pack.citing:
        parts = parts[1:]
    while parts and fold_word(parts[-1][0]) in pack.words["particles"]:
        parts = parts[:-1]
    if parts:
        text = " ".join([word for word, _ in parts])
        if text.endswith(("’s", "'s")):
            text = text[:-2]
        if text.endswith("."):
            bare = text.rstrip(".")
            text = f"{bare}." if re.search(r"\b\w$", bare) else bare or parts[0][0]
        start = parts[0][1] + offset
        runs.append(Name(span=Span(start, start + len(text)), text=text))


def strip_titles(name: Name, pack: Pack) -> Name:
    """Drop offices from the beginning of a name ("Deputy Foreign Minister Anton Brezny")."""
    words = name.text.split()
    if len(words) == 1:
        return name
    titles = [
        index for index, word in enumerate(words[:-1]) if fold_word(word.rstrip(".")) in pack.words["titles"]
    ]
    kept = words[titles[-1] + 1 :] if titles else words
    text = " ".join(kept)
    start = name.span.end - len(text)
    return Name(span=Span(start, name.span.end), text=text)


def is_person(name: Name, pack: Pack) -> bool:
    """Whether a run reads like a first name and a surname: two or three words, none of them of a body.

    A particle and a surname alone ("de Villepin") are one name.
    """
    words = name.text.split()
    capitals = [word for word in words if word[0].isupper()]
    return 2 <= len(capitals) <= len(words) <= 4 and not any(
        fold_word(word.rstrip(".")) in pack.words["bodies"] or fold_word(word) in pack.words["titles"]
        for word in words
    )


def person_in(text: str, offset: int, pack: Pack, *, anywhere: bool = False) -> Name | None:
    """Return the person a noun phrase is about; one that follows a preposition is not, unless `anywhere`."""
    candidates = []
    for run in capitalised_runs(text, offset, pack, several=True):
        if " " not in run.text:
            continue
        name = strip_titles(run, pack)
        name = _before_body(name, pack)
        if len(name.text.split()) > 2 and (pack.nouns_capitalised or _begins_with_place(name, pack)):
            whole, name = name, _last_names(name, 2)
            if any(pack.is_house(fold_word(word)) for word in whole.text.removesuffix(name.text).split()):
                continue  # "Bürgerinitiative Sauberes Tal"
        before = fold_word(text[: run.span.start - offset]).split()
        if is_person(name, pack):
            candidates.append((bool(before) and before[-1] in pack.words["prepositions"], name))
    plain = [name for after_preposition, name in candidates if anywhere or not after_preposition]
    return plain[-1] if plain else None


def _before_body(name: Name, pack: Pack) -> Name:
    """Cut "von der Bürgerinitiative Sauberes Tal" off a name, where every noun has a capital."""
    words = name.text.split()
    if not pack.nouns_capitalised:
        return name
    for place, word in enumerate(words):
        if place > 2 and words[place - 1][0].islower() and pack.is_house(fold_word(word)):
            kept = words[:place]
            while kept and kept[-1][0].islower():
                kept.pop()
            text = " ".join(kept)
            return Name(span=Span(name.span.start, name.span.start + len(text)), text=text)
    return name


def _begins_with_place(name: Name, pack: Pack) -> bool:
    """Whether the first of three words is no first name ("министр Дравии Вера Ольшанич"); patronymics are."""
    words = name.text.split()
    return pack.inflected and len(words) == 3 and not _PATRONYMIC.search(fold_word(words[1]))


def _last_names(name: Name, count: int) -> Name:
    """Return the last capitalised words with the particles between them ("Ursula von der Heide")."""
    words = name.text.split()
    capitals = [place for place, word in enumerate(words) if word[0].isupper()]
    text = " ".join(words[capitals[-count:][0] :])
    return Name(span=Span(name.span.end - len(text), name.span.end), text=text)


@dataclass(slots=True)
class People:
    """Who has been named so far, so that a surname can be given its full name."""

    pack: Pack
    by_surname: dict[str, list[list[str]]] = field(default_factory=dict)
    """By what stays of a surname the people who have it, each by the full names that the text has."""

    first: str | None = None
    """Who was named first."""
    count: int = 0
    """How many were named, as far as they are told apart."""

    def meet(self, names: Sequence[Name]) -> None:
        """Remember the full names of a sentence."""
        for run in names:
            name = strip_titles(run, self.pack) if " " in run.text else run
            if " " in name.text and is_person(name, self.pack):
                self._remember(name)

    def full_name(self, mention: str) -> str:
        """Return the full name behind a surname, else the mention itself: two may have that surname."""
        words = mention.split()
        known = self.by_surname.get(stem(words[-1], self.pack), ())
        if len(words) != 1:
            longer = [name for names in known for name in names[:1] if _is_end(mention, name)]
            return longer[0] if len(longer) == 1 else mention
        if len(known) == 1 and not self.pack.inflected:
            return known[0][0]
        # Of two, the endings may tell who it is; and nobody is to be called "Олегу Саблину".
        spelled = [names for names in known if any(name.split()[-1] == words[0] for name in names)]
        if len(spelled) != 1:
            return mention
        return next(name for name in spelled[0] if name.split()[-1] == words[0])

    def is_declined(self, surname: str) -> bool:
        """Whether the one person of this surname was named in the nominative, and this is another case."""
        known = self.by_surname.get(stem(surname, self.pack), ())
        others = {name.split()[-1] for names in known for name in names} - {surname}
        ending = _HERS if _HERS_DECLINED.search(surname) else _HIS
        return len(known) == 1 and any(ending.search(form) for form in others)

    def _remember(self, name: Name) -> None:
        people = self.by_surname.setdefault(stem(name.surname, self.pack), [])
        if any(_is_end(name.text, known) for names in people for known in names):
            return
        known = next((names for names in people if self._has_first_name(names[0], name.text)), None)
        if known is None and len(people) < _MOST_ALIKE:
            people.append([name.text])
            self.first, self.count = self.first or name.text, self.count + 1
        elif known is not None and len(known) < _MOST_ALIKE and name.text not in known:
            known.append(name.text)

    def _has_first_name(self, one: str, other: str) -> bool:
        """Whether two full names begin alike, with an initial perhaps ("K. Vogt")."""
        first, second = (stem(name.split()[0].rstrip("."), self.pack) for name in (one, other))
        return first.startswith(second) or second.startswith(first)


def _is_end(mention: str, name: str) -> bool:
    """Whether a name with a particle is all but the first of another ("Ortega y Gasset", "de La Tour").

    Without a particle the first of another may be an office that no list has ("realtor Ada Quell").
    """
    return any(word[0].islower() for word in mention.split()) and name.casefold().endswith(
        f" {mention.casefold()}"
    )
