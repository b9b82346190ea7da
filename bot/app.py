"""The composition root: settings → clients → handlers. Everything is opened and closed here."""

import asyncio
import contextlib
import logging
import signal

from bot.digest.delivery import Delivery
from bot.digest.edition import Editions
from bot.digest.gathering import Gatherer
from bot.errors import SettingsError
from bot.health import Health, open_health
from bot.opening import Network, open_newsroom, open_tools, secret
from bot.playground.places import READER
from bot.playground.server import PlaygroundServer
from bot.settings import Settings
from bot.telegram.access import Access
from bot.telegram.application import build_application, introduce, make_bot, opened
from bot.telegram.backend import Backend
from bot.telegram.cancelling import Undertakings
from bot.telegram.digest_post import DigestPost
from bot.telegram.pacing import Allowed, Pacing
from bot.telegram.receiver import receive
from bot.telegram.revisits import Revisits
from bot.telegram.sending import Sender
from bot.telegram.turns import Turns
from bot.telegram.worker import AnyApplication, Desk, work
from storage.agenda import Agenda
from storage.archive import Archive
from storage.briefs import BriefStore
from storage.chats import ChatStore
from storage.connection import Redis, open_redis
from storage.digests import DigestStore
from storage.feeds import FeedStore
from storage.governor import Governor
from storage.inbox import Inbox
from storage.inline import InlineStore
from storage.limits import Allowance, Limits
from storage.requests import RequestStore
from storage.threads import ThreadStore

log = logging.getLogger(__name__)


async def serve(
    settings: Settings, *, stop: asyncio.Event | None = None, network: Network | None = None
) -> int:
    """Serve Telegram, or the playground when there is no token, until `stop` or a signal.

    Returns 0, or 1 when another process has taken over the bot's updates. Raises SettingsError.
    """
    stop = stop or _stop_on_signals()
    async with contextlib.AsyncExitStack() as stack:
        redis = await stack.enter_async_context(open_redis(secret(settings.redis_url), settings.sayso_data))
        inbox = await stack.enter_async_context(Inbox(redis))
        health = Health(inbox)
        host, port = settings.sayso_health_host, settings.sayso_health_port
        await stack.enter_async_context(open_health(health, host, port))
        token, api_url, access = await _find_telegram(settings, stack)
        desk, backend, application = await _open_desk(
            settings, redis, inbox, network, token, api_url, access, stack
        )
        await introduce(application.bot)
        log.info("serving as @%s", application.bot.username)
        health.state = "serving"
        async with asyncio.TaskGroup() as loops:
            loops.create_task(work(desk, backend.inbox, stop, is_alone=settings.redis_url is None))
            loops.create_task(backend.gatherer.gather(stop))
            loops.create_task(backend.delivery.deliver(stop))
            await receive(application.bot, backend.inbox, stop, process=desk.process)
            was_replaced = not stop.is_set()
            health.state = "stopping"
            stop.set()
    return 1 if was_replaced else 0


async def _open_desk(
    settings: Settings,
    redis: Redis,
    inbox: Inbox,
    network: Network | None,
    token: str,
    api_url: str,
    access: Access,
    stack: contextlib.AsyncExitStack,
) -> tuple[Desk, Backend, AnyApplication]:
    """Open all that answers people."""
    tools = await stack.enter_async_context(open_tools(settings, network))
    newsroom = await stack.enter_async_context(open_newsroom(settings, redis, tools=tools))
    bot, chats, digests, feeds = (
        make_bot(token, api_url, Pacing(Governor(redis), allowed=Allowed().times(settings.sayso_pace))),
        ChatStore(redis),
        DigestStore(redis),
        FeedStore(redis),
    )
    sender, store = Sender(bot, chats), BriefStore(redis)
    editions = Editions(
        make_brief=newsroom.make_brief,
        workers=tools.workers,
        briefs=store,
        chats=chats,
        digests=digests,
        feeds=feeds,
    )
    post = DigestPost(sender=sender, editions=editions, digests=digests, chats=chats)
    backend = Backend(
        newsroom=newsroom,
        sender=sender,
        store=store,
        archive=Archive(redis, articles=settings.sayso_archive_articles),
        inbox=inbox,
        chats=chats,
        inline=InlineStore(redis),
        threads=ThreadStore(redis),
        digests=digests,
        feeds=feeds,
        gatherer=Gatherer(
            fetcher=tools.fetcher, workers=tools.workers, feeds=feeds, agenda=Agenda(redis, "feeds")
        ),
        delivery=Delivery(post=post, digests=digests, agenda=Agenda(redis, "digests")),
        revisits=await stack.enter_async_context(contextlib.aclosing(Revisits(newsroom.has_changed))),
        limits=open_limits(settings, redis, access.owner),
        turns=Turns(settings.sayso_briefs_at_once),
        undertakings=Undertakings(RequestStore(redis)),
    )
    application = build_application(
        bot,
        access=access,
        backend=backend,
        model=settings.openai_model if settings.has_model else None,
        vision=settings.sayso_vision_model if settings.has_model else None,
    )
    await stack.enter_async_context(opened(application))
    return Desk(application, backend.undertakings), backend, application


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
