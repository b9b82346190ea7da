"""/usage: what model calls have used of whose budget; /stats: the same of everybody, for the owner."""

from collections.abc import Callable, Iterable
from typing import Final

from telegram import Update

from bot.briefing.labels import count_calls
from bot.locales import N_, _
from bot.metrics import REGISTRY
from bot.telegram.audience import asker
from bot.telegram.backend import Backend
from bot.telegram.composing import Block, Composer, Run, heading
from bot.telegram.once import answer_once
from bot.telegram.presence import occasion_of
from bot.telegram.presses import Context
from bot.telegram.replies import Reply, say
from storage.budgets import Account, Budget, Budgets, Period, Spent, name_account
from storage.limits import Asker

OFFLINE: Final = N_("Briefs are made by rules here: they use nothing.")

_LINES: Final[dict[Account, dict[Period, str]]] = {
    "person": {"day": N_("You, today: {amount}"), "month": N_("You, this month: {amount}")},
    "chat": {"day": N_("This group, today: {amount}"), "month": N_("This group, this month: {amount}")},
    "all": {"day": N_("Everybody, today: {amount}"), "month": N_("Everybody, this month: {amount}")},
}
_ORIGINS: Final = ("cache", "model", "offline")


async def on_usage(update: Update, _context: Context, *, backend: Backend, model: str | None) -> None:
    """Say what the person, and the group where it is one, have used today and this month."""
    if update.message is None:
        return
    payer = asker()
    whose: list[Account] = ["person"] if payer.group_id is None else ["person", "chat"]
    lines = await tell_usage(backend.budgets, payer, whose) if model else [_(OFFLINE)]
    await answer_once(_list(lines), occasion_of(update, update.message), backend=backend)


async def on_stats(
    update: Update, _context: Context, *, backend: Backend, owner: int | None, otherwise: str
) -> None:
    """Tell the owner, in private, what all have used; others read `otherwise`."""
    message = update.message
    if message is None:
        return
    payer = asker()
    if owner is None or payer.person_id != owner or payer.group_id is not None:
        if payer.group_id is None:
            await answer_once(say(_(otherwise)), occasion_of(update, message), backend=backend)
        return
    lines = await tell_usage(backend.budgets, payer, ["all"])
    await answer_once(_list([*lines, _since_start()]), occasion_of(update, message), backend=backend)


async def tell_usage(budgets: Budgets, payer: Asker, whose: Iterable[Account]) -> list[str]:
    """Return a line for each account and period."""
    lines = []
    for account in whose:
        budget = budgets.budget_of(payer, account)
        for period, sentence in _LINES[account].items():
            spent = await budgets.spent(name_account(payer, account), period)
            lines.append(_(sentence).format(amount=_amount(spent, budget, period)))
    return lines


def _since_start() -> str:
    """Say where the briefs came from that this process has given."""
    made = {name: REGISTRY.get_sample_value("sayso_briefs_total", {"origin": name}) for name in _ORIGINS}
    sentence = _(
        "Since this process began: {cache} briefs from the cache, {model} by the model, {offline} offline"
    )
    return sentence.format(**{name: _thousands(round(count or 0)) for name, count in made.items()})


def _amount(spent: Spent, budget: Budget, period: Period) -> str:
    """Say what was used, and of how much where that is limited."""
    is_day = period == "day"
    tokens = _of(_thousands(spent.tokens), budget.day_tokens if is_day else budget.month_tokens, _thousands)
    parts = [count_calls(spent.calls), _("{tokens} tokens").format(tokens=tokens)]
    limit = budget.day_money if is_day else budget.month_money
    if spent.money or limit:
        parts.append(_("{money} in money").format(money=_of(_money(spent.money), limit, _money)))
    return ", ".join(parts)


def _of(used: str, limit: int, show: Callable[[int], str]) -> str:
    return _("{used} of {limit}").format(used=used, limit=show(limit)) if limit else used


def _thousands(number: int) -> str:
    """Write a number with narrow spaces, which no language reads as a decimal point."""
    return f"{number:,}".replace(",", "\u202f")


def _money(millionths: int) -> str:
    """Write an amount with as many decimals as a small one needs."""
    return f"{millionths / 1_000_000:.{2 if millionths >= 1_000_000 else 4}f}"


def _list(lines: Iterable[str]) -> Reply:
    composer = Composer()
    composer.add_block(heading(_("What the model has used, by UTC")))
    for line in lines:
        composer.add_block(Block((Run(f"• {line}"),)))
    return Reply(composer.text, tuple(composer.entities))
