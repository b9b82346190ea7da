"""A translation beside a quotation: a model's words, held against the words that they stand for."""

from bot.briefing.checks.dates import is_compatible
from bot.briefing.checks.figures import Figures, read_figures
from bot.briefing.checks.grounding import is_dictated
from bot.briefing.checks.names import find_unknown_name, read_names
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.output import defang, find_clickable, find_disguised, sanitise
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.vocabulary import KnownNames, Vocabulary

_LONGEST = 500
_MOST_GROWTH = 2.5
"""Times a quotation's length that a translation can have; Chinese needs a third of the letters of English."""
_LEAST_GROWTH = 0.25
_SLACK = 30
"""Characters that a short quotation may grow by on top."""


def check_translation(text: str | None, quote: str, number: int, reading: Reading) -> str | None:
    """Return the translation of `quote`, of sentence `number`, as it may be shown; None when it may not.

    Its names, numbers and dates must be the quotation's, and so must be whether it denies something.
    """
    if not text or not reading.is_translated:
        return None
    plain = sanitise(text[:_LONGEST]).strip('"“”„«» ')
    if not plain or len(text) > _LONGEST or any(find_clickable(plain)) or any(find_disguised(plain)):
        return None
    if not _LEAST_GROWTH * len(quote) <= len(plain) <= _MOST_GROWTH * len(quote) + _SLACK:
        return None
    own, other = Passage(plain, reading.brief_lexicon), Passage(quote, reading.lexicon)
    if fold_word(plain) == fold_word(quote) or is_dictated(own, reading) or not _agrees(own, other):
        return None
    near = KnownNames([reading.vocabulary(number), Vocabulary([other])])
    if find_unknown_name(read_names(own), own, near, reading.everywhere, is_translated=True):
        return None
    return defang(plain)


def _agrees(own: Passage, other: Passage) -> bool:
    """Whether two passages give the same numbers and dates, and both or neither deny."""
    ours, theirs = read_figures(own), read_figures(other)
    is_denial = own.has("negation")
    return _holds(ours, theirs) and _holds(theirs, ours) and is_denial == other.has("negation")


def _holds(them: Figures, others: Figures) -> bool:
    """Whether every number and date of one stands in the other; a number may be a part of a date."""
    years = {float(moment.year) for moment in others.moments if moment.year}
    numbers = (figure for figure in them.numbers if not figure.is_weak)
    return all(
        figure.values & years or any(figure.values & one.values for one in others.numbers)
        for figure in numbers
    ) and all(any(is_compatible(moment, one) for one in others.moments) for moment in them.moments)
