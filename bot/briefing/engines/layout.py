"""How an article stands in the request: numbered sentences between markers, the same bytes every time.

Providers cache the longest common prefix of requests, so whatever varies (the output language, a question)
comes after the article. The marker is a keyed hash of the article: its author cannot know it, and
yet it is the same in every request about that article.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bot.article.models import Article
from bot.briefing.tokens import count_bytes, count_tokens
from prompts import Prompt

LAYOUT_VERSION = "3"
"""Part of the prompt's version; goes up when this module changes what a model sees."""

TITLE_CHARS = 300
"""A title, site name or date has no business being longer; what is longer is no title."""

OVERHEAD_TOKENS = 64
"""Of a chat's own tokens around the messages, rounded up."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_CHAT_TOKEN = re.compile(
    r"<[|｜]|[|｜]>|\[/?INST\]|<</?SYS>>|</?s>|</?(?:start|end)_of_turn>|</?(?:bos|eos|pad|unk|think|tool_call)>",
    re.IGNORECASE,
)
"""What the chat templates of common models take for the edge of a turn."""

_LANGUAGES = {
    "ar": "Arabic", "bg": "Bulgarian", "cs": "Czech", "da": "Danish", "de": "German", "el": "Greek",
    "en": "English", "es": "Spanish", "et": "Estonian", "fa": "Persian", "fi": "Finnish", "fr": "French",
    "he": "Hebrew", "hi": "Hindi", "hu": "Hungarian", "id": "Indonesian", "it": "Italian", "ja": "Japanese",
    "ko": "Korean", "lt": "Lithuanian", "lv": "Latvian", "nl": "Dutch", "no": "Norwegian", "pl": "Polish",
    "pt": "Portuguese", "ro": "Romanian", "ru": "Russian", "sk": "Slovak", "sr": "Serbian", "sv": "Swedish",
    "tr": "Turkish", "uk": "Ukrainian", "vi": "Vietnamese", "zh": "Chinese",
}  # fmt: skip
"""Names for the codes most asked for: "uk" alone is also a country."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Both messages of a request, the answer's schema, and how many of the article's sentences are sent."""

    system: str
    user: str
    schema: dict[str, Any]
    sentences_read: int
    marker: str
    """Stands around the article and must never come back in an answer."""


def lay_out_whole(
    prompt: Prompt, article: Article, language: str, marker_key: bytes, budget_tokens: int
) -> Layout | None:
    """Lay out the whole article, or return None when it might exceed the budget; never counts tokens.

    Bytes bound tokens from above, so that nearly every article is known to fit without a tokenizer.
    """
    if len(article.text) > budget_tokens:
        return None
    layout = render(prompt, article, language, marker_key, number_sentences(article))
    return layout if bound_tokens(layout) <= budget_tokens else None


def lay_out_beginning(
    prompt: Prompt, article: Article, language: str, marker_key: bytes, budget_tokens: int, model: str
) -> Layout:
    """Lay out as many of the article's first sentences as fit the budget.

    A first sentence that alone is too long is cut; even with no budget left it keeps a few words. CPU work:
    call it off the event loop.
    """
    frame = render(prompt, article, language, marker_key, ())
    left = budget_tokens - OVERHEAD_TOKENS - count_tokens(frame.system + frame.user, model)
    lines = number_sentences(article)
    fitting = _count_fitting(lines, left, model)
    if fitting == 0 and lines:
        return render(prompt, article, language, marker_key, (cut_line(lines[0], left),))
    return render(prompt, article, language, marker_key, lines[:fitting])


def bound_tokens(layout: Layout) -> int:
    """Return what a request's tokens cannot exceed, without counting them."""
    return count_bytes(layout.system) + count_bytes(layout.user) + OVERHEAD_TOKENS


def halve_article(layout: Layout, model: str) -> int:
    """Return the budget that leaves half of this article's tokens, for a window that turned out smaller."""
    return count_tokens(layout.system, model) + count_tokens(layout.user, model) // 2 + OVERHEAD_TOKENS


def make_marker(article: Article, key: bytes) -> str:
    """Return the article's marker: unpredictable without the key, stable, and nowhere in the article."""
    seen = " ".join((article.text, article.title or "", article.site or "", article.published or ""))
    attempt = 0
    while True:
        message = f"{article.content_hash}:{attempt}".encode()
        marker = hmac.new(key, message, hashlib.sha256).hexdigest()[:16]
        if marker not in seen:
            return marker
        attempt += 1


def name_language(code: str) -> str:
    """Name an output language for a model; anything that is no language code means the article's own."""
    if (name := _LANGUAGES.get(code.lower())) is not None:
        return f"{name} ({code.lower()})"
    if code != "und" and re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*", code):
        return f'the language with the ISO 639 code "{code}"'
    return "the language of the article"


def is_translation(article: Article, language: str) -> bool:
    """Tell whether a brief in `language` is in another one than the article."""
    return language.lower() not in ("", "und", article.language)


def ask_for_language(article: Article, language: str) -> str:
    """Name the output language, and ask for translations where it is not the article's."""
    name = name_language(language)
    return f"{name}. Give every flag its translation" if is_translation(article, language) else name


def introduce(article: Article, marker_key: bytes) -> dict[str, str]:
    """Return the variables that stand before an article: the same for every request about it."""
    return {
        "marker": make_marker(article, marker_key),
        "title": quote_line(article.title),
        "site": quote_line(article.site),
        "published": quote_line(article.published or article.dateline),
    }


def render(
    prompt: Prompt,
    article: Article,
    language: str,
    marker_key: bytes,
    lines: Sequence[str],
    occasion: str | None = None,
    **values: str,
) -> Layout:
    """Fill in the template for a brief, or that for another occasion with its own values."""
    known = introduce(article, marker_key)
    values |= {**known, "sentences": "\n".join(lines), "language": ask_for_language(article, language)}
    return Layout(
        system=prompt.system,
        user=prompt.render_other(occasion, **values) if occasion else prompt.render_user(**values),
        schema=prompt.translated_schema if is_translation(article, language) else prompt.schema,
        sentences_read=len(lines),
        marker=known["marker"],
    )


def number_sentences(article: Article) -> list[str]:
    """Write each sentence on one line of its own, so that no text can pretend to be another sentence."""
    return [f"[{s.number}] {defuse(article.text[s.start : s.end])}" for s in article.sentences]


def quote_line(text: str | None) -> str:
    """Write a title, site or date as a JSON string on one line, capped in length."""
    return json.dumps(defuse(text)[:TITLE_CHARS] if text else None, ensure_ascii=False)


def defuse(text: str) -> str:
    """Make one line of a text, without control characters, lone surrogates and chat-template tokens."""
    encodable = text.encode("utf-8", "replace").decode()
    line = " ".join(_CONTROL.sub(" ", encodable).split())
    return _CHAT_TOKEN.sub(lambda match: f"{match[0][0]} {match[0][1:]}", line)


def _count_fitting(lines: Sequence[str], left: int, model: str) -> int:
    """Count how many of the first lines fit into `left` tokens."""
    for fitting, line in enumerate(lines):
        left -= count_tokens(line + "\n", model)
        if left < 0:
            return fitting
    return len(lines)


def cut_line(line: str, left: int) -> str:
    """Cut a line to `left` tokens, taking a byte for a token, but not below a few words."""
    return line.encode()[: max(left, 200)].decode("utf-8", "ignore")
