"""Opens, by the settings, what reading and briefing need: the fetcher, the workers, the models."""

import contextlib
import logging
import secrets
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

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
from bot.briefing.revisions import has_changed, read_again
from bot.briefing.shelf import Shelf
from bot.briefing.transcripts import see_nothing
from bot.budgeting import open_budgets, open_purse
from bot.comparing.pipeline import compare
from bot.errors import SettingsError
from bot.settings import Settings, secret
from bot.sourcing import open_context
from storage import keys
from storage.archive import Archive
from storage.breaker import OPEN_S
from storage.briefs import BriefStore
from storage.budgets import Budgets
from storage.connection import Redis
from storage.flights import Flights
from storage.secrets import keep_secret

if TYPE_CHECKING:
    from bot.briefing.engines.openai import OpenAIEngine
    from bot.briefing.engines.transcriber import Transcriber

log = logging.getLogger(__name__)


FLIGHT_LEASE = 0.6
"""Of SAYSO_LEASE_S: what a dead process had under way is done by another soon after it is taken over."""

PRELOAD = ("bot.article.extract", "bot.briefing.wordlists")
"""What workers run: it loads for a second or two, which one that replaces another should not wait for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Where names and public addresses lead, below the fetch's policy: tests map them to loopback."""

    resolve: Resolve | None = None
    dial_map: Mapping[tuple[str, int], tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What fetches strangers' pages, and what parses them."""

    fetcher: Fetcher
    workers: Workers


@contextlib.asynccontextmanager
async def open_tools(settings: Settings, network: Network | None = None) -> AsyncIterator[Tools]:
    """Open the fetcher and the workers."""
    network = network or Network()
    workers = Workers(count=settings.sayso_workers, preload=PRELOAD)
    fetcher = Fetcher(
        timeout_s=settings.sayso_fetch_timeout_s,
        limit_bytes=settings.sayso_page_limit_mb << 20,
        ports=settings.sayso_fetch_ports,
        resolve=network.resolve,
        dial_map=network.dial_map,
    )
    try:
        async with fetcher:
            yield Tools(fetcher=fetcher, workers=workers)
    finally:
        await workers.close()


@contextlib.asynccontextmanager
async def open_newsroom(
    settings: Settings,
    redis: Redis | None,
    *,
    engine: str | None = None,
    network: Network | None = None,
    tools: Tools | None = None,
) -> AsyncIterator[Newsroom]:
    """Open what reading and briefing need, and give the ways to ask.

    `engine` is "offline" or "openai"; None takes the model when one is set. Without `redis` nothing is kept;
    without `tools` they are opened for this. Raises SettingsError.
    """
    async with contextlib.AsyncExitStack() as stack:
        if tools is None:
            tools = await stack.enter_async_context(open_tools(settings, network))
        fetcher, workers = tools.fetcher, tools.workers
        offline = OfflineEngine(workers)
        wants_model = engine == "openai" or (engine is None and settings.has_model)
        key = await keep_secret(redis, keys.MARKER_KEY) if redis is not None and wants_model else None
        budgets = open_budgets(settings, redis) if redis is not None else None
        reader = Reader(fetcher=fetcher, workers=workers)
        shelf = _open_shelf(settings, redis)
        chosen = (
            await stack.enter_async_context(open_model(settings, workers, key, redis, budgets))
            if wants_model
            else offline
        )
        flights = Flights(redis, FLIGHT_LEASE * settings.sayso_lease_s)
        transcriber = _open_transcriber(settings, workers, redis, budgets) if wants_model else None
        if transcriber is not None:
            stack.push_async_callback(transcriber.aclose)
        context = open_context(
            settings,
            redis,
            network=network or Network(),
            workers=workers,
            shelf=shelf,
            flights=flights,
            engine=chosen,
        )
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
            read_again=partial(read_again, reader=reader, shelf=shelf, workers=workers),
            answer_question=partial(answer_question, engine=chosen, workers=workers),
            compare=partial(compare, engine=chosen, workers=workers),
            add_context=await stack.enter_async_context(context),
        )


@contextlib.asynccontextmanager
async def open_model(
    settings: Settings,
    workers: Workers | None = None,
    marker_key: bytes | None = None,
    redis: Redis | None = None,
    budgets: Budgets | None = None,
    *,
    breaker_open_s: float = OPEN_S,
) -> AsyncIterator["OpenAIEngine | SecondChanceEngine"]:
    """Open the model's engine, with the second model where one is set.

    With `redis`, what is learnt of a server is shared and kept; `budgets` pay for the calls. A server that
    fails is left alone for `breaker_open_s`. Raises SettingsError when no model is set.
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
        purse=open_purse(settings, budgets),
    )
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(first.aclose)
        if settings.sayso_second_model is None:
            yield first
            return
        open_engine = partial(open_engine, purse=open_purse(settings, budgets, second=True))
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


def _open_shelf(settings: Settings, redis: Redis | None) -> Shelf:
    """Open what keeps briefs, and the public ones' articles to be searched."""
    if redis is None:
        return Shelf(None)
    return Shelf(BriefStore(redis), Archive(redis, articles=settings.sayso_archive_articles))


def _open_transcriber(
    settings: Settings, workers: Workers, redis: Redis | None, budgets: Budgets | None
) -> "Transcriber | None":
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
        purse=open_purse(settings, budgets),
    )
