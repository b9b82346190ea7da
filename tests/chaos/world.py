"""A run: people write, replicas and the store are disrupted, Telegram misbehaves; then all is let be."""

import asyncio
import contextlib
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

from bot.playground.faults import Effect, Fault, Faults
from bot.playground.server import PlaygroundServer
from bot.telegram.once import AT_A_LOSS
from storage import keys
from storage.connection import open_redis
from tests.chaos.history import Disrupted, Kind, Record, Said, Sent, classify
from tests.chaos.processes import Replica
from tests.chaos.stores import Store, StoreKind, open_store

BRIEF_KINDS: tuple[Kind, ...] = ("article", "article", "article", "group")
KINDS: tuple[Kind, ...] = ("start", "help", "privacy", "talk")
"""What people send."""

TEXTS: dict[Kind, str] = {"start": "/start", "help": "/help", "privacy": "/privacy", "talk": "hello there"}

FAULTS: tuple[tuple[Effect, float], ...] = (
    ("flood", 0.004),
    ("error", 0.006),
    ("html", 0.002),
    ("drop", 0.004),
    ("drop_after", 0.005),
    ("lost_answer", 0.003),
    ("delay", 0.01),
)
"""What Telegram does to a call, and how likely."""

ENDED = "ended by itself"
"""What a replica may do whose store is away when it starts."""

DISRUPTIONS = (("kill", 35), ("pause", 30), ("stop", 25), ("store", 10))


ARTICLE = (
    "Harbour bridge number {number} will close for six weeks, the mayor of Porthaven, Anna Reyes, said.",
    '"We have no choice," she told reporters. Officials say that the bridge is unsafe for lorries.',
    "The repairs will cost {crowns},500 crowns, according to the town's engineer, Paul Brandt.",
    "Shop owners near the harbour complained that nobody had asked them.",
    "The council is to vote on the plan on 3 March.",
)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of everything."""

    updates: int
    disruptions: int
    seed: int = 0
    replicas: int = 3
    chats: int = 100
    lease_s: float = 3.0
    at_once: int = 40
    """Updates that wait for an answer at a time, at most."""
    store: StoreKind = "valkey"
    appendfsync: str = "everysec"
    articles: int = 20
    """Of a hundred updates; they cost most."""
    patience_s: float = 180.0
    """So long after the last update everything must be answered."""


class RandomFaults(Faults):
    """Misbehaves at random, by a seed."""

    def __init__(self, seed: int) -> None:
        super().__init__()
        self._random = random.Random(seed)
        self.is_quiet = False

    def take(self, method: str) -> Fault | None:
        """Return the fault for this request, if it is to have one."""
        drawn = self._random.random()
        for effect, share in () if self.is_quiet or method == "getMe" else FAULTS:
            drawn -= share
            if drawn < 0:
                seconds, status = self._random.uniform(0.05, 0.5), self._random.choice((500, 502, 503, 504))
                return Fault(method=method, effect=effect, seconds=seconds, status=status)
        return super().take(method)


@dataclass
class World:
    """The playground, the store and the replicas, and what has happened."""

    plan: Plan
    telegram: PlaygroundServer
    faults: RandomFaults
    store: Store
    replicas: list[Replica]
    random: random.Random
    records: list[Record] = field(default_factory=list)
    waiting: set[tuple[int, int]] = field(default_factory=set)
    """Messages without an answer."""
    changed: asyncio.Event = field(default_factory=asyncio.Event)
    began: float = field(default_factory=time.monotonic)
    disrupting: set[asyncio.Task[None]] = field(default_factory=set)

    async def run(self) -> None:
        """Send everything, disrupting meanwhile; then wait until all is answered and quiet."""
        every = self.plan.updates / (self.plan.disruptions + 1)
        done = 0
        for number in range(self.plan.updates):
            self._send(number)
            if number >= (done + 1) * every and done < self.plan.disruptions:
                done += 1
                await self._disrupt()
            await self._wait_until(lambda: len(self.waiting) < self.plan.at_once)
        await asyncio.gather(*self.disrupting)
        self.faults.is_quiet = True
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self.plan.patience_s):
                await self._wait_until(lambda: not self.waiting)
                await self._drain()

    async def watch(self) -> None:
        """Take note of the bot's answers as they come."""
        with self.telegram.changes.listening() as listener:
            while (event := await listener.get()) is not None:
                message = event.get("message") or {}
                if event["kind"] == "message" and (answered := message.get("reply_to_message")):
                    self._note_answer(message["chat"]["id"], answered["message_id"])
                elif event["kind"] == "reaction" and _is_at_a_loss(event["reactions"]):
                    self._note_answer(event["chat_id"], event["message_id"])

    def _note_answer(self, chat: int, message: int) -> None:
        self.waiting.discard((chat, message))
        self.changed.set()

    def collect(self) -> list[Record]:
        """Return all that happened, with what the bot's messages say in the end."""
        for replica in self.replicas:
            self.records += [Disrupted(at_s=0, what=ENDED, replica=replica.number)] * replica.ends
        for chat_id in self.telegram.state.chats:
            for stored in self.telegram.bot_messages(chat_id):
                reply = stored.message.get("reply_to_message")
                self.records.append(
                    Said(
                        chat=chat_id,
                        message=stored.id,
                        reply_to=reply["message_id"] if reply else None,
                        what=classify(stored.text),
                    )
                )
            self.records += [
                Said(chat=chat_id, message=stored.id, reply_to=stored.id, what="reaction")
                for stored in self.telegram.state.messages(chat_id)
                if _is_at_a_loss(chain.from_iterable(stored.reactions.values()))
            ]
        return self.records

    def _send(self, number: int) -> None:
        kinds = BRIEF_KINDS if self.random.randrange(100) < self.plan.articles else KINDS
        kind = self.random.choice(kinds)
        person = 10_000 + self.random.randrange(self.plan.chats)
        chat = -(1_000_000 + person % 10) if kind == "group" else person
        message = self.telegram.user_sends(chat, write(kind, number), user_id=person)
        self.records.append(Sent(chat=chat, message=message["message_id"], kind=kind))
        self.waiting.add((chat, message["message_id"]))
        if self.random.random() < 0.01 and self.telegram.updates.pending:
            self.telegram.updates.repeat(self.random.choice(self.telegram.updates.pending).update)

    async def _wait_until(self, predicate: Callable[[], bool]) -> None:
        while not predicate():
            self.changed.clear()
            await self.changed.wait()

    async def _drain(self) -> None:
        """Wait until the inbox is empty, and so long that who was paused has had time to do harm."""
        async with open_redis(self.store.url, Path("unused")) as redis:
            while await redis.xlen(keys.INBOX) or self.telegram.updates.pending:  # noqa: ASYNC110 Redis tells nobody
                await asyncio.sleep(0.1)
        await asyncio.sleep(self.plan.lease_s)

    async def _disrupt(self) -> None:
        """Do something at random to a replica that is up, or to the store."""
        what = self.random.choices([w for w, _ in DISRUPTIONS], [share for _, share in DISRUPTIONS])[0]
        up = [replica for replica in self.replicas if replica.is_up]
        while not up:
            await asyncio.sleep(0.1)
            up = [replica for replica in self.replicas if replica.is_up]
        replica, seconds = self.random.choice(up), self.random.uniform(0.1, 2.5) * self.plan.lease_s
        actions: dict[str, Callable[[], Awaitable[None]]] = {
            "kill": replica.kill,
            "pause": partial(replica.pause, seconds),
            "stop": replica.restart,
            "store": partial(self.store.restart, seconds / 5),
        }
        at_s = round(time.monotonic() - self.began, 3)
        number = None if what == "store" else replica.number
        self.records.append(Disrupted(at_s=at_s, what=what, replica=number))
        replica.is_up = what == "store"
        task = asyncio.ensure_future(self._act(actions[what], replica))
        self.disrupting.add(task)

    async def _act(self, action: Callable[[], Awaitable[None]], replica: Replica) -> None:
        try:
            await action()
        except TimeoutError:
            self.records.append(Disrupted(at_s=0, what="stopped too slowly", replica=replica.number))
            await replica.kill()


