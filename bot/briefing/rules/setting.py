"""What the rest of an article says about each of its assertions."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from bot.article.models import Article
from bot.briefing.rules.assertion import Assertion

_RECORDS = ("document", "neutral")
_BATTLE_WORDS = 4
NUMBER = re.compile(r"\d+(?:[.,]\d+)?")
_SOURCED = ("before", "after", "document", "neutral", "gap", "law", "finding", "denial", "reply", "unbacked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """What the rest of the article says about its assertions."""

    supported: frozenset[str]
    """Numbers of the title and of sentences with a source."""
    answered: frozenset[int]
    """Sentences that somebody else answers, or declines to."""
    unbacked: frozenset[int]
    """Sentences whose speaker then shows or names nothing."""
    exposed: frozenset[int]
    """Sentences of paragraphs in which nobody and nothing is cited."""
    continued: frozenset[int]
    """Sentences right behind one that a document or a neutral body stands for, in its paragraph."""
    at_war: bool
    """Whether the article reports a fight, of which only the sides tell."""
    first: int


def read_setting(article: Article, assertions: Mapping[int, Sequence[Assertion]]) -> Setting:
    """Read what stands around each assertion."""
    answered, unbacked = _replies(assertions)
    return Setting(
        supported=_supported_figures(article, assertions),
        answered=answered,
        unbacked=unbacked,
        exposed=_exposed(assertions),
        continued=_continued(assertions),
        at_war=sum(len(found[0].passage.find("battle")) for found in assertions.values() if found)
        >= _BATTLE_WORDS,
        first=min(assertions, default=0),
    )


def _supported_figures(article: Article, assertions: Mapping[int, Sequence[Assertion]]) -> frozenset[str]:
    texts = [article.title or ""]
    texts += [
        a.passage.text
        for a in flatten(assertions)
        if a.speaker and a.speaker.standing in {"document", "neutral"}
    ]
    return frozenset(number for text in texts for number in NUMBER.findall(text))


def flatten(assertions: Mapping[int, Sequence[Assertion]]) -> Iterable[Assertion]:
    """Yield every assertion in order."""
    return (assertion for of_sentence in assertions.values() for assertion in of_sentence)


def _replies(assertions: Mapping[int, Sequence[Assertion]]) -> tuple[frozenset[int], frozenset[int]]:
    """Find the sentences right before a reply, and those whose own speaker then shows nothing."""
    answered: set[int] = set()
    unbacked: set[int] = set()
    for number, found in assertions.items():
        earlier = assertions.get(number - 1, ())
        if not found or not earlier:
            continue
        passage, before = found[0].passage, earlier[0].passage
        speaker = earlier[-1].speaker
        if passage.has("unbacked"):
            unbacked.add(number - 1)
        elif passage.has("reply") and passage.paragraph <= before.paragraph + 1 and speaker:
            same = passage.has("pronouns") or speaker.name.split()[-1] in passage.text
            (unbacked if same else answered).add(number - 1)
    return frozenset(answered), frozenset(unbacked)


def _continued(assertions: Mapping[int, Sequence[Assertion]]) -> frozenset[int]:
    found: set[int] = set()
    for assertion in flatten(assertions):
        passage, after = assertion.passage, assertions.get(assertion.passage.number + 1)
        is_record = assertion.speaker and assertion.speaker.standing in _RECORDS
        is_near = bool(after) and after is not None and after[0].passage.paragraph == passage.paragraph
        if passage.has("decided") or (is_record and is_near):
            found.add(passage.number + 1)
    return frozenset(found)


def _exposed(assertions: Mapping[int, Sequence[Assertion]]) -> frozenset[int]:
    paragraphs: dict[int, list[Assertion]] = {}
    for assertion in flatten(assertions):
        paragraphs.setdefault(assertion.passage.paragraph, []).append(assertion)
    return frozenset(
        a.passage.number
        for found in paragraphs.values()
        if not any(a.speaker or a.passage.has(*_SOURCED) for a in found)
        for a in found
    )
