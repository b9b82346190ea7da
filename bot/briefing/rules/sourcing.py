"""Where a sentence names its source: around a quotation, behind "according to", at its opening."""

import re
from collections.abc import Sequence

from bot.briefing.rules.clauses import (
    MAX_PHRASE_WORDS,
    hanging_pronoun,
    is_term,
    nominal_length,
    words_before,
)
from bot.briefing.rules.names import person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.speakers import Register, Speaker
from bot.briefing.rules.subjects import subject_after, subject_before

_MAX_SOURCE_WORDS = 14
_MAX_FRAME_WORDS = 14
"""Words behind speech that may be no more than who spoke, how and where."""


def frame_speaker(
    passage: Passage, verbs: Sequence[Span], quotation: Span, pack: Pack, register: Register
) -> Speaker | None:
    """Return the speaker named around a quotation: by a verb, by "according to", or right before it."""
    theirs = passage.outside("theirs")
    if theirs and (speaker := register.mentioned(theirs[0])):
        return speaker
    named = _named_by_verb(passage, verbs, pack) or _named_by_frame(passage, verbs, pack)
    if named:
        return register.name(passage, named)
    if register.last and any(_has_no_subject(passage, verb, pack) for verb in verbs):
        return register.mentioned(verbs[0])
    before = Span(passage.span.start, quotation.start)
    after = Span(passage.quotations[-1].end, passage.span.end)
    person = person_in(passage.slice(before), before.start, pack, anywhere=True) or person_in(
        passage.slice(after), after.start, pack
    )
    return register.name(passage, person.span) if person else None


def _named_by_verb(passage: Passage, verbs: Sequence[Span], pack: Pack) -> Span | None:
    """Return the subject of the first verb that has one."""
    subjects = (subject_before(passage, verb, pack) or subject_after(passage, verb, pack) for verb in verbs)
    return next((subject for subject in subjects if subject), None)


def _named_by_frame(passage: Passage, verbs: Sequence[Span], pack: Pack) -> Span | None:
    """Return the source behind "according to", a pronoun that hangs on its verb, or who frames speech."""
    marked = marked_source(passage, pack)
    if marked:
        return marked[1]
    hanging = hanging_pronoun(passage, Span(passage.quotations[-1].end, passage.span.end), pack)
    return hanging or (None if verbs else _framing_subject(passage, pack))


def _framing_subject(passage: Passage, pack: Pack) -> Span | None:
    """Return who frames speech by a verb that no list has ("«…», — передал в ответ пресс-центр")."""
    frame = Span(passage.quotations[-1].end, passage.span.end)
    text = passage.slice(frame)
    words = passage.words_in(frame)
    if not re.match(r"[»”“\"’]?,?\s*[,–—]\s*[^\W\d_]", text) or not 2 <= len(words) <= _MAX_FRAME_WORDS:
        return None
    if passage.slice(Span(words[0].start, words[0].end))[0].isupper():
        return None
    return subject_after(passage, Span(words[0].start, words[0].end), pack)


def _has_no_subject(passage: Passage, verb: Span, pack: Pack) -> bool:
    """Whether a verb right behind speech leaves its subject out ("«…», denunció en referencia a …")."""
    if pack.people.bare_complement != "none" or not any(
        0 <= verb.start - q.end <= 4 for q in passage.quotations
    ):
        return False
    after = passage.words_in(Span(verb.end, passage.span.end))
    return not after or after[0].word in pack.words["prepositions"]


def marked_source(passage: Passage, pack: Pack) -> tuple[Span, Span] | None:
    """Return the words "according to" and the source they name."""
    for marker in passage.outside("before"):
        source = source_after(passage, marker, pack)
        if source:
            return marker, source
    for marker in passage.outside("after"):
        source = subject_before(passage, marker, pack) or _in_dative(passage, marker, pack)
        if source:
            return marker, source
    return None


def _in_dative(passage: Passage, marker: Span, pack: Pack) -> Span | None:
    """Return the noun of "Dem Bericht zufolge", whose article stands among the prepositions, too."""
    words = passage.words_in(Span(passage.span.start, marker.start))
    is_noun_phrase = 2 <= len(words) <= MAX_PHRASE_WORDS and words[0].word in pack.words["prepositions"]
    return Span(words[1].start, words[-1].end) if is_noun_phrase and pack.nouns_capitalised else None


def announced_by(passage: Passage, marker: Span, pack: Pack) -> Span | None:
    """Return who speaks in "This was said by X: by his account, Y"."""
    before = passage.slice(Span(passage.span.start, marker.start)).rstrip()
    verbs = [verb for verb in passage.outside("say") if verb.end < marker.start]
    if not verbs or not before.endswith((":", ".", ";", ",")):
        return None
    return subject_after(passage, verbs[0], pack)


def opening_body(passage: Passage, marker: Span, register: Register) -> Speaker | None:
    """Return the body that opens the sentence "X published letters which, by its account, show Y"."""
    hits = (
        *passage.outside("relayed"),
        *passage.outside("interested"),
        *passage.outside("neutral"),
        *passage.outside("accuser"),
    )
    opening = [hit for hit in hits if hit.end < marker.start and words_before(passage, hit.start) < 2]
    if not opening:
        return None
    end = max(hit.end for hit in opening)
    quoted = [q.end + 1 for q in passage.quotations if 0 <= q.start - end <= 3 and q.end < marker.start]
    return register.name(passage, Span(passage.tokens[0].start, max([end, *quoted])))


def source_after(passage: Passage, marker: Span, pack: Pack) -> Span | None:
    """Return the noun phrase that follows "according to"."""
    verbs = (*passage.find("say"), *passage.find("loaded_verb"))
    verb = next((v for v in verbs if 0 <= v.start - marker.end <= 1), marker)
    marker = verb if verb.end < passage.span.end else marker
    text = passage.slice(Span(marker.end, passage.span.end))
    mark = re.search(r"[,;:()]|[.!?…]\s*$|\s[–—-]\s", text)
    end = marker.end + (mark.start() if mark else len(text))
    speech = [q.start - 1 for q in passage.quotations if q.start > marker.end and not is_term(passage, q)]
    phrase = Span(marker.end, min([end, *speech]))
    if named := _apposition(passage, phrase.end, pack):
        return named
    words = passage.words_in(phrase)[:_MAX_SOURCE_WORDS]
    days = [hit for hit in passage.find("auxiliaries", phrase) if passage.find("dated", hit)]
    if words and any(day.start == words[0].start for day in days):  # "según publicó el martes el portal"
        words = passage.words_in(Span(max(day.end for day in days[:1]), phrase.end))[:_MAX_SOURCE_WORDS]
    if pack.nouns_capitalised:
        count = nominal_length(passage, phrase, pack)
        words = words[:count]
    return Span(words[0].start, words[-1].end) if words else None


def _apposition(passage: Passage, comma: int, pack: Pack) -> Span | None:
    """Return the name between commas behind a role ("selon le maire, Luc Roy, …")."""
    text = passage.slice(Span(comma, passage.span.end))
    between = re.match(r",\s([^,;:()«»“”\"]{3,60})(?:,|[.!?]\s*$)", text)
    if not between:
        return None
    phrase = Span(comma + between.start(1), comma + between.end(1))
    person = person_in(between[1], phrase.start, pack)
    return person.span if person and person.span.end == phrase.end else None
