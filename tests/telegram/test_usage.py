"""/usage and /stats: what was used, of how much, and nothing of others."""

from redis.asyncio import Redis

from bot.locales import speaking
from bot.telegram.access import Access
from bot.telegram.usage import tell_usage
from storage.budgets import Budget, Budgets, charged_to
from storage.limits import Asker
from tests.telegram.conftest import READER, Bot

ANN_HERE = Asker(person_id=7, chat_id=-500)


async def test_each_account_is_told_with_its_limits(redis: Redis) -> None:
    budgets = Budgets(
        redis, person=Budget(day_tokens=60_000, month_money=2_500_000), group=Budget(day_money=90_000)
    )
    with charged_to(ANN_HERE):
        await budgets.reserve(3_400, 7_300)
    with charged_to(Asker(person_id=8, chat_id=-500)):
        await budgets.reserve(1_000, 200)
    with speaking("en"):
        lines = await tell_usage(budgets, ANN_HERE, ["person", "chat", "all"])
    assert [line.replace("\u202f", " ") for line in lines] == [
        "You, today: 1 call, 3 400 of 60 000 tokens, 0.0073 in money",
        "You, this month: 1 call, 3 400 tokens, 0.0073 of 2.50 in money",
        "This group, today: 2 calls, 4 400 tokens, 0.0075 of 0.0900 in money",
        "This group, this month: 2 calls, 4 400 tokens, 0.0075 in money",
        "Everybody, today: 2 calls, 4 400 tokens, 0.0075 in money",
        "Everybody, this month: 2 calls, 4 400 tokens, 0.0075 in money",
    ]


async def test_stats_are_the_owners_alone(bot: Bot) -> None:
    async with bot.running(Access(owner=READER, open=True)):
        bot.playground.user_sends(READER, "/stats")
        await bot.answers(containing="Everybody, today: 0 calls, 0 tokens")
        bot.playground.user_sends(READER, "/usage")
        await bot.answers(containing="Briefs are made by rules here")
    async with bot.running(Access(owner=READER + 1, open=True)):
        bot.playground.user_sends(READER, "/stats")
        await bot.answers(containing="I do not know that command.")
