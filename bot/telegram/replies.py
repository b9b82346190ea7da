"""A Brief as Telegram messages: what a reader sees."""

from collections.abc import Sequence
from dataclasses import dataclass

from telegram import InlineKeyboardMarkup, MessageEntity
from telegram.constants import MessageEntityType

from bot.briefing.labels import KIND_LABELS, count_calls
from bot.briefing.models import OFFLINE, Brief, Checked, Flag, Loaded, Usage
from bot.locales import _, ngettext
from bot.telegram.audience import preferences
from bot.telegram.composing import MAX_UNITS, Block, Composer, Run, fits, paginate, plain, verbatim
from bot.telegram.keyboards import LABELS, Press, View, keyboard
from bot.telegram.masthead import footer, headline_block, masthead
from bot.telegram.passages import page_url, passage_url
from bot.telegram.versions import list_changes

MOVES = (View.CONTEXT, View.LOADED, View.FLAGS)
"""What moves behind a button when a brief is too long for one message, in this order."""

SHORT_STATEMENTS = 3
"""So many statements are shown where a chat wants its briefs short."""


@dataclass(frozen=True, slots=True)
class Reply:
    """One message: text, entities built by code, buttons."""

    text: str
    entities: tuple[MessageEntity, ...] = ()
    keyboard: InlineKeyboardMarkup | None = None


def say(sentence: str) -> Reply:
    """Return a reply of plain words of our own."""
    return Reply(sentence)


def render(brief: Brief, view: View = View.BRIEF, page: int = 0) -> Reply:
    """Return one page of one view of the brief; a page past the end is the last one."""
    moved, front = _front(_abridge(brief))
    pages = front if view is View.BRIEF else paginate(_view(brief, view))
    shown = min(page, len(pages) - 1)
    composer = Composer()
    for block in pages[shown]:
        composer.add_block(block)
    changes = (View.CHANGES,) if brief.changes else ()
    buttons = keyboard(Press(brief.id, view, shown), len(pages), (*moved, *changes, View.ABOUT))
    return Reply(composer.text, tuple(composer.entities), buttons)


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
    sections = {view: _section(brief, view) for view in MOVES}
    moved: tuple[View, ...] = ()
    blocks = _assemble(brief, sections, moved)
    for view in MOVES:
        if fits(blocks):
            break
        if sections[view]:
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


def _view(brief: Brief, view: View) -> list[Block]:
    """Return the blocks of a view behind a button."""
    whole = {View.ABOUT: _about, View.CHANGES: list_changes}
    blocks = whole[view](brief) if view in whole else _section(brief, view)
    return blocks or [Block((Run(_("Nothing here for this brief.")),))]


def _section(brief: Brief, view: View) -> list[Block]:
    sections = {View.FLAGS: _flags, View.LOADED: _wording, View.CONTEXT: _context}
    return sections[view](brief)


def _flags(brief: Brief) -> list[Block]:
    if not brief.flags:
        return [Block((Run("⚠️ " + _("Not established here: nothing found")),), gap="\n\n")]
    heading = _heading(_count_flags(brief))
    return [heading, *(_flag(brief, flag) for flag in brief.flags)]


def _count_flags(brief: Brief) -> str:
    return "⚠️ " + _("Not established here ({count})").format(count=len(brief.flags))


def _flag(brief: Brief, flag: Flag) -> Block:
    """Return the quotation, whose words they are, why they are flagged and what would verify them."""
    voice = plain(flag.speaker) if flag.speaker else Run(_("The article's own voice"))
    note = _("(translation)")
    translated = [Run("“"), plain(flag.translation), Run(f"” {note}\n")] if flag.translation else []
    label = Run(f" · {_(KIND_LABELS[flag.kind])}. ")
    reason = [Run("”\n"), *translated, voice, label, plain(_sentence(flag.why))]
    if flag.would_verify:
        reason += [Run(" " + _("Would verify:") + " "), plain(_sentence(flag.would_verify))]
    return Block(
        (Run("“"), verbatim(flag.quote, passage_url(brief.article, flag.quote)), *reason), quoted=True
    )


