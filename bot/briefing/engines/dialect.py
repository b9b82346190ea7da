"""How a server wants to be asked: not every OpenAI-compatible one takes every parameter."""

from dataclasses import dataclass, replace
from enum import IntEnum

_FORMAT_WORDS = ("response_format", "json_schema", "json_object", "structured output")
_LIMIT_WORDS = ("max_completion_tokens", "max_tokens")
_OVERFLOW_WORDS = ("context_length", "context length", "context window", "context size", "maximum context")


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialect:
    """The parameters in which servers differ; each server gets the best that it takes."""

    answer_format: AnswerFormat = AnswerFormat.SCHEMA
    output_limit: OutputLimit = OutputLimit.MAX_COMPLETION_TOKENS

    def step_down(self, complaint: str) -> "Dialect | None":
        """Return the dialect to try after a refusal with `complaint`, or None when none would help."""
        complaint = complaint.lower()
        if self.answer_format < AnswerFormat.PLAIN and any(word in complaint for word in _FORMAT_WORDS):
            return replace(self, answer_format=AnswerFormat(self.answer_format + 1))
        if self.output_limit < OutputLimit.NONE and any(word in complaint for word in _LIMIT_WORDS):
            return replace(self, output_limit=OutputLimit(self.output_limit + 1))
        return None

    def step_to_plain(self) -> "Dialect":
        """Return the dialect for a server whose answers are not bare JSON, whatever it is asked for."""
        return replace(self, answer_format=AnswerFormat.PLAIN)


def is_overflow(complaint: str) -> bool:
    """Tell whether a request was refused because it is longer than the model's window."""
    complaint = complaint.lower()
    return any(word in complaint for word in _OVERFLOW_WORDS)
