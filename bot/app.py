"""The composition root: settings → clients → handlers. Everything is opened and closed here."""

import asyncio
import contextlib
import logging
import signal
from enum import Flag, auto
from urllib.parse import urlsplit

from telegram.ext import ExtBot

from bot.budgeting import open_budgets
from bot.digest.delivery import Delivery
from bot.digest.edition import Editions
from bot.digest.gathering import Gatherer
from bot.errors import SettingsError
from bot.health import Health, open_health
from bot.opening import Network, open_newsroom, open_tools
from bot.playground.places import READER
from bot.playground.server import PlaygroundServer
from bot.settings import Settings, secret
from bot.telegram.access import Access
from bot.telegram.annotations import Annotations
from bot.telegram.application import build_application, connected, introduce, make_bot, opened
from bot.telegram.backend import Backend
from bot.telegram.cancelling import Undertakings
from bot.telegram.desk import Desk
from bot.telegram.digest_post import DigestPost
from bot.telegram.offering import Offers
from bot.telegram.pacing import Allowed, Pacing
from bot.telegram.receiver import receive
from bot.telegram.revisits import Revisits
from bot.telegram.second_look import SecondLook
from bot.telegram.sending import Sender
from bot.telegram.turns import Turns
from bot.telegram.webhook import Webhook, announce, listening, make_secret
from bot.telegram.worker import work
from storage import keys
from storage.agenda import Agenda
from storage.archive import Archive
from storage.askers import AskerStore
from storage.briefs import BriefStore
from storage.chats import ChatStore
from storage.comparisons import ComparisonStore
from storage.connection import Redis, open_redis
from storage.digests import DigestStore
from storage.feeds import FeedStore
from storage.governor import Governor
from storage.inbox import Inbox
from storage.inline import InlineStore
from storage.leases import Lease
from storage.limits import Allowance, Limits
from storage.requests import RequestStore
from storage.threads import ThreadStore
from storage.turned import TurnedStore

log = logging.getLogger(__name__)

POLLER_LEASE = 0.4
"""Of SAYSO_LEASE_S: who polls does nothing else meanwhile that could keep it from renewing."""


class Role(Flag):
    """What a process does: receive updates, work on them, or both."""

    RECEIVE = auto()
    WORK = auto()
    BOTH = RECEIVE | WORK

    @classmethod
    def of(cls, command: str) -> "Role":
        """Return the role that a command of the command line has."""
        return {"receive": cls.RECEIVE, "work": cls.WORK}.get(command, cls.BOTH)


async def serve(
    settings: Settings,
    role: Role = Role.BOTH,
    *,
    stop: asyncio.Event | None = None,
    network: Network | None = None,
) -> int:
    """Serve Telegram, or the playground when there is no token, until `stop` or a signal.

    Raises SettingsError.
    """
    stop = stop or _stop_on_signals()
    if role is not Role.BOTH:
        _require_shared(settings)
    async with contextlib.AsyncExitStack() as stack:
        redis = await stack.enter_async_context(open_redis(secret(settings.redis_url), settings.sayso_data))
        inbox = await stack.enter_async_context(Inbox(redis))
        health = Health(inbox)
        host, port = settings.sayso_health_host, settings.sayso_health_port
        await stack.enter_async_context(open_health(health, host, port))
        token, api_url, access = await _find_telegram(settings, stack)
        pacing = Pacing(Governor(redis), allowed=Allowed().times(settings.sayso_pace))
        bot = make_bot(token, api_url, pacing, proxy=secret(settings.telegram_proxy))
        try:
            async with asyncio.TaskGroup() as loops:
                desk = None
                if Role.WORK in role:
                    desk, backend = await _open_desk(settings, redis, inbox, network, bot, access, stack)
                    _start_work(settings, desk, backend, stop, loops)
                if Role.RECEIVE in role:
                    await _start_receiving(settings, redis, inbox, bot, desk, stop, stack, loops)
                health.state = "serving"
                await stop.wait()
                health.state = "stopping"
        except BaseExceptionGroup as group:
            raise _first_of_ours(group) from None
    return 0


def _start_work(
    settings: Settings, desk: Desk, backend: Backend, stop: asyncio.Event, loops: asyncio.TaskGroup
) -> None:
    """Start on what comes into the inbox, and on the digests."""
    is_alone, idle_ms = settings.redis_url is None, int(settings.sayso_lease_s * 1_000)
    loops.create_task(work(desk, backend.inbox, stop, is_alone=is_alone, idle_ms=idle_ms))
    loops.create_task(backend.gatherer.gather(stop))
    loops.create_task(backend.delivery.deliver(stop))
    log.info("working as @%s", backend.sender.bot.username)


