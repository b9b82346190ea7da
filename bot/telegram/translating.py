"""A brief in another language, in the same message."""

import asyncio
from typing import Final

from telegram import CallbackQuery, Update

from bot.briefing.models import Brief
from bot.briefing.pipeline import NOT_TRANSLATED
from bot.errors import SaysoError, StoreUnavailable
from bot.locales import N_, NAMES, _
from bot.telegram.audience import asker
from bot.telegram.backend import Backend
from bot.telegram.keyboards import AS_THE_ARTICLE, read_language
from bot.telegram.presses import Context, admit_press, answer_press, find_pressed, show_pressed, turn
from bot.telegram.replies import render
from bot.telegram.sending import Posted

PATIENCE_S: Final = 2.0
"""What takes longer is announced: the button's spinner should not turn until it is there."""

ON_ITS_WAY: Final = N_("I am writing it in this language: {language}.")


async def on_language(update: Update, _context: Context, *, backend: Backend) -> None:
    """Show the brief in the language whose button was pressed, or say that it cannot be translated."""
    query = update.callback_query
    chosen = read_language(query.data) if query else None
    if query is None:
        return
    brief = await find_pressed(query, chosen[0] if chosen else None, backend)
    if brief is None or chosen is None:
        return
    wanted = brief.article.language if chosen[1] == AS_THE_ARTICLE else chosen[1]
    if wanted == brief.language:
        await answer_press(query)
        await show_pressed(query, brief, render(brief), backend)
    elif await admit_press(query, update.update_id, backend):
        await _translate(query, brief, wanted, update.update_id, backend)


async def _translate(
    query: CallbackQuery, brief: Brief, wanted: str, update_id: int, backend: Backend
) -> None:
    """Have the brief written in another language; what was there already, or did not come, costs nothing."""
    writing = asyncio.ensure_future(_write(brief, wanted, backend))
    await asyncio.wait({writing}, timeout=PATIENCE_S)
    has_waited = not writing.done()
    if has_waited:
        language = NAMES.get(wanted) or _("as the article")
        await answer_press(query, toast=_(ON_ITS_WAY).format(language=language))
    try:
        written = await writing
    except SaysoError:
        await backend.limits.give_back(asker(), update_id, "briefs")
        raise
    if written.cached or written.language != wanted:
        await backend.limits.give_back(asker(), update_id, "briefs")
    if written.language == wanted:
        if not has_waited:
            await answer_press(query)
        if query.inline_message_id:
            await _note(query.inline_message_id, written, backend)
        await turn(query, brief, backend)
        await show_pressed(query, written, render(written), backend)
        if query.message:
            posted = Posted(query.message.chat.id, query.message.message_id)
            backend.annotations.begin(backend.sender.bot, posted, written)
    elif has_waited:
        # Nothing can pop up any more: the brief that stands there says it.
        told = brief.model_copy(update={"notices": (NOT_TRANSLATED,)})
        await show_pressed(query, told, render(told), backend)
    else:
        await answer_press(query, NOT_TRANSLATED.sentence)


async def _write(brief: Brief, wanted: str, backend: Backend) -> Brief:
    """Have it written once its turn has come."""
    with backend.turns.join(asker().chat_id or asker().person_id) as ticket:
        await ticket.come()
        return await backend.newsroom.rebrief(brief, wanted)


async def _note(inline_id: str, brief: Brief, backend: Backend) -> None:
    """Note which brief a message shows in a chat unknown to us: its buttons are for that one."""
    try:
        await backend.inline.note_brief(inline_id, brief.id)
    except StoreUnavailable:
        return
