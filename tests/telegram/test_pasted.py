"""The brief of a pasted text answers the reader's own message and quotes the flagged sentence there."""

from typing import Any

import pytest
from telegram import Message

from bot.playground.faults import Fault
from bot.playground.people import split_text
from bot.telegram.composing import utf16_units
from bot.telegram.pasted import MAX_QUOTE_UNITS, Quotation, find_quotation
from bot.telegram.pieces import join
from tests.telegram.briefs import brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_bot import TITLE, bot_messages
from tests.telegram.test_pieces import LONG, update
from tests.telegram.test_views import QUOTE, SENTENCES, flagged, parted

FLAGGED = SENTENCES[1]
TALE = "🌉 The council met on Monday and spoke of the bridge at length. " * 14


def message(text: str, *entities: dict[str, Any]) -> Message:
    raw = {"message_id": 7, "date": 1, "chat": {"id": READER, "type": "private"}, "text": text}
    read = Message.de_json({**raw, "entities": list(entities)})
    assert read is not None
    return read


def test_the_flagged_sentence_is_found_with_its_place_in_utf_16_units() -> None:
    found = find_quotation(message(f"🌉🌉 {' '.join(SENTENCES)}"), flagged(of=parted(url=None)))
    assert found == Quotation(7, FLAGGED, 5 + len(SENTENCES[0]) + 1)


def test_the_words_are_those_of_the_message_however_it_parts_them() -> None:
    pasted = " ".join(SENTENCES).replace("officials say", "officials\n   say")
    found = find_quotation(message(pasted), flagged(of=parted(url=None)))
    assert found is not None
    assert found.text == FLAGGED.replace("officials say", "officials\n   say")
    assert found.text in pasted


def test_the_quotation_alone_is_taken_where_its_sentence_is_not_there_as_it_is() -> None:
    pasted = " ".join(SENTENCES).replace("nobody need worry", "no­body need worry")
    found = find_quotation(message(pasted), flagged(of=parted(url=None)))
    assert found is not None
    assert found.text == QUOTE


def test_what_is_too_long_or_not_there_is_not_quoted() -> None:
    long = parted((SENTENCES[0], "word " * 300 + "ends."), url=None)
    assert utf16_units(long.sentence_text(2)) > MAX_QUOTE_UNITS
    whole = flagged(long.sentence_text(2), of=long)
    assert find_quotation(message(long.text), whole) is None
    assert find_quotation(message("something else"), flagged()) is None
    assert find_quotation(message(long.text), brief(of=long)) is None


def test_styles_of_the_message_are_quoted_with_it() -> None:
    begin = len(SENTENCES[0]) + 1
    bold = {"type": "bold", "offset": begin - 5, "length": 15}
    link = {"type": "text_link", "offset": begin, "length": 3, "url": "https://a.example/"}
    found = find_quotation(message(" ".join(SENTENCES), bold, link), flagged(of=parted(url=None)))
    assert found is not None
    assert [(e.type, e.offset, e.length) for e in found.entities] == [("bold", 0, 10)]


def test_in_a_text_of_pieces_the_piece_that_holds_the_sentence_is_quoted() -> None:
    whole = join([update(f"{TALE}🌉.", 5), update(f"So it is. {FLAGGED} That is all.", 6)])["message"]
    read = Message.de_json({"date": 1, **whole})
    assert read is not None
    assert find_quotation(read, flagged(of=parted(url=None))) == Quotation(6, FLAGGED, len("So it is. "))


async def test_the_brief_quotes_the_flagged_sentence_of_the_pasted_message(bot: Bot) -> None:
    bot.newsroom.brief = flagged(of=parted(url=None))
    async with bot.running():
        sent = bot.playground.user_sends(READER, f"{TALE}{FLAGGED}")
        await bot.answers(containing=TITLE)
    [answer] = bot_messages(bot)
    assert answer.message["reply_to_message"]["message_id"] == sent["message_id"]
    assert answer.message["quote"]["text"] == FLAGGED
    assert answer.message["quote"]["position"] == utf16_units(TALE)


async def test_of_a_paste_in_pieces_the_right_one_is_quoted(bot: Bot) -> None:
    pieces = split_text(f"{LONG}\n\n{FLAGGED}")
    bot.newsroom.brief = flagged(of=parted(url=None))
    async with bot.running():
        sent = [bot.playground.user_sends(READER, piece)["message_id"] for piece in pieces]
        await bot.answers(containing=TITLE)
    [answer] = bot_messages(bot)
    assert len(sent) == 3
    assert answer.message["reply_to_message"]["message_id"] == sent[-1]
    assert answer.message["quote"]["text"] == FLAGGED


async def test_a_quotation_that_telegram_refuses_is_left_out(bot: Bot) -> None:
    bot.newsroom.brief = flagged(of=parted(url=None))
    refusal = "Bad Request: QUOTE_TEXT_INVALID"
    bot.playground.faults.add(Fault(method="sendMessage", effect="error", status=400, description=refusal))
    async with bot.running():
        sent = bot.playground.user_sends(READER, f"{TALE}{FLAGGED}")
        await bot.answers(containing=TITLE)
    [answer] = bot_messages(bot)
    assert answer.message["reply_to_message"]["message_id"] == sent["message_id"]
    assert "quote" not in answer.message


@pytest.mark.parametrize("kind", ["link", "group"])
async def test_neither_links_nor_groups_get_a_quotation(bot: Bot, kind: str) -> None:
    bot.newsroom.brief = flagged()
    chat_id = READER if kind == "link" else -500
    if kind == "group":
        bot.playground.add_group(chat_id, "Our street", members=(READER,))
    text = "https://news.example/a" if kind == "link" else f"/brief {TALE}{FLAGGED}"
    async with bot.running():
        bot.playground.user_sends(chat_id, text, user_id=READER)
        await bot.answers(chat_id, containing=TITLE)
    [answer] = bot.playground.bot_messages(chat_id)
    assert "quote" not in answer.message
