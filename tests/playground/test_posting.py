import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    MessageEntity,
    ReplyParameters,
)
from telegram.error import BadRequest, Forbidden

from bot.playground import PlaygroundServer
from bot.playground.places import READER
from tests.servers.botapi import BareClient, Json, open_bot

GROUP = -1_001_234


async def test_a_message_comes_back_as_telegram_would_keep_it(bot: Bot, server: PlaygroundServer) -> None:
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])
    message = await bot.send_message(
        READER,
        " Read x.com ",
        entities=[MessageEntity("bold", 1, 4)],
        reply_markup=keyboard,
        link_preview_options=LinkPreviewOptions(is_disabled=True),
    )
    assert (message.text, message.chat.type, message.from_user) == ("Read x.com", "private", bot.bot)
    assert [(entity.type, entity.offset) for entity in message.entities] == [("bold", 0), ("url", 5)]
    assert message.reply_markup == keyboard
    assert message.link_preview_options == LinkPreviewOptions(is_disabled=True)
    [stored] = server.messages(READER)
    assert (stored.text, stored.buttons[0]["callback_data"]) == ("Read x.com", "more")


@pytest.mark.parametrize(
    ("parameters", "problem"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n\u202e "}, "message text is empty"),
        ({}, "message text is empty"),
        ({"text": "😀" * 2_049}, "message is too long"),
        ({"text": "a", "parse_mode": "HTML"}, "unsupported parse_mode"),
        ({"text": "a", "chat_id": 77}, "chat not found"),
        ({"text": "a", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "a", "chat_id": ""}, "chat_id is empty"),
        ({"text": 5}, 'field "text" must be of type String'),
        ({"text": "a", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "a", "message_thread_id": 9}, "message thread not found"),
        ({"text": "a", "entities": "x"}, 'field "entities" must be an Array of objects'),
    ],
)
async def test_a_message_that_telegram_would_refuse_is_refused(
    api: BareClient, parameters: Json, problem: str
) -> None:
    assert await api.refusal("sendMessage", **({"chat_id": READER} | parameters)) == f"Bad Request: {problem}"
    assert api.server.messages(READER) == []


async def test_a_text_of_exactly_the_limit_passes(api: BareClient) -> None:
    message = await api.result("sendMessage", chat_id=READER, text="😀" * 2_048)
    assert len(message["text"]) == 2_048


