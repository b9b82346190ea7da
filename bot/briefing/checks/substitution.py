"""Names and units that stand where the cited sentences have others of their kind."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from bot.briefing.checks.figures import Figures
from bot.briefing.checks.lexicon import CYRILLIC
from bot.briefing.checks.names import is_common, is_first_name, is_subject, read_names
from bot.briefing.checks.parts import DEFINITE, is_prepositional
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.swaps import is_role
from bot.briefing.checks.vocabulary import KnownNames, Vocabulary

_DIMENSIONS: tuple[frozenset[str], ...] = (
    frozenset({"second", "minute", "hour", "day", "week", "month", "year", "decade", "century"}),
    frozenset({"mm", "cm", "metre", "km", "mile", "foot", "inch"}),
    frozenset({"km/h", "mph", "m/s"}),
    frozenset({"m²", "km²", "hectare"}),
    frozenset({"mg", "gram", "kg", "tonne", "lb"}),
    frozenset({"ml", "litre", "barrel", "m³"}),
    frozenset({"kW", "MW", "GW"}),
    frozenset({"kWh", "MWh"}),
    frozenset({"%", "pp"}),
    frozenset(
        {"$", "€", "£", "₽", "₴", "crown", "franc", "yen", "yuan", "zloty", "lira", "peso"}
    ),
)  # fmt: skip
"""Units of one kind: in a retelling one takes another's place only by mistake, or by conversion."""
_CONVERTED = frozenset({7.0, 10.0, 12.0, 24.0, 52.0, 60.0, 100.0, 365.0})
"""Counts of a unit that make one of another: "12 months" is a year."""
_STANCES = frozenset({"hedge", "report", "forecast", "future"})
"""Lists of verbs that tell what somebody hopes, plans or says."""
_IMPERSONAL = frozenset({"it", "es", "ello", "это", "це"})
"""Pronouns that stand for no person."""
_DEMONYM = {
    "de": re.compile(r"isch(?:e[nrsm]?)?$"),
    "es": re.compile(r"(?:n[oa]|es|esa|ense|i[oa])s?$"),
    "fr": re.compile(r"(?:ien(?:ne)?|[ao]is(?:e)?|ain(?:e)?)s?$"),
    "ru": re.compile(r"ск(?:ий|ая|ое|ие|ого|ой|ому|ую|им|ими|их|ом)$"),
    "uk": re.compile(r"[сзц]ьк(?:ий|а|е|і|ого|ої|ому|у|им|ими|их|ою)$"),
}
"""What adjectives made of names end in, folded."""
_SHORTEST_DEMONYM = 4
_NAME_REACH = 3
"""Tokens beside a name in which the word it belongs to stands: "the Harl crossing"."""


@dataclass(frozen=True, slots=True)
class Run:
    """A name of one or several words: folded words, and its first and last token."""

    words: tuple[str, ...]
    first: int
    last: int


def has_replaced_unit(statement: Passage, cited: Sequence[Passage], own: Figures, near: Figures) -> bool:
    """Whether a unit stands for another one of its kind that the cited sentences have instead.

    `own` and `near` are the figures of the cited sentences and of those around them.
    """
    ours = _units(statement)
    theirs = frozenset[str]().union(*map(_units, cited))
    new = ours - theirs
    if not new or ours >= theirs:
        return False
    counted = {figure.unit for figure in near.numbers if figure.unit in new}
    converted = {figure.unit for figure in own.numbers if figure.values & _CONVERTED}
    left = theirs - ours - converted
    return any(kind & (new - counted) and kind & left for kind in _DIMENSIONS)


def _units(passage: Passage) -> frozenset[str]:
    return frozenset(unit for _, _, unit in passage.labelled.get("unit", ()))


