"""Candidates → notes: the source's own words, quoted, or a model's, traced; nothing that orders or links."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

from bot.article.models import Article, Frozen
from bot.article.orders import gives_orders
from bot.article.sentences import split_sentences
from bot.briefing.checks.instructions import is_for_machines
from bot.briefing.checks.lexicon import load_lexicon
from bot.briefing.checks.notes import check_note
from bot.briefing.checks.output import find_clickable, find_disguised, sanitise, shorten
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading
from bot.briefing.models import Brief, Note, Source
from bot.briefing.noting import DraftNote
from bot.context.models import Candidate, Finding
from bot.context.ranking import Ranked, rank

LONGEST_QUOTE: Final = 320
"""Characters of a quoted sentence; a longer one ends with an ellipsis."""

_SPELLINGS = re.compile(r"\s\((?=[^()]{0,200}[:;\[])(?:[^()]|\([^()]{0,200}\)){12,400}\)")
"""As encyclopedias begin: "Lorm (Drimbic: Lorum; [lɔrm]) is a port". Years of birth and death stay."""
_LONGEST_LINE = 90
"""Characters of a title, a publisher or a rating."""
_LONGEST_DESCRIPTION = 160
_SENTENCES = 40
"""Of a source that are looked at."""
_FEWEST_WORDS = 4
"""Fewer are a heading or a caption."""


class Material(Frozen):
    """A note in its source's own words, and what a model may write another one from, if it may."""

    note: Note
    passage: Article | None = None


def find_material(findings: Iterable[Finding], brief: Brief) -> tuple[Material, ...]:
    """Return what there is to tell, in order of worth; CPU work."""
    return tuple(material for ranked in rank(findings, brief) if (material := _read(ranked, brief)))


def choose_notes(
    drafted: Sequence[DraftNote], materials: Sequence[Material], brief: Brief
) -> tuple[Note, ...]:
    """Return the notes once a model has written some; CPU work.

    `drafted` number the materials that have a passage. A note that does not hold gives way to its source's
    own words; a source that the model had nothing to say of is left out.
    """
    offered = [material for material in materials if material.passage is not None]
    written = {
        offered[note.source - 1].note.source.url: note
        for note in reversed(drafted)
        if note.source <= len(offered)
    }
    chosen: list[Note] = []
    for material in materials:
        draft = written.get(material.note.source.url)
        if material.passage is None:
            chosen.append(material.note)
        elif draft is not None:
            chosen.append(_apply(draft, material.note, material.passage, brief))
    return tuple(chosen)


def _apply(draft: DraftNote, quoted: Note, passage: Article, brief: Brief) -> Note:
    """Return a model's note with its source, or that one's own words."""
    text = check_note(draft.text, draft.sentences, passage, brief)
    if text is None:
        return quoted
    flag = draft.flag if draft.flag is not None and draft.flag <= len(brief.flags) else None
    return quoted.model_copy(update={"text": text, "quoted": False, "about": None, "flag": flag})


def _read(ranked: Ranked, brief: Brief) -> Material | None:
    """Return what a candidate has to tell; None when nothing of it is to be shown."""
    candidate, kind = ranked.candidate, ranked.finding.query.kind
    source = read_source(candidate)
    if source is None:
        return None
    if candidate.origin == "factcheck":
        claim, rating = (read_line(text, candidate.language, most) for text, most in _review(candidate))
        note = Note(text=claim, source=source, quoted=True, rating=rating, flag=ranked.flag)
        return Material(note=note) if claim and rating else None
    if kind in ("outlet", "name"):
        described = read_line(candidate.description or "", candidate.language, _LONGEST_DESCRIPTION)
        if described:
            return Material(note=Note(text=described, source=source, quoted=True, about=source.title))
    passage = read_passage(candidate, source)
    if not passage.sentences:
        return None
    number = _choose_quote(candidate, passage, ranked.flag, brief)
    quote = shorten(_leave_out_spellings(passage.sentence_text(number)), LONGEST_QUOTE)
    return Material(note=Note(text=quote, source=source, quoted=True, flag=ranked.flag), passage=passage)


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


def read_passage(candidate: Candidate, source: Source) -> Article:
    """Return a candidate's sentences that are for readers: no markup, nothing to click on, no orders."""
    paragraphs = (sanitise(paragraph) for paragraph in candidate.text.split("\n"))
    whole = _as_article("\n\n".join(paragraph for paragraph in paragraphs if paragraph), candidate, source)
    reading = Reading(whole, candidate.language)
    told = (
        whole.sentence_text(number)
        for number in list(reading.numbers)[:_SENTENCES]
        if number not in reading.instructions
    )
    return _as_article("\n\n".join(s for s in told if _is_quotable(s, candidate.language)), candidate, source)


def _as_article(text: str, candidate: Candidate, source: Source) -> Article:
    return Article(
        kind="text",
        text=text,
        sentences=split_sentences(text, candidate.language),
        title=source.title,
        site=source.publisher,
        published=source.date,
        language=candidate.language,
    )


def _is_quotable(sentence: str, language: str) -> bool:
    if len(sentence.split()) < _FEWEST_WORDS or sentence.endswith(":"):
        return False
    is_linked = any(find_clickable(sentence)) or any(find_disguised(sentence))
    return not is_linked and not _is_order(sentence, language)


def _is_order(text: str, language: str) -> bool:
    return is_for_machines(text, language) or gives_orders(text)


def _review(candidate: Candidate) -> tuple[tuple[str, int], tuple[str, int]]:
    return (candidate.text, LONGEST_QUOTE), (candidate.rating or "", _LONGEST_LINE)


def _leave_out_spellings(sentence: str) -> str:
    """Return a lead sentence without the brackets that hold a name in other languages and its sound."""
    return _SPELLINGS.sub(" […]", sentence)


def _choose_quote(candidate: Candidate, passage: Article, flag: int | None, brief: Brief) -> int:
    """Return which sentence is quoted: the first of an encyclopedia, else the closest to the flag."""
    if candidate.origin == "wikipedia" or flag is None:
        return 1
    lexicon = load_lexicon(candidate.language)
    wanted = Passage(brief.flags[flag - 1].quote, lexicon).content
    held = {
        sentence.number: len(wanted & Passage(passage.sentence_text(sentence.number), lexicon).content)
        for sentence in passage.sentences
    }
    return max(held, key=lambda number: held[number])
