"""Modality and negation: a plan stays a plan, a suspicion a suspicion, and "not" stays "not"."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from bot.briefing.checks.alignment import Edit, has_small_change
from bot.briefing.checks.negation import read_negations
from bot.briefing.checks.passage import Passage, covered
from bot.briefing.checks.tense import is_open_clause

_REACH = 4
"""Content words after (or before) a hedge or a negation that belong to it."""
_LEAST_CONTEXT = 2
_WHOLE = 0.75
"""Length of a translation against its sentence from which it leaves nothing out."""
_BUT = frozenset({"but", "while", "aber", "pero", "mais", "но", "але", "а"})
_GRADED = frozenset({"rise", "above", "more", "improve", "major"})
_TAKEN = 0.6
"""Share of those words a statement must hold to have taken them over."""


def is_upgraded(statement: Passage, source: Passage, edits: Sequence[Edit] | None) -> bool:
    """Whether a statement states as fact what its source only thinks possible, plans, fears or alleges."""
    if statement.has("hedge", "softener", "forecast"):
        return bool(edits) and _lost_hedge(statement, source, edits or ())
    if statement.has("negation"):
        return False
    return _takes_over(statement, source, "hedge")


def is_flipped(statement: Passage, source: Passage, edits: Sequence[Edit] | None) -> bool:
    """Whether a negation was put in or left out."""
    if _says_by_opposite(statement, source):
        return False
    is_even = _negated_clauses(statement) == _negated_clauses(source)
    if edits and not is_even and has_small_change(statement, source, edits, "negation", "negative"):
        return True
    return _drops_negation(source, statement) or _drops_negation(statement, source)


def has_opposite(statement: Passage, sources: Sequence[Passage]) -> bool:
    """Whether a statement says "accepted" where its sources, in any language, say "rejected".

    What rises and falls in one text is too often two things.
    """
    theirs = {value for source in sources for _, _, value in source.labelled.get("opposite", ())}
    ours = {value for _, _, value in statement.labelled.get("opposite", ())}
    for first, _, value in statement.labelled.get("opposite", ()):
        other = value[:-1] + ("-" if value.endswith("+") else "+")
        if value in theirs or other not in theirs or other in ours or value[:-1] in _GRADED:
            continue
        parities = {
            _is_negated_at(source, place)
            for source in sources
            for place, _, found in source.labelled["opposite"]
            if found == other
        }
        if parities == {_is_negated_at(statement, first)}:
            return True
    return False


def _says_by_opposite(statement: Passage, source: Passage) -> bool:
    """Whether one of two sentences says "not closed" for the other's "open"."""
    ours = {value for _, _, value in statement.labelled.get("opposite", ())}
    theirs = {value for _, _, value in source.labelled.get("opposite", ())}
    is_crossed = any(
        f"{value[:-1]}{'-' if value.endswith('+') else '+'}" in theirs for value in ours - theirs
    )
    return is_crossed and statement.has("negation") != source.has("negation")


def _is_negated_at(passage: Passage, place: int) -> bool:
    """Whether the clause that holds token `place` negates."""
    clause = _clause_of(passage, place)
    return any(first in clause for name in ("negation", "lacking") for first, _ in passage.spans(name))


def has_other_polarity(statement: Passage, source: Passage) -> bool:
    """Whether one of two sentences in different languages negates, and the other in no way does."""
    if not _is_as_long(statement, source):
        return False
    if statement.has("negation") and not source.has("negation", "negative"):
        return True
    return source.has("negation") and not statement.has("negation", "negative")


def _is_as_long(statement: Passage, source: Passage) -> bool:
    """Whether a statement takes over all of a sentence, and not only its clause without the negation."""
    return len(statement.tokens) >= _WHOLE * len(source.tokens)


def new_verdicts(statement: Passage, sources: Sequence[Passage]) -> bool:
    """Whether a statement convicts, arrests, proves or dismisses where no source sentence does.

    What sentences only deny ("no one was arrested") may be denied, too, and no more.
    """
    told = [(verdict, is_denied) for source in sources for verdict, is_denied in _read_verdicts(source)]
    known = {verdict for verdict, _ in told}
    affirmed = {verdict for verdict, is_denied in told if not is_denied}
    for verdicts in (known, affirmed):
        if "convicted" in verdicts:
            verdicts.add("arrested")  # "six years in prison" is what a court gives
    return any(
        verdict not in (known if is_denied else affirmed)
        for verdict, is_denied in _read_verdicts(
            statement, without="hearsay" if statement.has("hedge") else ""
        )
    )


