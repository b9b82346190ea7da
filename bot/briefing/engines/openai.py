"""The engine that asks a model behind an OpenAI-compatible endpoint, within one deadline."""

import asyncio
import hashlib
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar, TypeVarTuple

from bot.article.models import Article
from bot.article.workers import WorkerDied, Workers
from bot.briefing.engines.answer import Reply, find_draft, is_bare_object, read_draft, read_reply
from bot.briefing.engines.dialect import AnswerFormat, Dialect, is_overflow
from bot.briefing.engines.endpoint import CallFailed, Endpoint, Request
from bot.briefing.engines.layout import (
    LAYOUT_VERSION,
    Layout,
    halve_article,
    lay_out_beginning,
    lay_out_whole,
)
from bot.briefing.engines.retry import RetryBudget, choose_wait
from bot.briefing.models import Draft, Usage
from bot.briefing.tokens import count_bytes, count_tokens
from bot.errors import EngineError, EngineTimeout, EngineUnavailable
from prompts import load_prompt

T = TypeVar("T")
Args = TypeVarTuple("Args")

MAX_OUTPUT_TOKENS = 8_000
"""A draft takes some 1,500 tokens, twice that in Cyrillic; the rest is for models that think first."""

CACHE_BUCKETS = 8
"""Providers keep some 15 requests a minute with one key together; an article stays in its bucket."""

BYTES_PER_TOKEN = 4
"""For a rough count when the exact one failed: 4.0 to 6.1 over the evaluation's six languages (measured)."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Work:
    """What one draft has spent so far, and until when it may go on."""

    deadline_s: float
    usage: Usage = field(default_factory=Usage)
    retries: int = 0
    was_in_doubt: bool = False

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline."""
        return self.deadline_s - time.monotonic()


class _WindowExceededError(Exception):
    """The server says that the request is longer than the model's window."""


