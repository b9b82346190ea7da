"""One piece of text as the checks read it: tokens, labels, quotations, content words."""

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache, wraps
from typing import NamedTuple, TypeVar

from bot.briefing.checks.lexicon import Label, Lexicon
from bot.briefing.checks.marks import Span, quoted_spans
from bot.briefing.checks.normalise import Folded, fold, spell

_Read = TypeVar("_Read")
_new = tuple.__new__
"""Builds a named tuple in a third of the time that its own constructor takes."""

_TOKEN = re.compile(
    r"""
      (?P<word>[a-z]++(?<=[a-z]n)'t|[Ѐ-ӿ]++(?:'[Ѐ-ӿ]++)++|[^\W\d_]++)
    | (?P<date>\d{4}-\d{2}-\d{2}(?!\d)|(?<![\d.])\d{1,2}\.\d{1,2}\.\d{4}(?![\d]))
    | (?P<number>\d{1,3}(?:[ .,']\d{3})+(?![\d])(?:[.,]\d+(?![\d.,]*\d{3}))?|\d+(?:[.,]\d+|:\d{2}(?!\d))*)
    | (?P<symbol>[%‰$€£₽₴¥°])
    """,
    re.VERBOSE,
)
_LONGEST_NEGATION = 6
"""Words from "ne" to its "pas"."""
_INSERTION = re.compile(r"(?<=[,!?…])\s*[—–]\s*([^—–]{3,120}?)(?:[,.]?\s*[—–]\s*|$)")
_NO_NAMES = frozenset[str]()
_PARTING = frozenset('.!?;:,()"«»“”„\n')
_BREAKS = re.compile(r"[!?;()\"/]|(?<!\b\w)\.(?!\d)|[,:](?!\d)| -(?=[ \w])")


class Token(NamedTuple):
    """A word, number or symbol; `start` and `end` are offsets into the passage's original text."""

    kind: str
    """"word", "number", "date" or "symbol"."""
    text: str
    """In lower case, with accents: for word lists."""
    folded: str
    """In lower case, without accents: for comparison."""
    stem: str
    capital: bool
    labels: tuple[Label, ...]
    """What the word lists say of the word by itself, but that it is a function word."""
    names: frozenset[str]
    """The lists it stands in; "phrase" when a phrase of several words can begin with it."""
    is_content: bool
    """Whether it says something by itself."""
    start: int
    end: int


