"""Private chats: a brief grows as a draft, and one message is the answer."""

import json
from itertools import pairwise

import pytest
from redis.asyncio import Redis
from telegram.error import RetryAfter

from bot.article.models import Submission
from bot.playground import Limits, PlaygroundServer
from bot.playground.faults import Effect, Fault
from bot.playground.state import Call
from bot.telegram.answers import Occasion
from bot.telegram.application import opened
from bot.telegram.chats import ChatAnswer
from bot.telegram.desk import Desk
from bot.telegram.keyboards import Press, View
from bot.telegram.progress import SHOW_EVERY_S
from bot.telegram.replies import render, say
from storage import keys
from storage.inbox import BEGUN as STANDS
from tests.telegram.briefs import BRIEF_ID, URL, full_brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_answers import beginning, opened_backend
from tests.telegram.test_bot import TITLE, A, bot_messages, emptied
from tests.telegram.test_worker import update

BEGUN = "📰 Talks go on\n\n• The first.\n…"
ASKS = "If it is not here, press the button."


def drafts(bot: Bot) -> list[Call]:
    return bot.playground.calls_of("sendMessageDraft")


async def begin_and_wait(bot: Bot) -> None:
    """Let the reader send a link, and wait until the beginning of its brief is shown."""
    bot.newsroom.beginning = beginning("The first.")
    bot.newsroom.gate.clear()
    bot.playground.user_sends(READER, A)
    await bot.drafts(containing="The first.")


async def test_the_checked_beginning_is_shown_as_a_draft_that_the_brief_replaces(
    bot: Bot, redis: Redis
) -> None:
    async with bot.running():
        await begin_and_wait(bot)
        assert bot_messages(bot) == []
        assert bot.playground.state.drafts[READER]["text"] == BEGUN
        bot.newsroom.gate.set()
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)
    assert drafts(bot)[0].parameters["text"] == "Reading…"
    assert len({call.parameters["draft_id"] for call in drafts(bot)}) == 1
    [bold] = drafts(bot)[-1].parameters["entities"]
    assert (bold["type"], bold["offset"], bold["length"]) == ("bold", 3, len("Talks go on"))
    [brief] = bot_messages(bot)
    assert brief.history == []
    assert bot.playground.state.drafts == {}
    assert bot.playground.calls_of("editMessageText", "sendChatAction") == []


async def test_drafts_keep_a_second_apart_and_no_limit_is_met(redis: Redis, bot: Bot) -> None:
    async with PlaygroundServer(limits=Limits(drafts=(1, SHOW_EVERY_S))) as strict:
        strict.add_user(READER, "Reader")
        bot.playground = strict
        async with bot.running():
            await begin_and_wait(bot)
            bot.newsroom.gate.set()
            await bot.answers(containing=TITLE)
            await emptied(bot, redis)
        assert all(call.ok for call in drafts(bot))
        times = [call.at for call in drafts(bot)]
    assert all(later - sooner >= SHOW_EVERY_S for sooner, later in pairwise(times))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(method="sendMessageDraft", effect="flood", retry_after=40, times=99),
        Fault(method="sendMessageDraft", effect="drop", times=99),
        Fault(method="sendMessageDraft", effect="html", status=502, times=99),
    ],
    ids=["flood", "drop", "gateway"],
)
@pytest.mark.filterwarnings("ignore:.*retry_after.*")
async def test_after_a_draft_that_was_not_taken_there_are_no_more_and_the_brief_comes(
    bot: Bot, redis: Redis, fault: Fault
) -> None:
    bot.playground.faults.add(fault)
    bot.newsroom.beginning = beginning("The first.")
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)
    assert len(drafts(bot)) == 1
    assert len(bot_messages(bot)) == 1
    assert bot_messages(bot)[0].history == []


