"""The article as the checks read it, once: its sentences as passages, who says each, what each names."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from bot.article.models import Article
from bot.briefing.checks.attribution import attribute
from bot.briefing.checks.dates import read_published
from bot.briefing.checks.exchange import Names, read_runs
from bot.briefing.checks.figures import Figures, join_figures, read_figures
from bot.briefing.checks.lexicon import LANGUAGES, Lexicon, detect_language, load_lexicon
from bot.briefing.checks.marks import Span, quoted_spans
from bot.briefing.checks.names import read_proper
from bot.briefing.checks.normalise import Folded, fold
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.speakers import Speaker
from bot.briefing.checks.vocabulary import KnownNames, Vocabulary

NEAR = 2
"""Sentences on either side of a cited one that count as nearby."""

_LONGEST_SENTENCE = 5_000
"""Characters of a sentence that are read; the splitter makes no longer ones."""
_LEAD = 2
"""Sentences whose names the rest of an article takes for granted."""
_HINTS = (
    "assistant",
    "chatbot",
    "language model",
    "instruction",
    "ignore",
    "disregard",
    "end of article",
    "an ai",
)


@dataclass(frozen=True)
class Reading:
    """An article, read lazily; `language` is that of the brief."""

    article: Article
    language: str
    _figures: dict[int, Figures] = field(default_factory=dict)
    _vocabularies: dict[int, Vocabulary] = field(default_factory=dict)

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
        """The headline and the site's name."""
        parts = (self.article.title, self.article.site, self.article.dateline)
        return Passage(" · ".join(part for part in parts if part), self.lexicon)

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
        return any(opening - 1 <= start and end <= closing + 2 for opening, closing in self.quoted)

    def passage(self, number: int) -> Passage:
        """Return sentence `number`."""
        return self.passages[number - 1]

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

    def number_at(self, offset: int) -> int:
        """Return the sentence that holds character `offset`, or the next one; 1 when there is none."""
        for sentence in self.article.sentences:
            if offset < sentence.end:
                return sentence.number
        return max(1, len(self.article.sentences))

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
    def instructions(self) -> frozenset[int]:
        """Sentences of paragraphs that address a language model, not a reader, outside quotation marks."""
        found: set[int] = set()
        in_english = any(hint in self.folded.text for hint in _HINTS)
        if not in_english and not any(passage.has("reader") for passage in self.passages):
            return frozenset()
        addressed = [n for n in self.numbers if self._addresses_model(n)]
        for number in addressed:
            start = self.article.text.rfind("\n\n", 0, self.article.sentences[number - 1].start)
            end = self.article.text.find("\n\n", self.article.sentences[number - 1].start)
            found.update(
                sentence.number
                for sentence in self.article.sentences
                if sentence.start > start and (end < 0 or sentence.end <= end)
            )
        return frozenset(found)

    def _addresses_model(self, number: int) -> bool:
        own = self.passage(number)
        others = [own] if self.lexicon.language == "en" else [own, Passage(own.text, load_lexicon("en"))]
        return any(
            not passage.is_quoted(passage.tokens[first])
            for passage in others
            for first, _ in passage.spans("reader")
        )
