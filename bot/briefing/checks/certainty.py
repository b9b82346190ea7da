"""Certainty, part by part: what is open stays open, what is settled stays settled, in any language."""

from collections.abc import Sequence

from bot.briefing.checks.attribution import is_attributed
from bot.briefing.checks.parts import Keys, Part, comparable, find_counterparts, is_known, key, words
from bot.briefing.checks.passage import Token
from bot.briefing.checks.tense import (
    coming_verbs,
    has_conditional,
    has_future,
    has_past_form,
    is_coming,
    is_past,
    past_places,
)

_TAKEN = 0.6
"""Share of a part's words that its counterpart must hold."""
_HALF = 0.5
"""Share from which it is, where the statement has more to tell."""
_LEAST = 2
"""Words by which a counterpart is known."""
_OPEN = ("maybe", "hedge", "future", "softener", "forecast")
_DECISIONS = frozenset({"accept", "pass", "win", "support"})
"""Opposites that somebody decides."""
_DOUBTS = ("maybe", "hedge")
_CUES = ("report", "maybe", "hedge", "future", "according")


def is_surer(statement: Sequence[Part], sources: Sequence[Part]) -> bool:
    """Whether a statement tells as settled what its sentences leave open."""
    if _is_done(statement, sources) or _is_decided(statement, sources):
        return True
    is_told = bool(statement) and is_attributed(statement[0].passage)
    return any(
        _is_settled_in(part, statement, is_attributed=is_told)
        for part in sources
        if part.has(*_DOUBTS) or is_coming(part)
    )


def _is_done(statement: Sequence[Part], sources: Sequence[Part]) -> bool:
    """Whether a statement tells as past by a verb that its sentences have only in the future."""
    told = frozenset[str]().union(*(part.keys for part in sources if not is_coming(part)))
    verbs = [keys for part in sources for keys in coming_verbs(part) if keys.isdisjoint(told)]
    coming = frozenset[str]().union(*verbs)
    return any(
        bool(past_places(part)) and not coming.isdisjoint(part.keys) and not _is_still_open(part)
        for part in statement
    )


def _is_decided(statement: Sequence[Part], sources: Sequence[Part]) -> bool:
    """Whether a statement tells of a decision where its sentences still await it, or tell of none."""
    told = {value[:-1] for part in sources for _, value in _decisions(part)}
    return any(
        value[:-1] not in told
        and (has_past_form(part, place) or past_places(part))
        and _is_awaited(part, sources)
        for part in statement
        if not part.has("negation", "maybe")
        for place, value in _decisions(part)
    )


def _decisions(part: Part) -> list[tuple[int, str]]:
    """Return where a part says "accepted", "rejected" and the like."""
    found = part.passage.labelled.get("opposite", ())
    return [(first, value) for first, _, value in found if first in part.places and value[:-1] in _DECISIONS]


def _is_awaited(part: Part, sources: Sequence[Part]) -> bool:
    """Whether the counterpart of a part that tells of a decision leaves it open."""
    context = comparable(words(part, "opposite", *_CUES), part, sources)
    found = find_counterparts(context, sources, _HALF) if len(context) >= _LEAST else []
    return any(is_coming(sources[i]) or sources[i].has("maybe", "forecast", "softener") for i in found)


def _is_still_open(part: Part) -> bool:
    return part.has("maybe", "hedge", "negation") or has_conditional(part) or is_coming(part)


def _is_settled_in(part: Part, statement: Sequence[Part], *, is_attributed: bool) -> bool:
    """Whether the parts of a statement that tell of an open one tell it as settled."""
    context = comparable([*words(part, *_CUES), *_coming(part)], part, statement)
    if len(context) < _LEAST + (part.passage.lexicon is not statement[0].passage.lexicon):
        return False
    found = _counterparts(context, statement)
    reach = 0 if part.has("condition") else 1
    near = [one for i in found for one in statement[max(0, i - reach) : i + reach + 1]]
    if not found or any(_stays_open(one, part) for one in near):
        return False
    return has_doubt(part, is_attributed=is_attributed) or (
        is_coming(part) and any(is_past(statement[i]) for i in found)
    )


