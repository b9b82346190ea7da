"""Words made into their opposite by a prefix: "justified" and "unjustified", in one language."""

from collections.abc import Iterator, Sequence

from bot.briefing.checks.negation import read_negations
from bot.briefing.checks.passage import Passage, Token

_PREFIXES = {
    "en": ("un", "in", "im", "il", "ir", "dis", "non"),
    "de": ("un", "miss"),
    "es": ("in", "im", "des", "ir", "i"),
    "fr": ("in", "im", "dés", "irr", "mé", "non"),
    "ru": ("не", "без", "бес"),
    "uk": ("не", "без"),
}
_SHORTEST_BASE = 5
"""Letters of a word before which a prefix can be one of these."""


def has_antonym(statement: Passage, sources: Sequence[Passage], near: Sequence[Passage]) -> bool:
    """Whether a statement has a word with or without the prefix that its sources have the other way.

    A word that stands in one of the sentences `near` is no turned one.
    """
    told = frozenset[str]().union(*(passage.content for passage in near))
    return any(
        _turns(statement, source, told) or _turns(source, statement, statement.content) for source in sources
    )


def _turns(passage: Passage, other: Passage, told: frozenset[str]) -> bool:
    """Whether `passage` has a word with a prefix, not in `told`, that `other` has only without it."""
    if passage.lexicon is not other.lexicon:
        return False
    plain = {token.stem: place for place, token in enumerate(other.tokens) if token.is_content}
    for place, token in enumerate(passage.tokens):
        if not token.is_content or token.capital or token.stem in told:
            continue
        for base in _bases(token, passage):
            if base in plain and base not in passage.content:
                return _is_denied(passage, place) == _is_denied(other, plain[base])
    return False


def _bases(token: Token, passage: Passage) -> Iterator[str]:
    """Yield the stems of what a word may be the opposite of."""
    for prefix in _PREFIXES.get(passage.lexicon.language, ()):
        if token.text.startswith(prefix) and len(token.text) - len(prefix) >= _SHORTEST_BASE:
            yield passage.lexicon.stem(token.folded[len(prefix) :])


def _is_denied(passage: Passage, place: int) -> bool:
    clause = passage.clause_indexes[place]
    return any(passage.clause_indexes[first] == clause for first, _ in read_negations(passage))
