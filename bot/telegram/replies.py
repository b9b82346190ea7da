"""A Brief as Telegram messages: what a reader sees."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from telegram import InlineKeyboardMarkup, MessageEntity

from bot.article.models import PUBLIC
from bot.briefing.models import Brief, Checked
from bot.locales import _, spoken_language
from bot.memo import Memo
from bot.telegram.about import tell_about
from bot.telegram.audience import preferences
from bot.telegram.composing import MAX_UNITS, Block, Composer, Run, fits, paginate, plain
from bot.telegram.keyboards import (
    LABELS,
    Press,
    View,
    brief_keyboard,
    flags_keyboard,
    language_keyboard,
    view_keyboard,
)
from bot.telegram.masthead import footer, headline_block, masthead
from bot.telegram.sections import count_flags, list_context, list_flags, list_wording, show_transcript
from bot.telegram.tracing import trace_statements
from bot.telegram.versions import list_changes
from bot.telegram.why import explain_flags, first_pages, list_quotations

MOVES = (View.CONTEXT, View.LOADED, View.FLAGS)
"""What moves behind a button when a brief is too long for one message, in this order."""

SHORT_STATEMENTS = 3
"""So many statements are shown where a chat wants its briefs short."""


@dataclass(frozen=True, slots=True, weakref_slot=True)
class Reply:
    """One message: text, entities built by code, buttons."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None
    is_prompt: bool = False
    """Whether the reader's app is to open a reply to it."""


def say(sentence: str) -> Reply:
    """Return a reply of plain words of our own."""
    return Reply(sentence)


_RENDERED: Final = Memo[Brief, Reply]()


def render(brief: Brief, view: View = View.BRIEF, page: int = 0) -> Reply:
    """Return one page of one view of the brief; a page past the end is the last one."""
    manner = view, page, spoken_language(), _wants_short()
    return _RENDERED.recall(brief, manner, lambda: _render(brief, view, page))


def _render(brief: Brief, view: View, page: int) -> Reply:
    moved, front = _front(_abridge(brief))
    pages = front if view in {View.BRIEF, View.LANGUAGE} else _pages(brief, view)
    shown = min(page, len(pages) - 1)
    composer = Composer()
    for block in pages[shown]:
        composer.add_block(block)
    press = Press(brief.id, view, shown)
    return Reply(composer.text, tuple(composer.entities), _buttons(brief, press, len(pages), moved))


def _buttons(brief: Brief, press: Press, pages: int, moved: Sequence[View]) -> InlineKeyboardMarkup:
    match press.view:
        case View.BRIEF:
            flags, changes = (View.FLAGS,) if brief.flags else (), (View.CHANGES,) if brief.changes else ()
            kept = [view for view in moved if view is not View.FLAGS]
            text = (View.TEXT,) if brief.article.kind == "image" else ()
            return brief_keyboard(press, pages, (*flags, View.SOURCES, *text, *kept), changes)
        case View.LANGUAGE:
            return language_keyboard(brief.id, brief.language)
        case View.FLAGS:
            return flags_keyboard(press, pages, first_pages(brief))
        case _:
            is_page = brief.scope == PUBLIC and brief.article.kind == "link"
            return view_keyboard(press, pages, is_page=is_page)


def render_beginning(checked: Checked) -> Reply:
    """Return what is there of a brief that is still being written: its headline and first statements."""
    shown = checked.statements[:SHORT_STATEMENTS] if _wants_short() else checked.statements
    composer = Composer()
    composer.add_block(headline_block(checked.headline))
    for number, statement in enumerate(shown):
        block = _bullet(plain(statement.text), first=not number)
        if composer.units + block.units + 2 > MAX_UNITS:
            break
        composer.add_block(block)
    composer.add_block(Block((Run("…"),)))
    return Reply(composer.text, tuple(composer.entities))


def _wants_short() -> bool:
    return preferences().brief_length == "short"


def _abridge(brief: Brief) -> Brief:
    """Return the brief with as many statements as the chat wants; the footer then counts those."""
    kept = brief.statements[:SHORT_STATEMENTS]
    if not _wants_short() or kept == brief.statements:
        return brief
    traced = sum(statement.traced for statement in kept)
    checks = brief.checks.model_copy(update={"statements": len(kept), "traced": traced})
    return brief.model_copy(update={"statements": kept, "checks": checks})


def _front(brief: Brief) -> tuple[tuple[View, ...], list[tuple[Block, ...]]]:
    """Return what had to move behind buttons, and the brief's own pages."""
    sections = {
        View.FLAGS: list_flags(brief),
        View.LOADED: list_wording(brief),
        View.CONTEXT: list_context(brief),
    }
    moved: tuple[View, ...] = ()
    blocks = _assemble(brief, sections, moved)
    for view in MOVES:
        if fits(blocks):
            break
        if sections[view] and (brief.notes or view is not View.CONTEXT):
            moved = (view, *moved)
            blocks = _assemble(brief, sections, moved)
    return moved, paginate(blocks)


def _assemble(brief: Brief, sections: dict[View, list[Block]], moved: tuple[View, ...]) -> list[Block]:
    """Return the brief's blocks in reading order, with a pointer where a section has moved."""
    body = [
        _bullet(plain(statement.text), first=not number) for number, statement in enumerate(brief.statements)
    ]
    for view in reversed(MOVES):
        body += [_pointer(brief, view)] if view in moved else sections[view]
    return [*masthead(brief, body), *body, footer(brief)]


def _pages(brief: Brief, view: View) -> list[tuple[Block, ...]]:
    """Return the pages of a view behind a button."""
    if view is View.WHY and brief.flags:
        return explain_flags(brief)
    views: dict[View, Callable[[Brief], list[Block]]] = {
        View.FLAGS: partial(list_flags, numbered=True),
        View.QUOTES: list_quotations,
        View.SOURCES: trace_statements,
        View.TEXT: show_transcript,
        View.LOADED: list_wording,
        View.CONTEXT: list_context,
        View.CHANGES: list_changes,
        View.ABOUT: tell_about,
    }
    blocks = views[view](brief) if view in views else []
    return paginate(blocks or [Block((Run(_("Nothing here for this brief.")),))])


def _pointer(brief: Brief, view: View) -> Block:
    """Say what stands behind the button."""
    counted = {
        View.FLAGS: count_flags(brief),
        View.LOADED: _("🗣 Loaded wording ({loaded}), not heard ({absent})").format(
            loaded=len(brief.loaded), absent=len(brief.absent)
        ),
        View.CONTEXT: _("📚 Context ({count})").format(count=len(brief.notes)),
    }
    press = _("press [{button}]").format(button=_(LABELS[view]))
    return Block((Run(f"{counted[view]}: {press}"),), gap="\n\n")


def _bullet(run: Run, *, first: bool) -> Block:
    return Block((Run("• "), run), gap="\n\n" if first else "\n")
