"""The composition root: settings → clients → handlers. Everything is opened and closed here."""

import asyncio
import contextlib
import logging
import secrets
import signal
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from pydantic import SecretStr

from bot.article.dialling import Resolve
from bot.article.fetch import Fetcher
from bot.article.reader import Reader
from bot.article.workers import Workers
from bot.briefing.engines.offline import OfflineEngine
from bot.briefing.engines.second import SecondChanceEngine
from bot.briefing.followup import answer_question
from bot.briefing.newsroom import Newsroom
from bot.briefing.pipeline import find_kept, make_brief
from bot.briefing.rebriefing import rebrief
from bot.briefing.revisions import has_changed
from bot.briefing.shelf import Shelf
from bot.briefing.transcripts import see_nothing
from bot.errors import SettingsError
from bot.playground.places import READER
from bot.playground.server import PlaygroundServer
from bot.settings import Settings
from bot.telegram.access import Access
from bot.telegram.application import build_application, introduce, opened
from bot.telegram.cancelling import Undertakings
from bot.telegram.receiver import receive
from bot.telegram.revisits import Revisits
from bot.telegram.turns import Turns
from bot.telegram.worker import Desk, work
from storage import keys
from storage.breaker import OPEN_S
from storage.briefs import BriefStore
from storage.chats import ChatStore
from storage.connection import Redis, open_redis
from storage.digests import DigestStore
from storage.flights import Flights
from storage.inbox import Inbox
from storage.inline import InlineStore
from storage.limits import Allowance, Limits
from storage.requests import RequestStore
from storage.secrets import keep_secret
from storage.threads import ThreadStore

if TYPE_CHECKING:
    from bot.briefing.engines.openai import OpenAIEngine
    from bot.briefing.engines.transcriber import Transcriber

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Where names and public addresses lead, below the fetch's policy: tests map them to loopback."""

    resolve: Resolve | None = None
    dial_map: Mapping[tuple[str, int], tuple[str, int]] = field(default_factory=dict)


@contextlib.asynccontextmanager
async def open_newsroom(
    settings: Settings, redis: Redis | None, *, engine: str | None = None, network: Network | None = None
) -> AsyncIterator[Newsroom]:
    """Open what reading and briefing need, and give the ways to ask.

    `engine` is "offline" or "openai"; None takes the model when one is set. Without `redis` nothing is kept.
    Raises SettingsError.
    """
    network = network or Network()
    # The parsers load for half a second: a worker that replaces a killed one should not wait for that.
    workers = Workers(count=settings.sayso_workers, preload=["bot.article.extract"])
    offline = OfflineEngine(workers)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(workers.close)
        fetcher = await stack.enter_async_context(
            Fetcher(
                timeout_s=settings.sayso_fetch_timeout_s,
                limit_bytes=settings.sayso_page_limit_mb << 20,
                ports=settings.sayso_fetch_ports,
                resolve=network.resolve,
                dial_map=network.dial_map,
            )
        )
        wants_model = engine == "openai" or (engine is None and settings.has_model)
        key = await keep_secret(redis, keys.MARKER_KEY) if redis is not None and wants_model else None
        reader = Reader(fetcher=fetcher, workers=workers)
        shelf = Shelf(BriefStore(redis) if redis is not None else None)
        chosen = (
            await stack.enter_async_context(open_model(settings, workers, key, redis))
            if wants_model
            else offline
        )
        flights = Flights(redis)
        transcriber = _open_transcriber(settings, workers, redis) if wants_model else None
        if transcriber is not None:
            stack.push_async_callback(transcriber.aclose)
        yield Newsroom(
            make_brief=partial(
                make_brief,
                reader=reader,
                engine=chosen,
                offline=offline,
                workers=workers,
                shelf=shelf,
                flights=flights,
                transcribe=transcriber.transcribe if transcriber else see_nothing,
            ),
            rebrief=partial(
                rebrief, engine=chosen, offline=offline, workers=workers, shelf=shelf, flights=flights
            ),
            find_kept=partial(find_kept, engine=chosen, shelf=shelf),
            has_changed=partial(has_changed, reader=reader, shelf=shelf, workers=workers),
            answer_question=partial(answer_question, engine=chosen, workers=workers),
        )


async def serve(
    settings: Settings, *, stop: asyncio.Event | None = None, network: Network | None = None
) -> int:
    """Serve Telegram, or the playground when there is no token, until `stop` or a signal.

    Returns 0, or 1 when another process has taken over the bot's updates. Raises SettingsError.
    """
    stop = stop or _stop_on_signals()
    async with contextlib.AsyncExitStack() as stack:
        redis = await stack.enter_async_context(open_redis(secret(settings.redis_url), settings.sayso_data))
        token, api_url, access = await _find_telegram(settings, stack)
        newsroom = await stack.enter_async_context(open_newsroom(settings, redis, network=network))
        inbox = await stack.enter_async_context(Inbox(redis))
        undertakings = Undertakings(RequestStore(redis))
        revisits = await stack.enter_async_context(contextlib.aclosing(Revisits(newsroom.has_changed)))
        application = await stack.enter_async_context(
            opened(
                build_application(
                    token=token,
                    api_url=api_url,
                    access=access,
                    newsroom=newsroom,
                    store=BriefStore(redis),
                    inbox=inbox,
                    chats=ChatStore(redis),
                    inline=InlineStore(redis),
                    threads=ThreadStore(redis),
                    digests=DigestStore(redis),
                    revisits=revisits,
                    limits=open_limits(settings, redis, access.owner),
                    turns=Turns(settings.sayso_briefs_at_once),
                    undertakings=undertakings,
                    model=settings.openai_model if settings.has_model else None,
                    vision=settings.sayso_vision_model if settings.has_model else None,
                )
            )
        )
        await introduce(application.bot)
        desk = Desk(application, undertakings)
        log.info("serving as @%s", application.bot.username)
        async with asyncio.TaskGroup() as loops:
            loops.create_task(work(desk, inbox, stop, is_alone=settings.redis_url is None))
            await receive(application.bot, inbox, stop, process=desk.process)
            was_replaced = not stop.is_set()
            stop.set()
    return 1 if was_replaced else 0


