"""Check 1: where a quotation stands in the article, to the character."""

import re
from collections.abc import Iterator, Sequence

from rapidfuzz import fuzz

from bot.briefing.checks.marks import DOUBLE_MARKS, OUTER_MARKS, strip_marks
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading

SIMILAR = 95.0
"""Similarity, of 100, from which a quotation counts as the article's passage with a slip in it."""
SHORTEST = 3
"""Words a flag's quotation needs."""
LONGEST = 60
"""Words at which a flag's quotation is cut, at the end of a sentence."""

_MOST_OCCURRENCES = 50
_WIDEST_GAP = 400
"""Characters of the article that "…" may stand for."""
_ELLIPSIS = re.compile(r"\s*(?:\[\s*(?:\.{2,}|…)\s*\]|\(\s*(?:\.{2,}|…)\s*\)|\.{3,}|…)\s*")
_TRAILING = " .,;:!?-…\"'"
_LONGEST_EXPRESSION = 5
"""Words up to which a quoted expression may be inflected otherwise than in the article."""
_SHORT_ENOUGH_ANYWHERE = 3
"""Words up to which a quoted expression may stand anywhere in the article."""

Span = tuple[int, int]


def locate(quote: str, sentence: int, reading: Reading) -> Span | None:
    """Return start and end of `quote` in the article's text, or None when it does not stand there.

    Of several places the one nearest to `sentence` is meant. Quotation marks around it are left out. Of a
    quotation with "…", every part must stand in order and near; its longest part is returned.
    """
    parts = [part for part in _ELLIPSIS.split(strip_marks(quote[:2_000])) if part.strip(_TRAILING)]
    if not parts:
        return None
    found = _find_exact(quote, sentence, reading) or (
        _find_stitched(parts, sentence, reading) if len(parts) > 1 else _find_similar(parts[0], reading)
    )
    return _trim(found, reading) if found else None


def count_words(text: str) -> int:
    """Count words, split at white space."""
    return len(text.split())


def cut_at_sentence(span: Span, reading: Reading) -> Span | None:
    """Cut a long quotation at the last end of a sentence within LONGEST words; None when there is none."""
    start, end = span
    text = reading.article.text
    ends = [sentence.end for sentence in reading.article.sentences if start < sentence.end <= end]
    fitting = [stop for stop in ends if SHORTEST <= count_words(text[start:stop]) <= LONGEST]
    return _trim((start, fitting[-1]), reading) if fitting else None


def find_unfounded(statement: Passage, near: str, reading: Reading) -> str | None:
    """Return the first stretch between quotation marks that the article does not hold, or None.

    `near` are the folded sentences around the cited ones. In another language than the article's only
    short expressions may stand in quotation marks; `unquote_translated` has seen to that.
    """
    for start, end in statement.quoted:
        quoted = statement.text[start:end]
        if not all(_is_found(part, near, statement, reading) for part in _ELLIPSIS.split(quoted)):
            return quoted
    return None


def unquote_translated(text: str, statement: Passage, cited: Sequence[int], reading: Reading) -> str:
    """Return `text` without the marks around words that nobody said when it translates.

    That is long quotations of sentences that quote, and short ones of sentences that do not; a long one there
    is made up, and stays marked.
    """
    if not reading.is_translated:
        return text
    is_quoting = any(_quotes(reading.passage(number)) for number in cited if number in reading.numbers)
    for start, end in reversed(statement.quoted):
        is_held = fold_word(text[start:end]).strip(_TRAILING) in reading.folded.text
        if not is_held and (count_words(text[start:end]) > _LONGEST_EXPRESSION) == is_quoting:
            text = text[:start].rstrip(OUTER_MARKS) + text[start:end].strip() + text[end:].lstrip(OUTER_MARKS)
    return text


def _quotes(passage: Passage) -> bool:
    """Whether a sentence quotes more than a name."""
    spans = (passage.text[start:end] for start, end in passage.quoted)
    return any(count_words(span) > 2 or not span[:1].isupper() for span in spans)


def _is_found(part: str, near: str, statement: Passage, reading: Reading) -> bool:
    wanted = fold_word(re.sub(r"\[[^\]]*\]", "", part)).strip(_TRAILING)
    words = count_words(wanted)
    if not wanted or wanted in near:
        return True
    title = fold_word(reading.article.title or "")
    if words <= _SHORT_ENOUGH_ANYWHERE and (wanted in reading.folded.text or wanted in title):
        return True
    if reading.is_translated:
        return words <= _LONGEST_EXPRESSION
    if words > _LONGEST_EXPRESSION:
        return wanted in title
    stems = [token.stem for token in Passage(part, statement.lexicon).tokens]
    return any(
        _holds(stems, [token.stem for token in passage.tokens])
        for passage in (reading.title, *reading.passages)
    )


