"""/follow, /unfollow and /following: the feeds that a chat's digest reads, also as an OPML file."""

import hashlib
import re
from io import BytesIO
from typing import Final

from telegram import InlineKeyboardButton, InlineKeyboardMarkup, InputFile, Message, Update

from bot.digest.opml import LIMIT_BYTES, read_opml, write_opml
from bot.errors import FileTooLarge, ReadError, SaysoError, StoreUnavailable
from bot.locales import N_, _, ngettext
from bot.telegram import phrases
from bot.telegram.answers import Occasion
from bot.telegram.audience import asker
from bot.telegram.backend import Backend
from bot.telegram.composing import Block, Composer, Run, plain
from bot.telegram.once import answer_once
from bot.telegram.preferences import ADMINS_ONLY, may_choose
from bot.telegram.presence import occasion_of
from bot.telegram.presses import Context, answer_press
from bot.telegram.replies import Reply, say
from bot.telegram.sending import Posted
from storage.feeds import MOST_FOLLOWED

HOW_TO_FOLLOW: Final = N_("Write /follow and the address of a feed, or of a news site that names its feed.")
HOW_TO_UNFOLLOW: Final = N_("Write /unfollow and the feed's address, or press its button under /following.")
FOLLOWED: Final = N_("The digest of this chat now reads “{title}”. /digest says when it comes.")
TOO_MANY: Final = N_("This chat follows {count} feeds already. Send /unfollow and one of them first.")
NOT_FOLLOWED: Final = N_("This chat does not follow that feed. /following lists those it does.")
UNFOLLOWED: Final = N_("The digest of this chat no longer reads that feed.")
FOLLOWS_NOTHING: Final = N_("This chat follows no feed.")
NO_OPML: Final = N_("I found no feeds in that file. Send an OPML file as feed readers export it.")

MOST_LISTED: Final = 30
"""Feeds with a button of their own; a file holds them all."""

MOST_IMPORTED: Final = 20
"""Feeds of one file that are read at once; the rest can be sent again."""

_URL = re.compile(r"\S+")
_DATA = re.compile(r"f:([0-9a-f]{16}|opml)")


async def on_follow(update: Update, _context: Context, *, backend: Backend) -> None:
    """Let the chat follow the feed at an address."""
    if (asked := await _asked(update, backend)) is None:
        return
    message, occasion = asked
    if not (url := _address(message)):
        await answer_once(say(_(HOW_TO_FOLLOW)), occasion, backend=backend)
        return
    if refusal := await backend.limits.spend(asker(), occasion.answer_id, None):
        await answer_once(say(phrases.limit_reached(refusal)), occasion, backend=backend)
        return
    try:
        followed = await backend.gatherer.follow(message.chat_id, url)
    except ReadError as exc:
        await answer_once(say(exc.sentence), occasion, backend=backend)
        return
    too_many = _(TOO_MANY).format(count=MOST_FOLLOWED)
    said = _(FOLLOWED).format(title=followed[1].title) if followed else too_many
    await answer_once(_quote(said), occasion, backend=backend)


async def on_unfollow(update: Update, _context: Context, *, backend: Backend) -> None:
    """Let the chat no longer follow a feed."""
    if (asked := await _asked(update, backend)) is None:
        return
    message, occasion = asked
    if not (url := _address(message)):
        await answer_once(say(_(HOW_TO_UNFOLLOW)), occasion, backend=backend)
        return
    followed = await backend.feeds.followed(message.chat_id)
    known = next((one for one in followed if one == url or one.rstrip("/") == url.rstrip("/")), url)
    was_followed = await backend.feeds.unfollow(message.chat_id, known)
    await answer_once(say(_(UNFOLLOWED) if was_followed else _(NOT_FOLLOWED)), occasion, backend=backend)


async def on_following(update: Update, _context: Context, *, backend: Backend) -> None:
    """List the feeds that the chat follows, each with a button that ends it."""
    message = update.message
    if message is not None:
        reply = _list(await backend.feeds.followed(message.chat_id))
        await answer_once(reply, occasion_of(update, message), backend=backend)


