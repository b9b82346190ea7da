"""Whether a statement gives the words of somebody's lawyer, sister or office to that one, or the reverse."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from bot.briefing.checks.lexicon import CYRILLIC, Lexicon
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.speakers import Speaker, find_speaker

_NEAR = 10
"""Tokens between a reporting verb and the relation whose verb it is."""
_BACK = 3
"""Sentences before one whose speaker a pronoun can mean."""
_ATTRIBUTES = 2
"""Words that tell more of a relation, before it or behind it."""
_ASIDE = 5
"""Tokens behind a name and its comma in which it is told what that one is."""
_SHORT = 3
"""Letters of a shortened title at most."""
_VOWELS = frozenset("аеєиіїоуюяыэ")
_OWNING = {
    "en": frozenset({"of", "for", "to"}),
    "de": frozenset({"von", "vom", "des", "der"}),
    "es": frozenset({"de", "del"}),
    "fr": frozenset({"de", "d", "du", "des"}),
}
"""Words between a relation and whose it is; Russian and Ukrainian have none."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A source told by whose it is: "Smith's lawyer", "his sister"."""

    stem: str
    owners: frozenset[str]
    """Stems of the owner's name; none behind "his"."""
    shown: str
    """The words themselves."""


def has_changed_relation(statement: Passage, best: int, reading: Reading) -> bool:
    """Whether a statement names the owner in place of the relation in sentence `best`, or the reverse."""
    claim, (source, told) = find_speaker(statement), _read_source(best, reading)
    if claim is None or source is None:
        return False
    own = read_relation(statement, claim, reading)
    if told and not own:
        return bool(claim.names) and _takes_owner(statement, claim, source, told, reading)
    if own and not told:
        speaker = reading.speaker(best) or source
        is_related = not speaker.stems.isdisjoint(_relation_stems(reading.lexicon))
        return bool(own.owners & speaker.names) and own.stem not in speaker.stems and not is_related
    return False


def find_related(words: Passage, number: int, reading: Reading) -> str | None:
    """Return the source of a sentence, as worded, for whose owner a speaker's name is taken; else None."""
    source, told = _read_source(number, reading)
    names = frozenset(token.stem for token in words.tokens if token.capital and token.is_content)
    if source is None or told is None or not names:
        return None
    return told.shown if _takes_owner(words, Speaker(names=names), source, told, reading) else None


def word_source(number: int, reading: Reading) -> str | None:
    """Return who speaks in a sentence, as worded, where that is told by whose it is alone; else None.

    A pronoun stands for who spoke before.
    """
    for place in range(number, max(0, number - 1 - _BACK), -1):
        source, told = _read_source(place, reading)
        if source is not None and source.stems:
            is_nameless = told is not None and source.names - told.owners <= {told.stem}
            return told.shown if told and is_nameless else None
        if place == number and source is None:
            return None
    return None


def _read_source(number: int, reading: Reading) -> tuple[Speaker | None, Relation | None]:
    """Return who speaks in a sentence by its own words, and the relation by which it tells that."""
    source = find_speaker(reading.passage(number))
    return source, read_relation(reading.passage(number), source, reading) if source else None


def _takes_owner(
    statement: Passage, claim: Speaker, source: Speaker, told: Relation, reading: Reading
) -> bool:
    """Whether who speaks in a statement is the owner of the source, or may not be anybody but that one."""
    own = (claim.stems | {told.stem}) & (_relation_stems(statement.lexicon) | {told.stem})
    if any(token.stem in own for token in statement.tokens):
        return False
    others = source.names - told.owners - {told.stem}
    if claim.names & others or (others and reading.is_translated):  # another script spells them otherwise
        return False
    if told.owners:
        return bool(claim.names & told.owners)
    names = None if reading.is_translated else claim.names
    holding = reading.count_held({told.stem})
    return not any(_is_called(reading.passage(number), names, told.stem) for number in holding)


def _is_called(passage: Passage, names: frozenset[str] | None, relation: str) -> bool:
    """Whether a passage calls one of these, or anybody, so: "lawyer Ann Poole", "Ann Poole, a lawyer"."""
    tokens = passage.tokens
    for place, token in enumerate(tokens):
        if token.stem != relation:
            continue
        if any(names is None or name.stem in names for name in _capitals_from(passage, place + 1)):
            return True
        asides = [
            t for t in tokens[max(0, place - _ASIDE) : place] if "," in passage.text[t.end : token.start]
        ]
        if any(t.capital and (names is None or t.stem in names) for t in asides):
            return True
    return False


