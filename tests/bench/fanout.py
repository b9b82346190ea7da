"""Digests of many chats that are due at one minute, over three replicas: `python -m tests.bench.fanout`.

Delivered in virtual time before a Bot API server that keeps Telegram's limits, while somebody asks something
every three seconds. What is in a digest is not what is measured: each is one line.
"""

import asyncio
import sys
from collections import Counter
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console

from bot.digest.calendar import Schedule
from bot.digest.delivery import LOOK_EVERY_S, SPREAD_S, Delivery, NotSent
from bot.digest.models import Subscription
from bot.telegram.replies import say
from bot.telegram.sending import Place, Sender
from storage.agenda import Agenda
from storage.chats import ChatStore
from storage.digests import DigestStore
from storage.embedded import run_embedded
from tests.bench.governor import REPLICAS, Fleet, Result, add_readers, asking, open_fleet


@dataclass(frozen=True)
class LinePost:
    """Digests of one line, through the real sender; `sent` are the chats that got one."""

    sender: Sender
    sent: list[int]

    async def compose(
        self, _chat_id: int, _day: date, _since: datetime, _now: datetime, _wanted: Subscription
    ) -> str | None:
        """Compose in no time."""
        return "digest"

    async def send(self, chat_id: int, _day: date, digest: str) -> int:
        """Send it."""
        posted = await self.sender.send(Place(chat_id=chat_id), say(digest))
        if posted is None:
            raise NotSent("refused")
        self.sent.append(chat_id)
        return posted.chat_id

    async def offer(self, chat_id: int, day: date, digest: str) -> int:
        """Offer it: another message."""
        return await self.send(chat_id, day, f"{digest}?")

    async def told(self, _chat_id: int, _digest: str) -> None:
        """Remember nothing."""


@dataclass
class FanOut(Result):
    """What came of it; `early` digests came before their minute."""

    early: int = 0
    exactly_one: int = 0
    """How many chats got one digest and no more."""


async def fan_out(fleet: Fleet, chats: int) -> FanOut:
    """Deliver the digests of so many chats that all want theirs at the next full hour."""
    now = datetime.fromtimestamp(fleet.time(), UTC)
    due = (now + timedelta(hours=1)).replace(minute=0, second=0, microsecond=0)
    wanted = Subscription(schedule=Schedule(at=time(due.hour), zone="UTC"), language="en")
    readers = add_readers(fleet, chats)
    sent: list[int] = []
    deliveries = [
        Delivery(
            post=LinePost(Sender(bot, ChatStore(redis)), sent),
            digests=DigestStore(redis),
            agenda=Agenda(redis, "digests"),
            clock=lambda: datetime.fromtimestamp(fleet.time(), UTC),
        )
        for bot, redis in zip(fleet.bots, fleet.stores, strict=True)
    ]
    for reader in readers:
        await deliveries[0].digests.subscribe(reader, wanted)
        await deliveries[0].plan(reader)
    await fleet.time.sleep((due - now).total_seconds())

    async def deliver(delivery: Delivery[str]) -> None:
        while len(sent) < chats:
            if not await delivery.deliver_due():
                await fleet.time.sleep(LOOK_EVERY_S)

    async with asking(fleet) as waits_s:
        await asyncio.gather(*map(deliver, deliveries))
    at = [call.at for call in fleet.server.calls_of("sendMessage") if call.parameters["text"] == "digest"]
    return FanOut(
        messages=chats + len(waits_s),
        took_s=max(at) - due.timestamp(),
        refused=fleet.refused,
        waits_s=waits_s,
        early=sum(1 for moment in at if moment < due.timestamp()),
        exactly_one=list(Counter(sent).values()).count(1),
    )


def print_fan_out(console: Console, chats: int = 10_000) -> None:
    """Print the figures."""

    async def run() -> FanOut:
        with TemporaryDirectory() as folder:
            async with run_embedded(Path(folder)) as socket, AsyncExitStack() as stack:
                return await fan_out(await open_fleet(stack, f"unix://{socket}"), chats)

    result = asyncio.run(run())
    console.print(
        f"{chats:,} digests due at one minute, {REPLICAS} replicas, virtual time: the last after "
        f"{result.took_s:.1f} s ({result.share:.1%} of the possible rate; spread over {SPREAD_S} s), "
        f"{result.exactly_one:,} chats got exactly one, {result.early} early, {result.refused} times 429; "
        f"{len(result.waits_s)} replies in between waited {max(result.waits_s):.3f} s at most"
    )


if __name__ == "__main__":
    print_fan_out(Console(), *map(int, sys.argv[1:]))
