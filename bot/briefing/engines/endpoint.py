"""The wire to an OpenAI-compatible server: one request, its bytes or why there are none.

The only module that imports the `openai` SDK. The SDK's own retries are off and its models are not used:
what a server may answer is wider than what they allow for.
"""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx2
import openai
from openai import AsyncOpenAI, DefaultAsyncHttpxClient, OpenAIError, omit
from openai.types.chat.completion_create_params import ResponseFormat

from bot.briefing.engines.dialect import AnswerFormat, Dialect, OutputLimit
from bot.briefing.engines.retry import read_retry_after
from bot.errors import (
    EngineError,
    EngineGarbled,
    EngineRefused,
    EngineTimeout,
    EngineTruncated,
    EngineUnavailable,
    SettingsError,
)

OPENAI_URL = "https://api.openai.com/v1"
CONNECT_TIMEOUT_S = 5.0

MAX_BODY_BYTES = 1 << 19
"""A draft and as many tokens of thought are below 300 KB in the longest spelling; more is cut off."""

ERRORS: dict[type[Exception], type[EngineError]] = {
    openai.APITimeoutError: EngineTimeout,
    openai.APIConnectionError: EngineUnavailable,
    openai.APIResponseValidationError: EngineGarbled,
    openai.APIStatusError: EngineUnavailable,
    openai.APIError: EngineUnavailable,
    openai.LengthFinishReasonError: EngineTruncated,
    openai.ContentFilterFinishReasonError: EngineRefused,
    openai.OpenAIError: EngineUnavailable,
}
"""What the SDK's errors mean to us; a class that is not listed means what its nearest base means."""

_UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_TRANSIENT_STATUSES = (408, 409, 429)
_HOPELESS_CODES = ("insufficient_quota", "billing_hard_limit_reached")
_FILTER_CODES = ("content_filter", "content_policy_violation")
_COMPLAINT_CHARS = 4_000

Chance = Literal["again", "once", "never"]
"""Whether a repeated call may succeed; "once" where the lost one may have been worked on, and costs money."""


class BodyRefusedError(httpx2.RequestError):
    """A response longer than MAX_BODY_BYTES, or compressed although that was not asked for."""