@pytest.mark.parametrize(
    ("status", "description"),
    [
        (404, "Not Found"),
        (400, "Bad Request: TEXTDRAFT_PEER_INVALID"),
        (400, "Bad Request: unknown method"),
    ],
)
async def test_where_drafts_are_refused_a_placeholder_grows_into_the_brief(
    bot: Bot, status: int, description: str
) -> None:
    refusal = Fault(method="sendMessageDraft", effect="error", status=status, description=description)
    bot.playground.faults.add(refusal)
    bot.newsroom.beginning = beginning("The first.")
    bot.newsroom.gate.clear()
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing="The first.")
        await bot.playground.wait_for(lambda: bot.playground.calls_of("sendChatAction"))
        bot.newsroom.gate.set()
        await bot.answers(containing=TITLE)
    [brief] = bot_messages(bot)
    assert [version["text"] for version in brief.history] == ["Reading…", BEGUN]
    assert len(drafts(bot)) == 1


async def test_a_draft_under_way_does_not_come_after_the_brief(bot: Bot, redis: Redis) -> None:
    async with bot.running():
        bot.newsroom.beginning = beginning("The first.")
        bot.newsroom.gate.clear()
        bot.playground.user_sends(READER, A)
        await bot.drafts(containing="Reading…")
        bot.playground.faults.add(Fault(method="sendMessageDraft", effect="delay", seconds=0.3))
        await bot.drafts(containing="The first.")
        bot.newsroom.gate.set()
        await bot.answers(containing=TITLE)
        await emptied(bot, redis)
    assert bot.playground.state.drafts == {}


async def test_a_draft_stays_in_the_topic_of_the_question(bot: Bot) -> None:
    async with opened_backend(bot) as backend:
        bot.playground.state.topics[READER] = {5: "Bridges"}
        occasion = Occasion(update_id=1, chat_id=READER, thread_id=5)
        answer = ChatAnswer(occasion, Submission(kind="link", url=URL), backend)
        assert await answer.begin()
        await answer.deliver(say("Done"), None)
    assert [call.parameters["message_thread_id"] for call in drafts(bot)] == [5]
    [sent] = bot_messages(bot)
    assert sent.message["message_thread_id"] == 5


async def test_several_links_are_one_message_each_in_order(bot: Bot, redis: Redis) -> None:
    links = [f"https://news.example/{number}" for number in range(3)]
    for link in links:
        bot.newsroom.kept[link] = full_brief().model_copy(update={"headline": f"About {link[-1]}"})
    async with bot.running():
        sent = bot.playground.user_sends(READER, " and ".join(links))
        await bot.answers(count=3, containing="About")
        await emptied(bot, redis)
    briefs = bot_messages(bot)
    assert [message.text.splitlines()[0] for message in briefs] == [f"📰 About {n}" for n in range(3)]
    assert {m.message["reply_to_message"]["message_id"] for m in briefs} == {sent["message_id"]}


@pytest.mark.parametrize("chat_id", [READER, -500])
async def test_a_brief_that_is_there_is_sent_at_once(bot: Bot, redis: Redis, chat_id: int) -> None:
    bot.playground.add_group(-500, "Our street", members=(READER,))
    bot.newsroom.kept[A] = full_brief()
    async with bot.running():
        bot.playground.user_sends(chat_id, f"/brief {A}", user_id=READER)
        await bot.answers(chat_id, containing=TITLE)
        await emptied(bot, redis)
    assert len(bot.playground.calls_of("sendMessageDraft", "sendMessage", "editMessageText")) == 1


async def test_in_a_group_nothing_is_drafted_and_no_beginning_is_asked_for(bot: Bot) -> None:
    bot.playground.add_group(-500, "Our street", members=(READER,))
    bot.newsroom.beginning = beginning("The first.")
    async with bot.running():
        bot.playground.user_sends(-500, f"/brief {A}", user_id=READER)
        await bot.answers(-500, containing=TITLE)
    assert drafts(bot) == []
    [brief] = bot.playground.bot_messages(-500)
    assert brief.history == []


