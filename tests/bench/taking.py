"""The processes that `tests.bench.ingest` compares: `python -m tests.bench.taking NAME SETTINGS`."""

import asyncio
import json
import logging
import signal
import socket
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

from pydantic import SecretStr
from telegram import Update
from telegram.ext import Application, ContextTypes, MessageHandler

from bot.app import serve
from bot.cli import spare_what_stays
from bot.opening import Network
from bot.settings import Settings
from bot.telegram.application import make_application, make_bot, opened
from bot.telegram.backend import Backend
from bot.telegram.desk import Desk
from bot.telegram.once import answer_once
from bot.telegram.pacing import Allowed, Pacing
from bot.telegram.presence import occasion_of
from bot.telegram.receiver import receive
from bot.telegram.replies import Reply
from bot.telegram.request import AiohttpRequest
from bot.telegram.second_look import SecondLook
from bot.telegram.sending import Sender
from bot.telegram.webhook import Webhook, listening
from bot.telegram.worker import work
from storage import keys
from storage.chats import ChatStore
from storage.connection import open_redis
from storage.governor import Governor
from storage.inbox import Inbox
from storage.leases import Lease
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


@dataclass(frozen=True, slots=True)
class _Answering:
    """What of the backend an answer that is said once needs."""

    inbox: Inbox
    sender: Sender


async def echo_durably(about: About, stop: asyncio.Event) -> None:
    """The same echo, with what Sayso does that nothing is lost or said twice: inbox, governor, notes."""
    async with (
        open_redis(None, Path(about["folder"])) as redis,
        Inbox(redis) as inbox,
        asyncio.TaskGroup() as tasks,
    ):
        bot = make_bot(about["token"], about["api"], Pacing(Governor(redis), allowed=Allowed().times(1_000)))
        backend = cast("Backend", _Answering(inbox, Sender(bot, ChatStore(redis))))

        async def say(update: Update, _context: ContextTypes.DEFAULT_TYPE) -> None:
            message = update.message
            if message and message.text:
                await answer_once(Reply(message.text), occasion_of(update, message), backend=backend)

        application = make_application(bot)
        application.add_handler(MessageHandler(None, say))
        async with opened(application):
            second_look = SecondLook(inbox)
            tasks.create_task(second_look.look(stop))
            lease = Lease(redis, keys.POLLER, 6)
            tasks.create_task(receive(bot, inbox, lease, stop, second_look))
            tasks.create_task(work(Desk(application), inbox, stop, is_alone=True))
            _say("ready")
            await stop.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _say(word: object) -> None:
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


async def main(name: str, about: About) -> None:
    """Run one of them until told to stop; none goes through what only the others have loaded."""
    spare_what_stays()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    parts = {
        "webhook": take_durably,
        "their-webhook": take_in_memory,
        "bot": answer,
        "echo": echo,
        "durable-echo": echo_durably,
    }
    await parts[name](about, stop)


if __name__ == "__main__":
    logging.basicConfig(level=logging.ERROR)
    asyncio.run(main(sys.argv[1], json.loads(sys.argv[2])))
