import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import pytest

from bot.playground import PlaygroundServer
from bot.playground.places import READER
from tests.servers.botapi import BareClient, Json


@asynccontextmanager
async def events_of(api: BareClient) -> AsyncIterator[AsyncIterator[Json]]:
    """Open the page's stream of events."""

    async def read(answer: aiohttp.ClientResponse) -> AsyncIterator[Json]:
        async for line in answer.content:
            if line.startswith(b"data: "):
                yield json.loads(line[6:])

    async with api.session.get(f"{api.server.url}/playground/events") as answer:
        assert answer.content_type == "text/event-stream"
        yield read(answer)


async def post(api: BareClient, path: str, body: object, **headers: str) -> tuple[int, Json]:
    url = f"{api.server.url}/playground/{path}"
    async with api.session.post(url, json=body, headers=headers) as answer:
        is_json = answer.content_type == "application/json"
        return answer.status, await answer.json() if is_json else {}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example:80"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
async def test_another_site_cannot_drive_the_playground(api: BareClient, headers: dict[str, str]) -> None:
    status, _ = await post(api, "send", {"text": "hello"}, **headers)
    assert status == 403
    async with api.session.get(f"{api.server.url}/playground/events", headers=headers) as answer:
        assert answer.status == 403
    assert api.server.messages(READER) == []


async def test_the_page_itself_is_let_in(api: BareClient, server: PlaygroundServer) -> None:
    headers = {"Origin": server.url, "Sec-Fetch-Site": "same-origin"}
    assert await post(api, "send", {"text": "hello"}, **headers) == (200, {"messages": [1]})


async def test_a_form_of_another_kind_than_json_is_refused(api: BareClient) -> None:
    headers = {"Content-Type": "text/plain"}
    url = f"{api.server.url}/playground/send"
    async with api.session.post(url, data='{"text": "hello"}', headers=headers) as answer:
        assert answer.status == 400


async def test_the_page_comes_whole_and_from_here_only(api: BareClient, server: PlaygroundServer) -> None:
    async with api.session.get(server.page_url) as answer:
        page = await answer.text()
        policy = answer.headers["Content-Security-Policy"]
    assert (
        "Playground: a local stand-in for Telegram, nothing leaves this computer unless you send a link"
        in page
    )
    assert "//" not in page.replace("<!doctype html>", "")
    assert policy.startswith("default-src 'none'; script-src 'self'")
    for name in ("chat.js", "composer.js", "emoji.js", "entities.js", "messages.js", "wire.js", "style.css"):
        async with api.session.get(f"{server.url}/page/{name}") as answer:
            assert answer.status == 200
            assert "innerHTML" not in await answer.text()
    for name in ("..%2Fserver.py", "page.py"):
        async with api.session.get(f"{server.url}/page/{name}") as answer:
            assert answer.status == 404


async def test_a_reload_replays_everything(api: BareClient, server: PlaygroundServer) -> None:
    server.user_sends(READER, "hello")
    message = await api.result("sendMessage", chat_id=READER, text="a")
    await api.result("editMessageText", chat_id=READER, message_id=message["message_id"], text="b")
    await api.result("setMyCommands", commands=[{"command": "start", "description": "What I do"}])
    await api.result("sendMessageDraft", chat_id=READER, draft_id=4, text="Writing")
    async with events_of(api) as events:
        snapshot = await anext(events)
    assert [shown["text"] for shown in snapshot["messages"][str(READER)]] == ["hello", "b"]
    assert (snapshot["kind"], snapshot["me"], snapshot["bot"]["username"]) == (
        "snapshot",
        READER,
        "sayso_bot",
    )
    assert snapshot["drafts"][str(READER)]["text"] == "Writing"
    assert snapshot["commands"][0]["command"] == "start"


async def test_what_happens_comes_as_events(api: BareClient) -> None:
    async with events_of(api) as events:
        await anext(events)
        message = await api.result("sendMessage", chat_id=READER, text="a")
        place = {"chat_id": READER, "message_id": message["message_id"]}
        await api.result("editMessageText", **place, text="b")
        await api.result("sendChatAction", chat_id=READER, action="typing")
        await api.result("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👀"}])
        await api.result("deleteMessage", **place)
        kinds = [(await anext(events))["kind"] for _ in range(5)]
    assert kinds == ["message", "edit", "action", "reaction", "delete"]


async def test_a_long_paste_becomes_several_messages(api: BareClient, server: PlaygroundServer) -> None:
    status, answer = await post(api, "send", {"text": "word " * 2_000})
    assert (status, len(answer["messages"])) == (200, 3)
    assert len(server.updates.pending) == 3


async def test_an_upload_reaches_the_bot(api: BareClient, server: PlaygroundServer) -> None:
    form = aiohttp.FormData({"chat_id": str(READER), "caption": " look "})
    form.add_field("file", b"text", filename="vote.txt", content_type="text/plain")
    async with api.session.post(f"{server.url}/playground/upload", data=form) as answer:
        assert answer.status == 200
    [queued] = server.updates.pending
    message = queued.update["message"]
    assert (message["caption"], message["document"]["file_name"]) == ("look", "vote.txt")


async def test_a_press_on_the_page_brings_the_bots_words(api: BareClient) -> None:
    markup = {"inline_keyboard": [[{"text": "More", "callback_data": "more"}]]}
    message = await api.result("sendMessage", chat_id=READER, text="a", reply_markup=markup)
    body = {"chat_id": READER, "message_id": message["message_id"], "data": "more"}
    pressed = asyncio.create_task(post(api, "press", body))
    [update] = await api.result("getUpdates", timeout=5)
    await api.result("answerCallbackQuery", callback_query_id=update["callback_query"]["id"], text="Here")
    assert await pressed == (200, {"text": "Here", "show_alert": False, "url": ""})


async def test_edits_and_reactions_of_the_page_arrive(api: BareClient, server: PlaygroundServer) -> None:
    await post(api, "send", {"text": "frist"})
    assert (await post(api, "edit", {"message_id": 1, "text": "first"}))[0] == 200
    assert (await post(api, "react", {"message_id": 1, "emoji": "👍"}))[0] == 200
    [stored] = server.messages(READER)
    assert (stored.text, stored.reactions[READER][0]["emoji"]) == ("first", "👍")


@pytest.mark.parametrize(
    ("path", "body", "sentence"),
    [
        ("send", {"text": "  "}, "There is nothing to send."),
        ("send", {"text": "a", "reply_to": 99}, "That message is gone."),
        ("send", {"text": "a", "chat_id": "x"}, "chat_id must be a number."),
        ("send", [], "Send a JSON object."),
        ("press", {"message_id": 1, "data": "x"}, "That button is gone."),
        ("edit", {"message_id": 99, "text": "x"}, "That message is gone."),
        ("react", {"message_id": 99, "emoji": "x"}, "That message is gone."),
        ("faults", {"method": "*"}, "A fault has a method, an effect, and times."),
    ],
)
async def test_what_cannot_be_done_is_said(api: BareClient, path: str, body: object, sentence: str) -> None:
    assert await post(api, path, body) == (400, {"error": sentence})
