import asyncio
import json
import logging
import math
import time
from typing import Any

import pytest
from redis.asyncio import Redis
from telegram.error import BadRequest, NetworkError, RetryAfter, TimedOut

from bot.errors import SettingsError
from bot.playground.faults import Effect, Fault
from bot.telegram.application import opened
from bot.telegram.attempts import pause_after_outage
from bot.telegram.desk import Desk
from bot.telegram.holds import HandedOver, Hold, Holds, take_charge
from bot.telegram.request import NotDone
from bot.telegram.worker import work
from storage import keys
from storage.inbox import ASKED, TOLD, Entry, Inbox, Lane, Noted, Received
from tests.telegram.briefs import full_brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_bot import A, bot_messages, emptied, history

TITLE = full_brief().headline


def update(update_id: int, text: str) -> bytes:
    person = {"id": READER, "is_bot": False, "first_name": "Reader"}
    chat = {"id": READER, "type": "private", "first_name": "Reader"}
    message: dict[str, Any] = {"message_id": 1, "date": 1, "chat": chat, "from": person, "text": text}
    if text.startswith("/"):
        message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
    return json.dumps({"update_id": update_id, "message": message}).encode()


def received(update_id: int, text: str) -> Received:
    return Received(update_id=update_id, payload=update(update_id, text), lane=str(READER))


async def test_an_update_stays_in_the_inbox_until_its_answer_is_out(bot: Bot, redis: Redis) -> None:
    bot.newsroom.gate.clear()
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.drafts(containing="Reading…")
        assert await redis.xlen(keys.INBOX) == 1
        bot.newsroom.gate.set()
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)


async def test_what_a_killed_worker_had_taken_is_answered_by_another(bot: Bot, redis: Redis) -> None:
    await bot.inbox.append([received(70, A)], 71)
    async with Inbox(redis) as killed:
        assert len(await killed.take(1, 100)) == 1
    async with bot.running(idle_ms=150):
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)


async def test_a_second_try_edits_the_message_of_the_first(bot: Bot) -> None:
    async with opened(bot.application()) as application:
        desk = Desk(application)
        for _ in range(2):
            await desk.process(update(70, A))
            await desk.process(update(71, "/help"))
    answers = bot_messages(bot)
    assert len(answers) == 2
    assert history(answers[0])[-1].startswith(f"📰 {TITLE}")


async def test_a_second_try_of_many_links_edits_each_message(bot: Bot) -> None:
    links = " ".join(f"https://news.example/{n}" for n in range(5))
    async with opened(bot.application()) as application:
        for _ in range(2):
            await Desk(application).process(update(70, links))
    assert len(bot_messages(bot)) == 4


async def test_work_in_hand_is_held_and_given_to_nobody_else(bot: Bot, redis: Redis) -> None:
    bot.newsroom.gate.clear()
    async with bot.running(idle_ms=200), Inbox(redis) as other:
        bot.playground.user_sends(READER, A)
        await bot.drafts(containing="Reading…")
        for _ in range(15):
            assert await other.claim(200) == ([], [])
            await bot.playground.changes.pause(0.1)
        bot.newsroom.gate.set()
        await bot.answers(containing=TITLE)
    assert await redis.xlen(keys.DEAD_LETTERS) == 0


async def test_on_a_stop_the_unfinished_stays_and_is_answered_by_the_next(bot: Bot, redis: Redis) -> None:
    bot.newsroom.gate.clear()
    async with bot.running(patience_s=0.1):
        bot.playground.user_sends(READER, A)
        await bot.drafts(containing="Reading…")
    assert await redis.xlen(keys.INBOX) == 1
    bot.newsroom.gate.set()
    async with bot.running(idle_ms=150):
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)
    assert len(bot_messages(bot)) == 1


async def test_on_a_stop_what_is_nearly_done_is_finished(bot: Bot, redis: Redis) -> None:
    bot.newsroom.gate.clear()
    async with bot.running(patience_s=10):
        bot.playground.user_sends(READER, A)
        await bot.drafts(containing="Reading…")
        asyncio.get_running_loop().call_later(0.2, bot.newsroom.gate.set)
    assert (await bot.answers(containing=TITLE)) != []
    assert await redis.xlen(keys.INBOX) == 0


