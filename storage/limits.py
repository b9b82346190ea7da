"""How much a person and a chat may ask: a rate with a burst, and so many briefs and questions a day.

Charged by one script, so that replicas share one count and a second try of an update costs nothing. While
Redis is away each process keeps the rates for itself, and days are not counted.
"""

import logging
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage import keys
from storage.connection import store_errors

log = logging.getLogger(__name__)

Work = Literal["briefs", "questions"]
Limit = Literal["rate", "briefs", "questions"]
Whose = Literal["person", "chat"]
Name = Callable[[str], str]

MINUTE_S = 60

MAX_REMEMBERED = 10_000
"""Rates kept in the process while Redis is away; past that, the one longest unused is forgotten."""

# KEYS: the charge's mark, then rates, then days. ARGV: the mark's lifetime; how many rates and, for each, the
# milliseconds between requests and the burst; for each day, how much it allows. A charge's mark is '-' once
# the rates are paid and the day's number once the day is. Of several limits reached, the last to end is told.
_SPEND = """
local t = redis.call('TIME')
local now, today = t[1] * 1000 + t[2] / 1000, math.floor(t[1] / 86400)
local rates, days, paid = tonumber(ARGV[2]), 3 + 2 * ARGV[2], redis.call('GET', KEYS[1])
if paid and paid ~= '-' then return {0, 0} end

local reached, wait, marks = 0, 0, {}
for i = 1, paid and 0 or rates do
    local interval, burst = tonumber(ARGV[1 + 2 * i]), tonumber(ARGV[2 + 2 * i])
    local due = math.max(tonumber(redis.call('GET', KEYS[1 + i]) or 0), now) + interval
    local early = due - burst * interval - now
    if early > wait then reached, wait = i, early end
    marks[i] = due
end
if reached > 0 then return {reached, math.ceil(wait)} end
for i, due in ipairs(marks) do
    redis.call('SET', KEYS[1 + i], string.format('%.3f', due), 'PX', math.ceil(due - now))
end
redis.call('SET', KEYS[1], '-', 'EX', ARGV[1])

for i = rates + 1, #KEYS - 1 do
    if tonumber(redis.call('GET', KEYS[1 + i]) or 0) >= tonumber(ARGV[days + i - rates - 1]) then
        return {i, (today + 1) * 86400000 - math.floor(now)}
    end
end
for i = rates + 1, #KEYS - 1 do
    redis.call('INCR', KEYS[1 + i])
    redis.call('EXPIREAT', KEYS[1 + i], (today + 1) * 86400)
end
if #KEYS - 1 > rates then redis.call('SET', KEYS[1], today, 'EX', ARGV[1]) end
return {0, 0}
"""

