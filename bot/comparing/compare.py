"""Two briefs → a Comparison: every assertion in its article's own words, under its own outlet."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

from bot.article.models import PUBLIC
from bot.briefing.checks.figures import Figure
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.translation import check_translation
from bot.briefing.models import OFFLINE, Brief
from bot.briefing.pairing import Pairing, Translated
from bot.comparing.alignment import align_articles
from bot.comparing.likeness import Told
from bot.comparing.models import Comparison, Difference, Pair, Quotation, Side
from bot.comparing.voices import find_heard, name_speaker

Quote = Callable[[int], Quotation]
"""Quotes the sentence of this number of one article."""

_NOTHING = Pairing()


def compare_briefs(
    first: Brief, second: Brief, language: str, pairing: Pairing | None = None, engine: str = OFFLINE
) -> Comparison:
    """Compare the articles of two briefs; translations are in `language` (ISO 639-1).

    Of a model's `pairing`, code takes what it finds borne out. CPU work that belongs off the event loop.
    """
    drafted = pairing or _NOTHING
    ours, theirs = Told(first.article), Told(second.article)
    alignment = align_articles(ours, theirs, drafted.pairs)
    one = _Quoting(first, ours, language, drafted.first)
    other = _Quoting(second, theirs, language, drafted.second)
    return Comparison(
        id=identify(first, second, language),
        scope=_scope(first, second),
        first=_side(first),
        second=_side(second),
        is_one_story=alignment.is_one_story,
        shared=tuple(Pair(first=one.quote(a), second=other.quote(b)) for a, b in alignment.shared),
        differing=tuple(
            Difference(
                first=one.quote(a),
                second=other.quote(b),
                first_figure=_word_figure(ours.reading.passage(a), figures[0]),
                second_figure=_word_figure(theirs.reading.passage(b), figures[1]),
            )
            for (a, b), figures in alignment.differing.items()
        ),
        only_first=tuple(map(one.quote, alignment.only_first)),
        only_second=tuple(map(other.quote, alignment.only_second)),
        heard=tuple(find_heard(ours, theirs)),
        unclear=alignment.unclear,
        language=language,
        engine=engine,
    )


def identify(first: Brief, second: Brief, language: str) -> str:
    """Return the id of the comparison of two briefs: 16 hex digits."""
    return hashlib.sha256(f"{first.id}\x1f{second.id}\x1f{language}".encode()).hexdigest()[:16]


class _Quoting:
    """Quotes one article's sentences, with translations that hold."""

    def __init__(self, brief: Brief, told: Told, language: str, translated: Sequence[Translated]) -> None:
        self._article = brief.article
        self._told = told
        self._reading = Reading(brief.article, language)
        self._translations = dict(self._check(translated)) if self._reading.is_translated else {}
        if self._reading.is_translated and brief.language == language:
            self._translations |= dict(_stated(brief))

    def quote(self, number: int) -> Quotation:
        """Return a sentence as it stands in the article."""
        sentence = self._article.sentences[number - 1]
        return Quotation(
            sentence=number,
            start=sentence.start,
            end=sentence.end,
            text=self._article.text[sentence.start : sentence.end],
            speaker=name_speaker(self._told, number),
            translation=self._translations.get(number),
        )

    def _check(self, translated: Sequence[Translated]) -> Iterator[tuple[int, str]]:
        for one in translated:
            if one.sentence in self._reading.numbers:
                quote = self._article.sentence_text(one.sentence)
                if plain := check_translation(one.text, quote, one.sentence, self._reading):
                    yield one.sentence, plain


def _stated(brief: Brief) -> Iterator[tuple[int, str]]:
    """Yield the sentences that a checked statement of the brief puts into its language, each by itself."""
    for statement in brief.statements:
        if statement.traced and len(statement.sentences) == 1:
            yield statement.sentences[0], statement.text


def _word_figure(passage: Passage, figure: Figure) -> str:
    """Return a number as the sentence writes it."""
    return passage.text[passage.tokens[figure.first].start : passage.tokens[figure.last].end]


def _side(brief: Brief) -> Side:
    article = brief.article
    return Side(
        brief_id=brief.id,
        kind=article.kind,
        title=article.title,
        site=article.site,
        url=article.url,
        published=article.published,
        language=article.language,
        sentences=len(article.sentences),
    )


def _scope(first: Brief, second: Brief) -> str:
    """Return who may see it: everyone only what is made of public articles."""
    return next((brief.scope for brief in (first, second) if brief.scope != PUBLIC), PUBLIC)
