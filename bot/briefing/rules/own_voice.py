"""Judging the article's own voice: what it says without a source and does not establish."""

import re

from bot.briefing.models import FlagKind
from bot.briefing.rules.assertion import Assertion
from bot.briefing.rules.figures import figures
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.setting import NUMBER, Setting

_ACCUSED_BY_NOBODY = 1.5
"""How much less an accusation in the article's own voice weighs: its words often only tell what happened."""
_CLOCK = re.compile(r"(?<![\d.:])\d{1,2}[:.]\d\d(?![\d.:%])(?!\s*%)")
"""A time of day: what has one is a timetable's."""
_NEAR = 8
"""Characters between "no" and what it denies."""
_CLAUSE = 30
"""Characters from an impersonal verb to its source ("говорится в отчёте")."""
_CLAIMING = ("cause", "evaluative", "forecast", "sweeping")
"""What a count that goes on from a record no longer is."""
_SUBJECT_WORDS = 6
"""Words of a sentence in which its subject is looked for."""

Judgement = tuple[FlagKind, float, tuple[Span, ...]]
"""A kind, a weight to add, and the words that decided."""


def judge_own(assertion: Assertion, setting: Setting) -> Judgement | None:
    """Judge what the article says in its own voice: the first test that finds something decides."""
    passage = assertion.passage
    is_first = passage.number == setting.first
    if passage.outside("asking"):
        return None
    if hits := passage.outside("unnamed_verb"):
        return None if passage.has("gap", "conditional") else ("unnamed_source", 0.0, hits)
    if _has_source(passage):
        return None
    return (
        (_of_taste(passage) if passage.outside("universal") else None)
        or (_of_cause(passage, setting.supported, is_first=is_first) if passage.outside("motive") else None)
        or (
            _of_taste(passage)
            if passage.outside("judging") or len(passage.outside("evaluative")) > 1
            else None
        )
        or _of_size(passage, setting, is_first=is_first)
        or _of_cause(passage, setting.supported, is_first=is_first)
        or _of_taste(passage)
        or (None if is_first or _is_trend_of_record(passage, setting) else _of_fact(assertion))
        or (_of_stance(passage) if passage.number in setting.exposed and not is_first else None)
    )


def _of_cause(passage: Passage, supported: frozenset[str], *, is_first: bool) -> Judgement | None:
    """Find a forecast, a motive or a cause told as known; an opening sentence announces what is decided."""
    is_plan = is_first or passage.has("hedge", "scheduled") or bool(_CLOCK.search(passage.text))
    causes = () if is_plan else _outside(passage, "cause")
    forecasts = () if is_first else _forecasts(passage, supported)
    told = (*forecasts, *_outside(passage, "motive"), *causes)
    return ("prediction_or_motive", 0.2 * len(told), told) if told else None


def _of_taste(passage: Passage) -> Judgement | None:
    """Find a judgement; one such word in the report of a dated event is not enough."""
    judging = _outside(passage, "evaluative", "contentious", "judging")
    everyone = _outside(passage, "universal")
    ranked = _outside(passage, "superlative") if everyone or judging else ()
    words = (*judging, *everyone, *ranked)
    is_event = passage.has("dated") and not passage.outside("judging")
    is_judgement = len(words) > 1 or (bool(judging) and not is_event)
    return ("opinion_as_fact", 0.2 * len(words), words) if is_judgement else None


def _of_stance(passage: Passage) -> Judgement | None:
    """Find what argues in a paragraph that cites nobody."""
    hits = _outside(passage, "stance", "universal")
    is_report = passage.has("dated", "scheduled") or bool(figures(passage))
    return ("opinion_as_fact", -0.6 + 0.2 * len(hits), hits) if hits and not is_report else None


def _of_fact(assertion: Assertion) -> Judgement | None:
    """Find an absolute, a harm, a trend or an accusation that nobody is named for."""
    passage, accused = assertion.passage, accusations(assertion.passage, assertion.span)
    sweeping = tuple(hit for hit in _outside(passage, "sweeping") if not is_denied(passage, hit))
    if passage.has("dated") or figures(passage):
        return None
    if accused:
        return "allegation", 0.2 * len(sweeping) - _ACCUSED_BY_NOBODY, accused
    return (
        ("unattributed", 0.2 * len(sweeping), sweeping)
        if sweeping or passage.has("harm", "trend", "insider")
        else None
    )