# KEYS: the charge's mark, then days. What was charged yesterday is not taken from today.
_GIVE_BACK = """
local today = tostring(math.floor(redis.call('TIME')[1] / 86400))
if redis.call('GET', KEYS[1]) ~= today then return end
redis.call('SET', KEYS[1], '-', 'KEEPTTL')
for i = 2, #KEYS do redis.call('DECR', KEYS[i]) end
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowance:
    """How much one person, or one chat, may ask; 0 is without limit."""

    rate: int = 0
    """Requests a minute, once the burst is used up."""
    burst: int = 1
    """Requests at once, after a while of silence."""
    briefs: int = 0
    """New briefs a day, by UTC."""
    questions: int = 0
    """Questions a day, by UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asker:
    """Who asks: the person, and the chat that they ask in where it is one of ours."""

    person_id: int | None = None
    chat_id: int | None = None

    @property
    def group_id(self) -> int | None:
        """The chat, if it is one that others share: those have negative ids."""
        return self.chat_id if self.chat_id is not None and self.chat_id < 0 else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Which limit is reached, whose it is, and when it ends."""

    limit: Limit
    whose: Whose
    wait_s: float


@dataclass(frozen=True, slots=True)
class _Rate:
    whose: Whose
    key: str
    interval_ms: float
    burst: int


@dataclass(frozen=True, slots=True)
class _Day:
    whose: Whose
    key: str
    most: int


class Limits:
    """The limits of everyone but the owner; nothing is raised when Redis does not answer."""

    def __init__(
        self,
        redis: Redis,
        *,
        person: Allowance = Allowance(),
        group: Allowance = Allowance(),
        owner: int | None = None,
    ) -> None:
        self._redis = redis
        self._person = person
        self._group = group
        self._owner = owner
        self._spend = redis.register_script(_SPEND)
        self._give_back = redis.register_script(_GIVE_BACK)
        self._alone = _Rates()
        self._away = False

    async def spend(self, asker: Asker, charge_id: int | str, work: Work | None) -> Refusal | None:
        """Charge a request once, however often it is tried; None when it may go on.

        `work` None is a request that costs nothing but an answer: only the rates count.
        """
        rates, days = self._rates(asker), self._days(asker, work)
        limits: list[_Rate | _Day] = [*rates, *days]
        if not limits:
            return None
        try:
            with store_errors():
                reached, wait_ms = await self._spend(
                    keys=[keys.charge(charge_id), *(limit.key for limit in limits)],
                    args=[
                        keys.CHARGE_TTL_S,
                        len(rates),
                        *(part for rate in rates for part in (rate.interval_ms, rate.burst)),
                        *(day.most for day in days),
                    ],
                )
        except StoreUnavailable as exc:
            if not self._away:
                log.warning("limits are this process's own, days are not counted: %s", exc)
            self._away = True
            return self._spend_alone(rates)
        self._away = False
        if not reached:
            return None
        limit = limits[reached - 1]
        kind: Limit = "rate" if isinstance(limit, _Rate) or work is None else work
        return Refusal(limit=kind, whose=limit.whose, wait_s=wait_ms / 1_000)

    async def give_back(self, asker: Asker, charge_id: int | str, work: Work) -> None:
        """Take a day's charge back: nothing was done for it. A second time changes nothing."""
        if days := self._days(asker, work):
            try:
                with store_errors():
                    await self._give_back(keys=[keys.charge(charge_id), *(day.key for day in days)])
            except StoreUnavailable as exc:
                log.info("a charge was not given back: %s", type(exc).__name__)

    async def may_tell(self, asker: Asker, refusal: Refusal) -> bool:
        """Whether to say now that a limit is reached: once until it ends, and of a rate once a minute.

        In a private chat everything that asks for work is answered, as long as the rate holds.
        """
        if asker.group_id is None and refusal.limit != "rate":
            return True
        who = asker.person_id if refusal.whose == "person" else ""
        key = _home(asker)(f"told:{refusal.limit}:{who}")
        lasts_s = max(MINUTE_S, refusal.wait_s) if refusal.limit == "rate" else refusal.wait_s
        try:
            with store_errors():
                return bool(await self._redis.set(key, 1, nx=True, px=math.ceil(lasts_s * 1_000)))
        except StoreUnavailable:
            return self._alone.take(_Rate(refusal.whose, key, lasts_s * 1_000, 1)) == 0

    def _spend_alone(self, rates: list[_Rate]) -> Refusal | None:
        for rate in rates:
            if wait_ms := self._alone.take(rate):
                return Refusal(limit="rate", whose=rate.whose, wait_s=wait_ms / 1_000)
        return None

    def _rates(self, asker: Asker) -> list[_Rate]:
        return [
            _Rate(whose, name("rate"), 1_000 * MINUTE_S / allowance.rate, max(1, allowance.burst))
            for whose, name, allowance in self._limited(asker)
            if allowance.rate
        ]

    def _days(self, asker: Asker, work: Work | None) -> list[_Day]:
        return [
            _Day(whose, name(work), most)
            for whose, name, allowance in self._limited(asker)
            if work is not None and (most := int(getattr(allowance, work)))
        ]

    def _limited(self, asker: Asker) -> list[tuple[Whose, Name, Allowance]]:
        """Return who is limited here, how their keys are named, and how much they may."""
        if self._owner is not None and asker.person_id == self._owner:
            return []
        found: list[tuple[Whose, Name, Allowance]] = []
        if asker.person_id is not None:
            found.append(("person", partial(keys.limit, "person", asker.person_id), self._person))
        if asker.group_id is not None:
            found.append(("chat", partial(keys.limit, "chat", asker.group_id), self._group))
        return found


def _home(asker: Asker) -> Name:
    """Return how the keys of the place are named that somebody asks in."""
    if asker.group_id is not None:
        return partial(keys.limit, "chat", asker.group_id)
    return partial(keys.limit, "person", asker.person_id or 0)


@dataclass(slots=True)
class _Rates:
    """The same rule in this process: when each name's next request is due if all keep to the rate."""

    _due_ms: OrderedDict[str, float] = field(default_factory=OrderedDict)

    def take(self, rate: _Rate) -> float:
        """Charge a request and return 0, or charge nothing and return how many milliseconds to wait."""
        now_ms = time.monotonic() * 1_000
        due_ms = max(self._due_ms.get(rate.key, 0), now_ms) + rate.interval_ms
        early_ms = due_ms - rate.burst * rate.interval_ms - now_ms
        if early_ms > 0:
            return early_ms
        self._due_ms[rate.key] = due_ms
        self._due_ms.move_to_end(rate.key)
        if len(self._due_ms) > MAX_REMEMBERED:
            self._due_ms.popitem(last=False)
        return 0
