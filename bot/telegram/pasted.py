"""A flagged sentence in the message that a reader sent, to be quoted in the answer to it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from telegram import Message, MessageEntity

from bot.briefing.models import Brief
from bot.telegram.composing import utf16_units
from bot.telegram.pieces import pieces_of

MAX_QUOTE_UNITS: Final = 1_024
"""UTF-16 units that an answer may quote of a message."""

KEPT_STYLES: Final = frozenset(
    {
        MessageEntity.BOLD,
        MessageEntity.ITALIC,
        MessageEntity.UNDERLINE,
        MessageEntity.STRIKETHROUGH,
        MessageEntity.SPOILER,
        MessageEntity.CUSTOM_EMOJI,
    }
)
"""A quotation must have these as the message has them."""


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words of a message exactly as they stand there; the position is in UTF-16 units."""

    message_id: int
    text: str
    position: int
    entities: tuple[MessageEntity, ...] = ()


def find_quotation(message: Message, brief: Brief) -> Quotation | None:
    """Return the first flagged sentence that stands in the message, or in one of the pieces it came in."""
    for words in _flagged(brief):
        if (found := _find(message, words)) is not None:
            return found
    return None


def _flagged(brief: Brief) -> Iterator[str]:
    """Yield each flag's sentence, and its quotation in case that the sentence is not to be found."""
    for flag in brief.flags:
        yield brief.article.sentence_text(flag.sentence)
        yield flag.quote


def _find(message: Message, words: str) -> Quotation | None:
    """Return where a message holds these words, however it parts them."""
    text = message.text or message.caption or ""
    pattern = re.compile(r"\s+".join(map(re.escape, words.split())))
    for piece in pieces_of(message):
        found = pattern.search(text, piece.start, piece.end)
        if found is None or not 0 < utf16_units(found[0]) <= MAX_QUOTE_UNITS:
            continue
        entities = tuple(_clip(message, found.start(), found.end()))
        position = utf16_units(text[piece.start : found.start()])
        return Quotation(piece.message_id, found[0], position, entities)
    return None


def _clip(message: Message, start: int, end: int) -> Iterator[MessageEntity]:
    """Yield the styles of a part of a message, with their place in it."""
    text = message.text or message.caption or ""
    first, last = utf16_units(text[:start]), utf16_units(text[:end])
    for entity in message.entities or message.caption_entities:
        begin, stop = max(entity.offset, first), min(entity.offset + entity.length, last)
        if entity.type in KEPT_STYLES and begin < stop:
            emoji = entity.custom_emoji_id
            yield MessageEntity(entity.type, begin - first, stop - begin, custom_emoji_id=emoji)
