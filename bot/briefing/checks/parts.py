"""A sentence in parts, each of which says one thing, comparable in any of the languages.

A word stands for its stem and the concepts it belongs to, a number for its value, a name for its sound.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot.briefing.checks.lexicon import Lexicon
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.transliteration import skeleton

Keys = frozenset[str]
"""What a word can be recognised by; one in common is enough."""

AND = {
    "en": frozenset({"and", "but", "while", "whereas"}),
    "de": frozenset({"und", "aber", "während", "sowie", "sondern"}),
    "es": frozenset({"y", "e", "pero", "mientras", "sino"}),
    "fr": frozenset({"et", "mais", "tandis"}),
    "ru": frozenset({"и", "но", "а", "однако", "зато"}),
    "uk": frozenset({"та", "й", "і", "але", "а", "однак", "зате"}),
}
"""What joins two things said."""
PREPOSITIONS = frozenset(
    [
        "of", "in", "at", "from", "to", "for", "by", "near", "with", "about", "on", "outside", "into",
        "around", "von", "im", "aus", "bei", "nach", "zu", "zum", "zur", "für", "mit", "auf", "am", "an",
        "vom", "um", "de", "del", "en", "a", "al", "por", "para", "con", "desde", "hacia", "du", "des",
        "d", "à", "au", "aux", "dans", "par", "pour", "avec", "chez", "vers", "в", "во", "на", "из", "с",
        "со", "к", "ко", "от", "у", "о", "об", "для", "до", "при", "за", "з", "із", "зі", "від", "про",
        "біля", "під",
    ]
)  # fmt: skip
"""Words after which a name or a noun stands, and no verb."""
DEFINITE = frozenset(
    [
        "the", "this", "that", "der", "die", "das", "dieser", "diese", "dieses", "el", "la", "los", "las",
        "este", "esta", "le", "les", "l", "ce", "cet", "cette",
    ]
)  # fmt: skip
"""Articles and the like of what is known."""
_LEAST = 2
"""Words with content on either side of an "and" that parts two things said, not two nouns."""


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring tokens of a passage that say one thing."""

    passage: Passage
    places: tuple[int, ...]
    keys: Keys
    """Of all its words."""

    @property
    def tokens(self) -> list[Token]:
        """Its words, numbers and symbols."""
        return [self.passage.tokens[place] for place in self.places]

    def has(self, *names: str) -> bool:
        """Whether anything in it is labelled one of `names`."""
        places = frozenset(self.places)
        return any(first in places for name in names for first, _ in self.passage.spans(name))

    def spans(self, name: str) -> list[tuple[int, int]]:
        """Return first and last token of everything in it that is labelled `name`."""
        return [span for span in self.passage.spans(name) if span[0] in self.places]


def read_parts(passage: Passage) -> tuple[Part, ...]:
    """Return the parts of a passage in order."""
    return tuple(
        Part(passage, places, frozenset[str]().union(*(key(passage, place) for place in places)))
        for clause in passage.clauses
        for places in _split(passage, clause)
    )


def _split(passage: Passage, clause: Sequence[int]) -> Iterator[tuple[int, ...]]:
    """Yield the two sides of an "and" or an "if" when each has enough to say."""
    start = 0
    joining = AND.get(passage.lexicon.language, frozenset())
    for i, place in enumerate(clause):
        token = passage.tokens[place]
        if token.text not in joining and "condition" not in token.names:
            continue
        if min(_weight(passage, clause[start:i]), _weight(passage, clause[i + 1 :])) >= _LEAST:
            yield tuple(clause[start:i])
            start = i
    yield tuple(clause[start:])


def follows_preposition(passage: Passage, place: int) -> bool:
    """Whether a preposition stands right before token `place`."""
    return (
        place > 0 and passage.tokens[place - 1].text in PREPOSITIONS and passage.is_joined(place - 1, place)
    )


def is_prepositional(passage: Passage, place: int) -> bool:
    """Whether a preposition stands before token `place`, or before its article: "of the Confederation"."""
    has_article = place > 1 and passage.tokens[place - 1].text in DEFINITE
    return follows_preposition(passage, place - has_article) and passage.is_joined(place - 1, place)


def _weight(passage: Passage, places: Iterable[int]) -> int:
    return sum(passage.tokens[place].is_content for place in places)


def key(passage: Passage, place: int) -> Keys:
    """Return what the word at `place` can be recognised by; nothing for a word without content."""
    token = passage.tokens[place]
    if not token.is_content or "negation" in token.names:
        return frozenset()
    if token.kind != "word":
        return frozenset({"number=" + token.text.replace(",", ".")})
    return _read_key(passage.lexicon, token.text, token.folded, token.stem, capital=token.capital)


@lru_cache(maxsize=65_536)
def _read_key(lexicon: Lexicon, text: str, folded: str, stem: str, *, capital: bool) -> Keys:
    keys = {f"{lexicon.language}:{stem}"}
    for label in lexicon.labels(text):
        if label.name in {"concept", "number", "month", "weekday", "unit"}:
            keys.add(f"{label.name}={label.value}")
    if capital and len(keys) == 1 and len(bones := skeleton(folded)) > 1:
        keys.add(f"~{bones}")
    return frozenset(keys)


def is_known(keys: Keys) -> bool:
    """Whether a word can be recognised in another language."""
    return any(":" not in one for one in keys)


def held(context: Sequence[Keys], keys: Keys) -> float:
    """Return which part of some words stands among `keys`."""
    return sum(not one.isdisjoint(keys) for one in context) / len(context) if context else 0.0


def words(part: Part, *without: str) -> list[Keys]:
    """Return what the words of a part can be recognised by, but for those on the lists `without`."""
    passage = part.passage
    return [
        found
        for place in part.places
        if passage.tokens[place].names.isdisjoint(without) and (found := key(passage, place))
    ]


def find_counterparts(context: Sequence[Keys], others: Sequence[Part], least: float) -> list[int]:
    """Return which parts tell of the words in `context` best, if any holds a share of `least` of them.

    In another language only the words count that can be recognised in any.
    """
    scores = [held(context, other.keys) for other in others]
    best = max(scores, default=0.0)
    return [i for i, score in enumerate(scores) if score == best] if best >= least else []


def comparable(context: Sequence[Keys], part: Part, others: Sequence[Part]) -> list[Keys]:
    """Return the words of `part` in `context` that can be looked for in `others`."""
    if others and others[0].passage.lexicon is part.passage.lexicon:
        return list(context)
    return [keys for keys in context if is_known(keys)]
