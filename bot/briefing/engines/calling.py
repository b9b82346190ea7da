"""Asking a model one question: its parameters, retries and cost, within what a draft may spend."""

import asyncio
import logging
import random
import time
from dataclasses import dataclass, field

from bot.article.workers import Workers
from bot.briefing.engines.answer import find_object, is_bare_object, read_object
from bot.briefing.engines.aside import run_aside
from bot.briefing.engines.dialect import AnswerFormat, Dialect, EngineBlind, is_overflow
from bot.briefing.engines.endpoint import Endpoint, Question
from bot.briefing.engines.memory import Memory
from bot.briefing.engines.paying import Bill, Purse
from bot.briefing.engines.reply import Reply
from bot.briefing.engines.retry import CallFailed, RetryBudget, choose_wait
from bot.briefing.engines.stream import Listener
from bot.briefing.models import Usage
from bot.briefing.tokens import count_bytes, count_tokens
from bot.errors import EngineError, EngineGarbled, EngineResting, EngineUnavailable
from bot.metrics import MODEL_CALLS, MODEL_TOKENS

BYTES_PER_TOKEN = 4
"""For a rough count when the exact one failed: 4.0 to 6.1 over the evaluation's six languages (measured)."""

log = logging.getLogger(__name__)

_OUTCOMES = {True: "answered", False: "failed", None: "not taken"}
"""Of a call: what says nothing about the server was refused, or given up by us, before it mattered."""


@dataclass(slots=True)
class Work:
    """What one draft has spent so far, and until when it may go on, over all its questions."""

    deadline_s: float
    usage: Usage = field(default_factory=Usage)

    @property
    def remaining_s(self) -> float:
        """Seconds until the deadline."""
        return self.deadline_s - time.monotonic()

    def spend(self, usage: Usage) -> None:
        """Add to what was spent."""
        self.usage = self.usage.plus(usage)


@dataclass(slots=True)
class _Tries:
    """How often one question was asked again."""

    retries: int = 0
    was_in_doubt: bool = False


class WindowExceededError(Exception):
    """The server says that the request is longer than the model's window."""


