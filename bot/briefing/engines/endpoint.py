"""The wire to an OpenAI-compatible server: one request, its reply or why there is none.

The only module that imports the `openai` SDK. The SDK's own retries are off and its models are not used:
what a server may answer is wider than what they allow for.
"""

import time
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai
from openai import AsyncOpenAI, DefaultAsyncHttpxClient, OpenAIError, omit
from openai.types.chat import ChatCompletionContentPartParam
from openai.types.chat.completion_create_params import ResponseFormat

from bot.briefing.engines.dialect import AnswerFormat, Dialect, EngineBlind, OutputLimit, Streaming, is_blind
from bot.briefing.engines.reply import Reply, read_completion, read_reply
from bot.briefing.engines.retry import CallFailed, Chance, read_retry_after
from bot.briefing.engines.stream import Listener, StreamCut, StreamFailed, join_stream
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

MAX_STREAM_BYTES = 8 << 20
"""The same in a stream, where each token comes with up to 500 bytes around it."""

ERRORS: dict[type[Exception], type[EngineError]] = {
    openai.APITimeoutError: EngineTimeout,
    openai.APIConnectionError: EngineUnavailable,
    openai.APIResponseValidationError: EngineGarbled,
    openai.APIStatusError: EngineUnavailable,
    openai.APIError: EngineUnavailable,
    openai.LengthFinishReasonError: EngineTruncated,
    openai.ContentFilterFinishReasonError: EngineRefused,
    openai.OpenAIError: EngineUnavailable,
    httpx2.TimeoutException: EngineTimeout,
    httpx2.HTTPError: EngineUnavailable,
}
"""What the errors of the SDK and of its transport mean to us; an unlisted class means what its nearest base
does."""

_UNSENT = (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.PoolTimeout)
_TRANSIENT_STATUSES = (408, 409, 429)
_HOPELESS_CODES = ("insufficient_quota", "billing_hard_limit_reached")
_FILTER_CODES = ("content_filter", "content_policy_violation")
_COMPLAINT_CHARS = 4_000


class BodyRefusedError(httpx2.RequestError):
    """A response longer than its limit, or compressed although that was not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What one call sends, apart from the model's name and the server's dialect.

    `name` and `schema` describe the answer; `output_tokens` bounds it; `images` are data URLs, in order.
    """

    name: str
    system: str
    user: str
    schema: dict[str, Any]
    output_tokens: int
    cache_key: str
    images: tuple[str, ...] = ()


class Endpoint:
    """One model on one server; raises SettingsError for an address or key that allow no request.

    `effort` is sent as `reasoning_effort` where it is set.
    """

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None,
        model: str,
        timeout_s: float,
        effort: str | None = None,
    ) -> None:
        self.model = model
        self.url = base_url or OPENAI_URL
        self._effort = effort
        key = (api_key or "none").strip()
        if not key.isascii() or not key.isprintable():
            raise SettingsError("bad key", problem="OPENAI_API_KEY holds characters that no key has.")
        timeout = httpx2.Timeout(timeout_s, connect=min(CONNECT_TIMEOUT_S, timeout_s / 3))
        try:
            _check_address(self.url)
            self._has_cache_key = takes_cache_key(self.url)
            self._client = AsyncOpenAI(
                api_key=key,
                base_url=self.url,
                max_retries=0,
                timeout=timeout,
                default_headers={"Accept-Encoding": "identity"},  # so that MAX_BODY_BYTES bounds memory, too
                http_client=DefaultAsyncHttpxClient(timeout=timeout, event_hooks={"response": [_limit_body]}),
            )
        except (ValueError, httpx2.InvalidURL) as exc:
            raise SettingsError("bad address", problem="OPENAI_BASE_URL is not an http(s) address.") from exc

    async def complete(self, question: Question, dialect: Dialect, listener: Listener | None = None) -> Reply:
        """Ask for one chat completion, streamed where the server can; `listener` hears it meanwhile.

        A server that was asked for a stream and sends none is read plainly. Raises CallFailed, and
        EngineError for what is no completion.
        """
        limit = dialect.output_limit
        tokens = question.output_tokens
        try:
            async with self._client.chat.completions.with_streaming_response.create(
                model=self.model,
                messages=[
                    {"role": "system", "content": question.system},
                    {"role": "user", "content": _write_content(question)},
                ],
                response_format=_choose_format(question, dialect) or omit,
                max_completion_tokens=tokens if limit is OutputLimit.MAX_COMPLETION_TOKENS else omit,
                max_tokens=tokens if limit is OutputLimit.MAX_TOKENS else omit,
                prompt_cache_key=question.cache_key if self._has_cache_key else omit,
                extra_body=self._choose_extras(dialect),
            ) as response:
                if _is_stream(response.headers):
                    return read_completion(await join_stream(response.http_response.aiter_bytes(), listener))
                return read_reply(await response.read())
        except (OpenAIError, httpx2.HTTPError, StreamCut, StreamFailed) as exc:
            raise explain(exc, about_images=bool(question.images)) from exc

    def _choose_extras(self, dialect: Dialect) -> dict[str, Any]:
        """Return the parameters that are left out where a server does not take them."""
        extras: dict[str, Any] = {}
        if self._effort is not None and dialect.takes_effort:
            extras["reasoning_effort"] = self._effort
        if dialect.streaming is not Streaming.NONE:
            extras["stream"] = True
        if dialect.streaming is Streaming.WITH_USAGE:
            extras["stream_options"] = {"include_usage": True}
        return extras

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


