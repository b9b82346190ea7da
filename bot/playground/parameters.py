"""The parameters of one Bot API request, from the query and from a JSON, urlencoded or multipart body."""

import json
from collections.abc import Mapping

from aiohttp import web

from bot.playground.refusal import Json, Refused, bad_request

# Fields that stay text even when they read like a number; every other form field is JSON.
_TEXT_FIELDS = {
    "text",
    "caption",
    "url",
    "secret_token",
    "callback_query_id",
    "inline_query_id",
    "guest_query_id",
    "inline_message_id",
    "file_id",
    "action",
    "parse_mode",
    "language_code",
    "description",
    "short_description",
    "name",
}
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


async def read_parameters(request: web.Request) -> "Parameters":
    """Read what came with the request; of an uploaded file the name is a parameter, too."""
    files: dict[str, tuple[str, bytes, str]] = {}
    values: Json = {name: _decode(name, value) for name, value in request.query.items()}
    if request.content_type == "application/json" and request.can_read_body:
        values |= await _read_json(request)
    elif request.content_type in _FORM_TYPES:
        for name, value in (await request.post()).items():
            if isinstance(value, web.FileField):
                values[name] = {"file_name": value.filename}
                files[name] = (value.filename, value.file.read(), value.content_type)
            else:
                values[name] = _decode(name, str(value))
    return Parameters(values, files)


async def _read_json(request: web.Request) -> Json:
    try:
        body = await request.json()
    except ValueError as exc:
        raise bad_request("can't parse JSON object") from exc
    if not isinstance(body, dict):
        raise bad_request("object expected as request body")
    return body


def _decode(name: str, value: str) -> object:
    if name in _TEXT_FIELDS:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


class Parameters:
    """Typed access to a request's parameters; each reader raises Refused when the type is wrong."""

    def __init__(
        self, values: Mapping[str, object], files: Mapping[str, tuple[str, bytes, str]] | None = None
    ) -> None:
        self.values: Json = {name: value for name, value in values.items() if value is not None}
        self.files = files or {}
        """Uploads by their parameter: file name, content, MIME type."""

    def __contains__(self, name: str) -> bool:
        return name in self.values

    def text(self, name: str, default: str = "") -> str:
        """Return a string."""
        value = self.values.get(name, default)
        if not isinstance(value, str):
            raise bad_request(f'field "{name}" must be of type String')
        return value

    def integer(self, name: str, default: int = 0) -> int:
        """Return a whole number; a string of digits counts as one, as in the Bot API."""
        value = self.values.get(name, default)
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise bad_request(f'field "{name}" must be of type Number')
        try:
            return int(value)
        except ValueError as exc:
            raise bad_request(f'field "{name}" must be a valid Number') from exc

    def flag(self, name: str) -> bool:
        """Return a boolean; absent means false."""
        return self.values.get(name) in (True, "true", "True", "yes", "1", 1)

    def items(self, name: str) -> list[Json]:
        """Return a list of objects; absent means empty."""
        value = self.values.get(name, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise bad_request(f'field "{name}" must be an Array of objects')
        return value

    def mapping(self, name: str) -> Json | None:
        """Return an object, or None."""
        value = self.values.get(name)
        if value is not None and not isinstance(value, dict):
            raise bad_request(f'field "{name}" must be of type Object')
        return value

    def names(self, name: str) -> tuple[str, ...] | None:
        """Return a list of strings, or None when it is absent."""
        value = self.values.get(name)
        if value is None:
            return None
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise bad_request(f'field "{name}" must be an Array of String')
        return tuple(value)

    def chat(self) -> int | str:
        """Return the chat's id or @name."""
        value = self.values.get("chat_id")
        if value in (None, "", 0):
            raise bad_request("chat_id is empty")
        if isinstance(value, str) and value.lstrip("-").isdigit():
            return int(value)
        if isinstance(value, int | str):
            return value
        raise Refused(400, "Bad Request: chat not found")
