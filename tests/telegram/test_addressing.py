"""Who is spoken to: by rule, and in a group that talks."""

from typing import Any

import pytest
from telegram import Message

from bot.telegram.addressing import Ask, Me, address
from tests.telegram.briefs import full_brief
from tests.telegram.conftest import Bot
from tests.telegram.talk import ARTICLE, STICKER, TALK, replay

ME = Me(1, "sayso_bot")
GROUP = -1_001_500
A = "https://news.example/a"
TITLE = full_brief().headline

Raw = dict[str, Any]
IN_GROUP = {"id": GROUP, "type": "supergroup", "title": "G"}
PERSON = {"id": 7, "is_bot": False, "first_name": "Ann"}
US = {"id": 1, "is_bot": True, "first_name": "Sayso", "username": "sayso_bot"}
OTHER_BOT = {"id": 2, "is_bot": True, "first_name": "Other"}
CHANNEL = {"id": -1009, "type": "channel", "title": "News"}
FORWARDED = {"type": "hidden_user", "date": 1, "sender_user_name": "Someone"}
DOCUMENT = {"file_id": "f", "file_unique_id": "u", "file_name": "a.pdf"}
POSTED: Raw = {"is_automatic_forward": True, "sender_chat": CHANNEL, "forward_origin": FORWARDED}


def message(
    text: str | None = None, *, private: bool = False, author: Raw = PERSON, **fields: Any
) -> Message:
    chat = {"id": 7, "type": "private"} if private else IN_GROUP
    raw: Raw = {"message_id": 9, "date": 1, "chat": chat, "from": author, **fields}
    if text is not None:
        raw |= {"text": text, "entities": [*found(text), *fields.get("entities", ())]}
    if caption := fields.get("caption"):
        raw |= {"caption_entities": found(caption)}
    parsed = Message.de_json(raw)
    assert parsed is not None
    return parsed


def found(text: str) -> list[dict[str, Any]]:
    """What a client marks: commands, mentions and addresses, here parted by spaces."""
    kinds = {"/": "bot_command", "@": "mention", "h": "url"}
    marked, offset = [], 0
    for word in text.split(" "):
        if word[:1] in {"/", "@"} or word.startswith("http"):
            marked.append({"type": kinds[word[0]], "offset": offset, "length": len(word)})
        offset += len(word) + 1
    return marked


def said(author: Raw, text: str | None = "Some words that were said before", **fields: Any) -> Raw:
    raw = {"message_id": 3, "date": 1, "chat": IN_GROUP, "from": author, "text": text, **fields}
    return {name: value for name, value in raw.items() if value is not None}


OURS = said(US, "A brief")
THEIRS = said(PERSON)
CAPTIONED = said(PERSON, None, caption=A)
STUCK = said(PERSON, None, **STICKER)
TEXT_MENTION = {"type": "text_mention", "offset": 0, "length": 5, "user": US}
TOPIC = said(US, None, forum_topic_created={"name": "News", "icon_color": 1})

