"""Sentences in which one party speaks after another: "X says …, but Y says …"."""

import re
from collections.abc import Iterator

from bot.briefing.rules.assertion import reporting_verbs
from bot.briefing.rules.pack import Pack
from bot.briefing.rules.quotes import Span
from bot.briefing.rules.reading import Passage, read_part
from bot.briefing.rules.subjects import subject_after, subject_before

_BREAK = re.compile(r"[,;]\s|\s[–—]\s")
_FEWEST_WORDS = 3


def split_turns(passage: Passage, pack: Pack) -> list[Passage]:
    """Return the parts of a sentence in each of which somebody else speaks; mostly the sentence alone."""
    if len(reporting_verbs(passage)) > 1:
        for place, start in _find_breaks(passage):
            before = read_part(passage, Span(passage.span.start, place))
            after = read_part(passage, Span(start, passage.span.end))
            if _is_told(before, pack) and _takes_the_word(after, pack):
                return [before, *split_turns(after, pack)]
    return [passage]


def _find_breaks(passage: Passage) -> Iterator[tuple[int, int]]:
    """Yield where a part ends and the next begins: behind ", but" or a semicolon, outside quotations."""
    turns = passage.outside("turns")
    for found in _BREAK.finditer(passage.text):
        place, start = passage.span.start + found.start(), passage.span.start + found.end()
        if any(quotation.start <= place < quotation.end for quotation in passage.quotations):
            continue
        turn = next((hit for hit in turns if hit.start == start), None)
        if turn or found[0].startswith(";"):
            yield place, turn.end if turn else start


def _is_told(part: Passage, pack: Pack) -> bool:
    """Whether a part has a verb of speech with somebody who speaks."""
    return any(
        subject_before(part, verb, pack) or subject_after(part, verb, pack) for verb in reporting_verbs(part)
    )


def _takes_the_word(part: Passage, pack: Pack) -> bool:
    """Whether a part begins with somebody named anew, who says something; "he" and "they" go on."""
    going_on = pack.words["pronouns"] | pack.words["others"] | pack.words["relatives"]
    if len(part.tokens) < _FEWEST_WORDS or part.tokens[0].word in going_on:
        return False
    for verb in reporting_verbs(part):
        subject = subject_before(part, verb, pack)
        if subject and subject.start == part.tokens[0].start:
            return True
    return False
