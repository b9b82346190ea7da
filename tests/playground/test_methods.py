import asyncio

import pytest
from telegram import Bot, BotCommand, InlineQueryResultArticle, InputTextMessageContent
from telegram.error import BadRequest, InvalidToken

from bot.playground import PlaygroundServer
from bot.playground.places import READER
from bot.playground.queries import QUERY_LIFE_S
from bot.playground.state import StoredFile
from tests.servers.botapi import BareClient, Json, open_bare, open_bot

GROUP = -1_001_234


async def press(server: PlaygroundServer, api: BareClient) -> tuple["asyncio.Task[Json]", str]:
    """Press a button, and return the press under way with the id of its query."""
    markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    message = await api.result("sendMessage", chat_id=READER, text="a", reply_markup=markup)
    pressed = asyncio.create_task(server.user_presses(READER, message["message_id"], "more"))
    [update] = await api.result("getUpdates", timeout=5)
    return pressed, update["callback_query"]["id"]


async def test_a_pressed_button_gets_the_bots_answer(
    bot: Bot, server: PlaygroundServer, api: BareClient
) -> None:
    markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    message = await api.result("sendMessage", chat_id=READER, text="a", reply_markup=markup)
    pressed = asyncio.create_task(server.user_presses(READER, message["message_id"], "more"))
    [update] = await bot.get_updates(timeout=5)
    query = update.callback_query
    assert query is not None
    assert query.message is not None
    assert (query.data, query.from_user.id, query.message.message_id) == (
        "more",
        READER,
        message["message_id"],
    )
    await query.answer("Here you are", show_alert=True)
    assert await pressed == {"text": "Here you are", "show_alert": True, "url": ""}


async def test_a_second_answer_to_a_press_changes_nothing(server: PlaygroundServer, api: BareClient) -> None:
    pressed, query_id = await press(server, api)
    await api.result("answerCallbackQuery", callback_query_id=query_id, text="first")
    await api.result("answerCallbackQuery", callback_query_id=query_id, text="second")
    assert (await pressed)["text"] == "first"


async def test_an_unknown_or_long_answer_is_refused(server: PlaygroundServer, api: BareClient) -> None:
    pressed, query_id = await press(server, api)
    unknown = await api.refusal("answerCallbackQuery", callback_query_id="1")
    assert unknown.startswith("Bad Request: query is too old and response timeout expired")
    long = await api.refusal("answerCallbackQuery", callback_query_id=query_id, text="a" * 201)
    assert long == "Bad Request: MESSAGE_TOO_LONG"
    pressed.cancel()


async def test_a_query_grows_too_old() -> None:
    now = [1_000.0]
    async with PlaygroundServer(clock=lambda: now[0]) as server, open_bare(server) as api:
        pressed, query_id = await press(server, api)
        now[0] += QUERY_LIFE_S + 1
        assert "query is too old" in await api.refusal("answerCallbackQuery", callback_query_id=query_id)
        pressed.cancel()


async def test_a_press_on_a_button_that_is_not_there_is_no_press(
    server: PlaygroundServer, api: BareClient
) -> None:
    message = await api.result("sendMessage", chat_id=READER, text="a")
    with pytest.raises(LookupError):
        await server.user_presses(READER, message["message_id"], "more")


async def test_an_inline_query_gets_its_results(bot: Bot, server: PlaygroundServer) -> None:
    asked = asyncio.create_task(server.user_asks_inline("ferry"))
    [update] = await bot.get_updates(timeout=5)
    assert update.inline_query is not None
    assert update.inline_query.query == "ferry"
    content = InputTextMessageContent("Brief")
    await update.inline_query.answer([InlineQueryResultArticle("1", "Ferry", content)])
    assert [result["title"] for result in await asked] == ["Ferry"]


async def test_too_many_or_doubled_inline_results_are_refused(api: BareClient) -> None:
    many = [{"id": str(number)} for number in range(51)]
    assert "RESULTS_TOO_MUCH" in await api.refusal("answerInlineQuery", inline_query_id="1", results=many)
    doubled = await api.refusal("answerInlineQuery", inline_query_id="1", results=[many[0], many[0]])
    assert doubled == "Bad Request: RESULT_ID_DUPLICATE"