@dataclass(frozen=True)
class Passage:
    """A sentence, a statement or a headline, read lazily."""

    text: str
    lexicon: Lexicon

    @cached_property
    def folded(self) -> Folded:
        """The text, folded."""
        return fold(self.text)

    @cached_property
    def tokens(self) -> tuple[Token, ...]:
        """Words, numbers and symbols in order."""
        return tuple(self._read_tokens())

    def _read_tokens(self) -> Iterator[Token]:
        folded, lexicon = self.folded, self.lexicon
        is_even = isinstance(folded.starts, range)
        for match in _TOKEN.finditer(folded.text):
            start, end = match.span() if is_even else folded.span(*match.span())
            original = self.text[start:end]
            if not is_even:
                original = original.rstrip()
                end = start + len(original)
            kind, shown = match.lastgroup or "", match[0]
            if kind == "word":
                yield _new(Token, (*_read_word(lexicon, original, shown), start, end))
            else:
                labels = lexicon.labels(shown) if kind == "symbol" else ()
                yield _new(
                    Token,
                    (kind, shown, shown, shown, False, labels, _NO_NAMES, kind == "number", start, end),
                )

    @cached_property
    def words(self) -> list[str]:
        """The tokens' texts."""
        return [token.text for token in self.tokens]

    @cached_property
    def labelled(self) -> dict[str, list[tuple[int, int, str]]]:
        """By label: first token, last token, value. A word of a phrase has no label of its own."""
        found: dict[str, list[tuple[int, int, str]]] = defaultdict(list)
        covered = 0
        for position, token in enumerate(self.tokens):
            if "phrase" in token.names:
                for label, length in self.lexicon.phrases_at(self.words, position):
                    if self.is_joined(position, position + length - 1):
                        covered = max(covered, position + length)
                        found[label.name].append((position, position + length - 1, label.value))
            if position >= covered:
                for label in token.labels:
                    found[label.name].append((position, position, label.value))
        if closed := list(_close_negations(found)):
            found["negation"] = sorted([*found.get("negation", ()), *closed])
        return found

    def spans(self, name: str) -> list[tuple[int, int]]:
        """Return first and last token of everything labelled `name`."""
        found = self.labelled.get(name)
        return [(first, last) for first, last, _ in found] if found else []

    def has(self, *names: str) -> bool:
        """Whether anything is labelled one of `names`."""
        return not self.labelled.keys().isdisjoint(names)

    def is_joined(self, first: int, last: int) -> bool:
        """Whether no punctuation stands between tokens `first` and `last`."""
        between = self.text[self.tokens[first].end : self.tokens[last].start] if last > first else ""
        return between in {"", " "} or _PARTING.isdisjoint(between)

    @cached_property
    def content(self) -> frozenset[str]:
        """Stems of the words that say something."""
        return frozenset(token.stem for token in self.tokens if token.is_content)

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """What stands between quotation marks, without the marks and without "— he said —" inside them."""
        return tuple(part for span in quoted_spans(self.text) for part in self._cut_insertions(span))

    def _cut_insertions(self, span: Span) -> Iterator[Span]:
        """Yield what a quotation is without the writer's words in it, as Russian sets them off by dashes."""
        start, end = span
        for match in _INSERTION.finditer(self.text, start, end):
            words = (spell(word) for word in re.findall(r"[^\W\d_]+", match[1]))
            if any(self.lexicon.has(word, "report") for word in words):
                yield start, match.start()
                start = match.end()
        if start < end:
            yield start, end

    def is_quoted(self, token: Token) -> bool:
        """Whether a token stands between quotation marks."""
        return bool(self.quoted) and any(
            start <= token.start and token.end <= end for start, end in self.quoted
        )

    def enclosed(self, place: int) -> Span:
        """Return the stretch of the text between the semicolons around token `place`."""
        token = self.tokens[place]
        end = self.text.find(";", token.end)
        return self.text.rfind(";", 0, token.start) + 1, len(self.text) if end < 0 else end

    @cached_property
    def clauses(self) -> tuple[tuple[int, ...], ...]:
        """The tokens' places, parted where a comma, a dash, a quotation mark or another break stands."""
        ends = [self.folded.starts[match.start()] for match in _BREAKS.finditer(self.folded.text)]
        groups: dict[int, list[int]] = defaultdict(list)
        for place, token in enumerate(self.tokens):
            groups[bisect_right(ends, token.start)].append(place)
        return tuple(map(tuple, groups.values()))

    @cached_property
    def clause_indexes(self) -> tuple[int, ...]:
        """For each token, which of the clauses holds it."""
        return tuple(index for index, places in enumerate(self.clauses) for _ in places)


def per_passage(read: Callable[[Passage], _Read]) -> Callable[[Passage], _Read]:
    """Let a passage remember what is read from it."""

    @wraps(read)
    def read_once(passage: Passage) -> _Read:
        known: dict[str, _Read] = passage.__dict__
        if read.__qualname__ not in known:
            known[read.__qualname__] = read(passage)
        return known[read.__qualname__]

    return read_once


def _close_negations(found: dict[str, list[tuple[int, int, str]]]) -> Iterator[tuple[int, int, str]]:
    """Yield each "ne" that a "pas" follows; alone it negates nothing."""
    ends = [first for first, _, _ in found.get("negation_ended", ())]
    for span in found.get("negation_begun", ()):
        if any(0 < end - span[0] <= _LONGEST_NEGATION for end in ends):
            yield span


@lru_cache(maxsize=65_536)
def _read_word(
    lexicon: Lexicon, original: str, folded: str
) -> tuple[str, str, str, str, bool, tuple[Label, ...], frozenset[str], bool]:
    """Return the token of a word, but for its place."""
    text = spell(original)
    names = lexicon.names(text)
    if lexicon.begins_phrase(text):
        names |= {"phrase"}
    labels = tuple(label for label in lexicon.labels(text) if label.name != "function")
    is_content = len(folded) > 1 and "function" not in names
    return "word", text, folded, lexicon.stem(folded), original[0].isupper(), labels, names, is_content


def covered(wanted: Iterable[str], content: frozenset[str]) -> float:
    """Return which part of the stems `wanted` stands in `content`; 0 for none wanted."""
    stems = frozenset(wanted)
    return len(stems & content) / len(stems) if stems else 0.0
