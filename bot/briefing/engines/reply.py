"""A chat completion as servers send it → what matters of it. Pure; nothing of what a server says is believed.

A truncated answer is never repaired: half an answer that looks whole is worse than none.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.errors import EngineError, EngineGarbled, EngineRefused, EngineTruncated, EngineUnavailable

MAX_TOKENS_BELIEVED = 10_000_000
"""No window is that large; a usage figure above it is an error of the server's."""

MAX_CONTENT_CHARS = 100_000
"""Three times what a draft's tokens come to; bounds parsing to 30 ms, whatever the text (measured)."""

_UNFINISHED: dict[str, type[EngineError]] = {
    "length": EngineTruncated,
    "content_filter": EngineRefused,
    "error": EngineUnavailable,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The parts of a chat completion that matter.

    `failure` says why `content` is no answer to use; the tokens were spent all the same. Token counts are
    None where the server's are missing or absurd.
    """

    content: str
    failure: EngineError | None
    input_tokens: int | None
    cached_tokens: int
    output_tokens: int | None


def read_reply(body: bytes) -> Reply:
    """Read the body of a chat completion; raises EngineGarbled or EngineUnavailable when it is none."""
    try:
        completion = json.loads(body)
    except (ValueError, RecursionError) as exc:
        raise EngineGarbled(f"body of {len(body)} bytes is not JSON") from exc
    return read_completion(completion)


def read_completion(completion: object) -> Reply:
    """Read a chat completion; raises EngineGarbled or EngineUnavailable when it is none."""
    choice = _read_choice(completion)
    content = as_object(choice.get("message")).get("content")
    usage = as_object(as_object(completion).get("usage"))
    input_tokens = _read_count(usage.get("prompt_tokens"))
    cached = _read_count(as_object(usage.get("prompt_tokens_details")).get("cached_tokens"))
    return Reply(
        content=content if isinstance(content, str) else "",
        failure=_find_failure(choice),
        input_tokens=input_tokens,
        cached_tokens=min(cached or 0, input_tokens or 0),
        output_tokens=_read_count(usage.get("completion_tokens")),
    )


def _read_choice(completion: object) -> Mapping[str, Any]:
    """Return the first choice; raises EngineUnavailable for an error that came with status 200."""
    envelope = as_object(completion)
    choices = envelope.get("choices")
    if not isinstance(choices, list) or not choices:
        if envelope.get("error"):
            raise EngineUnavailable("error with status 200")
        raise EngineGarbled("no choices")
    return as_object(choices[0])


def _find_failure(choice: Mapping[str, Any]) -> EngineError | None:
    """Say why a choice is no answer; how it finished comes first, for half an answer may look whole."""
    message = as_object(choice.get("message"))
    content = message.get("content")
    reason = choice.get("finish_reason")
    if isinstance(reason, str) and reason in _UNFINISHED:
        return _UNFINISHED[reason](f"finish_reason {reason}")
    if message.get("refusal"):
        return EngineRefused("refusal")
    if not isinstance(content, str) or not content.strip():
        return EngineGarbled("no content")
    if len(content) > MAX_CONTENT_CHARS:
        return EngineGarbled(f"content of {len(content)} characters")
    return None


def _read_count(value: object) -> int | None:
    """Believe a token count that could be one."""
    return value if type(value) is int and 0 <= value <= MAX_TOKENS_BELIEVED else None


def as_object(value: object) -> Mapping[str, Any]:
    """Take what is no JSON object for an empty one."""
    return value if isinstance(value, dict) else {}