def _coming(part: Part) -> list[Keys]:
    """Return the verbs that say what is to come by their form, and can be recognised in another language."""
    found = (key(part.passage, first) for first, last in part.spans("future") if first == last)
    return [keys for keys in found if is_known(keys)]


def _counterparts(context: Sequence[Keys], others: Sequence[Part]) -> list[int]:
    """Return the parts that hold most of some words, or consist mostly of them."""
    if found := find_counterparts(context, others, _TAKEN):
        return found
    common = [sum(not keys.isdisjoint(other.keys) for keys in context) for other in others]
    return [
        i
        for i, other in enumerate(others)
        if common[i] > _LEAST and common[i] >= _TAKEN * len(words(other, *_CUES))
    ]


def _stays_open(part: Part, source: Part) -> bool:
    """Whether a part leaves something open by another word than one that the source has, too."""
    if part.has("maybe", "hedge", "forecast") or has_future(part) or has_conditional(part):
        return True
    if part.has("future") and not (_is_only_next(part) and past_places(part) and not _is_only_next(source)):
        return True
    tokens = part.passage.tokens
    doubted = frozenset[str]().union(
        *(key(source.passage, first) for name in (*_DOUBTS, "future") for first, _ in source.spans(name))
    )
    told = source.keys - doubted
    return any(
        last > first or not tokens[first].is_content or key(part.passage, first).isdisjoint(told)
        for first, last in part.spans("softener")
        if "hearsay" not in tokens[first].names or not has_future(source)
    )


def _is_only_next(part: Part) -> bool:
    """Whether nothing but a "next" in a part tells of what is to come: "the next session took place"."""
    tokens = part.passage.tokens
    return not has_future(part) and all("order" in tokens[first].names for first, _ in part.spans("future"))


def is_less_sure(statement: Sequence[Part], sources: Sequence[Part]) -> bool:
    """Whether a statement leaves open what its sentences settle."""
    return any(
        not part.has("negation")
        and (
            (part.has("maybe") and _is_settled(part, sources))
            or (is_coming(part) and not is_past(part) and _has_been(part, sources))
        )
        for part in statement
    )


def _has_been(part: Part, sources: Sequence[Part]) -> bool:
    """Whether the counterpart of what a part sees coming has happened: "voted", not "voted to close"."""
    context = comparable(words(part, *_CUES), part, sources)
    found = find_counterparts(context, sources, _TAKEN) if len(context) > _LEAST else []
    near = [one for i in found for one in sources[max(0, i - 1) : i + 2]]
    has_been = any(
        not key(sources[i].passage, place).isdisjoint(part.keys)
        for i in found
        for place in past_places(sources[i])
    )
    return has_been and not any(map(is_open, near))


def _is_settled(part: Part, sources: Sequence[Part]) -> bool:
    """Whether what a part leaves open is settled where the sentences tell of it, or else everywhere."""
    context = comparable(words(part, *_CUES), part, sources)
    if len(context) < _LEAST:
        return False
    found = find_counterparts(context, sources, _HALF)
    near = {j for i in found for j in range(max(0, i - 1), i + 2)} or range(len(sources))
    return not any(_stays_open(source, part) for i, source in enumerate(sources) if i in near)


def has_doubt(part: Part, *, is_attributed: bool) -> bool:
    """Whether a part doubts what it says; with a source "accused" and "reportedly" are no doubt."""
    tokens = part.passage.tokens
    return any(
        not (is_attributed and _is_told(tokens[first])) for name in _DOUBTS for first, _ in part.spans(name)
    )


def _is_told(token: Token) -> bool:
    """Whether a doubt is that of somebody who only passes on what is said."""
    return "rumoured" in token.names or ("report" in token.names and "forecast" not in token.names)


def is_open(part: Part) -> bool:
    """Whether a part leaves open in any way if the thing comes about."""
    return part.has(*_OPEN) or has_future(part) or has_conditional(part)
