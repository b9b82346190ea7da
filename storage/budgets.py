"""What model calls may cost: tokens and money a day and a month, of each person, each group, and all.

A call is charged at its worst before it is made, by one script for all whom it concerns, and at what it has
cost after it: a lease is the right to the difference. It lapses with who dies in between; nobody knows what
that call has cost, and a budget that is hard counts it in full.
"""

import logging
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import astuple, dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors
from storage.limits import Asker

log = logging.getLogger(__name__)

Period = Literal["day", "month"]
Account = Literal["person", "chat", "all"]

# KEYS: the day's and the month's accounts (hashes), which periods there are, the lease. ARGV: day, month, the
# oldest month to keep, what the names of periods begin with, lifetime of the lease, tokens, money, then of
# each account its name and what it may: tokens and money a day, tokens and money a month, 0 for no limit.
# Returns the number of the account that has not enough, and of the period; 0 when it is charged.
_RESERVE = """
local tokens, money, lease = tonumber(ARGV[6]), tonumber(ARGV[7]), {ARGV[6], ARGV[7], ARGV[1], ARGV[2]}
local function exceeds(accounts, name, amount, limit)
    limit = tonumber(limit)
    return limit > 0 and tonumber(redis.call('HGET', accounts, name) or 0) + amount > limit
end
for i = 8, #ARGV, 5 do
    for period = 1, 2 do
        local at = i + 2 * period - 1
        if exceeds(KEYS[period], ARGV[i] .. ':tokens', tokens, ARGV[at])
            or exceeds(KEYS[period], ARGV[i] .. ':money', money, ARGV[at + 1]) then
            return {(i - 3) / 5, period}
        end
    end
end
for i = 8, #ARGV, 5 do
    for period = 1, 2 do
        redis.call('HINCRBY', KEYS[period], ARGV[i] .. ':tokens', tokens)
        redis.call('HINCRBY', KEYS[period], ARGV[i] .. ':money', money)
        redis.call('HINCRBY', KEYS[period], ARGV[i] .. ':calls', 1)
    end
    lease[#lease + 1] = ARGV[i]
end
redis.call('SET', KEYS[4], table.concat(lease, ' '), 'EX', ARGV[5])
if redis.call('SADD', KEYS[3], ARGV[1], ARGV[2]) > 0 then
    for _, old in ipairs(redis.call('SMEMBERS', KEYS[3])) do
        if old < ARGV[3] then
            redis.call('DEL', ARGV[4] .. old)
            redis.call('SREM', KEYS[3], old)
        end
    end
end
return {0, 0}
"""

