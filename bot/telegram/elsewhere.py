"""Briefs in chats that the bot is not in: for guests that mention it, and as inline results."""

import contextlib
import logging
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from telegram import (
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    Update,
)
from telegram.error import BadRequest

from bot.article.links import canonical_url, find_links
from bot.article.models import PUBLIC, Submission
from bot.briefing.models import Brief, Stage
from bot.errors import AddressRefused, SaysoError, StoreUnavailable
from bot.locales import N_, _
from bot.telegram.addressing import holds_article, replied_message
from bot.telegram.answers import answer_submission, explain
from bot.telegram.audience import brief_language
from bot.telegram.backend import Backend
from bot.telegram.composing import Composer, Run
from bot.telegram.keyboards import begin_button, read_begin
from bot.telegram.presses import Context, admit_press, answer_press
from bot.telegram.progress import STAGES
from bot.telegram.replies import Reply, render, say
from bot.telegram.sending import NO_PREVIEW
from bot.telegram.submissions import find_submissions

log = logging.getLogger(__name__)

PASTE_A_LINK: Final = N_("Paste a link to an article")
BRIEF_THIS: Final = N_("Brief this article")
ON_ITS_WAY: Final = N_("A brief is being written of {site}…")
EXPIRED_LINK: Final = N_("That link has expired. Send it again.")

CACHED_S: Final = 60
"""Telegram gives the same inline query the same answer for so long; by then a new brief may be there."""

STUB: Final = "stub"


class InlineAnswer:
    """An answer in a message known by its inline id: a stub stands there, one edit follows."""

    tells_failures = True
    shows_beginnings = False

    def __init__(self, inline_id: str, backend: Backend) -> None:
        self._inline_id = inline_id
        self._backend = backend
        self.charge_id = inline_id

    @contextlib.asynccontextmanager
    async def courtesies(self) -> AsyncIterator[None]:
        """Do nothing: a bot cannot show that it is typing where it is not."""
        yield

    async def begin(self, *, is_there: bool = False) -> bool:  # noqa: ARG002 - the stub is there either way
        """Do nothing: the stub is there."""
        return True

    async def refuse(self, reply: Reply) -> None:
        """Make the stub show the reply."""
        await self.deliver(reply, None)

    async def show(self, reply: Reply) -> None:
        """Show no stages: every edit counts against the limits of a chat that others share."""

    async def deliver(self, reply: Reply, brief: Brief | None) -> None:
        """Make the message show the reply."""
        if brief is not None:
            with contextlib.suppress(StoreUnavailable):
                await self._backend.inline.note_brief(self._inline_id, brief.id)
        await self._backend.sender.edit_inline(self._inline_id, reply)


async def on_guest(update: Update, _context: Context, *, backend: Backend) -> None:
    """Brief what a guest asks for: in its message, or in the message that this replies to."""
    message = update.guest_message
    if message is None or not message.guest_query_id or not await _claim(update, message, backend):
        return
    inline_id = await _begin(update, message, message.guest_query_id, backend)
    if inline_id is None:
        return
    answer = InlineAnswer(inline_id, backend)
    replied = replied_message(message)
    subject = message if holds_article(message) or replied is None else replied
    try:
        # One message is all that a guest gets: one link.
        submission, *_rest = await find_submissions(subject)
    except SaysoError as exc:
        await answer.deliver(explain(exc, update.update_id), None)
        return
    if submission.scope != PUBLIC:
        # Telegram: the chat of a guest may have the id of another chat.
        submission = replace(submission, scope=f"guest:{submission.scope}")
    await answer_submission(answer, submission, update_id=update.update_id, backend=backend)


async def on_inline_query(update: Update, _context: Context, *, backend: Backend) -> None:
    """Offer the brief of the link that somebody types, or, where there is none yet, to write it."""
    query = update.inline_query
    if query is None:
        return
    button, result, cached_s = None, None, CACHED_S
    if (url := _read_link(query.query)) is None:
        button = InlineQueryResultsButton(_(PASTE_A_LINK), start_parameter="inline")
    elif (brief := await _find_brief(url, backend)) is not None:
        result = _result(brief.id, brief.headline, render(brief))
    else:
        result, cached_s = await _offer(url, backend), 0
    results = [result] if result else []
    with contextlib.suppress(BadRequest):  # too late: the person has typed on
        await query.answer(results, cache_time=cached_s, is_personal=True, button=button)


