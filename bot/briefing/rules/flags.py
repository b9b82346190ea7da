"""Flags: which assertions the article does not establish, of what kind, and why."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.article.models import Article
from bot.briefing.models import MAX_FLAGS, DraftFlag, FlagKind
from bot.briefing.rules.attribution import Assertion
from bot.briefing.rules.figures import figures
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

_MAX_QUOTE_WORDS = 30
_MIN_QUOTE_WORDS = 8
_MIN_WORDS = 4
"""Shorter assertions ("We are in no hurry") hold nothing to verify."""
_ACCUSED_BY_NOBODY = 1.5
"""How much less an accusation in the article's own voice weighs: its words often only tell what happened."""
_NEAR = 8
"""Characters between "no" and what it denies."""
_SECOND_HALF = 2.5
"""How much less the later halves of a split quotation weigh."""
_CLEARLY = 0.45
_SUBJECT_WORDS = 6
"""Words of a sentence in which its subject is looked for."""
_BOUNDARY = re.compile(r"[,;:]\s|\s[–—]\s|[\"“”«»]")

_WEIGHTS: Mapping[FlagKind, float] = {
    "allegation": 5,
    "unnamed_source": 4.2,
    "relayed_report": 4,
    "single_interested_source": 3,
    "bare_number": 3.4,
    "prediction_or_motive": 3.4,
    "unattributed": 3.2,
    "opinion_as_fact": 3.2,
}
"""How consequential a kind is when there are more flags than may be shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """An assertion judged not established, with how much it matters."""

    assertion: Assertion
    span: Span
    kind: FlagKind
    weight: float


def find_flags(article: Article, assertions: Mapping[int, Sequence[Assertion]]) -> list[Finding]:
    """Return at most MAX_FLAGS findings in text order; of more, the most consequential."""
    supported = _supported_figures(article, assertions)
    first = min(assertions, default=0)
    found = [
        finding
        for assertion in _flatten(assertions)
        if (finding := _judge(assertion, supported, is_first=assertion.passage.number == first))
    ]
    kept = sorted(_rank_halves(found), key=lambda finding: -finding.weight)[:MAX_FLAGS]
    return sorted(kept, key=lambda finding: finding.span.start)


def write_flag(finding: Finding, article: Article, pack: Pack) -> DraftFlag:
    """Write a finding as a flag, with the pack's reasons."""
    speaker = finding.assertion.speaker
    reason = pack.reasons[finding.kind]
    return DraftFlag(
        quote=article.text[finding.span.start : finding.span.end],
        sentence=finding.assertion.passage.number,
        speaker=speaker.name if speaker else None,
        kind=finding.kind,
        why=reason.said.replace("{speaker}", speaker.name) if speaker else reason.own,
        would_verify=reason.verify,
    )


def _flatten(assertions: Mapping[int, Sequence[Assertion]]) -> Iterable[Assertion]:
    return (assertion for of_sentence in assertions.values() for assertion in of_sentence)


def _rank_halves(findings: Sequence[Finding]) -> list[Finding]:
    """Let one part of a quotation that is split by "he said" stand for the others.

    It is the first, unless a later one is clearly heavier.
    """
    best: dict[int, Finding] = {}
    for finding in findings:
        number = finding.assertion.passage.number
        if number not in best or finding.weight > best[number].weight + _CLEARLY:
            best[number] = finding
    return [
        replace(finding, weight=finding.weight - _SECOND_HALF)
        if finding.assertion.direct and best[finding.assertion.passage.number] is not finding
        else finding
        for finding in findings
    ]


def _supported_figures(article: Article, assertions: Mapping[int, Sequence[Assertion]]) -> frozenset[str]:
    """Collect the numbers that the title carries or that stand in a sentence with a source."""
    texts = [article.title or ""]
    texts += [
        a.passage.text
        for a in _flatten(assertions)
        if a.speaker and a.speaker.standing in {"document", "neutral"}
    ]
    return frozenset(number for text in texts for number in re.findall(r"\d+(?:[.,]\d+)?", text))