@pytest.mark.parametrize(
    "payload", [b"no json", b"[]", b'{"no": "id"}', b"null", b'{"update_id": 9, "message": 5}']
)
async def test_what_is_no_update_is_dropped_and_logged_by_its_id(
    bot: Bot, redis: Redis, payload: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    await bot.inbox.append([Received(update_id=9, payload=payload, lane=str(READER)), received(10, A)], 11)
    async with bot.running():
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)
    assert "update 9 is no update" in caplog.text


async def test_an_answer_that_never_gets_out_is_tried_three_times_and_then_set_aside_with_an_apology(
    bot: Bot, redis: Redis, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    # Of each try, the brief is refused and the word that something went wrong.
    bot.playground.faults.add(Fault(method="sendMessage", effect="error", status=400, times=6))
    await bot.inbox.append([received(70, A)], 71)
    async with bot.running():
        await bot.answers(containing="I tried this three times")
        await emptied(bot, redis)
    assert len(bot.playground.calls_of("sendMessage")) == 7
    assert await redis.xlen(keys.DEAD_LETTERS) == 1
    assert "try 3: BadRequest" in caplog.text
    assert "news.example" not in caplog.text


@pytest.mark.parametrize(
    ("error", "shortest_s", "longest_s"),
    [
        (RetryAfter(90), 90, 90),
        (NotDone("502"), 0.5, 1),
        (NetworkError("broke"), 0.5, 1),
        (TimedOut(), 0.5, 1),
    ],
)
def test_an_outage_of_telegram_is_waited_for_and_no_failure_of_the_update(
    error: Exception, shortest_s: float, longest_s: float
) -> None:
    pause_s = pause_after_outage(error, 1)
    assert pause_s is not None
    assert shortest_s <= pause_s <= longest_s
    assert shortest_s <= (pause_after_outage(error, 99) or 0) <= max(longest_s, 30)


@pytest.mark.parametrize("error", [BadRequest("odd"), HandedOver(), LookupError()])
def test_what_no_waiting_heals_is_a_failure(error: Exception) -> None:
    assert pause_after_outage(error, 1) is None


async def test_a_burst_from_one_chat_is_answered_in_order_and_whole(bot: Bot, redis: Redis) -> None:
    async with bot.running():
        for number in range(40):
            bot.playground.user_sends(READER, f"https://news.example/{number}")
        await bot.answers(containing=TITLE, count=40)
        await emptied(bot, redis)
    assert [s.url for s in bot.newsroom.asked] == [f"https://news.example/{n}" for n in range(40)]
    assert len(bot_messages(bot)) == 40


@pytest.mark.usefixtures("server_url")
async def test_a_worker_stops_though_the_store_is_away(bot: Bot, redis: Redis) -> None:
    await redis.connection_pool.disconnect()
    stop = asyncio.Event()
    async with opened(bot.application()) as application:
        task = asyncio.create_task(work(Desk(application), bot.inbox, stop))
        stop.set()
        await asyncio.wait_for(task, 5)


@pytest.mark.parametrize("effect", ["drop", "drop_after"])
async def test_an_answer_that_may_not_have_come_is_followed_by_a_word_and_never_sent_again(
    bot: Bot, redis: Redis, effect: Effect
) -> None:
    bot.playground.faults.add(Fault(method="sendMessage", effect=effect))
    async with bot.running():
        bot.playground.user_sends(READER, "/help")
        await bot.answers(containing="My connection broke while I was answering this.")
        await emptied(bot, redis)
    assert len(bot_messages(bot)) == (1 if effect == "drop" else 2)
    assert len(bot.playground.calls_of("sendMessage")) == 2


@pytest.mark.parametrize("effect", ["drop", "drop_after"])
async def test_a_word_that_may_not_have_come_is_not_said_again_but_shown_by_a_reaction(
    bot: Bot, redis: Redis, effect: Effect
) -> None:
    bot.playground.faults.add(Fault(method="sendMessage", effect="drop"))
    bot.playground.faults.add(Fault(method="sendMessage", effect=effect))
    bot.playground.faults.add(Fault(method="setMessageReaction", effect="drop_after"))
    async with bot.running():
        sent = bot.playground.user_sends(READER, "/help")
        await bot.playground.wait_for(lambda: reactions(bot, sent) == ["🤷"])
        await emptied(bot, redis)
    assert len(bot_messages(bot)) == (0 if effect == "drop" else 1)
    assert len(bot.playground.calls_of("sendMessage")) == 2


async def test_where_no_reaction_can_be_set_the_word_is_said_again(bot: Bot, redis: Redis) -> None:
    for _ in range(2):
        bot.playground.faults.add(Fault(method="sendMessage", effect="drop"))
    refused = Fault(method="setMessageReaction", effect="error", status=400, description="REACTION_INVALID")
    bot.playground.faults.add(refused)
    async with bot.running():
        bot.playground.user_sends(READER, "/help")
        await bot.answers(containing="My connection broke while I was answering this.")
        await emptied(bot, redis)
    assert len(bot_messages(bot)) == 1


async def test_a_second_try_of_a_word_in_doubt_says_nothing_more(bot: Bot) -> None:
    sent = bot.playground.user_sends(READER, "/help")
    raw = bot.playground.updates.pending[-1].update
    await bot.inbox.answers.remember(raw["update_id"], ASKED)
    async with opened(bot.application()) as application:
        await Desk(application).process(json.dumps(raw).encode())
    assert bot_messages(bot) == []
    assert reactions(bot, sent) == ["🤷"]


async def test_news_of_a_chat_that_comes_twice_at_once_is_read_once(bot: Bot, redis: Redis) -> None:
    bot.newsroom.gate.clear()
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.drafts(containing="Reading…")
        await redis.xadd(f"{keys.LANE_PREFIX}{READER}", {"update": 71, "payload": update(71, "/help")})
        await redis.rpush(keys.MAIL_PREFIX + bot.inbox.consumer, str(READER), str(READER))
        await bot.answers(containing="Send me one of these")
        bot.newsroom.gate.set()
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)
    assert len(bot_messages(bot)) == 2


