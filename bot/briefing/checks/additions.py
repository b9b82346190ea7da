"""What a statement adds by one word that no sentence of its source has: "already", "confirmed", "may"."""

from collections.abc import Sequence

from bot.briefing.checks.certainty import is_open
from bot.briefing.checks.parts import Part
from bot.briefing.checks.passage import Passage

_REACH = 4
"""Words after a negation that it can deny."""


def adds_settled(statement: Passage, sources: Sequence[Passage]) -> bool:
    """Whether a statement says "already" or "confirmed" where no source does, in any language."""
    return any(
        bool(_affirmed(statement, name)) and not any(source.has(name) for source in sources)
        for name in ("already", "settling")
    )


def adds_doubt(statement: Passage, sources: Sequence[Part]) -> bool:
    """Whether a statement says "may" where no part of its sources leaves anything open."""
    return bool(_affirmed(statement, "maybe")) and not any(
        is_open(part) or part.has("condition") for part in sources
    )


def _affirmed(passage: Passage, name: str) -> list[int]:
    """Return where the article's own words of the list `name` stand that are not denied."""
    denied = {
        place for first, last in passage.spans("negation") for place in range(first - 1, last + 1 + _REACH)
    }
    return [
        first
        for first, _ in passage.spans(name)
        if first not in denied and not passage.is_quoted(passage.tokens[first])
    ]
