"""Which sentences a statement rests on, and the first thing in it that they do not bear out."""

from collections.abc import Sequence

from bot.briefing.checks.alignment import align
from bot.briefing.checks.attribution import is_document, is_lost
from bot.briefing.checks.dates import find_missing_moment, find_replaced_moment
from bot.briefing.checks.exchange import has_mixed_name, has_other_hour
from bot.briefing.checks.figures import Figures, find_missing, join_figures, read_figures
from bot.briefing.checks.meaning import find_changed_meaning, find_swap
from bot.briefing.checks.names import find_unknown_name, read_names
from bot.briefing.checks.parts import read_parts
from bot.briefing.checks.passage import Passage, covered
from bot.briefing.checks.quotations import find_unfounded
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.relations import has_changed_relation
from bot.briefing.checks.substitution import has_replaced_name, has_replaced_unit, refers_back
from bot.briefing.checks.swaps import is_swapped
from bot.briefing.checks.titles import has_other_title
from bot.briefing.checks.vocabulary import KnownNames, Vocabulary
from bot.briefing.checks.voices import has_bare_stretch, has_exchanged_voices
from bot.briefing.checks.wording import has_foreign_loaded

_CLEARLY_BETTER = 0.5
"""A cited sentence that holds less than this share of what the best one holds was cited by mistake."""
_WELL_HELD = 0.5
"""Share of a statement's content words in one sentence from which it plainly rests on it."""
_HARDLY_HELD = 0.25
"""Share below which nothing in the article says it."""
_CLOSE_TO_TITLE = 0.6
"""Share of a headline's content words from which it restates the title, or one sentence."""
_COMMON_WORDS = 2
"""Content words that a neighbouring sentence must share with a statement to lend it a number."""
_FEWEST_WORDS = 5
"""Content words from which those shares mean something."""


def correct_citation(statement: Passage, cited: Sequence[int], reading: Reading) -> tuple[int, ...]:
    """Return the sentences a statement rests on: those it cites, unless another one plainly holds it."""
    valid = tuple(dict.fromkeys(number for number in cited if number in reading.numbers))
    best, share = best_sentence(statement, reading)
    if best is None:
        return valid
    own = max((_share(statement, number, reading) for number in valid), default=0.0)
    if not valid:
        return (best,)
    is_moved = share >= _WELL_HELD and own < _CLEARLY_BETTER * share
    if is_moved and reading.is_translated and has_replaced_name(statement, valid, reading):
        return valid
    return (best,) if is_moved else valid


def best_sentence(statement: Passage, reading: Reading) -> tuple[int | None, float]:
    """Return the sentence that holds most of a statement, and how much of it."""
    if not reading.passages:
        return None, 0.0
    if not reading.is_translated:
        held = reading.count_held(statement.content)
        best = min(held, key=lambda number: (-held[number], number), default=None)
        return (None, 0.0) if best is None else (best, held[best] / len(statement.content))
    shares = {number: _share(statement, number, reading) for number in reading.numbers}
    best = max(shares, key=lambda number: shares[number])
    return (best, shares[best]) if shares[best] > 0 else (None, 0.0)


def find_problem(statement: Passage, cited: Sequence[int], reading: Reading) -> str | None:
    """Return what is wrong with a statement in plain words, or None when its sentences bear it out."""
    if not cited:
        return "It rests on no sentence of the article."
    if not reading.instructions.isdisjoint(cited):
        return "It rests on a passage that is not addressed to readers."
    return (
        _find_foreign_facts(statement, cited, reading)
        or _find_replaced(statement, cited, reading)
        or _find_unsupported(statement, cited, reading)
        or _find_changed_source(statement, cited, reading)
        or find_changed_meaning(statement, cited, reading)
    )


def find_headline_problem(headline: Passage, reading: Reading) -> str | None:
    """Return what is wrong with a headline, held against the whole text, the title and its best sentence."""
    told = [number for number in reading.numbers if number not in reading.instructions]
    reason = _find_foreign_facts(headline, told, reading, reading.everywhere)
    if reason or reading.is_translated:
        return reason
    if covered(headline.content, reading.title.content) >= _CLOSE_TO_TITLE:
        edits = align(headline, reading.title)
        return find_swap(headline, reading.title, edits, reading) if edits else None
    best, share = best_sentence(headline, reading)
    if best is None or best in reading.instructions:
        return "The article does not say it."
    return _find_changed_headline(headline, best, reading) if share >= _CLOSE_TO_TITLE else None


def _find_changed_headline(headline: Passage, best: int, reading: Reading) -> str | None:
    """Return how a headline departs from its sentence; it need not name minutes, nor who hopes."""
    needs_source = not is_document(reading.speaker(best), reading.lexicon)
    if needs_source and not headline.has("hedge", "softener"):
        reason = _find_changed_source(headline, [best], reading)
    else:
        reason = None
    return reason or find_changed_meaning(headline, [best], reading)


def _share(statement: Passage, number: int, reading: Reading) -> float:
    """Return how much of a statement one sentence holds: words, or numbers and names in a translation."""
    if not reading.is_translated:
        return covered(statement.content, reading.passage(number).content)
    figures = read_figures(statement)
    own = reading.figures(number)
    names = {token.folded for token in statement.tokens if token.capital}
    wanted = len(figures.numbers) + len(names)
    if wanted < 2:
        return 0.0
    vocabularies, speaker = [reading.vocabulary(number)], reading.speaker(number)
    if speaker and speaker.refers_back and speaker.shown:  # "she" is whom the article named before
        vocabularies.append(Vocabulary([Passage(speaker.shown, reading.lexicon)]))
    known = KnownNames(vocabularies)
    held = sum(1 for figure in figures.numbers if not find_missing([figure], own, own))
    held += sum(1 for name in names if name in known or known.has_sound(name))
    return held / wanted if held > 1 else 0.0


