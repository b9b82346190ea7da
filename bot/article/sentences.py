"""Text → numbered sentences with exact offsets."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import sentencex  # type: ignore[import-untyped]  # it ships no types

from bot.article.datelines import find_dateline_end
from bot.article.models import Sentence

MAX_STRETCH = 5_000
"""Characters split at once: sentencex is quadratic in quotation marks (8.5 s for 100,000, measured)."""

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_NUMBER_STARTS = re.compile(r"\.(?<=[^\W\d_]{3}\.)\s+(?=\d)")
"""A full stop behind a word and a number behind that, which sentencex takes for an abbreviation's dot."""
_ELLIPSIS = re.compile(r"…(?<=\w…)\s+(?=[«„“\"]?[A-ZÀ-ÞА-ЯЁІЇЄҐ])")
_INITIALS = re.compile(r"(?:(?<!\w)[А-ЯЁІЇЄҐ]|\b[A-ZÀ-Þ]\.-[A-ZÀ-Þ])\.$")
"""Cyrillic initials, and Latin ones with a hyphen, which sentencex takes for the end of a sentence."""
_QUOTE_ENDS = re.compile(r"\.(?<=[^\W\d_A-ZА-Я]{2}\.)[”»\"“’]\s+(?=[«„“\"]?[A-ZÀ-ÞА-ЯЁІЇЄҐ])")
_OPENING = "\"'“”„«»‚‘’‹›([*_—–-¿¡ "
_NO_WORD = re.compile(r"\W")
_ORDINAL = re.compile(r"\b\d{1,4}\.$")
_SHORT = 20
"""A paragraph this short is no dateline with its report."""
_TAIL = 60
"""Characters of a sentence's end in which an abbreviation is looked for; longer than any."""
_DASHES = ("—", "–", "-", "/", ",", ";")


@dataclass(frozen=True, slots=True)
class _Rules:
    """What one language knows about dots; patterns are None where it knows nothing."""

    joins: re.Pattern[str] | None
    joins_number: re.Pattern[str] | None
    words_after_ordinal: frozenset[str]
    ends: re.Pattern[str] | None
    ends_after_number: re.Pattern[str] | None


def split_sentences(text: str, language: str) -> tuple[Sentence, ...]:
    """Split `text` into numbered sentences.

    Every character that is no white space belongs to exactly one. No sentence crosses a blank line. A
    dateline stays with its first sentence, and a quotation with its attribution. A language without rules
    of its own is split by sentencex alone.
    """
    rules = _read_rules(language)
    spans = (
        span
        for start, end in _stretches(text)
        for span in _join_pieces(text, list(_cut_pieces(text, start, end, language, rules)), rules)
    )
    return tuple(
        Sentence(number=number, start=start, end=end)
        for number, (start, end) in enumerate(_trim(text, spans), start=1)
    )


def _stretches(text: str) -> Iterator[tuple[int, int]]:
    """Yield the paragraphs, and the parts of paragraphs longer than MAX_STRETCH, cut at white space."""
    start = 0
    for gap in (*_BLANK_LINE.finditer(text), None):
        end = gap.start() if gap else len(text)
        while end - start > MAX_STRETCH:
            cut = text.rfind(" ", start + 1, start + MAX_STRETCH)
            cut = cut if cut > start else start + MAX_STRETCH
            yield start, cut
            start = cut
        yield start, end
        start = gap.end() if gap else end