def _judge(assertion: Assertion, supported: frozenset[str], *, is_first: bool) -> Finding | None:
    """Decide whether and how an assertion is not established."""
    if len(assertion.passage.words_in(assertion.span)) < _MIN_WORDS:
        return None
    found = (
        _judge_said(assertion) if assertion.speaker else _judge_own(assertion, supported, is_first=is_first)
    )
    if found is None:
        return None
    kind, weight, triggers = found
    weight += _emphasis(assertion)
    span = _narrow(assertion.passage, assertion.span, triggers)
    position = assertion.span.start / (assertion.span.start + 20_000)
    return Finding(assertion=assertion, span=span, kind=kind, weight=_WEIGHTS[kind] + weight - position)


def _emphasis(assertion: Assertion) -> float:
    """Weigh absolute and judging words up, what speakers say of themselves ("we") down."""
    passage, span = assertion.passage, assertion.span
    strong = sum(
        len(passage.find(category, span)) for category in ("sweeping", "evaluative", "contentious", "harm")
    )
    first = passage.words_in(span)[0]
    is_about_self = bool(assertion.speaker) and Span(first.start, first.end) in passage.find("selves")
    return min(1.0, 0.25 * strong) - 0.5 * is_about_self


Judgement = tuple[FlagKind, float, tuple[Span, ...]]
"""A kind, a weight to add, and the words that decided."""

_KINDS_BY_STANDING: Mapping[str, Judgement] = {
    "unnamed": ("unnamed_source", 0.0, ()),
    "relayed": ("relayed_report", 0.0, ()),
}


def _judge_said(assertion: Assertion) -> Judgement | None:
    """Judge what somebody says: by who it is, then by what it is about."""
    passage, span, speaker = assertion.passage, assertion.span, assertion.speaker
    standing = speaker.standing if speaker else "interested"
    accused = _accusations(passage, span)
    if standing == "accuser":
        return ("allegation", 0.0, accused) if accused or figures(passage, span) else None
    if standing in {"document", "neutral"} and not (accused and assertion.direct and standing == "neutral"):
        return None
    if (assertion.accuses and not passage.has("finding")) or (accused and not passage.has("denial")):
        return "allegation", 0.0, accused
    if passage.find("gap", span):
        return None
    return _KINDS_BY_STANDING.get(standing) or _judge_interested(assertion)


def _judge_interested(assertion: Assertion) -> Judgement | None:
    """Judge the words of a party with a stake: what it vouches for, praises or promises."""
    passage, span = assertion.passage, assertion.span
    if _is_procedural(assertion):
        return None
    strong = [
        *passage.find("sweeping", span),
        *passage.find("evaluative", span),
        *passage.find("contentious", span),
        *passage.find("harm", span),
    ]
    weight = 0.5 * assertion.loaded_verb + 0.2 * assertion.direct
    is_soft = bool(passage.find("hedge", span)) and not strong
    if assertion.loaded_verb or (assertion.direct and not is_soft) or len(strong) > 1:
        return "single_interested_source", weight - 0.8 * is_soft, tuple(strong)
    return None


def _judge_own(assertion: Assertion, supported: frozenset[str], *, is_first: bool) -> Judgement | None:
    """Judge what the article says in its own voice: the first test that finds something decides."""
    passage = assertion.passage
    if _has_source(passage):
        return None
    if hits := passage.outside("unnamed_verb"):
        return "unnamed_source", 0.0, hits
    return (
        _of_size(passage, supported, is_first=is_first)
        or _of_cause(passage, supported)
        or _of_taste(passage)
        or (None if is_first else _of_fact(assertion))
    )


def _of_cause(passage: Passage, supported: frozenset[str]) -> Judgement | None:
    """Find a forecast, a motive or a cause told as known."""
    causes = () if passage.has("hedge", "scheduled") else _outside(passage, "cause")
    told = (*_forecasts(passage, supported), *_outside(passage, "motive"), *causes)
    return ("prediction_or_motive", 0.2 * len(told), told) if told else None


def _of_taste(passage: Passage) -> Judgement | None:
    """Find a judgement; one such word in the report of a dated event is not enough."""
    judging = _outside(passage, "evaluative", "contentious")
    is_judgement = bool(judging) and (not passage.has("dated") or len(judging) > 1)
    return ("opinion_as_fact", 0.2 * len(judging), judging) if is_judgement else None


