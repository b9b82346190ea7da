"""The engine that asks a second model where the first one fails, within one deadline."""

import logging
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from bot.article.models import Article
from bot.briefing.inquiries import Inquiry
from bot.briefing.models import Brief, Draft, OnPartial, Usage
from bot.briefing.noting import DraftNotes
from bot.briefing.pairing import Pairing
from bot.errors import EngineError

if TYPE_CHECKING:
    from bot.briefing.engines.openai import OpenAIEngine

Written = TypeVar("Written", Draft, Pairing, DraftNotes)

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
        has_shown = False

        async def show(partial: Draft) -> None:
            nonlocal has_shown
            has_shown = True
            if on_partial is not None:
                await on_partial(partial)

        return await self._ask_both(
            lambda engine, timeout_s: engine.draft(
                # What was shown of the first draft is not taken back for the beginning of another one.
                article,
                language,
                None if has_shown else on_partial and show,
                timeout_s=timeout_s,
            )
        )

    async def answer(self, inquiry: Inquiry) -> tuple[Draft, Usage]:
        """Answer a question with the first model, or with the second; raises EngineError, as `draft`."""
        return await self._ask_both(lambda engine, timeout_s: engine.answer(inquiry, timeout_s=timeout_s))

    async def pair(self, first: Article, second: Article, language: str) -> tuple[Pairing, Usage]:
        """Pair two articles' sentences with the first model, or with the second; raises EngineError."""
        return await self._ask_both(
            lambda engine, timeout_s: engine.pair(first, second, language, timeout_s=timeout_s)
        )

    async def annotate(self, sources: Sequence[Article], brief: Brief) -> tuple[DraftNotes, Usage]:
        """Write notes of context with the first model, or with the second; raises EngineError."""
        return await self._ask_both(
            lambda engine, timeout_s: engine.annotate(sources, brief, timeout_s=timeout_s)
        )

    async def _ask_both(
        self, ask: "Callable[[OpenAIEngine, float], Awaitable[tuple[Written, Usage]]]"
    ) -> tuple[Written, Usage]:
        """Ask the first model, and the second when it fails and there is time left; `ask` takes seconds."""
        deadline_s = time.monotonic() + self._timeout_s
        try:
            return await ask(self._first, self._timeout_s * FIRST_SHARE)
        except EngineError as exc:
            left_s = deadline_s - time.monotonic()
            if left_s < self._timeout_s * WORTH_STARTING:
                raise
            log.warning("first model failed: %s: %s; asking the second", type(exc).__name__, exc)
            spent = exc.usage or Usage()
        try:
            written, usage = await ask(self._second, left_s)
        except EngineError as exc:
            exc.usage = spent.plus(exc.usage or Usage())
            raise
        return written.model_copy(update={"writer": self._second.name}), spent.plus(usage)

    async def ping(self) -> None:
        """Ask both servers for a sign of life; raises EngineError."""
        await self._first.ping()
        await self._second.ping()

    async def aclose(self) -> None:
        """Close the connections to both servers."""
        await self._first.aclose()
        await self._second.aclose()
