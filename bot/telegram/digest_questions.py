"""A reply to a digest: a question about the story that it selects a passage of, or names by its number."""

import re
from dataclasses import dataclass
from typing import Final

from telegram import Message

from bot.digest.models import Digest
from bot.locales import N_, _
from bot.telegram.backend import Backend
from bot.telegram.digest_keyboards import read_digest_press
from bot.telegram.digest_presses import EXPIRED

WHICH_STORY: Final = N_(
    "Which story? Select some words of it in your reply, or begin with its number: “2: Who says so?”"
)
NOT_READ: Final = N_("Of that story I know the titles only: I have read no article about it.")

_NUMBERED = re.compile(r"^(\d{1,3})\. ", re.MULTILINE)
_NAMED = re.compile(r"\s*(?:#\s*(\d{1,3})\b|(\d{1,3})\s*[.:)])")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a reply to a digest is about: a brief, or why there is none."""

    brief_id: str | None = None
    refusal: str | None = None


async def find_asked(message: Message, replied: Message, backend: Backend) -> Asked | None:
    """Return what a reply to a digest asks about; None when it replies to no digest."""
    digest_id = _digest_of(replied)
    if digest_id is None:
        return None
    digest = await backend.digests.find(message.chat_id, digest_id)
    if digest is None:
        return Asked(refusal=_(EXPIRED))
    number = _find_number(message, replied, digest)
    if number is None:
        return Asked(refusal=_(WHICH_STORY))
    pieces = digest.stories[number - 1].pieces
    brief_id = next((piece.brief_id for piece in pieces if piece.brief_id), None)
    return Asked(brief_id, None if brief_id else _(NOT_READ))


def _digest_of(replied: Message) -> str | None:
    """Return the id of the digest that a message of ours shows: its buttons name it."""
    rows = replied.reply_markup.inline_keyboard if replied.reply_markup else ()
    pressed = (read_digest_press(str(button.callback_data)) for row in rows for button in row)
    return next((press.digest_id for press in pressed if press), None)


def _find_number(message: Message, replied: Message, digest: Digest) -> int | None:
    """Return the number of the story that is asked about: the one selected, named, or alone there."""
    shown = _stories_in(replied.text or "")
    if message.quote and message.quote.is_manual:
        before = [number for number, start in shown if start <= message.quote.position]
        return before[-1] if before else None
    if named := _NAMED.match(message.text or ""):
        number = int(named[1] or named[2])
        return number if 0 < number <= len(digest.stories) else None
    return shown[0][0] if len(shown) == 1 else None


def _stories_in(text: str) -> list[tuple[int, int]]:
    """Return the number of each story in a digest's text, and where it begins, in UTF-16 units.

    Numbers follow each other: a line of a quotation that begins with some other number is none of them.
    """
    found: list[tuple[int, int]] = []
    for numbered in _NUMBERED.finditer(text):
        number = int(numbered[1])
        if not found or number == found[-1][0] + 1:
            found.append((number, len(text[: numbered.start()].encode("utf-16-le")) // 2))
    return found
