"""Passages of an article that address a language model, not a reader: in plain words or by their form."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, partial

from bot.article.models import Article
from bot.briefing.checks.lexicon import LANGUAGES, Lexicon, load_lexicon
from bot.briefing.checks.normalise import Folded, fold, fold_word
from bot.briefing.checks.orders import find_orders, is_order
from bot.briefing.checks.passage import Passage


def is_instruction(text: str, lexicon: Lexicon) -> bool:
    """Whether a text addresses a model, or has the form of an order to one."""
    return is_order(text, partial(_addresses, lexicon)) or _addresses(lexicon, text)


def is_for_machines(text: str, language: str) -> bool:
    """Whether a passage of an article in `language` is not for readers: not to be quoted beside what is."""
    return is_instruction(text, load_lexicon(language if language in LANGUAGES else "en"))


def find_instructions(
    article: Article, folded: Folded, passages: Sequence[Passage], lexicon: Lexicon
) -> frozenset[int]:
    """Return the sentences of paragraphs that address a language model outside quotation marks.

    `folded` is the article's text; `passages` are its sentences.
    """
    spans = [
        *find_orders(article.text, partial(_addresses, lexicon)),
        *_addressing_paragraphs(article, folded, passages, lexicon),
    ]
    starts = [sentence.start for sentence in article.sentences]
    return frozenset(
        sentence.number
        for start, end in spans
        for sentence in article.sentences[bisect_left(starts, start) : bisect_left(starts, end)]
    )


def _addressing_paragraphs(
    article: Article, folded: Folded, passages: Sequence[Passage], lexicon: Lexicon
) -> Iterator[tuple[int, int]]:
    """Yield start and end of the paragraphs in which a sentence addresses a model."""
    places = [
        folded.span(*match.span())[0]
        for language in {"en", lexicon.language}
        for match in _reader_pattern(language).finditer(folded.text)
    ]
    for index in sorted(set(_holders(article, places))):
        if _addresses_model(passages[index], lexicon):
            sentence = article.sentences[index]
            start = article.text.rfind("\n\n", 0, sentence.start)
            end = article.text.find("\n\n", sentence.start)
            yield start + 2 if start >= 0 else 0, end if end >= 0 else len(article.text)


def _holders(article: Article, places: Sequence[int]) -> Iterator[int]:
    """Yield the index of the sentence that holds each of some characters."""
    starts = [sentence.start for sentence in article.sentences]
    for place in places:
        index = bisect_right(starts, place) - 1
        if index >= 0 and place < article.sentences[index].end:
            yield index


def _addresses(lexicon: Lexicon, text: str) -> bool:
    """Whether a text holds words that address a language model."""
    folded = fold(text).text
    return any(_reader_pattern(language).search(folded) for language in {"en", lexicon.language})


def _addresses_model(own: Passage, lexicon: Lexicon) -> bool:
    others = [own] if lexicon.language == "en" else [own, Passage(own.text, load_lexicon("en"))]
    return any(
        not passage.is_quoted(passage.tokens[first])
        for passage in others
        for first, _ in passage.spans("reader")
    )


@cache
def _reader_pattern(language: str) -> re.Pattern[str]:
    """Return what finds the words that address a language model, in a folded text."""
    entries = load_lexicon(language).entries("reader")
    words = (r"[\W_]+".join(map(re.escape, map(fold_word, entry.split()))) for entry in entries)
    return re.compile(rf"\b(?:{'|'.join(words)})" if entries else r"(?!)")
