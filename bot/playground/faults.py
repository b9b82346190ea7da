"""Misbehaviour on command: what networks and Telegram's servers do to a bot on a bad day."""

from dataclasses import dataclass, field
from typing import Literal, get_args

from bot.playground.refusal import Json, Refused, too_many

Effect = Literal["delay", "flood", "error", "html", "lost_answer", "drop", "drop_after"]
"""delay: the answer takes `seconds`; flood: 429 with `retry_after`; error: `status` with `description`;
html: `status` with a web page instead of JSON; lost_answer: it is done, but no answer ever comes;
drop: the connection ends and nothing was done; drop_after: it is done, then the connection ends."""


@dataclass(slots=True, kw_only=True)
class Fault:
    """One kind of misbehaviour for the next `times` requests of a method; "*" stands for every method."""

    method: str
    effect: Effect
    times: int = 1
    seconds: float = 0.0
    retry_after: int = 1
    status: int = 500
    description: str = ""
    parameters: Json = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.effect not in get_args(Effect):
            raise ValueError(f"no such effect: {self.effect}")

    def as_refusal(self) -> Refused | None:
        """Return the refusal that is answered instead of doing anything, if it is one."""
        if self.effect == "flood":
            return too_many(self.retry_after)
        if self.effect == "error":
            return Refused(self.status, self.description or _phrase(self.status), **self.parameters)
        return None


class Faults:
    """The faults that wait for their requests, in the order they were set."""

    def __init__(self) -> None:
        self.waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Set a fault for the next matching requests."""
        self.waiting.append(fault)

    def clear(self) -> None:
        """Behave again."""
        self.waiting.clear()

    def take(self, method: str) -> Fault | None:
        """Return the fault for this request, and count it."""
        for fault in self.waiting:
            if fault.method in {method, "*"}:
                fault.times -= 1
                if fault.times <= 0:
                    self.waiting.remove(fault)
                return fault
        return None


def _phrase(status: int) -> str:
    return {502: "Bad Gateway", 503: "Service Unavailable", 504: "Gateway Timeout"}.get(
        status, "Internal Server Error"
    )