def _cut_pieces(text: str, start: int, end: int, language: str, rules: _Rules) -> Iterator[tuple[int, int]]:
    """Yield what sentencex takes for sentences, cut further where our rules know of an end."""
    paragraph = text[start:end]
    begins = end - start > _SHORT and (start == 0 or text[start - 1] == "\n")
    report = find_dateline_end(paragraph, is_first=start == 0) if begins else 0
    cuts = [boundary["start_index"] for boundary in sentencex.get_sentence_boundaries(language, paragraph)]
    for pattern in filter(None, (_QUOTE_ENDS, _NUMBER_STARTS, rules.ends, rules.ends_after_number)):
        cuts.extend(match.end() for match in pattern.finditer(paragraph))
    cuts.extend(m.end() for m in _ELLIPSIS.finditer(paragraph) if not _is_quoting(paragraph[: m.end()]))
    inner = sorted({cut for cut in cuts if report < cut - 1 and cut < len(paragraph)})
    for left, right in zip([0, *inner], [*inner, len(paragraph)], strict=True):
        yield start + left, start + right


def _is_quoting(text: str) -> bool:
    """Whether a text ends inside a quotation: its full stops end no sentence of the article's."""
    opened = sum(map(text.count, "«„")) + text.count("“") * ("„" not in text)
    closed = text.count("»") + (text.count("“") if "„" in text else text.count("”"))
    return opened > closed or text.count('"') % 2 == 1


def _join_pieces(text: str, pieces: Iterable[tuple[int, int]], rules: _Rules) -> Iterator[tuple[int, int]]:
    """Yield the pieces, joined where a piece does not end its sentence."""
    start = end = -1
    for left, right in pieces:
        if start < 0:
            start, end = left, right
        elif _continues(text[start:end], text[left:right], rules):
            end = right
        else:
            yield start, end
            start, end = left, right
    if start >= 0:
        yield start, end


def _continues(before: str, after: str, rules: _Rules) -> bool:
    """Tell whether `after` goes on with the sentence of `before`."""
    said, following = before.rstrip(), after.lstrip()
    if not any(map(str.isalnum, said)) or not any(map(str.isalnum, following)):
        return True
    if "\n" in before[len(said) :]:
        return False
    if following.startswith(_DASHES) or (following[0].islower() and not following[1:2].isupper()):
        return True
    tail = said[-_TAIL:]
    if _INITIALS.search(tail) or (rules.joins and rules.joins.search(tail)):
        return True
    word = _NO_WORD.split(following.lstrip(_OPENING), maxsplit=1)[0]
    if word[:1].isdigit():
        return bool(rules.joins_number and rules.joins_number.search(tail))
    return word in rules.words_after_ordinal and _ORDINAL.search(tail) is not None


def _trim(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Take white space off both ends; drop what is left empty."""
    for start, end in spans:
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left < right:
            yield left, right


@cache
def _read_rules(language: str) -> _Rules:
    """Read a language's rules from the data file."""
    data = _read_data().get(language, {})
    capital_follows = r"\.\s+(?=[«„“\"]?[A-ZÀ-ÞА-ЯЁІЇЄҐ][^\W\d_A-ZА-Я])"
    return _Rules(
        joins=_abbreviations(data.get("join", []), after=r"\.$"),
        joins_number=_abbreviations(data.get("before_number", []), after=r"\.$"),
        words_after_ordinal=frozenset(data.get("before_word", [])),
        ends=_abbreviations(data.get("ends", []), after=capital_follows),
        ends_after_number=_abbreviations(
            data.get("ends_after_number", []), before=r"(?<=[\dIVX]\s)", after=capital_follows
        ),
    )


@cache
def _read_data() -> dict[str, dict[str, list[str]]]:
    """Read the data file."""
    data = files("bot.article").joinpath("data", "abbreviations.toml")
    return tomllib.loads(data.read_text(encoding="utf-8"))


def _abbreviations(words: list[str], *, before: str = "", after: str) -> re.Pattern[str] | None:
    """Return a pattern for any of `words`, also capitalised, between `before` and `after`."""
    spellings = {spelling for word in words for spelling in (word, word[0].upper() + word[1:])}
    alternatives = "|".join(sorted(map(re.escape, spellings), key=len, reverse=True))
    return re.compile(rf"{before}(?<![\w.-])(?:{alternatives}){after}") if words else None
