"""Group commit: what comes at the same time is written in one call, and each learns how its own part went."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Final, Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")

AT_ONCE: Final = 100


class GroupCommit(Generic[T, R]):
    """Calls `commit` with all that came while the call before was under way; nothing waits otherwise."""

    def __init__(
        self, commit: Callable[[Sequence[T]], Awaitable[Sequence[R]]], at_once: int = AT_ONCE
    ) -> None:
        self._commit = commit
        self._at_once = at_once
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._committing: asyncio.Task[None] | None = None

    async def add(self, item: T) -> R:
        """Return the answer to this item once it is committed; raises what `commit` raises."""
        answer: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, answer))
        if self._committing is None:
            self._committing = asyncio.create_task(self._commit_all())
        return await answer

    async def _commit_all(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._at_once], self._waiting[self._at_once :]
            try:
                results = await self._commit([item for item, _ in batch])
            except Exception as exc:  # noqa: BLE001 - it is raised where the answers are waited for
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(exc)
            else:
                for (_, answer), result in zip(batch, results, strict=True):
                    if not answer.done():
                        answer.set_result(result)
        self._committing = None
