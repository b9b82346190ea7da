"""What the bot writes in chats that it is not in: an inline result that somebody sent, or to a guest."""

import itertools
from collections.abc import Iterable

from bot.playground.formatting import MAX_TEXT_UNITS, count_units, format_text
from bot.playground.refusal import Json, bad_request
from bot.playground.state import State, Stored

MAX_ID_BYTES = 64
_TYPES = {"article", "cached_photo", "contact", "document", "location", "photo", "venue"}


def check_results(results: Iterable[Json]) -> None:
    """Refuse inline results that Telegram would not show."""
    for result in results:
        if result.get("type") not in _TYPES:
            raise bad_request("can't parse inline query result: unsupported type")
        if not 1 <= len(str(result.get("id", "")).encode()) <= MAX_ID_BYTES:
            raise bad_request("RESULT_ID_INVALID")
        if result["type"] == "article" and not result.get("title"):
            raise bad_request("can't parse inline query result: title must be non-empty")
        _read_content(result)


def keep_result(state: State, result: Json) -> str:
    """Put a result where somebody sent it; returns its inline_message_id."""
    text, entities = _read_content(result)
    inline_id = next(name for n in itertools.count(1) if (name := f"inline{n}") not in state.inline)
    message = {"text": text, "entities": entities, "reply_markup": result.get("reply_markup")}
    state.inline[inline_id] = Stored(message={k: v for k, v in message.items() if v})
    state.changes.publish()
    return inline_id


def _read_content(result: Json) -> tuple[str, list[Json]]:
    content = result.get("input_message_content") or {}
    if "parse_mode" in content:
        raise bad_request("unsupported parse_mode")
    text, entities = format_text(content.get("message_text", ""), content.get("entities") or [])
    if not text:
        raise bad_request("message text is empty")
    if count_units(text) > MAX_TEXT_UNITS:
        raise bad_request("MESSAGE_TOO_LONG")
    return text, entities