def _wording(brief: Brief) -> list[Block]:
    terms = [_term(brief, loaded) for loaded in brief.loaded]
    absent = [(plain(name),) for name in brief.absent]
    loaded = _line("🗣 " + _("Loaded wording:") + " ", terms, ", ", gap="\n\n")
    return [*loaded, *_line("🚪 " + _("Not heard:") + " ", absent, "; ", gap="\n" if loaded else "\n\n")]


def _line(label: str, items: Sequence[tuple[Run, ...]], separator: str, *, gap: str) -> list[Block]:
    """Return a line of items, a block each, so that a line of any length can be paged."""
    return [
        Block(item, gap=separator) if number else Block((Run(label), *item), gap=gap)
        for number, item in enumerate(items)
    ]


def _term(brief: Brief, loaded: Loaded) -> tuple[Run, ...]:
    quoted = (Run("“"), verbatim(loaded.term, passage_url(brief.article, loaded.term)), Run("”"))
    neutral = Run(" (" + _("neutral:") + " ")
    return (*quoted, neutral, plain(loaded.neutral), Run(")")) if loaded.neutral else quoted


def _context(brief: Brief) -> list[Block]:
    if not brief.notes:
        return []
    notes = []
    for note in brief.notes:
        source = note.source
        url = source.url if source.url.startswith(("http://", "https://")) else None
        title = plain(f"{source.title}, {source.date}" if source.date else source.title, url=url)
        notes.append(Block((Run("• "), plain(note.text), Run(" ["), title, Run("]"))))
    return [_heading(_("📚 Context (not from the article)")), *notes]


def _about(brief: Brief) -> list[Block]:
    """Return what the brief is, how it was made and what the checks left out."""
    usage, left_out = brief.usage, len(brief.checks.dropped)
    lines = [
        _("Every quotation stands in the article word for word; code has looked it up."),
        _("A flag means that this article does not establish the assertion, not that it is false."),
        _("{traced} of {statements} statements were traced to sentences of it.").format(
            traced=brief.checks.traced, statements=brief.checks.statements
        ),
        ngettext(
            "The checks left out {count} thing that did not hold.",
            "The checks left out {count} things that did not hold.",
            left_out,
        ).format(count=left_out)
        if left_out
        else "",
        _cost(usage) if usage.model_calls else "",
    ]
    title = brief.article.title or page_url(brief.article) or _("a text sent to me")
    article = Block((Run(_("Article:") + " "), plain(title, url=page_url(brief.article))), gap="\n\n")
    maker = _("rules, without a model") if brief.engine == OFFLINE else brief.engine
    version = _("version {version}").format(version=brief.prompt_version)
    made = Block((Run(_("Made by:") + " "), plain(f"{maker}, {version}")))
    return [
        _heading(_("About this brief")),
        *(Block((Run(t),), gap="\n\n") for t in lines if t),
        article,
        made,
    ]


def _cost(usage: Usage) -> str:
    cost = _("Model: {calls}. Tokens in: {input} ({cached} of them cached), out: {output}.")
    return cost.format(
        calls=count_calls(usage.model_calls),
        input=usage.input_tokens,
        cached=usage.cached_tokens,
        output=usage.output_tokens,
    )


def _pointer(brief: Brief, view: View) -> Block:
    """Say what stands behind the button."""
    counted = {
        View.FLAGS: _count_flags(brief),
        View.LOADED: _("🗣 Loaded wording ({loaded}), not heard ({absent})").format(
            loaded=len(brief.loaded), absent=len(brief.absent)
        ),
        View.CONTEXT: _("📚 Context ({count})").format(count=len(brief.notes)),
    }
    press = _("press [{button}]").format(button=_(LABELS[view]))
    return Block((Run(f"{counted[view]}: {press}"),), gap="\n\n")


def _heading(text: str) -> Block:
    return Block((Run(text, MessageEntityType.BOLD),), gap="\n\n")


def _bullet(run: Run, *, first: bool) -> Block:
    return Block((Run("• "), run), gap="\n\n" if first else "\n")


def _sentence(text: str) -> str:
    """Return the text with an end, so that another sentence can follow."""
    return text if text.rstrip().endswith((".", "!", "?", "…", "。")) else f"{text.rstrip()}."
