"""Who says what: the assertions of each sentence, with the speaker behind each."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.briefing.rules.clauses import (
    clean_phrase,
    closes_aside,
    complement_start,
    hanging_pronoun,
    is_before_that,
    join_before,
    last_comma,
    subject_after,
    subject_before,
    trim,
    words_before,
)
from bot.briefing.rules.names import People, capitalised_runs
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.sourcing import frame_speaker, marked_source, opening_body
from bot.briefing.rules.speakers import Register, Speaker, Standing

_LEANINGS: tuple[tuple[Standing, str], ...] = (("relayed", "relays"), ("unnamed", "unnamed_verb"))
_LEANING_WORDS = 4
"""Words before a post or a group that a sentence begins with."""
_OPENING_WORDS = 5
"""Words of an opening that only says when or where ("On social networks, a video …")."""
_QUOTATION_WORDS = 3
"""Words from which a quotation is somebody's assertion rather than a borrowed term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """Something asserted in one sentence: where, by whom (None: the article itself), in whose words."""

    span: Span
    passage: Passage
    speaker: Speaker | None = None
    direct: bool = False
    loaded_verb: bool = False
    accuses: bool = False
    """Whether the verb itself is an accusation."""


def read_assertions(passages: Sequence[Passage], pack: Pack) -> dict[int, list[Assertion]]:
    """Return the assertions by sentence number; hostile passages assert nothing."""
    register = Register(pack=pack, people=People(pack))
    found: dict[int, list[Assertion]] = {}
    paragraph = 0
    for passage in passages:
        if passage.hostile or passage.heading:
            continue
        runs = capitalised_runs(passage.text, passage.span.start, pack, several=True)
        register.people.meet(runs)
        if passage.paragraph != paragraph:
            paragraph, speaker_before = passage.paragraph, None
        else:
            speaker_before = register.last
        found[passage.number] = assertions = list(_read(passage, pack, register, speaker_before))
        speakers = [assertion.speaker for assertion in assertions if assertion.speaker]
        if not speakers:
            register.notice(passage, runs)
        register.last = speakers[-1] if speakers else register.last
    return found


def _read(
    passage: Passage, pack: Pack, register: Register, speaker_before: Speaker | None
) -> Iterator[Assertion]:
    verbs = _verbs(passage)
    quoted = [quotation for quotation in passage.quotations if _is_direct(passage, quotation, verbs)]
    if quoted and not _ends_in_quotation(passage, quoted[0]):
        frame = frame_speaker(passage, verbs, quoted[0], pack, register)
        yield from _read_quotations(passage, quoted, frame, speaker_before)
        return
    yield from (
        _read_theirs(passage, register)
        or _read_opener(passage, verbs, pack, register)
        or _read_phrase(passage, pack, register)
        or _read_accusing(passage, pack, register)
        or _read_verbs(passage, verbs, pack, register)
        or _read_leaning(passage)
        or [Assertion(span=trim(passage, passage.span), passage=passage, speaker=_still(passage, register))]
    )


def _ends_in_quotation(passage: Passage, quotation: Span) -> bool:
    """Whether "in her view" opens a clause that only ends in somebody's words."""
    theirs = (marker for marker in passage.outside("theirs") if marker.end < quotation.start)
    return any(
        len(passage.words_in(Span(marker.end, quotation.start))) > _QUOTATION_WORDS for marker in theirs
    )


def _still(passage: Passage, register: Register) -> Speaker | None:
    """Return the last speaker when the sentence's mood goes on reporting, as German does."""
    comma = passage.text.find(",")
    end = passage.span.start + comma if comma > 0 else passage.span.end
    return register.last if any(mood.end <= end for mood in passage.outside("reported_mood")) else None


def _verbs(passage: Passage) -> list[Span]:
    """Return the reporting verbs outside quotations, in order; "report" before another verb is a noun."""
    verbs = sorted({*passage.outside("say"), *passage.outside("loaded_verb")})
    verbs = [verb for verb in verbs if verb.end - verb.start > 2 or _is_before_name(passage, verb)]
    nouns = set(passage.find("document"))
    return [verb for verb in verbs if verb not in nouns or verb == verbs[-1]]


