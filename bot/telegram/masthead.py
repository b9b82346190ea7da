"""The first and the last lines of a brief: what it is of, how long it takes, how it was made."""

from collections.abc import Iterable
from datetime import date
from math import ceil
from urllib.parse import urlsplit

from telegram.constants import MessageEntityType

from bot.article.models import Article
from bot.briefing.models import Brief
from bot.telegram.composing import Block, Run, plain
from bot.telegram.passages import page_url

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults: mean of 190 studies (Brysbaert 2019)."""

UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})
"""Languages written without spaces, whose words white space does not count."""

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def masthead(brief: Brief, body: Iterable[Block]) -> list[Block]:
    """Return the notice if any, the headline, the line under it, and whether only a part could be read."""
    blocks = [Block((plain(brief.notice, MessageEntityType.ITALIC),))] if brief.notice else []
    gap = "\n\n" if blocks else "\n"
    headline = plain(brief.headline, MessageEntityType.BOLD)
    blocks.append(Block((Run("📰 "), headline), gap=gap))
    byline = _byline(brief, body)
    if byline:
        blocks.append(Block(tuple(byline)))
    if brief.article.partial:
        blocks.append(Block((Run("✂️ Only a part of this article could be read."),)))
    if brief.article.hidden_orders:
        blocks.append(Block((Run(hidden_note(brief.article)),)))
    return blocks


def hidden_note(article: Article) -> str:
    """Say that what was submitted held text for machines only."""
    words = article.hidden_words
    what = {"link": "page", "file": "file"}.get(article.kind, "text")
    count = f"{words} word{'' if words == 1 else 's'}"
    return f"👀 The {what} hides {count} that give orders to machines. I left them out."


def footer(brief: Brief) -> Block:
    """Return the outcome of the checks, the engine and what it took."""
    checks, calls = brief.checks, brief.usage.model_calls
    traced = f"{checks.traced} of {checks.statements} statements traced to the text"
    if brief.engine == "offline":
        return Block((Run(f"{traced} · offline brief, made by rules without a model"),), gap="\n\n")
    cost = f" · {calls} call{'' if calls == 1 else 's'}" if calls else ""
    return Block((Run(f"{traced} · "), plain(brief.engine), Run(cost)), gap="\n\n")


def _byline(brief: Brief, body: Iterable[Block]) -> list[Run]:
    """Return site, date and reading time; the site links to the page, lest Telegram link it elsewhere."""
    article, url = brief.article, page_url(brief.article)
    site = article.site or (urlsplit(url).hostname if url else None)
    parts = (
        plain(site, url=url) if site else None,
        plain(when) if (when := _when(article)) else None,
        Run(saved) if (saved := _saved_time(article, body)) else None,
    )
    runs: list[Run] = []
    for part in parts:
        if part is not None:
            runs += [Run(" · "), part] if runs else [part]
    return runs


def _when(article: Article) -> str | None:
    """Return the day of publication, and that of the last change when it is another."""
    published, modified = _read_day(article.published), _read_day(article.modified)
    first = _show_day(published) if published else article.dateline
    if modified is None or modified == published:
        return first
    is_same_year = published is not None and published.year == modified.year
    changed = f"updated {_show_day(modified, with_year=not is_same_year)}"
    return f"{first}, {changed}" if first else changed


def _read_day(stated: str | None) -> date | None:
    try:
        return date.fromisoformat((stated or "")[:10])
    except ValueError:
        return None


def _show_day(day: date, *, with_year: bool = True) -> str:
    return f"{day.day} {MONTHS[day.month - 1]}" + (f" {day.year}" if with_year else "")


def _saved_time(article: Article, body: Iterable[Block]) -> str | None:
    """Return "3 min → 20 s" when reading the brief takes at most half as long as the article."""
    if article.language in UNSPACED:
        return None
    words = sum(len(run.text.split()) for block in body for run in block.runs)
    seconds = 10 * ceil(words * 60 / WORDS_A_MINUTE / 10)
    minutes = round(article.words / WORDS_A_MINUTE)
    if minutes < 1 or minutes * 60 < 2 * seconds:
        return None
    return f"{minutes} min → {seconds} s" if seconds < 60 else f"{minutes} min → {ceil(seconds / 60)} min"
