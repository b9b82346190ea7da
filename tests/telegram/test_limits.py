"""What readers feel of the limits: one sentence that says when it ends, and nothing that is charged twice."""

import json

import pytest
from redis.asyncio import Redis
from telegram.error import RetryAfter

from bot.locales import speaking
from bot.playground.faults import Fault
from bot.telegram import phrases
from bot.telegram.application import opened
from bot.telegram.desk import Desk
from bot.telegram.keyboards import renewal_button
from storage import keys
from storage.limits import Allowance, Asker, Limits, Refusal
from tests.telegram.briefs import BRIEF_ID, URL, article, brief, full_brief
from tests.telegram.conftest import READER, Bot
from tests.telegram.test_bot import A, B, bot_messages, settled
from tests.telegram.test_elsewhere import listening, shows
from tests.telegram.test_worker import update

TITLE = full_brief().headline
GROUP, OTHER = -1_001_500, 1_002
RATE = "You send more than I can read. Ask again in "
SPENT = "You have used up your new briefs for today. There will be more in "
GROUP_SPENT = "This group has used up its new briefs for today."


def limit(bot: Bot, redis: Redis, owner: int | None = None, **allowances: Allowance) -> None:
    bot.limits = Limits(redis, owner=owner, **allowances)


def asker_of(person: int) -> Asker:
    return Asker(person_id=person)


def spent(person: int) -> str:
    return keys.limit("person", person, "briefs")


async def test_past_the_rate_one_sentence_says_when_to_ask_again(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, person=Allowance(rate=1, burst=2))
    async with bot.running():
        for number in range(6):
            bot.playground.user_sends(READER, f"https://news.example/{number}")
        await settled(bot, redis)
    assert len(bot.newsroom.asked) == 2
    told = [message.text for message in bot_messages(bot) if TITLE not in message.text]
    assert len(told) == 1
    assert told[0].removeprefix(RATE).split() in ([str(n), "seconds."] for n in range(50, 61))


async def test_past_a_days_briefs_each_is_told_and_what_is_there_still_comes(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, person=Allowance(briefs=1))
    bot.newsroom.kept[B] = full_brief()
    async with bot.running():
        for link in (A, f"{A}2", f"{A}3", B):
            bot.playground.user_sends(READER, link)
        await bot.answers(containing=TITLE, count=2)
        await settled(bot, redis)
    assert [submission.url for submission in bot.newsroom.asked] == [A]
    assert [message.text.startswith(SPENT) for message in bot_messages(bot)] == [False, True, True, False]
    assert await redis.get(spent(READER)) == b"1"


async def test_what_is_refused_gets_no_other_sign(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, person=Allowance(briefs=1))
    await bot.limits.spend(asker_of(READER), "earlier", "briefs")
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=SPENT)
        await settled(bot, redis)
    assert bot.playground.calls_of("setMessageReaction", "sendChatAction", "editMessageText") == []


async def test_in_a_group_it_is_said_once_and_each_person_counts(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, group=Allowance(briefs=2))
    bot.playground.add_group(GROUP, "Our street", members=(READER, OTHER))
    async with bot.running():
        for number in range(6):
            person = READER if number % 2 else OTHER
            bot.playground.user_sends(GROUP, f"/brief https://news.example/{number}", user_id=person)
        await settled(bot, redis)
    said = [message.text for message in bot.playground.bot_messages(GROUP)]
    assert [text.startswith(GROUP_SPENT) for text in said] == [False, False, True]
    assert len(bot.newsroom.asked) == 2


async def test_a_link_that_nobody_asked_about_is_refused_in_silence(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, group=Allowance(briefs=1))
    bot.playground.state.bot["can_read_all_group_messages"] = True
    bot.playground.add_group(GROUP, "Our street", members=(READER,))
    await bot.chats.choose(GROUP, every_link=True)
    async with bot.running():
        for link in (A, B):
            bot.playground.user_sends(GROUP, f"look {link}", user_id=READER)
        await settled(bot, redis)
    assert len(bot.playground.bot_messages(GROUP)) == 1


async def test_the_owner_may_always(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, owner=READER, person=Allowance(rate=1, briefs=1))
    async with bot.running():
        for number in range(5):
            bot.playground.user_sends(READER, f"https://news.example/{number}")
        await bot.answers(containing=TITLE, count=5)


async def test_a_second_try_is_charged_once_and_a_refusal_is_told_once(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, person=Allowance(rate=1, burst=2, briefs=1))
    async with opened(bot.application()) as application:
        for _ in range(3):
            await Desk(application).process(update(70, A))
    assert len(bot_messages(bot)) == 1
    assert await redis.get(spent(READER)) == b"1"
    async with opened(bot.application()) as application:
        for _ in range(2):
            await Desk(application).process(update(71, B).replace(b'_id": 1,', b'_id": 2,'))
    assert [message.text.startswith(SPENT) for message in bot_messages(bot)] == [False, True]


