"""What a page says otherwise than when it was briefed before, as blocks of a message."""

from collections.abc import Iterator

from telegram.constants import MessageEntityType

from bot.briefing.models import Brief, Changes
from bot.locales import _
from bot.telegram.composing import Block, Run, verbatim
from bot.telegram.passages import passage_url


def list_changes(brief: Brief) -> list[Block]:
    """Return the earlier title, then what is reworded, new and gone, in the article's own words."""
    if brief.changes is None:
        return []
    heading = Block((Run(_("🔄 Changed since the brief before"), MessageEntityType.BOLD),))
    return [heading, *(Block(runs, gap="\n\n") for runs in _changes(brief, brief.changes))]


def _changes(brief: Brief, changes: Changes) -> Iterator[tuple[Run, ...]]:
    """Yield one change after the other; what stands on the page now links to it."""
    if changes.title is not None:
        yield Run(_("The title was:") + " “"), verbatim(changes.title), Run("”")
    for rewording in changes.reworded:
        was = (Run(_("Was:") + " “"), verbatim(rewording.before), Run("”\n"))
        yield *was, Run(_("Now:") + " “"), _linked(brief, rewording.after), Run("”")
    for number in changes.added:
        yield Run(_("Added:") + " “"), _linked(brief, brief.article.sentence_text(number)), Run("”")
    for text in changes.removed:
        yield Run(_("Gone:") + " “"), verbatim(text), Run("”")


def _linked(brief: Brief, text: str) -> Run:
    return verbatim(text, passage_url(brief.article, text))
