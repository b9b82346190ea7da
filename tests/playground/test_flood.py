import pytest
from telegram import Bot
from telegram.error import RetryAfter

from bot.playground import Limits, PlaygroundServer
from bot.playground.flood import Flood
from bot.playground.places import READER
from bot.playground.refusal import Refused, too_many
from tests.servers.botapi import open_bot

# The library announces that this attribute will change its type; our own code does not use it.
PTB_RETRY_AFTER = "ignore:.*retry_after.*"


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def passed(
    flood: Flood, clock: Clock, *, chats: list[int], is_group: bool, seconds: float, step: float
) -> int:
    """Try to send every `step` seconds; returns how many got through."""
    through = 0
    for number in range(int(seconds / step)):
        try:
            flood.check(chats[number % len(chats)], is_group=is_group)
            through += 1
        except Refused:
            pass
        clock.now += step
    return through


def test_a_private_chat_takes_a_burst_and_then_one_a_second() -> None:
    clock = Clock()
    flood = Flood(Limits(), clock)
    for _ in range(5):
        flood.check(READER, is_group=False)
    with pytest.raises(Refused) as caught:
        flood.check(READER, is_group=False)
    assert (caught.value.code, caught.value.parameters) == (429, {"retry_after": 5})
    clock.now += 5
    flood.check(READER, is_group=False)


def test_a_group_takes_twenty_a_minute() -> None:
    clock = Clock()
    through = passed(Flood(Limits(), clock), clock, chats=[-5], is_group=True, seconds=60, step=0.5)
    assert through == 20


def test_a_group_takes_no_more_at_once_than_any_chat() -> None:
    clock = Clock()
    assert passed(Flood(Limits(), clock), clock, chats=[-5], is_group=True, seconds=1, step=0.01) == 5


def test_drafts_and_inline_messages_count_among_all() -> None:
    flood = Flood(Limits(), Clock())
    for chat in range(1, 11):
        flood.check(chat, is_draft=True)
        flood.check(None)
        flood.check(chat)
    with pytest.raises(Refused, match="retry after 1"):
        flood.check(99)


def test_all_chats_together_take_thirty_a_second() -> None:
    clock = Clock()
    chats = list(range(1, 200))
    assert passed(Flood(Limits(), clock), clock, chats=chats, is_group=False, seconds=1, step=0.01) == 30


def test_whoever_goes_on_sending_is_still_refused_until_the_time_is_over() -> None:
    clock = Clock()
    flood = Flood(Limits(chat=(1, 0.5)), clock)
    flood.check(READER, is_group=False)
    with pytest.raises(Refused, match="retry after 1"):
        flood.check(READER, is_group=False)
    clock.now += 0.75
    with pytest.raises(Refused, match="retry after 1"):
        flood.check(READER, is_group=False)
    clock.now += 0.25
    flood.check(READER, is_group=False)


@pytest.mark.filterwarnings(PTB_RETRY_AFTER)
async def test_the_bot_is_told_how_long_to_wait_and_edits_count() -> None:
    async with PlaygroundServer(limits=Limits(chat=(2, 60))) as server, open_bot(server) as bot:
        message = await bot.send_message(READER, "a")
        await bot.edit_message_text("b", READER, message.message_id)
        with pytest.raises(RetryAfter):
            await bot.edit_message_text("c", READER, message.message_id)
        assert server.calls[-1].answer == too_many(60).as_answer()
        assert server.messages(READER)[0].text == "b"
        await bot.send_chat_action(READER, "typing")


@pytest.mark.filterwarnings(PTB_RETRY_AFTER)
async def test_drafts_that_come_too_fast_are_refused_and_cost_no_message() -> None:
    async with PlaygroundServer(limits=Limits(chat=(1, 60))) as server, open_bot(server) as bot:
        for number in range(5):
            await bot.send_message_draft(READER, 1, str(number))
        with pytest.raises(RetryAfter):
            await bot.send_message_draft(READER, 1, "too fast")
        await bot.send_message(READER, "a")


async def test_without_limits_everything_passes(bot: Bot) -> None:
    for number in range(35):
        await bot.send_message(READER, str(number))
