"""Judging: whether an assertion is established by its article, and of what kind it is if not."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.article.models import Article
from bot.briefing.models import FlagKind
from bot.briefing.rules.attribution import Assertion
from bot.briefing.rules.figures import figures
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

_MIN_WORDS = 4
"""Shorter assertions ("We are in no hurry") hold nothing to verify."""
_ACCUSED_BY_NOBODY = 1.5
"""How much less an accusation in the article's own voice weighs: its words often only tell what happened."""
_NEAR = 8
"""Characters between "no" and what it denies."""
_CLAUSE = 30
"""Characters from an impersonal verb to its source ("говорится в отчёте")."""
_SUBJECT_WORDS = 6
"""Words of a sentence in which its subject is looked for."""
_OPENING_WORDS = 3
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_STRONG = ("sweeping", "superlative", "evaluative", "contentious", "harm", "stakes")
_SOURCED = ("before", "after", "document", "neutral", "gap", "law", "finding", "denial", "reply", "unbacked")

Judgement = tuple[FlagKind, float, tuple[Span, ...]]
"""A kind, a weight to add, and the words that decided."""

_KINDS_BY_STANDING: Mapping[str, Judgement] = {
    "unnamed": ("unnamed_source", 0.0, ()),
    "relayed": ("relayed_report", 0.0, ()),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the rest of the article says about its assertions."""

    supported: frozenset[str]
    """Numbers of the title and of sentences with a source."""
    answered: frozenset[int]
    """Sentences that somebody else answers, or declines to."""
    unbacked: frozenset[int]
    """Sentences whose speaker then shows or names nothing."""
    exposed: frozenset[int]
    """Sentences of paragraphs in which nobody and nothing is cited."""
    first: int


def read_setting(article: Article, assertions: Mapping[int, Sequence[Assertion]]) -> Setting:
    """Read what stands around each assertion."""
    answered, unbacked = _replies(assertions)
    return Setting(
        supported=_supported_figures(article, assertions),
        answered=answered,
        unbacked=unbacked,
        exposed=_exposed(assertions),
        first=min(assertions, default=0),
    )


def _supported_figures(article: Article, assertions: Mapping[int, Sequence[Assertion]]) -> frozenset[str]:
    texts = [article.title or ""]
    texts += [
        a.passage.text
        for a in flatten(assertions)
        if a.speaker and a.speaker.standing in {"document", "neutral"}
    ]
    return frozenset(number for text in texts for number in _NUMBER.findall(text))


def flatten(assertions: Mapping[int, Sequence[Assertion]]) -> Iterable[Assertion]:
    """Yield every assertion in order."""
    return (assertion for of_sentence in assertions.values() for assertion in of_sentence)


def _replies(assertions: Mapping[int, Sequence[Assertion]]) -> tuple[frozenset[int], frozenset[int]]:
    """Find the sentences right before a reply, and those whose own speaker then shows nothing."""
    answered: set[int] = set()
    unbacked: set[int] = set()
    for number, found in assertions.items():
        earlier = assertions.get(number - 1, ())
        if not found or not earlier:
            continue
        passage, before = found[0].passage, earlier[0].passage
        speaker = earlier[-1].speaker
        if passage.has("unbacked"):
            unbacked.add(number - 1)
        elif passage.has("reply") and passage.paragraph == before.paragraph and speaker:
            same = passage.has("pronouns") or speaker.name.split()[-1] in passage.text
            (unbacked if same else answered).add(number - 1)
    return frozenset(answered), frozenset(unbacked)


def _exposed(assertions: Mapping[int, Sequence[Assertion]]) -> frozenset[int]:
    paragraphs: dict[int, list[Assertion]] = {}
    for assertion in flatten(assertions):
        paragraphs.setdefault(assertion.passage.paragraph, []).append(assertion)
    return frozenset(
        a.passage.number
        for found in paragraphs.values()
        if not any(a.speaker or a.passage.has(*_SOURCED) for a in found)
        for a in found
    )


def judge(assertion: Assertion, setting: Setting) -> Judgement | None:
    """Decide whether and how an assertion is not established; a kind, a weight and the words that decided."""
    if len(assertion.passage.words_in(assertion.span)) < _MIN_WORDS:
        return None
    found = _judge_said(assertion, setting) if assertion.speaker else _judge_own(assertion, setting)
    if found is None:
        return None
    kind, weight, triggers = found
    return kind, weight + _emphasis(assertion), triggers


def _emphasis(assertion: Assertion) -> float:
    """Weigh absolute and judging words up, what speakers say of themselves ("we") down."""
    passage, span = assertion.passage, assertion.span
    strong = sum(len(passage.find(category, span)) for category in _STRONG)
    first = passage.words_in(span)[0]
    is_about_self = bool(assertion.speaker) and Span(first.start, first.end) in passage.find("selves")
    return min(1.0, 0.25 * strong) - 0.5 * is_about_self


def _judge_said(assertion: Assertion, setting: Setting) -> Judgement | None:
    """Judge what somebody says: by who it is, then by what it is about, then by who answers."""
    passage, span, speaker = assertion.passage, assertion.span, assertion.speaker
    standing = speaker.standing if speaker else "interested"
    accused = _accusations(passage, span)
    if standing == "accuser":
        return ("allegation", 0.0, accused) if accused or figures(passage, span) else None
    if standing in {"document", "neutral"} and not (accused and assertion.direct and standing == "neutral"):
        return None
    if (assertion.accuses and not passage.has("finding")) or (accused and not passage.has("denial")):
        return "allegation", 0.0, accused
    return (
        None
        if passage.find("gap", span) or passage.find("unbacked", span)
        else _by_standing(assertion, setting)
    )


def _by_standing(assertion: Assertion, setting: Setting) -> Judgement | None:
    """Judge what accuses nobody by who says it, then by who answers it."""
    speaker, number = assertion.speaker, assertion.passage.number
    if speaker and speaker.standing in _KINDS_BY_STANDING:
        return _KINDS_BY_STANDING[speaker.standing]
    if number in setting.answered and not _is_procedural(assertion):
        return "allegation", 0.0, ()
    return _judge_interested(assertion, is_unbacked=number in setting.unbacked)


def _judge_interested(assertion: Assertion, *, is_unbacked: bool) -> Judgement | None:
    """Judge the words of a party with a stake: what it vouches for, praises or promises."""
    passage, span = assertion.passage, assertion.span
    strong = tuple(hit for category in _STRONG for hit in passage.find(category, span))
    if _is_procedural(assertion) or (not strong and passage.find("feeling", span)):
        return None
    weight = 0.5 * assertion.loaded_verb + 0.2 * assertion.direct + 0.5 * is_unbacked
    is_soft = bool(passage.find("hedge", span)) and not strong
    if assertion.loaded_verb or is_unbacked or (assertion.direct and not is_soft) or _is_sure(passage, span):
        return "single_interested_source", weight - 0.8 * is_soft, strong
    return None


def _is_sure(passage: Passage, span: Span) -> bool:
    """Whether reported words rank, judge or rule out."""
    ruled_out = [hit for hit in passage.find("sweeping", span) if not _is_denied(passage, hit)]
    opening = passage.words_in(span)[:_OPENING_WORDS][-1].end
    denies = [no for no in passage.find("negation", span) if not any(no.meets(hit) for hit in ruled_out)]
    is_absolute = len(ruled_out) > 1 or any(hit.start < opening or denies for hit in ruled_out)
    count = sum(
        len(passage.find(category, span)) for category in ("evaluative", "contentious", "harm", "stakes")
    )
    return is_absolute or bool(passage.find("superlative", span)) or count > 1


def _is_denied(passage: Passage, hit: Span) -> bool:
    """Whether "not" stands right before ("not all")."""
    return any(0 < hit.start - no.end <= 1 for no in passage.find("negation"))


def _judge_own(assertion: Assertion, setting: Setting) -> Judgement | None:
    """Judge what the article says in its own voice: the first test that finds something decides."""
    passage = assertion.passage
    is_first = passage.number == setting.first
    if hits := passage.outside("unnamed_verb"):
        return None if passage.has("gap", "conditional") else ("unnamed_source", 0.0, hits)
    if _has_source(passage):
        return None
    return (
        (_of_taste(passage) if passage.outside("universal") else None)
        or _of_size(passage, setting.supported, is_first=is_first)
        or _of_cause(passage, setting.supported, is_first=is_first)
        or _of_taste(passage)
        or (None if is_first else _of_fact(assertion))
        or (_of_stance(passage) if passage.number in setting.exposed and not is_first else None)
    )


def _of_cause(passage: Passage, supported: frozenset[str], *, is_first: bool) -> Judgement | None:
    """Find a forecast, a motive or a cause told as known; an opening sentence announces what is decided."""
    causes = () if passage.has("hedge", "scheduled") else _outside(passage, "cause")
    forecasts = () if is_first else _forecasts(passage, supported)
    told = (*forecasts, *_outside(passage, "motive"), *causes)
    return ("prediction_or_motive", 0.2 * len(told), told) if told else None


def _of_taste(passage: Passage) -> Judgement | None:
    """Find a judgement; one such word in the report of a dated event is not enough."""
    judging = _outside(passage, "evaluative", "contentious")
    everyone = _outside(passage, "universal")
    ranked = _outside(passage, "superlative") if everyone or judging else ()
    words = (*judging, *everyone, *ranked)
    is_judgement = len(words) > 1 or (bool(judging) and not passage.has("dated"))
    return ("opinion_as_fact", 0.2 * len(words), words) if is_judgement else None


def _of_stance(passage: Passage) -> Judgement | None:
    """Find what argues in a paragraph that cites nobody."""
    hits = _outside(passage, "stance", "universal")
    is_report = passage.has("dated", "scheduled") or bool(figures(passage))
    return ("opinion_as_fact", -0.6 + 0.2 * len(hits), hits) if hits and not is_report else None


def _of_fact(assertion: Assertion) -> Judgement | None:
    """Find an absolute, a harm, a trend or an accusation that nobody is named for."""
    passage, accused = assertion.passage, _accusations(assertion.passage, assertion.span)
    sweeping = tuple(hit for hit in _outside(passage, "sweeping") if not _is_denied(passage, hit))
    if passage.has("dated") or figures(passage):
        return None
    if accused:
        return "allegation", 0.2 * len(sweeping) - _ACCUSED_BY_NOBODY, accused
    return (
        ("unattributed", 0.2 * len(sweeping), sweeping) if sweeping or passage.has("harm", "trend") else None
    )


def _forecasts(passage: Passage, supported: frozenset[str]) -> tuple[Span, ...]:
    """Return the words of a forecast, unless it is an appointment or repeats a figure that has a source."""
    numbers = set(_NUMBER.findall(passage.text))
    is_open = passage.has("conditional") or not passage.has("scheduled", "dated")
    return _outside(passage, "forecast") if is_open and not (numbers and numbers <= supported) else ()


def _of_size(passage: Passage, supported: frozenset[str], *, is_first: bool) -> Judgement | None:
    """Find a figure that nothing in the article backs."""
    found = [f for f in figures(passage) if not any(q.holds(f) for q in passage.quotations)]
    numbers = {n for f in found for n in _NUMBER.findall(passage.slice(f))}
    if not found or is_first or (numbers and numbers <= supported):
        return None
    if passage.has("scheduled") or passage.outside("document"):
        return None
    is_vague = passage.has("approximate", "trend", "cause", "evaluative", "forecast", "figure", "sweeping")
    is_event = passage.has("dated") and not is_vague
    return None if is_event else ("bare_number", 0.3 * is_vague, tuple(found))


def _has_source(passage: Passage) -> bool:
    """Whether an own sentence begins with a document or a neutral body, or tells a law or a gap."""
    if passage.has("gap", "law", "denial", "finding", "reply", "unbacked"):
        return True
    first = passage.tokens[min(_SUBJECT_WORDS, len(passage.tokens) - 1)].start
    named = (*passage.outside("document"), *passage.outside("neutral"))
    if any(_follows(source, verb, _CLAUSE) for source in named for verb in passage.outside("say")):
        return True
    return any(span.start <= first for span in named) and not passage.has("evaluative")


def _accusations(passage: Passage, span: Span) -> tuple[Span, ...]:
    """Return the words of accusation in a span, unless a court or a finding stands behind them."""
    if passage.has("finding"):
        return ()
    denials = passage.find("negation", span)
    return tuple(
        hit for hit in passage.find("accusation", span) if not any(_follows(hit, no) for no in denials)
    )


def _follows(hit: Span, word: Span, near: int = _NEAR) -> bool:
    """Whether a word stands right before a hit ("no violations")."""
    return 0 < hit.start - word.end <= near


def _is_procedural(assertion: Assertion) -> bool:
    """Whether a speaker only tells its own next step, or that it will not comment."""
    passage, span = assertion.passage, assertion.span
    is_appointment = bool(passage.find("scheduled", span)) and not assertion.loaded_verb
    return is_appointment or bool(passage.find("procedural", span))


def _outside(passage: Passage, *categories: str) -> tuple[Span, ...]:
    return tuple(span for category in categories for span in passage.outside(category))