def has_replaced_name(statement: Passage, cited: Sequence[int], reading: Reading) -> bool:
    """Whether a name from elsewhere stands where the cited sentences have one that the statement lacks."""
    sources = [reading.passage(number) for number in cited]
    held = KnownNames(map(reading.vocabulary, cited))
    runs = name_runs(statement, reading.proper)
    foreign = [run for run in runs if not _is_held(run, held, reading)]
    doubtful = [run for run in _unsure(statement) if not _is_held(run, held, reading)]
    if not foreign and not doubtful and not any(_expects(statement, run) for run in runs):
        return False
    ours = KnownNames([Vocabulary([statement])])
    unused = [
        (source, run)
        for source in sources
        for run in name_runs(source, reading.proper)
        if not _is_held(run, ours, reading)
    ]
    if not unused:
        return False
    speakers = frozenset[str]().union(
        *(speaker.names for number in cited if (speaker := reading.speaker(number)))
    )
    new = [run for run in foreign if not _names_any(statement, run, speakers)]
    is_free = len(new) < len(foreign) or not any(map(refers_back, sources))
    if is_free and _has_none_of(runs, new, unused, sources, reading) and not _are_roles(cited, reading):
        return True
    return (
        any(
            is_subject(statement, run.first) and (is_free or not _is_held(run, reading.everywhere, reading))
            for run in doubtful
        )
        or any(_is_same_slot(statement, run, *other) for run in (*new, *doubtful) for other in unused)
        or any(is_free and _is_same_kind(statement, run, *other, reading) for run in new for other in unused)
        or any(_has_other_role(statement, run, sources, unused) for run in runs if run not in foreign)
    )


def _has_none_of(
    runs: Sequence[Run],
    new: Sequence[Run],
    unused: Sequence[tuple[Passage, Run]],
    sources: Sequence[Passage],
    reading: Reading,
) -> bool:
    """Whether all names of a statement are from elsewhere, and it has none of those in its sentences."""
    theirs = sum(len(name_runs(source, reading.proper)) for source in sources)
    return 0 < len(runs) == len(new) and len(unused) == theirs


def _are_roles(cited: Sequence[int], reading: Reading) -> bool:
    """Whether a sentence is somebody's who is told by a role alone and may be named in the statement."""
    return any(is_role(speaker, reading.lexicon) for number in cited if (speaker := reading.speaker(number)))


def _unsure(statement: Passage) -> Iterator[Run]:
    """Yield capitalised words that may be names: those that begin a sentence, and German nouns."""
    for name in read_names(statement):
        if not name.is_sure:
            yield Run((name.word,), name.place, name.place)


def _has_other_role(
    statement: Passage, run: Run, sources: Sequence[Passage], unused: Sequence[tuple[Passage, Run]]
) -> bool:
    """Whether somebody expects what another one expects in the source, where this one is only spoken of."""
    labels = _expects(statement, run)
    if not labels or is_prepositional(statement, run.first):
        return False
    places = [
        (source, other)
        for source in sources
        for other in name_runs(source, frozenset(run.words))
        if set(other.words) & set(run.words)
    ]
    if not places or not all(is_prepositional(source, other.first) for source, other in places):
        return False
    return any(
        labels & _expects(source, other) and not is_prepositional(source, other.first)
        for source, other in unused
    )


def _expects(passage: Passage, run: Run) -> frozenset[str]:
    """Return what a verb right after a name tells of it: a hope, a plan, a saying."""
    following = run.last + 1
    if following >= len(passage.tokens) or not passage.is_joined(run.last, following):
        return frozenset()
    return passage.tokens[following].names & _STANCES


def name_runs(passage: Passage, proper: frozenset[str]) -> list[Run]:
    """Return the names of a passage: runs of capitalised words of which one is surely a name."""
    sure = {name.word for name in read_names(passage) if name.is_sure} | proper
    demonyms = _begin_demonyms(proper) if passage.lexicon.language != "en" else ()
    runs: list[list[int]] = []
    for place, token in enumerate(passage.tokens):
        is_name = token.capital and not is_common(token) and len(token.folded) > 1
        if not is_name and not is_first_name(passage, place):
            if demonyms and is_demonym(token, demonyms, passage.lexicon.language):
                runs.append([place])
            continue
        if runs and runs[-1][-1] == place - 1 and passage.is_joined(place - 1, place):
            runs[-1].append(place)
        else:
            runs.append([place])
    named = (
        Run(tuple(passage.tokens[place].folded for place in places), places[0], places[-1]) for places in runs
    )
    return [run for run in named if not sure.isdisjoint(run.words) or not passage.tokens[run.first].capital]