@pytest.mark.parametrize(
    ("button", "problem"),
    [
        ({"text": "a", "callback_data": ""}, "BUTTON_DATA_INVALID"),
        ({"text": "a", "callback_data": "é" * 33}, "BUTTON_DATA_INVALID"),
        (
            {"text": "a"},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        ({"callback_data": "x"}, "can't parse inline keyboard button: Can't find field \"text\""),
        ({"text": " ", "callback_data": "x"}, "inline keyboard button text must be non-empty"),
        ({"text": "a", "url": "nowhere"}, "inline keyboard button URL 'nowhere' is invalid: Wrong HTTP URL"),
        (
            {"text": "a", "url": "ftp://a.example"},
            "inline keyboard button URL 'ftp://a.example' is invalid: Unsupported URL protocol",
        ),
    ],
)
async def test_a_button_that_telegram_would_refuse_is_refused(
    api: BareClient, button: Json, problem: str
) -> None:
    markup = {"inline_keyboard": [[button]]}
    refused = await api.refusal("sendMessage", chat_id=READER, text="a", reply_markup=markup)
    assert refused == f"Bad Request: {problem}"


async def test_buttons_with_64_bytes_and_with_addresses_pass(api: BareClient) -> None:
    row = [{"text": "a", "callback_data": "é" * 32}, {"text": "b", "url": "https://a.example"}]
    message = await api.result(
        "sendMessage", chat_id=READER, text="a", reply_markup={"inline_keyboard": [row]}
    )
    assert message["reply_markup"]["inline_keyboard"] == [row]


async def test_a_hundred_and_one_buttons_are_too_many(api: BareClient) -> None:
    rows = [[{"text": "a", "callback_data": str(i)}] for i in range(101)]
    refused = await api.refusal(
        "sendMessage", chat_id=READER, text="a", reply_markup={"inline_keyboard": rows}
    )
    assert refused == "Bad Request: REPLY_MARKUP_TOO_LONG"


async def test_an_edit_keeps_what_stood_before(bot: Bot, server: PlaygroundServer) -> None:
    message = await bot.send_message(READER, "Reading…")
    edited = await bot.edit_message_text("Done", READER, message.message_id)
    assert isinstance(edited, type(message))
    assert edited.edit_date is not None
    [stored] = server.bot_messages(READER)
    assert (stored.text, [before["text"] for before in stored.history]) == ("Done", ["Reading…"])


async def test_an_edit_without_buttons_takes_them_away(api: BareClient) -> None:
    markup = {"inline_keyboard": [[{"text": "a", "callback_data": "b"}]]}
    message = await api.result("sendMessage", chat_id=READER, text="a", reply_markup=markup)
    edited = await api.result("editMessageText", chat_id=READER, message_id=message["message_id"], text="b")
    assert "reply_markup" not in edited


async def test_an_edit_that_changes_nothing_is_not_modified(bot: Bot) -> None:
    message = await bot.send_message(READER, "same")
    with pytest.raises(
        BadRequest, match="Message is not modified: specified new message content and reply markup"
    ):
        await bot.edit_message_text("same", READER, message.message_id)
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_reply_markup(READER, message.message_id)


async def test_only_the_bots_own_messages_that_stand_can_be_edited(
    api: BareClient, server: PlaygroundServer
) -> None:
    theirs = server.user_sends(READER, "hello")
    own = await api.result("sendMessage", chat_id=READER, text="a")
    assert await api.result("deleteMessage", chat_id=READER, message_id=own["message_id"]) is True
    for message_id, problem in [
        (theirs["message_id"], "message can't be edited"),
        (own["message_id"], "message to edit not found"),
    ]:
        refused = await api.refusal("editMessageText", chat_id=READER, message_id=message_id, text="b")
        assert refused == f"Bad Request: {problem}"
    refused = await api.refusal("editMessageText", chat_id=READER, text="b")
    assert refused == "Bad Request: message identifier is not specified"


async def test_deleting_takes_a_message_away_once(api: BareClient, server: PlaygroundServer) -> None:
    server.add_group(GROUP, "Readers")
    theirs = server.user_sends(GROUP, "hello")
    refused = await api.refusal("deleteMessage", chat_id=GROUP, message_id=theirs["message_id"])
    assert refused == "Bad Request: message can't be deleted"
    refused = await api.refusal("deleteMessage", chat_id=GROUP, message_id=999)
    assert refused == "Bad Request: message to delete not found"


async def test_a_reply_may_quote_only_what_stands_there(bot: Bot, server: PlaygroundServer) -> None:
    message_id = server.user_sends(READER, "😀 The mayor resigned on Monday.")["message_id"]
    reply = ReplyParameters(message_id, quote="mayor resigned")
    answer = await bot.send_message(READER, "a", reply_parameters=reply)
    assert answer.quote is not None
    assert (answer.quote.text, answer.quote.position) == ("mayor resigned", 7)
    assert answer.reply_to_message is not None
    assert answer.reply_to_message.message_id == message_id
    with pytest.raises(BadRequest, match=r"(?i)quote_text_invalid"):
        await bot.send_message(
            READER, "a", reply_parameters=ReplyParameters(message_id, quote="mayor stayed")
        )


async def test_a_quotation_stands_at_its_position_and_has_the_message_s_styles(
    api: BareClient, server: PlaygroundServer
) -> None:
    bold = {"type": "bold", "offset": 4, "length": 3}
    first = server.user_sends(READER, "🙂 a 🙂 a", entities=[bold])
    about = {"message_id": first["message_id"], "quote": "🙂 a", "quote_position": 5}
    wrong = await api.refusal("sendMessage", chat_id=READER, text="b", reply_parameters=about)
    assert wrong == "Bad Request: QUOTE_TEXT_INVALID"
    about["quote_entities"] = [{"type": "bold", "offset": 0, "length": 2}]
    sent = await api.result("sendMessage", chat_id=READER, text="b", reply_parameters=about)
    assert sent["quote"]["position"] == 5


async def test_a_reply_to_nothing_is_sent_when_that_is_allowed(bot: Bot) -> None:
    reply = ReplyParameters(99, allow_sending_without_reply=True)
    assert (await bot.send_message(READER, "a", reply_parameters=reply)).reply_to_message is None


async def test_a_draft_shows_until_the_next_message(bot: Bot, server: PlaygroundServer) -> None:
    assert await bot.send_message_draft(READER, 7, "Writing")
    assert server.state.drafts[READER]["text"] == "Writing"
    await bot.send_message(READER, "Done")
    assert server.state.drafts == {}
    assert [stored.text for stored in server.messages(READER)] == ["Done"]


async def test_a_draft_lasts_half_a_minute_unless_it_is_renewed() -> None:
    now = 1_000_000.0
    async with PlaygroundServer(clock=lambda: now) as server, open_bot(server) as bot:
        await bot.send_message_draft(READER, 7, "Writing")
        now += 20
        await bot.send_message_draft(READER, 7, "Writing on")
        now += 29
        assert server.state.drafts[READER]["text"] == "Writing on"
        now += 1
        assert server.state.drafts == {}


async def test_a_draft_in_a_topic_that_is_not_there_is_refused(api: BareClient) -> None:
    refused = await api.refusal("sendMessageDraft", chat_id=READER, draft_id=1, text="a", message_thread_id=9)
    assert refused == "Bad Request: message thread not found"


async def test_a_draft_needs_a_private_chat_and_a_number(api: BareClient, server: PlaygroundServer) -> None:
    server.add_group(GROUP, "Readers")
    refused = await api.refusal("sendMessageDraft", chat_id=GROUP, draft_id=1, text="a")
    assert refused == "Bad Request: TEXTDRAFT_PEER_INVALID"
    assert "draft_id" in await api.refusal("sendMessageDraft", chat_id=READER, draft_id=0, text="a")
    long = await api.refusal("sendMessageDraft", chat_id=READER, draft_id=1, text="a" * 4_097)
    assert long == "Bad Request: message is too long"
    assert await api.result("sendMessageDraft", chat_id=READER, draft_id=1, text="") is True


async def test_whoever_blocked_the_bot_or_never_started_it_hears_nothing(
    bot: Bot, server: PlaygroundServer
) -> None:
    server.user_blocks(READER)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(READER, "a")
    server.user_unblocks(READER)
    await bot.send_message(READER, "a")
    server.add_user(2002, started=False)
    with pytest.raises(Forbidden, match="can't initiate conversation"):
        await bot.send_message(2002, "a")
    server.user_sends(2002, "/start")
    await bot.send_message(2002, "a")


async def test_an_upgraded_group_names_its_new_id(api: BareClient, server: PlaygroundServer) -> None:
    server.add_group(-55, "Readers", kind="group")
    new_id = server.upgrade_group(-55)
    status, answer = await api.call("sendMessage", chat_id=-55, text="a")
    assert (status, answer["parameters"]) == (400, {"migrate_to_chat_id": new_id})
    assert (await api.result("sendMessage", chat_id=new_id, text="a"))["chat"]["type"] == "supergroup"


async def test_a_topic_takes_messages_that_name_it(bot: Bot, server: PlaygroundServer) -> None:
    server.add_group(GROUP, "Readers", is_forum=True)
    thread_id = server.add_topic(GROUP, "News")
    message = await bot.send_message(GROUP, "a", message_thread_id=thread_id)
    assert (message.message_thread_id, message.is_topic_message) == (thread_id, True)


async def test_actions_and_reactions_are_checked_and_shown(bot: Bot, server: PlaygroundServer) -> None:
    message_id = server.user_sends(READER, "hello")["message_id"]
    await bot.send_chat_action(READER, "typing")
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(READER, "dancing")
    await bot.set_message_reaction(READER, message_id, "👀")
    assert server.messages(READER)[0].reactions == {bot.id: [{"type": "emoji", "emoji": "👀"}]}
    with pytest.raises(BadRequest, match=r"(?i)message to react not found"):
        await bot.set_message_reaction(READER, 99, "👀")
