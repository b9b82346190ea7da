"""The bot against the playground's Bot API and a real store; only the briefs are canned."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from redis.asyncio import Redis
from telegram import Bot as TelegramBot
from telegram.ext import ExtBot

from bot.article.fetch import Fetcher
from bot.article.models import Submission
from bot.article.workers import Workers
from bot.briefing.inquiries import Inquiry
from bot.briefing.models import Answer, Brief, Checked, Stage
from bot.briefing.newsroom import Newsroom
from bot.briefing.pipeline import NOT_TRANSLATED, ShowPreview
from bot.briefing.revisions import Reread
from bot.comparing.compare import compare_briefs
from bot.comparing.models import Comparison
from bot.digest.delivery import Delivery
from bot.digest.edition import Editions
from bot.digest.gathering import Gatherer
from bot.errors import StoreUnavailable
from bot.playground.server import PlaygroundServer
from bot.telegram.access import Access
from bot.telegram.annotations import Annotations
from bot.telegram.application import build_application, make_bot, opened
from bot.telegram.backend import Backend
from bot.telegram.cancelling import Undertakings
from bot.telegram.desk import AnyApplication, Desk
from bot.telegram.digest_post import DigestPost
from bot.telegram.pacing import Allowed, Pacing
from bot.telegram.receiver import receive
from bot.telegram.request import AiohttpRequest
from bot.telegram.revisits import Revisits
from bot.telegram.second_look import SecondLook
from bot.telegram.sending import Sender
from bot.telegram.turns import Turns
from bot.telegram.worker import work
from storage import keys
from storage.agenda import Agenda
from storage.archive import Archive
from storage.askers import AskerStore
from storage.briefs import BriefStore
from storage.budgets import Budgets
from storage.chats import ChatStore
from storage.comparisons import ComparisonStore
from storage.digests import DigestStore
from storage.feeds import FeedStore
from storage.governor import Governor
from storage.inbox import Inbox
from storage.inline import InlineStore
from storage.leases import Lease
from storage.limits import Limits
from storage.requests import RequestStore
from storage.threads import ThreadStore
from storage.turned import TurnedStore
from tests.telegram.briefs import full_brief

READER = 1_001

MUCH = Allowed().times(200)
"""The rates of calls have tests of their own, in a time of their own."""


async def unheard(_stage: Stage) -> None:
    return


@dataclass
class CannedNewsroom:
    """A newsroom that gives what it is told to, when it is told to."""

    store: BriefStore
    brief: Brief = field(default_factory=full_brief)
    error: Exception | None = None
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    asked: list[Submission] = field(default_factory=list)
    languages: list[str | None] = field(default_factory=list)
    beginning: Checked | None = None
    """What is there of the brief before it is finished."""
    translations: dict[str, Brief] = field(default_factory=dict)
    rebriefed: list[str] = field(default_factory=list)
    changed: bool = False
    is_shared: bool = False
    """Whether the work is done for somebody else, who sees how far it is."""
    kept: dict[str, Brief] = field(default_factory=dict)
    """What is there without work, by link."""
    answer: Answer = field(default_factory=lambda: Answer(text=None, engine="offline"))
    inquiries: list[Inquiry] = field(default_factory=list)
    looked: list[Submission] = field(default_factory=list)
    reread: Reread | None = None
    """What a page says by now, if it is another thing."""
    compared: list[tuple[str, str]] = field(default_factory=list)
    context: dict[str, object] = field(default_factory=dict)
    """What of a brief changes when its context is there."""
    context_gate: asyncio.Event = field(default_factory=asyncio.Event)
    readers: list[str] = field(default_factory=list)
    """The languages that context was wanted in."""

    def __post_init__(self) -> None:
        self.gate.set()

    async def has_changed(self, submission: Submission, _brief: Brief) -> bool:
        self.looked.append(submission)
        return self.changed

    async def add_context(self, brief: Brief, *, reader_language: str) -> Brief:
        self.readers.append(reader_language)
        await self.context_gate.wait()
        return brief.model_copy(update=self.context)

    async def read_again(self, _brief: Brief) -> Reread | None:
        await self.gate.wait()
        if self.error:
            raise self.error
        return self.reread

    async def find_kept(self, submission: Submission, *, language: str | None = None) -> Brief | None:
        del language  # what is there is there in every language
        return self.kept.get(submission.url or "")

    async def answer_question(self, inquiry: Inquiry) -> Answer:
        self.inquiries.append(inquiry)
        await self.gate.wait()
        if self.error:
            raise self.error
        return self.answer

    async def compare(self, first: Brief, second: Brief, *, language: str) -> Comparison:
        self.compared.append((first.id, second.id))
        await self.gate.wait()
        if self.error:
            raise self.error
        return compare_briefs(first, second, language)

    async def rebrief(self, brief: Brief, language: str) -> Brief:
        self.rebriefed.append(language)
        await self.gate.wait()
        if self.error:
            raise self.error
        made = self.translations.get(language)
        if made is None:
            return brief.model_copy(update={"notices": (NOT_TRANSLATED,)})
        await self.store.keep(made)
        return made

    async def make_brief(
        self,
        submission: Submission,
        *,
        language: str | None = None,
        progress: Callable[[Stage], Awaitable[None]] = unheard,
        preview: ShowPreview | None = None,
    ) -> Brief:
        self.asked.append(submission)
        self.languages.append(language)
        if not self.is_shared:
            await progress(Stage.READING)
        if preview is not None and self.beginning is not None:
            await preview(self.beginning)
        await self.gate.wait()
        if self.error:
            raise self.error
        if not self.is_shared:
            await progress(Stage.CHECKING)
        with contextlib.suppress(StoreUnavailable):
            await self.store.keep(self.brief)
        return self.brief


@dataclass
class Bot:
    """The bot under test: what it runs on, and one or more runs of it."""

    playground: PlaygroundServer
    inbox: Inbox
    store: BriefStore
    newsroom: CannedNewsroom
    chats: ChatStore
    inline: InlineStore
    limits: Limits
    budgets: Budgets
    undertakings: Undertakings
    threads: ThreadStore
    digests: DigestStore
    feeds: FeedStore
    comparisons: ComparisonStore
    redis: Redis
    turns: Turns = field(default_factory=lambda: Turns(0))
    allowed: Allowed = MUCH
    placeholder_after_s: float = 3.0
    annotations: Annotations | None = None
    """Those of the newest run."""

    @property
    def canned(self) -> Newsroom:
        return Newsroom(
            make_brief=self.newsroom.make_brief,
            find_kept=self.newsroom.find_kept,
            rebrief=self.newsroom.rebrief,
            has_changed=self.newsroom.has_changed,
            read_again=self.newsroom.read_again,
            answer_question=self.newsroom.answer_question,
            compare=self.newsroom.compare,
            add_context=self.newsroom.add_context,
        )

    def application(self, access: Access | None = None) -> AnyApplication:
        pacing = Pacing(Governor(self.redis), allowed=self.allowed)
        bot = make_bot(self.playground.bot_token, self.playground.url, pacing)
        backend = self.backend(bot, Workers(count=1))  # which start with their first task
        self.annotations = backend.annotations
        return build_application(bot, access=access or Access(open=True), backend=backend)

    def backend(self, bot: "ExtBot[None]", workers: Workers) -> Backend:
        sender = Sender(bot, self.chats)
        editions = Editions(
            make_brief=self.newsroom.make_brief,
            workers=workers,
            briefs=self.store,
            chats=self.chats,
            digests=self.digests,
            feeds=self.feeds,
            threads=self.threads,
        )
        post = DigestPost(sender=sender, editions=editions, digests=self.digests, chats=self.chats)
        return Backend(
            newsroom=self.canned,
            sender=sender,
            store=self.store,
            comparisons=self.comparisons,
            askers=AskerStore(self.redis),
            archive=Archive(self.redis, articles=100),
            inbox=self.inbox,
            chats=self.chats,
            inline=self.inline,
            limits=self.limits,
            budgets=self.budgets,
            turns=self.turns,
            undertakings=self.undertakings,
            threads=self.threads,
            digests=self.digests,
            feeds=self.feeds,
            gatherer=Gatherer(
                fetcher=Fetcher(), workers=workers, feeds=self.feeds, agenda=Agenda(self.redis, "feeds")
            ),
            delivery=Delivery(post=post, digests=self.digests, agenda=Agenda(self.redis, "digests")),
            annotations=Annotations(self.newsroom.add_context, TurnedStore(self.redis)),
            revisits=Revisits(self.newsroom.has_changed),
            placeholder_after_s=self.placeholder_after_s,
        )

    @asynccontextmanager
    async def running(
        self, access: Access | None = None, *, idle_ms: int = 15_000, patience_s: float = 10
    ) -> AsyncIterator[Desk]:
        stop = asyncio.Event()
        async with opened(self.application(access)) as application:
            desk = Desk(application, self.undertakings)
            async with asyncio.TaskGroup() as tasks:
                lease = Lease(self.redis, keys.POLLER, ttl_s=6)
                process = desk.process
                tasks.create_task(
                    receive(
                        application.bot,
                        self.inbox,
                        lease,
                        stop,
                        SecondLook(self.inbox),
                        process=process,
                        poll_s=2,
                        direct_after_s=0,
                    )
                )
                tasks.create_task(work(desk, self.inbox, stop, idle_ms=idle_ms, patience_s=patience_s))
                try:
                    yield desk
                finally:
                    stop.set()
            assert self.annotations is not None
            await self.annotations.aclose()

    async def drafts(self, count: int = 1, *, containing: str = "") -> list[str]:
        """Wait until `count` drafts contain something, and return their texts, oldest first."""

        def texts() -> list[str]:
            said = [str(call.parameters["text"]) for call in self.playground.calls_of("sendMessageDraft")]
            return [text for text in said if containing in text]

        await self.playground.wait_for(lambda: len(texts()) >= count)
        return texts()

    async def answers(self, chat_id: int = READER, count: int = 1, *, containing: str = "") -> list[str]:
        """Wait until `count` of the bot's messages in a chat contain something, and return their texts."""

        def texts() -> list[str]:
            return [m.text for m in self.playground.bot_messages(chat_id) if containing in m.text]

        await self.playground.wait_for(lambda: len(texts()) >= count)
        return texts()


