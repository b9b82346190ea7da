"""The article as the checks read it, once: its sentences as passages, who says each, what each names."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from operator import attrgetter, itemgetter

from bot.article.models import Article
from bot.briefing.checks.attribution import attribute
from bot.briefing.checks.dates import read_published
from bot.briefing.checks.exchange import Names, read_capitals, read_runs
from bot.briefing.checks.figures import Figures, join_figures, read_figures
from bot.briefing.checks.instructions import find_instructions, is_instruction
from bot.briefing.checks.lexicon import LANGUAGES, Lexicon, detect_language, load_lexicon
from bot.briefing.checks.marks import Span, quoted_spans
from bot.briefing.checks.names import read_proper
from bot.briefing.checks.normalise import Folded, fold
from bot.briefing.checks.output import sanitise
from bot.briefing.checks.parts import Part, read_parts
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.speakers import Speaker
from bot.briefing.checks.vocabulary import KnownNames, Spellings, Vocabulary, read_spellings

NEAR = 2
"""Sentences on either side of a cited one that count as nearby."""

_LONGEST_SENTENCE = 5_000
"""Characters of a sentence that are read; the splitter makes no longer ones."""
_BACK = 10
_ANTECEDENTS = 3
"""Sentences with names, of the _BACK ones before, that a pronoun or a role can point at."""
_LEAD = 2
"""Sentences whose names the rest of an article takes for granted."""


_RUN = 4
"""Words in a row that no two texts share by chance, when they are about one matter."""

Run = tuple[str, ...]


@dataclass(frozen=True)
class Reading:
    """An article, read lazily; `language` is that of the brief."""

    article: Article
    language: str
    asides: dict[tuple[str, int], str] = field(default_factory=dict)
    """What was made of words beside the article's own, by themselves and their limit."""
    _figures: dict[int, Figures] = field(default_factory=dict)
    _vocabularies: dict[int, Vocabulary] = field(default_factory=dict)
    _parts: dict[int, tuple[Part, ...]] = field(default_factory=dict)

    @cached_property
    def lexicon(self) -> Lexicon:
        """The word lists of the article's language."""
        own = self.article.language
        return load_lexicon(own if own in LANGUAGES else detect_language(self.article.text) or own)

    @cached_property
    def brief_lexicon(self) -> Lexicon:
        """The word lists of the brief's language."""
        return load_lexicon(self.language)

    @property
    def is_translated(self) -> bool:
        """Whether the brief is in another language than the article."""
        return self.language != self.lexicon.language

    @cached_property
    def folded(self) -> Folded:
        """The whole text, folded."""
        return fold(self.article.text)

    @cached_property
    def casefolded(self) -> str:
        """The whole text in lower case."""
        return self.article.text.casefold()

    @cached_property
    def passages(self) -> tuple[Passage, ...]:
        """The sentences."""
        return tuple(Passage(self._text(number), self.lexicon) for number in self.numbers)

    def _text(self, number: int) -> str:
        return self.article.sentence_text(number)[:_LONGEST_SENTENCE]

    @property
    def numbers(self) -> range:
        """The sentence numbers."""
        return range(1, len(self.article.sentences) + 1)

    @cached_property
    def title(self) -> Passage:
        """The headline, unless it gives orders, and the site's name."""
        own = None if self.has_order_in_title else self.article.title
        parts = (own, self.article.site, self.article.dateline)
        return Passage(" · ".join(part for part in parts if part), self.lexicon)

    @cached_property
    def has_order_in_title(self) -> bool:
        """Whether the headline addresses a model, or is markup."""
        title = " ".join((self.article.title or "").split())
        return sanitise(title) != title or is_instruction(title, self.lexicon)

    @cached_property
    def order_words(self) -> frozenset[str]:
        """Stems of the content words in what addresses a model; some stand elsewhere, too."""
        orders = [self.passage(number).content for number in self.instructions]
        if self.has_order_in_title:
            orders.append(Passage(self.article.title or "", self.lexicon).content)
        return frozenset[str]().union(*orders)

    @cached_property
    def order_runs(self) -> frozenset[Run]:
        """Runs of words that stand in what addresses a model, and nowhere in what is for readers."""
        told = (self.passage(number) for number in self._told)
        ordered = (self.passage(number) for number in self.instructions)
        return (
            frozenset[Run]()
            .union(*map(read_runs_of_words, ordered))
            .difference(*map(read_runs_of_words, told))
        )

    @cached_property
    def title_figures(self) -> Figures:
        """The numbers and dates of the headline."""
        return read_figures(self.title)

    @cached_property
    def published(self) -> date | None:
        """The day of publication."""
        return read_published(self.article.published)

    @cached_property
    def quoted(self) -> tuple[Span, ...]:
        """Where the article quotes: offsets into its text."""
        return quoted_spans(self.article.text)

    @cached_property
    def speakers(self) -> tuple[Speaker | None, ...]:
        """Who says each sentence."""
        inside = [self.is_quoted(sentence.start, sentence.end) for sentence in self.article.sentences]
        return attribute(self.passages, inside)

    def speaker(self, number: int) -> Speaker | None:
        """Return who says sentence `number`."""
        return self.speakers[number - 1]

    def is_quoted(self, start: int, end: int) -> bool:
        """Whether a stretch of the text stands between quotation marks, give or take the marks themselves."""
        last = bisect_right(self.quoted, start + 1, key=itemgetter(0))
        return any(end <= closing + 2 for _, closing in self.quoted[max(0, last - 2) : last])

    def passage(self, number: int) -> Passage:
        """Return sentence `number`."""
        return self.passages[number - 1]

    def read(self, text: str) -> Passage:
        """Return words of the brief as a passage; what has been read before is not read again."""
        if text not in self._read_before:
            self._read_before[text] = Passage(text, self.brief_lexicon)
        return self._read_before[text]

    @cached_property
    def _read_before(self) -> dict[str, Passage]:
        """Passages in the brief's language by their text: an extract stands among the sentences."""
        return {} if self.is_translated else {passage.text: passage for passage in self.passages}

    def parts(self, number: int) -> tuple[Part, ...]:
        """Return what sentence `number` says, part by part."""
        if number not in self._parts:
            self._parts[number] = read_parts(self.passage(number))
        return self._parts[number]

    def figures(self, number: int) -> Figures:
        """Return the numbers and dates of sentence `number`."""
        if number not in self._figures:
            self._figures[number] = read_figures(self.passage(number))
        return self._figures[number]

    @cached_property
    def all_figures(self) -> Figures:
        """The numbers and dates of the whole text."""
        return join_figures([self.figures(number) for number in self.numbers])

    def near(self, numbers: Iterable[int]) -> list[int]:
        """Return the sentences for readers within NEAR of the given ones, themselves included."""
        last = len(self.passages)
        wanted = {n for number in numbers for n in range(number - NEAR, number + NEAR + 1) if 1 <= n <= last}
        return sorted(wanted - self.instructions)

    def named_before(self, number: int) -> list[int]:
        """Return the last sentences before `number` that hold a full name, nearest first."""
        earlier = range(number - 1, max(0, number - 1 - _BACK), -1)
        named = [n for n in earlier if any(len(run) > 1 for run in read_capitals(self.passage(n)))]
        return named[:_ANTECEDENTS]

    def number_at(self, offset: int) -> int:
        """Return the sentence that holds character `offset`, or the next one; 1 when there is none."""
        sentences = self.article.sentences
        place = bisect_right(sentences, offset, key=attrgetter("end"))
        return sentences[place].number if place < len(sentences) else max(1, len(sentences))

    @cached_property
    def everywhere(self) -> KnownNames:
        """What the whole article names."""
        return KnownNames([Vocabulary([self.title, *(self.passage(number) for number in self._told)])])

    def known(self, numbers: Iterable[int]) -> KnownNames:
        """Return what the given sentences, the title and the lead name."""
        wanted = dict.fromkeys((*numbers, *self._told[:_LEAD]))
        return KnownNames([self._title_vocabulary, *map(self.vocabulary, wanted)])

    def vocabulary(self, number: int) -> Vocabulary:
        """Return the words of sentence `number`."""
        if number not in self._vocabularies:
            self._vocabularies[number] = Vocabulary([self.passage(number)])
        return self._vocabularies[number]

    @cached_property
    def _title_vocabulary(self) -> Vocabulary:
        return Vocabulary([self.title])

    @cached_property
    def _index(self) -> dict[str, list[int]]:
        """For every stem of a content word, the sentences that hold it."""
        index: dict[str, list[int]] = {}
        for number in self.numbers:
            for stem in self.passage(number).content:
                index.setdefault(stem, []).append(number)
        return index

    def count_held(self, content: Iterable[str]) -> Counter[int]:
        """Return how many of the given stems each sentence holds, of those that hold any."""
        return Counter(number for stem in content for number in self._index.get(stem, ()))

    @cached_property
    def everywhere_content(self) -> frozenset[str]:
        """Stems of all content words of the article."""
        return frozenset[str]().union(*(self.passage(number).content for number in self._told))

    @cached_property
    def _told(self) -> list[int]:
        """The sentences that are for readers."""
        return [number for number in self.numbers if number not in self.instructions]

    @cached_property
    def proper(self) -> frozenset[str]:
        """Words that are names for sure somewhere in the article."""
        return read_proper([self.title, *self.passages])

    @cached_property
    def runs(self) -> Names:
        """Which names stand before which, as first names do."""
        return read_runs([self.title, *self.passages])

    @cached_property
    def spellings(self) -> Spellings:
        """How names are spelled: Russian and Ukrainian decline them."""
        return read_spellings(self.passages)

    @cached_property
    def instructions(self) -> frozenset[int]:
        """Sentences of paragraphs that address a language model, not a reader."""
        return find_instructions(self.article, self.folded, self.passages, self.lexicon)


def read_runs_of_words(passage: Passage) -> frozenset[Run]:
    """Return every _RUN words in a row, folded."""
    words = [token.folded for token in passage.tokens if token.kind != "symbol"]
    return frozenset(tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))
