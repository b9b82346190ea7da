"""The engine that asks a model behind an OpenAI-compatible endpoint, within one deadline."""

import asyncio
import hashlib
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import TypeVar

from bot.article.models import Article
from bot.article.workers import Workers
from bot.briefing.engines.answer import build_draft
from bot.briefing.engines.aside import run_aside
from bot.briefing.engines.asking import Answerer
from bot.briefing.engines.calling import Caller, WindowExceededError, Work
from bot.briefing.engines.endpoint import Endpoint, Question
from bot.briefing.engines.layout import (
    LAYOUT_VERSION,
    Layout,
    halve_article,
    lay_out_beginning,
    lay_out_whole,
)
from bot.briefing.engines.leaks import drop_leaks, has_leaks
from bot.briefing.engines.long import LongDrafter
from bot.briefing.engines.memory import Memory
from bot.briefing.engines.noting import lay_out_notes, read_notes
from bot.briefing.engines.pairing import lay_out_pair, read_pairing
from bot.briefing.engines.partial import Partials
from bot.briefing.engines.paying import Purse
from bot.briefing.engines.stream import Listener
from bot.briefing.engines.tongue import check_language
from bot.briefing.inquiries import Inquiry
from bot.briefing.models import Brief, Draft, OnPartial, Usage
from bot.briefing.noting import DraftNotes
from bot.briefing.pairing import Pairing
from bot.errors import EngineError, EngineTimeout, EngineUnavailable
from prompts import Prompt, load_prompt
from storage.breaker import OPEN_S
from storage.connection import Redis

MAX_OUTPUT_TOKENS = 8_000
"""A draft takes some 1,500 tokens, twice that in Cyrillic; the rest is for models that think first."""

ANSWER_TOKENS = 3_000
"""An answer to a question takes some 200 tokens; the rest, again, is for thinking."""

Written = TypeVar("Written", Draft, Pairing, DraftNotes)

CACHE_BUCKETS = 8
"""Providers keep some 15 requests a minute with one key together; an article stays in its bucket."""


