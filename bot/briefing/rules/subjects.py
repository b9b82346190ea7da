"""Who says something: the noun phrase before or behind a verb of speech."""

import re
from collections.abc import Sequence

from bot.briefing.rules.clauses import (
    MARKS,
    MAX_PHRASE_WORDS,
    TERM_WORDS,
    clean_phrase,
    hanging_pronoun,
    is_relative,
    is_term,
    last_comma,
    nominal_length,
    opens_with_preposition,
    own_words_before,
    parts_of,
    words_before,
)
from bot.briefing.rules.names import person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

_EDGE = ' \t\r\n\u00a0\u202f"“”„«»‘‚.,;:–—-'
_FRAME = 6
"""Characters of marks and dashes between speech and the verb that frames it."""
_OBLIQUE = re.compile(r"(?:[ауюеі]|ой|ою|ому|ему|ом|ым|им|ем|єм|ові|еві|ых|их)$")
"""Endings of a surname that is no subject; a woman's in -а is taken for one of these, to be safe."""
_PHRASE_END = re.compile(r"[\"“«„;:]|[.!?…]\s*$|\s[–—-]\s")


def subject_before(passage: Passage, verb: Span, pack: Pack) -> Span | None:
    """Return the noun phrase before a verb: the last part between commas, or the one before an apposition."""
    parts = parts_of(passage, own_words_before(passage, verb))
    if not parts:
        return None
    place = speaking_place(passage, verb, parts[-1], pack)
    phrase = place or _phrase_before(passage, verb, parts, pack)
    if phrase is None:
        return None
    for said in (*passage.outside("say"), *passage.outside("loaded_verb")):
        if said.start == phrase.start:
            is_frame = any(0 <= said.start - quotation.end <= _FRAME for quotation in passage.quotations)
            return subject_after(passage, said, pack) if is_frame else None
    return hanging_pronoun(passage, phrase, pack) or phrase


def speaking_place(passage: Passage, verb: Span, phrase: Span, pack: Pack) -> Span | None:
    """Return the body in "отметили в ведомстве": a verb without a subject beside the place that speaks."""
    words = passage.words_in(phrase)
    if len(words) < 2 or words[0].word not in pack.words["places"]:
        return None
    if not passage.words_in(verb)[-1].word.endswith(pack.people.plural_endings):
        return None
    place = Span(words[1].start, words[min(len(words), MAX_PHRASE_WORDS) - 1].end)
    if pack.nouns_capitalised and len(words) <= MAX_PHRASE_WORDS:
        return place
    kinds = ("neutral", "interested", "relayed", "unnamed", "accuser")
    is_named = any(place.holds(quotation) for quotation in passage.quotations)  # «Порт-Инвест»
    return place if is_named or any(passage.find(kind, place) for kind in kinds) else None


def _phrase_before(passage: Passage, verb: Span, parts: Sequence[Span], pack: Pack) -> Span | None:
    gap = passage.slice(Span(parts[-1].end, verb.start))
    last = clean_phrase(passage, parts[-1], pack)
    if (
        last is not None
        and not gap.strip(_EDGE)
        and not re.search(r"[,–—]", gap)
        and not is_relative(passage, last, pack)
    ):
        return last
    for place in range(len(parts) - 1, max(-1, len(parts) - 4), -1):
        part = parts[place]
        is_aside = is_relative(passage, part, pack) or (
            place > 0 and _is_somebodys(passage, part, parts[place - 1], pack)
        )
        if person_in(passage.slice(part), part.start, pack) and not is_aside:
            return clean_phrase(passage, part, pack)
    named = parts[-1]
    if len(parts) > 1 and _is_name(passage, named):
        return clean_phrase(passage, named, pack)
    earlier = parts[-2:-1] or parts[-1:]
    return next(
        (phrase for phrase in (clean_phrase(passage, part, pack) for part in earlier) if phrase), last
    )


def _is_somebodys(passage: Passage, part: Span, before: Span, pack: Pack) -> bool:
    """Whether a part tells whose lawyer or sister the person is whose name stands before it."""
    opening = Span(part.start, passage.words_in(part)[:2][-1].end)
    is_told = any(passage.find(list_, opening) for list_ in ("relations", "circles"))
    return is_told and person_in(passage.slice(before), before.start, pack) is not None


def _is_name(passage: Passage, part: Span) -> bool:
    """Whether a part is nothing but capitalised words: the name behind "The owner, Brightcoat Ltd,"."""
    words = passage.words_in(part)
    return len(words) <= 5 and all(passage.slice(Span(word.start, word.end))[0].isupper() for word in words)


