"""What a brief is made of besides its statements, as blocks: flags, wording, context."""

from collections.abc import Sequence
from typing import Final

from telegram.constants import MessageEntityType

from bot.briefing.labels import KIND_LABELS, TO_FLAG, name_source, tell_context
from bot.briefing.models import Brief, Flag, Loaded, Note
from bot.locales import _
from bot.telegram.composing import Block, Run, as_sentence, heading, plain, shorten, verbatim
from bot.telegram.passages import MAX_URL, passage_url

FLAG_UNITS: Final = 40
"""Of a flag, before a note on it."""


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
    """Return the notes with their sources, or that there are none; nothing where nobody has looked."""
    if not brief.notes:
        told = [tell_context(brief.context)] if brief.context else []
        return [Block((Run(f"📚 {outcome}"),), gap="\n\n") for outcome in told]
    notes = (
        Block((Run("• "), *_note(note, brief), Run(" ["), _source(note), Run("]"))) for note in brief.notes
    )
    return [heading("📚 " + tell_context("found")), *notes]


def _note(note: Note, brief: Brief) -> tuple[Run, ...]:
    """Return what a note says: the source's words in quotation marks, and whom or which flag it is about."""
    if not note.quoted:
        return (*_to_flag(note, brief), plain(note.text))
    words = [Run("“"), verbatim(note.text), Run("”")]
    if note.rating:
        publisher = plain(note.source.publisher or note.source.title)
        words += [Run(" – "), publisher, Run(": “"), verbatim(note.rating), Run("”")]
    about = (plain(note.about), Run(": ")) if note.about else _to_flag(note, brief)
    return (*about, *words)


def _to_flag(note: Note, brief: Brief) -> tuple[Run, ...]:
    """Return the first words of the flag that a note bears on."""
    if note.flag is None or not 1 <= note.flag <= len(brief.flags):
        return ()
    before, after = _(TO_FLAG).split("{words}")
    return Run(before), verbatim(shorten(brief.flags[note.flag - 1].quote, FLAG_UNITS)), Run(f"{after} ")


def _source(note: Note) -> Run:
    """Return a source's name; the only link of a note is its source's own."""
    url = note.source.url
    is_shown = url.startswith(("http://", "https://")) and len(url) <= MAX_URL
    return plain(name_source(note.source), url=url if is_shown else None)


def show_transcript(brief: Brief) -> list[Block]:
    """Return what was read from pictures; of any other article the reader has the text."""
    article = brief.article
    if article.kind != "image":
        return []
    title = [Block((plain(article.title, MessageEntityType.BOLD),), gap="\n\n")] if article.title else []
    paragraphs = [Block((verbatim(text),), gap="\n\n") for text in article.text.split("\n\n")]
    return [heading("🖼 " + _("Text read from the picture")), *title, *paragraphs]
