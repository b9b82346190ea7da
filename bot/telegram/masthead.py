"""The first and the last lines of a brief: what it is of, how long it takes, how it was made."""

from collections.abc import Iterable
from datetime import date, datetime
from math import ceil
from urllib.parse import urlsplit

from telegram.constants import MessageEntityType

from bot.article.models import Article
from bot.briefing.labels import count_calls, count_traced, word_notices
from bot.briefing.models import OFFLINE, Brief
from bot.locales import _, ngettext, show_day, show_moment
from bot.telegram.composing import Block, Run, plain
from bot.telegram.passages import page_url

WORDS_A_MINUTE = 238
"""Silent reading of English non-fiction by adults: mean of 190 studies (Brysbaert 2019)."""

UNSPACED = frozenset({"zh", "ja", "th", "lo", "km", "my"})
"""Languages written without spaces, whose words white space does not count."""


def masthead(brief: Brief, body: Iterable[Block]) -> list[Block]:
    """Return the notice if any, the headline, the line under it, and whether only a part could be read."""
    notice = word_notices(brief.notices)
    blocks = [Block((plain(notice, MessageEntityType.ITALIC),))] if notice else []
    gap = "\n\n" if blocks else "\n"
    blocks.append(headline_block(brief.headline, gap=gap))
    byline = _byline(brief, body)
    if byline:
        blocks.append(Block(tuple(byline)))
    if brief.article.kind == "image":
        blocks.append(Block((Run("🖼 " + _("Read from a picture: compare it with what you see there.")),)))
    if brief.article.partial:
        blocks.append(Block((Run(_("✂️ Only a part of this article could be read.")),)))
    if brief.article.hidden_orders:
        blocks.append(Block((Run(hidden_note(brief.article)),)))
    return blocks


def headline_block(headline: str, *, gap: str = "\n") -> Block:
    """Return the line that a brief begins with."""
    return Block((Run("📰 "), plain(headline, MessageEntityType.BOLD)), gap=gap)


def hidden_note(article: Article) -> str:
    """Say that what was submitted held text for machines only."""
    return ngettext(
        "👀 It hides {count} word that gives orders to machines. I left it out.",
        "👀 It hides {count} words that give orders to machines. I left them out.",
        article.hidden_words,
    ).format(count=article.hidden_words)


def footer(brief: Brief) -> Block:
    """Return the outcome of the checks, the engine and what it took."""
    traced, calls = count_traced(brief.checks), brief.usage.model_calls
    if brief.engine == OFFLINE:
        made = _("offline brief, made by rules without a model")
        return Block((Run(f"{traced} · {made}"),), gap="\n\n")
    cost = f" · {count_calls(calls)}" if calls else ""
    return Block((Run(f"{traced} · "), plain(brief.engine), Run(cost)), gap="\n\n")


def _byline(brief: Brief, body: Iterable[Block]) -> list[Run]:
    """Return site, date and reading time; the site links to the page, lest Telegram link it elsewhere."""
    article, url = brief.article, page_url(brief.article)
    site = article.site or (urlsplit(url).hostname if url else None)
    parts = (
        [plain(site, url=url)] if site else [],
        _when(article),
        [Run(saved)] if (saved := _saved_time(article, body)) else [],
    )
    runs: list[Run] = []
    for part in filter(None, parts):
        runs += [Run(" · "), *part] if runs else part
    return runs


def _when(article: Article) -> list[Run]:
    """Return when it was published, and the day of the last change when it is another."""
    published, modified = _read_day(article.published), _read_day(article.modified)
    day = show_day(published) if published else article.dateline
    first = [show_time(article.published_at)] if article.published_at else [plain(day)] if day else []
    if modified is None or modified == published:
        return first
    is_same_year = published is not None and published.year == modified.year
    changed = _("updated {day}").format(day=show_day(modified, with_year=not is_same_year))
    return [*first, Run(", "), plain(changed)] if first else [plain(changed)]


def show_time(moment: datetime) -> Run:
    """Return a time that the reader's app shows by its own clock."""
    return Run(show_moment(moment), moment=moment)


def last_change(article: Article) -> Run | None:
    """Return when the article was changed last, as exactly as the page states it; None when it does not."""
    if article.modified_at is not None:
        return show_time(article.modified_at)
    day = _read_day(article.modified)
    return plain(show_day(day)) if day else None


def _read_day(stated: str | None) -> date | None:
    try:
        return date.fromisoformat((stated or "")[:10])
    except ValueError:
        return None


def _saved_time(article: Article, body: Iterable[Block]) -> str | None:
    """Return "3 min → 20 s" when reading the brief takes at most half as long as the article."""
    if article.language in UNSPACED:
        return None
    words = sum(len(run.text.split()) for block in body for run in block.runs)
    seconds = 10 * ceil(words * 60 / WORDS_A_MINUTE / 10)
    minutes = round(article.words / WORDS_A_MINUTE)
    if minutes < 1 or minutes * 60 < 2 * seconds:
        return None
    if seconds < 60:
        return _("{minutes} min → {seconds} s").format(minutes=minutes, seconds=seconds)
    return _("{minutes} min → {less} min").format(minutes=minutes, less=ceil(seconds / 60))
