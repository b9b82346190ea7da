"""Where a sentence names its source: around a quotation, behind "according to", at its opening."""

from collections.abc import Sequence

from bot.briefing.rules.clauses import (
    hanging_pronoun,
    source_after,
    subject_after,
    subject_before,
    words_before,
)
from bot.briefing.rules.names import person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.speakers import Register, Speaker


def frame_speaker(
    passage: Passage, verbs: Sequence[Span], quotation: Span, pack: Pack, register: Register
) -> Speaker | None:
    """Return the speaker named around a quotation: by a verb, by "according to", or right before it."""
    theirs = passage.outside("theirs")
    if theirs and (speaker := register.mentioned(theirs[0])):
        return speaker
    for verb in verbs:
        subject = subject_before(passage, verb, pack) or subject_after(passage, verb, pack)
        if subject:
            return register.name(passage, subject)
    marked = marked_source(passage, pack)
    if marked:
        return register.name(passage, marked[1])
    hanging = hanging_pronoun(passage, Span(passage.quotations[-1].end, passage.span.end), pack)
    if hanging:
        return register.name(passage, hanging)
    before = Span(passage.span.start, quotation.start)
    after = Span(passage.quotations[-1].end, passage.span.end)
    person = person_in(passage.slice(before), before.start, pack, anywhere=True) or person_in(
        passage.slice(after), after.start, pack
    )
    return register.name(passage, person.span) if person else None


def marked_source(passage: Passage, pack: Pack) -> tuple[Span, Span] | None:
    """Return the words "according to" and the source they name."""
    for marker in passage.outside("before"):
        source = source_after(passage, marker, pack)
        if source:
            return marker, source
    for marker in passage.outside("after"):
        source = subject_before(passage, marker, pack)
        if source:
            return marker, source
    return None


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