class Caller:
    """One model on one server: asks again where an answer was lost or a parameter refused.

    Without `workers`, tokens are counted in a thread; `purse` pays for the calls.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        memory: Memory | None = None,
        workers: Workers | None = None,
        purse: Purse | None = None,
        jitter: random.Random | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._memory = memory or Memory(None, endpoint.url, endpoint.model)
        self._workers = workers
        self._jitter = jitter or random.Random()  # noqa: S311 -- spreads waits, guards nothing
        self._retry_budget = RetryBudget()
        self._purse = purse or Purse()

    async def ask(self, question: Question, work: Work, listener: Listener | None = None) -> Reply:
        """Return a finished answer, its cost added to `work`; raises EngineError or WindowExceededError.

        Ends by itself at no deadline: the caller sets one.
        """
        reply = await self._call(question, work, listener)
        if reply.failure is not None:
            raise reply.failure
        return reply

    async def ask_for_object(
        self, question: Question, work: Work, listener: Listener | None = None
    ) -> object:
        """Return the JSON of a finished answer; raises as `ask` does, and EngineGarbled.

        A server that wraps its JSON although it was asked for bare JSON does not heed the format: from
        then on it is asked and read plainly.
        """
        reply = await self.ask(question, work, listener)
        dialect = self._memory.dialect
        if dialect.answer_format is not AnswerFormat.PLAIN and is_bare_object(reply.content):
            return read_object(reply.content)
        answer = find_object(reply.content)
        if isinstance(answer, dict) and question.schema["required"][0] in answer:
            await self._memory.learn(self._memory.dialect.step_to_plain())
        return answer

    async def ping(self) -> None:
        """Ask the server for a sign of life; raises EngineError."""
        try:
            await self._endpoint.ping()
        except CallFailed as exc:
            raise exc.error from exc

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._endpoint.aclose()
        await self._memory.breaker.aclose()

    async def _call(self, question: Question, work: Work, listener: Listener | None) -> Reply:
        """Call until an answer comes or there is no use; raises EngineError or WindowExceededError."""
        tries = _Tries()
        await self._memory.recall()
        while True:
            dialect = self._memory.dialect
            try:
                async with self._purse.pay(question) as bill:
                    return await self._call_once(question, dialect, work, bill, listener)
            except CallFailed as failure:
                await self._recover(failure, dialect, tries, work)

    async def _call_once(
        self, question: Question, dialect: Dialect, work: Work, bill: Bill, listener: Listener | None
    ) -> Reply:
        """Call, if the breaker lets it, and tell it how that went; raises CallFailed or EngineError."""
        breaker = self._memory.breaker
        admitted = await breaker.enter()
        if admitted is None:
            bill.usage = Usage()
            raise EngineResting("breaker open")
        self._retry_budget.earn()
        work.spend(Usage(model_calls=1))
        succeeded: bool | None = None
        try:
            reply = await self._endpoint.complete(question, dialect, listener)
            succeeded = not isinstance(reply.failure, EngineGarbled | EngineUnavailable)
        except CallFailed as failure:
            if not failure.is_sent:
                work.spend(Usage(model_calls=-1))
            if failure.is_free:
                bill.usage = Usage(model_calls=int(failure.is_sent))
            succeeded = None if _is_about_request(failure, dialect) else False
            raise
        except EngineError:
            succeeded = False
            raise
        except asyncio.CancelledError:
            succeeded = None if work.remaining_s > 0 else False
            raise
        finally:
            breaker.leave(admitted, succeeded=succeeded)
            MODEL_CALLS.labels(self._endpoint.model, _OUTCOMES[succeeded]).inc()
        used = await self._measure(reply, question, work)
        work.spend(used)
        bill.usage = used.plus(Usage(model_calls=1))
        return reply

    async def _recover(self, failure: CallFailed, dialect: Dialect, tries: _Tries, work: Work) -> None:
        """Return when another call is worth it, after a wait; else raise what the failure means."""
        if is_overflow(failure.complaint):
            raise WindowExceededError from failure
        simpler = dialect.step_down(failure.complaint)
        if simpler is not None:
            if self._memory.dialect == dialect:  # else another draft has already stepped down
                await self._memory.learn(simpler)
                log.info("server refused a parameter; asking with %s", simpler)
            return
        wait_s = self._choose_wait(failure, tries, work)
        if wait_s is None:
            raise failure.error from failure
        log.info("model call failed: %s; again in %.2f s", failure, wait_s)
        await asyncio.sleep(wait_s)

    def _choose_wait(self, failure: CallFailed, tries: _Tries, work: Work) -> float | None:
        """Return the seconds until a retry that policy and budget allow, or None."""
        if failure.chance == "never" or (failure.chance == "once" and tries.was_in_doubt):
            return None
        wait_s = choose_wait(
            tries.retries, work.remaining_s, retry_after_s=failure.retry_after_s, jitter=self._jitter
        )
        if wait_s is None or not self._retry_budget.spend():
            return None
        tries.retries += 1
        tries.was_in_doubt |= failure.chance == "once"
        return wait_s

    async def _measure(self, reply: Reply, question: Question, work: Work) -> Usage:
        """Return a reply's tokens, counted here where the server's count cannot be believed."""
        given, written = reply.input_tokens, reply.output_tokens
        if given is None:
            given = await self._count(question.system + question.user, work)
        if written is None:
            written = await self._count(reply.content, work)
        tokens = {"input": given, "cached": reply.cached_tokens, "output": written}
        for kind, count in tokens.items():
            MODEL_TOKENS.labels(self._endpoint.model, kind).inc(count)
        return Usage(input_tokens=given, cached_tokens=reply.cached_tokens, output_tokens=written)

    async def _count(self, text: str, work: Work) -> int:
        """Count tokens, roughly if need be: a count that fails or takes long must not lose a draft."""
        try:
            async with asyncio.timeout(work.remaining_s / 2):
                return await run_aside(self._workers, count_tokens, text, self._endpoint.model)
        except (TimeoutError, EngineUnavailable):
            return count_bytes(text) // BYTES_PER_TOKEN


def _is_about_request(failure: CallFailed, dialect: Dialect) -> bool:
    """Tell whether a server refused this request, and may well take another one."""
    if isinstance(failure.error, EngineBlind):
        return True
    return is_overflow(failure.complaint) or dialect.step_down(failure.complaint) is not None
