"""Flags: which assertions the article does not establish, of what kind, and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.article.models import Article
from bot.briefing.models import KINDS, MAX_FLAGS, DraftFlag, FlagKind
from bot.briefing.rules.assertion import Assertion
from bot.briefing.rules.calm import is_calm, is_grave, stands_out
from bot.briefing.rules.judging import judge
from bot.briefing.rules.own_voice import Judgement
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.setting import flatten, read_setting

_MAX_QUOTE_WORDS = 30
_MIN_QUOTE_WORDS = 8
_SECOND_HALF = 2.5
"""How much less the later halves of a split quotation weigh."""
_CLEARLY = 0.45
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
    """Return at most MAX_FLAGS findings, the most consequential first."""
    found = [_weigh(a, judgement) for a, judgement in _judge_all(article, assertions)]
    kept = sorted(_rank_halves(found), key=lambda finding: -finding.weight)[:MAX_FLAGS]
    return sorted(kept, key=_consequence)


def _judge_all(
    article: Article, assertions: Mapping[int, Sequence[Assertion]]
) -> list[tuple[Assertion, Judgement]]:
    """Judge every assertion; of a calm article keep what stands out in it."""
    setting = read_setting(article, assertions)
    judged = [(a, judgement) for a in flatten(assertions) if (judgement := judge(a, setting))]
    grave = frozenset(a.passage.number for a, (kind, _, _) in judged if is_grave(kind))
    if not is_calm(assertions, grave):
        return judged
    return [(a, judgement) for a, judgement in judged if stands_out(a, judgement)]


def _weigh(assertion: Assertion, judgement: Judgement) -> Finding:
    kind, weight, triggers = judgement
    span = _narrow(assertion.passage, assertion.span, triggers)
    position = assertion.span.start / (assertion.span.start + 20_000)
    return Finding(assertion=assertion, span=span, kind=kind, weight=_WEIGHTS[kind] + weight - position)


def _consequence(finding: Finding) -> tuple[int, bool, int]:
    """Order by kind, then what is about harm to people and wrongdoing, then as the text does."""
    is_grave = bool(
        finding.assertion.passage.find("harm", finding.span)
        or finding.assertion.passage.find("accusation", finding.span)
    )
    return KINDS.index(finding.kind), not is_grave, finding.span.start


def write_flag(finding: Finding, article: Article, pack: Pack) -> DraftFlag:
    """Write a finding as a flag, with the pack's reasons."""
    speaker = finding.assertion.speaker
    reason = pack.reasons[finding.kind]
    return DraftFlag(
        quote=article.text[finding.span.start : finding.span.end],
        sentence=finding.assertion.passage.number,
        speaker=speaker.name if speaker else None,
        kind=finding.kind,
        why=reason.said.replace("{speaker}", _amid(speaker.name, finding, pack)) if speaker else reason.own,
        would_verify=reason.verify,
    )


def _amid(name: str, finding: Finding, pack: Pack) -> str:
    """Return a speaker as it stands amid a sentence: "Sources" and "They" that only begin one do not there.

    What may be a name keeps its capital: "The Courier", and in German whatever has one.
    """
    passage = finding.assertion.passage
    words = passage.words_in(passage.span)
    if pack.language == "de" or not passage.slice(passage.span).startswith(name):
        return name
    plain = [hit for list_ in ("unnamed", "pronouns", "others") for hit in passage.find(list_, passage.span)]
    is_group = any(hit.start == words[0].start for hit in plain)
    is_article = words[0].word in pack.stop_words and name.partition(" ")[2][:1].islower()
    return name[0].lower() + name[1:] if is_group or is_article else name


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
