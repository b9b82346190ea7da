"""Calm articles: records, results and timetables, in which next to nothing judges or accuses."""

from collections.abc import Mapping, Sequence

from bot.briefing.models import FlagKind
from bot.briefing.rules.assertion import Assertion
from bot.briefing.rules.figures import figures
from bot.briefing.rules.own_voice import Judgement
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.setting import flatten

_MIN_SENTENCES = 8
"""A shorter text is too short to tell."""
_RECORDS = ("document", "neutral")
_SENTENCES_PER_HEAT = 20
"""In a longer article more sentences may judge before it is no longer a record."""
_GRAVE: frozenset[FlagKind] = frozenset(
    {"allegation", "unnamed_source", "relayed_report", "opinion_as_fact", "headline_beyond_text"}
)
_HEATED = ("evaluative", "contentious", "judging", "motive")
_CLAIMING = (
    *("cause", "motive", "because", "sweeping", "universal", "superlative", "evaluative"),
    *("contentious", "judging", "stakes", "harm", "accusation", "figure"),
)
"""What makes the words of a party with a stake more than a remark."""


def is_calm(assertions: Mapping[int, Sequence[Assertion]], grave: frozenset[int]) -> bool:
    """Whether hardly any sentence judges in the article's own voice or holds a `grave` finding.

    Of the own sentences of an article that cites records, most have a source that they do not repeat, and
    its figures are the record itself.
    """
    cites = any(a.passage.has(*_RECORDS) for a in flatten(assertions))
    if len(assertions) < _MIN_SENTENCES or not cites:
        return False
    judging = {a.passage.number for a in flatten(assertions) if any(map(a.passage.outside, _HEATED))}
    disputing = {a.passage.number for a in flatten(assertions) if _disputes(a.passage)}
    return len(judging | grave | disputing) <= max(1, len(assertions) // _SENTENCES_PER_HEAT)


def _disputes(passage: Passage) -> bool:
    """Whether a sentence denies an accusation, or says that none was backed."""
    return passage.has("unbacked") or (passage.has("denial") and passage.has("accusation"))


def is_grave(kind: FlagKind) -> bool:
    """Whether a kind of flag is enough to take an article for a dispute."""
    return kind in _GRAVE


def stands_out(assertion: Assertion, judgement: Judgement) -> bool:
    """Whether a finding is one even in a calm article: grave, sure of what will be, or a party's claim."""
    kind, _, triggers = judgement
    if is_grave(kind) or (kind == "prediction_or_motive" and len(triggers) > 1):
        return True
    passage, span = assertion.passage, assertion.span
    if kind != "single_interested_source":
        return False
    sizes = (*figures(passage, span), *passage.find("approximate", span), *passage.find("trend", span))
    is_counted = bool(sizes) and bool(passage.find("forecast", span))
    return is_counted or any(passage.find(list_, span) for list_ in _CLAIMING)
