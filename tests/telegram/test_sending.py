"""Each of Telegram's errors has its answer (hostile cases, C.3)."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis
from telegram.error import BadRequest, NetworkError, RetryAfter

from bot.metrics import REGISTRY
from bot.playground.faults import Effect, Fault
from bot.playground.server import PlaygroundServer
from bot.telegram.replies import say
from bot.telegram.request import NotDone
from bot.telegram.sending import BACK_OFF_S, GENERAL, Place, Posted, Sender
from storage.chats import ChatStore
from tests.telegram.conftest import READER, telegram_at

HERE = Place(chat_id=READER)


@pytest.fixture
async def sender(playground: PlaygroundServer, redis: Redis) -> AsyncIterator[Sender]:
    async with telegram_at(playground, read_timeout_s=0.3) as bot:
        yield Sender(bot, ChatStore(redis))


async def hello(sender: Sender) -> Posted:
    posted = await sender.send(HERE, say("hello"))
    assert posted is not None
    return posted


def texts(playground: PlaygroundServer) -> list[str]:
    return [message.text for message in playground.bot_messages(READER)]


def fault(playground: PlaygroundServer, method: str, effect: Effect, **fields: object) -> None:
    playground.faults.add(Fault(method=method, effect=effect, **fields))  # type: ignore[arg-type] # checked at run time


@pytest.mark.parametrize("effect", ["error", "html"])
async def test_a_send_that_was_not_done_is_made_again(
    sender: Sender, playground: PlaygroundServer, effect: Effect
) -> None:
    fault(playground, "sendMessage", effect, status=502, times=2)
    assert await sender.send(HERE, say("hello")) is not None
    assert texts(playground) == ["hello"]
    assert len(playground.calls_of("sendMessage")) == 3


async def test_a_pause_that_the_governor_does_not_wait_for_is_raised_at_once(
    sender: Sender, playground: PlaygroundServer
) -> None:
    fault(playground, "sendMessage", "flood", retry_after=3_600)
    with pytest.raises(RetryAfter):
        await sender.send(HERE, say("hello"))
    assert len(playground.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("effect", ["drop_after", "lost_answer", "drop"])
async def test_a_send_in_doubt_is_never_repeated(
    sender: Sender, playground: PlaygroundServer, effect: Effect
) -> None:
    fault(playground, "sendMessage", effect)
    assert await sender.send(HERE, say("hello")) == Posted(READER, None)
    assert len(playground.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("effect", ["drop_after", "lost_answer", "drop"])
async def test_an_edit_in_doubt_is_repeated_and_changes_nothing_the_second_time(
    sender: Sender, playground: PlaygroundServer, effect: Effect
) -> None:
    sent = await hello(sender)
    fault(playground, "editMessageText", effect)
    assert await sender.edit(sent, say("brief")) == sent
    assert texts(playground) == ["brief"]
    assert len(playground.calls_of("editMessageText")) == 2


async def test_an_edit_that_stays_in_doubt_is_raised_for_another_try(
    sender: Sender, playground: PlaygroundServer
) -> None:
    sent = await hello(sender)
    fault(playground, "editMessageText", "drop", times=2)
    with pytest.raises(NetworkError):
        await sender.edit(sent, say("brief"))


async def test_an_edit_without_a_change_is_a_success(sender: Sender, playground: PlaygroundServer) -> None:
    sent = await hello(sender)
    assert await sender.edit(sent, say("hello")) == sent
    assert texts(playground) == ["hello"]


async def test_a_message_that_is_gone_is_sent_anew(sender: Sender, playground: PlaygroundServer) -> None:
    sent = await hello(sender)
    await sender.bot.delete_message(READER, sent.message_id or 0)
    renewed = await sender.edit(sent, say("brief"))
    assert renewed is not None
    assert renewed != sent
    assert texts(playground) == ["brief"]


async def test_a_reply_to_a_message_that_is_gone_is_sent_without_it(
    sender: Sender, playground: PlaygroundServer
) -> None:
    assert await sender.send(Place(chat_id=READER, reply_to=999), say("hello")) is not None
    assert texts(playground) == ["hello"]


GROUP = -1_001_700


@pytest.mark.parametrize(
    ("status", "description", "closure"),
    [
        (403, "Forbidden: bot was kicked from the supergroup chat", "removed"),
        (403, "Forbidden: bot is not a member of the supergroup chat", "removed"),
        (403, "Forbidden: user is deactivated", "removed"),
        (400, "Bad Request: chat not found", "removed"),
        (400, "Bad Request: not enough rights to send text messages to the chat", "muted"),
        (400, "Bad Request: have no rights to send a message", "muted"),
        (400, "Bad Request: CHAT_WRITE_FORBIDDEN", "muted"),
    ],
)
async def test_why_a_chat_takes_no_messages_is_remembered(
    sender: Sender, playground: PlaygroundServer, redis: Redis, status: int, description: str, closure: str
) -> None:
    playground.add_group(GROUP, "Our street")
    fault(playground, "sendMessage", "error", status=status, description=description)
    assert await sender.send(Place(chat_id=GROUP), say("hello")) is None
    found = await ChatStore(redis).closure(GROUP)
    assert found is not None
    assert found.why == closure
    assert len(playground.calls_of("sendMessage")) == 1


@pytest.mark.parametrize("topic", [None, 7])
async def test_a_closed_topic_closes_no_other(
    sender: Sender, playground: PlaygroundServer, redis: Redis, topic: int | None
) -> None:
    playground.add_group(GROUP, "Our street", is_forum=True)
    fault(playground, "sendMessage", "error", status=400, description="Bad Request: TOPIC_CLOSED")
    assert await sender.send(Place(chat_id=GROUP, thread_id=topic), say("hello")) is None
    chats = ChatStore(redis)
    assert await chats.closure(GROUP, topic or GENERAL) is not None
    assert await chats.closure(GROUP, 9) is None


@pytest.mark.parametrize("refusal", ["message thread not found", "TOPIC_DELETED", "TOPIC_ID_INVALID"])
async def test_what_was_for_a_topic_that_is_gone_goes_to_the_chat(
    sender: Sender, playground: PlaygroundServer, refusal: str
) -> None:
    fault(playground, "sendMessage", "error", status=400, description=f"Bad Request: {refusal}")
    posted = await sender.send(Place(chat_id=READER, thread_id=7), say("hello"))
    assert posted is not None
    assert posted.is_topic_gone, "so that whoever sends there again may forget it"
    assert texts(playground) == ["hello"]


async def test_a_quotation_that_is_not_found_is_left_out(
    sender: Sender, playground: PlaygroundServer
) -> None:
    asked = playground.user_sends(READER, "the words")["message_id"]
    place = Place(chat_id=READER, reply_to=asked, quote="other words")
    assert await sender.send(place, say("hello")) is not None
    [message] = playground.bot_messages(READER)
    assert message.message["reply_to_message"]["message_id"] == asked
    assert "quote" not in message.message


async def test_a_group_that_became_a_supergroup_gets_the_edit_as_a_new_message(
    sender: Sender, playground: PlaygroundServer
) -> None:
    playground.add_group(-5, "Our house", kind="group")
    stub = await sender.send(Place(chat_id=-5), say("Reading…"))
    assert stub is not None
    new = playground.upgrade_group(-5)
    posted = await sender.edit(stub, say("brief"))
    assert posted is not None
    assert posted.chat_id == new
    assert [message.text for message in playground.bot_messages(new)] == ["brief"]


@pytest.mark.parametrize("chat", [READER, 404_404])
async def test_a_chat_that_is_closed_to_us_is_given_up_quietly(
    sender: Sender, playground: PlaygroundServer, chat: int
) -> None:
    playground.user_blocks(READER)
    assert await sender.send(Place(chat_id=chat), say("hello")) is None
    assert len(playground.calls_of("sendMessage")) == 1


@pytest.mark.parametrize(
    "problem",
    ["message is too long", "can't parse entities: Unsupported start tag", "ENTITY_BOUNDS_INVALID"],
)
async def test_a_defect_of_ours_is_raised_and_counted_not_hidden(
    sender: Sender, playground: PlaygroundServer, problem: str
) -> None:
    before = REGISTRY.get_sample_value("sayso_defects_total") or 0
    fault(playground, "sendMessage", "error", status=400, description=f"Bad Request: {problem}")
    with pytest.raises(BadRequest):
        await sender.send(HERE, say("hello"))
    assert REGISTRY.get_sample_value("sayso_defects_total") == before + 1
    assert len(playground.calls_of("sendMessage")) == 1


async def test_an_outage_ends_in_an_error_that_says_nothing_was_sent(
    sender: Sender, playground: PlaygroundServer
) -> None:
    fault(playground, "sendMessage", "error", status=500, times=1 + len(BACK_OFF_S))
    with pytest.raises(NotDone):
        await sender.send(HERE, say("hello"))
    assert texts(playground) == []