def _is_before_name(passage: Passage, verb: Span) -> bool:
    """Whether a capital follows: German "so" is a verb of speech only before its speaker."""
    rest = passage.slice(Span(verb.end, passage.span.end)).lstrip()
    return bool(re.match(r"(?:(?:der|die|das|ein|eine|ihr|ihre|sein|seine)\s+)?[^\W\d_a-zäöüß]", rest))


def _is_direct(passage: Passage, quotation: Span, verbs: Sequence[Span]) -> bool:
    """Whether a quotation is speech of its own, not a term or the end of a reported clause."""
    words = len(passage.words_in(quotation))
    if words < _QUOTATION_WORDS or is_before_that(passage, quotation.start - 1):
        return False
    if any(_reaches(passage, verb, quotation) for verb in verbs):
        return False
    before = passage.slice(Span(passage.span.start, quotation.start)).rstrip('"“„«»‘ \u00a0\u202f')
    follows_verb = any(0 <= quotation.start - verb.end <= 4 for verb in verbs)
    return not before.strip(" -–—") or before.endswith((",", ":", "–", "—")) or follows_verb


def _reaches(passage: Passage, verb: Span, quotation: Span) -> bool:
    """Whether a quotation is the end of what a verb's "that" opens ("said that the deal was “a gift”")."""
    clauses = (that for that in passage.outside("that") if verb.end <= that.start < quotation.start)
    return any(len(passage.words_in(Span(that.end, quotation.start))) >= 2 for that in clauses)


def _read_quotations(
    passage: Passage, quoted: Sequence[Span], speaker: Speaker | None, speaker_before: Speaker | None
) -> Iterator[Assertion]:
    """Read direct speech; without a speaker of its own it goes on from the sentence before."""
    loaded = bool(passage.outside("loaded_verb"))
    accuses = bool(passage.outside("accuse"))
    for quotation in quoted:
        yield Assertion(
            span=trim(passage, quotation),
            passage=passage,
            speaker=speaker or speaker_before,
            direct=True,
            loaded_verb=loaded,
            accuses=accuses,
        )


def _read_phrase(passage: Passage, pack: Pack, register: Register) -> list[Assertion]:
    """Read "according to X, Y" and "Y, according to X"."""
    marked = marked_source(passage, pack)
    if not marked:
        return []
    start, end = min(span.start for span in marked), max(span.end for span in marked)
    sides = Span(passage.span.start, start), Span(end, passage.span.end)
    counts = [len(passage.words_in(side)) for side in sides]
    is_inside = min(counts) > _QUOTATION_WORDS and ";" not in passage.text
    said = passage.span if is_inside else sides[counts.index(max(counts))]
    speaker = register.name(passage, marked[1])
    return [Assertion(span=trim(passage, said), passage=passage, speaker=speaker)]


def _read_theirs(passage: Passage, register: Register) -> list[Assertion]:
    """Read "in her view, Y"."""
    for marker in passage.outside("theirs"):
        sides = Span(passage.span.start, marker.start), Span(marker.end, passage.span.end)
        said = max(sides, key=lambda side: len(passage.words_in(side)))
        speaker = opening_body(passage, marker, register) or register.mentioned(marker)
        return [Assertion(span=trim(passage, said), passage=passage, speaker=speaker)] if speaker else []
    return []


def _read_opener(passage: Passage, verbs: Sequence[Span], pack: Pack, register: Register) -> list[Assertion]:
    """Read "As X reported, Y" and "Как пишет X, Y"."""
    comma = re.search(r",\s", passage.text)
    if not comma or not verbs or passage.tokens[0].word not in pack.words["openers"]:
        return []
    opening = Span(passage.span.start, passage.span.start + comma.start())
    verb = next((verb for verb in verbs if opening.holds(verb)), None)
    if verb is None or len(passage.words_in(Span(opening.end, passage.span.end))) < _QUOTATION_WORDS:
        return []
    first = passage.tokens[0].end
    after, before = Span(verb.end, opening.end), Span(first, verb.start)
    phrase = max((after, before), key=lambda side: len(passage.words_in(side)))
    relays = [marker.start for marker in passage.find("before", phrase)]
    source = clean_phrase(passage, trim(passage, Span(phrase.start, min([phrase.end, *relays]))), pack)
    if source is None:
        return []
    return [_reported(passage, Span(opening.end, passage.span.end), register.name(passage, source), verb)]


