"""A Brief as a person reads it in the terminal, and any result as a program does."""

import json
import sys
import textwrap
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.text import Text

from bot.article.models import Article
from bot.briefing.labels import (
    KIND_LABELS,
    TO_FLAG,
    count_calls,
    count_traced,
    name_source,
    silence,
    tell_context,
    word_notices,
)
from bot.briefing.models import OFFLINE, Answer, Brief, Flag, Note
from bot.comparing.labels import foot_of, name_sides
from bot.locales import _, ngettext

if TYPE_CHECKING:
    from bot.comparing.models import Comparison, Quotation
    from storage.archive import Hit


FLAG_CHARACTERS = 40
"""Of a flag, before a note on it."""


def print_json(shown: dict[str, Any]) -> None:
    """Print one JSON object and nothing else."""
    json.dump(shown, sys.stdout, ensure_ascii=False, indent=2)
    sys.stdout.write("\n")


def print_brief(brief: Brief, console: Console) -> None:
    """Print the brief; text of the article and of models is never read as markup."""
    console.print(Group(*_parts(brief)))


def print_answer(answer: Answer, article: Article, console: Console) -> None:
    """Print an answer with the passages it rests on, or that the article does not say."""
    if answer.notices:
        console.print(Text(word_notices(answer.notices), style="yellow"))
    if answer.text:
        console.print(Text(answer.text))
    elif not answer.sentences:
        console.print(Text(silence(answer)))
    for number in answer.sentences:
        console.print(_item("▸", f"“{article.sentence_text(number)}”"))


def print_hits(hits: "Sequence[Hit]", console: Console) -> None:
    """Print what a search has found, best first."""
    if not hits:
        console.print(Text(_("I have read no public article about that in the last weeks.")))
    for hit in hits:
        console.print(Text(hit.title, style="bold"))
        byline = " · ".join(part for part in (hit.site, hit.published, hit.url) if part)
        console.print(Padding(Text(byline, style="dim"), (0, 0, 0, 2)))


def print_comparison(comparison: "Comparison", console: Console) -> None:
    """Print what two articles have in common and what not, each in its own words."""
    console.print(Group(*_compared(comparison)))


def _compared(comparison: "Comparison") -> Iterator[RenderableType]:
    names = name_sides(comparison)
    if comparison.notices:
        yield Text(word_notices(comparison.notices), style="yellow")
    for name, side in zip(names, (comparison.first, comparison.second), strict=True):
        yield Text(f"{name}: {side.title or ''}", style="bold")
    yield from _section(_("Both say ({count})").format(count=len(comparison.shared)))
    for pair in comparison.shared:
        yield from _side_by_side(names, (pair.first, pair.second))
    if comparison.differing:
        yield from _section(_("Numbers differ ({count})").format(count=len(comparison.differing)))
    for one in comparison.differing:
        figures = one.first_figure, one.second_figure
        told = [f"{name} ({figure})" for name, figure in zip(names, figures, strict=True)]
        yield from _side_by_side(told, (one.first, one.second))
    for name, alone in zip(names, (comparison.only_first, comparison.only_second), strict=True):
        if alone:
            yield from _section(_("Only {outlet} ({count})").format(outlet=name, count=len(alone)))
        for quotation in alone:
            yield from _quoted(None, quotation)
    yield from _voices(comparison, names)
    yield Text()
    yield Text(foot_of(comparison), style="dim")


def _voices(comparison: "Comparison", names: tuple[str, str]) -> Iterator[RenderableType]:
    if comparison.heard:
        yield from _section(_("Who is heard"))
    for heard in comparison.heard:
        where = _("both") if heard.first and heard.second else names[0] if heard.first else names[1]
        yield _item("•", f"{heard.first or heard.second} · {where}")


def _side_by_side(
    names: "Sequence[str]", quotations: "tuple[Quotation, Quotation]"
) -> Iterator[RenderableType]:
    for name, quotation in zip(names, quotations, strict=True):
        yield from _quoted(name, quotation)
    yield Text()


def _section(title: str) -> Iterator[RenderableType]:
    yield Text()
    yield Text(title, style="bold")


