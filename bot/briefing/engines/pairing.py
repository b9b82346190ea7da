"""Two articles in one request, and the numbers and translations that come back."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from bot.article.models import Article
from bot.briefing.engines.layout import (
    Layout,
    bound_tokens,
    make_marker,
    name_language,
    number_sentences,
    quote_line,
)
from bot.briefing.engines.reply import as_object
from bot.briefing.pairing import Pairing, Translated
from bot.errors import EngineGarbled
from prompts import Prompt

MOST_SENTENCES: Final = 120
"""Sentences of an article that are compared; the news stands first."""

MOST_ITEMS: Final = 60
LONGEST_TRANSLATION: Final = 1_000


def lay_out_pair(
    prompt: Prompt, first: Article, second: Article, language: str, marker_key: bytes, budget_tokens: int
) -> Layout:
    """Lay out the beginnings of both articles, as much as is sure to fit the budget; never counts tokens."""
    most = MOST_SENTENCES
    while True:
        layout = _render(prompt, first, second, language, marker_key, most)
        if bound_tokens(layout) <= budget_tokens or most <= 1:
            return layout
        most //= 2


def read_pairing(answer: object, first: Article, second: Article, layout: Layout) -> Pairing:
    """Read what names sentences of the articles; raises EngineGarbled when the lists are missing."""
    fields = as_object(answer)
    if not isinstance(fields.get("pairs"), list):
        raise EngineGarbled("no pairs, nor that there are none")
    numbers = (
        (_read_number(pair, "first", first), _read_number(pair, "second", second))
        for pair in _items(fields, "pairs")
    )
    pairs = [(one, other) for one, other in numbers if one is not None and other is not None]
    return Pairing(
        pairs=tuple(dict.fromkeys(pairs)),
        first=tuple(_read_translations(fields, "first_translations", first, layout)),
        second=tuple(_read_translations(fields, "second_translations", second, layout)),
    )


def _render(
    prompt: Prompt, first: Article, second: Article, language: str, marker_key: bytes, most: int
) -> Layout:
    markers = make_marker(first, marker_key), make_marker(second, marker_key)
    user = prompt.render_user(
        first_marker=markers[0],
        first_title=quote_line(first.title),
        first_sentences="\n".join(number_sentences(first)[:most]),
        second_marker=markers[1],
        second_title=quote_line(second.title),
        second_sentences="\n".join(number_sentences(second)[:most]),
        language=name_language(language),
    )
    return Layout(
        system=prompt.system, user=user, schema=prompt.schema, sentences_read=most, marker=markers[0]
    )


def _read_translations(
    fields: Mapping[str, Any], name: str, article: Article, layout: Layout
) -> Iterator[Translated]:
    for item in _items(fields, name):
        number, text = _read_number(item, "sentence", article), item.get("text")
        if number is None or not isinstance(text, str):
            continue
        if 0 < len(text) <= LONGEST_TRANSLATION and layout.marker not in text:
            yield Translated(sentence=number, text=text)


def _items(fields: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    value = fields.get(name)
    return [as_object(item) for item in value[:MOST_ITEMS]] if isinstance(value, list) else []


def _read_number(item: Mapping[str, Any], name: str, article: Article) -> int | None:
    """Return the number of a sentence of the article, or None."""
    number = item.get(name)
    return number if type(number) is int and 1 <= number <= len(article.sentences) else None
