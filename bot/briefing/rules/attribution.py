"""Who says what: the assertions of each sentence, with the speaker behind each."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from bot.briefing.rules.assertion import QUOTATION_WORDS, Assertion, report, reporting_verbs
from bot.briefing.rules.clauses import (
    MAX_PHRASE_WORDS,
    clean_phrase,
    hanging_pronoun,
    is_before_that,
    parts_of,
    to_semicolon,
    trim,
)
from bot.briefing.rules.closing import accused_before, said_before
from bot.briefing.rules.complements import complement_start, is_participle, join_before
from bot.briefing.rules.inserted import called_by, inserted_source, source_before_colon
from bot.briefing.rules.names import People, capitalised_runs
from bot.briefing.rules.offices import Offices
from bot.briefing.rules.openings import read_leaning, read_opener, read_phrase, read_shown, read_theirs
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.sourcing import frame_speaker, opening_body
from bot.briefing.rules.speakers import Register, Speaker
from bot.briefing.rules.subjects import subject_after, subject_before
from bot.briefing.rules.turns import split_turns

_SOURCES = ("interested", "neutral", "accuser", "unnamed", "relayed", "roles")
_CLOSING_WORDS = 4
"""Words behind a verb that closes its sentence: when, where, to whom."""


def read_assertions(passages: Sequence[Passage], pack: Pack) -> dict[int, list[Assertion]]:
    """Return the assertions by sentence number; hostile passages assert nothing."""
    register = Register(pack=pack, people=People(pack), offices=Offices(pack))
    found: dict[int, list[Assertion]] = {}
    paragraph = 0
    for passage in passages:
        if passage.hostile or passage.heading:
            continue
        runs = capitalised_runs(passage.text, passage.span.start, pack, several=True)
        register.meet(passage, runs)
        if passage.paragraph != paragraph:
            paragraph, speaker_before = passage.paragraph, None
        else:
            speaker_before = register.last
        found[passage.number] = assertions = list(_read_turns(passage, pack, register, speaker_before))
        speakers = [assertion.speaker for assertion in assertions if assertion.speaker]
        if not speakers:
            register.notice(passage, runs)
        register.last = speakers[-1] if speakers else register.last
    return found


def _read_turns(
    passage: Passage, pack: Pack, register: Register, speaker_before: Speaker | None
) -> Iterator[Assertion]:
    """Read a sentence, each party's part by itself where one speaks after another."""
    parts = split_turns(passage, pack)
    if len(parts) == 1:
        yield from _read(passage, pack, register, speaker_before)
        return
    for part in parts:
        for assertion in _read(part, pack, register, speaker_before):
            if assertion.speaker:
                yield replace(assertion, passage=passage)


def _read(
    passage: Passage, pack: Pack, register: Register, speaker_before: Speaker | None
) -> Iterator[Assertion]:
    verbs = reporting_verbs(passage)
    quoted = [quotation for quotation in passage.quotations if _is_direct(passage, quotation, verbs)]
    if quoted and not _ends_in_quotation(passage, quoted[0]):
        frame = frame_speaker(passage, verbs, quoted[0], pack, register)
        yield from _read_quotations(passage, quoted, frame, speaker_before)
        return
    yield from (
        read_theirs(passage, pack, register)
        or read_opener(passage, verbs, pack, register)
        or read_shown(passage, pack)
        or _read_colon(passage, pack, register)
        or read_phrase(passage, pack, register)
        or _read_inserted(passage, verbs, pack, register)
        or _read_accusing(passage, pack, register)
        or _read_verbs(passage, verbs, pack, register)
        or read_leaning(passage, pack)
        or _read_called(passage, pack, register)
        or [Assertion(span=trim(passage, passage.span), passage=passage, speaker=_still(passage, register))]
    )


