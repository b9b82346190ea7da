"""Where a sentence names its source and where what was said begins and ends."""

import re
from collections.abc import Sequence

from bot.briefing.rules.lexicon import Token
from bot.briefing.rules.names import person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

_PART = re.compile(r"(?:[^,;:–—\"“”«»„‘()]|(?<=\d),(?=\d))+")
_EDGE = ' \t\r\n\u00a0\u202f"“”„«»‘‚.,;:–—-'
_MAX_SOURCE_WORDS = 14
_MAX_BETWEEN = 10
_OBLIQUE = re.compile(r"(?:[ауюеі]|ой|ою|ому|ему|ом|ым|им|ем|єм|ові|еві|ых|их)$")
"""Endings of a surname that is no subject; a woman's in -а is taken for one of these, to be safe."""
_MAX_PLACE_WORDS = 7
_TERM_WORDS = 3
"""Quotations below this many words are names and terms, part of the phrase they stand in."""
_MARKS = re.compile(r"[\"“”„«»]")


def trim(passage: Passage, span: Span) -> Span:
    """Cut white space, quotation marks and punctuation from both ends."""
    text = passage.slice(span)
    left = len(text) - len(text.lstrip(_EDGE + "’'"))
    right = len(text) - len(text.rstrip(_EDGE + "!?…")) if len(text.strip(_EDGE)) else 0
    kept = Span(span.start + left, max(span.start + left, span.end - right))
    opened = passage.slice(kept)
    if opened.count("(") > opened.count(")") and span.end > kept.end:
        return Span(kept.start, min(span.end, kept.end + 1))
    return kept


def is_before_that(passage: Passage, place: int) -> bool:
    """Whether the word before `place` opens what was said ("that")."""
    return any(0 <= place - that.end <= 3 for that in passage.find("that"))


def subject_before(passage: Passage, verb: Span, pack: Pack) -> Span | None:
    """Return the noun phrase before a verb: the last part between commas, or the one before an apposition."""
    parts = _parts(passage, _own_words_before(passage, verb))
    if not parts:
        return None
    place = speaking_place(passage, verb, parts[-1], pack)
    phrase = place or _phrase_before(passage, verb, parts, pack)
    if phrase is None or any(said.start == phrase.start for said in passage.outside("say")):
        return None
    return hanging_pronoun(passage, phrase, pack) or phrase


def hanging_pronoun(passage: Passage, phrase: Span, pack: Pack) -> Span | None:
    """Return the pronoun that hangs on its verb by a hyphen ("avait-il alors déclaré")."""
    for word in passage.words_in(phrase):
        hangs = passage.slice(Span(max(passage.span.start, word.start - 1), word.start)) == "-"
        if hangs and (word.word in pack.words["pronouns"] or word.word in pack.words["others"]):
            return Span(word.start, word.end)
    return None


def speaking_place(passage: Passage, verb: Span, phrase: Span, pack: Pack) -> Span | None:
    """Return the body in "отметили в ведомстве": a verb without a subject beside the place that speaks."""
    words = passage.words_in(phrase)
    if len(words) < 2 or words[0].word not in pack.words["places"]:
        return None
    if not passage.words_in(verb)[-1].word.endswith(pack.people.plural_endings):
        return None
    place = Span(words[1].start, words[min(len(words), _MAX_PLACE_WORDS) - 1].end)
    kinds = ("neutral", "interested", "relayed", "unnamed", "accuser")
    return place if any(passage.find(kind, place) for kind in kinds) else None


def _phrase_before(passage: Passage, verb: Span, parts: Sequence[Span], pack: Pack) -> Span | None:
    gap = passage.slice(Span(parts[-1].end, verb.start))
    last = clean_phrase(passage, parts[-1], pack)
    if (
        last is not None
        and not gap.strip(_EDGE)
        and not re.search(r"[,–—]", gap)
        and not _is_relative(passage, last, pack)
    ):
        return last
    for part in reversed(parts[-3:]):
        if person_in(passage.slice(part), part.start, pack) and not _is_relative(passage, part, pack):
            return clean_phrase(passage, part, pack)
    named = parts[-1]
    if len(parts) > 1 and _is_name(passage, named):
        return clean_phrase(passage, named, pack)
    earlier = parts[-2:-1] or parts[-1:]
    return next(
        (phrase for phrase in (clean_phrase(passage, part, pack) for part in earlier) if phrase), last
    )


