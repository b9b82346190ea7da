"""The whole bot against a Bot API server that nobody here wrote."""

import asyncio
from typing import Any

import pytest
from aiohttp import web
from lo_bot_api_emulator import LoBotApiEmulator, updates
from pydantic import SecretStr
from redis.asyncio import Redis

from bot.app import serve
from bot.settings import Settings
from tests.test_cli import SAMPLE

TOKEN = "1:synthetic"
READER = 7

UNKNOWN_FIELDS = frozenset({"link_preview_options", "entities"})
"""What the emulator does not know of the Bot API, and is spared."""


class Emulator(LoBotApiEmulator):  # type: ignore[misc] # the package has no types
    """The emulator, which forgets texts, with a memory for them."""

    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.said = asyncio.Condition()

    def validate(self, method: str, fields: dict[str, Any], uploads: dict[str, Any]) -> Any:
        spared = {name: value for name, value in fields.items() if name not in UNKNOWN_FIELDS}
        result = super().validate(method, spared, uploads)
        return result | {"username": "sayso_bot"} if method == "getMe" else result

    async def handle(self, request: web.Request) -> web.StreamResponse:
        fields = await request.json() if request.can_read_body else {}
        answer: web.StreamResponse = await super().handle(request)
        if "text" in fields and answer.status == 200:
            async with self.said:
                self.texts.append(fields["text"])
                self.said.notify_all()
        return answer

    async def wait_for(self, words: str) -> str:
        """Return the first text sent or edited that holds `words`."""

        def find() -> str:
            return next((text for text in self.texts if words in text), "")

        async with self.said, asyncio.timeout(30):
            await self.said.wait_for(find)
        return find()


def message(text: str, number: int, **fields: object) -> dict[str, object]:
    person = {"id": READER, "is_bot": False, "first_name": "Reader"}
    chat = {"id": READER, "type": "private", "first_name": "Reader"}
    return {"message": {"message_id": number, "date": 1, "chat": chat, "from": person, "text": text} | fields}


async def test_the_bot_serves_a_reader_through_an_outside_bot_api_server(
    redis: Redis, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = updates.ALLOWED_UPDATE_TYPES  # of a Bot API without guests, whose server passes over such kinds
    monkeypatch.setattr(updates, "ALLOWED_UPDATE_TYPES", {*known, "guest_message"})
    assert await redis.dbsize() == 0, "the emulator counts updates from 1, as an earlier test may have"
    emulator = Emulator()
    runner = web.AppRunner(emulator.app(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    settings = Settings(
        _env_file=None,
        telegram_bot_token=SecretStr(TOKEN),
        telegram_api_url=f"http://127.0.0.1:{runner.addresses[0][1]}",
        redis_url=SecretStr(redis_url),
        sayso_open=True,
    )
    stop = asyncio.Event()
    running = asyncio.create_task(serve(settings, stop=stop))
    try:
        command = [{"type": "bot_command", "offset": 0, "length": 6}]
        await emulator.enqueue_update(message("/start", 1, entities=command), token=TOKEN)
        assert "who says what" in await emulator.wait_for("Send me a link")
        await emulator.enqueue_update(message(SAMPLE.read_text("utf-8"), 2), token=TOKEN)
        assert "Not established here" in await emulator.wait_for("statements traced")
    finally:
        stop.set()
        await running
        await runner.cleanup()
    refused = [record["method"] for record in emulator.requests if record["status"] != 200]
    courtesies = {"setMessageReaction", "sendMessageDraft"}
    assert set(refused) <= courtesies | {"sendMessage"}, "courtesies that the emulator does not know"
    assert refused.count("sendMessage") == 1, "it knows no quotations; the brief then goes without"