def _ends_in_quotation(passage: Passage, quotation: Span) -> bool:
    """Whether "in her view" opens a clause that only ends in somebody's words."""
    theirs = (marker for marker in passage.outside("theirs") if marker.end < quotation.start)
    return any(
        len(passage.words_in(Span(marker.end, quotation.start))) > QUOTATION_WORDS for marker in theirs
    )


def _still(passage: Passage, register: Register) -> Speaker | None:
    """Return the last speaker when the sentence's mood goes on reporting, as German does."""
    comma = passage.text.find(",")
    end = passage.span.start + comma if comma > 0 else passage.span.end
    is_reported = any(mood.end <= end for mood in passage.outside("reported_mood"))
    return register.last if is_reported and not passage.outside("unnamed_verb") else None


def _is_direct(passage: Passage, quotation: Span, verbs: Sequence[Span]) -> bool:
    """Whether a quotation is speech of its own, not a term or the end of a reported clause."""
    words = len(passage.words_in(quotation))
    if words < QUOTATION_WORDS or is_before_that(passage, quotation.start - 1):
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


def _read_inserted(
    passage: Passage, verbs: Sequence[Span], pack: Pack, register: Register
) -> list[Assertion]:
    """Read "Y, said X, Z"."""
    found = inserted_source(passage, verbs, pack)
    if found is None:
        return []
    said, source, verb = found
    return [report(passage, said, register.name(passage, source), verb)]


def _read_called(passage: Passage, pack: Pack, register: Register) -> list[Assertion]:
    """Read "X called the plan a gift"."""
    found = called_by(passage, pack)
    return (
        [Assertion(span=found[0], passage=passage, speaker=register.name(passage, found[1]))] if found else []
    )


def _read_colon(passage: Passage, pack: Pack, register: Register) -> list[Assertion]:
    """Read "a version that a source contradicts: Y"."""
    found = source_before_colon(passage, pack)
    return (
        [Assertion(span=found[0], passage=passage, speaker=register.name(passage, found[1]))] if found else []
    )


def _read_accusing(passage: Passage, pack: Pack, register: Register) -> list[Assertion]:
    """Read "X accused Y of …", where what is asserted begins with the verb, and "Y, wirft ihm X vor"."""
    for verb in passage.outside("accuse"):
        if closing := accused_before(passage, verb, pack):
            said, source = trim(passage, closing[0]), register.name(passage, closing[1])
            return [Assertion(span=said, passage=passage, speaker=source, accuses=True)]
        subject = register.opening(passage, verb) or _of_main_clause(
            passage, verb, subject_before(passage, verb, pack)
        )
        if subject and len(passage.words_in(Span(verb.end, passage.span.end))) >= QUOTATION_WORDS:
            said = trim(passage, Span(verb.start, passage.span.end))
            return [
                Assertion(span=said, passage=passage, speaker=register.name(passage, subject), accuses=True)
            ]
    return []


def _of_main_clause(passage: Passage, verb: Span, phrase: Span | None) -> Span | None:
    """Return who begins the clause before ", accusing …": what opens it up to a word for a source."""
    if phrase is None or not passage.slice(Span(phrase.end, verb.start)).lstrip().startswith(","):
        return phrase
    words = passage.words_in(phrase)
    opening = Span(phrase.start, words[min(len(words), MAX_PHRASE_WORDS) - 1].end)
    hits = [hit for list_ in _SOURCES for hit in passage.find(list_, opening)]
    if hits:
        return Span(phrase.start, max(hit.end for hit in hits))
    return phrase if len(words) <= MAX_PHRASE_WORDS else None


