"""Questions that a client puts to the bot and that the bot answers by id: button presses, inline, guest."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.playground.changes import Changes
from bot.playground.refusal import Json, bad_request

QUERY_LIFE_S = 30.0
"""Telegram does not publish how long a query may be answered; reports range from 15 s to a minute."""


@dataclass(slots=True, kw_only=True)
class Query:
    """One question; `answer` is None until the bot gives it. `about` is the update's content."""

    id: str
    kind: Literal["callback", "inline", "guest"]
    about: Json
    at: float
    answer: Json | None = None


class Queries:
    """All questions of this session."""

    def __init__(self, changes: Changes, clock: Callable[[], float]) -> None:
        self._changes = changes
        self._clock = clock
        self._ids = itertools.count(7_000_000_001)
        self._queries: dict[str, Query] = {}

    def ask(self, kind: Literal["callback", "inline", "guest"], about: Json) -> Query:
        """Open a query; its id goes into `about` under the name its kind has there."""
        query = Query(id=str(next(self._ids)), kind=kind, about=about, at=self._clock())
        about["guest_query_id" if kind == "guest" else "id"] = query.id
        self._queries[query.id] = query
        return query

    def answer(self, kind: str, query_id: str, answer: Json) -> Query:
        """Give the answer; raises Refused for a query unknown or too old; a second answer changes nothing."""
        query = self._queries.get(query_id)
        if query is None or query.kind != kind or self._clock() - query.at > QUERY_LIFE_S:
            raise bad_request("query is too old and response timeout expired or query ID is invalid")
        if query.answer is None:
            query.answer = answer
        self._changes.publish()
        return query

    async def wait(self, query: Query, timeout_s: float) -> Json:
        """Return the bot's answer; raises TimeoutError when none comes."""
        answer = await self._changes.wait_for(lambda: query.answer, timeout_s)
        assert answer is not None, "wait_for returns true values only"  # noqa: S101 - narrows the type
        return answer
