import asyncio
import logging
import socket
import traceback
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import (
    BadRequest,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import RequestData

from bot.telegram.request import AiohttpRequest, NotDone
from bot.telegram.sending import flood_pause_s

TOKEN = "12345:secret-of-the-bot"
ME = {"id": 12345, "is_bot": True, "first_name": "Sayso", "username": "sayso_bot"}

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


@asynccontextmanager
async def bot_against(answer: Answer, **timeouts: float) -> AsyncIterator[Bot]:
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = runner.addresses[0][1]
    try:
        async with bot_at(f"http://127.0.0.1:{port}", **timeouts) as bot:
            yield bot
    finally:
        await runner.cleanup()


@asynccontextmanager
async def bot_at(url: str, **timeouts: float) -> AsyncIterator[Bot]:
    request = AiohttpRequest(**timeouts)  # type: ignore[arg-type] # time-outs only, by name
    bot = Bot(TOKEN, base_url=f"{url}/bot", base_file_url=f"{url}/file/bot", request=request)
    async with request:
        yield bot


def refusing_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{probe.getsockname()[1]}"


def answering(body: object, status: int = 200) -> Answer:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status)

    return answer


def assert_no_secret(exc: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    told = "".join(traceback.format_exception(exc)) + caplog.text
    assert "secret-of-the-bot" not in told


async def test_a_call_goes_out_as_json_and_its_result_comes_back() -> None:
    seen = {}

    async def answer(request: web.Request) -> web.StreamResponse:
        seen["path"], seen["json"] = request.path, await request.json()
        return web.json_response({"ok": True, "result": ME})

    async with bot_against(answer) as bot:
        me = await bot.do_api_request("getFoo", {"chat_id": 7, "text": "привет 👋", "list": [1, {"a": None}]})
    assert me == ME
    assert seen == {
        "path": f"/bot{TOKEN}/getFoo",
        "json": {"chat_id": 7, "text": "привет 👋", "list": [1, {"a": None}]},
    }


async def test_files_go_out_as_multipart_with_their_names() -> None:
    seen: dict[str, object] = {}

    async def answer(request: web.Request) -> web.StreamResponse:
        form = await request.post()
        file = form["document"]
        assert isinstance(file, web.FileField)
        seen.update(chat=form["chat_id"], name=file.filename, data=file.file.read())
        message = {"message_id": 5, "date": 1, "chat": {"id": 7, "type": "private"}}
        return web.json_response({"ok": True, "result": message})

    async with bot_against(answer) as bot:
        sent = await bot.send_document(7, b"brief", filename="Заметка.txt")
    assert sent.message_id == 5
    assert seen == {"chat": "7", "name": "Заметка.txt", "data": b"brief"}


async def test_a_file_comes_back_byte_for_byte() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        assert request.method == "GET"
        return web.Response(body=bytes(range(256)))

    async with bot_against(answer) as bot:
        assert await bot.request.retrieve(f"{bot.base_file_url}/a.txt") == bytes(range(256))


@pytest.mark.parametrize(
    ("status", "description", "kind"),
    [
        (400, "Bad Request: message is too long", BadRequest),
        (401, "Unauthorized", InvalidToken),
        (403, "Forbidden: bot was blocked by the user", Forbidden),
        (500, "Internal Server Error", NotDone),
        (502, "Bad Gateway", NotDone),
        (504, "Gateway Timeout", TimedOut),
    ],
)
async def test_each_status_has_its_error(
    status: int, description: str, kind: type[TelegramError], caplog: pytest.LogCaptureFixture
) -> None:
    body = {"ok": False, "error_code": status, "description": description}
    async with bot_against(answering(body, status)) as bot:
        with pytest.raises(kind) as caught:
            await bot.send_message(7, "private words")
    assert type(caught.value) is kind
    assert_no_secret(caught.value, caplog)


async def test_a_flood_says_how_long_to_wait() -> None:
    body = {"ok": False, "error_code": 429, "description": "Too Many", "parameters": {"retry_after": 7}}
    async with bot_against(answering(body, 429)) as bot:
        with pytest.raises(RetryAfter) as caught:
            await bot.send_message(7, "x")
    assert flood_pause_s(caught.value) == 7


async def test_a_page_instead_of_json_is_an_error_that_quotes_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>private words</html>")

    caplog.set_level(logging.DEBUG)
    async with bot_against(answer) as bot:
        with pytest.raises(TelegramError) as caught:
            await bot.do_api_request("getFoo")
    assert "private words" not in f"{caught.value}{caplog.text}"


async def test_a_refused_connection_was_not_done(caplog: pytest.LogCaptureFixture) -> None:
    async with bot_at(refusing_address()) as bot:
        with pytest.raises(NotDone) as caught:
            await bot.send_message(7, "x")
    assert_no_secret(caught.value, caplog)


@pytest.mark.parametrize("url", ["http://127.0.0.1:99999", "http://[bad", "ftp://127.0.0.1", "nonsense"])
async def test_a_wrong_address_is_not_done_and_never_quoted(
    url: str, caplog: pytest.LogCaptureFixture
) -> None:
    async with bot_at(url) as bot:
        with pytest.raises(NotDone) as caught:
            await bot.send_message(7, "x")
    assert_no_secret(caught.value, caplog)


async def test_a_connection_reset_after_the_request_leaves_it_in_doubt(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        await request.read()
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    async with bot_against(answer) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(7, "x")
    assert type(caught.value) is NetworkError
    assert_no_secret(caught.value, caplog)


async def test_an_answer_that_stops_in_the_middle_leaves_it_in_doubt(
    caplog: pytest.LogCaptureFixture,
) -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"ok":')
        assert request.transport is not None
        request.transport.close()
        return response

    async with bot_against(answer) as bot:
        with pytest.raises(NetworkError) as caught:
            await bot.send_message(7, "x")
    assert type(caught.value) is NetworkError
    assert_no_secret(caught.value, caplog)


async def test_no_answer_in_time_times_out_by_the_time_of_the_call() -> None:
    seen = asyncio.Event()

    async def answer(_request: web.Request) -> web.StreamResponse:
        seen.set()
        await asyncio.Event().wait()
        raise AssertionError

    async with bot_against(answer, read_timeout_s=30) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(7, "x", read_timeout=0.1)
    assert seen.is_set()


async def test_an_answer_that_drips_ends_at_the_sum_of_the_time_outs() -> None:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.02)

    tight = {"read_timeout_s": 0.2, "write_timeout_s": 0.1, "connect_timeout_s": 0.1, "pool_timeout_s": 0.1}
    async with bot_against(answer, **tight) as bot:
        with pytest.raises(TimedOut):
            await bot.send_message(7, "x")


async def test_a_redirect_is_not_followed() -> None:
    async def answer(_request: web.Request) -> web.StreamResponse:
        raise web.HTTPFound("http://127.0.0.1:1/elsewhere")

    async with bot_against(answer) as bot:
        with pytest.raises(TelegramError) as caught:
            await bot.do_api_request("getFoo")
    assert not isinstance(caught.value, NotDone)


async def test_before_it_is_opened_and_after_it_is_closed_nothing_is_done() -> None:
    request = AiohttpRequest(read_timeout_s=3)
    assert request.read_timeout == 3
    with pytest.raises(NotDone):
        await request.do_request("http://127.0.0.1:1/", "POST", RequestData())
    await request.initialize()
    await request.initialize()
    await request.shutdown()
    await request.shutdown()
    with pytest.raises(NotDone):
        await request.do_request("http://127.0.0.1:1/", "POST", RequestData())
