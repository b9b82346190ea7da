"""Who pays for a model's calls: each is charged at its worst before it is made, and at its cost after it."""

import contextlib
import json
import logging
import math
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.briefing.models import Brief, Usage
from bot.briefing.prices import Prices
from bot.briefing.tokens import count_bytes
from bot.errors import EngineError, StoreUnavailable
from bot.locales import N_
from storage.budgets import Budgets, OverBudgetError, Reservation

if TYPE_CHECKING:
    from bot.briefing.engines.endpoint import Question

PICTURE_TOKENS = 3_000
"""What a picture is charged at before its call: providers cut larger ones down to some 1,500 tokens."""

OVERHEAD_TOKENS = 64
"""Of a chat's own tokens around the messages, rounded up."""

FREE = Prices()

log = logging.getLogger(__name__)


class BudgetSpent(EngineError):
    """A call could cost more than is left of a budget, so that none was made."""


class BudgetSpentToday(BudgetSpent):
    """Until midnight UTC."""

    template = N_("The budget for today is used up")


class BudgetSpentThisMonth(BudgetSpent):
    """Until the month ends."""

    template = N_("The budget for this month is used up")


class BudgetUnknown(BudgetSpent):
    """What is left cannot be looked up, so that nothing is spent."""

    template = N_("The budget cannot be looked up just now")


_REASONS = {kind.template for kind in (BudgetSpentToday, BudgetSpentThisMonth, BudgetUnknown)}


def lacks_budget(brief: Brief) -> bool:
    """Whether the brief was made offline because a budget did not pay for a model's."""
    return any(notice.values.get("reason") in _REASONS for notice in brief.notices)


@dataclass(slots=True)
class Bill:
    """What a call has cost; None while that is not known, and then it stays charged at its worst."""

    usage: Usage | None = None


class Purse:
    """The budgets that pay for one model's calls; without any, nothing is charged."""

    def __init__(self, budgets: Budgets | None = None, prices: Prices = FREE) -> None:
        self._budgets = budgets
        self._prices = prices

    @contextlib.asynccontextmanager
    async def pay(self, question: "Question") -> AsyncIterator[Bill]:
        """Charge who pays in this task for the call that the block makes; raises BudgetSpent.

        The block notes in the bill what the call has cost.
        """
        bill = Bill()
        reservation = await self._reserve(question)
        try:
            yield bill
        finally:
            if self._budgets is not None and reservation is not None and bill.usage is not None:
                await self._settle(self._budgets, reservation, bill.usage)

    async def _reserve(self, question: "Question") -> Reservation | None:
        if self._budgets is None:
            return None
        worst = Usage(input_tokens=_bound(question), output_tokens=question.output_tokens)
        try:
            return await self._budgets.reserve(_tokens(worst), self._money(worst))
        except OverBudgetError as exc:
            raise (BudgetSpentToday if exc.period == "day" else BudgetSpentThisMonth)(str(exc)) from exc
        except StoreUnavailable as exc:
            if self._budgets.are_set:
                raise BudgetUnknown(str(exc)) from exc
            return None

    async def _settle(self, budgets: Budgets, reservation: Reservation, usage: Usage) -> None:
        calls = usage.model_calls
        try:
            await budgets.settle(reservation, _tokens(usage), self._money(usage), calls=calls)
        except StoreUnavailable as exc:
            log.warning("a call stays charged at its worst: %s", exc)

    def _money(self, usage: Usage) -> int:
        return math.ceil(self._prices.cost_millionths(usage))


def _tokens(usage: Usage) -> int:
    return usage.input_tokens + usage.output_tokens


def _bound(question: "Question") -> int:
    """Return what the tokens of a request cannot exceed in any vocabulary: no text has more than bytes."""
    text = (
        count_bytes(question.system) + count_bytes(question.user) + count_bytes(json.dumps(question.schema))
    )
    return text + PICTURE_TOKENS * len(question.images) + OVERHEAD_TOKENS
