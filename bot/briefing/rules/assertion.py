"""An assertion, and the verbs by which a sentence reports one."""

import re
from dataclasses import dataclass

from bot.briefing.rules.clauses import trim
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.speakers import Speaker

QUOTATION_WORDS = 3
"""Words from which a quotation is somebody's assertion rather than a borrowed term."""

_PLACE_WORDS = 4
"""Words behind "it says" in which a document is looked for."""
_NEAR = 40
"""Characters between a verb and what was said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """Something asserted in one sentence: where, by whom (None: the article itself), in whose words."""

    span: Span
    passage: Passage
    speaker: Speaker | None = None
    direct: bool = False
    loaded_verb: bool = False
    mild: bool = False
    """Whether that verb mostly reports a detail ("confirmed")."""
    accuses: bool = False
    """Whether the verb itself is an accusation."""


def report(passage: Passage, span: Span, speaker: Speaker, verb: Span) -> Assertion:
    """Return what a verb reports."""
    loaded = verb in passage.find("loaded_verb")
    mild = any(verb.start == hit.start for hit in passage.find("mild"))
    said = trim(passage, span)
    return Assertion(span=said, passage=passage, speaker=speaker, loaded_verb=loaded, mild=mild)


def reporting_verbs(passage: Passage) -> list[Span]:
    """Return the reporting verbs outside quotations, in order; "report" before another verb is a noun."""
    acts = {verb for verb in passage.outside("act") if not _opens_speech(passage, verb)}
    verbs = sorted({*passage.outside("say"), *passage.outside("loaded_verb")} - acts)
    verbs = [verb for verb in verbs if verb.end - verb.start > 2 or _is_before_name(passage, verb)]
    verbs = [
        verb
        for verb in verbs
        if not any(_is_hearsay(passage, verb, hit) for hit in passage.outside("unnamed_verb"))
    ]
    verbs = [verb for verb in verbs if not _says_nothing(passage, verb)]
    nouns = set(passage.find("document"))
    return [verb for verb in verbs if verb not in nouns or verb == verbs[-1]]


def _says_nothing(passage: Passage, verb: Span) -> bool:
    """Whether a verb only says that nothing is said: "refused to say", "nobody believes"."""
    silent = (*passage.outside("gap"), *passage.outside("unbacked"))
    if any(hit.start < verb.start and hit.holds(verb) for hit in silent):
        return True
    nobody = {*passage.outside("negation")} & {*passage.outside("universal")}
    return any(0 < verb.start - hit.end <= 1 for hit in nobody)


def _opens_speech(passage: Passage, verb: Span) -> bool:
    """Whether what was said follows: "had destroyed three depots" tells what was done."""
    near = Span(verb.end, min(verb.end + _NEAR, passage.span.end))
    is_framed = any(-_NEAR < quotation.start - verb.end < _NEAR for quotation in passage.quotations)
    return is_framed or bool(passage.find("that", near)) or bool(passage.find("that", verb))


def _is_hearsay(passage: Passage, verb: Span, hit: Span) -> bool:
    """Whether a verb is part of "it is said": of "say that" it is only where nothing stands before it."""
    if not hit.meets(verb) or (hit == verb and len(passage.words_in(verb)) > 1) or _is_written(passage, hit):
        return False
    is_open = hit.start == verb.start and any(passage.find("that", hit))
    return not is_open or hit.start == passage.tokens[0].start


def _is_written(passage: Passage, hearsay: Span) -> bool:
    """Whether "it says" goes on with where ("heißt es im Protokoll")."""
    behind = passage.words_in(Span(hearsay.end, passage.span.end))[:_PLACE_WORDS]
    if not behind or not any(hit.start == behind[0].start for hit in passage.find("prepositions")):
        return False
    return bool(passage.find("document", Span(behind[0].start, behind[-1].end)))


def _is_before_name(passage: Passage, verb: Span) -> bool:
    """Whether a capital follows: German "so" is a verb of speech only before its speaker."""
    rest = passage.slice(Span(verb.end, passage.span.end)).lstrip()
    return bool(re.match(r"(?:(?:der|die|das|ein|eine|ihr|ihre|sein|seine)\s+)?[^\W\d_a-zäöüß]", rest))