def _own_words_before(passage: Passage, verb: Span) -> Span:
    """Return what stands between the last quotation, or the sentence's start, and a verb."""
    ends = [q.end for q in passage.quotations if q.end <= verb.start and not is_term(passage, q)]
    return Span(max([passage.span.start, *ends]), verb.start)


def is_term(passage: Passage, quotation: Span) -> bool:
    """Whether a quotation is a name or a term, not speech."""
    return len(passage.words_in(quotation)) < _TERM_WORDS


def _parts(passage: Passage, span: Span) -> list[Span]:
    """Split at punctuation; the marks around a name part nothing."""
    text = passage.slice(span)
    for quotation in passage.quotations:
        if span.holds(quotation) and is_term(passage, quotation):
            start, end = quotation.start - span.start - 1, quotation.end - span.start + 1
            text = text[: max(0, start)] + _MARKS.sub("_", text[max(0, start) : end]) + text[end:]
    found = [Span(span.start + m.start(), span.start + m.end()) for m in _PART.finditer(text)]
    return [part for part in found if passage.words_in(part)]


def _is_relative(passage: Passage, span: Span, pack: Pack) -> bool:
    """Whether a part is an aside about somebody named before; a capital opens a sentence instead."""
    words = passage.words_in(span)
    return (
        len(words) > 1
        and words[0].word in pack.words["relatives"]
        and passage.slice(span).lstrip()[0].islower()
    )


def closes_aside(passage: Passage, verb: Span, pack: Pack) -> bool:
    """Whether a verb follows an aside about its subject ("Engen, who took no part, called …")."""
    parts = _parts(passage, _own_words_before(passage, verb))
    return bool(parts) and _is_relative(passage, parts[-1], pack)


def _is_name(passage: Passage, part: Span) -> bool:
    """Whether a part is nothing but capitalised words: the name behind "The owner, Brightcoat Ltd,"."""
    words = passage.words_in(part)
    return len(words) <= 5 and all(passage.slice(Span(word.start, word.end))[0].isupper() for word in words)


def subject_after(passage: Passage, verb: Span, pack: Pack) -> Span | None:
    """Return the noun phrase after a verb ("said the union's secretary, Paula Derrin")."""
    text = passage.slice(Span(verb.end, passage.span.end))
    hanging = re.match(r"-(?:t-)?\w+", text)
    if hanging:
        return hanging_pronoun(passage, Span(verb.end, verb.end + hanging.end()), pack)
    mark = re.search(r"[\"“«„;:]|[.!?…]\s*$|\s[–—-]\s", text)
    parts = re.findall(r"[^,]+", text[: mark.start()] if mark else text)
    if not parts or not parts[0].strip():
        return None
    length = len(parts[0])
    begin = _after_date(passage, Span(verb.end, verb.end + length), pack)
    aside = [hit.end for hit in passage.find("in_turn") if 0 <= hit.start - begin <= 1]
    begin = aside[0] if aside else begin
    if len(parts) > 1 and person_in(parts[1], 0, pack) and not person_in(parts[0], 0, pack):
        length += len(parts[1]) + 1
    phrase = Span(begin, verb.end + length)
    words = passage.words_in(phrase)
    if words and words[0].word in pack.words["prepositions"]:
        return speaking_place(passage, verb, phrase, pack) or _person_behind(passage, phrase, pack)
    return clean_phrase(passage, phrase, pack)


def _person_behind(passage: Passage, phrase: Span, pack: Pack) -> Span | None:
    """Return the person at the end of "said at a briefing the ministry's X"."""
    person = person_in(passage.slice(phrase), phrase.start, pack, anywhere=pack.inflected)
    if person is None or person.span.end < phrase.end - 1:
        return None
    return None if pack.inflected and _OBLIQUE.search(person.text) else person.span


def _after_date(passage: Passage, phrase: Span, pack: Pack) -> int:
    """Return where a noun phrase begins behind "on Monday"."""
    words = passage.words_in(phrase)
    first = words[1].end if len(words) > 1 else phrase.end
    dates = [date for date in passage.find("dated", phrase) if date.start < first]
    is_date = bool(dates) and (
        dates[0].start == words[0].start or words[0].word in pack.words["prepositions"]
    )
    return dates[0].end if is_date else phrase.start


