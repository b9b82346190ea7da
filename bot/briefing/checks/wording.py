"""Check 4: loaded wording is shown as the article's own words: inside quotation marks."""

from collections.abc import Iterable, Sequence

from bot.briefing.checks.asides import check_aside
from bot.briefing.checks.lexicon import Lexicon
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading
from bot.briefing.models import Dropped, Loaded

_LONGEST_TERM = 10
"""Words; more than an expression is a sentence."""
_LONGEST_NEUTRAL = 80
_MOST_TERMS = 20

Term = tuple[str, ...]
"""The stems of a loaded expression."""


def check_loaded(drafted: Sequence[Loaded], reading: Reading, dropped: list[Dropped]) -> tuple[Loaded, ...]:
    """Return the loaded terms that stand in the article, as it spells them, with their sentence corrected."""
    kept: dict[str, Loaded] = {}
    for loaded in drafted[: 5 * _MOST_TERMS]:
        found = _locate(loaded, reading)
        if found is None:
            dropped.append(Dropped(what="loaded", why="The expression does not stand in the article."))
        elif len(kept) < _MOST_TERMS:
            kept.setdefault(fold_word(found.term), found)
    return tuple(kept.values())


def _locate(loaded: Loaded, reading: Reading) -> Loaded | None:
    """Return a loaded term as the article spells it, in the sentence nearest to the claimed one."""
    wanted = fold_word(loaded.term).strip("\"' .,;:!?")
    if not wanted or len(wanted.split()) > _LONGEST_TERM:
        return None
    places: list[tuple[int, int]] = []
    start = reading.folded.text.find(wanted)
    while start >= 0 and len(places) < 100:
        end = start + len(wanted)
        if _is_whole(reading.folded.text, start, end):
            places.append(reading.folded.span(start, end))
        start = reading.folded.text.find(wanted, start + 1)
    numbered = [(reading.number_at(start), start, end) for start, end in places]
    numbered = [place for place in numbered if place[0] not in reading.instructions]
    if not numbered:
        return None
    number, start, end = min(numbered, key=lambda place: abs(place[0] - loaded.sentence))
    neutral = check_aside(loaded.neutral or "", _LONGEST_NEUTRAL, reading) or None
    return Loaded(term=reading.article.text[start:end].strip(), sentence=number, neutral=neutral)


def _is_whole(text: str, start: int, end: int) -> bool:
    """Whether no letter stands right before or after."""
    return not text[max(0, start - 1) : start].isalnum() and not text[end : end + 1].isalnum()


def read_terms(loaded: Iterable[Loaded], lexicon: Lexicon) -> tuple[Term, ...]:
    """Return the stems of the loaded terms, longest first; a reporting verb is not put in quotation marks."""
    passages = [Passage(item.term, lexicon) for item in loaded]
    terms = {
        tuple(token.stem for token in passage.tokens)
        for passage in passages
        if not all("report" in token.names for token in passage.tokens)
    }
    return tuple(sorted((term for term in terms if term), key=len, reverse=True))


def quote_loaded(text: str, terms: Sequence[Term], reading: Reading) -> str:
    """Put quotation marks around every loaded expression of the article that `text` has without them."""
    passage = reading.read(text)
    spans = [*passage.spans("loaded"), *(span for term in terms for span in find_term(passage, term))]
    opening, closing = _marks(text, reading.brief_lexicon)
    taken: list[tuple[int, int]] = []
    for first, last in sorted(spans, key=lambda span: span[0] - span[1]):
        is_inside = any(passage.is_quoted(passage.tokens[place]) for place in range(first, last + 1))
        if not is_inside and not any(first <= end and start <= last for start, end in taken):
            taken.append((first, last))
    for first, last in sorted(taken, reverse=True):
        start, end = passage.tokens[first].start, passage.tokens[last].end
        text = f"{text[:start]}{opening}{text[start:end]}{closing}{text[end:]}"
    return text


def find_term(passage: Passage, term: Term) -> list[tuple[int, int]]:
    """Return first and last token of every place where the words of `term` stand, in any inflection."""
    stems = [token.stem for token in passage.tokens]
    size = len(term)
    return [(i, i + size - 1) for i in range(len(stems) - size + 1) if tuple(stems[i : i + size]) == term]


def has_foreign_loaded(passage: Passage, reading: Reading) -> bool:
    """Whether a passage uses one of our own list's loaded words that the article does not."""
    if not passage.has("loaded"):
        return False
    known = {
        token.stem
        for source in reading.passages
        for first, last in source.spans("loaded")
        for token in source.tokens[first : last + 1]
    }
    if reading.is_translated:
        return not known
    return any(
        token.stem not in known
        for first, last in passage.spans("loaded")
        for token in passage.tokens[first : last + 1]
    )


def _marks(text: str, lexicon: Lexicon) -> tuple[str, str]:
    """Return the quotation marks that `text` already uses, else those of its language."""
    styles = (("“", "”"), ("„", "“"), ("«", "»"), ('"', '"'))
    return next(((a, b) for a, b in styles if a in text and b in text), lexicon.quotes)
