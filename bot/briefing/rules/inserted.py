"""Sources that stand inside a sentence or before a colon, and verbs that say what something is."""

import re
from collections.abc import Sequence

from bot.briefing.rules.clauses import is_before_that, trim, with_name, words_before
from bot.briefing.rules.lexicon import Token
from bot.briefing.rules.names import person_in
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage
from bot.briefing.rules.standings import named_sites
from bot.briefing.rules.subjects import subject_after, subject_before

_MIN_WORDS = 3
"""Words from which a part of a sentence is what was said."""
_MAX_INSERTED_WORDS = 9
_MAX_BEHIND_VERB = 2
"""Words behind "he said" in an insertion: when, or to whom."""
_BREAK = re.compile(r"[,;]\s|\s[–—]\s")
_SOURCES = ("unnamed", "relayed", "interested", "accuser", "neutral", "document")


def inserted_source(passage: Passage, verbs: Sequence[Span], pack: Pack) -> tuple[Span, Span, Span] | None:
    """Find "Y, said X, Z": return what was said, the source and the verb."""
    breaks = [passage.span.start + m.start() for m in _BREAK.finditer(passage.text)]
    for verb in verbs:
        opening = max((place for place in breaks if place < verb.start), default=None)
        closing = min((place for place in breaks if place >= verb.end), default=None)
        if opening is None or closing is None or passage.quotations:
            continue
        inside = Span(opening + 1, closing)
        words = passage.words_in(inside)
        if len(words) > _MAX_INSERTED_WORDS or passage.find("that", inside) or _is_aside(words, pack):
            continue
        source = _source_inside(passage, verb, inside, pack)
        rest = Span(closing + 1, passage.span.end)
        if source and _goes_on(passage, rest, pack):
            return _said_around(passage, Span(passage.span.start, opening), rest, pack), source, verb
    return None


def _is_aside(words: Sequence[Token], pack: Pack) -> bool:
    """Whether an insertion is an aside about somebody ("who said so", "about which they speak")."""
    return any(word.word in pack.words["relatives"] for word in words[:2])


def _source_inside(passage: Passage, verb: Span, inside: Span, pack: Pack) -> Span | None:
    """Return the noun phrase beside a verb between commas; its other words may only be openers."""
    before = [w for w in passage.words_in(Span(inside.start, verb.start)) if not _is_small(w.word, pack)]
    before = (
        []
        if all(word.word in pack.stop_words and word.word not in pack.words["pronouns"] for word in before)
        else before
    )
    if before:
        is_bare = len(passage.words_in(Span(verb.end, inside.end))) <= _MAX_BEHIND_VERB
        return Span(before[0].start, before[-1].end) if is_bare else None
    after = subject_after(passage, verb, pack)
    return Span(after.start, min(after.end, inside.end)) if after and after.start < inside.end else None


def _is_small(word: str, pack: Pack) -> bool:
    return any(word in pack.words[list_] for list_ in ("openers", "adverbs", "joints", "auxiliaries"))


def _goes_on(passage: Passage, rest: Span, pack: Pack) -> bool:
    """Whether what follows an insertion goes on with the sentence: no aside, no name, no second verb."""
    words = passage.words_in(rest)
    if len(words) < _MIN_WORDS or words[0].word in pack.words["relatives"]:
        return False
    if any(said.start == words[0].start for said in passage.find("say")):
        return False
    person = person_in(passage.slice(rest), rest.start, pack)
    return not person or person.span.start > words[0].start


def _said_around(passage: Passage, before: Span, after: Span, pack: Pack) -> Span:
    """Return the longer side of an insertion, the whole when both are long; behind "which" what follows."""
    opens = passage.words_in(before)[-1].word if passage.words_in(before) else ""
    if opens in pack.words["relatives"] or is_before_that(passage, before.end):
        return after
    counts = [len(passage.words_in(side)) for side in (before, after)]
    if min(counts) > _MIN_WORDS:
        return passage.span
    return (before, after)[counts.index(max(counts))]


def called_by(passage: Passage, pack: Pack) -> tuple[Span, Span] | None:
    """Find "X called the plan a gift": return what was said, verb included, and the source."""
    for verb in passage.outside("call"):
        said = Span(verb.start, passage.span.end)
        subject = subject_before(passage, verb, pack)
        if subject and len(passage.words_in(said)) > _MIN_WORDS and _is_source(passage, subject, pack):
            return trim(passage, said), subject
    return None


def source_before_colon(passage: Passage, pack: Pack) -> tuple[Span, Span] | None:
    """Find "…, says a source: Y": return what stands behind the colon, and the group or outlet before it."""
    colon = re.search(r":\s", passage.text)
    if not colon or passage.quotations:
        return None
    place = passage.span.start + colon.start()
    said = Span(place + 1, passage.span.end)
    before = Span(passage.span.start, place)
    named = [hit for list_ in ("unnamed", "relayed", "sites") for hit in passage.find(list_, before)]
    if not named or len(passage.words_in(said)) <= _MIN_WORDS or words_before(passage, place) > 12:
        return None
    owned = named_sites(passage, pack)
    source = max(named, key=lambda hit: (hit in owned, hit.end, hit.end - hit.start))
    return trim(passage, said), with_name(passage, source)


def _is_source(passage: Passage, phrase: Span, pack: Pack) -> bool:
    """Whether a subject is somebody: a name, a pronoun or a word for a source."""
    if any(passage.find(list_, phrase) for list_ in (*_SOURCES, "roles", "pronouns", "others")):
        return True
    return person_in(passage.slice(phrase), phrase.start, pack, anywhere=True) is not None or (
        len(passage.words_in(phrase)) == 1
        and passage.slice(phrase)[:1].isupper()
        and not pack.nouns_capitalised
    )