# KEYS: the lease. ARGV: what the names of periods begin with, tokens, money, calls. A second time changes
# nothing.
_SETTLE = """
local lease = redis.call('GETDEL', KEYS[1])
if not lease then return 0 end
local words = {}
for word in string.gmatch(lease, '%S+') do words[#words + 1] = word end
for period = 3, 4 do
    local accounts = ARGV[1] .. words[period]
    for i = 5, redis.call('EXISTS', accounts) == 1 and #words or 0 do
        redis.call('HINCRBY', accounts, words[i] .. ':tokens', ARGV[2] - words[1])
        redis.call('HINCRBY', accounts, words[i] .. ':money', ARGV[3] - words[2])
        redis.call('HINCRBY', accounts, words[i] .. ':calls', ARGV[4] - 1)
    end
end
return 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What one account may use; 0 is without limit. Money is in millionths of the currency of the prices."""

    day_tokens: int = 0
    day_money: int = 0
    month_tokens: int = 0
    month_money: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What an account has used in a period; money is in millionths."""

    calls: int = 0
    tokens: int = 0
    money: int = 0


@dataclass(frozen=True, slots=True)
class Reservation:
    """A call that is charged at its worst, until it is settled."""

    lease: str


class OverBudgetError(Exception):
    """A call that could cost more than is left; `period` says until when, `whose` of whom."""

    def __init__(self, whose: str, period: Period) -> None:
        super().__init__(f"{whose}, {period}")
        self.whose = whose
        self.period = period


_NOBODY = Asker()
_payer: ContextVar[Asker] = ContextVar("payer", default=_NOBODY)


def charge_to(payer: Asker) -> None:
    """Charge the model calls of this task, and of those that it starts, to a person and a group."""
    _payer.set(payer)


@contextmanager
def charged_to(payer: Asker) -> Iterator[None]:
    """Charge what happens in the block to them."""
    token = _payer.set(payer)
    try:
        yield
    finally:
        _payer.reset(token)


class Budgets:
    """The accounts of all replicas; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(
        self,
        redis: Redis,
        *,
        person: Budget = Budget(),
        group: Budget = Budget(),
        total: Budget = Budget(),
        owner: int | None = None,
        lease_s: int = keys.BUDGET_LEASE_S,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._redis = redis
        self._budgets: dict[Account, Budget] = {"person": person, "chat": group, "all": total}
        self._owner = owner
        self._lease_s = lease_s
        self._clock = clock
        self._reserve = redis.register_script(_RESERVE)
        self._settle = redis.register_script(_SETTLE)

    @property
    def are_set(self) -> bool:
        """Whether anybody's use is limited: then no call is made that cannot be charged."""
        return any(budget != Budget() for budget in self._budgets.values())

    async def reserve(self, tokens: int, money: int) -> Reservation:
        """Charge a call at its worst to who pays in this task; raises OverBudgetError."""
        now, lease = self._clock(), secrets.token_hex(16)
        accounts = self._accounts(_payer.get())
        limits = [part for name, budget in accounts for part in (name, *astuple(budget))]
        day, month = _periods(now)
        _, oldest = _periods(now.replace(day=1) - timedelta(days=1))
        with store_errors():
            number, period = await self._reserve(
                keys=[keys.budget(day), keys.budget(month), keys.budget("periods"), keys.budget_lease(lease)],
                args=[day, month, oldest, keys.budget(""), self._lease_s, tokens, money, *limits],
            )
        if number:
            raise OverBudgetError(accounts[number - 1][0], "day" if period == 1 else "month")
        return Reservation(lease)

    async def settle(self, reservation: Reservation, tokens: int, money: int, *, calls: int = 1) -> bool:
        """Charge what a call has cost in place of its worst; False when that is done, or it is too late."""
        with store_errors():
            return bool(
                await self._settle(
                    keys=[keys.budget_lease(reservation.lease)], args=[keys.budget(""), tokens, money, calls]
                )
            )

    async def spent(self, whose: str, period: Period) -> Spent:
        """Return what "all", "person:…" or "chat:…" has used today or this month."""
        day, month = _periods(self._clock())
        names = [f"{whose}:{what}" for what in ("calls", "tokens", "money")]
        with store_errors():
            found = await self._redis.hmget(keys.budget(day if period == "day" else month), names)
        calls, tokens, money = (int(value or 0) for value in found)
        return Spent(calls=calls, tokens=tokens, money=money)

    def budget_of(self, payer: Asker, account: Account) -> Budget:
        """Return what the payer, or their group, or all may use."""
        is_free = account != "all" and self._owner is not None and payer.person_id == self._owner
        return Budget() if is_free else self._budgets[account]

    def _accounts(self, payer: Asker) -> list[tuple[str, Budget]]:
        """Return who is charged, by name, and what each may use; what nobody may exceed comes last."""
        charged: list[Account] = ["person"] if payer.person_id is not None else []
        charged += ["chat"] if payer.group_id is not None else []
        return [(name_account(payer, one), self.budget_of(payer, one)) for one in (*charged, "all")]


def name_account(payer: Asker, account: Account) -> str:
    """Return the name of the payer's own account, of their group's, or of everybody's."""
    numbers = {"person": payer.person_id, "chat": payer.group_id}
    return account if account == "all" else f"{account}:{numbers[account]}"


def _periods(now: datetime) -> tuple[str, str]:
    """Return the names of the day and the month, by UTC."""
    return f"{now:%Y-%m-%d}", f"{now:%Y-%m}"
