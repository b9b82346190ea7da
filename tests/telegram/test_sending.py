"""Each of Telegram's errors has its answer (hostile cases, C.3)."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.playground.faults import Effect, Fault
from bot.playground.server import PlaygroundServer
from bot.telegram.replies import say
from bot.telegram.request import NotDone
from bot.telegram.sending import BACK_OFF_S, edit, send
from tests.telegram.conftest import READER, telegram_at


@pytest.fixture
async def telegram(playground: PlaygroundServer) -> AsyncIterator[Bot]:
    async with telegram_at(playground, read_timeout_s=0.3) as bot:
        yield bot


def texts(playground: PlaygroundServer) -> list[str]:
    return [message.text for message in playground.bot_messages(READER)]


def fault(playground: PlaygroundServer, method: str, effect: Effect, **fields: object) -> None:
    playground.faults.add(Fault(method=method, effect=effect, **fields))  # type: ignore[arg-type] # checked at run time


@pytest.mark.parametrize("effect", ["error", "html"])
async def test_a_send_that_was_not_done_is_made_again(
    telegram: Bot, playground: PlaygroundServer, effect: Effect
) -> None:
    fault(playground, "sendMessage", effect, status=502, times=2)
    assert await send(telegram, READER, say("hello")) is not None
    assert texts(playground) == ["hello"]
    assert len(playground.calls_of("sendMessage")) == 3


async def test_a_flood_pause_is_waited_for(telegram: Bot, playground: PlaygroundServer) -> None:
    fault(playground, "sendMessage", "flood", retry_after=1)
    assert await send(telegram, READER, say("hello")) is not None
    first, second = playground.calls_of("sendMessage")
    assert second.at - first.at >= 1
    assert texts(playground) == ["hello"]


async def test_a_pause_too_long_to_wait_for_is_raised_at_once(
    telegram: Bot, playground: PlaygroundServer
) -> None:
    fault(playground, "sendMessage", "flood", retry_after=3_600)
    with pytest.raises(RetryAfter):
        await send(telegram, READER, say("hello"))
    assert len(playground.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("effect", ["drop_after", "lost_answer", "drop"])
async def test_a_send_in_doubt_is_never_repeated(
    telegram: Bot, playground: PlaygroundServer, effect: Effect
) -> None:
    fault(playground, "sendMessage", effect)
    assert await send(telegram, READER, say("hello")) is None
    assert len(playground.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("effect", ["drop_after", "lost_answer", "drop"])
async def test_an_edit_in_doubt_is_repeated_and_changes_nothing_the_second_time(
    telegram: Bot, playground: PlaygroundServer, effect: Effect
) -> None:
    sent = await send(telegram, READER, say("hello"))
    assert sent is not None
    fault(playground, "editMessageText", effect)
    assert await edit(telegram, READER, sent, say("brief")) == sent
    assert texts(playground) == ["brief"]
    assert len(playground.calls_of("editMessageText")) == 2


async def test_an_edit_that_stays_in_doubt_is_raised_for_another_try(
    telegram: Bot, playground: PlaygroundServer
) -> None:
    sent = await send(telegram, READER, say("hello"))
    assert sent is not None
    fault(playground, "editMessageText", "drop", times=2)
    with pytest.raises(NetworkError):
        await edit(telegram, READER, sent, say("brief"))


async def test_an_edit_without_a_change_is_a_success(telegram: Bot, playground: PlaygroundServer) -> None:
    sent = await send(telegram, READER, say("hello"))
    assert sent is not None
    assert await edit(telegram, READER, sent, say("hello")) == sent
    assert texts(playground) == ["hello"]


async def test_a_message_that_is_gone_is_sent_anew(telegram: Bot, playground: PlaygroundServer) -> None:
    sent = await send(telegram, READER, say("hello"))
    assert sent is not None
    await telegram.delete_message(READER, sent)
    renewed = await edit(telegram, READER, sent, say("brief"))
    assert renewed not in {None, sent}
    assert texts(playground) == ["brief"]


async def test_a_reply_to_a_message_that_is_gone_is_sent_without_it(
    telegram: Bot, playground: PlaygroundServer
) -> None:
    assert await send(telegram, READER, say("hello"), reply_to=999) is not None
    assert texts(playground) == ["hello"]


@pytest.mark.parametrize("chat", [READER, 404_404])
async def test_a_chat_that_is_closed_to_us_is_given_up_quietly(
    telegram: Bot, playground: PlaygroundServer, chat: int
) -> None:
    playground.user_blocks(READER)
    assert await send(telegram, chat, say("hello")) is None
    assert len(playground.calls_of("sendMessage")) == 1


async def test_a_defect_of_ours_is_raised_not_hidden(telegram: Bot) -> None:
    with pytest.raises(BadRequest, match="too long"):
        await send(telegram, READER, say("x" * 4_097))


async def test_an_outage_ends_in_an_error_that_says_nothing_was_sent(
    telegram: Bot, playground: PlaygroundServer
) -> None:
    fault(playground, "sendMessage", "error", status=500, times=1 + len(BACK_OFF_S))
    with pytest.raises(NotDone):
        await send(telegram, READER, say("hello"))
    assert texts(playground) == []
