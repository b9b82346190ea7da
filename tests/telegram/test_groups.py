"""In groups: topics, edits, albums, every link, and where the bot may no longer write."""

from collections.abc import Callable

import pytest
from redis.asyncio import Redis

from bot.errors import HostUnreachable
from bot.playground import PlaygroundServer
from bot.playground.faults import Fault
from bot.playground.state import Stored
from bot.telegram.access import Access
from bot.telegram.keyboards import Press, View
from storage import keys
from tests.telegram.briefs import BRIEF_ID, brief, full_brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_bot import A, B, settled

GROUP, SMALL = -1_001_500, -500
TITLE = full_brief().headline
PHOTO = [{"file_id": "p", "file_unique_id": "q", "width": 1, "height": 1}]


@pytest.fixture
def group(bot: Bot) -> PlaygroundServer:
    """The playground with a group in it whose messages the bot all gets."""
    bot.playground.state.bot["can_read_all_group_messages"] = True
    bot.playground.add_group(GROUP, "Our street", members=(READER,), is_forum=True)
    bot.playground.add_group(SMALL, "Our house", members=(READER,), kind="group")
    return bot.playground


def said(group: PlaygroundServer, chat_id: int = GROUP) -> list[Stored]:
    return group.bot_messages(chat_id)


def asked(bot: Bot) -> list[str | None]:
    return [submission.url for submission in bot.newsroom.asked]


async def test_an_answer_in_a_group_is_one_message_never_edited_in_the_topic_of_the_question(
    bot: Bot, group: PlaygroundServer
) -> None:
    topic = group.add_topic(GROUP, "News")
    async with bot.running():
        sent = group.user_sends(GROUP, f"@sayso_bot {A}", user_id=READER, thread_id=topic)
        await bot.answers(GROUP, containing=TITLE)
    [message] = said(group)
    assert message.message["message_thread_id"] == topic
    assert message.message["reply_to_message"]["message_id"] == sent["message_id"]
    assert message.history == []
    [reaction] = group.calls_of("setMessageReaction")
    assert reaction.parameters["message_id"] == sent["message_id"]


async def test_a_thread_of_replies_outside_of_a_forum_is_no_topic(bot: Bot, group: PlaygroundServer) -> None:
    async with bot.running():
        group.user_sends(GROUP, f"/brief {A}", user_id=READER, message_thread_id=77)
        await bot.answers(GROUP, containing=TITLE)
    assert "message_thread_id" not in said(group)[0].message


async def test_a_mention_in_reply_briefs_the_message_replied_to(bot: Bot, group: PlaygroundServer) -> None:
    async with bot.running():
        linked = group.user_sends(GROUP, f"look at {A}", user_id=READER)
        group.user_sends(GROUP, "@sayso_bot what is this?", user_id=8, reply_to=linked["message_id"])
        await bot.answers(GROUP, containing=TITLE)
        talk = group.user_sends(GROUP, "oh no", user_id=READER)
        group.user_sends(GROUP, "@sayso_bot ?", user_id=8, reply_to=talk["message_id"])
        group.user_sends(GROUP, "/brief", user_id=8, reply_to=talk["message_id"])
        await bot.answers(GROUP, containing="Write /brief and a link after it")
    assert asked(bot) == [A]
    assert len(said(group)) == 2, "a mention under talk is left alone, a command is told what to do"


async def test_a_reply_to_a_brief_without_a_link_is_not_briefed(
    bot: Bot, group: PlaygroundServer, redis: Redis
) -> None:
    async with bot.running():
        group.user_sends(GROUP, f"/brief {A}", user_id=READER)
        await bot.answers(GROUP, containing=TITLE)
        group.user_sends(GROUP, f"and {B}", user_id=8, reply_to=said(group)[0].id)
        await bot.answers(GROUP, containing=TITLE, count=2)
        group.user_sends(GROUP, "@anna that is what I said", user_id=8, reply_to=said(group)[0].id)
        await settled(bot, redis)
    assert asked(bot) == [A, B]
    assert len(said(group)) == 2


