"""A statement laid word by word along the sentence it was taken from: what was put in another's place."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from rapidfuzz.distance import Levenshtein

from bot.briefing.checks.dates import Moment, is_compatible
from bot.briefing.checks.exonyms import other_names
from bot.briefing.checks.figures import Figure, is_equal, read_figures
from bot.briefing.checks.names import is_common
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.vocabulary import is_inflected

_CLOSE = 0.6
"""Share of a statement's words that stand in the sentence, in order, from which the two are compared."""
_SMALL_EDIT = 4
"""Words up to which a change is one of meaning ("has not moved"), not a clause left out."""

_Placed = TypeVar("_Placed", Figure, Moment)


@dataclass(frozen=True, slots=True)
class Edit:
    """Words of the statement that stand where the source has others: token ranges in both."""

    own: range
    source: range


def align(statement: Passage, source: Passage) -> list[Edit] | None:
    """Return where a statement departs from its source; None when it is written too freely to say."""
    ours = [token.stem for token in statement.tokens]
    theirs = [token.stem for token in source.tokens]
    if not ours:
        return None
    edits: list[Edit] = []
    kept = 0
    for code in Levenshtein.opcodes(ours, theirs):
        if code.tag == "equal":
            kept += code.src_end - code.src_start
            continue
        own, other = range(code.src_start, code.src_end), range(code.dest_start, code.dest_end)
        if edits and edits[-1].own.stop == own.start and edits[-1].source.stop == other.start:
            edits[-1] = Edit(range(edits[-1].own.start, own.stop), range(edits[-1].source.start, other.stop))
        else:
            edits.append(Edit(own, other))
    return edits if kept >= _CLOSE * len(ours) else None


def find_swapped_figure(statement: Passage, source: Passage, edits: Sequence[Edit]) -> bool:
    """Whether a number or date stands where the source has another one that the statement lacks."""
    ours, theirs = read_figures(statement), read_figures(source)
    return _has_swap(edits, ours.numbers, theirs.numbers, is_equal) or _has_swap(
        edits, ours.moments, theirs.moments, is_compatible
    )


def _has_swap(
    edits: Sequence[Edit],
    ours: Sequence[_Placed],
    theirs: Sequence[_Placed],
    is_same: Callable[[_Placed, _Placed], bool],
) -> bool:
    """Whether an edit puts one thing in another's place, and not only in another order."""
    placed = [(_inside(ours, edit.own), _inside(theirs, edit.source), _is_small(edit)) for edit in edits]
    changes = [
        (own, other, small)
        for own, other, small in placed
        if own and other and not _meet(own, other, is_same) and _meet(own, other, _is_kin)
    ]
    return any(
        not _meet(ours, other, is_same) and (small or not _meet(own, theirs, is_same))
        for own, other, small in changes
    )


def _is_kin(one: Figure | Moment, other: Figure | Moment) -> bool:
    """Whether one can have taken the other's place: minutes take none of an hour of the day."""
    return not isinstance(one, Figure) or not isinstance(other, Figure) or one.unit == other.unit


def _inside(items: Sequence[_Placed], places: range) -> list[_Placed]:
    return [item for item in items if _overlaps(item.first, item.last, places)]


def _meet(
    some: Sequence[_Placed], others: Sequence[_Placed], is_same: Callable[[_Placed, _Placed], bool]
) -> bool:
    """Whether anything of one list is also in the other."""
    return any(is_same(a, b) for a in some for b in others)


def find_swapped_name(
    statement: Passage, source: Passage, edits: Sequence[Edit], proper: frozenset[str]
) -> bool:
    """Whether a name stands where the source has another one that the statement lacks.

    `proper` are the article's names: they tell one from a word that only begins the sentence.
    """
    language = source.lexicon.language
    ours = _names(statement, range(len(statement.tokens)))
    changes: list[tuple[list[str], list[str]]] = []
    for edit in filter(_is_small, edits):
        own, found = _names(statement, edit.own), _names(source, edit.source)
        other = [name for name in found if any(is_inflected(name, word, language) for word in proper)]
        if own and other and not any(_is_same_name(a, b, own, language) for a in own for b in other):
            changes.append((own, other))
    if any(
        is_inflected(a, b, language) for own, _ in changes for _, other in changes for a in own for b in other
    ):
        return True
    return any(not any(is_inflected(a, b, language) for a in ours for b in other) for _, other in changes)


def _is_same_name(one: str, other: str, run: Sequence[str], language: str) -> bool:
    """Whether two names are one: inflected, by another name, or by the initials of the whole run."""
    initials = "".join(name[0] for name in run)
    return is_inflected(one, other, language) or other in other_names(one) or other == initials


def has_small_change(
    statement: Passage, source: Passage, edits: Sequence[Edit], name: str, *weaker: str
) -> bool:
    """Whether a word of the list `name` was put in or left out between words that stayed.

    A word of the lists `weaker` in its place is no change.
    """
    for edit in edits:
        if not _is_small(edit) or not _is_inside(edit, statement):
            continue
        own, other = _has(statement, edit.own, [name]), _has(source, edit.source, [name])
        if own and not other and not _has(source, edit.source, weaker):
            return True
        if other and not own and not _has(statement, edit.own, weaker):
            return True
    return False


def _is_small(edit: Edit) -> bool:
    return len(edit.own) <= _SMALL_EDIT and len(edit.source) <= _SMALL_EDIT


def _is_inside(edit: Edit, statement: Passage) -> bool:
    """Whether words that stayed stand on both sides of a change."""
    return edit.own.start > 0 and edit.own.stop < len(statement.tokens)


def _names(passage: Passage, places: range) -> list[str]:
    return [
        token.folded
        for token in _tokens(passage, places)
        if token.capital and token.is_content and not is_common(token)
    ]


def _tokens(passage: Passage, places: range) -> Iterator[Token]:
    yield from passage.tokens[places.start : places.stop]


def _has(passage: Passage, places: range, names: Sequence[str]) -> bool:
    spans = [span for name in names for span in passage.spans(name)]
    return any(_overlaps(first, last, places) for first, last in spans)


def _overlaps(first: int, last: int, places: range) -> bool:
    return first < places.stop and last >= places.start
