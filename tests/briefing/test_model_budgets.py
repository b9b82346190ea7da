"""Who pays for a model's calls: charged before, settled after, and nothing is called on credit."""

import asyncio
import contextlib

import pytest
from redis.asyncio import Redis

from bot.article.models import Submission
from bot.briefing.engines.paying import BudgetSpentThisMonth, BudgetSpentToday, BudgetUnknown, Purse
from bot.briefing.prices import Prices
from bot.errors import EngineError
from bot.opening import Network, open_newsroom, open_tools
from bot.settings import Settings
from storage.budgets import Budget, Budgets, Spent, charged_to
from storage.limits import Asker
from tests.briefing.drafting import make_article, open_engine
from tests.servers.model import ModelServer, faithful
from tests.servers.model_faults import FAULTS
from tests.servers.news import PUBLIC, run_news

PRICES = Prices(given=2, cached=0.5, written=10)
COST = 952 * 2 + 2_048 * 0.5 + 400 * 10
"""Of the server's usual usage, in millionths."""

ANN, BEN = Asker(person_id=7), Asker(person_id=8)


async def draft(server: ModelServer, budgets: Budgets, payer: Asker = ANN) -> None:
    # A deadline that a slow machine keeps, too: what is counted is what is looked at here.
    async with open_engine(server.url, purse=Purse(budgets, PRICES), timeout_s=30.0) as engine:
        with charged_to(payer):
            await engine.draft(make_article(), "en")


async def test_a_draft_is_charged_at_what_its_call_has_cost(redis: Redis) -> None:
    budgets = Budgets(redis)
    async with ModelServer() as server:
        await draft(server, budgets)
    cost = Spent(calls=1, tokens=3_400, money=round(COST))
    assert await budgets.spent("person:7", "day") == await budgets.spent("all", "month") == cost


@pytest.mark.parametrize("fault", ["429", "503", "400 context_length_exceeded"])
async def test_a_call_that_the_server_refuses_is_counted_and_costs_nothing(redis: Redis, fault: str) -> None:
    budgets = Budgets(redis)
    async with ModelServer() as server:
        server.play(FAULTS[fault], faithful)
        await draft(server, budgets)
        assert len(server.requests) == 2
    assert await budgets.spent("all", "day") == Spent(calls=2, tokens=3_400, money=round(COST))


async def test_a_call_that_nobody_saw_the_end_of_stays_charged_at_its_worst(redis: Redis) -> None:
    budgets = Budgets(redis)
    async with ModelServer() as server:
        server.play(FAULTS["hang-up"], faithful)
        await draft(server, budgets)
    spent = await budgets.spent("all", "day")
    assert spent.calls == 2
    assert spent.tokens > 3_400 + 8_000


async def test_a_server_that_is_not_there_costs_nothing(redis: Redis) -> None:
    budgets, server = Budgets(redis), ModelServer()
    async with server:
        pass
    with pytest.raises(EngineError):
        await draft(server, budgets)
    assert await budgets.spent("all", "day") == Spent()


@pytest.mark.parametrize(
    ("budget", "error"),
    [
        (Budget(day_tokens=8_000), BudgetSpentToday),
        (Budget(day_money=80_000), BudgetSpentToday),
        (Budget(month_tokens=8_000), BudgetSpentThisMonth),
    ],
)
async def test_what_could_cost_more_than_is_left_is_not_called(
    redis: Redis, budget: Budget, error: type[EngineError]
) -> None:
    async with ModelServer() as server:
        with pytest.raises(error):
            await draft(server, Budgets(redis, person=budget))
        assert server.requests == []


async def test_without_redis_a_budget_pays_for_nothing_and_no_budget_for_everything(
    redis_away: Redis,
) -> None:
    async with ModelServer() as server:
        with pytest.raises(BudgetUnknown):
            await draft(server, Budgets(redis_away, total=Budget(month_money=1)))
        assert server.requests == []
        await draft(server, Budgets(redis_away))


async def test_twenty_at_once_are_drafted_as_far_as_the_money_goes(redis: Redis) -> None:
    """Each holds its worst while it lasts: of those that begin together few may, and nothing is overspent."""
    limit = 60_000
    budgets = Budgets(redis, group=Budget(day_tokens=limit))
    here = [Asker(person_id=n, chat_id=-5) for n in range(20)]
    async with ModelServer() as server:
        drafts = await asyncio.gather(*(draft(server, budgets, one) for one in here), return_exceptions=True)
        drafted = sum(1 for outcome in drafts if outcome is None)
        assert 0 < drafted < 20
        assert len(server.requests) == drafted
    assert (await budgets.spent("chat:-5", "day")).tokens == 3_400 * drafted <= limit


async def test_who_has_used_up_theirs_reads_so_and_others_still_get_the_models_brief(redis: Redis) -> None:
    async with contextlib.AsyncExitStack() as stack:
        news = await stack.enter_async_context(run_news())
        model = await stack.enter_async_context(ModelServer())
        settings = Settings(
            _env_file=None,
            openai_base_url=model.url,
            openai_model="test-model",
            sayso_user_tokens_day=60_000,
            sayso_context=False,
        )
        network = Network(resolve=news.resolve, dial_map={(PUBLIC, 80): ("127.0.0.1", news.port)})
        tools = await stack.enter_async_context(open_tools(settings, network))
        room = await stack.enter_async_context(open_newsroom(settings, redis, tools=tools))
        submission = Submission(kind="link", url=news.url("/article"))
        with charged_to(ANN):
            await Budgets(redis).reserve(59_000, 0)
            poor = await room.make_brief(submission)
        with charged_to(BEN):
            rich = await room.make_brief(submission)
        assert poor.engine == "offline"
        assert [notice.sentence for notice in poor.notices] == [
            "The budget for today is used up; this brief was made offline."
        ]
        assert (rich.engine, rich.notices, len(model.requests)) == ("test-model", (), 1)
