"""Candidates → those worth a note: about what the article is about, most telling of its flags first."""

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from bot.briefing.checks.lexicon import Label, load_lexicon
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading
from bot.briefing.models import Brief
from bot.context.models import Candidate, Finding

MOST_NOTES: Final = 4
_MOST_OF_A_KIND: Final = {"outlet": 1, "name": 2, "topic": 4, "claim": 2}

_NAMED = 0.6
"""Share of a topic's words that a source must hold, at least one of them in its title."""
_BESIDES = 2
"""Words that a source must share with the article besides those asked for: namesakes share fewer."""
_UNASKED = 3
"""Words that it must share with a flag that it was not looked up for, to bear on it."""
_SAME_CLAIM = 0.4
_CLAIM_WORDS = 3
"""Share, and number, of a flag's words that a fact-check's claim must hold to be about the same."""
_SAME_MATTER = 4
"""Words that a page found for a flag must share with it."""
_FOR_FLAG = 0.5
"""What each word shared with a flag counts, in words shared with the article."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A finding, what it is worth, and the number of the flag that it bears on, from 1."""

    finding: Finding
    score: float
    flag: int | None

    @property
    def candidate(self) -> Candidate:
        """What was found."""
        return self.finding.candidate


@dataclass(frozen=True)
class _Subject:
    """What a brief is of, as words to compare with."""

    brief: Brief
    reading: Reading
    flags: tuple[frozenset[str], ...]


def rank(findings: Iterable[Finding], brief: Brief) -> tuple[Ranked, ...]:
    """Return at most MOST_NOTES findings, none twice; CPU work.

    What an outlet is comes first, then fact-checks, then others by what they share with article and flags.
    """
    reading = Reading(brief.article, brief.article.language)
    flags = tuple(Passage(flag.quote, reading.lexicon).content for flag in brief.flags)
    subject = _Subject(brief, reading, flags)
    judged = [ranked for finding in findings if (ranked := _judge(finding, subject))]
    return tuple(_choose(sorted(judged, key=_order)))


def _order(ranked: Ranked) -> tuple[int, float]:
    kind = ranked.finding.query.kind
    is_check = ranked.candidate.origin == "factcheck"
    return (0 if kind == "outlet" else 1 if is_check else 2), -ranked.score


def _choose(ordered: Iterable[Ranked]) -> Iterator[Ranked]:
    taken: list[Ranked] = []
    for ranked in ordered:
        kind = ranked.finding.query.kind
        of_kind = [other for other in taken if other.finding.query.kind == kind]
        is_new = all(ranked.candidate.url != other.candidate.url for other in taken)
        if is_new and len(of_kind) < _MOST_OF_A_KIND[kind] and len(taken) < MOST_NOTES:
            taken.append(ranked)
            yield ranked


def _judge(finding: Finding, subject: _Subject) -> Ranked | None:
    """Return what a finding is worth; None when it is about something else, or is the article itself."""
    candidate, query = finding.candidate, finding.query
    if candidate.url == subject.brief.article.url:
        return None
    lexicon = load_lexicon(candidate.language)
    title = Passage(_without_brackets(candidate.title), lexicon)
    text = Passage(f"{candidate.description or ''}. {candidate.text}", lexicon)
    asked = Passage(query.text, subject.reading.lexicon)
    shared = _shared(text, subject.reading) | _shared(title, subject.reading)
    besides = shared - asked.content - title.content
    flag, overlap = _find_flag(candidate, text.content | title.content, query.flags, subject)
    score = len(besides) + _FOR_FLAG * overlap
    match query.kind:
        case "outlet":
            fits = _is_outlet(candidate, title, asked)
        case "name":
            fits = _holds(title, asked, 1) and len(besides) >= _BESIDES
            flag = None
        case "topic" if candidate.origin == "wikipedia":
            fits = _is_topic(title, text, asked) and len(besides) >= _BESIDES
        case "claim" if candidate.origin == "factcheck":
            flag = query.flags[0]
            words = subject.flags[flag - 1]
            same = len(words & text.content)
            fits = same >= max(_CLAIM_WORDS, _SAME_CLAIM * len(words))
        case _:
            fits = flag is not None and overlap >= _SAME_MATTER and _is_other_outlet(candidate, subject)
    return Ranked(finding, score, flag) if fits else None


def _find_flag(
    candidate: Candidate, content: frozenset[str], asked: Sequence[int], subject: _Subject
) -> tuple[int | None, int]:
    """Return which flag shares most words with a candidate, and how many; those asked for win a tie."""
    if candidate.language != subject.reading.lexicon.language:
        return (asked[0] if asked else None), 0
    overlaps = {number: len(words & content) for number, words in enumerate(subject.flags, 1)}
    best = max(overlaps, key=lambda number: (overlaps[number], number in asked), default=None)
    if best is None or overlaps[best] < (_BESIDES if best in asked else _UNASKED):
        return None, 0
    return best, overlaps[best]


def _shared(passage: Passage, reading: Reading) -> frozenset[str]:
    """Return the stems of a source's words that the article has; across languages, names and concepts."""
    if passage.lexicon.language == reading.lexicon.language:
        return passage.content & (reading.everywhere_content | reading.title.content)
    known, concepts = reading.everywhere, _concepts([reading.title, *reading.passages])
    return frozenset(
        token.stem
        for token in passage.tokens
        if token.is_content
        and (
            (token.capital and (token.folded in known or known.has_sound(token.folded)))
            or not concepts.isdisjoint(_concepts_of(token.labels))
        )
    )


def _concepts(passages: Iterable[Passage]) -> frozenset[str]:
    return frozenset(c for passage in passages for t in passage.tokens for c in _concepts_of(t.labels))


def _concepts_of(labels: Iterable[Label]) -> list[str]:
    return [label.value for label in labels if label.name == "concept"]


def _holds(passage: Passage, asked: Passage, share: float) -> bool:
    """Whether a passage holds so much of what was asked for."""
    words = asked.content
    return bool(words) and len(words & passage.content) >= share * len(words)


def _is_topic(title: Passage, text: Passage, asked: Passage) -> bool:
    everything = title.content | text.content
    held = len(asked.content & everything) >= _NAMED * len(asked.content)
    return held and not asked.content.isdisjoint(title.content)


def _is_outlet(candidate: Candidate, title: Passage, asked: Passage) -> bool:
    """Whether a page is about the outlet: it has its name, and is described as one."""
    described = candidate.description or candidate.text.partition(".")[0]
    words = fold_word(described).split()
    return _holds(title, asked, 1) and any(word.startswith(_outlet_words()) for word in words)


@cache
def _outlet_words() -> tuple[str, ...]:
    source = files("bot.context").joinpath("outlets.toml").read_text("utf-8")
    return tuple(map(fold_word, tomllib.loads(source)["words"].split()))


def _is_other_outlet(candidate: Candidate, subject: _Subject) -> bool:
    """Whether what was found is of another outlet than the article."""
    own = f"{subject.brief.article.url or ''} {subject.brief.article.site or ''}".casefold()
    return candidate.publisher.casefold() not in own


def _without_brackets(title: str) -> str:
    """Drop what tells pages of one name apart: "TASS (agency)"."""
    return title.partition(" (")[0] or title
