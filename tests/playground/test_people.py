from typing import Any

import pytest
from telegram import Bot, ChatMemberRestricted, MessageOriginChannel
from telegram.error import BadRequest

from bot.playground import PlaygroundServer
from bot.playground.formatting import count_units
from bot.playground.people import split_text
from bot.playground.places import READER
from bot.playground.server import BOT_ID

GROUP = -1_001_234
ITSELF = {"id": BOT_ID, "is_bot": True, "first_name": "Sayso"}
NAMED = {"type": "text_mention", "offset": 0, "length": 3, "user": ITSELF}


async def test_privacy_mode_hides_what_is_not_for_the_bot(bot: Bot, server: PlaygroundServer) -> None:
    server.add_group(GROUP, "Readers")
    own = await bot.send_message(GROUP, "A brief")
    server.user_sends(GROUP, "just talking")
    server.user_sends(GROUP, "/brief@other_bot x")
    server.user_sends(GROUP, "/brief x")
    server.user_sends(GROUP, "hey @Sayso_bot what is this")
    server.user_sends(GROUP, "and why?", reply_to=own.message_id, user_id=2002)
    updates = await bot.get_updates()
    seen = [update.message.text for update in updates if update.message]
    assert seen == ["/brief x", "hey @Sayso_bot what is this", "and why?"]
    reply = updates[-1].message
    assert reply is not None
    assert reply.reply_to_message is not None
    assert reply.reply_to_message.text == "A brief"


@pytest.mark.parametrize(
    ("sent", "is_seen"),
    [
        ({"text": "@sayso_bot2 hello"}, False),
        ({"text": "see t.me/sayso_bot or mail me@sayso_bot.example"}, False),
        ({"text": "try /brief later"}, False),
        ({"text": "try /brief@sayso_bot later"}, True),
        ({"text": "/brief@SAYSO_bot x"}, True),
        ({"text": "😀 @sayso_bot x"}, True),
        ({"text": "you there", "entities": [NAMED]}, True),
        ({"caption": "what is this, @sayso_bot?"}, True),
        ({"text": "x", "via_bot": ITSELF}, True),
        ({"new_chat_title": "Others"}, True),
    ],
)  # fmt: skip
def test_privacy_mode_goes_by_entities(sent: dict[str, Any], is_seen: bool) -> None:
    server = PlaygroundServer()
    server.add_group(GROUP, "Readers")
    server.user_sends(GROUP, **sent)
    assert len(server.updates.pending) == is_seen


async def test_a_bot_that_is_admin_sees_everything_but_other_bots(bot: Bot, server: PlaygroundServer) -> None:
    server.add_group(GROUP, "Readers", admins=[server.state.bot["id"], 2002])
    server.add_user(404)
    server.add_user(2002)
    server.state.users[900] = {"id": 900, "is_bot": True, "first_name": "Other"}
    server.user_sends(GROUP, "just talking")
    server.user_sends(GROUP, "@sayso_bot hello", user_id=900)
    assert len(server.updates.pending) == 1
    statuses = [(await bot.get_chat_member(GROUP, user)).status for user in (2002, READER, 404)]
    assert statuses == ["administrator", "member", "left"]


async def test_a_muted_bot_and_a_closed_topic_take_no_messages(bot: Bot, server: PlaygroundServer) -> None:
    server.add_group(GROUP, "Readers", is_forum=True)
    topic = server.add_topic(GROUP, "News")
    server.close_topic(GROUP, topic)
    with pytest.raises(BadRequest, match="Topic_closed"):
        await bot.send_message(GROUP, "hello", message_thread_id=topic)
    await bot.send_message(GROUP, "hello")
    server.mute_bot(GROUP)
    with pytest.raises(BadRequest, match="Not enough rights"):
        await bot.send_message(GROUP, "hello")
    server.mute_bot(GROUP, muted=False)
    server.close_topic(GROUP, topic, closed=False)
    await bot.send_message(GROUP, "hello", message_thread_id=topic)
    _, muted, unmuted, _ = await bot.get_updates()
    assert muted.my_chat_member is not None
    assert isinstance(muted.my_chat_member.new_chat_member, ChatMemberRestricted)
    assert unmuted.my_chat_member is not None
    assert unmuted.my_chat_member.new_chat_member.status == "member"


