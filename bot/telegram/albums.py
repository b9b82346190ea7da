"""An album comes as one message a picture; here it is one again. And what of a message can be seen."""

from typing import Any, Final

from telegram import Document, Message, PhotoSize

Json = dict[str, Any]

ALBUM_WAIT_S: Final = 1.0
"""The messages of an album arrive within this of each other: Telegram has all of them before it sends one."""

IMAGE_TYPES: Final = frozenset({"image/jpeg", "image/png", "image/webp"})

_REST = "sayso_album"
"""Holds the pictures of an album's other messages: the library keeps fields unknown to it in `api_kwargs`."""


def album_of(update: Json) -> str | None:
    """Return which album of pictures a new message belongs to; None for all other updates."""
    message = update.get("message")
    if not isinstance(message, dict) or "media_group_id" not in message:
        return None
    return str(message["media_group_id"]) if _holds_picture(message) else None


def join_album(updates: list[Json]) -> Json:
    """Return the first update with the caption and the pictures of all, in the order of the album."""
    ordered = sorted(
        (update["message"] for update in updates), key=lambda message: int(message["message_id"])
    )
    captioned = next((message for message in ordered if message.get("caption")), ordered[0])
    caption = {name: captioned[name] for name in ("caption", "caption_entities") if name in captioned}
    rest = [{"photo": message.get("photo"), "document": message.get("document")} for message in ordered[1:]]
    return updates[0] | {"message": ordered[0] | caption | {_REST: rest}}


def pictures_of(message: Message) -> list[PhotoSize | Document]:
    """Return the pictures of a message or album in order, each at its best."""
    own = _best(message.photo, message.document)
    if own is None:
        return []
    rest = [_read(raw, message) for raw in message.api_kwargs.get(_REST, ())]
    return [own, *(picture for picture in rest if picture is not None)]


def _best(sizes: tuple[PhotoSize, ...], document: Document | None) -> PhotoSize | Document | None:
    if sizes:
        return max(sizes, key=lambda size: size.width * size.height)
    return document if document is not None and document.mime_type in IMAGE_TYPES else None


def _read(raw: Json, message: Message) -> PhotoSize | Document | None:
    """Read a picture of another message of the album."""
    bot = message.get_bot()
    sizes = PhotoSize.de_list(raw["photo"] or [], bot)
    return _best(sizes, Document.de_json(raw["document"], bot) if raw["document"] else None)


def _holds_picture(message: Json) -> bool:
    document = message.get("document")
    return bool(message.get("photo")) or (
        isinstance(document, dict) and document.get("mime_type") in IMAGE_TYPES
    )