def _read_verdicts(passage: Passage, without: str = "") -> Iterator[tuple[str, bool]]:
    """Yield each verdict that a passage tells of, and whether its clause denies it.

    Clauses with a word of the list `without` are left out: "the charge, er habe sich schuldig gemacht".
    """
    for first, _, verdict in passage.labelled.get("verdict", ()):
        if not any(place in _clause_of(passage, first) for place, _ in passage.spans(without)):
            yield verdict, _is_negated_at(passage, first)


def _lost_hedge(statement: Passage, source: Passage, edits: Sequence[Edit]) -> bool:
    """Whether a hedge was replaced by something firmer while another one elsewhere stayed."""
    return has_small_change(statement, source, edits, "hedge", "softener") and not _count(
        statement
    ) >= _count(source)


def _count(passage: Passage) -> int:
    return len(passage.spans("hedge")) + len(passage.spans("softener"))


def _takes_over(statement: Passage, source: Passage, name: str) -> bool:
    """Whether a statement holds the words that a hedge of the source governs.

    "Accused", "reportedly" and the like are kept by any attribution.
    """
    is_attributed = statement.has("report", "according", "attributing")
    is_open = any(is_open_clause(statement, clause) for clause in statement.clauses)
    for first, last in source.spans(name):
        names = source.tokens[first].names
        if is_attributed and ("rumoured" in names or ("report" in names and "forecast" not in names)):
            continue
        if is_open and "future" in names:
            continue
        context = _context(source, first, last)
        if len(context) >= _LEAST_CONTEXT and covered(context, statement.content) >= _TAKEN:
            return True
    return False


def _drops_negation(negated: Passage, other: Passage) -> bool:
    """Whether a clause of `other` says what `negated` negates, with fewer negations there and in all."""
    if _negated_clauses(other) >= _negated_clauses(negated):
        return False
    taken: dict[tuple[int, ...], int] = {}
    counted: set[str] = set()
    for first, last in read_negations(negated):
        context = _context(negated, first, last)
        clause = max(other.clauses, key=lambda places: _held(context, other, places), default=())
        is_enough = len(context) >= _LEAST_CONTEXT or len(_stems(negated, _clause_of(negated, first))) == 1
        if is_enough and counted.isdisjoint(context) and _held(context, other, clause) >= _TAKEN:
            taken[clause] = taken.get(clause, 0) + 1
            counted.update(context)
    return any(count and not _negations(other, clause) for clause, count in taken.items())


def _negated_clauses(passage: Passage) -> int:
    """Count the clauses that negate: "никаких ... не" does it once."""
    return len({passage.clause_indexes[first] for first, _ in read_negations(passage)})


def _held(context: Sequence[str], passage: Passage, places: Sequence[int]) -> float:
    return covered(context, frozenset(passage.tokens[place].stem for place in places))


def _negations(passage: Passage, places: Sequence[int]) -> int:
    """Count what negates in a clause, in any way."""
    spans = {first for name in ("negation", "negative") for first, _ in passage.spans(name)}
    return len(spans.intersection(places))


def _context(passage: Passage, first: int, last: int) -> list[str]:
    """Return the stems of the words that follow in the clause; those before, too, when there are too few."""
    clause = _clause_of(passage, first)
    after = list(takewhile(lambda place: passage.tokens[place].text not in _BUT, _after(clause, last)))
    before = [place for place in reversed(clause) if place < first]
    stems = _stems(passage, after)
    return stems if len(stems) >= _LEAST_CONTEXT else [*stems, *_stems(passage, before)][:_REACH]


def _after(clause: Sequence[int], last: int) -> list[int]:
    return [place for place in clause if place > last]


def _clause_of(passage: Passage, place: int) -> tuple[int, ...]:
    return passage.clauses[passage.clause_indexes[place]]


def _stems(passage: Passage, places: Sequence[int]) -> list[str]:
    tokens = [passage.tokens[place] for place in places]
    said = [token for token in tokens if token.is_content and "report" not in token.names]
    return [token.stem for token in said if "negation" not in token.names][:_REACH]