def _begin_demonyms(proper: frozenset[str]) -> tuple[str, ...]:
    """Return how adjectives made of names begin: "верени" for "веренийский", of "Верения"."""
    return tuple(
        word[: max(_SHORTEST_DEMONYM, len(word) - 2)] for word in proper if len(word) > _SHORTEST_DEMONYM + 1
    )


def is_demonym(token: Token, demonyms: tuple[str, ...], language: str) -> bool:
    """Whether a word in lower case is an adjective made of a name."""
    return (
        token.kind == "word"
        and token.folded.startswith(demonyms)
        and bool(_DEMONYM[language].search(token.folded))
    )


def _is_held(run: Run, known: KnownNames, reading: Reading) -> bool:
    return any(
        word in known
        or known.has_initials(word)
        or (reading.is_translated and (known.has_sound(word) or known.has_beginning_of(word)))
        for word in run.words
    )


def _names_any(passage: Passage, run: Run, stems: frozenset[str]) -> bool:
    return any(token.stem in stems for token in passage.tokens[run.first : run.last + 1])


def refers_back(passage: Passage) -> bool:
    """Whether a pronoun, or a definite role that begins a clause, stands for somebody named before."""
    for places in passage.clauses:
        tokens = [passage.tokens[place] for place in places]
        if any("pronoun" in token.names and token.text not in _IMPERSONAL for token in tokens):
            return True
        is_definite = tokens[0].text in DEFINITE
        if not is_definite and passage.lexicon.language not in CYRILLIC:
            continue
        place = places[is_definite] if len(places) > is_definite else places[0]
        if {"person", "role", "body"} & passage.tokens[place].names and not _has_name_beside(passage, place):
            return True
    return False


def _has_name_beside(passage: Passage, place: int) -> bool:
    beside = passage.tokens[max(0, place - 2) : place + 3]
    return any(token.capital and not is_common(token) for token in beside)


def _is_same_slot(statement: Passage, run: Run, source: Passage, other: Run) -> bool:
    """Whether the same word belongs to both names: "the Harl crossing", "the prefecture of Valmer"."""
    if statement.lexicon is not source.lexicon:
        return False
    own, their = _beside(statement, run), _beside(source, other)
    return any(one is not None and one == two for one, two in zip(own, their, strict=True))


def _beside(passage: Passage, run: Run) -> tuple[str | None, str | None]:
    """Return the stems of the words before and after a name that it belongs to."""
    before = range(run.first - 1, max(-1, run.first - 1 - _NAME_REACH), -1)
    following = range(run.last + 1, min(len(passage.tokens), run.last + 2))
    return _first_content(passage, before), _first_content(passage, following)


def _first_content(passage: Passage, places: Iterable[int]) -> str | None:
    for token in _tokens(passage, places):
        if token.is_content and token.kind == "word":
            return token.stem
    return None


def _tokens(passage: Passage, places: Iterable[int]) -> Iterator[Token]:
    yield from (passage.tokens[place] for place in places)


def _is_same_kind(statement: Passage, run: Run, source: Passage, other: Run, reading: Reading) -> bool:
    """Whether two names can stand for things of one kind: both of several words, or both alike in place."""
    if len(run.words) > 1 and len(other.words) > 1:
        return True
    follow = is_prepositional(statement, run.first), is_prepositional(source, other.first)
    if len(run.words) != len(other.words):
        return all(follow)
    return reading.is_translated or follow[0] == follow[1]
