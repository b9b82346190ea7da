"""The python-telegram-bot application: which connections it uses, which handlers it has, how it starts."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from functools import partial
from typing import Any

from telegram import Bot, BotCommand
from telegram.error import BadRequest, EndPointNotFound, InvalidToken, NetworkError
from telegram.ext import Application, ApplicationBuilder, ExtBot

from bot.errors import SettingsError
from bot.locales import ENGLISH, NAMES, _, load_catalogs, speaking
from bot.logs import quiet_loggers
from bot.telegram.access import Access
from bot.telegram.backend import Backend
from bot.telegram.desk import AnyApplication
from bot.telegram.handlers import handler_table, on_error
from bot.telegram.outages import Outage
from bot.telegram.pacing import Pacing
from bot.telegram.phrases import COMMANDS
from bot.telegram.receiver import REFUSED
from bot.telegram.request import AiohttpRequest

log = logging.getLogger(__name__)


class InboxApplication(Application[Any, Any, Any, Any, Any, Any]):
    """An application whose `process_update` raises what its error handler raises.

    The inherited one swallows it, and an update whose answer never got out would count as answered.
    """

    async def process_error(
        self,
        update: object | None,
        error: Exception,
        job: Any | None = None,  # noqa: ARG002 - the signature is the library's
        coroutine: Any | None = None,
    ) -> bool:
        """Hand the error to the error handlers; raises what they raise."""
        for handler in self.error_handlers:
            context = self.context_types.context.from_error(update, error, self, coroutine=coroutine)
            await handler(update, context)
        return False


def make_bot(token: str, api_url: str, pacing: Pacing, *, proxy: str | None = None) -> ExtBot[None]:
    """Return the bot with our connections; `api_url` is the Bot API's address without a path."""
    return ExtBot(
        token,
        rate_limiter=pacing,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=AiohttpRequest(proxy=proxy),
        # A long poll occupies its connection: it has its own.
        get_updates_request=AiohttpRequest(connections=2, proxy=proxy),
    )


def make_application(bot: ExtBot[None]) -> AnyApplication:
    """Return an application for updates from the inbox: no updater, and no handlers yet."""
    application: AnyApplication = (
        ApplicationBuilder()
        .application_class(InboxApplication)
        .bot(bot)
        .updater(None)
        .job_queue(None)
        .build()
    )
    return application


def build_application(
    bot: ExtBot[None],
    *,
    access: Access,
    backend: Backend,
    model: str | None = None,
    vision: str | None = None,
) -> AnyApplication:
    """Return the application with the handlers of `handler_table`.

    `model` and `vision` are the models that write and see.
    """
    application = make_application(bot)
    table = handler_table(access=access, backend=backend, model=model, vision=vision)
    for group, handlers in enumerate(table):
        application.add_handlers(handlers, group)
    application.add_error_handler(partial(on_error, backend=backend))
    return application


@contextlib.asynccontextmanager
async def opened(application: AnyApplication) -> AsyncIterator[AnyApplication]:
    """Connect to the Bot API and disconnect at the end; while Telegram is away, keep trying.

    Raises SettingsError when Telegram does not know the token.
    """
    async with connected(application.bot):
        try:
            await application.initialize()
            yield application
        finally:
            await application.shutdown()


@contextlib.asynccontextmanager
async def connected(bot: Bot) -> AsyncIterator[Bot]:
    """Connect a bot alone; waits and raises as `opened` does."""
    quiet_loggers()
    try:
        await _initialize(bot)
        yield bot
    finally:
        await bot.shutdown()


async def ask_name(token: str, api_url: str) -> str:
    """Return the bot's user name; raises SettingsError when Telegram does not answer or know the token."""
    bot = Bot(
        token,
        base_url=f"{api_url}/bot",
        request=AiohttpRequest(),
        get_updates_request=AiohttpRequest(),
    )
    try:
        async with bot:
            return bot.username
    except (InvalidToken, EndPointNotFound):
        raise SettingsError("token refused", problem=REFUSED) from None
    except NetworkError as exc:
        problem = f"Telegram does not answer at {api_url}. Check the network and TELEGRAM_API_URL."
        raise SettingsError(type(exc).__name__, problem=problem) from None


async def introduce(bot: Bot, *, polls: bool = True) -> None:
    """Tell Telegram the commands, in each language, and if updates are polled for; a failure is logged."""
    try:
        await asyncio.to_thread(load_catalogs)
        # English is for everyone whose language is none of ours.
        told = (
            bot.set_my_commands(
                _list_commands(language), language_code=language if language != ENGLISH else None
            )
            for language in NAMES
        )
        await asyncio.gather(*told)
        if polls:
            await bot.delete_webhook()
    except NetworkError as exc:
        log.warning("the bot could not be introduced: %s", type(exc).__name__)


def _list_commands(language: str) -> list[BotCommand]:
    with speaking(language):
        return [BotCommand(name, _(does)) for name, does in COMMANDS.items()]


async def _initialize(bot: Bot) -> None:
    outage = Outage("Telegram", log)
    while True:
        try:
            await bot.initialize()
        except (InvalidToken, EndPointNotFound):
            # From None: the library's own text quotes the token.
            raise SettingsError("token refused", problem=REFUSED) from None
        except BadRequest:
            raise
        except NetworkError as exc:
            await asyncio.sleep(outage.begin(exc))
        else:
            outage.end()
            return
