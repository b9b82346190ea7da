"""Sentences that name their source as they open: "As X reported", "in her view", "A clip shows"."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.briefing.rules.assertion import QUOTATION_WORDS, Assertion, report, reporting_verbs
from bot.briefing.rules.clauses import (
    clean_phrase,
    last_comma,
    to_semicolon,
    trim,
    with_name,
    words_before,
)
from bot.briefing.rules.names import person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.sourcing import announced_by, marked_source, opening_body
from bot.briefing.rules.speakers import Register, Speaker
from bot.briefing.rules.standings import Standing, named_sites
from bot.briefing.rules.subjects import speaking_place, subject_before

_LEANINGS: tuple[tuple[Standing, str], ...] = (("relayed", "relays"), ("unnamed", "unnamed_verb"))
_LEANING_WORDS = 4
"""Words before a post or a group that a sentence begins with."""
_OPENING_WORDS = 5
"""Words of an opening that only says when or where ("On social networks, a video …")."""


def read_phrase(passage: Passage, pack: Pack, register: Register) -> list[Assertion]:
    """Read "according to X, Y" and "Y, according to X"."""
    marked = marked_source(passage, pack)
    if not marked or _cites_aside(passage, marked[0], pack) or _follows_report(passage, marked[0]):
        return []
    start, end = min(span.start for span in marked), max(span.end for span in marked)
    sides = Span(passage.span.start, start), Span(end, passage.span.end)
    counts = [len(passage.words_in(side)) for side in sides]
    is_inside = min(counts) > QUOTATION_WORDS and ";" not in passage.text
    said = passage.span if is_inside else sides[counts.index(max(counts))]
    said = _without_aside(passage, said, pack) if said.start == end else said
    speaker = _in_circles(passage, marked, pack) or register.name(passage, marked[1])
    if speaker.standing == "interested" and _is_title(passage, marked[1], pack):
        speaker = replace(speaker, standing="relayed")
    return [Assertion(span=trim(passage, said), passage=passage, speaker=speaker)]


def _is_title(passage: Passage, source: Span, pack: Pack) -> bool:
    """Whether a source is nothing but a name in quotation marks, as outlets have them."""
    is_quoted = any(quotation.holds(source) for quotation in passage.quotations)
    return is_quoted and not any(pack.is_house(word.word) for word in passage.words_in(source))


def _without_aside(passage: Passage, said: Span, pack: Pack) -> Span:
    """Cut "who quotes a letter" off the beginning of what was said, and what follows a semicolon."""
    words = passage.words_in(said)
    comma = passage.text.find(",", words[0].end - passage.span.start) if words else -1
    start = said.start
    if words and words[0].word in pack.words["relatives"] and comma >= 0:
        start = passage.span.start + comma + 1
    return to_semicolon(passage, Span(start, said.end))


def _in_circles(passage: Passage, marked: tuple[Span, Span], pack: Pack) -> Speaker | None:
    """Return the faceless source that the marker itself is part of: "aus Kreisen" of some body."""
    hits = passage.find("unnamed", marked[0])
    if not hits or marked[1].start < marked[0].end:
        return None
    words = passage.words_in(Span(hits[0].start, marked[1].end))
    words = words[words[0].word in pack.words["prepositions"] :]
    return Speaker(name=passage.slice(Span(words[0].start, words[-1].end)), standing="unnamed")


def _cites_aside(passage: Passage, marker: Span, pack: Pack) -> bool:
    """Whether "citing a letter" only stands between a speaker and "wrote that"."""
    if words_before(passage, marker.start) < 1 or passage.slice(
        Span(passage.span.start, marker.start)
    ).rstrip().endswith(","):
        return False
    verbs = (verb for verb in reporting_verbs(passage) if verb.start > marker.end)
    return any(
        passage.find("that", Span(verb.end, passage.span.end)) and subject_before(passage, verb, pack)
        for verb in verbs
    )


def _follows_report(passage: Passage, marker: Span) -> bool:
    """Whether what is cited is what a report rests on: "Y, X reports, citing Z"."""
    before = passage.slice(Span(passage.span.start, marker.start)).rstrip()
    verbs = [verb for verb in reporting_verbs(passage) if verb.end < marker.start]
    if not before.endswith(",") or not verbs:
        return False
    comma = last_comma(passage, verbs[-1].start)
    closing = last_comma(passage, marker.start)
    if comma is None or closing is None or closing < verbs[-1].start:
        return False
    return words_before(passage, comma) >= QUOTATION_WORDS


def read_theirs(passage: Passage, pack: Pack, register: Register) -> list[Assertion]:
    """Read "in her view, Y"."""
    for marker in passage.outside("theirs"):
        sides = Span(passage.span.start, marker.start), Span(marker.end, passage.span.end)
        said = max(sides, key=lambda side: len(passage.words_in(side)))
        speaker = opening_body(passage, marker, register) or register.mentioned(marker)
        if body := announced_by(passage, marker, pack):
            said, speaker = sides[1], register.name(passage, body)
        return [Assertion(span=trim(passage, said), passage=passage, speaker=speaker)] if speaker else []
    return []


def read_opener(passage: Passage, verbs: Sequence[Span], pack: Pack, register: Register) -> list[Assertion]:
    """Read "As X reported, Y" and "Как пишет X, Y"."""
    comma = re.search(r",\s", passage.text)
    if not comma or not verbs or passage.tokens[0].word not in pack.words["openers"]:
        return []
    opening = Span(passage.span.start, passage.span.start + comma.start())
    verb = next((verb for verb in verbs if opening.holds(verb)), None)
    if verb is None or len(passage.words_in(Span(opening.end, passage.span.end))) < QUOTATION_WORDS:
        return []
    first = passage.tokens[0].end
    after, before = Span(verb.end, opening.end), Span(first, verb.start)
    phrase = max((after, before), key=lambda side: len(passage.words_in(side)))
    relays = [marker.start for marker in passage.find("before", phrase)]
    named = trim(passage, Span(phrase.start, min([phrase.end, *relays])))
    source = clean_phrase(passage, named, pack) or speaking_place(passage, verb, named, pack)
    if source is None:
        return []
    return [report(passage, Span(opening.end, passage.span.end), register.name(passage, source), verb)]


def read_shown(passage: Passage, pack: Pack) -> list[Assertion]:
    """Read "In a clip that is passed round, a voice says that Y": what a sentence sets out from."""
    first = passage.tokens[1].start if len(passage.tokens) > 1 else passage.span.end
    hits = [
        hit for hit in passage.outside("relayed") if words_before(passage, hit.start) <= _LEANING_WORDS - 1
    ]
    if not hits or not any(passage.tokens[0].start == word.start for word in passage.find("prepositions")):
        return []
    if any(words_before(passage, marker.start) == 0 for marker in passage.find("before")):
        return []
    comma = passage.text.find(",", hits[0].end - passage.span.start)
    before = [
        verb for verb in reporting_verbs(passage) if hits[0].end < verb.start < passage.span.start + comma
    ]
    said = Span(before[0].end if before else passage.span.start + comma + 1, passage.span.end)
    if comma < 0 or passage.has("gap", "denial") or len(passage.words_in(said)) < QUOTATION_WORDS:
        return []
    if any(_has_name_of_its_own(passage, verb, pack) for verb in reporting_verbs(passage)):
        return []
    speaker = Speaker(name=passage.slice(Span(first, hits[0].end)), standing="relayed")
    return [Assertion(span=trim(passage, said), passage=passage, speaker=speaker)]


def _has_name_of_its_own(passage: Passage, verb: Span, pack: Pack) -> bool:
    """Whether a body or a person says it in the clip ("In a post, the company says that …")."""
    subject = subject_before(passage, verb, pack)
    if subject is None:
        return False
    hits = [hit for list_ in ("interested", "neutral", "accuser") for hit in passage.find(list_, subject)]
    is_body = any(len(passage.words_in(Span(subject.start, hit.start))) <= 1 for hit in hits)
    return is_body or person_in(passage.slice(subject), subject.start, pack) is not None


def read_leaning(passage: Passage, pack: Pack) -> list[Assertion]:
    """Read "A video shared online shows …": the sentence leans on what it begins with."""
    comma = passage.text.find(",")
    if comma > 0 and words_before(passage, passage.span.start + comma) <= _OPENING_WORDS:
        comma = passage.text.find(",", comma + 1)
    part = Span(passage.span.start, passage.span.start + comma if comma > 0 else passage.span.end)
    for standing, sign in _LEANINGS:
        vague = passage.find("unnamed_verb")
        sites = named_sites(passage, pack) if standing == "relayed" else []
        hits = sorted(
            hit
            for hit in (*passage.outside(standing), *sites)
            if part.holds(hit) and not any(hit.meets(verb) for verb in vague)
        )
        if hits and passage.outside(sign) and words_before(passage, hits[0].start) <= _LEANING_WORDS + 2:
            near = [hit for hit in hits if words_before(passage, hit.start) <= 2 * _LEANING_WORDS]
            opening = last_comma(passage, hits[0].start)
            start = passage.span.start if opening is None else opening + 1
            end = with_name(passage, near[-1]).end if near[-1] in sites else near[-1].end
            name = passage.slice(Span(start, end)).strip()
            speaker = Speaker(name=name, standing=standing)
            said = trim(passage, to_semicolon(passage, passage.span))
            return [Assertion(span=said, passage=passage, speaker=speaker)]
    return []
