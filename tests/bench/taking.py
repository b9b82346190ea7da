"""The processes that `tests.bench.ingest` compares: `python -m tests.bench.taking NAME SETTINGS`."""

import asyncio
import json
import logging
import signal
import socket
import sys
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler

from bot.app import serve
from bot.opening import Network
from bot.settings import Settings
from bot.telegram.request import AiohttpRequest
from bot.telegram.second_look import SecondLook
from bot.telegram.webhook import Webhook, listening
from storage.connection import open_redis
from storage.inbox import Inbox
from tests.servers.news import PUBLIC

PATH: Final = "/webhook"
SECRET: Final = "secret-of-the-benchmark"

About = dict[str, str]


def message(number: int, chat_id: int, text: str) -> dict[str, Any]:
    """Return an update as Telegram words it."""
    person = {"id": chat_id, "is_bot": False, "first_name": "Reader", "language_code": "en"}
    return {
        "update_id": number,
        "message": {
            "message_id": number,
            "from": person,
            "chat": {"id": chat_id, "first_name": "Reader", "type": "private"},
            "date": 1_772_400_000 + number,
            "text": text,
            "entities": [{"type": "url", "offset": 0, "length": len(text)}],
        },
    }


async def take_durably(about: About, stop: asyncio.Event) -> None:
    """Our webhook over an embedded Valkey."""
    port = _free_port()
    async with (
        open_redis(None, Path(about["folder"])) as redis,
        Inbox(redis) as inbox,
        asyncio.TaskGroup() as tasks,
    ):
        second_look = SecondLook(inbox)
        tasks.create_task(second_look.look(stop))
        async with listening(Webhook(inbox, PATH, SECRET, second_look), "127.0.0.1", port):
            _say(port)
            await stop.wait()


async def take_in_memory(about: About, stop: asyncio.Event) -> None:
    """python-telegram-bot's webhook, with an application that takes from its queue."""
    port = _free_port()
    application = Application.builder().token(about["token"]).base_url(f"{about['api']}/bot").build()
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_webhook(
            listen="127.0.0.1",
            port=port,
            url_path=PATH,
            webhook_url=f"http://127.0.0.1:{port}{PATH}",
            secret_token=SECRET,
        )
        _say(port)
        await stop.wait()
        await application.updater.stop()
        await application.stop()


async def answer(about: About, stop: asyncio.Event) -> None:
    """The whole bot."""
    settings = Settings(
        _env_file=None,
        telegram_bot_token=SecretStr(about["token"]),
        telegram_api_url=about["api"],
        sayso_open=True,
        sayso_pace=1_000,
        sayso_user_rate=0,
        sayso_context=False,
        sayso_data=Path(about["folder"]),
    )
    port = int(about["news"])

    async def resolve(_host: str) -> list[str]:
        return [PUBLIC]

    network = Network(resolve=resolve, dial_map={(PUBLIC, 80): ("127.0.0.1", port)})
    _say("ready")
    await serve(settings, stop=stop, network=network)


async def echo(about: About, stop: asyncio.Event) -> None:
    """A bare bot of python-telegram-bot on our transport: it polls, and says what it is told."""

    async def say(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
        if update.message and update.message.text:
            await update.message.reply_text(update.message.text)

    application = (
        Application.builder()
        .token(about["token"])
        .base_url(f"{about['api']}/bot")
        .request(AiohttpRequest())
        .get_updates_request(AiohttpRequest(connections=2))
        .concurrent_updates(True)
        .build()
    )
    application.add_handler(MessageHandler(None, say))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        _say("ready")
        await stop.wait()
        await application.updater.stop()
        await application.stop()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def main(name: str, about: About) -> None:
    """Run one of them until told to stop."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    parts = {"webhook": take_durably, "their-webhook": take_in_memory, "bot": answer, "echo": echo}
    await parts[name](about, stop)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