def _quoted(name: str | None, quotation: "Quotation") -> Iterator[RenderableType]:
    yield _item("▸", f"{name}: “{quotation.text}”" if name else f"“{quotation.text}”")
    if quotation.translation:
        note = _("(translation)")
        yield Padding(Text(f"“{quotation.translation}” {note}", style="italic"), (0, 0, 0, 4))


def _parts(brief: Brief) -> Iterator[RenderableType]:
    if brief.notices:
        yield Text(word_notices(brief.notices), style="yellow")
    yield Text(brief.headline, style="bold")
    yield Text(_byline(brief), style="dim")
    yield Text()
    yield from (_item("•", statement.text) for statement in brief.statements)
    yield Text()
    yield from _flags(brief)
    if brief.loaded:
        yield Text(_("Loaded wording:") + " " + ", ".join(f"“{loaded.term}”" for loaded in brief.loaded))
    if brief.absent:
        yield Text(_("Not heard:") + " " + "; ".join(brief.absent))
    yield from _context(brief)
    yield Text()
    yield Text(_footer(brief), style="dim")


def _byline(brief: Brief) -> str:
    article = brief.article
    words = ngettext("{count} word", "{count} words", article.words).format(count=article.words)
    parts = (article.site, article.published or article.dateline, words)
    hidden = ngettext(
        "{count} hidden word that orders machines about was left out",
        "{count} hidden words that order machines about were left out",
        article.hidden_words,
    )
    notes = (
        _("read from a picture") if article.kind == "image" else None,
        _("only a part could be read") if article.partial else None,
        hidden.format(count=article.hidden_words) if article.hidden_orders else None,
    )
    return " · ".join(part for part in (*parts, *notes) if part)


def _flags(brief: Brief) -> Iterator[RenderableType]:
    if not brief.flags:
        yield Text(_("Not established here: nothing found"))
        return
    yield Text(_("Not established here ({count})").format(count=len(brief.flags)), style="bold")
    for flag in brief.flags:
        yield _item("▸", f"“{flag.quote}”")
        if flag.translation:
            yield Padding(Text(f"“{flag.translation}” {_('(translation)')}", style="italic"), (0, 0, 0, 4))
        yield Padding(Text(_reason(flag), style="dim"), (0, 0, 0, 4))


def _context(brief: Brief) -> Iterator[RenderableType]:
    if brief.context is None:
        return
    yield Text()
    yield Text(tell_context(brief.context), style="bold" if brief.notes else "")
    for note in brief.notes:
        yield _item("•", f"{_said(note, brief)} [{name_source(note.source)}]")
        yield Padding(Text(note.source.url, style="dim"), (0, 0, 0, 4))


def _said(note: Note, brief: Brief) -> str:
    """Return what a note says, of whom, or on which flag."""
    words = f"“{note.text}”" if note.quoted else note.text
    if note.rating:
        words = f"{words} – {note.source.publisher or note.source.title}: “{note.rating}”"
    if note.about:
        return f"{note.about}: {words}"
    if note.flag is None:
        return words
    flagged = textwrap.shorten(brief.flags[note.flag - 1].quote, FLAG_CHARACTERS, placeholder="…")
    return f"{_(TO_FLAG).format(words=flagged)} {words}"


def _reason(flag: Flag) -> str:
    who = flag.speaker or _("The article's own voice")
    verify = f" {_('Would verify:')} {flag.would_verify}" if flag.would_verify else ""
    return f"{who} · {_(KIND_LABELS[flag.kind])}. {flag.why}{verify}"


def _item(mark: str, text: str) -> RenderableType:
    return Padding(Text(f"{mark} {text}"), (0, 0, 0, 1))


def _footer(brief: Brief) -> str:
    is_offline, calls = brief.engine == OFFLINE, brief.usage.model_calls
    maker = _("offline brief, made by rules without a model") if is_offline else brief.engine
    parts = (
        count_traced(brief.checks),
        maker,
        count_calls(calls) if calls else None,
        _("from the cache") if brief.cached else None,
    )
    return " · ".join(part for part in parts if part)
