"""The engine that asks a second model where the first one fails, within one deadline."""

import logging
import time
from typing import TYPE_CHECKING

from bot.article.models import Article
from bot.briefing.models import Draft, OnPartial, Usage
from bot.errors import EngineError

if TYPE_CHECKING:
    from bot.briefing.engines.openai import OpenAIEngine

FIRST_SHARE = 0.65
"""Of the deadline that the first model may use up: one that hangs must leave the second time to write."""

WORTH_STARTING = 0.15
"""Of the deadline: with less of it left, a second model would only cost money."""

log = logging.getLogger(__name__)


class SecondChanceEngine:
    """Two engines as one, named after the first; a draft of the second says so in `writer`."""

    def __init__(self, first: "OpenAIEngine", second: "OpenAIEngine", *, timeout_s: float) -> None:
        self._first = first
        self._second = second
        self._timeout_s = timeout_s
        self.name = first.name
        self.prompt_version = first.prompt_version

    async def draft(
        self, article: Article, language: str, on_partial: OnPartial | None = None
    ) -> tuple[Draft, Usage]:
        """Draft with the first model, or with the second in the time that is left; raises EngineError.

        The usage is that of both.
        """
        deadline_s = time.monotonic() + self._timeout_s
        has_shown = False

        async def show(partial: Draft) -> None:
            nonlocal has_shown
            has_shown = True
            if on_partial is not None:
                await on_partial(partial)

        try:
            return await self._first.draft(
                article, language, on_partial and show, timeout_s=self._timeout_s * FIRST_SHARE
            )
        except EngineError as exc:
            left_s = deadline_s - time.monotonic()
            if left_s < self._timeout_s * WORTH_STARTING:
                raise
            log.warning("first model failed: %s: %s; asking the second", type(exc).__name__, exc)
            spent = exc.usage or Usage()
        try:
            # What was shown of the first draft is not taken back for the beginning of another one.
            draft, usage = await self._second.draft(
                article, language, None if has_shown else on_partial, timeout_s=left_s
            )
        except EngineError as exc:
            exc.usage = spent.plus(exc.usage or Usage())
            raise
        return draft.model_copy(update={"writer": self._second.name}), spent.plus(usage)

    async def ping(self) -> None:
        """Ask both servers for a sign of life; raises EngineError."""
        await self._first.ping()
        await self._second.ping()

    async def aclose(self) -> None:
        """Close the connections to both servers."""
        await self._first.aclose()
        await self._second.aclose()
