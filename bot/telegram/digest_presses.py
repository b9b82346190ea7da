"""What the buttons under a digest do."""

import contextlib

from telegram import CallbackQuery, MaybeInaccessibleMessage, Update

from bot.digest.models import Digest
from bot.errors import StoreUnavailable
from bot.locales import N_, _
from bot.telegram.backend import Backend
from bot.telegram.chats import ChatAnswer
from bot.telegram.digest_keyboards import read_digest_press, read_open
from bot.telegram.digest_view import render_digest, render_story
from bot.telegram.presence import occasion_of
from bot.telegram.presses import Context, answer_press, find_pressed
from bot.telegram.replies import render
from bot.telegram.sending import Posted

EXPIRED = N_("That digest has expired. The next one comes at its time.")


async def on_digest_press(update: Update, _context: Context, *, backend: Backend) -> None:
    """Show another page of a digest, or a story of it, in the same message."""
    query = update.callback_query
    press = read_digest_press(query.data) if query else None
    if query is None or query.message is None or press is None:
        return
    digest = await _find(query, query.message.chat.id, press.digest_id, backend)
    if digest is None:
        return
    await answer_press(query)
    posted = Posted(query.message.chat.id, query.message.message_id)
    if press.story:
        await backend.sender.edit(posted, render_story(digest, press.story, press.page))
        await _note_story(query.message, digest, press.story, backend)
    else:
        await backend.sender.edit(posted, render_digest(digest, press.page))


async def on_open(update: Update, _context: Context, *, backend: Backend) -> None:
    """Show a brief in a message of its own, below the digest: a reply to it is a question about it."""
    query = update.callback_query
    if query is None or query.message is None:
        return
    brief = await find_pressed(query, read_open(query.data), backend)
    if brief is None:
        return
    await answer_press(query)
    occasion = occasion_of(update, query.message)
    answer = ChatAnswer(occasion, None, backend, unasked=True)
    await answer.begin()
    await answer.deliver(render(brief), brief)


async def _find(query: CallbackQuery, chat_id: int, digest_id: str, backend: Backend) -> Digest | None:
    """Return the digest of this chat whose button was pressed; None after saying why there is none."""
    try:
        digest = await backend.digests.find(chat_id, digest_id)
    except StoreUnavailable as exc:
        await answer_press(query, exc.sentence)
        return None
    if digest is None:
        await answer_press(query, _(EXPIRED))
    return digest


async def _note_story(
    message: MaybeInaccessibleMessage, digest: Digest, number: int, backend: Backend
) -> None:
    """Note that a reply to the digest is now about the story that was opened last, by its first brief."""
    story = digest.stories[min(number, len(digest.stories)) - 1]
    brief_id = next((piece.brief_id for piece in story.pieces if piece.brief_id), None)
    if brief_id is not None:
        with contextlib.suppress(StoreUnavailable):
            await backend.threads.note_shown(message.chat.id, message.message_id, brief_id)