def _forecasts(passage: Passage, supported: frozenset[str]) -> tuple[Span, ...]:
    """Return the words of a forecast, unless it is an appointment or repeats a figure that has a source."""
    numbers = set(NUMBER.findall(passage.text))
    is_sure = passage.has("sweeping", "judging", "universal") and not passage.has("scheduled")
    is_planned = passage.has("scheduled", "dated") or bool(_CLOCK.search(passage.text))
    is_open = passage.has("conditional") or is_sure or not is_planned
    return _outside(passage, "forecast") if is_open and not (numbers and numbers <= supported) else ()


def _of_size(passage: Passage, setting: Setting, *, is_first: bool) -> Judgement | None:
    """Find a figure that nothing in the article backs."""
    found = [f for f in figures(passage) if not any(q.holds(f) for q in passage.quotations)]
    numbers = {n for f in found for n in NUMBER.findall(passage.slice(f))}
    if not found or is_first or (numbers and numbers <= setting.supported):
        return None
    if not numbers and _forecasts(passage, setting.supported):
        return None  # "thousands will": what is foretold counts, not how many
    if passage.has("scheduled", "backed", "decided") or passage.outside("document"):
        return None
    is_vague = passage.has("approximate", "trend", "cause", "evaluative", "forecast", "figure", "sweeping")
    is_event = passage.has("dated") and not is_vague
    goes_on = passage.number in setting.continued and not passage.has(*_CLAIMING)
    goes_on = goes_on and (not is_vague or _opens_with_anaphora(passage))
    return None if is_event or goes_on else ("bare_number", 0.3 * is_vague, tuple(found))


def _is_trend_of_record(passage: Passage, setting: Setting) -> bool:
    """Whether a sentence behind a record or a decision tells no more than how a figure moved."""
    return passage.number in setting.continued and not passage.has("sweeping", "accusation", "harm")


def _opens_with_anaphora(passage: Passage) -> bool:
    return any(hit.start == passage.tokens[0].start for hit in passage.find("anaphora"))


def _has_source(passage: Passage) -> bool:
    """Whether an own sentence begins with a document or a neutral body, or tells a law or a gap."""
    if passage.has("gap", "law", "denial", "finding", "reply", "unbacked"):
        return True
    first = passage.tokens[min(_SUBJECT_WORDS, len(passage.tokens) - 1)].start
    named = (
        *passage.outside("document"),
        *(n for n in passage.outside("neutral") if _is_subject(passage, n)),
    )
    if any(_follows(source, verb, _CLAUSE) for source in named for verb in passage.outside("say")):
        return True
    return any(span.start <= first for span in named) and not passage.has("evaluative")


def _is_subject(passage: Passage, body: Span) -> bool:
    """Whether no preposition stands before a body: what is "in court" is not told by the court."""
    return not any(0 <= body.start - word.end <= _NEAR for word in passage.find("prepositions"))


def accusations(passage: Passage, span: Span) -> tuple[Span, ...]:
    """Return the words of accusation in a span, unless a court or a finding stands behind them."""
    if passage.find("finding", span):
        return ()
    denials = passage.find("negation", span)
    return tuple(
        hit for hit in passage.find("accusation", span) if not any(_follows(hit, no) for no in denials)
    )


def _follows(hit: Span, word: Span, near: int = _NEAR) -> bool:
    """Whether a word stands right before a hit ("no violations")."""
    return 0 < hit.start - word.end <= near


def _outside(passage: Passage, *categories: str) -> tuple[Span, ...]:
    return tuple(span for category in categories for span in passage.outside(category))


def is_denied(passage: Passage, hit: Span) -> bool:
    """Whether "not" stands right before ("not all")."""
    return any(0 < hit.start - no.end <= 1 for no in passage.find("negation"))