@pytest.mark.parametrize("wanted", [True, False])
async def test_every_link_is_briefed_where_the_group_wants_that_and_a_failure_is_not_told(
    bot: Bot, group: PlaygroundServer, redis: Redis, wanted: bool
) -> None:
    await bot.chats.choose(GROUP, every_link=wanted)
    async with bot.running():
        bot.newsroom.error = HostUnreachable("refused", host="news.example")
        group.user_sends(GROUP, f"look {A}", user_id=READER)
        await settled(bot, redis)
        bot.newsroom.error = None
        group.user_sends(GROUP, f"look {B}", user_id=READER)
        await settled(bot, redis)
    assert asked(bot) == ([A, B] if wanted else [])
    assert [message.text.startswith(f"📰 {TITLE}") for message in said(group)] == [True] * wanted
    assert [message.history for message in said(group)] == [[]] * wanted, "no placeholder"
    assert group.calls_of("setMessageReaction") == []


async def test_an_edit_is_answered_when_it_first_asks_and_only_then(
    bot: Bot, group: PlaygroundServer, redis: Redis
) -> None:
    async with bot.running():
        number = group.user_sends(GROUP, "@sayso_bot news.example", user_id=READER)["message_id"]
        group.user_edits(GROUP, number, f"@sayso_bot {A}")
        await bot.answers(GROUP, containing=TITLE)
        group.user_edits(GROUP, number, f"@sayso_bot {B}")
        old = group.user_sends(GROUP, "look", user_id=READER, date=1_600_000_000)["message_id"]
        group.user_edits(GROUP, old, f"@sayso_bot {B}")
        await settled(bot, redis)
    assert asked(bot) == [A]
    assert len(said(group)) == 1


async def test_an_album_is_answered_once(bot: Bot, group: PlaygroundServer, redis: Redis) -> None:
    async with bot.running():
        for link in (A, B):
            group.user_sends(
                GROUP, caption=f"@sayso_bot {link}", photo=PHOTO, media_group_id="1", user_id=READER
            )
        await settled(bot, redis)
    assert asked(bot) == [A]


@pytest.mark.parametrize("told", ["before", "by the refusal"])
async def test_a_group_that_becomes_a_supergroup_keeps_what_it_has(
    bot: Bot, group: PlaygroundServer, redis: Redis, told: str
) -> None:
    bot.newsroom.brief = brief(scope=str(SMALL))
    await bot.chats.choose(SMALL, every_link=True)
    access = Access(allow=frozenset({SMALL}))
    async with bot.running(access):
        group.user_sends(SMALL, f"/brief {A}", user_id=READER)
        await bot.answers(SMALL, containing=TITLE)
        if told == "before":
            new = group.upgrade_group(SMALL)
        else:
            group.user_sends(SMALL, f"/brief {B}", user_id=READER)
            new = group.upgrade_group(SMALL)
            group.updates.pending = [q for q in group.updates.pending if "migrate" not in str(q.update)]
            await bot.answers(new, containing=TITLE)
        group.user_sends(new, f"look {A}", user_id=READER)
        await bot.answers(new, containing=TITLE, count=1 if told == "before" else 2)
        [shown, *_] = said(group, new)
        await group.user_presses(new, shown.id, Press(BRIEF_ID, View.ABOUT).data)
        await bot.answers(new, containing="About this brief")
        await settled(bot, redis)
    assert not await redis.exists(keys.chat(SMALL, "preferences"))
    assert len(said(group, new)) == (1 if told == "before" else 2)


def throw_out(group: PlaygroundServer) -> None:
    group.remove_bot(GROUP)


def mute(group: PlaygroundServer) -> None:
    group.mute_bot(GROUP)


def close_general(group: PlaygroundServer) -> None:
    group.close_topic(GROUP, 1)


def let_in(group: PlaygroundServer) -> None:
    group.return_bot(GROUP)


