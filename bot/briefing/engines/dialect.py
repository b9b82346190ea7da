"""How a server wants to be asked: not every OpenAI-compatible one takes every parameter."""

import json
import re
from dataclasses import dataclass, replace
from enum import IntEnum

from bot.errors import EngineRefused

_FORMAT_WORDS = ("response_format", "json_schema", "json_object", "structured output")
_LIMIT_WORDS = ("max_completion_tokens", "max_tokens")
_EFFORT_WORDS = ("reasoning_effort", "reasoning effort", "reasoning value", "support thinking")
_STREAM_WORD = re.compile(r"\bstream(?:ing|ed)?\b")
_OVERFLOW_WORDS = ("context_length", "context length", "context window", "context size", "maximum context")

_BLIND_WORDS = ("image input", "image_url", "support image", "multimodal", "multi-modal", "mmproj", "vision")
"""Of llama.cpp (status 500), OpenRouter (404), vLLM (400) and others, of a model that takes no pictures."""


class EngineBlind(EngineRefused):
    """The model takes no pictures."""


class AnswerFormat(IntEnum):
    """What holds the answer to JSON, best first."""

    SCHEMA = 0
    JSON_OBJECT = 1
    PLAIN = 2


class OutputLimit(IntEnum):
    """The parameter that bounds the answer's length, newest first; NONE leaves it to the server."""

    MAX_COMPLETION_TOKENS = 0
    MAX_TOKENS = 1
    NONE = 2


class Streaming(IntEnum):
    """Whether the answer comes as it is written, best first; only WITH_USAGE tells its cost."""

    WITH_USAGE = 0
    BARE = 1
    NONE = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The parameters in which servers differ; each server gets the best that it takes."""

    answer_format: AnswerFormat = AnswerFormat.SCHEMA
    output_limit: OutputLimit = OutputLimit.MAX_COMPLETION_TOKENS
    streaming: Streaming = Streaming.WITH_USAGE
    takes_effort: bool = True

    def step_down(self, complaint: str) -> "Dialect | None":
        """Return the dialect to try after a refusal with `complaint`, or None when none would help.

        Streaming goes last: a server that repeats the request in its refusal names every parameter.
        """
        complaint = complaint.lower()
        if self.answer_format < AnswerFormat.PLAIN and any(word in complaint for word in _FORMAT_WORDS):
            return replace(self, answer_format=AnswerFormat(self.answer_format + 1))
        if self.output_limit < OutputLimit.NONE and any(word in complaint for word in _LIMIT_WORDS):
            return replace(self, output_limit=OutputLimit(self.output_limit + 1))
        if self.takes_effort and any(word in complaint for word in _EFFORT_WORDS):
            return replace(self, takes_effort=False)
        if self.streaming is Streaming.WITH_USAGE and "stream_options" in complaint:
            return replace(self, streaming=Streaming.BARE)
        if self.streaming < Streaming.NONE and _STREAM_WORD.search(complaint):
            return replace(self, streaming=Streaming.NONE)
        return None

    def step_to_plain(self) -> "Dialect":
        """Return the dialect for a server whose answers are not bare JSON, whatever it is asked for."""
        return replace(self, answer_format=AnswerFormat.PLAIN)

    def dump(self) -> bytes:
        """Write the dialect down, to be remembered."""
        return json.dumps([self.answer_format, self.output_limit, self.streaming, self.takes_effort]).encode()


def load_dialect(data: bytes) -> Dialect | None:
    """Read what `dump` wrote; None for what this version does not understand."""
    try:
        answer_format, output_limit, streaming, takes_effort = json.loads(data)
        return Dialect(
            answer_format=AnswerFormat(answer_format),
            output_limit=OutputLimit(output_limit),
            streaming=Streaming(streaming),
            takes_effort=takes_effort is True,
        )
    except (ValueError, TypeError):
        return None


def is_blind(complaint: str) -> bool:
    """Tell whether a request with pictures was refused because the model takes none."""
    complaint = complaint.lower()
    return any(word in complaint for word in _BLIND_WORDS)


def is_overflow(complaint: str) -> bool:
    """Tell whether a request was refused because it is longer than the model's window."""
    complaint = complaint.lower()
    return any(word in complaint for word in _OVERFLOW_WORDS)