def is_apposition(passage: Passage, name: Span, pack: Pack) -> bool:
    """Whether a person's name stands between commas behind an office that opens the sentence."""
    if not person_in(passage.slice(name), name.start, pack):
        return False
    opening = Span(passage.span.start, name.start)
    words = passage.words_in(opening)
    roles = [hit for list_ in ("roles", "interested", "neutral") for hit in passage.find(list_, opening)]
    is_office = any(words_before(passage, role.start) <= 1 for role in roles)
    named = person_in(passage.slice(opening), opening.start, pack)
    return (
        is_office
        and not named
        and len(words) <= MAX_PHRASE_WORDS
        and passage.slice(opening).rstrip().endswith(",")
    )


def office_start(passage: Passage, end: int) -> int:
    """Return where the office before a name begins ("Y, the club's chair, Ann Poole, said"), else `end`."""
    name = last_comma(passage, end)
    is_behind = name is not None and not passage.words_in(Span(name, end))
    comma = last_comma(passage, name) if is_behind and name is not None else name
    if comma is None or passage.slice(Span(comma, end)).rstrip().count(",") > 1:
        return end
    office = Span(comma + 1, end)
    hits = (*passage.find("roles", office), *passage.find("interested", office))
    is_office = bool(hits) and len(passage.words_in(office)) <= MAX_PHRASE_WORDS
    return comma if is_office and words_before(passage, comma) >= TERM_WORDS else end


def subject_after(passage: Passage, verb: Span, pack: Pack) -> Span | None:
    """Return the noun phrase after a verb ("said the union's secretary, Paula Derrin")."""
    text = passage.slice(Span(verb.end, passage.span.end))
    if re.match(r"\s*[,:;]", text):
        return None
    hanging = re.match(r"-(?:t-)?\w+", text)
    if hanging:
        return hanging_pronoun(passage, Span(verb.end, verb.end + hanging.end()), pack)
    mark = _PHRASE_END.search(_without_terms(passage, text, verb.end))
    ends = [mark.start()] if mark else []
    ends += [hit.start - verb.end for hit in passage.find("that") if hit.start > verb.end]
    ends += [hit.start - verb.end for hit in passage.find("particle") if hit.start > verb.end]
    parts = re.findall(r"[^,]+", text[: min(ends, default=len(text))])
    if not parts or not parts[0].strip():
        return None
    length = len(parts[0])
    begin = _after_date(passage, Span(verb.end, verb.end + length), pack)
    aside = [hit.end for hit in passage.find("in_turn") if 0 <= hit.start - begin <= 1]
    begin = aside[0] if aside else begin
    if pack.nouns_capitalised:
        begin = _after_adverbial(passage, Span(begin, verb.end + length), pack)
    if len(parts) > 1 and person_in(parts[1], 0, pack) and not person_in(parts[0], 0, pack):
        length += len(parts[1]) + 1
    phrase = Span(begin, verb.end + length)
    words = passage.words_in(phrase)
    if words and opens_with_preposition(words, pack):
        return (
            _written_place(passage, verb, phrase, pack)
            or speaking_place(passage, verb, phrase, pack)
            or _person_behind(passage, phrase, pack)
        )
    return clean_phrase(passage, phrase, pack)


def _written_place(passage: Passage, verb: Span, phrase: Span, pack: Pack) -> Span | None:
    """Return the document of "ідеться у звіті": an impersonal verb and what stands behind its preposition."""
    words = passage.words_in(phrase)[:MAX_PHRASE_WORDS]
    spelled = [word.word for word in passage.words_in(verb)]
    if len(words) < 2 or pack.words["impersonal"].isdisjoint((spelled[-1], " ".join(spelled))):
        return None
    place = Span(words[1].start, words[-1].end)
    return place if passage.find("document", place) or passage.find("neutral", place) else None


def _without_terms(passage: Passage, text: str, offset: int) -> str:
    """Blank the marks around names and terms: they end no noun phrase."""
    for quotation in passage.quotations:
        if quotation.start > offset and is_term(passage, quotation):
            start, end = quotation.start - offset - 1, quotation.end - offset + 1
            text = text[:start] + MARKS.sub("_", text[start:end]) + text[end:]
    return text


def _after_adverbial(passage: Passage, phrase: Span, pack: Pack) -> int:
    """Return where a noun phrase begins behind "am Abend" or "auf Anfrage", where nouns are capitalised."""
    words = passage.words_in(phrase)
    if not words or words[0].word not in pack.words["prepositions"]:
        return phrase.start
    rest = Span(words[0].end, phrase.end)
    count = 1 + nominal_length(passage, rest, pack)
    return words[count].start if count < len(words) else phrase.start


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
    behind = [word for word in words if word.start > dates[0].end] if is_date else []
    while behind and behind[0].word in pack.words["adverbs"]:
        behind = behind[1:]
    return phrase.start if not is_date else behind[0].start if behind else phrase.end