class OpenAIEngine:
    """Drafts by one model call an article; another only where the first was lost or its parameters refused.

    An article beyond `window_tokens` is drafted in parts, by a call each and one to merge. `marker_key` keys
    the marker around the article; keep it over restarts, or providers' caches miss. Without `workers`, tokens
    are counted in a thread; without `redis`, what is learnt of the server is lost with the process. Raises
    SettingsError for an address or key that allow no request.
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
        effort: str | None = None,
        redis: Redis | None = None,
        breaker_open_s: float = OPEN_S,
        workers: Workers | None = None,
        purse: Purse | None = None,
        jitter: random.Random | None = None,
    ) -> None:
        self.name = model
        self._prompt = load_prompt("brief")
        self._merge_prompt = load_prompt("merge")
        self._compare_prompt = load_prompt("compare")
        self._context_prompt = load_prompt("context")
        self.prompt_version = f"{self._prompt.version}.{self._merge_prompt.version[:4]}.{LAYOUT_VERSION}"
        self._timeout_s = timeout_s
        self._output_tokens = min(MAX_OUTPUT_TOKENS, window_tokens // 3)
        self._input_tokens = window_tokens - self._output_tokens
        self._marker_key = marker_key
        self._workers = workers
        endpoint = Endpoint(
            api_key=api_key, base_url=base_url, model=model, timeout_s=timeout_s, effort=effort
        )
        memory = Memory(redis, endpoint.url, model, open_s=breaker_open_s, probe_s=timeout_s)
        self._caller = Caller(endpoint, memory=memory, workers=workers, purse=purse, jitter=jitter)

    async def draft(
        self,
        article: Article,
        language: str,
        on_partial: OnPartial | None = None,
        *,
        timeout_s: float | None = None,
    ) -> tuple[Draft, Usage]:
        """Draft a brief of the article in `language` (ISO 639-1, or "und"); raises EngineError.

        The usage counts every call that may have reached the model; a failed draft has it on its error.
        `on_partial` is given the headline and the complete statements while more of them are written;
        `timeout_s` replaces the engine's own.
        """

        async def draft(work: Work) -> Draft:
            return check_language(await self._draft(article, language, work, on_partial), article, language)

        return await self._finish(draft, timeout_s)

    async def answer(self, inquiry: Inquiry, *, timeout_s: float | None = None) -> tuple[Draft, Usage]:
        """Answer a question from its article, in statements alone; raises EngineError as `draft` does."""
        cache_key = self._choose_cache_key(inquiry.article)
        tokens = min(ANSWER_TOKENS, self._output_tokens)

        async def ask(prompt: Prompt, layout: Layout, work: Work) -> object:
            return await self._ask(prompt, layout, cache_key, work, output_tokens=tokens)

        answerer = Answerer(
            ask=ask,
            prompt=self._prompt,
            marker_key=self._marker_key,
            budget_tokens=self._input_tokens + self._output_tokens - tokens,
            model=self.name,
            workers=self._workers,
        )

        async def answer(work: Work) -> Draft:
            draft = await answerer.answer(inquiry, work)
            return check_language(draft, inquiry.article, inquiry.language)

        return await self._finish(answer, timeout_s)

    async def pair(
        self, first: Article, second: Article, language: str, *, timeout_s: float | None = None
    ) -> tuple[Pairing, Usage]:
        """Pair the sentences of two articles that say the same; raises EngineError as `draft` does."""
        prompt, cache_key = self._compare_prompt, self._choose_cache_key(first)
        layout = lay_out_pair(prompt, first, second, language, self._marker_key, self._input_tokens)

        async def pair(work: Work) -> Pairing:
            try:
                answer = await self._ask(prompt, layout, cache_key, work)
            except WindowExceededError as exc:
                raise EngineUnavailable("window exceeded") from exc
            return read_pairing(answer, first, second, layout)

        return await self._finish(pair, timeout_s)

    async def annotate(
        self, sources: Sequence[Article], brief: Brief, *, timeout_s: float | None = None
    ) -> tuple[DraftNotes, Usage]:
        """Write notes of context from a few sources' sentences; raises EngineError as `draft` does."""
        prompt, cache_key = self._context_prompt, f"sayso-{self._context_prompt.version}"
        layout = lay_out_notes(prompt, sources, brief, self._marker_key)
        tokens = min(ANSWER_TOKENS, self._output_tokens)

        async def annotate(work: Work) -> DraftNotes:
            try:
                answer = await self._ask(prompt, layout, cache_key, work, output_tokens=tokens)
            except WindowExceededError as exc:
                raise EngineUnavailable("window exceeded") from exc
            return read_notes(answer)

        return await self._finish(annotate, timeout_s)

    async def _finish(
        self, write: Callable[[Work], Awaitable[Written]], timeout_s: float | None
    ) -> tuple[Written, Usage]:
        """Write within the deadline, and count what that costs, also on the error; raises EngineError."""
        timeout_s = timeout_s or self._timeout_s
        work = Work(deadline_s=time.monotonic() + timeout_s)
        try:
            async with asyncio.timeout(timeout_s):
                return await write(work), work.usage
        except TimeoutError as exc:
            error = EngineTimeout(f"deadline of {timeout_s:g} s")
            error.usage = work.usage
            raise error from exc
        except EngineError as exc:
            exc.usage = work.usage
            raise

    async def ping(self) -> None:
        """Ask the server for a sign of life; raises EngineError."""
        await self._caller.ping()

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._caller.aclose()

    async def _draft(
        self, article: Article, language: str, work: Work, on_partial: OnPartial | None
    ) -> Draft:
        """Lay out, ask, read; in parts what is longer than the window.

        When the window turns out smaller than set, half of the article is asked about once more.
        """
        cache_key = self._choose_cache_key(article)
        layout = await self._lay_out(article, language, self._input_tokens)
        if layout.sentences_read < len(article.sentences):
            return await self._open_long(cache_key).draft(article, language, work)
        is_leaking = partial(has_leaks, layout=layout)
        async with Partials(on_partial, layout.sentences_read, hides=is_leaking) as partials:
            try:
                answer = await self._ask(self._prompt, layout, cache_key, work, partials)
            except WindowExceededError:
                layout = await self._lay_out_half(article, language, layout)
                try:
                    answer = await self._ask(self._prompt, layout, cache_key, work, partials)
                except WindowExceededError as exc:
                    raise EngineUnavailable("window exceeded twice") from exc
        draft = drop_leaks(build_draft(answer, layout.sentences_read), layout)
        return draft.model_copy(update={"sentences_read": layout.sentences_read})

    def _open_long(self, cache_key: str) -> LongDrafter:
        """Return the drafter of an article beyond the window."""

        async def ask(prompt: Prompt, layout: Layout, work: Work) -> object:
            return await self._ask(prompt, layout, cache_key, work)

        return LongDrafter(
            ask=ask,
            brief=self._prompt,
            merge=self._merge_prompt,
            marker_key=self._marker_key,
            budget_tokens=self._input_tokens,
            model=self.name,
            workers=self._workers,
        )

    async def _lay_out(self, article: Article, language: str, budget_tokens: int) -> Layout:
        """Lay out the article, or its beginning when it exceeds the budget."""
        layout = lay_out_whole(self._prompt, article, language, self._marker_key, budget_tokens)
        if layout is None:
            key = self._marker_key
            layout = await run_aside(
                self._workers,
                lay_out_beginning,
                self._prompt,
                article,
                language,
                key,
                budget_tokens,
                self.name,
            )
        return layout

    async def _lay_out_half(self, article: Article, language: str, refused: Layout) -> Layout:
        """Lay out half of what was refused."""
        budget_tokens = await run_aside(self._workers, halve_article, refused, self.name)
        key = self._marker_key
        return await run_aside(
            self._workers, lay_out_beginning, self._prompt, article, language, key, budget_tokens, self.name
        )

    async def _ask(
        self,
        prompt: Prompt,
        layout: Layout,
        cache_key: str,
        work: Work,
        listener: Listener | None = None,
        output_tokens: int | None = None,
    ) -> object:
        """Ask the question that a layout puts and return the JSON of the answer.

        Raises EngineError or WindowExceededError.
        """
        question = Question(
            name=prompt.name,
            system=layout.system,
            user=layout.user,
            schema=layout.schema,
            output_tokens=output_tokens or self._output_tokens,
            cache_key=cache_key,
        )
        return await self._caller.ask_for_object(question, work, listener)

    def _choose_cache_key(self, article: Article) -> str:
        """Name the bucket of a provider's prompt cache: all requests about one article share it."""
        digest = hashlib.sha256(f"{self.prompt_version}:{article.content_hash}".encode()).digest()
        return f"sayso-{self._prompt.version}-{digest[0] % CACHE_BUCKETS}"
