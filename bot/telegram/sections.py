"""What a brief is made of besides its statements, as blocks: flags, wording, context."""

from collections.abc import Sequence

from telegram.constants import MessageEntityType

from bot.briefing.labels import KIND_LABELS
from bot.briefing.models import Brief, Flag, Loaded
from bot.locales import _
from bot.telegram.composing import Block, Run, as_sentence, heading, plain, verbatim
from bot.telegram.passages import passage_url


def list_flags(brief: Brief, *, numbered: bool = False) -> list[Block]:
    """Return the flags under their heading; numbered, where buttons go by the numbers."""
    if not brief.flags:
        return [Block((Run("⚠️ " + _("Not established here: nothing found")),), gap="\n\n")]
    flags = (_flag(brief, flag, number if numbered else None) for number, flag in enumerate(brief.flags, 1))
    return [heading(count_flags(brief)), *flags]


def count_flags(brief: Brief) -> str:
    """Say how many flags there are."""
    return "⚠️ " + _("Not established here ({count})").format(count=len(brief.flags))


def _flag(brief: Brief, flag: Flag, number: int | None) -> Block:
    """Return the quotation, whose words they are, why they are flagged and what would verify them."""
    label = Run(f" · {_(KIND_LABELS[flag.kind])}. ")
    translated = (Run("\n"), *translation(flag)) if flag.translation else ()
    reason = [*translated, Run("\n"), voice(flag), label, plain(as_sentence(flag.why))]
    if flag.would_verify:
        reason += [Run(" " + _("Would verify:") + " "), plain(as_sentence(flag.would_verify))]
    return Block((Run(f"{number}. " if number else ""), *quotation(brief, flag), *reason), quoted=True)


def quotation(brief: Brief, flag: Flag) -> tuple[Run, ...]:
    """Return what is flagged, in quotation marks; it opens the page there."""
    return Run("“"), verbatim(flag.quote, passage_url(brief.article, flag.quote)), Run("”")


def translation(flag: Flag) -> tuple[Run, ...]:
    """Return the quotation's translation, marked as one."""
    note = _("(translation)")
    return Run("“"), plain(flag.translation or ""), Run(f"” {note}")


def voice(flag: Flag) -> Run:
    """Return whose words are flagged."""
    return plain(flag.speaker) if flag.speaker else Run(_("The article's own voice"))


def list_wording(brief: Brief) -> list[Block]:
    """Return the loaded expressions, and who was not heard."""
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


def list_context(brief: Brief) -> list[Block]:
    """Return the notes with their sources."""
    if not brief.notes:
        return []
    notes = []
    for note in brief.notes:
        source = note.source
        url = source.url if source.url.startswith(("http://", "https://")) else None
        title = plain(f"{source.title}, {source.date}" if source.date else source.title, url=url)
        notes.append(Block((Run("• "), plain(note.text), Run(" ["), title, Run("]"))))
    return [heading(_("📚 Context (not from the article)")), *notes]


def show_transcript(brief: Brief) -> list[Block]:
    """Return what was read from pictures; of any other article the reader has the text."""
    article = brief.article
    if article.kind != "image":
        return []
    title = [Block((plain(article.title, MessageEntityType.BOLD),), gap="\n\n")] if article.title else []
    paragraphs = [Block((verbatim(text),), gap="\n\n") for text in article.text.split("\n\n")]
    return [heading("🖼 " + _("Text read from the picture")), *title, *paragraphs]
