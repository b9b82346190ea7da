"""Comparing in chats: a reply to a brief with another outlet's link, /compare, a brief's button."""

import asyncio
import contextlib
from collections.abc import Sequence
from typing import Any, Final

from telegram import Chat, Message, Update
from telegram.ext import CallbackContext

from bot.article.models import Submission
from bot.briefing.models import Brief
from bot.errors import StoreUnavailable
from bot.locales import N_, _, spoken_language
from bot.telegram import phrases
from bot.telegram.access import may_see
from bot.telegram.addressing import replied_message
from bot.telegram.answers import explain, may_go_on
from bot.telegram.audience import asker, brief_language
from bot.telegram.backend import Backend
from bot.telegram.cancelling import Undertaking
from bot.telegram.chats import ChatAnswer
from bot.telegram.comparison_view import read_comparison_press, render_comparison
from bot.telegram.keyboards import read_compare
from bot.telegram.once import answer_once
from bot.telegram.presence import occasion_of
from bot.telegram.presses import answer_press, find_pressed
from bot.telegram.replies import Reply, say
from bot.telegram.sending import Posted
from bot.telegram.submissions import said

Context = CallbackContext[Any, Any, Any, Any]

HOW_TO_COMPARE: Final = N_("Reply to this message with the link of another outlet's article on this story.")
HOW_TO_COMPARE_TWO: Final = N_(
    "Write /compare and the links of two articles on one story, or reply to a brief with /compare and a link."
)
EXPIRED: Final = N_("That comparison has expired. Send the link again.")


async def on_compare(update: Update, _context: Context, *, backend: Backend) -> None:
    """Compare the articles of two links, or that of one with the brief replied to."""
    message = update.message
    if message is None:
        return
    links = said(message)[1]
    submissions = [Submission(kind="link", url=link) for link in links[:2]]
    first = await find_replied(message, backend) if len(submissions) == 1 else None
    if first is not None:
        await answer_comparison(update, message, (first, submissions[0]), backend)
    elif len(submissions) == 2:
        await answer_comparison(update, message, (submissions[0], submissions[1]), backend)
    else:
        await answer_once(say(_(HOW_TO_COMPARE_TWO)), occasion_of(update, message), backend=backend)


def is_second_link(message: Message, subject: Message, submissions: Sequence[Submission]) -> bool:
    """Whether a message is one link and no word besides, in reply: with words it asks for a brief."""
    if subject is not message or replied_message(message) is None:
        return False
    is_link = [submission.kind for submission in submissions] == ["link"]
    return is_link and len(said(message)[0].split()) == 1


async def find_replied(message: Message, backend: Backend) -> Brief | None:
    """Return the brief that a message replies to, if this chat may see it and it has not expired."""
    replied = replied_message(message)
    if replied is None:
        return None
    try:
        brief_id = await backend.threads.find_shown(message.chat_id, replied.message_id)
        brief = await backend.store.find(brief_id) if brief_id else None
        return brief if brief and await may_see(brief, message.chat_id, backend.chats) else None
    except StoreUnavailable:
        return None


async def answer_comparison(
    update: Update, message: Message, them: tuple[Brief | Submission, Submission], backend: Backend
) -> None:
    """Compare two articles in one message; raises TelegramError when it could not be brought out."""
    about = them[0].id if isinstance(them[0], Brief) else None
    shown = ChatAnswer(occasion_of(update, message), None, backend, about=about)
    async with backend.undertakings.begin(asker(), update.update_id) as undertaking:
        if not await may_go_on(shown, undertaking, "briefs", backend):
            return
        async with shown.courtesies():
            if not await shown.begin():
                return
            await shown.deliver(await _find_comparison(them, undertaking, shown.charge_id, backend), None)


async def on_compare_button(update: Update, _context: Context, *, backend: Backend) -> None:
    """Open a reply for the other link in a private chat; say how to compare elsewhere."""
    query = update.callback_query
    brief = await find_pressed(query, read_compare(query.data), backend) if query else None
    if query is None or brief is None:
        return
    if query.message is None or query.message.chat.type != Chat.PRIVATE:
        how = phrases.HOW_TO_ASK_ELSEWHERE if query.inline_message_id else HOW_TO_COMPARE
        await answer_press(query, _(how))
        return
    await answer_press(query)
    prompt = ChatAnswer(occasion_of(update, query.message), None, backend, unasked=True, about=brief.id)
    if await prompt.begin():
        await prompt.deliver(Reply(_(HOW_TO_COMPARE), is_prompt=True), None)


async def on_comparison_press(update: Update, _context: Context, *, backend: Backend) -> None:
    """Show another page of a comparison in the same message."""
    query = update.callback_query
    press = read_comparison_press(query.data) if query else None
    if query is None or query.message is None or press is None:
        return
    chat_id = query.message.chat.id
    try:
        comparison = await backend.comparisons.find(press.comparison_id, chat_id)
    except StoreUnavailable as exc:
        await answer_press(query, exc.sentence)
        return
    if comparison is None:
        await answer_press(query, _(EXPIRED))
        return
    await answer_press(query)
    posted = Posted(chat_id, query.message.message_id)
    await backend.sender.edit(posted, render_comparison(comparison, press.page))


async def _find_comparison(
    them: tuple[Brief | Submission, Submission], undertaking: Undertaking, charge_id: int, backend: Backend
) -> Reply:
    """Return the comparison as it is shown, or why there is none. A failure of ours costs nothing."""
    try:
        return await undertaking.run(_compare(them, backend))
    except Exception as exc:  # noqa: BLE001 - the outermost handler of a comparison: who asked reads a sentence
        if not undertaking.is_called_off:
            await backend.limits.give_back(asker(), charge_id, "briefs")
        return explain(exc, undertaking.update_id)


async def _compare(them: tuple[Brief | Submission, Submission], backend: Backend) -> Reply:
    """Brief what is not briefed yet, compare, and keep the comparison for its buttons."""
    language = brief_language()

    async def brief(one: Brief | Submission) -> Brief:
        return one if isinstance(one, Brief) else await backend.newsroom.make_brief(one, language=language)

    with backend.turns.join(asker().chat_id or asker().person_id) as ticket:
        await ticket.come()
        first, second = await asyncio.gather(*map(brief, them))
        comparison = await backend.newsroom.compare(first, second, language=language or spoken_language())
    with contextlib.suppress(StoreUnavailable):  # its buttons then say that it has expired
        await backend.comparisons.keep(comparison)
    return render_comparison(comparison)
