"""Where the bot is not in the chat: guests that mention it, inline results, and their buttons."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.article.models import PUBLIC, Submission
from bot.errors import HostUnreachable
from bot.playground.faults import Fault
from bot.playground.people import ELSEWHERE
from bot.playground.state import Stored
from bot.telegram.access import Access
from bot.telegram.application import opened
from bot.telegram.desk import Desk
from bot.telegram.keyboards import Press, View
from tests.telegram.briefs import BRIEF_ID, URL, article, brief, full_brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.talk import ARTICLE
from tests.telegram.test_bot import A, B, settled

TITLE = full_brief().headline


PASTED = Submission(kind="text", text=ARTICLE.strip(), scope=f"guest:{ELSEWHERE}")
GONE = Fault(
    method="editMessageText", effect="error", status=400, description="Bad Request: MESSAGE_ID_INVALID"
)


@asynccontextmanager
async def listening(bot: Bot, access: Access | None = None) -> AsyncIterator[None]:
    """Run the bot until the block ends; Telegram sends guests' messages to bots that asked for them."""
    async with bot.running(access):
        await bot.playground.wait_for(lambda: bot.playground.updates.allowed)
        yield


async def shows(bot: Bot, message: Stored, words: str = TITLE) -> None:
    await bot.playground.wait_for(lambda: words in message.text)


def replied(**content: Any) -> dict[str, Any]:
    chat = {"id": ELSEWHERE, "type": "supergroup", "title": "Elsewhere"}
    return {
        "message_id": 99,
        "date": 1,
        "chat": chat,
        "from": {"id": 5, "is_bot": False, "first_name": "F"},
    } | content


@pytest.mark.parametrize(
    ("said", "reply_to", "expected"),
    [
        (f"@sayso_bot {A}", None, Submission(kind="link", url=A)),
        (f"@sayso_bot {A} {B}", None, Submission(kind="link", url=A)),
        ("@sayso_bot", replied(text=f"see {A}", entities=[]), Submission(kind="link", url=A)),
        (f"@sayso_bot {B}", replied(text=f"see {A}"), Submission(kind="link", url=B)),
        ("@sayso_bot ?", replied(text=ARTICLE), PASTED),
    ],
)  # fmt: skip
async def test_a_guest_gets_a_stub_that_becomes_the_brief(
    bot: Bot, said: str, reply_to: dict[str, Any] | None, expected: Submission
) -> None:
    bot.newsroom.gate.clear()
    async with listening(bot):
        message = await bot.playground.user_asks_guest(said, reply_to=reply_to)
        assert message.text == "Reading…"
        bot.newsroom.gate.set()
        await shows(bot, message)
    assert bot.newsroom.asked == [expected]
    assert len(message.history) == 1, "one edit"
    assert bot.playground.calls_of("sendMessage", "setMessageReaction", "sendChatAction") == []


@pytest.mark.parametrize(
    ("said", "answer"), [("@sayso_bot hello", "Send me a link"), (f"@sayso_bot {A}", "could not reach")]
)
async def test_a_guest_is_told_why_there_is_no_brief(bot: Bot, said: str, answer: str) -> None:
    bot.newsroom.error = HostUnreachable("refused", host="news.example")
    async with listening(bot):
        message = await bot.playground.user_asks_guest(said)
        await shows(bot, message, answer)


async def test_a_guest_counts_by_person_and_a_stranger_gets_nothing(bot: Bot, redis: Redis) -> None:
    async with listening(bot, Access(owner=5, allow=frozenset({ELSEWHERE}))):
        with pytest.raises(TimeoutError):
            await bot.playground.user_asks_guest(f"@sayso_bot {A}", timeout_s=0.3)
        message = await bot.playground.user_asks_guest(f"@sayso_bot {B}", user_id=5)
        await shows(bot, message)
        await settled(bot, redis)
    assert [submission.url for submission in bot.newsroom.asked] == [B]


def guest_update(update_id: int, query_id: str) -> dict[str, Any]:
    return {"update_id": update_id, "guest_message": replied(text=f"@sayso_bot {A}", guest_query_id=query_id)}


async def test_a_second_try_for_a_guest_edits_the_message_of_the_first(bot: Bot) -> None:
    query = bot.playground.queries.ask("guest", {})
    async with opened(bot.application()) as application:
        for _ in range(2):
            await Desk(application).process(encoded(guest_update(70, query.id)))
    assert len(bot.playground.calls_of("answerGuestQuery")) == 1
    assert len(bot.playground.state.inline) == 1


