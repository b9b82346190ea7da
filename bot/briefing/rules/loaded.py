"""Loaded wording: which expressions of the article judge, and the neutral ones there are for them."""

import re
from collections.abc import Sequence

from bot.briefing.models import Loaded
from bot.briefing.rules.lexicon import fold
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span, find_quotations
from bot.briefing.rules.reading import Passage

_MAX_SHOWN = 12
_NEAR = 40
"""Characters from a verb to its "that": whom it was told to stands between."""
_STRAIGHT = re.compile(r'"([^"]*)"')
_INWARD = re.compile(r"»([^«»]*)«")
"""Guillemets that point inwards, as German books and some papers have them."""
_SINGLE = ("'", "‘", "’")
"""What some papers quote with; readers and the checks know double marks."""
_LISTS = ("contentious", "evaluative", "judging", "coloured")


def find_loaded(passages: Sequence[Passage], pack: Pack) -> tuple[Loaded, ...]:
    """Return the loaded expressions of the article, each once, labels first, then judgements, then verbs."""
    found: dict[str, Loaded] = {}
    for category in (*_LISTS, "loaded_verb"):
        for passage in passages:
            if passage.hostile:
                continue
            spans = reporting_verbs(passage) if category == "loaded_verb" else passage.find(category)
            for span in _merge(spans):
                particle = _particle_of(span, passage, pack) if category == "loaded_verb" else None
                term = passage.slice(Span(span.start, particle.end if particle else span.end))
                neutral = pack.verbs.loaded.get(fold(term)) if category == "loaded_verb" else None
                found.setdefault(
                    fold(term), Loaded(term=term, sentence=passage.number, neutral=neutral or None)
                )
    return tuple(found.values())[:_MAX_SHOWN]


def _merge(spans: Sequence[Span]) -> list[Span]:
    """Join expressions that touch ("Kiev" + "regime" listed apart read as one)."""
    merged: list[Span] = []
    for span in sorted(spans):
        if merged and span.start - merged[-1].end <= 1:
            merged[-1] = Span(merged[-1].start, max(span.end, merged[-1].end))
        else:
            merged.append(span)
    return merged


def reporting_verbs(passage: Passage) -> list[Span]:
    """Return the loaded verbs that report something; "recalled its ambassador" does not."""
    return [verb for verb in passage.outside("loaded_verb") if _reports(passage, verb)]


def _reports(passage: Passage, verb: Span) -> bool:
    """Whether "that" follows soon, or what was said stands before the verb."""
    if any(0 < verb.start - word.end <= 2 for word in passage.find("negation")):
        return False
    if any(0 < that.start - verb.end <= _NEAR for that in passage.find("that")) or passage.find("that", verb):
        return True
    if any(0 < quotation.start - verb.end <= _NEAR for quotation in passage.quotations):
        return True
    before = passage.slice(Span(passage.span.start, verb.start)).rstrip()
    after = passage.slice(Span(verb.end, passage.span.end)).lstrip()
    return before.endswith((",", '"', "”", "»", "“", "—", "–")) or after.startswith(
        (":", ",", '"', "“", "«", "„")
    )


def soften(text: str, offset: int, passage: Passage, pack: Pack) -> str:
    """Rewrite part of a passage so that loaded words stand in quotation marks and loaded verbs are neutral.

    `text` is the passage's own text from `offset` on; words the article already quotes stay as they are.
    """
    edits: list[tuple[Span, str]] = []
    for category in _LISTS:
        edits += [(span, _quote(passage.slice(span), pack)) for span in _merge(passage.outside(category))]
    for verb in reporting_verbs(passage):
        edits += _neutral(verb, passage, pack)
    return _apply(text, offset, edits)


def set_quotes(text: str, pack: Pack) -> str:
    """Set straight quotation marks as the language does, so that they match those that were added."""
    if pack.phrases.open_quote == "„":
        text = _INWARD.sub(lambda m: _quote(m.group(1), pack), text)
    for span in reversed(find_quotations(text)):
        if text[span.start - 1] in _SINGLE and text[span.end : span.end + 1] in _SINGLE:
            text = text[: span.start - 1] + _quote(text[span.start : span.end], pack) + text[span.end + 1 :]
    if text.count('"') % 2:
        return text
    return _STRAIGHT.sub(lambda m: _quote(m.group(1), pack), text)


def _quote(term: str, pack: Pack) -> str:
    return f"{pack.phrases.open_quote}{term}{pack.phrases.close_quote}"


def _neutral(verb: Span, passage: Passage, pack: Pack) -> list[tuple[Span, str]]:
    """Return the edits that put a neutral verb in place of a loaded one and drop its particle."""
    word, particle = passage.slice(verb), _particle_of(verb, passage, pack)
    if particle is None:
        return [(verb, pack.verbs.loaded.get(fold(word)) or _quote(word, pack))]
    neutral = pack.verbs.loaded[_key_apart(word, passage.slice(particle))]
    if not neutral:
        return [(verb, _quote(word, pack)), (particle, _quote(passage.slice(particle), pack))]
    return [(verb, neutral), (Span(particle.start - 1, particle.end), "")]


def _particle_of(verb: Span, passage: Passage, pack: Pack) -> Span | None:
    """Return the second part of a loaded verb in two parts ("stellte … klar")."""
    if fold(word := passage.slice(verb)) in pack.verbs.loaded:
        return None
    parts = (part for part in passage.find("particle") if part.start > verb.end)
    return next((part for part in parts if _key_apart(word, passage.slice(part)) in pack.verbs.loaded), None)


def _key_apart(verb: str, particle: str) -> str:
    return f"{fold(verb)} … {fold(particle)}"


def _apply(text: str, offset: int, edits: Sequence[tuple[Span, str]]) -> str:
    """Replace spans from the end backwards; one that overlaps a later one is left alone."""
    limit = offset + len(text)
    for span, new in sorted(edits, reverse=True):
        if offset <= span.start and span.end <= limit:
            text = text[: span.start - offset] + new + text[span.end - offset :]
            limit = span.start
    return text