async def test_in_a_group_a_brief_that_takes_long_is_announced_by_a_placeholder(bot: Bot) -> None:
    bot.playground.add_group(-500, "Our street", members=(READER,))
    bot.placeholder_after_s = 0.05
    bot.newsroom.gate.clear()
    async with bot.running():
        bot.playground.user_sends(-500, f"/brief {A}", user_id=READER)
        await bot.answers(-500, containing="Reading…")
        bot.newsroom.gate.set()
        await bot.answers(-500, containing=TITLE)
    [brief] = bot.playground.bot_messages(-500)
    assert [version["text"] for version in brief.history] == ["Reading…"]


@pytest.mark.parametrize(("effect", "orphans"), [("drop", 0), ("drop_after", 1)])
async def test_a_placeholder_that_may_not_have_come_is_not_sent_again_and_the_brief_is(
    bot: Bot, redis: Redis, effect: Effect, orphans: int
) -> None:
    bot.playground.add_group(-500, "Our street", members=(READER,))
    bot.playground.faults.add(Fault(method="sendMessage", effect=effect))
    bot.placeholder_after_s = 0.05
    bot.newsroom.gate.clear()
    async with bot.running():
        bot.playground.user_sends(-500, f"/brief {A}", user_id=READER)
        await bot.playground.wait_for(lambda: bot.playground.calls_of("sendMessage"))
        bot.newsroom.gate.set()
        await bot.answers(-500, containing=TITLE)
        await emptied(bot, redis)
    texts = [message.text for message in bot.playground.bot_messages(-500)]
    assert texts == ["Reading…"] * orphans + [render(full_brief()).text]


async def test_a_second_try_sends_no_placeholder_where_one_may_stand(bot: Bot) -> None:
    bot.playground.add_group(-500, "Our street", members=(READER,))
    bot.placeholder_after_s = 0
    bot.playground.user_sends(-500, f"/brief {A}", user_id=READER)
    raw = bot.playground.updates.pending[-1].update
    await bot.inbox.answers.remember(raw["update_id"], STANDS)
    async with opened(bot.application()) as application:
        await Desk(application).process(json.dumps(raw).encode())
    assert [message.text for message in bot.playground.bot_messages(-500)] == [render(full_brief()).text]


async def test_a_failure_ends_a_draft_with_its_sentence(bot: Bot) -> None:
    async with bot.running():
        await begin_and_wait(bot)
        bot.newsroom.error = KeyError("private")
        bot.newsroom.gate.set()
        await bot.answers(containing="Something went wrong")
    assert len(bot_messages(bot)) == 1


async def test_a_brief_whose_confirmation_got_lost_is_offered_and_not_sent_again(
    bot: Bot, redis: Redis
) -> None:
    bot.playground.faults.add(Fault(method="sendMessage", effect="drop_after"))
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=ASKS)
        await emptied(bot, redis)
        brief, question = bot_messages(bot)
        assert brief.text.startswith(f"📰 {TITLE}")
        assert [b["callback_data"] for b in question.buttons] == [Press(BRIEF_ID, View.BRIEF).data]
        await bot.playground.user_presses(READER, question.id, question.buttons[0]["callback_data"])
        await bot.answers(containing=TITLE, count=2)


async def test_a_second_try_of_what_may_have_been_sent_offers_the_brief(bot: Bot) -> None:
    await bot.inbox.answers.remember(70, 0)
    async with opened(bot.application()) as application:
        for _ in range(2):
            await Desk(application).process(update(70, A))
    [question] = bot_messages(bot)
    assert ASKS in question.text
    assert question.history == [], "the third try says nothing more: the brief may stand above"


@pytest.mark.filterwarnings("ignore:.*retry_after.*")
async def test_what_was_certainly_not_sent_is_sent_by_the_next_try(bot: Bot, redis: Redis) -> None:
    bot.playground.faults.add(Fault(method="sendMessage", effect="flood", retry_after=3_600))
    async with opened(bot.application()) as application:
        with pytest.raises(RetryAfter):
            await Desk(application).process(update(70, A))
        assert await bot.inbox.answers.find(70) is None
        await redis.delete(keys.governor(f"paused:chat:{READER}"))  # the hour is over
        await Desk(application).process(update(70, A))
    [brief] = bot_messages(bot)
    assert brief.text == render(full_brief()).text
