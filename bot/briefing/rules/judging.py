"""Judging: whether an assertion is established by its article, and of what kind it is if not."""

from collections.abc import Mapping, Sequence

from bot.briefing.rules.assertion import Assertion
from bot.briefing.rules.figures import figures
from bot.briefing.rules.own_voice import Judgement, accusations, is_denied, judge_own
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.setting import Setting

_MIN_WORDS = 4
"""Shorter assertions ("We are in no hurry") hold nothing to verify; an accusation may be a word shorter."""
_OPENING_WORDS = 3
_STRONG = ("sweeping", "superlative", "evaluative", "contentious", "harm", "stakes")

_ACCUSED_OF = 40
"""Characters from "no evidence" to what there is none of."""
_REMARK_WORDS = 8
"""Words from which speech tells enough to be asked for more, whatever it is about."""
_CLAIMING = (
    *("cause", "motive", "because", "sweeping", "universal", "superlative", "evaluative", "contentious"),
    *("judging", "stakes", "harm", "accusation", "figure", "forecast", "approximate", "trend", "quantity"),
)
_PARTIES = ("interested", "neutral", "accuser", "roles", "pronouns", "others")
_KINDS_BY_STANDING: Mapping[str, Judgement] = {
    "unnamed": ("unnamed_source", 0.0, ()),
    "relayed": ("relayed_report", 0.0, ()),
}


def judge(assertion: Assertion, setting: Setting) -> Judgement | None:
    """Decide whether and how an assertion is not established; a kind, a weight and the words that decided."""
    count = len(assertion.passage.words_in(assertion.span))
    if count < _MIN_WORDS - bool(accusations(assertion.passage, assertion.span)):
        return None
    found = _judge_said(assertion, setting) if assertion.speaker else judge_own(assertion, setting)
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
    accused = accusations(passage, span)
    if standing == "accuser":
        if _is_exonerated(passage, span, accused) or (not accused and _only_counts(passage, span)):
            return None
        is_step = passage.has("finding", "denial", "gap") or _is_procedural(assertion)
        return None if is_step and not accused else ("allegation", 0.0, accused)
    if standing in {"document", "neutral"} and not (accused and assertion.direct and standing == "neutral"):
        return None
    is_accusation = (assertion.accuses and not passage.find("finding", span)) or (
        accused and not passage.has("denial")
    )
    if is_accusation and (standing not in _KINDS_BY_STANDING or _names_party(passage, span)):
        return "allegation", 0.0, accused
    return None if _says_nothing(assertion, standing) else _by_standing(assertion, setting)


def _is_exonerated(passage: Passage, span: Span, accused: Sequence[Span]) -> bool:
    """Whether a prosecutor only says that there is nothing against somebody ("no evidence of fraud")."""
    cleared = passage.find("exonerating", span)
    return bool(cleared) and all(
        any(words.start <= hit.start <= words.end + _ACCUSED_OF for words in cleared) for hit in accused
    )


def _only_counts(passage: Passage, span: Span) -> bool:
    """Whether a prosecutor only tells whom an event killed or hurt, without who or what did it."""
    blames = ("agent", "cause", "because", "motive", *_PARTIES)
    return bool(passage.find("toll", span)) and not any(passage.find(list_, span) for list_ in blames)


def _says_nothing(assertion: Assertion, standing: str) -> bool:
    """Whether somebody only says that there is nothing to say; "…, without saying where" is no part of it."""
    passage, span = assertion.passage, assertion.span
    hits = (*passage.find("gap", span), *passage.find("unbacked", span))
    asides = passage.find("negation", span) if standing in _KINDS_BY_STANDING else ()
    behind = [no for no in asides if passage.slice(Span(span.start, no.start)).rstrip().endswith(",")]
    return any(not any(no.start <= hit.start for no in behind) for hit in hits)


def _names_party(passage: Passage, span: Span) -> bool:
    """Whether somebody who could answer is named: what an unnamed source says of nobody accuses nobody."""
    if any(passage.find(list_, span) for list_ in _PARTIES):
        return True
    words = passage.words_in(span)[1:]
    capitals = sum(passage.slice(Span(word.start, word.end))[0].isupper() for word in words)
    return capitals > len(words) / 2 or 0 < capitals < len(words) / 4


def _by_standing(assertion: Assertion, setting: Setting) -> Judgement | None:
    """Judge what accuses nobody by who says it, then by who answers it."""
    speaker, number = assertion.speaker, assertion.passage.number
    if speaker and speaker.standing in _KINDS_BY_STANDING:
        return _KINDS_BY_STANDING[speaker.standing]
    if number in setting.answered and not _is_procedural(assertion):
        return "allegation", 0.0, ()
    return _judge_interested(assertion, setting)


