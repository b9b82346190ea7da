"""What a statement says that its sentences mean otherwise: outcomes, opposites, denials, certainty."""

from collections.abc import Iterator, Sequence

from bot.briefing.checks.additions import adds_doubt, adds_settled
from bot.briefing.checks.alignment import Edit, align, find_swapped_figure, find_swapped_name
from bot.briefing.checks.antonyms import has_antonym
from bot.briefing.checks.certainty import is_less_sure, is_surer
from bot.briefing.checks.exchange import has_exchanged_numbers
from bot.briefing.checks.negation import is_denial_changed, is_reversed
from bot.briefing.checks.parts import Part, read_parts
from bot.briefing.checks.passage import Passage, covered
from bot.briefing.checks.polarity import (
    has_opposite,
    has_other_polarity,
    is_flipped,
    is_upgraded,
    new_verdicts,
)
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.speakers import find_speaker
from bot.briefing.checks.swaps import is_role
from bot.briefing.checks.tense import has_happened

_WELL_HELD = 0.5
"""Share of a statement's content words in one sentence from which it plainly rests on it."""
_SURER = "It states as certain what the article does not."
_LESS_SURE = "It leaves open what the article states."
_NEGATED = "It negates what the article affirms, or the other way round."
_OPPOSITE = "It says the opposite of its sentences."


def find_changed_meaning(statement: Passage, cited: Sequence[int], reading: Reading) -> str | None:
    """Return how a statement departs from what its sentences mean, or None."""
    sources = [reading.passage(number) for number in cited]
    near = [reading.passage(number) for number in reading.near(cited)]
    if new_verdicts(statement, [reading.title, *near]):
        return "It states an outcome that its sentences do not."
    if has_opposite(statement, sources) or has_antonym(statement, sources, near):
        return _OPPOSITE
    if reason := _find_changed_part(statement, sources, [p for n in cited for p in reading.parts(n)]):
        return reason
    if has_exchanged_numbers(statement, sources):
        return "Two of its numbers stand in each other's place."
    if reading.is_translated:
        return _find_changed_translation(statement, sources)
    found = (_find_change(statement, source, reading, is_only=len(sources) == 1) for source in sources)
    return next((reason for reason in found if reason), None)


def _find_changed_part(statement: Passage, sources: Sequence[Passage], told: Sequence[Part]) -> str | None:
    """Return how a part of a statement departs from its counterpart in `told`, in any language."""
    return next(_changed_parts(statement, sources, told), None)


def _changed_parts(statement: Passage, sources: Sequence[Passage], told: Sequence[Part]) -> Iterator[str]:
    own = read_parts(statement)
    if is_denial_changed(own, told):
        yield _NEGATED
    if is_reversed(own, told):
        yield _OPPOSITE
    if is_surer(own, told) or adds_settled(statement, sources):
        yield _SURER
    if is_less_sure(own, told) or adds_doubt(statement, told):
        yield _LESS_SURE


def _find_change(statement: Passage, source: Passage, reading: Reading, *, is_only: bool) -> str | None:
    """Return how a statement departs from one sentence in its own language."""
    edits = align(statement, source)
    if edits is not None and (reason := find_swap(statement, source, edits, reading)):
        return reason
    if is_only and is_flipped(statement, source, edits):
        return _NEGATED
    if has_happened(statement, source):
        return "It tells as past what its sentences see coming."
    if covered(statement.content, source.content) >= _WELL_HELD and is_upgraded(statement, source, edits):
        return _SURER
    return None


def find_swap(statement: Passage, source: Passage, edits: Sequence[Edit], reading: Reading) -> str | None:
    """Return which number, date or name stands where the source has another, or None."""
    if find_swapped_figure(statement, source, edits):
        return "It holds another number or date than its sentence."
    speaker = find_speaker(source)
    is_resolved = speaker is not None and is_role(speaker, reading.lexicon)
    if not is_resolved and find_swapped_name(statement, source, edits, reading.proper):
        return "It holds another name than its sentence."
    return None


def _find_changed_translation(statement: Passage, sources: Sequence[Passage]) -> str | None:
    if len(sources) != 1:
        return None
    if has_other_polarity(statement, sources[0]):
        return _NEGATED
    return None
