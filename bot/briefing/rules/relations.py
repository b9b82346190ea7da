"""Whose words are not one's own: "Orme's lawyer" and "a spokesman for Orme" are not Orme."""

import re
from typing import Literal

from bot.briefing.rules.lexicon import fold
from bot.briefing.rules.names import Name, People, capitalised_runs, person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

Number = Literal["one", "several"]

_LISTS: tuple[tuple[Number, str], ...] = (("one", "relations"), ("several", "circles"))
_POSSESSIVE = re.compile(r"(?:['’]s|s['’])(?:\s[\w-]+){0,3}$")
"""An owner and what else may stand before a relation ("Orme's former Treasury secretary")."""
_BETWEEN = 2
"""Words that tell more of a relation before it is told whose it is ("avocat parisien de M. Roy")."""


def relation_in(passage: Passage, phrase: Span, people: People, pack: Pack) -> Number | None:
    """Tell whether a source is somebody's: who is named in it, or meant by "his", does not speak.

    Returns whether one person or several speak instead, None where people speak for themselves: as in an
    apposition ("Orme's lawyer, Ann Poole") and behind a body ("a spokesman for the union Ann Poole").
    """
    text = passage.slice(phrase)
    person = person_in(text, phrase.start, pack, anywhere=True)
    named = person or _surname_in(text, phrase.start, people, pack)
    for number, list_ in _LISTS:
        for relation in passage.find(list_, phrase):
            if named and named.span.start >= relation.end:
                is_of_another = _belongs_to(passage, relation, named, people, pack)
            else:
                is_of_another = _is_possessive(passage, Span(phrase.start, relation.start), pack)
            if is_of_another:
                return number
    return None


def has_owner(passage: Passage, phrase: Span, role: Span, people: People, pack: Pack) -> bool:
    """Whether a role is somebody's, by the word before it ("his lawyer", "Schmidts Anwalt")."""
    before = passage.slice(Span(phrase.start, role.start)).strip()
    return _is_possessive(passage, Span(phrase.start, role.start), pack) or _is_genitive(before, people, pack)


def _is_possessive(passage: Passage, before: Span, pack: Pack) -> bool:
    """Whether what stands before a word says whose it is; "Orme in his office" is Orme."""
    words = passage.words_in(before)
    if any(word.word in pack.words["prepositions"] for word in words[1:]):
        return False
    owners = any(word.word in pack.words["possessives"] for word in words)
    return owners or bool(_POSSESSIVE.search(passage.slice(before).rstrip()))


def _surname_in(text: str, offset: int, people: People, pack: Pack) -> Name | None:
    """Return the last surname of somebody named before."""
    runs = capitalised_runs(text, offset, pack)
    known = [run for run in runs if " " in people.full_name(run.surname)]
    if not known:
        return None
    surname = known[-1].surname
    end = known[-1].span.end
    return Name(span=Span(end - len(surname), end), text=surname)


def _belongs_to(passage: Passage, relation: Span, name: Name, people: People, pack: Pack) -> bool:
    """Whether the name right behind "lawyer for" or "Anwalt" is that of whose lawyer it is."""
    between = passage.slice(Span(relation.end, name.span.start))
    if "," in between:
        return False
    linking = pack.words["prepositions"] | pack.words["particles"] | pack.words["genitives"]
    words = re.findall(r"\w+", between)
    links = [place for place, word in enumerate(words) if fold(word) in linking]
    if not links:
        is_represented = len(words) == 1 and pack.language == "en" and words[0].endswith("ing")
        return is_represented or (not words and _is_genitive(name.text, people, pack))
    is_told = links[0] <= _BETWEEN and all(word.islower() for word in words[: links[0]])
    return is_told and all(fold(word) in linking | pack.words["titles"] for word in words[links[0] :])


def _is_genitive(name: str, people: People, pack: Pack) -> bool:
    """Whether a name known in a shorter form has the ending of the genitive ("Schmidts", "Симонова")."""
    surname = name.rsplit(maxsplit=1)[-1] if name else ""
    if pack.nouns_capitalised:
        return surname.endswith("s") and " " in people.full_name(surname[:-1])
    return pack.inflected and people.is_declined(surname)