def _read_verbs(passage: Passage, verbs: Sequence[Span], pack: Pack, register: Register) -> list[Assertion]:
    """Read "Y, X said" by the last verb, else "X said that Y" and "X said Y" by the first that fits."""
    is_closing = (
        bool(verbs)
        and complement_start(passage, verbs[-1], pack) is None
        and not _is_inside_complement(passage, verbs, pack)
    )
    last = said_before(passage, verbs[-1], pack) if is_closing else None
    if last:
        is_pronoun = hanging_pronoun(passage, last[1], pack) is not None
        body = opening_body(passage, last[1], register) if is_pronoun else None
        return [report(passage, last[0], body or register.name(passage, last[1]), verbs[-1])]
    for index, verb in enumerate(verbs):
        start = complement_start(passage, verb, pack)
        if start is not None:
            subject = (
                register.opening(passage, verb)
                or subject_before(passage, verb, pack)
                or subject_after(passage, verb, pack)
            )
            if subject and is_participle(passage, verb, pack):
                subject = _of_main_clause(passage, verb, subject)
            if subject:
                speaker = _veil(passage, verb, register.name(passage, subject), pack)
                return _read_complement(passage, start, speaker, verbs[index:], pack)
            if _drops_subject(passage, verb, pack) and (unsaid := register.unsaid(passage, verb)):
                return _read_complement(passage, start, unsaid, verbs[index:], pack)
        said = said_before(passage, verb, pack)
        if said:
            return [report(passage, said[0], register.name(passage, said[1]), verb)]
    return []


def _drops_subject(passage: Passage, verb: Span, pack: Pack) -> bool:
    """Whether a verb opens its sentence and leaves its subject out ("También aseguró que …")."""
    before = passage.words_in(Span(passage.span.start, verb.start))
    opening = pack.words["adverbs"] | pack.words["joints"]
    is_singular = passage.words_in(verb)[-1].word.endswith(pack.people.elided_endings)
    return is_singular and all(word.word in opening for word in before)


def _veil(passage: Passage, verb: Span, speaker: Speaker, pack: Pack) -> Speaker:
    """Return a source without a face for "Aus dem Rathaus heißt es": a house speaks, and nobody in it."""
    is_house = pack.nouns_capitalised and passage.words_in(verb)[-1].word == "es"
    return replace(speaker, standing="unnamed") if is_house and speaker.standing == "interested" else speaker


def _is_inside_complement(passage: Passage, verbs: Sequence[Span], pack: Pack) -> bool:
    """Whether the last verb is part of what an earlier one's "that" opens, with more behind it than when."""
    last = verbs[-1]
    if _is_about_another(passage, verbs, pack):
        return True
    before = passage.slice(Span(passage.span.start, last.start)).rstrip()
    if before.endswith((",", "–", "—", '"', "”", "»")):
        return False
    opened = any(verbs[0].end <= that.start < last.start for that in passage.find("that"))
    return opened and len(passage.words_in(Span(last.end, passage.span.end))) > _CLOSING_WORDS


def _is_about_another(passage: Passage, verbs: Sequence[Span], pack: Pack) -> bool:
    """Whether the last verb is another's, told by the first ("X said the firm, Nordbau, had warned").

    Its subject is parted from it by a comma, and stands behind the first verb.
    """
    first, last = verbs[0], verbs[-1]
    if first == last or not subject_before(passage, first, pack):
        return False
    told = parts_of(passage, Span(first.end, last.start))
    parts = [part for part in told if clean_phrase(passage, part, pack)]
    if len(parts) < 2 or len(passage.words_in(parts[0])) > MAX_PHRASE_WORDS:
        return False
    return "," in passage.slice(Span(parts[-1].end, last.start))


def _read_complement(
    passage: Passage, start: int, speaker: Speaker, verbs: Sequence[Span], pack: Pack
) -> list[Assertion]:
    """Read what follows a verb, and what follows a second verb with the same subject."""
    for verb in verbs[1:]:
        join, second = join_before(passage, start, verb, pack), complement_start(passage, verb, pack)
        if join is not None and second is not None:
            return [
                report(passage, Span(start, join), speaker, verbs[0]),
                report(passage, Span(second, passage.span.end), speaker, verb),
            ]
    said = to_semicolon(passage, Span(start, passage.span.end))
    return [report(passage, said, speaker, verbs[0])]