async def on_feed_choice(update: Update, _context: Context, *, backend: Backend) -> None:
    """Unfollow the feed whose button was pressed, or send them all as a file."""
    query = update.callback_query
    found = _DATA.fullmatch(query.data or "") if query else None
    if query is None or query.message is None or found is None:
        return
    chat = query.message.chat
    if not await may_choose(chat, query.from_user):
        await answer_press(query, _(ADMINS_ONLY))
        return
    try:
        followed = await backend.feeds.followed(chat.id)
        if found[1] == "opml":
            await answer_press(query)
            await _send_opml(chat.id, followed, backend)
            return
        url = next((one for one in followed if _name(one) == found[1]), None)
        if url is not None:
            await backend.feeds.unfollow(chat.id, url)
    except StoreUnavailable as exc:
        await answer_press(query, exc.sentence)
        return
    await answer_press(query)
    left = {one: title for one, title in followed.items() if one != url}
    await backend.sender.edit(Posted(chat.id, query.message.message_id), _list(left))


async def on_opml(update: Update, _context: Context, *, backend: Backend) -> None:
    """Follow the feeds of an OPML file."""
    asked = await _asked(update, backend)
    if asked is None or asked[0].document is None:
        return
    message, occasion = asked
    document = asked[0].document
    if (document.file_size or 0) > LIMIT_BYTES:
        raise FileTooLarge("opml", limit_mb=LIMIT_BYTES >> 20)
    file = await document.get_file()
    urls = await backend.gatherer.workers.run(read_opml, bytes(await file.download_as_bytearray()))
    if not urls:
        await answer_once(say(_(NO_OPML)), occasion, backend=backend)
        return
    done = 0
    for url in urls[:MOST_IMPORTED]:
        try:
            done += await backend.gatherer.follow(message.chat_id, url) is not None
        except SaysoError:
            continue
    said = ngettext(
        "Of the {total} feeds in that file, {count} is followed now.",
        "Of the {total} feeds in that file, {count} are followed now.",
        done,
    )
    await answer_once(say(said.format(total=len(urls), count=done)), occasion, backend=backend)


async def _asked(update: Update, backend: Backend) -> tuple[Message, Occasion] | None:
    """Return a message of somebody who may choose for the chat; None after saying that they may not."""
    message = update.message
    if message is None:
        return None
    occasion = occasion_of(update, message)
    if await may_choose(message.chat, message.from_user, message.sender_chat):
        return message, occasion
    await answer_once(say(_(ADMINS_ONLY)), occasion, backend=backend)
    return None


def _address(message: Message) -> str:
    """Return the address after a command, with a scheme."""
    written = (message.text or "").partition(" ")[2].strip()
    if not (found := _URL.match(written)):
        return ""
    return found[0] if "://" in found[0] else f"https://{found[0]}"


def _list(followed: dict[str, str]) -> Reply:
    """Return the feeds that a chat follows, with their buttons."""
    if not followed:
        return say(f"{_(FOLLOWS_NOTHING)} {_(HOW_TO_FOLLOW)}")
    composer = Composer()
    composer.add_block(Block((Run(_("This chat's digest reads:")),)))
    listed = list(followed.items())[:MOST_LISTED]
    for number, (url, title) in enumerate(listed, 1):
        composer.add_block(Block((Run(f"{number}. "), plain(title[:100], url=url))))
    if len(followed) > len(listed):
        composer.add_block(Block((Run(f"… +{len(followed) - len(listed)}"),)))
    buttons = [
        InlineKeyboardButton(f"✕ {number}", callback_data=f"f:{_name(url)}")
        for number, (url, _title) in enumerate(listed, 1)
    ]
    rows = [buttons[at : at + 6] for at in range(0, len(buttons), 6)]
    export = [InlineKeyboardButton(_("As a file (OPML)"), callback_data="f:opml")]
    return Reply(composer.text, tuple(composer.entities), InlineKeyboardMarkup([*rows, export]))


async def _send_opml(chat_id: int, followed: dict[str, str], backend: Backend) -> None:
    data = write_opml((title, url) for url, title in followed.items())
    await backend.sender.bot.send_document(chat_id, InputFile(BytesIO(data), filename="sayso.opml"))


def _quote(sentence: str) -> Reply:
    """Return a sentence that holds somebody else's words, with nothing clickable in it."""
    composer = Composer()
    composer.add(plain(sentence))
    return Reply(composer.text, tuple(composer.entities))


def _name(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:16]