async def test_a_bot_that_reads_everything_sees_everything() -> None:
    server = PlaygroundServer(reads_all_group_messages=True)
    server.add_group(GROUP, "Readers")
    server.user_sends(GROUP, "just talking")
    assert len(server.updates.pending) == 1


async def test_a_forwarded_post_a_quote_and_a_photo_arrive_whole(bot: Bot, server: PlaygroundServer) -> None:
    channel = {"id": -1_009, "type": "channel", "title": "News", "username": "news"}
    origin = {"type": "channel", "chat": channel, "message_id": 7, "date": 1_700_000_000}
    post = server.user_sends(READER, "😀 The post says this.", forward_origin=origin)
    server.user_sends(READER, "why?", reply_to=post["message_id"], quote="post says")
    sizes = [{"file_id": "p", "file_unique_id": "p", "width": 1, "height": 1}]
    server.user_sends(READER, caption="look", photo=sizes)
    forward, reply, photo = [update.message for update in await bot.get_updates()]
    assert forward is not None
    assert isinstance(forward.forward_origin, MessageOriginChannel)
    assert forward.forward_origin.chat.username == "news"
    assert reply is not None
    assert reply.quote is not None
    assert (reply.quote.text, reply.quote.position) == ("post says", 7)
    assert photo is not None
    assert (photo.caption, len(photo.photo), photo.text) == ("look", 1, None)


async def test_a_link_under_words_keeps_its_range(bot: Bot, server: PlaygroundServer) -> None:
    link = {"type": "text_link", "offset": 0, "length": 5, "url": "https://a.example"}
    server.user_sends(READER, "x.com and y.com", entities=[link])
    [update] = await bot.get_updates()
    assert update.message is not None
    assert [(entity.type, entity.offset) for entity in update.message.entities] == [
        ("text_link", 0),
        ("url", 10),
    ]


async def test_edits_blocks_and_upgrades_become_updates(bot: Bot, server: PlaygroundServer) -> None:
    message_id = server.user_sends(READER, "frist")["message_id"]
    server.user_edits(READER, message_id, "first")
    server.user_blocks(READER)
    server.add_group(-55, "Readers", kind="group")
    new_id = server.upgrade_group(-55)
    server.add_group(GROUP, "Others")
    server.remove_bot(GROUP)
    _, edited, blocked, upgraded, arrived, removed = await bot.get_updates()
    assert edited.edited_message is not None
    assert edited.edited_message.text == "first"
    assert blocked.my_chat_member is not None
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    assert upgraded.message is not None
    assert upgraded.message.migrate_to_chat_id == new_id
    assert arrived.message is not None
    assert (arrived.message.chat_id, arrived.message.migrate_from_chat_id) == (new_id, -55)
    assert removed.my_chat_member is not None
    assert removed.my_chat_member.chat.id == GROUP


def test_acting_on_what_is_not_there_fails() -> None:
    server = PlaygroundServer()
    with pytest.raises(LookupError):
        server.user_edits(READER, 99, "x")
    with pytest.raises(ValueError, match="split_text"):
        server.user_sends(READER, "a" * 4_097)


def test_numbers_are_counted_per_supergroup_and_across_private_chats() -> None:
    server = PlaygroundServer()
    server.add_group(GROUP, "Readers")
    numbers = [server.user_sends(chat_id, "x")["message_id"] for chat_id in (READER, 2002, GROUP, READER)]
    assert numbers == [1, 2, 1, 3]


@pytest.mark.parametrize("word", ["word ", "😀 ", "line\n", "unbroken"])
def test_a_long_text_is_split_as_clients_do_and_nothing_is_lost(word: str) -> None:
    text = word * 2_000
    parts = split_text(text)
    assert len(parts) > 1
    assert all(0 < count_units(part) <= 4_096 for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_nothing_is_split_into_nothing() -> None:
    assert split_text(" \n ") == []