async def on_chosen(update: Update, _context: Context, *, backend: Backend) -> None:
    """Write the brief that a result sent into a chat has promised."""
    chosen = update.chosen_inline_result
    if chosen is None or chosen.inline_message_id is None or not chosen.result_id.startswith(STUB):
        return
    if url := _read_link(chosen.query):
        await _write(update, chosen.inline_message_id, url, backend)


async def on_begin(update: Update, _context: Context, *, backend: Backend) -> None:
    """Write the brief that a result has promised, for who pressed its button: not every choice is told."""
    query = update.callback_query
    link_id = read_begin(query.data) if query else None
    if query is None or query.inline_message_id is None or link_id is None:
        return
    url = await backend.inline.find_link(link_id)
    if url and not await admit_press(query, query.inline_message_id, backend):
        return
    await answer_press(query, None if url else _(EXPIRED_LINK))
    if url:
        await _write(update, query.inline_message_id, url, backend)


async def _write(update: Update, inline_id: str, url: str, backend: Backend) -> None:
    answer, submission = InlineAnswer(inline_id, backend), Submission(kind="link", url=url)
    await answer_submission(answer, submission, update_id=update.update_id, backend=backend)


async def _claim(update: Update, message: Message, backend: Backend) -> bool:
    """Whether nobody has handled this message: as a member of the chat the bot may get it twice."""
    try:
        return await backend.chats.claim(message.chat_id, str(message.message_id), update.update_id)
    except StoreUnavailable:
        return True


async def _begin(update: Update, message: Message, query_id: str, backend: Backend) -> str | None:
    """Put the stub there and return its inline id, or that of an earlier try; None when it is too late."""
    with contextlib.suppress(StoreUnavailable):
        if found := await backend.inline.find_answer(update.update_id):
            return found
    stub = _result(STUB, _(BRIEF_THIS), say(_(STAGES[Stage.READING])))
    try:
        sent = await message.get_bot().answer_guest_query(query_id, stub)
    except BadRequest as exc:
        log.info("a guest was not answered: %s", type(exc).__name__)
        return None
    with contextlib.suppress(StoreUnavailable):
        await backend.inline.remember_answer(update.update_id, sent.inline_message_id)
    return sent.inline_message_id


async def _find_brief(url: str, backend: Backend) -> Brief | None:
    """Return the brief of what was read lately from a link, in the language wanted, if it is there."""
    with contextlib.suppress(StoreUnavailable):
        article = await backend.store.find_page(url)
        if article is None:
            return None
        brief = await backend.store.find_latest(url)
        if brief is None or brief.article.content_hash != article.content_hash or brief.notices:
            return None
        return brief if brief.language == (brief_language() or article.language) else None
    return None


async def _offer(url: str, backend: Backend) -> InlineQueryResultArticle | None:
    """Return a result that promises a brief; its button makes it a message to edit, and begins it too."""
    try:
        link_id = await backend.inline.keep_link(url)
    except StoreUnavailable:
        return None
    host = urlsplit(url).hostname or url
    composer = Composer()
    before, after = _(ON_ITS_WAY).split("{site}")
    composer.add(Run(before))
    composer.add(Run(host, url=url))
    composer.add(Run(after))
    stub = Reply(composer.text, tuple(composer.entities), begin_button(link_id))
    return _result(f"{STUB}{link_id}", _(BRIEF_THIS), stub, host)


def _result(
    result_id: str, title: str, reply: Reply, description: str | None = None
) -> InlineQueryResultArticle:
    content = InputTextMessageContent(reply.text, entities=reply.entities, link_preview_options=NO_PREVIEW)
    return InlineQueryResultArticle(
        result_id, title, content, reply_markup=reply.keyboard, description=description
    )


def _read_link(typed: str) -> str | None:
    """Return the first link in what was typed, in its one spelling; None when there is none to open."""
    found = find_links(typed) or find_links(f"https://{typed.strip()}")
    try:
        return canonical_url(found[0]) if found and "." in found[0] else None
    except AddressRefused:
        return None
