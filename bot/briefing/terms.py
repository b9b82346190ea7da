"""An article as a full-text index sees it, and a search as that index is asked: folded and stemmed terms.

Words are compared by their stems in the article's own language. A name is also known by its consonants, so
that "Kyiv" finds what a Russian article calls "Киев", and a search knows the other names of a country.
"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final

from bot.article.models import Article
from bot.briefing.checks.exonyms import other_names
from bot.briefing.checks.lexicon import LANGUAGES, detect_language, load_lexicon
from bot.briefing.checks.passage import Passage, Token
from bot.briefing.checks.transliteration import skeleton

MOST_TERMS: Final = 1_000
"""Terms of one article: what stands in it first and most often; a long one is found by these as well."""

LONGEST_READ: Final = 40_000
"""Characters of an article that are read: 20 ms of work, and the news stands at the beginning."""

MOST_WORDS: Final = 12
"""Words of a search that are looked for."""

_TITLE_COUNTS = 3
_SATURATION, _LENGTH_SHARE, _USUAL_LENGTH = 1.2, 0.75, 250
"""BM25's k1 and b, and the content words of a usual article."""
_SHORTEST_NUMBER, _SHORTEST_SKELETON = 2, 3

_OTHER_NAME, _BY_SOUND = 0.9, 0.5
"""What another name of the same, or a name that sounds alike, is worth beside the word itself."""

Alternatives = dict[str, float]
"""The terms that one word of a search can stand under, with their weights."""


def weigh_terms(article: Article) -> dict[str, float]:
    """Return an article's terms, each with its part of a BM25 score: all of it but the term's rarity.

    CPU work that belongs off the event loop.
    """
    lexicon = load_lexicon(article.language)
    title = Passage((article.title or "")[:LONGEST_READ], lexicon)
    text = Passage(article.text[:LONGEST_READ], lexicon)
    counts = Counter(list(_terms(title)) * _TITLE_COUNTS)
    counts.update(_terms(text))
    length = sum(token.is_content for token in text.tokens)
    damping = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * length / _USUAL_LENGTH)
    return {
        term: round(count * (_SATURATION + 1) / (count + damping), 3)
        for term, count in counts.most_common(MOST_TERMS)
    }


def read_search(query: str) -> list[Alternatives]:
    """Return for each word of a search the terms that an article can hold it under, in any language."""
    language = detect_language(query)
    found = []
    for token in Passage(query, load_lexicon("")).tokens:
        languages = (language,) if language else LANGUAGES
        is_empty = any(load_lexicon(one).has(token.text, "function") for one in languages)
        found.append((is_empty, dict(_alternatives(token))))
    telling = [terms for is_empty, terms in found if terms and not is_empty]
    distinct = {tuple(terms): terms for terms in telling or [terms for _, terms in found if terms]}
    return list(distinct.values())[:MOST_WORDS]


def _terms(passage: Passage) -> Iterator[str]:
    """Yield the terms of each word and number."""
    for token in passage.tokens:
        if token.kind in {"number", "date"}:
            yield from _number(token)
        elif token.is_content:
            yield token.stem
            yield from _sound(token.folded) if token.capital else ()


def _alternatives(token: Token) -> Iterator[tuple[str, float]]:
    if token.kind != "word":
        yield from ((term, 1.0) for term in _number(token))
        return
    if len(token.folded) < 2:
        return
    for bones in _sound(token.folded):
        yield bones, _BY_SOUND
    names = other_names(token.folded)
    for language in LANGUAGES:
        stem = load_lexicon(language).stem
        yield from ((stem(name), _OTHER_NAME) for name in names)
    # The word itself comes last: of two weights for one term, the later counts.
    yield from ((load_lexicon(language).stem(token.folded), 1.0) for language in LANGUAGES)


def _sound(word: str) -> list[str]:
    bones = skeleton(word)
    return [f"~{bones}"] if len(bones) >= _SHORTEST_SKELETON else []


def _number(token: Token) -> list[str]:
    """Return the digits alone: languages part thousands and decimals each in its own way."""
    digits = re.sub(r"\D", "", token.text)
    return [digits] if len(digits) >= _SHORTEST_NUMBER else []
