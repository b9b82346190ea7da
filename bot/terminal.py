"""A Brief as a person reads it in the terminal."""

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.briefing.models import Brief, Flag


def print_brief(brief: Brief, console: Console) -> None:
    """Print the brief; text of the article and of models is never read as markup."""
    console.print(Group(*_parts(brief)))


def _parts(brief: Brief) -> Iterator[RenderableType]:
    if brief.notice:
        yield Text(brief.notice, style="yellow")
    yield Text(brief.headline, style="bold")
    yield Text(_byline(brief), style="dim")
    yield Text()
    yield from (_item("•", statement.text) for statement in brief.statements)
    yield Text()
    yield from _flags(brief)
    if brief.loaded:
        yield Text("Loaded wording: " + ", ".join(f"“{loaded.term}”" for loaded in brief.loaded))
    if brief.absent:
        yield Text("Not heard: " + "; ".join(brief.absent))
    yield Text()
    yield Text(_footer(brief), style="dim")


def _byline(brief: Brief) -> str:
    article = brief.article
    parts = (article.site, article.published or article.dateline, f"{article.words} words")
    notes = (
        "only a part could be read" if article.partial else None,
        f"{article.hidden_words} hidden words that order machines about were left out"
        if article.hidden_orders
        else None,
    )
    return " · ".join(part for part in (*parts, *notes) if part)


def _flags(brief: Brief) -> Iterator[RenderableType]:
    if not brief.flags:
        yield Text("Nothing flagged: no assertion that the rules know as unestablished.")
        return
    yield Text(f"Not established here ({len(brief.flags)})", style="bold")
    for flag in brief.flags:
        yield _item("▸", f"“{flag.quote}”")
        yield Padding(Text(_reason(flag), style="dim"), (0, 0, 0, 4))


def _reason(flag: Flag) -> str:
    who = flag.speaker or "in the article's own voice"
    verify = f" Would verify: {flag.would_verify}" if flag.would_verify else ""
    return f"{flag.kind.replace('_', ' ')} · {who}. {flag.why}{verify}"


def _item(mark: str, text: str) -> RenderableType:
    return Padding(Text(f"{mark} {text}"), (0, 0, 0, 1))


def _footer(brief: Brief) -> str:
    checks = brief.checks
    maker = "offline brief, made by rules without a model" if brief.engine == "offline" else brief.engine
    calls = f" · {brief.usage.model_calls} model call(s)" if brief.usage.model_calls else ""
    cached = " · from the cache" if brief.cached else ""
    return f"{checks.traced} of {checks.statements} statements traced to the text · {maker}{calls}{cached}"
