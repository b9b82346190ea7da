"""Sentences that close with who said them: "Y, X said", "Y, said X" and "Y, wirft ihm X vor"."""

from bot.briefing.rules.assertion import QUOTATION_WORDS
from bot.briefing.rules.clauses import MAX_PHRASE_WORDS, closes_aside, is_relative, last_comma, words_before
from bot.briefing.rules.names import person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.subjects import is_apposition, office_start, subject_after, subject_before

_SOURCES = ("interested", "unnamed", "accuser", "neutral", "roles")


def said_before(passage: Passage, verb: Span, pack: Pack) -> tuple[Span, Span] | None:
    """Return what stands before "…, X said" and the speaker."""
    comma = last_comma(passage, verb.start)
    if comma is None or words_before(passage, comma) < QUOTATION_WORDS:
        return None
    if is_relative(passage, Span(comma + 1, verb.end), pack):
        return None
    between = passage.words_in(Span(comma + 1, verb.start))
    # Behind ", and announced" stands what was announced: the speaker is that of the verb before.
    goes_on = any(word.word in pack.words["joints"] for word in between)
    after = subject_after(passage, verb, pack) if len(between) <= 1 and not goes_on else None
    before = subject_before(passage, verb, pack)
    if before and closes_aside(passage, verb, pack):
        after = None
    if before and is_apposition(passage, before, pack):
        return None
    if pack.people.bare_complement == "comma":  # there the verb comes first: "Y, sagt X"
        before = None
    source = after or before
    if source is None or (source is before and _goes_on(passage, verb, comma)):
        return None
    end = min(comma, source.start)
    if source is before:
        end = office_start(passage, end)
    return (Span(passage.span.start, end), source) if words_before(passage, end) >= QUOTATION_WORDS else None


def _goes_on(passage: Passage, verb: Span, comma: int) -> bool:
    """Whether "X called Y …" tells more behind its verb than stands before its comma."""
    is_call = any(call.start == verb.start for call in passage.find("call"))
    return is_call and len(passage.words_in(Span(verb.end, passage.span.end))) > words_before(passage, comma)


def accused_before(passage: Passage, verb: Span, pack: Pack) -> tuple[Span, Span] | None:
    """Return what stands before "…, wirft ihr X vor" or "…, accuse X" and the speaker.

    The verb follows its comma at once, and behind it is no more than a pronoun for who is accused and X.
    """
    comma = last_comma(passage, verb.start)
    if comma is None or passage.words_in(Span(comma + 1, verb.start)):
        return None
    if pack.people.bare_complement == "verb" or words_before(passage, comma) < QUOTATION_WORDS:
        return None
    after = passage.words_in(Span(verb.end, passage.span.end))
    is_pronoun = bool(after) and after[0].word in pack.words["objects"]
    source = subject_after(passage, Span(verb.start, after[0].end) if is_pronoun else verb, pack)
    if source is None or len(passage.words_in(source)) > MAX_PHRASE_WORDS:
        return None
    person = person_in(passage.slice(source), source.start, pack)
    is_somebody = (
        person is not None and person.span.end == source.end and (is_pronoun or not pack.nouns_capitalised)
    )
    if is_pronoun:
        is_somebody = is_somebody or any(passage.find(standing, source) for standing in _SOURCES)
    return (Span(passage.span.start, comma), source) if is_somebody else None
