"""The queue of updates for the bot, with getUpdates' semantics: kept until confirmed by a higher offset."""

import copy
import time
from bisect import insort
from collections.abc import Callable
from dataclasses import dataclass
from operator import attrgetter

from bot.playground.changes import Changes
from bot.playground.refusal import Json, Refused

# Kinds that Telegram sends only to bots that ask for them.
ON_REQUEST = frozenset({"chat_member", "message_reaction", "message_reaction_count", "guest_message",
                        "stopped_message_generation"})  # fmt: skip
_SECONDS_SINCE = 1_500_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Queued:
    """An update, and the lane whose updates are delivered one after another."""

    update: Json
    lane: str
    at: float

    @property
    def id(self) -> int:
        """The update's id."""
        return int(self.update["update_id"])


class Updates:
    """Pending updates, oldest first."""

    def __init__(self, changes: Changes, clock: Callable[[], float], first_id: int | None = None) -> None:
        # The time goes into the first id: a bot that remembers its offset meets higher ids after a restart.
        self._next_id = first_id if first_id is not None else max(1, int(clock()) - _SECONDS_SINCE)
        self._changes = changes
        self._clock = clock
        self._polls = 0
        self.pending: list[Queued] = []
        self.allowed: tuple[str, ...] = ()
        self.has_webhook = False

    @property
    def last_id(self) -> int:
        """The id of the newest update, or one below the first."""
        return self._next_id - 1

    def push(self, kind: str, content: Json, lane: str) -> int | None:
        """Queue an update; None when the bot does not want this kind."""
        if kind not in self.allowed if self.allowed else kind in ON_REQUEST:
            return None
        update = {"update_id": self._next_id, kind: copy.deepcopy(content)}
        self._next_id += 1
        self.pending.append(Queued(update=update, lane=lane, at=self._clock()))
        self._changes.publish()
        return self.last_id

    def repeat(self, update: Json, lane: str = "again") -> None:
        """Queue an update once more with its own id, as Telegram does when it missed the confirmation.

        It stands by its id: what is polled comes in order, so that the last one's offset confirms no other.
        """
        again = Queued(update=copy.deepcopy(update), lane=lane, at=self._clock())
        insort(self.pending, again, key=attrgetter("id"))
        self._changes.publish()

    def remove(self, update_id: int) -> None:
        """Forget one delivered update."""
        self.pending = [queued for queued in self.pending if queued.id != update_id]
        self._changes.publish()

    def clear(self) -> None:
        """Forget all pending updates."""
        self.pending.clear()
        self._changes.publish()

    def confirm(self, offset: int) -> None:
        """Forget updates below a positive offset, or all but the last ones for a negative offset."""
        if offset < 0:
            self.pending = self.pending[offset:]
        elif offset > 0:
            self.pending = [queued for queued in self.pending if queued.id >= offset]

    async def poll(self, *, offset: int, limit: int, timeout_s: float) -> list[Json]:
        """Return up to `limit` updates, waiting up to `timeout_s`; a newer poll ends this one with 409."""
        if self.has_webhook:
            active = "can't use getUpdates method while webhook is active"
            raise Refused(409, f"Conflict: {active}; use deleteWebhook to delete the webhook first")
        self._polls += 1
        mine = self._polls
        self.confirm(offset)
        self._changes.publish()
        deadline = time.monotonic() + timeout_s
        while not self.pending and not self._changes.closed and time.monotonic() < deadline:
            await self._changes.wait(deadline - time.monotonic())
            self._refuse_if_ended(mine)
        return [copy.deepcopy(queued.update) for queued in self.pending[: min(max(limit, 1), 100)]]

    def _refuse_if_ended(self, mine: int) -> None:
        if self.has_webhook:
            raise Refused(409, "Conflict: terminated by setWebhook request")
        if mine != self._polls:
            other = "terminated by other getUpdates request; make sure that only one bot instance is running"
            raise Refused(409, f"Conflict: {other}")
