"""A Telegram message → what it asks to have briefed."""

import asyncio
from collections.abc import Iterator
from pathlib import PurePath
from typing import Final

from telegram import (
    Document,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    PhotoSize,
)
from telegram.error import BadRequest, NetworkError

from bot.article.links import canonical_url, find_links
from bot.article.mediatypes import READABLE
from bot.article.models import Origin, Submission
from bot.errors import AddressRefused, FileTooLarge, FileUnsupported, NothingToBrief, SaysoError
from bot.locales import _
from bot.telegram.albums import pictures_of

FORWARD_WORDS: Final = 40
"""A forwarded post of at least so many words is the article; below, its link is."""

TEXT_WORDS: Final = 80
"""A text of at least so many words besides its links is a pasted article: few write so much around a link."""

CHAT_WORDS: Final = 8
CHAT_CHARACTERS: Final = 60
"""Below both of these, a text is talk and no attempt at an article."""

FILE_LIMIT_MB: Final = 20
"""A bot may download files up to this size from Telegram's own Bot API server."""

FILE_SUFFIXES: Final = frozenset(
    {".txt", ".text", ".html", ".htm", ".xhtml", ".md", ".markdown", ".pdf", ".docx", ".odt", ".epub"}
)
FILE_TYPES: Final = frozenset({"text/markdown"}) | READABLE

DOWNLOAD_TIMEOUT_S: Final = 30


async def find_submissions(message: Message) -> list[Submission]:
    """Return what `message` asks to have briefed: one file, forward or text, or any number of links in order.

    Pictures are looked at where their caption is not itself the article, or a link to it. Raises InputError
    leaves, and SaysoError when a file cannot be downloaded.
    """
    text, links = said(message)
    pictures = pictures_of(message)
    if message.document is not None and (is_readable(message.document) or not (links or pictures)):
        return [await _from_document(message.document, _scope(message))]
    words = len(_without(text, links).split())
    if message.forward_origin is not None and words >= FORWARD_WORDS:
        return [_from_forward(message, message.forward_origin, text)]
    if links and words < TEXT_WORDS:
        return [Submission(kind="link", url=link) for link in links]
    if pictures and words < FORWARD_WORDS:
        return [await _from_pictures(pictures, _scope(message))]
    if words < CHAT_WORDS and len(text) < CHAT_CHARACTERS:
        raise NothingToBrief("no link, and too little text")
    if message.forward_origin is not None:
        return [_from_forward(message, message.forward_origin, text)]
    return [Submission(kind="text", text=text, scope=_scope(message))]


def said(message: Message) -> tuple[str, list[str]]:
    """Return a message's text or caption without whom it is spoken to, and its links, each page once."""
    text = message.text or message.caption or ""
    entities = message.entities or message.caption_entities
    is_private = message.chat.type == message.chat.PRIVATE
    calls = {MessageEntity.BOT_COMMAND} if is_private else {MessageEntity.BOT_COMMAND, MessageEntity.MENTION}
    if entities and entities[0].type in calls and entities[0].offset == 0:
        text = text[entities[0].length :]
    return text.strip(), list(_distinct([*_linked(message), *find_links(text)]))


def _linked(message: Message) -> Iterator[str]:
    """Yield the addresses that Telegram marked, in order.

    One without a scheme counts as https when it has a path or stands alone: a bare domain in a text is talk.
    """
    kinds: list[str | None] = [MessageEntity.URL, MessageEntity.TEXT_LINK]
    marked = message.parse_entities(kinds) if message.text else message.parse_caption_entities(kinds)
    for entity, shown in sorted(marked.items(), key=lambda item: item[0].offset):
        address = entity.url if entity.type == MessageEntity.TEXT_LINK else shown
        if address and "://" not in address and ("/" in address or address == message.text):
            address = f"https://{address}"
        if address and address.lower().startswith(("http://", "https://")):
            yield address


def _distinct(links: list[str]) -> Iterator[str]:
    """Yield each page once; one that may not be fetched stays, so that its sender reads why."""
    seen = set()
    for link in links:
        try:
            page = canonical_url(link)
        except AddressRefused:
            page = link
        if page not in seen:
            seen.add(page)
            yield link


def _without(text: str, links: list[str]) -> str:
    for link in links:
        text = text.replace(link, " ")
    return text


def _from_forward(message: Message, origin: MessageOrigin, text: str) -> Submission:
    return Submission(kind="forward", text=text, origin=_origin(origin), scope=_scope(message))


def _origin(origin: MessageOrigin) -> Origin:
    """Return where a forwarded post came from; only a public channel's post has a link."""
    posted = origin.date.date().isoformat()
    match origin:
        case MessageOriginChannel():
            link = (
                f"https://t.me/{origin.chat.username}/{origin.message_id}" if origin.chat.username else None
            )
            return Origin(name=origin.chat.title or _("a channel"), url=link, posted=posted)
        case MessageOriginChat():
            return Origin(name=origin.sender_chat.title or _("a group"), posted=posted)
        case MessageOriginUser():
            return Origin(name=origin.sender_user.full_name, posted=posted)
        case MessageOriginHiddenUser():
            return Origin(name=origin.sender_user_name, posted=posted)
        case _:
            return Origin(name=_("a forwarded message"), posted=posted)


def is_readable(document: Document) -> bool:
    """Whether a file is of a kind that is read, by its name or its stated type."""
    suffix = PurePath(document.file_name or "").suffix.lower()
    return suffix in FILE_SUFFIXES or (not suffix and document.mime_type in FILE_TYPES)


async def _from_document(document: Document, scope: str) -> Submission:
    """Download a file, after its kind and its stated size; raises FileUnsupported and FileTooLarge."""
    if not is_readable(document):
        raise FileUnsupported(f"file type {document.mime_type}")
    data = await _download(document)
    return Submission(kind="file", data=data, file_name=document.file_name, scope=scope)


async def _from_pictures(pictures: list[PhotoSize | Document], scope: str) -> Submission:
    """Download the pictures of one article, together as large as a file may be; raises FileTooLarge."""
    if sum(picture.file_size or 0 for picture in pictures) > FILE_LIMIT_MB * 1_000_000:
        raise FileTooLarge(f"{len(pictures)} pictures", limit_mb=FILE_LIMIT_MB)
    images = await asyncio.gather(*map(_download, pictures))
    return Submission(kind="image", images=tuple(images), scope=scope)


async def _download(file: PhotoSize | Document) -> bytes:
    """Download a file whose stated size is within the limit; raises FileTooLarge."""
    if (file.file_size or 0) > FILE_LIMIT_MB * 1_000_000:
        raise FileTooLarge(f"{file.file_size} bytes", limit_mb=FILE_LIMIT_MB)
    try:
        source = await file.get_file()
        return bytes(await source.download_as_bytearray(read_timeout=DOWNLOAD_TIMEOUT_S))
    except BadRequest as exc:
        # "Bad Request: file is too big" is how Telegram words it when the message left the size out.
        raise FileTooLarge("the Bot API refuses the file", limit_mb=FILE_LIMIT_MB) from exc
    except NetworkError as exc:
        raise SaysoError(f"file download: {type(exc).__name__}") from exc


def _scope(message: Message) -> str:
    """Return the scope of a text or file: this chat alone."""
    return str(message.chat_id)