@pytest.mark.parametrize(("found", "said"), [({0: TOLD}, 0), ({}, 1)])
async def test_what_an_earlier_try_has_said_is_known_though_the_store_is_away(
    bot: Bot, redis_away: Redis, found: dict[int, int], said: int
) -> None:
    async with Inbox(redis_away, patience_s=0) as bot.inbox:
        hold = Hold(Lane("c", "1-0"), Holds(bot.inbox, idle_ms=60_000))
        hold.sure_until = math.inf
        take_charge(hold, Entry(entry_id="1-0", update_id=70, payload=b"", noted=Noted(found)))
        async with opened(bot.application()) as application:
            for _ in range(2):
                await Desk(application).process(update(70, "/help"))
    assert len(bot_messages(bot)) == said


def reactions(bot: Bot, sent: dict[str, Any]) -> list[str]:
    stored = bot.playground.state.find(READER, sent["message_id"])
    assert stored is not None
    return [kind["emoji"] for kinds in stored.reactions.values() for kind in kinds]


async def test_a_worker_whose_token_is_refused_ends_and_leaves_the_updates_to_another(bot: Bot) -> None:
    async with opened(bot.application()) as application:
        bot.playground.bot_token = "1:another"
        await bot.inbox.append([received(1, "/help")])
        with pytest.raises(ExceptionGroup) as raised:
            await asyncio.wait_for(work(Desk(application), bot.inbox, asyncio.Event()), 10)
    assert raised.group_contains(SettingsError)
    backlog = await bot.inbox.measure()
    assert (backlog.entries, backlog.dead_letters) == (1, 0)
    assert [lane.name for lane in await bot.inbox.take(5, 100)] == [str(READER)], "handed over"


async def test_what_a_stalled_worker_goes_on_with_is_not_said(bot: Bot, redis: Redis) -> None:
    """Another worker took the chat over while this one stood still; the clock tells."""
    bot.newsroom.gate.clear()
    async with bot.running(idle_ms=400), Inbox(redis) as other:
        bot.playground.user_sends(READER, A)
        await bot.drafts(containing="Reading…")
        time.sleep(0.5)  # noqa: ASYNC251 - stands still
        [lane], _ = await other.claim(400)
        bot.newsroom.gate.set()
        await other.hold([lane])
        await bot.playground.changes.pause(0.3)
        assert bot_messages(bot) == []
        await other.hand_over([lane])
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)
    assert len(bot_messages(bot)) == 1
