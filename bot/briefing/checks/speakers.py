"""The speaker a sentence names: what stands beside its reporting verb, or after "according to"."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import takewhile

from bot.briefing.checks.lexicon import CYRILLIC
from bot.briefing.checks.parts import AND, DEFINITE
from bot.briefing.checks.passage import Passage, Token

_REACH = 14
"""Tokens after an inverted verb ("said the mayor") or "according to" that can name its speaker."""
_LONGEST_APPOSITION = 6
_CLOSING_REACH = 12
"""Tokens from a reporting verb to the end of a sentence that it closes."""
_QUOTE_BEFORE = re.compile(r"[\"“”„«»‘’—–]\s*,?\s*[—–]?\s*$")
_GERMAN_GENITIVE = frozenset(
    {"der", "des", "eines", "einer", "und", "von", "vom", "für", "zu", "zur", "zum", "im"}
)
"""Words in lower case with which a German noun phrase goes on behind its noun."""
_NEVER_SPEAKERS = frozenset({"report", "negation", "day", "weekday", "month", "function"})
_SPEAKING = frozenset({"person", "party", "role", "body", "unnamed", "pronoun"})
_TOPIC = frozenset({"о", "об", "обо", "про", "sobre", "sur", "about", "of", "über"})
"""Words behind a reporting verb that open what it is about, not who speaks."""
_THAT = frozenset({"that", "que", "qu", "dass", "что", "що"})


@dataclass(frozen=True, slots=True)
class Speaker:
    """A source as one sentence words it."""

    names: frozenset[str] = frozenset()
    """Stems of the capitalised words."""
    roles: frozenset[str] = frozenset()
    """Stems of the other words: "governor", "drivers"."""
    shown: str | None = None
    """The words themselves; None for a pronoun."""
    head: frozenset[str] = frozenset()
    """Stems of the words shown."""
    place: int = -1
    """The token of the verb or phrase that attributes; -1 for a bare quotation."""
    refers_back: bool = False
    """A pronoun, or a definite role without a name ("the diplomat"): somebody named before."""

    @property
    def stems(self) -> frozenset[str]:
        """Everything that identifies the speaker."""
        return self.names | self.roles


SOMEBODY = Speaker(refers_back=True)
"""The speaker of a bare quotation, or of a verb without a subject."""


def find_speakers(passage: Passage) -> list[Speaker]:
    """Return every source that a passage names."""
    verbs = _reporting_verbs(passage)
    found = [(_beside_verb(passage, verb), verb) for verb in verbs]
    found += [(_after(passage, last), first) for first, last in passage.spans("according")]
    return [replace(speaker, place=place) for speaker, place in found if speaker is not None]


def find_speaker(passage: Passage) -> Speaker | None:
    """Return the source that a passage names, or None.

    Of several, the one that closes the sentence ("..., a source told us"), else the first with a name.
    """
    verbs = _reporting_verbs(passage)
    found = [(_beside_verb(passage, verb), verb) for verb in verbs]
    if len(verbs) > 1 and _closes_sentence(passage, verbs[-1]) and found[-1][0] is not None:
        verbs, found = verbs[-1:], found[-1:]
    if not verbs or not _closes_sentence(passage, verbs[0]):
        found += [(_after(passage, last) or SOMEBODY, first) for first, last in passage.spans("according")]
    speakers = [replace(speaker, place=place) for speaker, place in found if speaker is not None]
    return next((speaker for speaker in speakers if speaker.names), speakers[0] if speakers else None)


def _reporting_verbs(passage: Passage) -> list[int]:
    """Return the verbs by which somebody says something; "did not explain" says nothing."""
    denied = {last + 1 for _, last in passage.spans("negation")}
    return [
        first
        for first, _ in passage.spans("report")
        if first not in denied and not passage.is_quoted(passage.tokens[first])
    ]


def _closes_sentence(passage: Passage, verb: int) -> bool:
    """Whether a verb's clause is not the sentence's first and nothing is reported after it."""
    following = passage.words[verb + 1 :]
    return verb not in passage.clauses[0] and len(following) <= _CLOSING_REACH and _THAT.isdisjoint(following)


def _beside_verb(passage: Passage, verb: int) -> Speaker | None:
    """Return whom a reporting verb belongs to; SOMEBODY when nothing fitting stands beside it.

    None for a verb that qualifies one word only ("a filter that it says needs no change").
    """
    clause = passage.clause_indexes[verb]
    before = [place for place in passage.clauses[clause] if place < verb]
    if len(before) > 1 and _is_pronoun(passage, before[-1]) and passage.tokens[before[-2]].text in _THAT:
        return None
    joints = AND.get(passage.lexicon.language, frozenset())
    if before and all(passage.tokens[place].text in joints for place in before):
        return None  # ", and announced": the speaker of the verb before
    if any(_means_something(passage, place) for place in before):
        named = _inverted(passage, verb, before) or _identify(
            passage, [*_apposition_before(passage, clause), *before]
        )
    elif _is_subject_before(passage, verb, clause):
        named = _identify(
            passage, [place for places in passage.clauses[max(0, clause - 2) : clause] for place in places]
        )
    else:
        named = _after(passage, verb)
    return named or SOMEBODY


def _inverted(passage: Passage, verb: int, before: Sequence[int]) -> Speaker | None:
    """Return the full name behind a verb that only its object precedes: "lo anunció Pedro Lluch"."""
    if passage.lexicon.language == "en" or any(_may_speak(passage, place) for place in before):
        return None
    following = [place for place in passage.clauses[passage.clause_indexes[verb]] if place > verb]
    name = list(takewhile(lambda place: passage.tokens[place].capital, following))
    return _identify(passage, name) if len(name) > 1 and name[0] == verb + 1 else None


def _may_speak(passage: Passage, place: int) -> bool:
    token = passage.tokens[place]
    is_name = token.capital and place > 0 and "function" not in token.names
    return is_name or not _SPEAKING.isdisjoint(token.names)


def _means_something(passage: Passage, place: int) -> bool:
    token = passage.tokens[place]
    is_named = token.capital and "function" not in token.names
    return token.is_content or is_named or "pronoun" in token.names


def _is_pronoun(passage: Passage, place: int) -> bool:
    return "pronoun" in passage.tokens[place].names


def _is_subject_before(passage: Passage, verb: int, clause: int) -> bool:
    """Whether a verb right after a comma ends an apposition: "Brezny, the minister, said"."""
    if clause == 0 or _QUOTE_BEFORE.search(passage.text[: passage.tokens[verb].start]):
        return False
    if clause > 1 and _is_full_name(passage, passage.clauses[clause - 1]):
        return True
    if clause == 2 and _is_full_name(passage, passage.clauses[0]):
        return len(passage.clauses[1]) <= _LONGEST_APPOSITION
    following = [passage.tokens[place].text for place in passage.clauses[clause] if place > verb]
    if not _THAT.isdisjoint(following):
        return True
    return passage.lexicon.language == "en" and bool(_apposition_before(passage, clause - 1))


def _is_full_name(passage: Passage, places: Sequence[int]) -> bool:
    """Whether a clause is nothing but a first name and a surname."""
    return 2 <= len(places) <= 4 and all(passage.tokens[place].capital for place in places)


def _apposition_before(passage: Passage, clause: int) -> list[int]:
    """Return the clause before when it is a name with little else: "spokesman Ivo Sandrel"."""
    if clause == 0:
        return []
    places = passage.clauses[clause - 1]
    tokens = [passage.tokens[place] for place in places]
    if len(tokens) > _LONGEST_APPOSITION or any(passage.is_quoted(token) for token in tokens):
        return []
    if passage.text[tokens[-1].end :].lstrip().startswith(";"):
        return []
    if any(name in token.names for token in tokens for name in ("report", "negation", "future")):
        return []
    return list(places) if any(token.capital and token.is_content for token in tokens) else []


def _after(passage: Passage, last: int) -> Speaker | None:
    """Return who stands after "according to" or an inverted verb, with one apposition."""
    clause = passage.clause_indexes[last]
    places = [place for place in passage.clauses[clause] if place > last]
    if places and passage.tokens[places[0]].text in _TOPIC and "report" in passage.tokens[last].names:
        return None
    if places and clause + 1 < len(passage.clauses):
        following = passage.clauses[clause + 1]
        if _is_full_name(passage, following) or passage.lexicon.has(
            passage.tokens[following[0]].text, "person"
        ):
            places += _apposition_before(passage, clause + 2)
    taken: list[int] = []
    for place in places[:_REACH]:
        if passage.is_quoted(passage.tokens[place]) or _ends_german_noun_phrase(passage, taken, place):
            break
        taken.append(place)
    return _identify(passage, taken)


def _ends_german_noun_phrase(passage: Passage, taken: list[int], place: int) -> bool:
    """Whether a verb or adverb follows the noun: German sets no comma after "laut Anklage"."""
    token = passage.tokens[place]
    has_noun = any(passage.tokens[other].capital for other in taken)
    goes_on = token.capital or token.text in _GERMAN_GENITIVE
    return passage.lexicon.language == "de" and has_noun and not goes_on


def _identify(passage: Passage, places: list[int]) -> Speaker | None:
    """Return the speaker that a stretch of words names."""
    tokens = [passage.tokens[place] for place in places if passage.tokens[place].kind == "word"]
    if any("pronoun" in token.names for token in (*tokens[:1], *tokens[-1:])):
        return SOMEBODY
    negated = next((i for i, token in enumerate(tokens) if "negation" in token.names), 0)
    tokens = tokens[: negated or None]
    words = [token for token in tokens if _names_something(token)]
    if not words:
        return None
    names = [token for token in words if token.capital and not _is_role(passage, token)]
    shown = _show(tokens, words, names, passage)
    return Speaker(
        names=frozenset(token.stem for token in names),
        roles=frozenset(token.stem for token in words if token not in names),
        shown=passage.text[shown[0].start : shown[-1].end],
        head=frozenset(token.stem for token in shown),
        refers_back=not names and _refers_back(passage, tokens),
    )


def _names_something(token: Token) -> bool:
    return _NEVER_SPEAKERS.isdisjoint(token.names)


def _is_role(passage: Passage, token: Token) -> bool:
    """Whether a capitalised word is a title, a German noun, or a common word that begins the sentence."""
    if "role" in token.names or "unnamed" in token.names:
        return True
    return token is passage.tokens[0] and "party" in token.names


def _refers_back(passage: Passage, tokens: list[Token]) -> bool:
    """Whether a role points at a person named before: "the diplomat", not "several drivers"."""
    if any(name in token.names for token in tokens for name in ("unnamed", "number")):
        return False
    is_definite = passage.lexicon.language in CYRILLIC or tokens[0].text in DEFINITE
    return is_definite and any("person" in token.names for token in tokens)


def _show(tokens: list[Token], words: list[Token], names: list[Token], passage: Passage) -> list[Token]:
    """Return the words by which to show a speaker: the full name, else the words around the first noun."""
    runs = [run for run in _runs(names) if len(run) > 1]
    own = [run for run in runs if not _follows_function_word(tokens, run[0])]
    if runs:
        return _without_title(own[-1] if own else runs[0], passage)
    return _runs(words)[0]


def _without_title(run: list[Token], passage: Passage) -> list[Token]:
    """Leave out a capitalised title: any German one, and the word that begins the sentence."""
    has_title = passage.lexicon.language == "de" or run[0] is passage.tokens[0]
    return run[-2:] if has_title and len(run) > 2 else run


def _runs(tokens: list[Token]) -> list[list[Token]]:
    """Group tokens that stand side by side."""
    runs: list[list[Token]] = []
    for token in tokens:
        if runs and token.start - runs[-1][-1].end <= 1:
            runs[-1].append(token)
        else:
            runs.append([token])
    return runs


def _follows_function_word(tokens: list[Token], token: Token) -> bool:
    place = tokens.index(token)
    return place > 0 and "function" in tokens[place - 1].names
