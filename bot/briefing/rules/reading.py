"""The article as the rules see it: passages with their words, marks and quotations."""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from bot.article.datelines import find_dateline_end
from bot.article.models import Article
from bot.briefing.rules.lexicon import Hit, Lexicon, Token, tokenise
from bot.briefing.rules.pack import machine_lexicon
from bot.briefing.rules.quotes import Span, find_quotations

_INSERTED = re.compile(
    r"[,.!?…]*\s{1,3}[—–]\s{1,3}([^—–«»“”\"]{3,120}?)[,.:]?\s{1,3}[—–]\s{1,3}|[,.!?…]+\s{1,3}[—–]\s{1,3}([^—–«»“”\"]{3,120})$"
)
"""Words between dashes inside a quotation, as Russian and Ukrainian name the speaker."""
_HEADING_WORDS = 25
_STOPPED = re.compile(r"[.!?…:;][\"'“”’»)\]]*\s*$")
_HEAD = 400
"""Characters from the text's beginning in which a dateline may stand."""
_ROLE_WORDS = frozenset(
    {"system", "assistant", "user", "developer", "inst", "instruction", "instructions", "systems"}
)
"""Words without which no line can mark a role."""
_ROLE_MARK = re.compile(
    r"^\W*(?:system|assistant|user|developer)\s*:|<\|\w+|\[/?INST\]|^#+ *(?:instruction|system)",
    re.IGNORECASE | re.MULTILINE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One sentence: offsets into the article's text, its words, what the lexicon found, what it quotes."""

    number: int
    span: Span
    text: str
    paragraph: int
    tokens: tuple[Token, ...]
    hits: Mapping[str, tuple[Span, ...]]
    quotations: tuple[Span, ...]
    """Parts of quotations that lie in this sentence."""
    own: Mapping[str, tuple[Span, ...]]
    """The hits outside quotations."""
    starts: tuple[int, ...]
    ends: tuple[int, ...]
    """Where the words start and end: what `words_in` searches."""
    hostile: bool = False
    """Part of a passage that addresses a program."""
    heading: bool = False
    """A line of its own without a full stop: a deck or a subheading, which repeats what the text says."""

    def has(self, *categories: str) -> bool:
        """Whether any of the lists matched anywhere."""
        return any(category in self.hits for category in categories)

    def find(self, category: str, within: Span | None = None) -> tuple[Span, ...]:
        """Return the matches of one list, or those inside a span."""
        spans = self.hits.get(category, ())
        if within is None or not spans:
            return spans
        start, end = within
        return tuple([span for span in spans if start <= span[0] and span[1] <= end])

    def outside(self, category: str) -> tuple[Span, ...]:
        """Return the matches that stand in the article's own words."""
        return self.own.get(category, ())

    def slice(self, span: Span) -> str:
        """Return the text between two offsets of the article."""
        return self.text[span.start - self.span.start : span.end - self.span.start]

    def words_in(self, span: Span) -> Sequence[Token]:
        """Return the words inside a span."""
        return self.tokens[bisect_left(self.starts, span.start) : bisect_right(self.ends, span.end)]


def read_passage(
    text: str,
    tokens: Sequence[Token],
    hits: Mapping[str, tuple[Span, ...]],
    quotations: Sequence[Span],
    *,
    number: int = 1,
    paragraph: int = 0,
    start: int = 0,
) -> Passage:
    """Put a passage together; `start` is the offset of its text, which tokens, hits and quotations share."""
    return Passage(
        number=number,
        span=Span(start, start + len(text)),
        text=text,
        paragraph=paragraph,
        tokens=tuple(tokens),
        hits=hits,
        quotations=tuple(quotations),
        own=_outside(hits, quotations) if quotations else hits,
        starts=tuple([token.start for token in tokens]),
        ends=tuple([token.end for token in tokens]),
    )


def read_part(passage: Passage, span: Span) -> Passage:
    """Return a part of a sentence as a passage of its own, with what lies in it."""
    hits = {category: tuple(filter(span.holds, spans)) for category, spans in passage.hits.items()}
    return read_passage(
        passage.slice(span),
        passage.words_in(span),
        {category: spans for category, spans in hits.items() if spans},
        tuple(filter(span.holds, passage.quotations)),
        number=passage.number,
        paragraph=passage.paragraph,
        start=span.start,
    )


def _outside(hits: Mapping[str, tuple[Span, ...]], quotations: Sequence[Span]) -> dict[str, tuple[Span, ...]]:
    """Leave out the hits that lie in a quotation."""
    return {
        category: tuple([span for span in spans if not any(q.holds(span) for q in quotations)])
        for category, spans in hits.items()
    }


def read_passages(article: Article, lexicon: Lexicon) -> list[Passage]:
    """Read an article, in order; passages that address a program are marked hostile."""
    tokens = tokenise(article.text)
    words = [token.word for token in tokens]
    starts = [token.start for token in tokens]
    hits = lexicon.scan(words)
    quotations = find_quotations(article.text)
    passages: list[Passage] = []
    paragraph, quotation_at, hit_at, previous_end = 0, 0, 0, 0
    for sentence in article.sentences:
        span = _without_dateline(article, sentence.start, sentence.end)
        paragraph += "\n\n" in article.text[previous_end : span.start]
        while quotation_at < len(quotations) and quotations[quotation_at].end <= span.start:
            quotation_at += 1
        first, end = bisect_left(starts, span.start), bisect_left(starts, span.end)
        hit_at, matched = _take_hits(hits, hit_at, tokens, range(first, end))
        passages.append(
            read_passage(
                article.text[span.start : span.end],
                tokens[first:end],
                matched,
                _split_inserted(article, _parts_inside(quotations, quotation_at, span), matched),
                number=sentence.number,
                paragraph=paragraph,
                start=span.start,
            )
        )
        previous_end = span.end
    may_mark = not _ROLE_WORDS.isdisjoint(words) or "<|" in article.text
    hostile = _hostile_paragraphs(passages, machine_lexicon().scan(words), tokens, may_mark=may_mark)
    headings = _headings(passages)
    return [
        replace(p, hostile=p.paragraph in hostile, heading=p.paragraph in headings)
        if p.paragraph in hostile or p.paragraph in headings
        else p
        for p in passages
    ]


def _headings(passages: Sequence[Passage]) -> frozenset[int]:
    """Find the paragraphs that are headings; in a text that is mostly such lines, they are the text."""
    sizes = Counter(passage.paragraph for passage in passages)
    last = passages[-1].paragraph if passages else 0
    found = {
        p.paragraph
        for p in passages
        if sizes[p.paragraph] == 1
        and p.paragraph != last
        and len(p.tokens) <= _HEADING_WORDS
        and not _STOPPED.search(p.text)
    }
    words = sum(len(p.tokens) for p in passages if p.paragraph in found)
    return frozenset(found) if 2 * words < sum(len(p.tokens) for p in passages) else frozenset()


def _without_dateline(article: Article, start: int, end: int) -> Span:
    """Leave "MOSCOW, March 5. /TASS/." out of the first sentence."""
    length = find_dateline_end(article.text[start:end], is_first=start == 0) if start < _HEAD else 0
    return Span(start + length, end) if start + length < end else Span(start, end)


def _split_inserted(
    article: Article, parts: Sequence[Span], hits: Mapping[str, tuple[Span, ...]]
) -> tuple[Span, ...]:
    """Cut the words that name the speaker out of a quotation that holds them."""
    verbs = (*hits.get("say", ()), *hits.get("loaded_verb", ()))
    found: list[Span] = []
    for part in parts:
        start = part.start
        for match in _INSERTED.finditer(article.text, part.start, part.end):
            inserted = Span(match.start(), match.end())
            if any(inserted.holds(verb) for verb in verbs):
                found.append(Span(start, inserted.start))
                start = inserted.end
        found.append(Span(start, part.end))
    return tuple(part for part in found if part.end > part.start)


def _take_hits(
    hits: Sequence[Hit], at: int, tokens: Sequence[Token], within: range
) -> tuple[int, Mapping[str, tuple[Span, ...]]]:
    """Collect the hits inside a sentence, which is a range of tokens; return the next position, too."""
    found: dict[str, list[Span]] = {}
    while at < len(hits) and hits[at].first < within.start:
        at += 1
    while at < len(hits) and hits[at].first < within.stop:
        category, first, last, apart = hits[at]
        if last < within.stop:
            if apart:
                particle = tuple.__new__(Span, (tokens[last][1], tokens[last][2]))
                found.setdefault("particle", []).append(particle)
                last = first
            place = tuple.__new__(Span, (tokens[first][1], tokens[last][2]))
            found.setdefault(category, []).append(place)
        at += 1
    return at, {category: tuple(places) for category, places in found.items()}


def _parts_inside(quotations: Sequence[Span], at: int, span: Span) -> tuple[Span, ...]:
    parts: list[Span] = []
    while at < len(quotations) and quotations[at].start < span.end:
        parts.append(Span(max(quotations[at].start, span.start), min(quotations[at].end, span.end)))
        at += 1
    return tuple(part for part in parts if part.end > part.start)


def _hostile_paragraphs(
    passages: Sequence[Passage], hits: Sequence[Hit], tokens: Sequence[Token], *, may_mark: bool
) -> frozenset[int]:
    """Find the paragraphs that speak to a program.

    A mark of a dialogue or of the article's end is enough; to speak of assistants is not, unless they are
    told what to do, since articles about them are news like any other.
    """
    seen: dict[int, dict[str, int]] = {}
    at = 0
    for passage in passages:
        counts = seen.setdefault(passage.paragraph, {"address": 0, "order": 0, "mark": 0})
        while at < len(hits) and tokens[hits[at].first].start < passage.span.end:
            counts[hits[at].category] += 1
            at += 1
        counts["mark"] += may_mark and bool(_ROLE_MARK.search(passage.text))
    return frozenset(
        paragraph
        for paragraph, count in seen.items()
        if count["mark"] or count["order"] > 1 or (count["order"] and count["address"])
    )
