"""Whatever workers do, and whoever dies: each chat's updates are answered once and in order."""

import random

import pytest
from redis.asyncio import Redis

from storage import keys
from storage.inbox import Entry, Inbox, Lane
from tests.storage.lanes import IDLE_MS, let_idle, read, read_dead_letters, received, take


class Workers:
    """Three workers over a few chats that take steps at random; what each did is written down."""

    def __init__(self, redis: Redis, seed: int) -> None:
        self.redis = redis
        self.choose = random.Random(seed)
        self.inboxes = [Inbox(redis) for _ in range(3)]
        self.held: list[dict[str, tuple[Lane, list[Entry]]]] = [{} for _ in self.inboxes]
        self.answered: dict[str, list[int]] = {str(n): [] for n in range(4)}
        self.sent: dict[str, list[int]] = {str(n): [] for n in range(4)}

    async def step(self) -> None:
        at = self.choose.randrange(3)
        steps = (*[self.append, self.take] * 2, *[self.finish] * 3, self.read, self.die, self.leave)
        await self.choose.choice(steps)(self.inboxes[at], self.held[at])

    async def append(self, inbox: Inbox, _held: object) -> None:
        number, chat = sum(map(len, self.sent.values())) + 1, self.choose.choice(list(self.sent))
        self.sent[chat].append(number)
        await inbox.append([received(number, lane=chat)])

    async def take(self, inbox: Inbox, held: dict[str, tuple[Lane, list[Entry]]]) -> None:
        for lane in [*await inbox.take(2, 1), *(await inbox.claim(IDLE_MS))[0]]:
            held[lane.name] = lane, await read(inbox, lane)

    async def finish(self, inbox: Inbox, held: dict[str, tuple[Lane, list[Entry]]]) -> None:
        for lane, entries in self.choose.sample(list(held.values()), k=min(1, len(held))):
            if entries and (await inbox.finish([(lane, entries[0])]))[0] >= 0:
                self.answered[lane.name].append(entries.pop(0).update_id)

    async def read(self, inbox: Inbox, held: dict[str, tuple[Lane, list[Entry]]]) -> None:
        for lane, entries in held.values():
            entries.extend((await inbox.read([lane]))[0] or [])

    async def die(self, inbox: Inbox, held: dict[str, tuple[Lane, list[Entry]]]) -> None:
        if held:
            await let_idle(self.redis, inbox, *(lane for lane, _ in held.values()))
        if self.choose.random() < 0.5:  # else it only stalls, and goes on with what is another's by then
            held.clear()

    async def leave(self, inbox: Inbox, held: dict[str, tuple[Lane, list[Entry]]]) -> None:
        await inbox.hand_over_all()
        held.clear()


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_workers_do_each_chats_updates_are_answered_once_and_in_order(
    redis: Redis, seed: int
) -> None:
    workers = Workers(redis, seed)
    for _ in range(150):
        await workers.step()
    for inbox in workers.inboxes:
        await inbox.hand_over_all()
    last = workers.inboxes[0]
    for lane in await take(last):
        for entry in await read(last, lane):
            await last.finish([(lane, entry)])
            workers.answered[lane.name].append(entry.update_id)
    for inbox in workers.inboxes:
        await inbox.close()
    buried = {int(letter[b"update"]) for letter in await read_dead_letters(redis)}
    expected = {chat: [n for n in ids if n not in buried] for chat, ids in workers.sent.items()}
    assert workers.answered == expected
    assert await redis.xlen(keys.INBOX) == 0