def telegram_at(playground: PlaygroundServer, *, read_timeout_s: float = 10) -> TelegramBot:
    return TelegramBot(
        playground.bot_token,
        base_url=f"{playground.url}/bot",
        request=AiohttpRequest(read_timeout_s=read_timeout_s),
        get_updates_request=AiohttpRequest(),
    )


@pytest.fixture
async def playground() -> AsyncIterator[PlaygroundServer]:
    async with PlaygroundServer() as server:
        server.add_user(READER, "Reader")
        yield server


@pytest.fixture
async def inbox(redis: Redis) -> AsyncIterator[Inbox]:
    async with Inbox(redis) as inbox:
        yield inbox


@pytest.fixture
async def store_away(redis_away: Redis) -> AsyncIterator[Inbox]:
    async with Inbox(redis_away, patience_s=0) as inbox:
        yield inbox


@pytest.fixture
async def bot(playground: PlaygroundServer, inbox: Inbox, redis: Redis) -> Bot:
    store = BriefStore(redis)
    return Bot(
        playground=playground,
        inbox=inbox,
        store=store,
        newsroom=CannedNewsroom(store),
        chats=ChatStore(redis),
        inline=InlineStore(redis),
        budgets=Budgets(redis),
        limits=Limits(redis),
        undertakings=Undertakings(RequestStore(redis)),
        threads=ThreadStore(redis),
        digests=DigestStore(redis),
        feeds=FeedStore(redis),
        comparisons=ComparisonStore(redis),
        redis=redis,
    )
