"""Questions about briefs: replies to a brief or to an answer, /ask, and passages selected in either."""

from collections.abc import Awaitable, Callable
from typing import Any, Final

from telegram import Message, MessageEntity, Update
from telegram.ext import CallbackContext

from bot.article.links import canonical_url
from bot.briefing.followup import find_passage
from bot.briefing.inquiries import LONGEST_QUESTION, Inquiry
from bot.briefing.models import Answer, Brief, Turn
from bot.errors import AddressRefused
from bot.locales import N_, _
from bot.telegram import phrases
from bot.telegram.access import may_see
from bot.telegram.addressing import me_of, replied_message
from bot.telegram.answers import Occasion, explain, may_go_on
from bot.telegram.audience import asker
from bot.telegram.backend import Backend
from bot.telegram.cancelling import Undertaking
from bot.telegram.chats import ChatAnswer
from bot.telegram.digest_questions import Asked, find_asked
from bot.telegram.once import answer_once
from bot.telegram.presence import occasion_of, topic_of
from bot.telegram.quoting import render_answer
from bot.telegram.replies import Reply, say
from bot.telegram.submissions import said

NO_BRIEF: Final = N_("There is no brief here to ask about yet. Send me a link first, or reply to a brief.")
NO_SUCH_BRIEF: Final = N_(
    "I have no brief of that link yet. Send me the link first, then ask about its brief."
)
NO_QUESTION: Final = N_(
    "What would you like to know? Reply to the brief with your question, or write it after /ask."
)

LONGEST_REMEMBERED: Final = 600
"""Characters of an answer of passages that are remembered, to tell later questions what was spoken of."""

Context = CallbackContext[Any, Any, Any, Any]
Handle = Callable[[Update, Context], Awaitable[None]]


async def on_question(update: Update, context: Context, *, backend: Backend, otherwise: Handle) -> None:
    """Answer a reply to a message of ours about the brief that this shows or answers a question about.

    In a reply to a digest it is a story's brief. When it is about none, a private chat's message is handled
    as if it were no reply, a group's not at all.
    """
    message = update.message or update.edited_message
    replied = replied_message(message) if message else None
    if message is None or replied is None:
        return
    brief_id = await backend.threads.find_shown(message.chat_id, replied.message_id)
    if brief_id is not None:
        await _answer(update, message, brief_id, backend)
    elif (asked := await find_asked(message, replied, backend)) is not None:
        await _answer_about_digest(update, message, asked, backend)
    elif message.chat.type == message.chat.PRIVATE:
        await otherwise(update, context)


async def on_ask(update: Update, _context: Context, *, backend: Backend) -> None:
    """Answer /ask about the brief replied to, the brief of a link in it, or the newest one in this place."""
    message = update.message or update.edited_message
    if message is None:
        return
    replied, links = replied_message(message), said(message)[1]
    brief_id = await backend.threads.find_shown(message.chat_id, replied.message_id) if replied else None
    if brief_id is None and links:
        brief_id = await _find_by_link(links[0], backend)
    elif brief_id is None:
        brief_id = await backend.threads.find_newest(message.chat_id, topic_of(message))
    if brief_id is None:
        reply = say(_(NO_SUCH_BRIEF if links else NO_BRIEF))
        await answer_once(reply, occasion_of(update, message), backend=backend)
        return
    await _answer(update, message, brief_id, backend)


async def _answer_about_digest(update: Update, message: Message, asked: Asked, backend: Backend) -> None:
    """Answer a question about a story of a digest by its brief, or say why not."""
    if asked.brief_id is not None:
        await _answer(update, message, asked.brief_id, backend)
    elif await backend.chats.claim(message.chat_id, str(message.message_id), update.update_id):
        await answer_once(say(asked.refusal or ""), occasion_of(update, message), backend=backend)


