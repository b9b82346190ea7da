"""Tense: what is set, planned or forecast is not told as what has happened."""

import re
from collections.abc import Iterator

from bot.briefing.checks.passage import Passage, Token, covered

_TAKEN = 0.5
"""Share of a planned clause's content words a clause must hold to be about the same thing."""
_OPEN = ("future", "hedge")
_SOFTENED = (*_OPEN, "softener")
_FUTURE = {
    "es": re.compile(r".{2,}(?:rá|rán|remos)$"),
    "fr": re.compile(r".{2,}(?:er|ir|d|u|v|s)(?:ra|ront|a|ont)$"),
    "uk": re.compile(r".{2,}ти(?:ме|муть|memo)$"),
}
"""Endings of the future, where verbs have them."""
_PAST = {
    "en": re.compile(
        r"(?:was|were|had|has|have|took|held|began|went|came|won|found|gave|got|met|made|left|rose|fell|did"
        r"|drew|became|.{2,}ed)$"
    ),
    "de": re.compile(r"(?:wurden?|waren?|fand|fanden|kam|kamen|ging|gingen|ge\w{3,}(?:t|en))$"),
    "es": re.compile(r"(?:fue|fueron|ha|han|había|.{2,}(?:ó|aron|ieron|aba|aban))$"),
    "fr": re.compile(r"(?:avait|avaient|fut|furent|eu|été|.{2,}(?:é|ée|és|ées|ru|rue|rus|rues))$"),
    "ru": re.compile(r".{2,}(?:л|ла|ло|ли|лся|лась|лось|лись)$"),
    "uk": re.compile(r".{2,}(?:[иауів]в|[аиіуо]л[аои]|в?ся|л[аои]ся|лись|ено|ано|ито)$"),
}
"""Words that tell of the past."""


def has_happened(statement: Passage, source: Passage) -> bool:
    """Whether a statement tells as past what its source, in the same language, only sees coming."""
    past = _PAST.get(source.lexicon.language)
    if past is None:
        return False
    planned = [places for places in source.clauses if is_open_clause(source, places, _OPEN)]
    told = {token.text for token in source.tokens}
    for places in statement.clauses:
        tokens = list(_tokens(statement, places))
        if is_open_clause(statement, places):
            continue
        fresh = [token for token in tokens if past.match(token.text) and token.text not in told]
        if not any(token.names.isdisjoint({"report", "attributing", "according"}) for token in fresh):
            continue
        content = frozenset(token.stem for token in tokens if token.is_content)
        for clause in planned:
            wanted = frozenset(token.stem for token in _tokens(source, clause) if token.is_content)
            if (
                len(content & wanted) >= 2
                and max(covered(content, wanted), covered(wanted, content)) >= _TAKEN
            ):
                return True
    return False


def _tokens(passage: Passage, places: tuple[int, ...]) -> Iterator[Token]:
    return (passage.tokens[place] for place in places)


def is_open_clause(passage: Passage, places: tuple[int, ...], names: tuple[str, ...] = _SOFTENED) -> bool:
    """Whether a clause leaves open if the thing comes about."""
    future = _FUTURE.get(passage.lexicon.language)
    spoken = {first for first, _ in passage.spans("report")}
    if future is not None and any(future.match(token.text) for token in _tokens(passage, places)):
        return True
    return any(first in places and first not in spoken for name in names for first, _ in passage.spans(name))