async def test_an_answer_that_did_not_get_out_is_not_charged_again(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, person=Allowance(briefs=5))
    bot.playground.faults.add(Fault(method="sendMessage", effect="flood", retry_after=3_600))
    async with opened(bot.application()) as application:
        with pytest.raises(RetryAfter):
            await Desk(application).process(update(70, A))
        await redis.delete(keys.governor(f"paused:chat:{READER}"))  # the hour is over
        await Desk(application).process(update(70, A))
    [brief] = bot_messages(bot)
    assert TITLE in brief.text
    assert await redis.get(spent(READER)) == b"1"


async def test_a_brief_that_somebody_else_is_waiting_for_already_is_given_back(
    bot: Bot, redis: Redis
) -> None:
    limit(bot, redis, person=Allowance(briefs=5))
    bot.newsroom.is_shared = True
    async with bot.running():
        bot.playground.user_sends(READER, A)
        await bot.answers(containing=TITLE)
        await settled(bot, redis)
    assert await redis.get(spent(READER)) == b"0"


async def test_a_press_counts_for_who_pressed_and_is_told_to_them_alone(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, person=Allowance(briefs=1))
    await bot.limits.spend(asker_of(OTHER), "earlier", "briefs")
    bot.newsroom.brief = brief(of=article(url=URL))
    bot.playground.add_user(OTHER)
    bot.playground.add_group(GROUP, "Our street", members=(READER, OTHER))
    async with bot.running():
        bot.playground.user_sends(GROUP, f"/brief {A}", user_id=READER)
        await bot.answers(GROUP, containing=bot.newsroom.brief.headline)
        await settled(bot, redis)
        [shown] = bot.playground.bot_messages(GROUP)
        shown.message["reply_markup"] = json.loads(renewal_button(BRIEF_ID, None).to_json())
        alert = await bot.playground.user_presses(GROUP, shown.id, f"n:{BRIEF_ID}", user_id=OTHER)
        await settled(bot, redis)
    assert alert["text"].startswith(SPENT)
    assert alert["show_alert"] is True
    assert len(bot.playground.bot_messages(GROUP)) == 1


async def test_a_guest_counts_by_person_and_reads_it_in_the_stub(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, person=Allowance(briefs=1))
    async with listening(bot):
        first = await bot.playground.user_asks_guest(f"@sayso_bot {A}")
        await shows(bot, first)
        second = await bot.playground.user_asks_guest(f"@sayso_bot {B}")
        await shows(bot, second, SPENT)
    assert len(bot.newsroom.asked) == 1


async def test_an_inline_result_counts_for_who_chose_it_and_once(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, person=Allowance(briefs=1))
    async with listening(bot):
        [result] = await bot.playground.user_asks_inline(A)
        message = bot.playground.user_sends_result(A, result)
        [button] = message.buttons
        await bot.playground.user_presses_inline(message, button["callback_data"])
        await shows(bot, message)
        other = bot.playground.user_sends_result(B, (await bot.playground.user_asks_inline(B))[0])
        await shows(bot, other, SPENT)
        await settled(bot, redis)
    assert await redis.get(spent(READER)) == b"1"


async def test_a_supergroup_keeps_what_its_group_has_used(bot: Bot, redis: Redis) -> None:
    limit(bot, redis, group=Allowance(briefs=1))
    bot.playground.add_group(-500, "Our house", members=(READER,), kind="group")
    async with bot.running():
        bot.playground.user_sends(-500, f"/brief {A}", user_id=READER)
        await bot.answers(-500, containing=TITLE)
        new = bot.playground.upgrade_group(-500)
        await settled(bot, redis)
        bot.playground.user_sends(new, f"/brief {B}", user_id=READER)
        await bot.answers(new, containing=GROUP_SPENT)


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0.2, "1 second."),
        (59.1, "60 seconds."),
        (61, "2 minutes."),
        (3_600, "60 minutes."),
        (3_601, "2 hours."),
        (86_400, "24 hours."),
    ],
)
def test_when_it_ends_is_never_said_too_early(seconds: float, said: str) -> None:
    refusal = Refusal(limit="briefs", whose="person", wait_s=seconds)
    assert phrases.limit_reached(refusal) == SPENT + said


def test_when_it_ends_takes_its_plural_forms() -> None:
    said = {}
    for count in (1, 2, 5, 21):
        with speaking("uk"):
            said[count] = phrases.limit_reached(Refusal(limit="rate", whose="chat", wait_s=count))
    assert [text.rpartition("через ")[2] for text in said.values()] == [
        "1 секунду.",
        "2 секунди.",
        "5 секунд.",
        "21 секунду.",
    ]
