"""Opens, by the settings, what pays for the model's calls."""

from bot.briefing.engines.paying import Purse
from bot.briefing.prices import Prices
from bot.settings import Settings
from storage.budgets import Budget, Budgets
from storage.connection import Redis


def open_budgets(settings: Settings, redis: Redis, owner: int | None = None) -> Budgets:
    """Return the accounts of everybody; `owner` replaces the settings' own."""
    return Budgets(
        redis,
        person=_budget(
            settings.sayso_user_tokens_day,
            settings.sayso_user_tokens_month,
            settings.sayso_user_money_day,
            settings.sayso_user_money_month,
        ),
        group=_budget(
            settings.sayso_group_tokens_day,
            settings.sayso_group_tokens_month,
            settings.sayso_group_money_day,
            settings.sayso_group_money_month,
        ),
        total=_budget(
            settings.sayso_total_tokens_day,
            settings.sayso_total_tokens_month,
            settings.sayso_total_money_day,
            settings.sayso_total_money_month,
        ),
        owner=settings.sayso_owner if owner is None else owner,
    )


def open_purse(settings: Settings, budgets: Budgets | None, *, second: bool = False) -> Purse:
    """Return what pays for the calls of the first model, or of the second."""
    first = Prices(
        given=settings.sayso_price_in, cached=settings.sayso_price_cached, written=settings.sayso_price_out
    )
    if not second or settings.sayso_second_price_in is None:
        return Purse(budgets, first)
    return Purse(
        budgets,
        Prices(
            given=settings.sayso_second_price_in,
            cached=settings.sayso_second_price_cached,
            written=settings.sayso_second_price_out or 0,
        ),
    )


def _budget(tokens_day: int, tokens_month: int, money_day: float, money_month: float) -> Budget:
    """Return a budget; a limit that is set is at least a millionth, since 0 is without limit."""
    return Budget(
        day_tokens=tokens_day,
        day_money=_millionths(money_day),
        month_tokens=tokens_month,
        month_money=_millionths(money_month),
    )


def _millionths(money: float) -> int:
    return max(1, round(money * 1_000_000)) if money else 0