def _holds(wanted: list[str], stems: list[str]) -> bool:
    size = len(wanted)
    return any(stems[i : i + size] == wanted for i in range(len(stems) - size + 1))


def _find_exact(quote: str, sentence: int, reading: Reading) -> Span | None:
    """Return the place of `quote` nearest to `sentence`, with its closing punctuation if it stands there."""
    whole = fold_word(strip_marks(quote))
    for wanted in dict.fromkeys((whole, whole.strip(_TRAILING))):
        places = [reading.folded.span(*place) for place in _occurrences(wanted, reading.folded.text)]
        if places:
            return min(places, key=lambda place: abs(reading.number_at(place[0]) - sentence))
    return None


def _occurrences(wanted: str, text: str, begin: int = 0) -> Iterator[Span]:
    """Yield where `wanted` stands as whole words."""
    start = text.find(wanted, begin) if wanted else -1
    for _ in range(_MOST_OCCURRENCES):
        if start < 0:
            return
        end = start + len(wanted)
        if not (text[start - 1 : start].isalnum() and wanted[0].isalnum()) and not (
            text[end : end + 1].isalnum() and wanted[-1].isalnum()
        ):
            yield start, end
        start = text.find(wanted, start + 1)


def _find_stitched(parts: list[str], sentence: int, reading: Reading) -> Span | None:
    """Return the longest part of a quotation whose parts stand one after another, near `sentence`."""
    text = reading.folded.text
    first, *others = (fold_word(part).strip(_TRAILING) for part in parts)
    chains = []
    for place in _occurrences(first, text):
        chain = [place]
        for wanted in others:
            following = next(_occurrences(wanted, text, chain[-1][1]), None)
            if following is None or following[0] - chain[-1][1] > _WIDEST_GAP:
                break
            chain.append(following)
        if len(chain) == len(parts):
            chains.append(chain)
    if not chains:
        return None
    nearest = min(
        chains, key=lambda chain: abs(reading.number_at(reading.folded.starts[chain[0][0]]) - sentence)
    )
    return reading.folded.span(*max(nearest, key=lambda place: place[1] - place[0]))


def _find_similar(quote: str, reading: Reading) -> Span | None:
    """Return the passage that differs from `quote` by a slip, in whole words."""
    text = reading.folded.text
    wanted = fold_word(quote).strip(_TRAILING)
    if count_words(wanted) < SHORTEST or len(wanted) > len(text):
        return None
    found = fuzz.partial_ratio_alignment(wanted, text, score_cutoff=SIMILAR)
    if found is None:
        return None
    start, end = found.dest_start, found.dest_end
    while start > 0 and text[start - 1].isalnum() and text[start : start + 1].isalnum():
        start -= 1
    while end < len(text) and text[end].isalnum() and text[end - 1 : end].isalnum():
        end += 1
    if end <= start or fuzz.ratio(wanted, text[start:end].strip(_TRAILING)) < SIMILAR:
        return None
    return reading.folded.span(start, end)


def _trim(span: Span, reading: Reading) -> Span | None:
    """Leave out white space and quotation marks around a span, and what lies beyond a paragraph's end."""
    text = reading.article.text
    start, end = _longest_line(text, *span)
    while start < end and (text[start].isspace() or text[start] in OUTER_MARKS):
        start += 1
    while end > start and (text[end - 1].isspace() or text[end - 1] in OUTER_MARKS):
        end -= 1
    if sum(text.count(mark, start, end) for mark in DOUBLE_MARKS) % 2:
        if text[end : end + 1] and text[end] in DOUBLE_MARKS:
            end += 1
        elif start > 0 and text[start - 1] in DOUBLE_MARKS:
            start -= 1
    return (start, end) if start < end else None


def _longest_line(text: str, start: int, end: int) -> Span:
    """Return the longest stretch of a span between line breaks."""
    pieces: list[Span] = []
    begin = start
    for match in re.finditer(r"\n", text[start:end]):
        pieces.append((begin, start + match.start()))
        begin = start + match.end()
    pieces.append((begin, end))
    return max(pieces, key=lambda piece: piece[1] - piece[0])