def unmute(group: PlaygroundServer) -> None:
    group.mute_bot(GROUP, muted=False)


def reopen_general(group: PlaygroundServer) -> None:
    group.close_topic(GROUP, 1, closed=False)


CLOSINGS = [(throw_out, let_in), (mute, unmute), (close_general, reopen_general)]


@pytest.mark.parametrize(("close", "reopen"), CLOSINGS)
async def test_a_chat_that_takes_no_messages_is_not_tried_again_until_it_does(
    bot: Bot,
    group: PlaygroundServer,
    redis: Redis,
    close: Callable[[PlaygroundServer], None],
    reopen: Callable[[PlaygroundServer], None],
) -> None:
    close(group)
    group.updates.clear()  # nobody tells the bot: it learns from the first refusal
    async with bot.running():
        for _ in range(3):
            group.user_sends(GROUP, f"/brief {A}", user_id=READER)
            await settled(bot, redis)
        assert len(group.calls_of("sendMessage")) == 1
        assert asked(bot) == [A], "only the first was worked on in vain"
        reopen(group)
        group.user_sends(GROUP, f"/brief {B}", user_id=READER)
        await bot.answers(GROUP, containing=TITLE)
    assert asked(bot) == [A, B]


async def test_being_thrown_out_is_known_before_anything_is_sent(
    bot: Bot, group: PlaygroundServer, redis: Redis
) -> None:
    group.user_sends(GROUP, f"/brief {A}", user_id=READER)
    group.remove_bot(GROUP)
    await bot.chats.close(GROUP, "removed")
    async with bot.running():
        await settled(bot, redis)
    assert group.calls_of("sendMessage") == []


async def test_a_message_from_a_group_shows_that_the_bot_is_in_it_again(
    bot: Bot, group: PlaygroundServer
) -> None:
    await bot.chats.close(GROUP, "removed")
    async with bot.running():
        group.user_sends(GROUP, f"/brief {A}", user_id=READER, date=group.state.now() + 60)
        await bot.answers(GROUP, containing=TITLE)
    assert await bot.chats.closure(GROUP) is None


async def test_an_answer_for_a_topic_that_is_gone_goes_to_the_group(
    bot: Bot, group: PlaygroundServer
) -> None:
    async with bot.running():
        group.user_sends(GROUP, f"/brief {A}", user_id=READER, thread_id=404)
        await bot.answers(GROUP, containing=TITLE)
    assert "message_thread_id" not in said(group)[0].message


async def test_a_failure_of_ours_is_told_in_the_topic_of_who_asked(bot: Bot, group: PlaygroundServer) -> None:
    topic = group.add_topic(GROUP, "News")
    group.faults.add(Fault(method="sendMessage", effect="error", status=400, description="Bad Request: x"))
    async with bot.running():
        group.user_sends(GROUP, f"/brief {A}", user_id=READER, thread_id=topic)
        await bot.answers(GROUP, containing="Something went wrong")
    assert said(group)[0].message["message_thread_id"] == topic


async def test_strangers_in_a_group_get_no_word(bot: Bot, group: PlaygroundServer, redis: Redis) -> None:
    async with bot.running(Access(owner=8)):
        group.user_sends(GROUP, f"/brief {A}", user_id=READER)
        await settled(bot, redis)
        group.user_sends(GROUP, f"/brief {B}", user_id=8)
        await bot.answers(GROUP, containing=TITLE)
    assert asked(bot) == [B]
    assert len(said(group)) == 1


async def test_anyone_in_a_group_may_press_also_after_a_restart(bot: Bot, group: PlaygroundServer) -> None:
    async with bot.running():
        group.user_sends(GROUP, f"/brief {A}", user_id=READER)
        await bot.answers(GROUP, containing=TITLE)
    async with bot.running():
        await group.user_presses(GROUP, said(group)[0].id, Press(BRIEF_ID, View.ABOUT).data, user_id=99)
        await bot.answers(GROUP, containing="About this brief")