def explain(exc: Exception, *, about_images: bool = False) -> CallFailed:
    """Translate an error of the SDK, its transport or a stream, the one place where that is done."""
    match exc:
        case openai.APIStatusError():
            return _explain_status(exc, about_images=about_images)
        case StreamCut():
            return CallFailed(EngineTruncated(str(exc)), chance="once")
        case StreamFailed():
            chance: Chance = "once" if exc.is_passing else "never"
            return CallFailed(EngineUnavailable(str(exc)), chance=chance, complaint=exc.complaint)
    cause = exc if isinstance(exc, httpx2.HTTPError) else exc.__cause__
    where = type(cause or exc).__name__
    if isinstance(cause, BodyRefusedError):
        return CallFailed(EngineGarbled(where), chance="never")
    if isinstance(cause, _UNSENT):
        return CallFailed(EngineUnavailable(where), chance="again", is_sent=False)
    in_doubt = isinstance(exc, openai.APIConnectionError | httpx2.HTTPError)
    return CallFailed(map_error(exc)(where), chance="once" if in_doubt else "never")


def map_error(exc: Exception) -> type[EngineError]:
    """Return the leaf for an error, by its nearest listed base."""
    return next((ERRORS[base] for base in type(exc).__mro__ if base in ERRORS), EngineUnavailable)


def _explain_status(exc: openai.APIStatusError, *, about_images: bool) -> CallFailed:
    """Translate an error status."""
    response = exc.response
    if about_images and is_blind(response.text[:_COMPLAINT_CHARS]):
        return CallFailed(EngineBlind(f"status {exc.status_code}"), chance="never", is_free=True)
    is_transient = exc.status_code in _TRANSIENT_STATUSES or exc.status_code >= 500
    is_hopeless = exc.code in _HOPELESS_CODES or exc.type in _HOPELESS_CODES
    is_asked_off = response.headers.get("x-should-retry") == "false"
    is_complaint = exc.status_code in (400, 413, 422)
    leaf = EngineRefused if exc.code in _FILTER_CODES else map_error(exc)
    return CallFailed(
        leaf(f"status {exc.status_code}"),
        chance="again" if is_transient and not is_hopeless and not is_asked_off else "never",
        is_free=True,
        retry_after_s=read_retry_after(response.headers, time.time()),
        complaint=response.text[:_COMPLAINT_CHARS] if is_complaint else "",
    )


def _choose_format(question: Question, dialect: Dialect) -> ResponseFormat | None:
    """Ask for the answer's format as the dialect has it."""
    match dialect.answer_format:
        case AnswerFormat.SCHEMA:
            return {
                "type": "json_schema",
                "json_schema": {"name": question.name, "strict": True, "schema": question.schema},
            }
        case AnswerFormat.JSON_OBJECT:
            return {"type": "json_object"}
        case AnswerFormat.PLAIN:
            return None


def _write_content(question: Question) -> str | list[ChatCompletionContentPartParam]:
    """Write the user message: a plain string where there is no picture, for every server takes that."""
    if not question.images:
        return question.user
    pictures: list[ChatCompletionContentPartParam] = [
        {"type": "image_url", "image_url": {"url": url}} for url in question.images
    ]
    return [{"type": "text", "text": question.user}, *pictures]


async def _limit_body(response: httpx2.Response) -> None:
    """Put the limit between the connection and whatever reads the response, also one with an error status."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise BodyRefusedError("compressed", request=response.request)
    stream = response.stream
    if not isinstance(stream, httpx2.AsyncByteStream):
        raise BodyRefusedError("no stream", request=response.request)
    limit = MAX_STREAM_BYTES if _is_stream(response.headers) else MAX_BODY_BYTES
    response.stream = _LimitedStream(stream, response.request, limit)


def _is_stream(headers: Mapping[str, str]) -> bool:
    """Tell whether a response is a stream of events."""
    return "event-stream" in headers.get("content-type", "").lower()


class _LimitedStream(httpx2.AsyncByteStream):
    """A response's bytes, up to a limit."""

    def __init__(self, stream: httpx2.AsyncByteStream, request: httpx2.Request, limit_bytes: int) -> None:
        self._stream = stream
        self._request = request
        self._limit_bytes = limit_bytes

    async def __aiter__(self) -> AsyncGenerator[bytes, None]:
        """Yield what comes; raises BodyRefusedError at the limit."""
        size_bytes = 0
        chunks = aiter(self._stream)
        try:
            async for chunk in chunks:
                size_bytes += len(chunk)
                if size_bytes > self._limit_bytes:
                    raise BodyRefusedError("too long", request=self._request)
                yield chunk
        finally:
            if isinstance(chunks, AsyncGenerator):
                await chunks.aclose()

    async def aclose(self) -> None:
        """Close the connection's side."""
        await self._stream.aclose()