async def _find_telegram(settings: Settings, stack: contextlib.AsyncExitStack) -> tuple[str, str, Access]:
    """Return token, address and access rule of Telegram, or of the playground, which is opened for it."""
    if settings.telegram_bot_token is not None:
        access = Access(owner=settings.sayso_owner, allow=settings.sayso_allow, open=settings.sayso_open)
        return settings.telegram_bot_token.get_secret_value(), settings.telegram_api_url, access
    try:
        playground = await stack.enter_async_context(PlaygroundServer(port=settings.sayso_playground_port))
    except OSError as exc:
        port = settings.sayso_playground_port
        problem = f"Port {port} is taken. Set SAYSO_PLAYGROUND_PORT to another one, or to 0 for any free one."
        raise SettingsError(type(exc).__name__, problem=problem) from exc
    print(f"\n  Sayso's playground is open: {playground.page_url}\n  Ctrl-C ends it.\n", flush=True)  # noqa: T201
    return playground.bot_token, playground.url, Access(owner=READER, open=True)


def open_limits(settings: Settings, redis: Redis, owner: int | None) -> Limits:
    """Return what everyone but the owner may ask."""
    person = Allowance(
        rate=settings.sayso_user_rate,
        burst=settings.sayso_user_burst,
        briefs=settings.sayso_user_briefs,
        questions=settings.sayso_user_questions,
    )
    group = Allowance(
        rate=settings.sayso_group_rate,
        burst=settings.sayso_group_burst,
        briefs=settings.sayso_group_briefs,
        questions=settings.sayso_group_questions,
    )
    return Limits(redis, person=person, group=group, owner=owner)


@contextlib.asynccontextmanager
async def open_model(
    settings: Settings,
    workers: Workers | None = None,
    marker_key: bytes | None = None,
    redis: Redis | None = None,
    *,
    breaker_open_s: float = OPEN_S,
) -> AsyncIterator["OpenAIEngine | SecondChanceEngine"]:
    """Open the model's engine, with the second model where one is set.

    With `redis`, what is learnt of a server is shared and kept. A server that fails is left alone for
    `breaker_open_s`. Raises SettingsError when no model is set.
    """
    from bot.briefing.engines.openai import OpenAIEngine  # noqa: PLC0415 it takes a second, offline is not to wait

    if not settings.has_model:
        raise SettingsError(
            "no model", problem="Set OPENAI_API_KEY or OPENAI_BASE_URL to use the openai engine."
        )
    open_engine = partial(
        OpenAIEngine,
        timeout_s=settings.sayso_model_timeout_s,
        window_tokens=settings.sayso_model_window_tokens,
        marker_key=marker_key or secrets.token_bytes(32),
        effort=settings.openai_reasoning_effort,
        redis=redis,
        breaker_open_s=breaker_open_s,
        workers=workers,
    )
    first = open_engine(
        api_key=secret(settings.openai_api_key),
        base_url=settings.openai_base_url,
        model=settings.openai_model,
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(first.aclose)
        if settings.sayso_second_model is None:
            yield first
            return
        second = _open_second(settings, settings.sayso_second_model, open_engine)
        stack.push_async_callback(second.aclose)
        yield SecondChanceEngine(first, second, timeout_s=settings.sayso_model_timeout_s)


def _open_second(
    settings: Settings, model: str, open_engine: Callable[..., "OpenAIEngine"]
) -> "OpenAIEngine":
    """Open the second model's engine; without an address of its own it is on the first one's server."""
    own_key = secret(settings.sayso_second_api_key)
    if settings.sayso_second_base_url is None:
        key = own_key or secret(settings.openai_api_key)
        return open_engine(api_key=key, base_url=settings.openai_base_url, model=model)
    try:
        return open_engine(api_key=own_key, base_url=settings.sayso_second_base_url, model=model)
    except SettingsError as exc:
        problem = exc.sentence.replace("OPENAI_", "SAYSO_SECOND_")
        raise SettingsError(str(exc), problem=problem) from exc


def _open_transcriber(settings: Settings, workers: Workers, redis: Redis | None) -> "Transcriber | None":
    """Open what reads pictures, where a model that sees is set: on the first model's server."""
    if settings.sayso_vision_model is None:
        return None
    from bot.briefing.engines.transcriber import Transcriber  # noqa: PLC0415 as the engine

    return Transcriber(
        api_key=secret(settings.openai_api_key),
        base_url=settings.openai_base_url,
        model=settings.sayso_vision_model,
        timeout_s=settings.sayso_model_timeout_s,
        effort=settings.openai_reasoning_effort,
        redis=redis,
        workers=workers,
    )


def secret(value: SecretStr | None) -> str | None:
    """Return what a secret setting holds."""
    return value.get_secret_value() if value is not None else None


def _stop_on_signals() -> asyncio.Event:
    """Return an event that SIGINT and SIGTERM set; a second signal ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def ask(signum: signal.Signals) -> None:
        stop.set()
        loop.remove_signal_handler(signum)

    for signum in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signum, ask, signum)
    return stop
