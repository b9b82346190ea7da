import asyncio
from typing import Any

from bot.playground.people import split_text
from bot.telegram.pieces import CUT_UNITS, Pieces, join
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_bot import TITLE

PARAGRAPH = "The council met again on Monday, 3 March, and said nothing about the bridge. " * 6
LONG = "\n\n".join(f"{number}. {PARAGRAPH.strip()}" for number in range(1, 21))


def update(text: str, number: int = 1, *, chat: int = READER, **fields: Any) -> dict[str, Any]:
    message = {"message_id": number, "text": text, "chat": {"id": chat, "type": "private"}} | fields
    return {"update_id": number, "message": message}


async def test_a_long_paste_that_came_in_pieces_is_briefed_once_and_whole(bot: Bot) -> None:
    pieces = split_text(LONG)
    assert len(pieces) == 3
    async with bot.running():
        for piece in pieces:
            bot.playground.user_sends(READER, piece)
        await bot.answers(containing=TITLE)
    [submission] = bot.newsroom.asked
    assert submission.text is not None
    assert submission.text.split() == LONG.split()
    assert len(bot.playground.bot_messages(READER)) == 1


async def test_a_long_text_that_is_all_there_is_still_answered(bot: Bot) -> None:
    text = LONG[: CUT_UNITS + 200]
    async with bot.running():
        bot.playground.user_sends(READER, text)
        await bot.answers(containing=TITLE)
    assert [submission.text for submission in bot.newsroom.asked] == [text.strip()]


async def test_a_command_after_a_long_text_is_no_piece_of_it(bot: Bot) -> None:
    async with bot.running():
        bot.playground.user_sends(READER, LONG[: CUT_UNITS + 200])
        bot.playground.user_sends(READER, "/help")
        await bot.answers(containing=TITLE)
    assert [submission.text for submission in bot.newsroom.asked] == [LONG[: CUT_UNITS + 200].strip()]


def test_pieces_join_as_paragraphs_after_a_sentence_and_by_a_space_within_one() -> None:
    assert join([update("One ends."), update("Two")])["message"]["text"] == "One ends.\n\nTwo"
    assert join([update("One goes"), update("on.")])["message"]["text"] == "One goes on."


def test_entities_move_by_utf_16_units() -> None:
    link = {"type": "text_link", "offset": 0, "length": 4, "url": "https://a.example/"}
    whole = join([update("🗞 before."), update("here it is", entities=[link])])["message"]
    assert whole["entities"][0]["offset"] == len("🗞 before.\n\n".encode("utf-16-le")) // 2


def test_other_chats_short_texts_and_forwards_are_no_pieces() -> None:
    pieces = Pieces()
    long = "word " * 700
    assert pieces.begin(update("short")) is None
    assert pieces.begin(update(long, forward_origin={"type": "channel"})) is None
    assert pieces.begin(update(long)) is not None
    assert pieces.join(update("more", chat=READER + 1)) is None
    assert pieces.join(update("more")) is not None
    assert pieces.join(update("a text of its own")) is None, "the short piece was the last"


async def test_a_gathering_waits_no_longer_than_its_silence() -> None:
    gathering = Pieces(wait_s=0.01).begin(update("word " * 700))
    assert gathering is not None
    async with asyncio.timeout(5):
        whole = await gathering.complete()
    assert whole["update_id"] == 1