async def test_a_guest_gets_one_message_that_can_be_edited(bot: Bot, server: PlaygroundServer) -> None:
    await bot.get_updates(allowed_updates=["guest_message"])
    asked = asyncio.create_task(server.user_asks_guest("@sayso_bot what is this?"))
    [update] = await bot.get_updates(timeout=5)
    assert update.guest_message is not None
    assert update.guest_message.guest_query_id is not None
    stub = InlineQueryResultArticle("1", "Brief", InputTextMessageContent("Reading…"))
    sent = await bot.answer_guest_query(update.guest_message.guest_query_id, stub)
    assert await bot.edit_message_text("Done", inline_message_id=sent.inline_message_id) is True
    assert (await asked).text == "Done"
    with pytest.raises(BadRequest, match=r"(?i)message_id_invalid"):
        await bot.edit_message_text("Done", inline_message_id="inline99")


async def test_a_file_somebody_sent_can_be_downloaded(bot: Bot, server: PlaygroundServer) -> None:
    server.user_sends(READER, document=("vote.txt", b"The council voted.", "text/plain"), caption="see x.com")
    [update] = await bot.get_updates()
    assert update.message is not None
    document = update.message.document
    assert document is not None
    assert (document.file_name, document.mime_type, document.file_size) == ("vote.txt", "text/plain", 18)
    assert [entity.type for entity in update.message.caption_entities] == ["url"]
    file = await bot.get_file(document.file_id)
    assert bytes(await file.download_as_bytearray()) == b"The council voted."


async def test_a_file_too_big_or_unknown_is_refused(server: PlaygroundServer, api: BareClient) -> None:
    server.state.files["big"] = StoredFile(path="documents/big", data=bytes(20 * 1024 * 1024 + 1))
    assert await api.refusal("getFile", file_id="big") == "Bad Request: file is too big"
    assert "wrong file_id" in await api.refusal("getFile", file_id="other")
    async with api.session.get(f"{server.url}/file/bot{server.bot_token}/documents/no") as answer:
        assert answer.status == 404
    async with api.session.get(f"{server.url}/file/bot1:wrong/documents/big") as answer:
        assert answer.status == 401


async def test_a_file_that_is_sent_can_be_had_again(bot: Bot, api: BareClient) -> None:
    sent = await bot.send_document(READER, b"<opml/>", filename="feeds.opml")
    assert sent.document is not None
    assert (sent.document.file_name, sent.document.file_size) == ("feeds.opml", 7)
    file = await bot.get_file(sent.document.file_id)
    assert await file.download_as_bytearray() == b"<opml/>"
    assert (
        await api.refusal("sendDocument", chat_id=READER)
        == "Bad Request: there is no document in the request"
    )


async def test_commands_are_kept_per_scope_and_language(bot: Bot, api: BareClient) -> None:
    await bot.set_my_commands([("start", "What I do")])
    await bot.set_my_commands([("start", "Was ich tue")], language_code="de")
    assert await bot.get_my_commands() == (BotCommand("start", "What I do"),)
    assert await bot.get_my_commands(language_code="de") == (BotCommand("start", "Was ich tue"),)
    await bot.delete_my_commands(language_code="de")
    assert await bot.get_my_commands(language_code="de") == ()
    bad = [{"command": "", "description": "x"}]
    assert await api.refusal("setMyCommands", commands=bad) == "Bad Request: BOT_COMMAND_INVALID"


async def test_chats_and_members_are_known(bot: Bot, server: PlaygroundServer) -> None:
    server.add_group(GROUP, "Readers", username="readers")
    assert (await bot.get_chat("@readers")).title == "Readers"
    assert (await bot.get_chat(READER)).type == "private"
    assert (await bot.get_chat_member(GROUP, bot.id)).status == "member"
    server.add_user(2002)
    assert (await bot.get_chat_member(GROUP, 2002)).status == "left"
    with pytest.raises(BadRequest, match=r"(?i)user not found"):
        await bot.get_chat_member(GROUP, 404)


async def test_a_wrong_token_does_not_get_in(server: PlaygroundServer) -> None:
    with pytest.raises(InvalidToken):
        async with open_bot(server, token="1:another"):
            pass
    assert server.calls == []


async def test_a_client_can_say_goodbye(bot: Bot) -> None:
    assert await bot.log_out() is True
    assert await bot.close() is True
