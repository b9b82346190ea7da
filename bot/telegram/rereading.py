"""A page read again because somebody asks: what it says otherwise by now, in both wordings."""

import asyncio
from typing import Final

from telegram import CallbackQuery, Update
from telegram.constants import MessageEntityType

from bot.briefing.models import Brief
from bot.briefing.revisions import Reread
from bot.errors import SaysoError
from bot.locales import N_, _
from bot.telegram import phrases
from bot.telegram.audience import asker
from bot.telegram.backend import Backend
from bot.telegram.chats import ChatAnswer
from bot.telegram.composing import Block, Composer, Run, paginate
from bot.telegram.keyboards import read_recheck, renewal_button
from bot.telegram.presence import occasion_of
from bot.telegram.presses import Context, answer_press, find_pressed
from bot.telegram.replies import Reply, say
from bot.telegram.versions import list_changes

SAME: Final = N_("The page says what it said when I briefed it.")
READING: Final = N_("Reading the page again…")
CHANGED_ELSEWHERE: Final = N_("The page has changed. Send me its link for a new brief.")

PATIENCE_S: Final = 5.0
"""A press is answered within this: Telegram waits for some seconds more."""


async def on_recheck(update: Update, _context: Context, *, backend: Backend) -> None:
    """Read the page of a brief again, and say what has changed: in a reply, or that nothing has."""
    query = update.callback_query
    if query is None:
        return
    brief = await find_pressed(query, read_recheck(query.data), backend)
    if brief is None:
        return
    if refusal := await backend.limits.spend(asker(), update.update_id, None):
        await answer_press(query, phrases.limit_reached(refusal))
        return
    reading = asyncio.ensure_future(backend.newsroom.read_again(brief))
    await asyncio.wait({reading}, timeout=PATIENCE_S)
    has_waited = not reading.done()
    if has_waited:
        await answer_press(query, toast=_(READING))
    try:
        reread = await reading
    except SaysoError as exc:
        await _say(update, query, brief, exc.sentence, backend, has_waited=has_waited)
        return
    if reread is None:
        await _say(update, query, brief, _(SAME), backend, has_waited=has_waited)
    elif query.message is None:
        await answer_press(query, _(CHANGED_ELSEWHERE))
    else:
        if not has_waited:
            await answer_press(query)
        await _reply(update, query, brief, render_update(brief, reread), backend)


def render_update(brief: Brief, reread: Reread) -> Reply:
    """Return what the page of a brief says otherwise by now, and a button for a new brief that has it all."""
    now = brief.model_copy(update={"article": reread.article, "changes": reread.changes})
    more = Block((Run(_("… and more, in the new brief."), MessageEntityType.ITALIC),), gap="\n\n")
    first, *rest = paginate(list_changes(now), reserve=more)
    composer = Composer()
    for block in (*first, *([more] if rest else [])):
        composer.add_block(block)
    return Reply(composer.text, tuple(composer.entities), renewal_button(brief.id, None))


async def _say(
    update: Update, query: CallbackQuery, brief: Brief, sentence: str, backend: Backend, *, has_waited: bool
) -> None:
    """Say a sentence where the press is still to be answered, else in a reply."""
    if not has_waited:
        await answer_press(query, sentence)
    elif query.message is not None:
        await _reply(update, query, brief, say(sentence), backend)


async def _reply(update: Update, query: CallbackQuery, brief: Brief, reply: Reply, backend: Backend) -> None:
    if query.message is not None:
        answer = ChatAnswer(occasion_of(update, query.message), None, backend, unasked=True, about=brief.id)
        if await answer.begin():
            await answer.deliver(reply, None)