def _judge_interested(assertion: Assertion, setting: Setting) -> Judgement | None:
    """Judge the words of a party with a stake: what it vouches for, praises or promises."""
    passage, span = assertion.passage, assertion.span
    strong = tuple(hit for category in _STRONG for hit in passage.find(category, span))
    is_step = not assertion.direct and bool(passage.find("finding", span))
    if _is_procedural(assertion) or passage.outside("backed") or is_step:
        return None
    is_personal = _is_personal(assertion) and not passage.find("because", span)
    if not strong and (passage.find("feeling", span) or is_personal):
        return None
    if any(hit.start == span.start for hit in passage.find("feeling", span)):
        return None
    if _opens_with(assertion, "feeling") and not any(passage.find(list_, span) for list_ in _STRONG[1:]):
        return None
    is_unbacked = passage.number in setting.unbacked or bool(passage.outside("unbacked"))
    is_of_battle = setting.at_war and bool(passage.find("battle", span))
    weight = 0.5 * assertion.loaded_verb + 0.2 * assertion.direct + 0.5 * is_unbacked
    is_soft = bool(passage.find("hedge", span)) and not strong
    is_pressed = assertion.loaded_verb and (not assertion.mild or strong or passage.find("negation", span))
    if (
        is_pressed
        or is_unbacked
        or is_of_battle
        or (assertion.direct and not is_soft and not _is_remark(assertion))
        or _is_sure(passage, span)
        or _is_told_at_length(passage, span)
    ):
        return "single_interested_source", weight - 0.8 * is_soft, strong
    return None


def _is_personal(assertion: Assertion) -> bool:
    """Whether somebody tells what he or she saw, did or felt."""
    return _opens_with(assertion, "myself")


def _opens_with(assertion: Assertion, category: str) -> bool:
    passage, span = assertion.passage, assertion.span
    opening = passage.words_in(span)[: _OPENING_WORDS + 1][-1].end
    return any(hit.start < opening for hit in passage.find(category, span))


def _is_sure(passage: Passage, span: Span) -> bool:
    """Whether reported words rank, judge, rule out, or reassure."""
    if passage.find("assurance", span):
        return True
    ruled_out = [hit for hit in passage.find("sweeping", span) if not is_denied(passage, hit)]
    opening = passage.words_in(span)[:_OPENING_WORDS][-1].end
    denies = [no for no in passage.find("negation", span) if not any(no.meets(hit) for hit in ruled_out)]
    is_reasoned = bool(passage.find("because", span)) or _bodes_ill(passage, span)
    is_reasoned |= bool(passage.find("harm", span) and passage.find("cause", span))
    is_reasoned |= bool(passage.find("forecast", span)) and bool(figures(passage, span))
    is_absolute = len(ruled_out) > 1 or any(hit.start < opening or denies for hit in ruled_out)
    count = sum(
        len(passage.find(category, span)) for category in ("evaluative", "contentious", "harm", "stakes")
    )
    return is_absolute or is_reasoned or bool(passage.find("superlative", span)) or count > 1


def _is_told_at_length(passage: Passage, span: Span) -> bool:
    """Whether words in the mood of reports, which stand for speech, tell more than a date or a step."""
    is_speech = bool(passage.find("reported_mood", span)) and len(passage.words_in(span)) >= _REMARK_WORDS
    return is_speech and not passage.has("dated", "scheduled", "gap", "procedural") and not figures(passage)


def _is_remark(assertion: Assertion) -> bool:
    """Whether speech is a short remark that ranks, counts, explains and foretells nothing."""
    passage, span = assertion.passage, assertion.span
    is_short = len(passage.words_in(span)) < _REMARK_WORDS
    return is_short and not any(passage.find(list_, span) for list_ in _CLAIMING)


def _bodes_ill(passage: Passage, span: Span) -> bool:
    """Whether a forecast is one of harm."""
    is_grave = any(passage.find(list_, span) for list_ in ("harm", "stakes", "evaluative", "sweeping"))
    return is_grave and bool(passage.find("forecast", span))


def _is_procedural(assertion: Assertion) -> bool:
    """Whether a speaker only tells its own next step, or that it will not comment."""
    passage, span = assertion.passage, assertion.span
    is_appointment = bool(passage.find("scheduled", span)) and not (
        assertion.loaded_verb and assertion.direct
    )
    return is_appointment or bool(passage.find("procedural", span))