class CallFailed(Exception):
    """A call that brought no answer, and what that means for the next one.

    `complaint` is what a server says against the request itself: for our eyes, never for a log or a reader.
    """

    def __init__(
        self,
        error: EngineError,
        *,
        chance: Chance,
        is_sent: bool = True,
        retry_after_s: float | None = None,
        complaint: str = "",
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.chance = chance
        self.is_sent = is_sent
        self.retry_after_s = retry_after_s
        self.complaint = complaint


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What one call sends, apart from the model's name."""

    system: str
    user: str
    schema: dict[str, Any]
    output_tokens: int
    dialect: Dialect
    cache_key: str


class Endpoint:
    """One model on one server; raises SettingsError for an address or key that allow no request."""

    def __init__(self, *, api_key: str | None, base_url: str | None, model: str, timeout_s: float) -> None:
        self._model = model
        key = (api_key or "none").strip()
        if not key.isascii() or not key.isprintable():
            raise SettingsError("bad key", problem="OPENAI_API_KEY holds characters that no key has.")
        timeout = httpx2.Timeout(timeout_s, connect=min(CONNECT_TIMEOUT_S, timeout_s / 3))
        try:
            _check_address(base_url or OPENAI_URL)
            self._has_cache_key = takes_cache_key(base_url or OPENAI_URL)
            self._client = AsyncOpenAI(
                api_key=key,
                base_url=base_url or OPENAI_URL,
                max_retries=0,
                timeout=timeout,
                default_headers={"Accept-Encoding": "identity"},  # so that MAX_BODY_BYTES bounds memory, too
                http_client=DefaultAsyncHttpxClient(timeout=timeout, event_hooks={"response": [_limit_body]}),
            )
        except (ValueError, httpx2.InvalidURL) as exc:
            raise SettingsError("bad address", problem="OPENAI_BASE_URL is not an http(s) address.") from exc

    async def complete(self, request: Request) -> bytes:
        """Send one chat completion and return the body of its answer; raises CallFailed."""
        limit = request.dialect.output_limit
        tokens = request.output_tokens
        try:
            response = await self._client.chat.completions.with_raw_response.create(
                model=self._model,
                messages=[
                    {"role": "system", "content": request.system},
                    {"role": "user", "content": request.user},
                ],
                response_format=_choose_format(request) or omit,
                max_completion_tokens=tokens if limit is OutputLimit.MAX_COMPLETION_TOKENS else omit,
                max_tokens=tokens if limit is OutputLimit.MAX_TOKENS else omit,
                prompt_cache_key=request.cache_key if self._has_cache_key else omit,
            )
        except OpenAIError as exc:
            raise explain(exc) from exc
        return response.content

    async def ping(self) -> None:
        """Ask for the list of models, which costs nothing; raises CallFailed."""
        try:
            await self._client.models.list()
        except OpenAIError as exc:
            raise explain(exc) from exc

    async def aclose(self) -> None:
        """Close the connections."""
        await self._client.close()


def takes_cache_key(url: str) -> bool:
    """Tell whether the server at `url` is OpenAI's own: others may refuse the parameter as unknown."""
    host = urlsplit(url).hostname or ""
    return host == "api.openai.com" or host.endswith(".api.openai.com")


def _check_address(url: str) -> None:
    """Raise ValueError for what the client would only stumble over at its first request."""
    address = urlsplit(url)
    if address.scheme not in ("http", "https") or not address.hostname or address.port == 0:
        raise ValueError("no http(s) address with a host")


def explain(exc: OpenAIError) -> CallFailed:
    """Translate an error of the SDK, the one place where that is done."""
    if isinstance(exc, openai.APIStatusError):
        return _explain_status(exc)
    cause = exc.__cause__
    where = type(cause or exc).__name__
    if isinstance(cause, BodyRefusedError):
        return CallFailed(EngineGarbled(where), chance="never")
    if isinstance(cause, _UNSENT):
        return CallFailed(EngineUnavailable(where), chance="again", is_sent=False)
    in_doubt = isinstance(exc, openai.APIConnectionError)
    return CallFailed(map_error(exc)(where), chance="once" if in_doubt else "never")


def map_error(exc: Exception) -> type[EngineError]:
    """Return the leaf for an error of the SDK, by its nearest listed base."""
    return next((ERRORS[base] for base in type(exc).__mro__ if base in ERRORS), EngineUnavailable)


def _explain_status(exc: openai.APIStatusError) -> CallFailed:
    """Translate an error status."""
    response = exc.response
    is_transient = exc.status_code in _TRANSIENT_STATUSES or exc.status_code >= 500
    is_hopeless = exc.code in _HOPELESS_CODES or exc.type in _HOPELESS_CODES
    is_asked_off = response.headers.get("x-should-retry") == "false"
    is_complaint = exc.status_code in (400, 413, 422)
    leaf = EngineRefused if exc.code in _FILTER_CODES else map_error(exc)
    return CallFailed(
        leaf(f"status {exc.status_code}"),
        chance="again" if is_transient and not is_hopeless and not is_asked_off else "never",
        retry_after_s=read_retry_after(response.headers, time.time()),
        complaint=response.text[:_COMPLAINT_CHARS] if is_complaint else "",
    )


def _choose_format(request: Request) -> ResponseFormat | None:
    """Ask for the answer's format as the dialect has it."""
    match request.dialect.answer_format:
        case AnswerFormat.SCHEMA:
            schema = request.schema
            return {"type": "json_schema", "json_schema": {"name": "brief", "strict": True, "schema": schema}}
        case AnswerFormat.JSON_OBJECT:
            return {"type": "json_object"}
        case AnswerFormat.PLAIN:
            return None


async def _limit_body(response: httpx2.Response) -> None:
    """Put the limit between the connection and whatever reads the response, also one with an error status."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BodyRefusedError("compressed", request=response.request)
    stream = response.stream
    if not isinstance(stream, httpx2.AsyncByteStream):
        raise BodyRefusedError("no stream", request=response.request)
    response.stream = _LimitedStream(stream, response.request)


class _LimitedStream(httpx2.AsyncByteStream):
    """A response's bytes, up to MAX_BODY_BYTES."""

    def __init__(self, stream: httpx2.AsyncByteStream, request: httpx2.Request) -> None:
        self._stream = stream
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """Yield what comes; raises BodyRefusedError at the limit."""
        size_bytes = 0
        async for chunk in self._stream:
            size_bytes += len(chunk)
            if size_bytes > MAX_BODY_BYTES:
                raise BodyRefusedError("too long", request=self._request)
            yield chunk

    async def aclose(self) -> None:
        """Close the connection's side."""
        await self._stream.aclose()