def read_relation(passage: Passage, speaker: Speaker, reading: Reading) -> Relation | None:
    """Return the relation by which a passage tells of its speaker, or None."""
    tokens = passage.tokens
    named = {first for first, _ in passage.spans("relation")}
    stems = speaker.stems & _relation_stems(passage.lexicon)
    inflected = {place for place, token in enumerate(tokens if stems else ()) if token.stem in stems}
    for place in sorted(named | inflected):
        token = tokens[place]
        if token.stem not in speaker.stems or abs(place - speaker.place) > _NEAR:
            continue
        before = _attributes_before(passage, place)
        if before > 0 and "possessive" in tokens[before - 1].names:
            owners, names = [tokens[before - 1]], frozenset[str]()
        elif place in named:  # not in another case: "по словам адвоката Симонова" may be either
            owners = _owners(passage, before, place, reading)
            names = frozenset(name.stem for name in owners)
        else:
            continue
        if owners:
            ends = [token, *owners]
            shown = passage.text[min(t.start for t in ends) : max(t.end for t in ends)]
            return Relation(token.stem, names, shown)
    return None


@cache
def _relation_stems(lexicon: Lexicon) -> frozenset[str]:
    """Return the stems of the words for whom somebody has, whatever case they stand in."""
    return frozenset(lexicon.stem(fold_word(word)) for word in lexicon.entries("relation") if " " not in word)


def _attributes_before(passage: Passage, place: int) -> int:
    """Return where the words begin that tell more of a relation ("his former Treasury secretary")."""
    first = place
    while first > max(0, place - _ATTRIBUTES):
        before = passage.tokens[first - 1]
        is_owner = "possessive" in before.names or (before.capital and before.folded.endswith("s"))
        if is_owner or not before.is_content or not passage.is_joined(first - 1, first):
            break
        first -= 1
    return first


def _owners(passage: Passage, first: int, place: int, reading: Reading) -> list[Token]:
    """Return the name of whose relation tokens `first` to `place` are, before or behind them."""
    tokens, language = passage.tokens, passage.lexicon.language
    if language == "en" and first > 1 and tokens[first - 1].text == "s":
        return list(_capitals_before(passage, first - 2))
    if language == "de" and first and tokens[first - 1].capital and tokens[first - 1].folded.endswith("s"):
        return list(_capitals_before(passage, first - 1))
    if language in CYRILLIC:
        names = list(_capitals_from(passage, place + 1))
        return names if _is_declined(names, reading) else []
    behind = _behind_link(passage, place)
    return list(_capitals_from(passage, behind)) if behind else []


def _behind_link(passage: Passage, place: int) -> int | None:
    """Return the token behind "lawyer for", "avocat parisien de" or "lawyer representing", else None."""
    tokens, owning = passage.tokens, _OWNING.get(passage.lexicon.language, frozenset())
    for link in range(place + 1, min(place + 2 + _ATTRIBUTES, len(tokens))):
        token = tokens[link]
        if not passage.is_joined(link - 1, link) or token.capital:
            return None
        if token.text in owning:
            behind = (n for n in range(link, len(tokens)) if tokens[n].text not in owning)
            return next((n for n in behind if not _is_title(tokens[n])), None)
        if passage.lexicon.language == "en":
            return link + 1 if token.text.endswith("ing") else None
        if not token.is_content:
            return None
    return None


def _is_title(token: Token) -> bool:
    """Whether a word is what a name behind it is: "porte-parole du maire Anne Roy"."""
    return not token.capital and not {"role", "person"}.isdisjoint(token.names)


def _capitals_before(passage: Passage, place: int) -> Iterator[Token]:
    """Yield the capitalised words that end at token `place`."""
    while place >= 0 and passage.tokens[place].capital and "function" not in passage.tokens[place].names:
        yield passage.tokens[place]
        place -= 1
        if place >= 0 and not passage.is_joined(place, place + 1):
            return


def _capitals_from(passage: Passage, place: int) -> Iterator[Token]:
    """Yield the capitalised words that begin at token `place`, right behind the word before."""
    while place < len(passage.tokens) and passage.tokens[place].capital and _adjoins(passage, place):
        yield passage.tokens[place]
        place += 1


def _adjoins(passage: Passage, place: int) -> bool:
    """Whether a token stands right behind the one before, or behind its point ("M. Simon")."""
    before, token = passage.tokens[place - 1 : place + 1]
    is_short = before.capital and len(before.text) <= _SHORT
    is_behind_point = is_short and passage.text[before.end : token.start].strip() == "."
    return is_behind_point or passage.is_joined(place - 1, place)


def _is_declined(names: list[Token], reading: Reading) -> bool:
    """Whether a name is in the genitive: in the nominative the article ends it in a consonant.

    A woman's "Петрова" is the nominative of a surname whose men are called "Петров": no genitive where the
    article calls somebody so by a full name.
    """
    if not names or names[-1].text[-1] not in _VOWELS:
        return False
    first = names[-2].stem if len(names) > 1 else None
    spellings = reading.spellings.get(names[-1].stem, set())
    if first is None and any(text == names[-1].text and before for text, before in spellings):
        return False
    nominatives = [before for text, before in spellings if text[-1] not in _VOWELS]
    return any(first is None or before in {None, first} for before in nominatives)
