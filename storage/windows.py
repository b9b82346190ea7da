"""Sliding windows in one process: so many calls within so many seconds, on several lanes at once.

The governor's rule, for while Redis is away: its script is the same rule for all processes.
"""

import contextlib
from collections import OrderedDict
from collections.abc import Iterator
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Final, Literal

Urgency = Literal["interactive", "bulk", "courtesy"]
"""interactive: somebody waits; bulk: takes what interactive calls leave; courtesy: at once or not at all."""

MARGIN_S: Final = 0.001
"""So much longer than its window a call counts: clocks round."""

LEASE_S: Final = 10.0
"""A call that nobody says is answered counts for its window from then on: its process may be gone."""

GRACE_S: Final = 0.2
"""So long after it was told to come a caller in line is waited for."""

YIELD_S: Final = 0.025
"""When bulk is to look again whether interactive calls are through."""

BULK_EVERY_S: Final = 1 / 3
"""So often a bulk call goes before interactive ones: it must not starve."""

MOST_LANES: Final = 20_000
"""Lanes kept in the process; past that, the one longest unused is forgotten."""

_urgency: ContextVar[Urgency] = ContextVar("urgency", default="interactive")


@contextlib.contextmanager
def acting(urgency: Urgency) -> Iterator[None]:
    """Make the calls of the block, and of tasks begun in it, as urgent as this."""
    token = _urgency.set(urgency)
    try:
        yield
    finally:
        _urgency.reset(token)


def current_urgency() -> Urgency:
    """Return how urgent the calls of this task are."""
    return _urgency.get()


@dataclass(frozen=True, slots=True)
class Lane:
    """What is limited: at most `most` calls within any `window_s` seconds."""

    name: str
    most: int
    window_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """A call that wants to be made; the first lane is the one that all calls share.

    `pauses` names what a pause of this call's chat or method is kept under.
    """

    id: str
    urgency: Urgency
    lanes: tuple[Lane, ...]
    pauses: str


@dataclass(frozen=True, slots=True)
class Wait:
    """When to ask again, in seconds from now, and whether it is for the lane that all share."""

    seconds: float
    is_common: bool


@dataclass(slots=True)
class Windows:
    """The calls made lately on each lane, by when each is to be forgotten; the caller gives the time."""

    _lanes: OrderedDict[str, dict[str, float]] = field(default_factory=OrderedDict)
    _paused: dict[str, float] = field(default_factory=dict)
    _awaited_until_s: float = 0.0
    _bulk_at_s: float = 0.0

    def take(self, call: Call, now_s: float, share: float = 1.0) -> Wait | None:
        """Count a call that may be made now, and return None; or count nothing and say when to ask again.

        `share` is the part of each lane that is this process's.
        """
        wait = Wait(self._paused.get(call.pauses, 0.0) - now_s, is_common=False)
        for lane in call.lanes:
            counted = self._counted(lane, now_s)
            if len(counted) >= max(1, int(lane.most * share)):
                early_s = min(min(counted.values()) - now_s, lane.window_s)
                wait = max(wait, Wait(early_s, lane is call.lanes[0]), key=lambda one: one.seconds)
        if wait.seconds > 0:
            if wait.is_common and call.urgency == "interactive":
                self._awaited_until_s = now_s + wait.seconds + GRACE_S
            return wait
        if call.urgency == "bulk":
            if now_s < self._awaited_until_s and now_s - self._bulk_at_s < BULK_EVERY_S:
                return Wait(YIELD_S, is_common=True)
            self._bulk_at_s = now_s
        elif call.urgency == "interactive":
            self._awaited_until_s = 0.0
        self.count(call, now_s)
        return None

    def count(self, call: Call, now_s: float) -> None:
        """Count a call that had leave from elsewhere."""
        for lane in call.lanes:
            self._counted(lane, now_s)[call.id] = now_s + lane.window_s + LEASE_S

    def settle(self, call: Call, now_s: float) -> None:
        """Note that a call was answered: it was made by now at the latest."""
        for lane in call.lanes:
            if call.id in self._lanes.get(lane.name, ()):
                self._lanes[lane.name][call.id] = now_s + lane.window_s + MARGIN_S

    def drop(self, call: Call) -> None:
        """Uncount a call that was not made."""
        for lane in call.lanes:
            self._lanes.get(lane.name, {}).pop(call.id, None)

    def pause(self, name: str, until_s: float) -> None:
        """Let no call of this chat or method through until then."""
        self._paused = {name: end for name, end in self._paused.items() if end > until_s - MAX_PAUSE_S}
        self._paused[name] = max(until_s, self._paused.get(name, 0.0))

    def _counted(self, lane: Lane, now_s: float) -> dict[str, float]:
        counted = self._lanes.setdefault(lane.name, {})
        self._lanes.move_to_end(lane.name)
        for call_id in [call_id for call_id, end in counted.items() if end <= now_s]:
            del counted[call_id]
        if len(self._lanes) > MOST_LANES:
            self._lanes.popitem(last=False)
        return counted


MAX_PAUSE_S: Final = 86_400
"""No pause is longer; one that ended so long before the newest one is forgotten."""
