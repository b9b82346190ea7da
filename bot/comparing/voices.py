"""Who is heard in each of two articles: the sources that each gives words of, matched by name or kind."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from bot.briefing.checks.exonyms import other_names
from bot.briefing.checks.parts import key
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.transliteration import sounds_alike
from bot.comparing.likeness import Told
from bot.comparing.models import Heard

MOST_HEARD: Final = 20
LONGEST_NAME: Final = 120
"""Characters of a source's name; what is longer is no name but a clause."""


@dataclass(frozen=True, slots=True)
class Voice:
    """A source of one article."""

    shown: str
    """As the article words it, at its fullest."""
    names: frozenset[str]
    """The capitalised words, folded."""
    keys: frozenset[str]
    """What its words can be recognised by, in any language."""


def find_heard(first: Told, second: Told) -> list[Heard]:
    """Return the sources of both articles, those of both first."""
    ours, theirs = list(_list_voices(first)), list(_list_voices(second))
    both: list[Heard] = []
    left = []
    for voice in ours:
        found = next((other for other in theirs if _is_same(voice, other)), None)
        if found is None:
            left.append(voice)
        else:
            theirs.remove(found)
            both.append(Heard(first=voice.shown, second=found.shown))
    alone = [Heard(first=voice.shown, second=None) for voice in left]
    return [*both, *alone, *(Heard(first=None, second=voice.shown) for voice in theirs)][:MOST_HEARD]


def name_speaker(told: Told, number: int) -> str | None:
    """Return whom a sentence names as its source, as the article does; None for a pronoun, or nobody."""
    name = told.sources.get(number)
    if name is None and not told.has_rules:
        speaker = told.reading.speaker(number)
        name = speaker.shown if speaker and not speaker.refers_back else None
    return name if name and len(name) <= LONGEST_NAME else None


def _list_voices(told: Told) -> Iterator[Voice]:
    """Yield each source of an article once, as it is named most fully."""
    voices: list[Voice] = []
    for number in told.numbers:
        shown = name_speaker(told, number)
        if shown is None:
            continue
        voice = _read_voice(shown, told)
        known = next((one for one in voices if _is_same(one, voice)), None)
        if known is None:
            voices.append(voice)
        elif len(voice.names) > len(known.names):
            voices[voices.index(known)] = voice
    yield from voices


def _read_voice(shown: str, told: Told) -> Voice:
    passage = Passage(shown, told.reading.lexicon)
    names = frozenset(
        token.folded for token in passage.tokens if token.capital and token.is_content and not token.labels
    )
    keys = frozenset[str]().union(*(key(passage, place) for place in range(len(passage.tokens))))
    bodies = frozenset(f"body={value}" for _, _, value in passage.labelled.get("body", ()))
    return Voice(shown, names, keys | bodies)


def _is_same(one: Voice, other: Voice) -> bool:
    """Whether two sources can be one: by a name in common, or of two without names by all of one's words."""
    if one.names and other.names:
        return any(
            a == b or b in other_names(a) or sounds_alike(a, b) for a in one.names for b in other.names
        )
    if one.names or other.names:
        return False
    smaller, larger = sorted((one.keys, other.keys), key=len)
    return bool(smaller) and smaller <= larger