def _of_fact(assertion: Assertion) -> Judgement | None:
    """Find an absolute, a harm, a trend or an accusation that nobody is named for."""
    passage, accused = assertion.passage, _accusations(assertion.passage, assertion.span)
    sweeping = _outside(passage, "sweeping")
    if passage.has("dated") or figures(passage):
        return None
    if accused:
        return "allegation", 0.2 * len(sweeping) - _ACCUSED_BY_NOBODY, accused
    return (
        ("unattributed", 0.2 * len(sweeping), sweeping) if sweeping or passage.has("harm", "trend") else None
    )


def _forecasts(passage: Passage, supported: frozenset[str]) -> tuple[Span, ...]:
    """Return the words of a forecast, unless it is an appointment or repeats a figure that has a source."""
    numbers = set(re.findall(r"\d+(?:[.,]\d+)?", passage.text))
    is_open = passage.has("conditional") or not passage.has("scheduled", "dated")
    return _outside(passage, "forecast") if is_open and not (numbers and numbers <= supported) else ()


def _of_size(passage: Passage, supported: frozenset[str], *, is_first: bool) -> Judgement | None:
    """Find a figure that nothing in the article backs."""
    found = [f for f in figures(passage) if not any(q.holds(f) for q in passage.quotations)]
    numbers = {n for f in found for n in re.findall(r"\d+(?:[.,]\d+)?", passage.slice(f))}
    if not found or is_first or (numbers and numbers <= supported):
        return None
    if passage.has("scheduled") or passage.outside("document"):
        return None
    is_vague = passage.has("approximate", "trend", "cause", "evaluative", "forecast", "figure", "sweeping")
    is_event = passage.has("dated") and not is_vague
    return None if is_event else ("bare_number", 0.3 * is_vague, tuple(found))


def _has_source(passage: Passage) -> bool:
    """Whether an own sentence begins with a document or a neutral body, or tells a law or a gap."""
    if passage.has("gap", "law", "denial", "finding"):
        return True
    first = passage.tokens[min(_SUBJECT_WORDS, len(passage.tokens) - 1)].start
    named = (*passage.outside("document"), *passage.outside("neutral"))
    return any(span.start <= first for span in named) and not passage.has("evaluative")


def _accusations(passage: Passage, span: Span) -> tuple[Span, ...]:
    """Return the words of accusation in a span, unless a court or a finding stands behind them."""
    if passage.has("finding"):
        return ()
    denials = passage.find("negation", span)
    return tuple(
        hit for hit in passage.find("accusation", span) if not any(_follows(hit, no) for no in denials)
    )


def _follows(hit: Span, word: Span) -> bool:
    """Whether a word stands right before a hit ("no violations")."""
    return 0 < hit.start - word.end <= _NEAR


def _is_procedural(assertion: Assertion) -> bool:
    """Whether a speaker only tells its own next step, or that it will not comment."""
    passage, span = assertion.passage, assertion.span
    is_appointment = bool(passage.find("scheduled", span)) and not assertion.loaded_verb
    return is_appointment or bool(passage.find("procedural", span))


def _outside(passage: Passage, *categories: str) -> tuple[Span, ...]:
    return tuple(span for category in categories for span in passage.outside(category))


def _narrow(passage: Passage, span: Span, triggers: Sequence[Span]) -> Span:
    """Cut a long assertion to the clauses around what makes it one; at most 30 words."""
    if len(passage.words_in(span)) <= _MAX_QUOTE_WORDS:
        return span
    text = passage.slice(span)
    cuts = [span.start, *(span.start + m.end() for m in _BOUNDARY.finditer(text)), span.end]
    inside = [t for t in triggers if span.holds(t)]
    anchor = inside[0].start if inside else span.start
    first = max(index for index, cut in enumerate(cuts[:-1]) if cut <= anchor)
    last = first + 1
    while last < len(cuts) - 1 and len(passage.words_in(Span(cuts[first], cuts[last]))) < _MIN_QUOTE_WORDS:
        last += 1
    while first and len(passage.words_in(Span(cuts[first], cuts[last]))) < _MIN_QUOTE_WORDS:
        first -= 1
    while (
        last < len(cuts) - 1 and len(passage.words_in(Span(cuts[first], cuts[last + 1]))) <= _MAX_QUOTE_WORDS
    ):
        last += 1
    words = passage.words_in(Span(cuts[first], cuts[last]))[:_MAX_QUOTE_WORDS]
    return Span(words[0].start, words[-1].end)