async def test_a_message_that_comes_to_the_bot_as_member_and_as_guest_is_answered_once(bot: Bot) -> None:
    bot.playground.add_group(ELSEWHERE, "Elsewhere")
    query = bot.playground.queries.ask("guest", {})
    as_guest = guest_update(70, query.id)
    mention = [{"type": "mention", "offset": 0, "length": 10}]
    as_member = {"update_id": 71, "message": as_guest["guest_message"] | {"entities": mention}}
    async with opened(bot.application()) as application:
        for update in (as_guest, as_member):
            await Desk(application).process(encoded(update))
    assert len(bot.newsroom.asked) == 1
    assert bot.playground.calls_of("sendMessage") == []


def encoded(update: dict[str, Any]) -> bytes:
    return json.dumps(update).encode()


async def test_a_guest_query_that_is_too_old_is_given_up(bot: Bot) -> None:
    async with opened(bot.application()) as application:
        await Desk(application).process(encoded(guest_update(70, "404")))
    assert bot.newsroom.asked == []


async def test_a_private_brief_in_a_guests_message_turns_its_pages_and_no_other_message_shows_it(
    bot: Bot,
) -> None:
    bot.newsroom.brief = brief(scope=f"guest:{ELSEWHERE}")
    about = Press(BRIEF_ID, View.ABOUT).data
    async with listening(bot):
        message = await bot.playground.user_asks_guest("@sayso_bot ?", reply_to=replied(text=ARTICLE))
        await shows(bot, message)
        assert (await bot.playground.user_presses_inline(message, about))["text"] == ""
        await shows(bot, message, "About this brief")
        bot.newsroom.brief = brief(id="f" * 16)
        other = await bot.playground.user_asks_guest(f"@sayso_bot {A}")
        await shows(bot, other)
        other.message["reply_markup"] = {"inline_keyboard": [[{"text": "forged", "callback_data": about}]]}
        answer = await bot.playground.user_presses_inline(other, about)
    assert answer["text"] == "This brief belongs to another chat."


async def test_a_brief_that_is_there_is_offered_at_once(bot: Bot) -> None:
    kept = full_brief().model_copy(update={"article": article(url=URL)})
    await bot.store.keep(kept)
    await bot.store.keep_latest(URL, kept.id)
    await bot.store.keep_page([URL], kept.article)
    async with listening(bot):
        [result] = await bot.playground.user_asks_inline(f"{URL}?utm_source=x")
        assert result["title"] == TITLE
        message = bot.playground.user_sends_result(URL, result)
        assert TITLE in message.text
        await bot.playground.user_presses_inline(message, Press(BRIEF_ID, View.ABOUT).data, user_id=77)
        await shows(bot, message, "About this brief")
    assert bot.newsroom.asked == []


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_link_without_a_brief_is_offered_as_a_stub_that_becomes_one(bot: Bot, is_told: bool) -> None:
    async with listening(bot):
        [result] = await bot.playground.user_asks_inline("news.example/a")
        bot.playground.updates.allowed = tuple(
            kind for kind in bot.playground.updates.allowed if is_told or kind != "chosen_inline_result"
        )
        message = bot.playground.user_sends_result("news.example/a", result)
        assert message.text == "A brief is being written of news.example…"
        if not is_told:
            [button] = message.buttons
            await bot.playground.user_presses_inline(message, button["callback_data"], user_id=77)
        await shows(bot, message)
    assert bot.newsroom.asked == [Submission(kind="link", url=A, scope=PUBLIC)]


async def test_what_is_typed_before_a_link_is_there_offers_nothing(bot: Bot) -> None:
    async with listening(bot):
        for typed in ("", "h", "https://", "hello there", "http://127.0.0.1/"):
            assert await bot.playground.user_asks_inline(typed) == []


async def test_a_stranger_is_offered_nothing_but_may_look_at_what_others_sent(bot: Bot) -> None:
    async with listening(bot, Access(owner=READER)):
        assert await bot.playground.user_asks_inline(A, user_id=6) == []
        [result] = await bot.playground.user_asks_inline(A, user_id=READER)
        message = bot.playground.user_sends_result(A, result, user_id=READER)
        await shows(bot, message)
        await bot.playground.user_presses_inline(message, Press(BRIEF_ID, View.ABOUT).data, user_id=6)
        await shows(bot, message, "About this brief")


async def test_an_expired_link_of_a_result_says_so(bot: Bot, redis: Redis) -> None:
    async with listening(bot):
        [result] = await bot.playground.user_asks_inline(A)
        await redis.flushdb()
        message = bot.playground.user_sends_result("forgotten", result)
        answer = await bot.playground.user_presses_inline(message, message.buttons[0]["callback_data"])
    assert answer["text"] == "That link has expired. Send it again."


async def test_a_message_that_was_deleted_meanwhile_stops_nothing(bot: Bot, redis: Redis) -> None:
    bot.newsroom.gate.clear()
    async with listening(bot):
        await bot.playground.user_asks_guest(f"@sayso_bot {A}")
        bot.playground.faults.add(GONE)
        bot.newsroom.gate.set()
        await settled(bot, redis)
    assert len(bot.playground.calls_of("editMessageText")) == 1