async def _start_receiving(
    settings: Settings,
    redis: Redis,
    inbox: Inbox,
    bot: ExtBot[None],
    desk: Desk | None,
    stop: asyncio.Event,
    stack: contextlib.AsyncExitStack,
    loops: asyncio.TaskGroup,
) -> None:
    """Start receiving updates: by webhook where there is an address for it, else by polling."""
    await stack.enter_async_context(connected(bot))
    url, second_look = settings.sayso_webhook_url, SecondLook(inbox)
    loops.create_task(second_look.look(stop))
    await introduce(bot, polls=url is None)
    if url is None:
        lease = Lease(redis, keys.POLLER, POLLER_LEASE * settings.sayso_lease_s)
        process = desk.process if desk else None
        loops.create_task(receive(bot, inbox, lease, stop, second_look, process=process))
    else:
        key = secret(settings.sayso_webhook_secret) or make_secret(bot.token)
        webhook = Webhook(inbox, urlsplit(url).path or "/", key, second_look)
        host, _, port = settings.sayso_webhook_listen.rpartition(":")
        await stack.enter_async_context(listening(webhook, host, int(port)))
        loops.create_task(announce(bot, url, key, stop))
    log.info("receiving as @%s, by %s", bot.username, "polling" if url is None else "webhook")


def _require_shared(settings: Settings) -> None:
    """Raise SettingsError when receivers and workers would not meet."""
    if settings.redis_url is None:
        problem = "Set REDIS_URL: it is where receivers and workers meet. `sayso run` does both without it."
        raise SettingsError("no REDIS_URL", problem=problem)
    if settings.telegram_bot_token is None:
        problem = "Set TELEGRAM_BOT_TOKEN. `sayso run` opens the playground without it."
        raise SettingsError("no token", problem=problem)


def _first_of_ours(group: BaseExceptionGroup) -> BaseException:
    """Return the setting that is wrong, if that is what ended the loops."""
    found: BaseException | None = group.subgroup(SettingsError)
    while isinstance(found, BaseExceptionGroup):
        found = found.exceptions[0]
    return found or group


async def _open_desk(
    settings: Settings,
    redis: Redis,
    inbox: Inbox,
    network: Network | None,
    bot: ExtBot[None],
    access: Access,
    stack: contextlib.AsyncExitStack,
) -> tuple[Desk, Backend]:
    """Open all that answers people."""
    tools = await stack.enter_async_context(open_tools(settings, network))
    newsroom = await stack.enter_async_context(open_newsroom(settings, redis, tools=tools))
    chats, digests, feeds = ChatStore(redis), DigestStore(redis), FeedStore(redis)
    threads, askers = ThreadStore(redis), AskerStore(redis)
    sender, store = Sender(bot, chats), BriefStore(redis)
    editions = Editions(
        make_brief=newsroom.make_brief,
        workers=tools.workers,
        briefs=store,
        chats=chats,
        digests=digests,
        feeds=feeds,
        threads=threads,
    )
    offers = Offers(
        read_again=newsroom.read_again,
        sender=sender,
        askers=askers,
        briefs=store,
        chats=chats,
        threads=threads,
    )
    post = DigestPost(sender=sender, editions=editions, digests=digests, chats=chats)
    backend = Backend(
        newsroom=newsroom,
        sender=sender,
        store=store,
        comparisons=ComparisonStore(redis),
        archive=Archive(redis, articles=settings.sayso_archive_articles),
        inbox=inbox,
        chats=chats,
        inline=InlineStore(redis),
        threads=threads,
        askers=askers,
        digests=digests,
        feeds=feeds,
        gatherer=Gatherer(
            fetcher=tools.fetcher,
            workers=tools.workers,
            feeds=feeds,
            agenda=Agenda(redis, "feeds"),
            offer=offers.offer,
        ),
        delivery=Delivery(post=post, digests=digests, agenda=Agenda(redis, "digests")),
        annotations=await stack.enter_async_context(
            contextlib.aclosing(Annotations(newsroom.add_context, TurnedStore(redis)))
        ),
        revisits=await stack.enter_async_context(contextlib.aclosing(Revisits(newsroom.has_changed))),
        limits=open_limits(settings, redis, access.owner),
        budgets=open_budgets(settings, redis, access.owner),
        turns=Turns(settings.sayso_briefs_at_once),
        undertakings=Undertakings(RequestStore(redis)),
        placeholder_after_s=settings.sayso_placeholder_after_s,
    )
    application = build_application(
        bot,
        access=access,
        backend=backend,
        model=settings.openai_model if settings.has_model else None,
        vision=settings.sayso_vision_model if settings.has_model else None,
    )
    await stack.enter_async_context(opened(application))
    return Desk(application, backend.undertakings), backend


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