CASES: list[tuple[str, Message, Ask]] = [
    # Commands
    ("a command", message("/brief"), Ask.COMMAND),
    ("a command to us", message("/brief@Sayso_Bot https://a.example"), Ask.COMMAND),
    ("a command to another bot", message("/brief@other_bot https://a.example"), Ask.NOTHING),
    ("another bot's command in reply to us", message("/a@other_bot", reply_to_message=OURS), Ask.NOTHING),
    ("a command in a sentence", message("try /brief@sayso_bot"), Ask.NOTHING),
    ("a forwarded command", message("/start", forward_origin=FORWARDED), Ask.NOTHING),
    ("another bot's command", message("/brief", author=OTHER_BOT), Ask.NOTHING),
    ("an anonymous admin's command", message("/brief", author=OTHER_BOT, sender_chat=IN_GROUP), Ask.COMMAND),
    ("a file captioned as a command", message(caption="/brief", document=DOCUMENT), Ask.BRIEF),
    ("a file captioned as another command", message(caption="/save", document=DOCUMENT), Ask.NOTHING),
    ("a command in private", message("/brief", private=True, forward_origin=FORWARDED), Ask.COMMAND),
    # Mentions
    ("a mention with a link", message(f"@sayso_bot {A}"), Ask.BRIEF),
    ("a mention after a link", message(f"{A} what is it @SAYSO_BOT"), Ask.BRIEF),
    ("a mention by name", message(f"Sayso {A}", entities=[TEXT_MENTION]), Ask.BRIEF),
    ("a mention with a pasted article", message(f"@sayso_bot {ARTICLE}"), Ask.BRIEF),
    ("a mention under a file", message(caption="@sayso_bot", document=DOCUMENT), Ask.BRIEF),
    ("a mention and nothing", message("@sayso_bot hello there"), Ask.NOTHING),
    ("a mention in reply to a text", message("@sayso_bot ?", reply_to_message=THEIRS), Ask.REPLIED),
    ("a mention in reply to a caption", message("@sayso_bot", reply_to_message=CAPTIONED), Ask.REPLIED),
    ("a mention in reply to a sticker", message("@sayso_bot", reply_to_message=STUCK), Ask.NOTHING),
    ("a mention in reply to us", message("@sayso_bot and why?", reply_to_message=OURS), Ask.QUESTION),
    ("a mention of a name like ours", message(f"@sayso_bot2 {A}"), Ask.LINK),
    ("a mention in a forward", message(f"@sayso_bot {A}", forward_origin=FORWARDED), Ask.LINK),
    ("a mention by another bot", message(f"@sayso_bot {A}", author=OTHER_BOT), Ask.NOTHING),
    ("a mention by a channel", message(f"@sayso_bot {A}", author=OTHER_BOT, sender_chat=CHANNEL), Ask.BRIEF),
    ("what was sent through a bot", message(f"@sayso_bot {A}", via_bot=US), Ask.NOTHING),
    # Replies to us
    ("a reply to us", message("And who says so?", reply_to_message=OURS), Ask.QUESTION),
    ("a reply to us with a link", message(f"and {A}", reply_to_message=OURS), Ask.BRIEF),
    ("a reply to us with a file", message(document=DOCUMENT, reply_to_message=OURS), Ask.BRIEF),
    ("a reply to us with a thumb", message("👍🏽", reply_to_message=OURS), Ask.NOTHING),
    ("a reply to us with a sticker", message(reply_to_message=OURS, **STICKER), Ask.NOTHING),
    ("a reply to us spoken to another", message("@ann what do you say?", reply_to_message=OURS), Ask.NOTHING),
    ("a message in a topic that we opened", message("hello", reply_to_message=TOPIC), Ask.NOTHING),
    ("a reply to another", message("And who says so?", reply_to_message=THEIRS), Ask.NOTHING),
    # Talk
    ("talk", message("hello"), Ask.NOTHING),
    ("a link in talk", message(f"look {A}"), Ask.LINK),
    ("a forwarded link", message(f"look {A}", forward_origin=FORWARDED), Ask.LINK),
    ("a channel's post in its group", message(f"look {A}", **POSTED), Ask.LINK),
    ("a link for another bot", message(f"@video_bot {A}"), Ask.NOTHING),
    ("a link to a person", message(f"@ann {A}"), Ask.LINK),
    # In private
    ("anything in private", message("hello", private=True), Ask.BRIEF),
    ("a question in private", message("And who says so?", private=True, reply_to_message=OURS), Ask.QUESTION),
    ("a link in private in reply to us", message(A, private=True, reply_to_message=OURS), Ask.BRIEF),
    ("an article in private", message(ARTICLE, private=True, reply_to_message=OURS), Ask.BRIEF),
    ("a forward in private", message(f"@other_bot {A}", private=True, forward_origin=FORWARDED), Ask.BRIEF),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "ask"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_who_is_spoken_to(sent: Message, ask: Ask) -> None:
    assert address(sent, ME) is ask


@pytest.mark.parametrize("in_topic", [False, True])
async def test_what_a_group_says_among_itself_gets_no_answer(bot: Bot, in_topic: bool) -> None:
    """As an admin the bot gets it all; under privacy mode it would not even see most of it."""
    telegram = bot.playground
    telegram.state.bot["can_read_all_group_messages"] = True
    members = [telegram.add_user(5_000 + n)["id"] for n in range(30)]
    telegram.add_group(GROUP, "Our street", members=members, is_forum=in_topic)
    thread = telegram.add_topic(GROUP, "Anything") if in_topic else None
    talk = [said for said in TALK if not said.get("addressed")]
    async with bot.running():
        replay(telegram, GROUP, talk, members=members, link=A, thread_id=thread)
        telegram.user_sends(GROUP, f"@sayso_bot {A}", user_id=members[0], thread_id=thread)
        await bot.answers(GROUP, containing=TITLE)
    assert [submission.url for submission in bot.newsroom.asked] == [A]
    assert len(telegram.bot_messages(GROUP)) == 1
    assert len(telegram.calls_of("setMessageReaction")) == 1
    assert len(telegram.updates.pending) == 0
