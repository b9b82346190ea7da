"""/search: public articles that were briefed, by their words; each has a button that shows its brief here."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, Update

from bot.locales import N_, _, ngettext, show_day
from bot.telegram import phrases
from bot.telegram.audience import asker
from bot.telegram.backend import Backend
from bot.telegram.composing import MAX_URL_UNITS, Block, Composer, Run, heading, shorten, verbatim
from bot.telegram.once import answer_once
from bot.telegram.passages import page_link
from bot.telegram.presence import occasion_of
from bot.telegram.presses import Context
from bot.telegram.questions import read_question
from bot.telegram.replies import Reply, say
from storage.archive import Hit

HOW_TO_SEARCH: Final = N_(
    "Write /search and some words: I look for them in the public articles that I have read."
)
NOTHING_FOUND: Final = N_("I have read no public article about that in the last weeks.")

MOST_SHOWN: Final = 10
LONGEST_TITLE: Final = 200
LONGEST_SITE: Final = 60
LONGEST_URL: Final = MAX_URL_UNITS // MOST_SHOWN
_BUTTONS_IN_A_ROW = 5


async def on_search(update: Update, _context: Context, *, backend: Backend) -> None:
    """List the articles that the words after the command are about."""
    message = update.message
    if message is None:
        return
    occasion = occasion_of(update, message)
    words = read_question(message)
    if not words:
        await answer_once(say(_(HOW_TO_SEARCH)), occasion, backend=backend)
        return
    if refusal := await backend.limits.spend(asker(), occasion.answer_id, None):
        await answer_once(say(phrases.limit_reached(refusal)), occasion, backend=backend)
        return
    hits = await backend.archive.search(words, limit=MOST_SHOWN)
    await answer_once(list_hits(hits), occasion, backend=backend)


def list_hits(hits: Sequence[Hit]) -> Reply:
    """Return what was found: titles that lead to the pages, and buttons that show the briefs."""
    if not hits:
        return say(_(NOTHING_FOUND))
    count = ngettext("{count} article", "{count} articles", len(hits)).format(count=len(hits))
    composer = Composer()
    composer.add_block(heading(f"🔎 {count}"))
    for number, hit in enumerate(hits, 1):
        composer.add_block(Block(tuple(_line(number, hit)), gap="\n\n" if number == 1 else "\n"))
    buttons = [
        InlineKeyboardButton(f"📰 {number}", callback_data=f"o:{hit.brief_id}")
        for number, hit in enumerate(hits, 1)
    ]
    rows = [buttons[at : at + _BUTTONS_IN_A_ROW] for at in range(0, len(buttons), _BUTTONS_IN_A_ROW)]
    return Reply(composer.text, tuple(composer.entities), InlineKeyboardMarkup(rows))


def _line(number: int, hit: Hit) -> Iterable[Run]:
    yield Run(f"{number}. “")
    url = page_link(hit.url) if len(hit.url) <= LONGEST_URL else None
    yield verbatim(shorten(hit.title, LONGEST_TITLE), url)
    yield Run("”")
    for part in (hit.site, _day(hit.published)):
        if part:
            yield Run(" · ")
            yield verbatim(shorten(part, LONGEST_SITE))


def _day(published: str | None) -> str | None:
    try:
        return show_day(date.fromisoformat(published or ""))
    except ValueError:
        return None
