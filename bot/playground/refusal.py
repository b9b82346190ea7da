"""How the Bot API says no."""

from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """A request that the Bot API answers with `ok: false`; the HTTP status is the error code."""

    def __init__(self, code: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters

    def as_answer(self) -> Json:
        """Return the JSON body."""
        body: Json = {"ok": False, "error_code": self.code, "description": self.description}
        return body | ({"parameters": dict(self.parameters)} if self.parameters else {})


def bad_request(problem: str) -> Refused:
    """Return the answer to a request whose content is wrong."""
    return Refused(400, f"Bad Request: {problem}")


def too_many(retry_after_s: int) -> Refused:
    """Return the answer to a request that comes too soon."""
    return Refused(429, f"Too Many Requests: retry after {retry_after_s}", retry_after=retry_after_s)