def source_after(passage: Passage, marker: Span, pack: Pack) -> Span | None:
    """Return the noun phrase that follows "according to"."""
    verb = next((v for v in passage.find("say") if 0 <= v.start - marker.end <= 1), marker)
    marker = verb if verb.end < passage.span.end else marker
    text = passage.slice(Span(marker.end, passage.span.end))
    mark = re.search(r"[,;:()]|[.!?…]\s*$|\s[–—-]\s", text)
    end = marker.end + (mark.start() if mark else len(text))
    speech = [q.start - 1 for q in passage.quotations if q.start > marker.end and not is_term(passage, q)]
    phrase = Span(marker.end, min([end, *speech]))
    words = passage.words_in(phrase)[:_MAX_SOURCE_WORDS]
    if pack.nouns_capitalised:
        count = _nominal_length(passage, phrase, pack)
        words = words[:count]
    return Span(words[0].start, words[-1].end) if words else None


def _nominal_length(passage: Passage, phrase: Span, pack: Pack) -> int:
    """Count the words of a noun phrase in a language that capitalises nouns: to the noun, then genitives."""
    words = passage.words_in(phrase)
    capital = [passage.slice(Span(w.start, w.end))[0].isupper() for w in words]
    count = 0
    while count < len(words) and not capital[count]:
        count += 1
    while count < len(words):
        if capital[count]:
            count += 1
        elif words[count].word in pack.words["genitives"] and any(capital[count + 1 : count + 3]):
            count += 1 if capital[count + 1] else 2
        else:
            break
    return count


def clean_phrase(passage: Passage, span: Span, pack: Pack) -> Span | None:
    """Cut conjunctions, auxiliaries and dates from both ends of a noun phrase; None when nothing is left."""
    words = passage.words_in(span)
    while words:
        last = Span(words[0].start, words[-1].end)
        loose = [hit for hit in passage.find("auxiliaries", last) if hit.end == last.end]
        if not loose:
            break
        words = [word for word in words if word.end <= min(hit.start for hit in loose)]
    while words and words[0].word in pack.words["joints"]:
        words = words[1:]
    if not words:
        return None
    if words[0].word in pack.words["prepositions"] and not person_in(passage.slice(span), span.start, pack):
        return None
    return Span(words[0].start, words[-1].end)


def complement_start(passage: Passage, verb: Span, pack: Pack) -> int | None:
    """Return where what was said begins after its verb, None when it stands before the verb."""
    rest = Span(verb.end, passage.span.end)
    words = passage.words_in(rest)
    that = next(iter(passage.find("that", rest)), None)
    is_told = verb in passage.find("addressed")
    if that and _can_part(passage.words_in(Span(verb.end, that.start)), pack, is_told=is_told):
        return that.end
    if re.match(r":\s", passage.slice(rest)):
        return verb.end + 1
    comma = re.search(r"[,:]\s", passage.slice(rest))
    if pack.people.bare_complement == "comma" and comma:
        said = Span(verb.end + comma.end(), passage.span.end)
        is_first_clause = len(passage.words_in(Span(passage.span.start, verb.start))) <= 10
        return said.start if is_first_clause and len(passage.words_in(said)) >= 4 else None
    is_bare = pack.people.bare_complement == "verb" and len(words) >= 4
    return verb.end if is_bare and words[0].word not in pack.words["prepositions"] else None


def _can_part(between: Sequence[Token], pack: Pack, *, is_told: bool) -> bool:
    """Whether words may stand between a verb and its "that": whom it was told to, or when and where.

    Where "that" may be left out, longer words between are what was said, and "that" belongs to them.
    """
    if pack.people.bare_complement != "verb" or len(between) <= 3 or is_told:
        return len(between) <= _MAX_BETWEEN
    return between[0].word in pack.words["prepositions"] and len(between) <= _MAX_BETWEEN


def join_before(passage: Passage, start: int, verb: Span, pack: Pack) -> int | None:
    """Return where ", but reassured …" begins when a second verb shares the subject of the first."""
    if verb.start <= start:
        return None
    joined = re.search(r",?\s{1,3}\w+\s{1,3}(?:\w+\s{1,3})?$", passage.slice(Span(start, verb.start)))
    words = passage.words_in(Span(start + joined.start(), verb.start)) if joined else []
    is_joint = bool(words) and words[0].word in pack.words["joints"]
    return start + joined.start() if joined and is_joint else None


def words_before(passage: Passage, place: int) -> int:
    """Count the words of a sentence before an offset."""
    return len(passage.words_in(Span(passage.span.start, place)))


def last_comma(passage: Passage, place: int) -> int | None:
    """Return the offset of the last comma before `place`, None without one."""
    found: Sequence[re.Match[str]] = list(
        re.finditer(r"[,;]|\s[–—]\s", passage.slice(Span(passage.span.start, place)))
    )
    return passage.span.start + found[-1].start() if found else None