def _find_foreign_facts(
    statement: Passage, cited: Sequence[int], reading: Reading, known: KnownNames | None = None
) -> str | None:
    """Return which number, date, name or quotation does not stand in the cited sentences or nearby.

    `known` are the names that may stand in it, if not those nearby.
    """
    near = reading.near(cited)
    if reason := _find_foreign_figure(statement, cited, near, reading):
        return reason
    if _find_name(statement, cited, known or reading.known(near), reading):
        return "It holds a name that its sentences do not."
    if has_mixed_name(statement, reading.runs):
        return "It gives somebody another person's name."
    folded = " ".join(reading.passage(number).folded.text for number in near if statement.quoted)
    if find_unfounded(statement, folded, reading) is not None:
        return "It puts words in quotation marks that the article does not hold."
    if has_foreign_loaded(statement, reading):
        return "It uses a loaded word that the article does not."
    return None


def _find_foreign_figure(
    statement: Passage, cited: Sequence[int], near: Sequence[int], reading: Reading
) -> str | None:
    wanted = read_figures(statement)
    if not wanted.numbers and not wanted.moments:
        return None
    own = join_figures([reading.figures(number) for number in cited])
    if find_missing(wanted.numbers, own, _read_related(statement, near, reading)):
        return "It holds a number that its sentences do not."
    around = join_figures([*map(reading.figures, near), reading.title_figures])
    years = [value for figure in around.numbers for value in figure.values]
    if find_missing_moment(wanted.moments, around.moments, reading.published, years):
        return "It holds a date that its sentences do not."
    cited_sentences = [reading.passage(number) for number in cited]
    if find_replaced_moment(wanted.moments, own.moments) or has_other_hour(statement, cited_sentences):
        return "It holds another date than its sentences."
    return None


def _find_replaced(statement: Passage, cited: Sequence[int], reading: Reading) -> str | None:
    """Return which name or unit of elsewhere stands in place of the cited sentences' own."""
    sources = [reading.passage(number) for number in cited]
    own = join_figures([reading.figures(number) for number in cited])
    near = join_figures([reading.figures(number) for number in reading.near(cited)])
    if has_replaced_unit(statement, sources, own, near):
        return "It holds another unit than its sentences."
    if has_replaced_name(statement, cited, reading):
        return "It holds another name than its sentences."
    return None


def _read_related(statement: Passage, near: Sequence[int], reading: Reading) -> Figures:
    """Return the numbers of the title and the neighbours that are about the same thing as a statement."""
    words = {token.stem for token in statement.tokens if token.kind == "word"} & statement.content
    least = 0 if reading.is_translated else _COMMON_WORDS
    related = [
        reading.figures(number) for number in near if len(words & reading.passage(number).content) >= least
    ]
    if len(words & reading.title.content) >= least:
        related.append(reading.title_figures)
    return join_figures(related)


def _find_name(statement: Passage, cited: Sequence[int], known: KnownNames, reading: Reading) -> bool:
    names = [
        name
        for name in read_names(statement)
        if name.word not in known and not _names_speaker(statement, name.place, cited, reading)
    ]
    everywhere, is_translated = reading.everywhere, reading.is_translated
    unknown = find_unknown_name(names, statement, known, everywhere, is_translated=is_translated)
    if unknown is not None and any(refers_back(reading.passage(number)) for number in cited):
        known = reading.known([*reading.near(cited), *reading.named_before(min(cited))])
        unknown = find_unknown_name(names, statement, known, everywhere, is_translated=is_translated)
    return unknown is not None


def _names_speaker(statement: Passage, place: int, cited: Sequence[int], reading: Reading) -> bool:
    """Whether a name is the cited sentences' speaker: "he" of the article may be named in the brief."""
    speakers = [speaker for number in cited if (speaker := reading.speaker(number))]
    return any(statement.tokens[place].stem in speaker.stems for speaker in speakers)


def _find_unsupported(statement: Passage, cited: Sequence[int], reading: Reading) -> str | None:
    if reading.is_translated or len(statement.content) < _FEWEST_WORDS:
        return None
    content = frozenset[str]().union(*(reading.passage(number).content for number in reading.near(cited)))
    return "The article does not say it." if covered(statement.content, content) < _HARDLY_HELD else None


def _find_changed_source(statement: Passage, cited: Sequence[int], reading: Reading) -> str | None:
    sources = [(reading.passage(number), reading.speaker(number)) for number in cited]
    parts = read_parts(statement)
    voices = [(reading.parts(number), reading.speaker(number)) for number in cited]
    if is_lost(statement, sources, is_translated=reading.is_translated) or has_bare_stretch(parts, voices):
        return "It leaves out who says so."
    if has_exchanged_voices(parts, voices):
        return "It names another speaker than the article."
    if not reading.is_translated and has_other_title(
        statement, [passage for passage, _ in sources], reading.passages
    ):
        return "It gives somebody another person's title."
    best = max(cited, key=lambda number: covered(statement.content, reading.passage(number).content))
    if is_swapped(statement, cited, reading) or has_changed_relation(statement, best, reading):
        return "It names another speaker than the article."
    return None
