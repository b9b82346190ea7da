"""Candidates → notes: the source's own words, quoted; nothing in them that is not for readers."""

from collections.abc import Iterable, Iterator
from typing import Final

from bot.article.models import Article
from bot.article.orders import gives_orders
from bot.article.sentences import split_sentences
from bot.briefing.checks.instructions import is_for_machines
from bot.briefing.checks.lexicon import load_lexicon
from bot.briefing.checks.output import find_clickable, find_disguised, sanitise, shorten
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading
from bot.briefing.models import Brief, Note, Source
from bot.context.models import Candidate, Finding
from bot.context.ranking import Ranked, rank

LONGEST_QUOTE: Final = 320
"""Characters of a quoted sentence; a longer one ends with an ellipsis."""

_LONGEST_LINE = 90
"""Characters of a title, a publisher or a rating."""
_LONGEST_DESCRIPTION = 160
_SENTENCES = 40
"""Of a source that are looked at."""
_FEWEST_WORDS = 4
"""Fewer are a heading or a caption."""


def quote_notes(findings: Iterable[Finding], brief: Brief) -> tuple[Note, ...]:
    """Return the notes that need no model; CPU work."""
    return tuple(write_notes(rank(findings, brief), brief))


def write_notes(ranked: Iterable[Ranked], brief: Brief) -> Iterator[Note]:
    """Yield a note for each candidate that has words to be quoted."""
    for one in ranked:
        if note := quote_note(one, brief):
            yield note


def quote_note(ranked: Ranked, brief: Brief) -> Note | None:
    """Return what the source itself says; None when nothing of it is to be shown."""
    candidate, kind = ranked.candidate, ranked.finding.query.kind
    source = read_source(candidate)
    if source is None:
        return None
    if candidate.origin == "factcheck":
        claim, rating = (read_line(text, candidate.language, most) for text, most in _review(candidate))
        fits = bool(claim and rating)
        return Note(text=claim, source=source, quoted=True, rating=rating, flag=ranked.flag) if fits else None
    if kind in ("outlet", "name"):
        described = read_line(candidate.description or "", candidate.language, _LONGEST_DESCRIPTION)
        if described:
            return Note(text=described, source=source, quoted=True, about=source.title)
    quote = _find_quote(candidate, ranked.flag, brief)
    return Note(text=quote, source=source, quoted=True, flag=ranked.flag) if quote else None


def read_source(candidate: Candidate) -> Source | None:
    """Return where a candidate comes from; None when its own lines are not fit to be shown."""
    title = read_line(candidate.title, candidate.language, _LONGEST_LINE)
    publisher = read_line(candidate.publisher, candidate.language, _LONGEST_LINE, is_site=True)
    if not title or not publisher:
        return None
    return Source(title=title, url=candidate.url, date=candidate.date, publisher=publisher)


def read_line(text: str, language: str, most: int, *, is_site: bool = False) -> str:
    """Return a stranger's line, plain and short; nothing when it holds links or orders to machines."""
    line = shorten(sanitise(text[: 10 * most]), most)
    is_linked = not is_site and (any(find_clickable(line)) or any(find_disguised(line)))
    return "" if is_linked or _is_order(line, language) else line


def read_passage(candidate: Candidate) -> Article:
    """Return a candidate's words as a text in numbered sentences, without markup and what cannot be seen."""
    paragraphs = (sanitise(paragraph) for paragraph in candidate.text.split("\n"))
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return Article(
        kind="text",
        text=text,
        sentences=split_sentences(text, candidate.language)[:_SENTENCES],
        title=candidate.title,
        published=candidate.date,
        language=candidate.language,
    )


def list_quotable(passage: Article) -> list[int]:
    """Return the numbers of the sentences that are for readers and hold nothing to click on."""
    reading = Reading(passage, passage.language)
    return [
        number
        for number in reading.numbers
        if number not in reading.instructions
        and _is_quotable(passage.sentence_text(number), passage.language)
    ]


def _is_quotable(sentence: str, language: str) -> bool:
    if len(sentence.split()) < _FEWEST_WORDS or sentence.endswith(":"):
        return False
    is_linked = any(find_clickable(sentence)) or any(find_disguised(sentence))
    return not is_linked and not _is_order(sentence, language)


def _is_order(text: str, language: str) -> bool:
    return is_for_machines(text, language) or gives_orders(text)


def _review(candidate: Candidate) -> tuple[tuple[str, int], tuple[str, int]]:
    return (candidate.text, LONGEST_QUOTE), (candidate.rating or "", _LONGEST_LINE)


def _find_quote(candidate: Candidate, flag: int | None, brief: Brief) -> str | None:
    """Return the lead sentence of an encyclopedia, of other sources the one closest to the flag."""
    passage = read_passage(candidate)
    quotable = list_quotable(passage)
    if not quotable:
        return None
    number = quotable[0]
    if candidate.origin != "wikipedia" and flag is not None:
        lexicon = load_lexicon(candidate.language)
        wanted = Passage(brief.flags[flag - 1].quote, lexicon).content
        held = {n: len(wanted & Passage(passage.sentence_text(n), lexicon).content) for n in quotable}
        number = max(quotable, key=lambda n: held[n])
    return shorten(passage.sentence_text(number), LONGEST_QUOTE)
