"""How a source stands to what it says, by what it is called."""

from typing import Literal

from bot.briefing.rules.names import CAPITALS
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage

Standing = Literal["relayed", "accuser", "unnamed", "neutral", "document", "interested"]

_STANDINGS: tuple[Standing, ...] = ("relayed", "accuser", "unnamed", "neutral", "document", "interested")


def standing_of(passage: Passage, phrase: Span, pack: Pack) -> Standing:
    """Tell how a source stands to its words by what it is called."""
    words = passage.words_in(Span(phrase.end, passage.span.end))
    before = passage.words_in(Span(passage.span.start, phrase.start))
    is_said = bool(words) and any(said.start == words[0].start for said in passage.find("say"))
    with_verb = Span(before[-1].start if before else phrase.start, words[0].end if is_said else phrase.end)
    records = passage.find("document", phrase)
    if any(not any(record.meets(hit) for record in records) for hit in passage.find("relayed", with_verb)):
        return "relayed"
    core = _without_aside(passage, phrase, pack)
    found = [standing for standing in _STANDINGS[1:] if passage.find(standing, core)]
    if found in ([], ["interested"]):
        found = [standing for standing in _STANDINGS[1:] if passage.find(standing, phrase)]
    is_group = passage.words_in(phrase)[0].word in pack.words["quantifiers"]
    if is_group and not {"neutral", "document", "accuser"} & set(found):
        return "unnamed"
    if "unnamed" in found and len(found) > 1:
        return _of_noun(passage, head_of(passage, phrase, pack), found, pack)
    return found[0] if found else "interested"


def _of_noun(passage: Passage, head: Span, found: list[Standing], pack: Pack) -> Standing:
    """Choose the standing of the noun that the others belong to: the last in English, elsewhere the first."""
    hits = [(hit, standing) for standing in found for hit in passage.find(standing, head)]
    if not hits:
        return found[0]
    is_last = pack.people.bare_complement == "verb"
    return max(hits, key=lambda h: h[0].end)[1] if is_last else min(hits, key=lambda h: h[0].start)[1]


def named_sites(passage: Passage, pack: Pack) -> list[Span]:
    """Return the sites that are named, not owned by somebody: a name or a quoted one stands right behind."""
    marks = '«„“"' if pack.nouns_capitalised else '«„“"' + CAPITALS
    return [
        site
        for site in passage.outside("sites")
        if passage.slice(Span(site.end, passage.span.end)).lstrip(" \u00a0-")[:1] in tuple(marks)
    ]


def _without_aside(passage: Passage, phrase: Span, pack: Pack) -> Span:
    """Return a noun phrase up to "that" or "who": what a letter is, not who showed it."""
    words = passage.words_in(phrase)[1:]
    end = next((word.start for word in words if word.word in pack.words["relatives"]), phrase.end)
    return Span(phrase.start, end)


def head_of(passage: Passage, phrase: Span, pack: Pack) -> Span:
    """Return a noun phrase up to its first preposition ("a source" of "a source in the ministry")."""
    words = passage.words_in(phrase)
    end = next((word.start for word in words[1:] if word.word in pack.words["prepositions"]), phrase.end)
    return Span(phrase.start, end)
