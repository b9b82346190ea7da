"""What is known of a model's server: how it wants to be asked, and whether it has been answering.

Shared by all processes and kept over restarts where there is a Redis; without it, each process finds out.
"""

import asyncio
import logging

from bot.briefing.engines.dialect import Dialect, load_dialect
from bot.errors import StoreUnavailable
from storage.breaker import OPEN_S, PROBE_S, Breaker
from storage.connection import Redis
from storage.dialects import Dialects

PATIENCE_S = 0.25
"""How long a draft waits for what Redis remembers."""

log = logging.getLogger(__name__)


class Memory:
    """The memory of the server at `url` with `model`; its breaker stays open for `open_s`, at first."""

    def __init__(
        self,
        redis: Redis | None,
        url: str,
        model: str,
        *,
        open_s: float = OPEN_S,
        probe_s: float = PROBE_S,
    ) -> None:
        self._server = f"{url}\x1f{model}"
        self._dialects = Dialects(redis) if redis is not None else None
        self._is_recalled = redis is None
        self.dialect = Dialect()
        self.breaker = Breaker(redis, self._server, open_s=open_s, probe_s=probe_s)

    async def recall(self) -> None:
        """Take up the dialect that was found out before, at the first call."""
        if self._is_recalled or self._dialects is None:
            return
        self._is_recalled = True
        found = self.dialect
        try:
            async with asyncio.timeout(PATIENCE_S):
                data = await self._dialects.find(self._server)
        except (StoreUnavailable, TimeoutError) as exc:
            log.warning("the server's dialect is found out anew: %s", type(exc).__name__)
            return
        if data is not None and self.dialect == found:  # else another draft has found out more meanwhile
            self.dialect = load_dialect(data) or found

    async def learn(self, dialect: Dialect) -> None:
        """Take up a dialect and remember it."""
        if dialect == self.dialect:
            return
        self.dialect = dialect
        if self._dialects is None:
            return
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._dialects.keep(self._server, dialect.dump())
        except (StoreUnavailable, TimeoutError) as exc:
            log.warning("the server's dialect is not remembered: %s", type(exc).__name__)
