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
_SHORTEST_SENTENCE = 4
"""Words from which a quotation can be a sentence."""
_LONGEST_LEAD = 7
"""Words before a colon that may only say who speaks."""
_BRACKETED = re.compile(r"\[[^\]]*\]")
_INNER_COMMA = re.compile(r",(?=\s)")
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

    `near` are the folded sentences around the cited ones. What may lose its marks, or may be a translation,
    `unquote` has seen to.
    """
    for start, end in statement.quoted:
        quoted = statement.text[start:end]
        is_made_up = reading.is_translated and _is_sentence(statement.text, start, end)
        parts = _ELLIPSIS.split(quoted)
        if not all(_is_found(part, near, reading, is_strict=is_made_up) for part in parts):
            return quoted
    return None


def unquote(text: str, statement: Passage, cited: Sequence[int], reading: Reading) -> str:
    """Return `text` without the marks around words that nobody put so.

    These are the article's own words across a comma or inflected otherwise, and translations, which no
    passage bears out. A translated sentence that follows a complete statement goes altogether, where the
    cited sentences quote: it may be what was said, but nothing tells. A sentence that nobody can have said
    stays marked, and is found out.
    """
    sources = [reading.passage(number) for number in cited if number in reading.numbers]
    for start, end in reversed(statement.quoted):
        if not _is_held(text[start:end], reading):
            text = _unquote(text, start, end, sources, statement, reading)
        elif _crosses_clause(text[start:end], reading):
            text = _strip(text, start, end)
    return text


def _unquote(
    text: str, start: int, end: int, sources: Sequence[Passage], statement: Passage, reading: Reading
) -> str:
    """Return `text` without the marks around one stretch that the article does not hold word for word."""
    quoted = text[start:end]
    if not reading.is_translated:
        is_inflected = count_words(quoted) <= _LONGEST_EXPRESSION and _stands_inflected(
            quoted, statement, reading
        )
        return _strip(text, start, end) if is_inflected else text
    said = [count_words(part) for source in sources for part in _read_quotations(source)]
    if not _is_sentence(text, start, end):
        own = count_words(quoted)
        is_like = any(own <= words + 1 <= _LONGEST_EXPRESSION + 1 for words in said)
        is_name = _is_name(quoted) and any(_is_name(part) for part in _read_marked(sources))
        return text if is_like or is_name else _strip(text, start, end)
    if not any(words >= _SHORTEST_SENTENCE for words in said):
        return text
    before = text[:start].rstrip(OUTER_MARKS + " \u00a0\u202f")
    if (
        before.endswith(":")
        and count_words(before) > _LONGEST_LEAD
        and not text[end:].strip(_TRAILING + "»”“")
    ):
        return before.removesuffix(":") + "."
    return _strip(text, start, end)


def _strip(text: str, start: int, end: int) -> str:
    return text[:start].rstrip(OUTER_MARKS) + text[start:end].strip() + text[end:].lstrip(OUTER_MARKS)


def _is_sentence(text: str, start: int, end: int) -> bool:
    """Whether a quotation is a sentence by itself: after a colon, or long and begun with a capital."""
    before = text[:start].rstrip(OUTER_MARKS + " \u00a0\u202f")
    is_begun = text[start:end].lstrip()[:1].isupper()
    return (is_begun and before.endswith((":", ","))) or (before == "" and count_words(text[start:end]) > 2)


def _is_name(quoted: str) -> bool:
    return quoted.lstrip()[:1].isupper() and count_words(quoted) < _SHORTEST_SENTENCE


def _read_marked(passages: Sequence[Passage]) -> Iterator[str]:
    yield from (passage.text[start:end] for passage in passages for start, end in passage.quoted)


def _read_quotations(passage: Passage) -> Iterator[str]:
    """Yield what a sentence quotes, but for names; one that lies inside a quotation is all quoted."""
    for start, end in passage.quoted:
        if count_words(passage.text[start:end]) > 2 or not passage.text[start : start + 1].isupper():
            yield passage.text[start:end]
    if sum(passage.text.count(mark) for mark in DOUBLE_MARKS) % 2:
        yield passage.text


def _is_held(quoted: str, reading: Reading) -> bool:
    """Whether the article has every part of a quotation, in any place."""
    title = fold_word(reading.article.title or "")
    parts = (_plain(part) for part in _ELLIPSIS.split(quoted))
    return all(part in reading.folded.text or part in title for part in parts)


def _crosses_clause(quoted: str, reading: Reading) -> bool:
    """Whether words in marks are the writer's own, with a comma between them: nobody said them so."""
    if "," not in quoted or not (match := _INNER_COMMA.search(quoted)):
        return False
    place = reading.folded.text.find(_plain(quoted))
    if place < 0 or match.start() == 0:
        return False
    return not reading.is_quoted(*reading.folded.span(place, place + len(_plain(quoted))))


def _plain(part: str) -> str:
    return fold_word(_BRACKETED.sub("", part)).strip(_TRAILING)


def _stands_inflected(quoted: str, statement: Passage, reading: Reading) -> bool:
    """Whether the article has the words of an expression side by side, in other forms."""
    stems = [token.stem for token in Passage(quoted, statement.lexicon).tokens]
    return any(
        _holds(stems, [token.stem for token in passage.tokens])
        for passage in (reading.title, *reading.passages)
    )


def _is_found(part: str, near: str, reading: Reading, *, is_strict: bool) -> bool:
    wanted = _plain(part)
    if not wanted or wanted in near:
        return True
    words = count_words(wanted)
    title = fold_word(reading.article.title or "")
    if words <= _SHORT_ENOUGH_ANYWHERE and wanted in reading.folded.text:
        return True
    return wanted in title or (reading.is_translated and not is_strict and words <= _LONGEST_EXPRESSION)


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
