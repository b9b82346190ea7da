"""Parts of a sentence: what a noun phrase is, where commas part it, what is a term and what is speech."""

import re
from collections.abc import Sequence

from bot.briefing.rules.lexicon import Token
from bot.briefing.rules.names import NAME_RUN, person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

MARKS = re.compile(r"[\"“”„«»]")
MAX_PHRASE_WORDS = 7
"""Words of a noun phrase that names a place or an office."""
TERM_WORDS = 3
"""Quotations below this many words are names and terms, part of the phrase they stand in."""
_BODIES = ("interested", "neutral", "relayed", "sites")
_PART = re.compile(r"(?:[^,;:–—\"“”«»„‘()]|(?<=\d),(?=\d))+")
_EDGE = ' \t\r\n\u00a0\u202f"“”„«»‘‚.,;:–—-'


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


def to_semicolon(passage: Passage, span: Span) -> Span:
    """Return a span up to its first semicolon outside quotations, if more than a term stands before that."""
    for found in re.finditer(";", passage.slice(span)):
        place = span.start + found.start()
        is_quoted = any(quotation.start <= place < quotation.end for quotation in passage.quotations)
        if not is_quoted and len(passage.words_in(Span(span.start, place))) >= TERM_WORDS:
            return Span(span.start, place)
    return span


def is_before_that(passage: Passage, place: int) -> bool:
    """Whether the word before `place` opens what was said ("that")."""
    return any(0 <= place - that.end <= 3 for that in passage.find("that"))


def hanging_pronoun(passage: Passage, phrase: Span, pack: Pack) -> Span | None:
    """Return the pronoun that hangs on its verb by a hyphen ("avait-il alors déclaré")."""
    for word in passage.words_in(phrase):
        hangs = passage.slice(Span(max(passage.span.start, word.start - 1), word.start)) == "-"
        if hangs and (word.word in pack.words["pronouns"] or word.word in pack.words["others"]):
            return Span(word.start, word.end)
    return None


def is_term(passage: Passage, quotation: Span) -> bool:
    """Whether a quotation is a name or a term, not speech; what opens a sentence and ends in a comma is."""
    if _is_name_of_body(passage, quotation):
        return True
    if len(passage.words_in(quotation)) >= TERM_WORDS:
        return False
    if quotation.start - passage.span.start > 1:
        return True
    after = passage.slice(Span(quotation.end, passage.span.end))
    return not re.match(r"[\"“”»’]?\s?(?:,|[–—])|[,!?…]", after) and not passage.slice(quotation).endswith(
        (",", "!", "?", "…")
    )


def _is_name_of_body(passage: Passage, quotation: Span) -> bool:
    """Whether a quotation is the name behind a word for a body (the faction "Town and Order")."""
    if len(passage.words_in(quotation)) > MAX_PHRASE_WORDS or not passage.slice(quotation)[:1].isupper():
        return False
    bodies = (hit for list_ in _BODIES for hit in passage.find(list_))
    return any(1 < quotation.start - body.end <= 2 for body in bodies)


def parts_of(passage: Passage, span: Span) -> list[Span]:
    """Split at punctuation; the marks around a name part nothing."""
    text = passage.slice(span)
    for quotation in passage.quotations:
        if span.holds(quotation) and is_term(passage, quotation):
            start, end = quotation.start - span.start - 1, quotation.end - span.start + 1
            text = text[: max(0, start)] + MARKS.sub("_", text[max(0, start) : end]) + text[end:]
    found = [Span(span.start + m.start(), span.start + m.end()) for m in _PART.finditer(text)]
    return [part for part in found if passage.words_in(part)]


def own_words_before(passage: Passage, verb: Span) -> Span:
    """Return what stands between the last quotation, or the sentence's start, and a verb."""
    ends = [q.end for q in passage.quotations if q.end <= verb.start and not is_term(passage, q)]
    return Span(max([passage.span.start, *ends]), verb.start)


def is_relative(passage: Passage, span: Span, pack: Pack) -> bool:
    """Whether a part is an aside about somebody named before; a capital opens a sentence instead."""
    words = passage.words_in(span)
    return (
        len(words) > 1
        and words[0].word in pack.words["relatives"]
        and passage.slice(span).lstrip()[0].islower()
    )


def closes_aside(passage: Passage, verb: Span, pack: Pack) -> bool:
    """Whether a verb follows an aside about its subject ("Engen, who took no part, called …").

    So is "on condition of anonymity".
    """
    parts = parts_of(passage, own_words_before(passage, verb))
    if not parts:
        return False
    words = passage.words_in(parts[-1])
    whole = Span(words[0].start, words[-1].end)
    is_nameless = len(parts) > 1 and len(words) > 1 and whole in passage.find("unnamed", whole)
    return is_nameless or is_relative(passage, parts[-1], pack)


def nominal_length(passage: Passage, phrase: Span, pack: Pack) -> int:
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
    citing = [
        marker.start
        for category in ("before", "unbacked")  # "the firm declined to say where, but added"
        for marker in passage.find(category, span)
        if words and marker.start > words[0].start
    ]
    words = passage.words_in(Span(span.start, min([span.end, *citing])))
    while words:
        last = Span(words[0].start, words[-1].end)
        loose = [
            hit
            for hit in passage.find("auxiliaries", last)
            if hit.end == last.end
            and not _is_capital_within(passage, hit, last)  # "Quai Est"
            and not any(quotation.holds(hit) for quotation in passage.quotations)
        ]
        if not loose:
            break
        words = [word for word in words if word.end <= min(hit.start for hit in loose)]
    asked = [number for number, word in enumerate(words) if word.word in pack.words["whats"]]
    words = words[asked[-1] + 1 :] if asked else words
    opening = pack.words["joints"] | pack.words["adverbs"]
    while words and words[0].word in opening:
        words = words[1:]
    nobody = {hit.start for hit in passage.find("negation", span)}
    if not any(word.word.isalpha() and word.start not in nobody for word in words):
        return None
    if opens_with_preposition(words, pack) and not person_in(passage.slice(span), span.start, pack):
        return None
    return Span(words[0].start, words[-1].end)


def _is_capital_within(passage: Passage, hit: Span, phrase: Span) -> bool:
    """Whether a small word is written large behind others: then it belongs to a name."""
    return hit.start > phrase.start and passage.slice(hit)[0].isupper()


def opens_with_preposition(words: Sequence[Token], pack: Pack) -> bool:
    """Whether a phrase begins with a preposition; French "des" is an article, too."""
    first = words[0].word
    return first in pack.words["prepositions"] and first not in pack.words["indefinite"]


def words_before(passage: Passage, place: int) -> int:
    """Count the words of a sentence before an offset."""
    return len(passage.words_in(Span(passage.span.start, place)))


def last_comma(passage: Passage, place: int) -> int | None:
    """Return the offset of the last comma before `place`, None without one."""
    found: Sequence[re.Match[str]] = list(
        re.finditer(r"[,;]|\s[–—]\s", passage.slice(Span(passage.span.start, place)))
    )
    return passage.span.start + found[-1].start() if found else None


def with_name(passage: Passage, span: Span) -> Span:
    """Return a source's kind with the name behind it ("the channel “Night Watch”")."""
    rest = passage.slice(Span(span.end, passage.span.end))
    quoted = re.match(r"\s+[«„“\"][^«»„“”\"]{2,40}[»“”\"]", rest)
    name = quoted or re.match(r"\s+" + NAME_RUN, rest)
    return Span(span.start, span.end + name.end()) if name else span
