"""A Brief as the JSON object of the command line."""

from typing import Any

from bot.article.models import Article
from bot.briefing.models import Brief


def as_json(brief: Brief, *, with_text: bool = False) -> dict[str, Any]:
    """Return the object that `sayso brief --json` prints; offsets index the text that `with_text` adds."""
    shown = brief.model_dump(
        include={"engine", "prompt_version", "language", "headline", "statements", "flags", "loaded"}
        | {"absent", "notes", "checks", "usage", "cached", "notice"}
    )
    return {"article": _article(brief.article, with_text=with_text), **shown}


def _article(article: Article, *, with_text: bool) -> dict[str, Any]:
    fields = ("kind", "url", "title", "site", "published", "language", "words", "partial")
    shown = {name: getattr(article, name) for name in fields}
    return {**shown, "text": article.text} if with_text else shown
