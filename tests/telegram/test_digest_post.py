"""Digests on their way: to chats that moved, lost a topic, muted the bot or threw it out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.article.workers import Workers
from bot.digest.calendar import Schedule
from bot.digest.delivery import Delivery
from bot.digest.models import Subscription
from bot.telegram.application import make_bot
from bot.telegram.digest_post import Issue
from bot.telegram.digest_view import NOTHING_NEW
from bot.telegram.pacing import Pacing
from storage.governor import Governor
from tests.telegram.conftest import MUCH, READER, Bot

GROUP, FORUM = -5, -1_001_700
START = datetime(2026, 11, 26, 12, tzinfo=UTC)


@dataclass
class Clock:
    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class Round:
    """A chat that wants a digest at eight each morning, and is told when there is nothing new."""

    bot: Bot
    delivery: Delivery[Issue]
    clock: Clock

    async def subscribe(self, chat_id: int, topic_id: int | None = None) -> None:
        schedule = Schedule(at=time(8), zone="UTC")
        wanted = Subscription(schedule=schedule, language="en", says_nothing_new=True, topic_id=topic_id)
        await self.bot.digests.subscribe(chat_id, wanted)
        await self.delivery.plan(chat_id)

    async def next_morning(self) -> None:
        day = self.clock.now.date() + timedelta(days=1)
        self.clock.now = datetime.combine(day, time(8, 10), tzinfo=UTC)
        await self.delivery.deliver_due()

    def came(self, chat_id: int) -> int:
        return [message.text for message in self.bot.playground.bot_messages(chat_id)].count(NOTHING_NEW)


@pytest.fixture
async def mornings(bot: Bot) -> AsyncIterator[Round]:
    workers = Workers(count=1)
    pacing = Pacing(Governor(bot.redis), allowed=MUCH)
    clock = Clock()
    async with make_bot(bot.playground.bot_token, bot.playground.url, pacing) as telegram:
        yield Round(bot, replace(bot.backend(telegram, workers).delivery, clock=clock), clock)
    await workers.close()


async def test_the_digests_of_a_group_go_on_in_the_supergroup_that_it_became(mornings: Round) -> None:
    mornings.bot.playground.add_group(GROUP, "Our house", kind="group")
    await mornings.subscribe(GROUP)
    new = mornings.bot.playground.upgrade_group(GROUP)
    for count in (1, 2):
        await mornings.next_morning()
        assert mornings.came(new) == count
    assert await mornings.delivery.agenda.due(str(GROUP)) is None
    done = (await mornings.bot.digests.record(new)).done
    assert done is not None
    assert done.day == date(2026, 11, 28)


async def test_a_group_that_moved_between_two_digests_keeps_its_place(mornings: Round) -> None:
    await mornings.subscribe(GROUP)
    await mornings.bot.chats.migrate(GROUP, FORUM)
    mornings.bot.playground.add_group(FORUM, "Our house")
    await mornings.next_morning()
    assert mornings.came(FORUM) == 1


async def test_a_topic_that_is_gone_is_forgotten(mornings: Round) -> None:
    mornings.bot.playground.add_group(FORUM, "Our street", is_forum=True)
    await mornings.subscribe(FORUM, topic_id=7)
    for count in (1, 2):
        await mornings.next_morning()
        assert mornings.came(FORUM) == count
    threads = [
        call.parameters.get("message_thread_id") for call in mornings.bot.playground.calls_of("sendMessage")
    ]
    assert threads == [7, None, None]


async def test_who_blocks_the_bot_gets_no_digests_until_it_is_let_in_again(mornings: Round) -> None:
    await mornings.subscribe(READER)
    mornings.bot.playground.user_blocks(READER)
    for _ in range(2):
        await mornings.next_morning()
    assert len(mornings.bot.playground.calls_of("sendMessage")) == 1
    assert await mornings.delivery.agenda.due(str(READER)) is None
    assert (await mornings.bot.digests.record(READER)).subscription is not None


async def test_where_the_bot_may_not_write_the_digest_waits(mornings: Round) -> None:
    playground = mornings.bot.playground
    playground.add_group(FORUM, "Our street")
    await mornings.subscribe(FORUM)
    playground.state.muted.add(FORUM)
    await mornings.next_morning()
    playground.state.muted.clear()
    await mornings.bot.chats.reopen(FORUM)
    await mornings.delivery.resume(FORUM)
    mornings.clock.now += timedelta(minutes=10)
    await mornings.delivery.deliver_due()
    assert mornings.came(FORUM) == 1
