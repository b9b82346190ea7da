"""Whether what one text says stands in others: by its numbers, names and words.

Numbers are compared by value, names across scripts and under their other names, words within a language only.
These are cheap signals: each question is asked so that what they cannot tell is answered "no".
"""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from functools import cached_property
from itertools import pairwise

from bot.article.models import Article
from bot.briefing.checks.figures import Figures, join_figures, read_figures
from bot.briefing.checks.lexicon import load_lexicon
from bot.briefing.checks.names import find_unknown_name, read_names
from bot.briefing.checks.passage import Passage, covered
from bot.briefing.checks.vocabulary import KnownNames, Vocabulary

SAME = 0.66
"""Share of its content words from which a sentence says what another one says, if both deny or neither."""

NEWS = 0.5
"""Share of its content words that must have been said before for a sentence to bring nothing new."""

ABSENT = 0.25
"""Share of its content words below which an article is taken not to carry a sentence; other words for the
same thing share more, mostly."""

FEWEST_WORDS = 4
"""Content words from which their absence tells something."""

FEWEST_FACTS = 3
"""Numbers and names, one name at least, that say what a sentence tells where its words cannot be compared."""

_LONGEST = 2_000
"""Characters of a sentence that are looked at."""


def read_claim(text: str, language: str) -> Passage:
    """Read a sentence in a language (ISO 639-1), to look it up or to be looked up in."""
    return Passage(text[:_LONGEST], load_lexicon(language))


def read_article(article: Article) -> "Account":
    """Read an article's title and sentences, to look claims up in them."""
    sentences = [article.sentence_text(sentence.number) for sentence in article.sentences]
    return Account(read_claim(text, article.language) for text in (article.title or "", *sentences))


def _is_factual(claim: Passage) -> bool:
    numbers = [figure for figure in read_figures(claim).numbers if not figure.is_weak]
    names = {name.word for name in read_names(claim) if name.is_sure}
    return bool(names) and len(numbers) + len(names) >= FEWEST_FACTS


class Account:
    """What was said, in one language or several: an article's sentences, or what a chat was told."""

    def __init__(self, passages: Iterable[Passage]) -> None:
        self._passages = tuple(passages)
        self._by_language = defaultdict[str, list[Passage]](list)
        for passage in self._passages:
            self._by_language[passage.lexicon.language].append(passage)

    def repeats(self, claim: Passage) -> bool:
        """Whether this says the same as a claim; across languages, whether it holds all of several facts."""
        windows = self._windows(claim)
        if not windows:
            return bool(self._passages) and _is_factual(claim) and not self._lacks_fact(claim)
        is_denial = claim.has("negation")
        is_said = any(
            covered(claim.content, content) >= SAME and is_denied == is_denial
            for content, is_denied in windows
        )
        return is_said and not self._lacks_fact(claim)

    def is_news(self, claim: Passage, day: date | None = None) -> bool:
        """Whether a claim brings a number, a name, another day, or mostly other words.

        `day` is when it was published: that one is in every article of the day.
        """
        share = self._share(claim)
        is_other = share is not None and share < NEWS
        return is_other or self._lacks_fact(claim) or self._lacks_day(claim, day)

    def lacks(self, claim: Passage) -> bool:
        """Whether this plainly does not carry a claim: another number, or hardly a word of it.

        Across languages, another name is as telling.
        """
        share = self._share(claim)
        if share is None:
            return self._lacks_fact(claim)
        return self._lacks_number(claim) or (len(claim.content) >= FEWEST_WORDS and share < ABSENT)

    def _share(self, claim: Passage) -> float | None:
        """Return which part of a claim's words stands in a sentence or two; None across languages."""
        return max((covered(claim.content, content) for content, _ in self._windows(claim)), default=None)

    def _windows(self, claim: Passage) -> list[tuple[frozenset[str], bool]]:
        """Return the words of each sentence and each two in a claim's language, and whether they deny."""
        passages = self._by_language.get(claim.lexicon.language, ()) if claim.content else ()
        alone = [(passage.content, passage.has("negation")) for passage in passages]
        return [*alone, *((one | other, either or both) for (one, either), (other, both) in pairwise(alone))]

    def _lacks_fact(self, claim: Passage) -> bool:
        return self._lacks_number(claim) or self._lacks_name(claim)

    def _lacks_number(self, claim: Passage) -> bool:
        """Whether a claim gives a number that stands nowhere here."""
        figures = (figure for figure in read_figures(claim).numbers if not figure.is_weak)
        return any(figure.values.isdisjoint(self._values) for figure in figures)

    def _lacks_name(self, claim: Passage) -> bool:
        """Whether a claim names somebody or something that stands nowhere here."""
        is_foreign = claim.lexicon.language not in self._by_language
        known = self._names
        return find_unknown_name(read_names(claim), claim, known, known, is_translated=is_foreign) is not None

    def _lacks_day(self, claim: Passage, published: date | None) -> bool:
        """Whether a claim names a weekday or date that stands nowhere here and is not its article's own."""
        known = self._figures.moments
        weekdays = {moment.weekday for moment in known}
        dates = {(moment.day, moment.month) for moment in known}
        if published is not None:
            weekdays.add(published.weekday())
            dates.add((published.day, published.month))
        return any(
            (moment.weekday is not None and moment.weekday not in weekdays)
            or (moment.day is not None and (moment.day, moment.month) not in dates)
            for moment in read_figures(claim).moments
        )

    @cached_property
    def _figures(self) -> Figures:
        return join_figures([read_figures(passage) for passage in self._passages])

    @cached_property
    def _values(self) -> frozenset[float]:
        years = (float(moment.year) for moment in self._figures.moments if moment.year)
        return frozenset(value for figure in self._figures.numbers for value in figure.values).union(years)

    @cached_property
    def _names(self) -> KnownNames:
        return KnownNames(Vocabulary(passages) for passages in self._by_language.values())