def _is_at_a_loss(reactions: Iterable[dict[str, Any]]) -> bool:
    """Whether the bot's reaction says that it knows nothing of its answer."""
    return any(reaction.get("emoji") == AT_A_LOSS for reaction in reactions)


def write(kind: Kind, number: int) -> str:
    """Return what somebody sends; no two articles are the same."""
    if kind in TEXTS:
        return TEXTS[kind]
    text = " ".join(ARTICLE).format(number=number, crowns=number + 2)
    return f"/brief {text}" if kind == "group" else text


@contextlib.asynccontextmanager
async def open_world(plan: Plan, folder: Path) -> AsyncIterator[World]:
    """Start everything, and stop the replicas as an operator would at the end."""
    faults = RandomFaults(plan.seed)
    async with (
        open_store(plan.store, folder, plan.appendfsync, plan.seed) as store,
        PlaygroundServer() as telegram,
    ):
        telegram.faults = faults
        for number in range(10):
            telegram.add_group(-(1_000_000 + number), f"Group {number}", members=())
        replicas = [
            Replica(number, telegram, store, plan.lease_s, folder / f"replica{number}.log")
            for number in range(plan.replicas)
        ]
        world = World(plan, telegram, faults, store, replicas, random.Random(plan.seed))
        watching = asyncio.create_task(world.watch())
        try:
            await asyncio.gather(*(replica.start() for replica in replicas))
            yield world
        finally:
            outcomes = await asyncio.gather(*(r.stop() for r in replicas), return_exceptions=True)
            for replica, outcome in zip(replicas, outcomes, strict=True):
                if isinstance(outcome, TimeoutError):
                    world.records.append(Disrupted(at_s=0, what="stopped too slowly", replica=replica.number))
                    await replica.end()
            watching.cancel()
