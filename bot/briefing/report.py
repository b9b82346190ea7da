"""A Brief as the JSON object of the command line."""

from typing import Any

from bot.article.models import Article
from bot.briefing.labels import word_notices
from bot.briefing.models import Answer, Brief
from bot.locales import ENGLISH, speaking


def as_json(brief: Brief, *, with_text: bool = False) -> dict[str, Any]:
    """Return the object that `sayso brief --json` prints; offsets index the text that `with_text` adds."""
    shown = brief.model_dump(
        include={"engine", "prompt_version", "language", "headline", "statements", "flags", "loaded"}
        | {"absent", "notes", "context", "checks", "usage", "cached"}
    )
    return {"article": _article(brief.article, with_text=with_text), **shown, "notice": _notice(brief)}


def answer_as_json(answer: Answer, question: str, article: Article) -> dict[str, Any]:
    """Return the object that `sayso ask --json` prints: a null answer without quotes is "it does not say"."""
    sentences = [article.sentences[number - 1] for number in answer.sentences]
    quotes = [
        {"sentence": s.number, "start": s.start, "end": s.end, "quote": article.text[s.start : s.end]}
        for s in sentences
    ]
    shown = answer.model_dump(include={"engine", "usage"})
    return {"question": question, "answer": answer.text, "quotes": quotes, **shown, "notice": _notice(answer)}


def _notice(made: Brief | Answer) -> str | None:
    """Return the notices in English, whatever the terminal speaks: a program reads this."""
    with speaking(ENGLISH):
        return word_notices(made.notices) or None


def _article(article: Article, *, with_text: bool) -> dict[str, Any]:
    fields = ("kind", "url", "title", "site", "published", "language", "words", "partial")
    shown = {name: getattr(article, name) for name in fields}
    text = {"text": article.text} if with_text else {}
    return {**shown, **text, "authors": list(article.authors), "modified": article.modified}