async def _answer(update: Update, message: Message, brief_id: str, backend: Backend) -> None:
    """Answer what a message asks about a brief, or say why not; an edit of what was answered is let be."""
    if not await backend.chats.claim(message.chat_id, str(message.message_id), update.update_id):
        return
    occasion, brief = occasion_of(update, message), await backend.store.find(brief_id)
    question = read_question(message)
    selected = message.quote.text if message.quote and message.quote.is_manual else None
    refusal = await _find_refusal(message, brief, question or selected, backend)
    if brief is None or refusal is not None:
        await answer_once(say(refusal or _(phrases.EXPIRED)), occasion, backend=backend)
        return
    topic = topic_of(message)
    turns = await backend.threads.turns(message.chat_id, topic, brief_id, besides=update.update_id)
    inquiry = Inquiry(
        article=brief.article,
        question=question,
        language=brief.language,
        passage=find_passage(selected, brief) if selected else None,
        turns=turns,
    )
    answer = await _bring_out(inquiry, occasion, brief_id, backend)
    if answer is not None:
        turn = Turn(question=inquiry.words, answer=_remembered(answer, brief))
        await backend.threads.add(message.chat_id, topic, brief_id, turn, asked_under=update.update_id)


async def _find_refusal(
    message: Message, brief: Brief | None, asked: str | None, backend: Backend
) -> str | None:
    """Return why there is nothing to answer, or None."""
    if brief is None:
        return _(phrases.EXPIRED)
    if not await may_see(brief, message.chat_id, backend.chats):
        return _(phrases.FOREIGN)
    return None if asked else _(NO_QUESTION)


async def _bring_out(inquiry: Inquiry, occasion: Occasion, brief_id: str, backend: Backend) -> Answer | None:
    """Answer in one message, and return the answer; None when there is none to be remembered."""
    shown = ChatAnswer(occasion, None, backend, about=brief_id)
    async with backend.undertakings.begin(asker(), occasion.update_id) as undertaking:
        if not await may_go_on(shown, undertaking, "questions", backend):
            return None
        async with shown.courtesies():
            if not await shown.begin():
                return None
            answer, reply = await _find_answer(inquiry, undertaking, shown.charge_id, backend)
            await shown.deliver(reply, None)
    return answer


async def _find_answer(
    inquiry: Inquiry, undertaking: Undertaking, charge_id: int, backend: Backend
) -> tuple[Answer | None, Reply]:
    """Return the answer and how it is shown; where there is none, why. A failure of ours costs nothing."""
    try:
        answer = await undertaking.run(backend.newsroom.answer_question(inquiry))
        return answer, render_answer(answer, inquiry.article)
    except Exception as exc:  # noqa: BLE001 - the outermost handler of a question: who asked reads a sentence
        if not undertaking.is_called_off:
            await backend.limits.give_back(asker(), charge_id, "questions")
        return None, explain(exc, undertaking.update_id)


def _remembered(answer: Answer, brief: Brief) -> str:
    """Return what a thread keeps of an answer: its words, or the passages it quotes."""
    quoted = " ".join(brief.article.sentence_text(number) for number in answer.sentences)
    return answer.text or quoted[:LONGEST_REMEMBERED]


async def _find_by_link(link: str, backend: Backend) -> str | None:
    """Return the id of the newest brief of what a link leads to."""
    try:
        brief = await backend.store.find_latest(canonical_url(link))
    except AddressRefused:
        return None
    return brief.id if brief else None


def read_question(message: Message) -> str:
    """Return a message's text without /ask and without our name; empty when no words are left."""
    text = message.text or message.caption or ""
    kinds: list[str | None] = [MessageEntity.BOT_COMMAND, MessageEntity.MENTION]
    marked = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    name = f"@{me_of(message).username}".lower()
    for entity, shown in marked.items():
        is_command = entity.type == MessageEntity.BOT_COMMAND and entity.offset == 0
        if is_command or shown.lower() == name:
            text = text.replace(shown, " ", 1)
    question = " ".join(text.split())[:LONGEST_QUESTION]
    return question if any(character.isalnum() for character in question) else ""
