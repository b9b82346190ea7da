"""What comes as several messages and is one: a text over 4,096 units, cut by its client, and an album."""

import asyncio
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Any, Final

from telegram import Message

from bot.telegram.albums import ALBUM_WAIT_S, album_of, join_album

Json = dict[str, Any]

CUT_UNITS: Final = 3_000
"""Clients cut at the last line or word that fits in 4,096 units, so a shorter message was not cut."""

WAIT_S: Final = 1.5
"""The pieces of one text arrive within this of each other."""

_SENTENCE_ENDS = (".", "!", "?", "…", "”", "»", '"')


PIECES: Final = "sayso_pieces"
"""A field of a joined message that no message of Telegram's has."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One of the messages that a text came in: which characters of the whole it holds."""

    message_id: int
    start: int
    end: int


@dataclass(slots=True)
class Gathering:
    """The pieces of one text or album so far, as raw updates."""

    wait_s: float
    pieces: list[Json]
    answer: "asyncio.Task[None] | None" = None
    """The handling of the first piece, which answers for all."""
    _grown: asyncio.Event = field(default_factory=asyncio.Event)
    is_open: bool = True

    def add(self, update: Json) -> None:
        """Add a piece; of a text, one that is too short to have been cut is the last."""
        self.pieces.append(update)
        self.is_open = album_of(update) is not None or _may_be_cut(update)
        self._grown.set()

    async def complete(self) -> Json:
        """Return one update with all of it, once no further piece is to come."""
        while self.is_open:
            self._grown.clear()
            try:
                async with asyncio.timeout(self.wait_s):
                    await self._grown.wait()
            except TimeoutError:
                self.is_open = False
        return join_album(self.pieces) if album_of(self.pieces[0]) else join(self.pieces)


class Pieces:
    """What is being put together: one text a chat at most, and albums."""

    def __init__(self, wait_s: float = WAIT_S, album_wait_s: float = ALBUM_WAIT_S) -> None:
        self._wait_s = wait_s
        self._album_wait_s = album_wait_s
        self._gatherings: dict[Hashable, Gathering] = {}

    def begin(self, update: Json) -> Gathering | None:
        """Open a gathering when `update` may be the first piece of something; None when it is not."""
        is_album = album_of(update) is not None
        if not is_album and not _may_be_cut(update):
            return None
        gathering = Gathering(self._album_wait_s if is_album else self._wait_s, [update])
        self._gatherings[_name(update)] = gathering
        return gathering

    def join(self, update: Json) -> Gathering | None:
        """Add `update` to what its chat is sending; None when it is no further piece of that."""
        if album_of(update) is None and (not _is_plain_text(update) or _starts_with_command(update)):
            return None
        gathering = self._gatherings.get(_name(update))
        if gathering is None or not gathering.is_open:
            return None
        gathering.add(update)
        return gathering

    def end(self, gathering: Gathering) -> None:
        """Forget a gathering that was answered."""
        name = _name(gathering.pieces[0])
        if self._gatherings.get(name) is gathering:
            del self._gatherings[name]


def join(updates: list[Json]) -> Json:
    """Return the first update with the text and entities of all; offsets are in UTF-16 units.

    It names the messages that it was made of, for `pieces_of`.
    """
    first, *rest = updates
    message = first["message"]
    text, entities = str(message["text"]), list(message.get("entities", ()))
    pieces = [{"message_id": message["message_id"], "start": 0, "end": len(text)}]
    for update in rest:
        text += "\n\n" if text.rstrip().endswith(_SENTENCE_ENDS) else " "
        piece = {"message_id": update["message"]["message_id"], "start": len(text)}
        shift = _units(text)
        moved = update["message"].get("entities", ())
        entities += [entity | {"offset": entity["offset"] + shift} for entity in moved]
        text += str(update["message"]["text"])
        pieces.append(piece | {"end": len(text)})
    return first | {"message": message | {"text": text, "entities": entities, PIECES: pieces}}


def pieces_of(message: Message) -> list[Piece]:
    """Return the messages that a text came in, in order."""
    text = message.text or message.caption or ""
    joined = message.api_kwargs.get(PIECES)
    if joined is None:
        return [Piece(message.message_id, 0, len(text))]
    return [Piece(**piece) for piece in joined]


def _may_be_cut(update: Json) -> bool:
    return _is_plain_text(update) and _units(str(update["message"]["text"])) >= CUT_UNITS


def _is_plain_text(update: Json) -> bool:
    """Whether this is a new text in a private chat that its sender wrote or pasted."""
    message = update.get("message")
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        return False
    return message.get("chat", {}).get("type") == "private" and "forward_origin" not in message


def _starts_with_command(update: Json) -> bool:
    entities = update["message"].get("entities", ())
    return any(entity["type"] == "bot_command" and entity["offset"] == 0 for entity in entities)


def _name(update: Json) -> Hashable:
    """Name what a piece belongs to: an album of a chat, else the chat's text."""
    return (int(update["message"]["chat"]["id"]), album_of(update))


def _units(text: str) -> int:
    """Return the length in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