class OpenAIEngine:
    """Drafts by one model call an article; another only where the first was lost or its parameters refused.

    An article beyond `window_tokens` is drafted from the first sentences that fit. `marker_key` keys the
    marker around the article; keep it over restarts, or providers' caches miss. Without `workers`, tokens are
    counted in a thread. Raises SettingsError for an address or key that allow no request.
    """

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None,
        model: str,
        timeout_s: float,
        window_tokens: int,
        marker_key: bytes,
        workers: Workers | None = None,
        jitter: random.Random | None = None,
    ) -> None:
        self.name = model
        self._prompt = load_prompt("brief")
        self.prompt_version = f"{self._prompt.version}.{LAYOUT_VERSION}"
        self._timeout_s = timeout_s
        self._output_tokens = min(MAX_OUTPUT_TOKENS, window_tokens // 3)
        self._input_tokens = window_tokens - self._output_tokens
        self._marker_key = marker_key
        self._workers = workers
        self._jitter = jitter or random.Random()  # noqa: S311 -- spreads waits, guards nothing
        self._retry_budget = RetryBudget()
        self._dialect = Dialect()
        self._endpoint = Endpoint(api_key=api_key, base_url=base_url, model=model, timeout_s=timeout_s)

    async def draft(self, article: Article, language: str) -> tuple[Draft, Usage]:
        """Draft a brief of the article in `language` (ISO 639-1, or "und"); raises EngineError.

        The usage counts every call that may have reached the model; a failed draft has it on its error.
        """
        work = _Work(deadline_s=time.monotonic() + self._timeout_s)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._draft(article, language, work), work.usage
        except TimeoutError as exc:
            error = EngineTimeout(f"deadline of {self._timeout_s:g} s")
            error.usage = work.usage
            raise error from exc
        except EngineError as exc:
            exc.usage = work.usage
            raise

    async def ping(self) -> None:
        """Ask the server for a sign of life; raises EngineError."""
        try:
            await self._endpoint.ping()
        except CallFailed as exc:
            raise exc.error from exc

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._endpoint.aclose()

    async def _draft(self, article: Article, language: str, work: _Work) -> Draft:
        """Lay out, ask, read; again with half of the article when the window turns out smaller than set."""
        layout = await self._lay_out(article, language, self._input_tokens)
        cache_key = self._choose_cache_key(article)
        try:
            reply = await self._ask(layout, cache_key, work)
        except _WindowExceededError:
            layout = await self._lay_out_half(article, language, layout)
            try:
                reply = await self._ask(layout, cache_key, work)
            except _WindowExceededError as exc:
                raise EngineUnavailable("window exceeded twice") from exc
        await self._charge(reply, layout, work)
        if reply.failure is not None:
            raise reply.failure
        draft = self._read(reply.content, layout.sentences_read)
        return draft.model_copy(update={"sentences_read": layout.sentences_read})

    async def _lay_out(self, article: Article, language: str, budget_tokens: int) -> Layout:
        """Lay out the article, or its beginning when it exceeds the budget."""
        layout = lay_out_whole(self._prompt, article, language, self._marker_key, budget_tokens)
        if layout is None:
            key = self._marker_key
            layout = await self._run_aside(
                lay_out_beginning, self._prompt, article, language, key, budget_tokens, self.name
            )
        if layout.sentences_read < len(article.sentences):
            log.info("sent %d of %d sentences", layout.sentences_read, len(article.sentences))
        return layout

    async def _lay_out_half(self, article: Article, language: str, refused: Layout) -> Layout:
        """Lay out half of what was refused."""
        budget_tokens = await self._run_aside(halve_article, refused, self.name)
        key = self._marker_key
        return await self._run_aside(
            lay_out_beginning, self._prompt, article, language, key, budget_tokens, self.name
        )

    async def _ask(self, layout: Layout, cache_key: str, work: _Work) -> Reply:
        """Call until an answer comes or there is no use; raises EngineError or _WindowExceededError."""
        while True:
            dialect = self._dialect
            request = Request(
                system=layout.system,
                user=layout.user,
                schema=self._prompt.schema,
                output_tokens=self._output_tokens,
                dialect=dialect,
                cache_key=cache_key,
            )
            self._retry_budget.earn()
            work.usage = work.usage.plus(Usage(model_calls=1))
            try:
                return read_reply(await self._endpoint.complete(request))
            except CallFailed as failure:
                if not failure.is_sent:
                    work.usage = work.usage.plus(Usage(model_calls=-1))
                await self._recover(failure, dialect, work)

    async def _recover(self, failure: CallFailed, dialect: Dialect, work: _Work) -> None:
        """Return when another call is worth it, after a wait; else raise what the failure means."""
        if is_overflow(failure.complaint):
            raise _WindowExceededError from failure
        simpler = dialect.step_down(failure.complaint)
        if simpler is not None:
            if self._dialect == dialect:  # else another draft has already stepped down
                self._dialect = simpler
                log.info("server refused a parameter; asking with %s", simpler)
            return
        wait_s = self._choose_wait(failure, work)
        if wait_s is None:
            raise failure.error from failure
        log.info("model call failed: %s; again in %.2f s", failure, wait_s)
        await asyncio.sleep(wait_s)

    def _choose_wait(self, failure: CallFailed, work: _Work) -> float | None:
        """Return the seconds until a retry that policy and budget allow, or None."""
        if failure.chance == "never" or (failure.chance == "once" and work.was_in_doubt):
            return None
        wait_s = choose_wait(
            work.retries, work.remaining_s, retry_after_s=failure.retry_after_s, jitter=self._jitter
        )
        if wait_s is None or not self._retry_budget.spend():
            return None
        work.retries += 1
        work.was_in_doubt |= failure.chance == "once"
        return wait_s

    async def _charge(self, reply: Reply, layout: Layout, work: _Work) -> None:
        """Add a reply's tokens, counted here where the server's count cannot be believed."""
        sent = layout.system + layout.user
        given, written = reply.input_tokens, reply.output_tokens
        work.usage = work.usage.plus(
            Usage(
                input_tokens=await self._count(sent, work) if given is None else given,
                cached_tokens=reply.cached_tokens,
                output_tokens=await self._count(reply.content, work) if written is None else written,
            )
        )

    async def _count(self, text: str, work: _Work) -> int:
        """Count tokens, roughly if need be: a count that fails or takes long must not lose a draft."""
        try:
            async with asyncio.timeout(work.remaining_s / 2):
                return await self._run_aside(count_tokens, text, self.name)
        except (TimeoutError, EngineUnavailable):
            return count_bytes(text) // BYTES_PER_TOKEN

    def _read(self, content: str, sentences: int) -> Draft:
        """Read the draft by the rules of the server's dialect.

        A server that wraps its JSON although it was asked for bare JSON does not heed the format: from
        then on it is asked and read plainly.
        """
        if self._dialect.answer_format is not AnswerFormat.PLAIN and is_bare_object(content):
            return read_draft(content, sentences)
        draft = find_draft(content, sentences)
        self._dialect = self._dialect.step_to_plain()
        return draft

    def _choose_cache_key(self, article: Article) -> str:
        """Name the bucket of a provider's prompt cache: all requests about one article share it."""
        digest = hashlib.sha256(f"{self.prompt_version}:{article.content_hash}".encode()).digest()
        return f"sayso-{self._prompt.version}-{digest[0] % CACHE_BUCKETS}"

    async def _run_aside(self, function: Callable[[*Args], T], *args: *Args) -> T:
        """Run CPU work off the event loop; raises EngineUnavailable when its worker is lost."""
        if self._workers is None:
            return await asyncio.to_thread(function, *args)
        try:
            return await self._workers.run(function, *args)
        except (TimeoutError, WorkerDied) as exc:
            raise EngineUnavailable(f"{function.__name__}: {type(exc).__name__}") from exc