def _read_leaning(passage: Passage) -> list[Assertion]:
    """Read "A video shared online shows …": the sentence leans on what it begins with."""
    comma = passage.text.find(",")
    if comma > 0 and words_before(passage, passage.span.start + comma) <= _OPENING_WORDS:
        comma = passage.text.find(",", comma + 1)
    part = Span(passage.span.start, passage.span.start + comma if comma > 0 else passage.span.end)
    for standing, sign in _LEANINGS:
        vague = passage.find("unnamed_verb")
        hits = sorted(
            hit
            for hit in passage.outside(standing)
            if part.holds(hit) and not any(hit.meets(verb) for verb in vague)
        )
        if hits and passage.outside(sign) and words_before(passage, hits[0].start) <= _LEANING_WORDS + 2:
            near = [hit for hit in hits if words_before(passage, hit.start) <= 2 * _LEANING_WORDS]
            opening = last_comma(passage, hits[0].start)
            start = passage.span.start if opening is None else opening + 1
            name = passage.slice(Span(start, near[-1].end)).strip()
            speaker = Speaker(name=name, standing=standing)
            return [Assertion(span=trim(passage, passage.span), passage=passage, speaker=speaker)]
    return []


def _read_accusing(passage: Passage, pack: Pack, register: Register) -> list[Assertion]:
    """Read "X accused Y of …": what is asserted begins with the verb."""
    for verb in passage.outside("accuse"):
        subject = subject_before(passage, verb, pack)
        if subject and len(passage.words_in(Span(verb.end, passage.span.end))) >= _QUOTATION_WORDS:
            said = trim(passage, Span(verb.start, passage.span.end))
            return [
                Assertion(span=said, passage=passage, speaker=register.name(passage, subject), accuses=True)
            ]
    return []


def _read_verbs(passage: Passage, verbs: Sequence[Span], pack: Pack, register: Register) -> list[Assertion]:
    """Read "Y, X said" by the last verb, else "X said that Y" and "X said Y" by the first that fits."""
    is_closing = bool(verbs) and complement_start(passage, verbs[-1], pack) is None
    last = _said_before(passage, verbs[-1], pack) if is_closing else None
    if last:
        is_pronoun = hanging_pronoun(passage, last[1], pack) is not None
        body = opening_body(passage, last[1], register) if is_pronoun else None
        return [_reported(passage, last[0], body or register.name(passage, last[1]), verbs[-1])]
    for index, verb in enumerate(verbs):
        start = complement_start(passage, verb, pack)
        if start is not None:
            subject = subject_before(passage, verb, pack)
            if subject:
                return _read_complement(passage, start, register.name(passage, subject), verbs[index:], pack)
        said = _said_before(passage, verb, pack)
        if said:
            return [_reported(passage, said[0], register.name(passage, said[1]), verb)]
    return []


def _read_complement(
    passage: Passage, start: int, speaker: Speaker, verbs: Sequence[Span], pack: Pack
) -> list[Assertion]:
    """Read what follows a verb, and what follows a second verb with the same subject."""
    for verb in verbs[1:]:
        join, second = join_before(passage, start, verb, pack), complement_start(passage, verb, pack)
        if join is not None and second is not None:
            return [
                _reported(passage, Span(start, join), speaker, verbs[0]),
                _reported(passage, Span(second, passage.span.end), speaker, verb),
            ]
    return [_reported(passage, Span(start, passage.span.end), speaker, verbs[0])]


def _reported(passage: Passage, span: Span, speaker: Speaker, verb: Span) -> Assertion:
    loaded = verb in passage.find("loaded_verb")
    return Assertion(span=trim(passage, span), passage=passage, speaker=speaker, loaded_verb=loaded)


def _said_before(passage: Passage, verb: Span, pack: Pack) -> tuple[Span, Span] | None:
    """Return what stands before "…, X said" and the speaker."""
    comma = last_comma(passage, verb.start)
    if comma is None or words_before(passage, comma) < _QUOTATION_WORDS:
        return None
    follows_comma = words_before(passage, verb.start) - words_before(passage, comma) <= 1
    after = subject_after(passage, verb, pack) if follows_comma else None
    before = subject_before(passage, verb, pack)
    if before and closes_aside(passage, verb, pack):
        after = None
    source = after or before
    if source is None:
        return None
    end = min(comma, source.start)
    return (Span(passage.span.start, end), source) if words_before(passage, end) >= _QUOTATION_WORDS else None
