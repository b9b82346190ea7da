"""Inline keyboards as Telegram accepts them."""

from urllib.parse import urlsplit

from bot.playground.parameters import Parameters
from bot.playground.refusal import Json, bad_request

MAX_BUTTONS = 100
MAX_DATA_BYTES = 64
_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}


def read_markup(parameters: Parameters) -> Json | None:
    """Return the checked `reply_markup`; None when there is none or it has no button; raises Refused."""
    markup = parameters.mapping("reply_markup")
    if not markup:
        return None
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None  # a reply keyboard belongs to the chat, not to the message
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    kept = [[_check_button(button) for button in row] for row in rows if row]
    if sum(map(len, kept)) > MAX_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return {"inline_keyboard": kept} if kept else None


def _check_button(button: object) -> Json:
    if not isinstance(button, dict):
        raise bad_request("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    if not isinstance(button.get("text"), str):
        raise bad_request("can't parse inline keyboard button: Can't find field \"text\"")
    if not button["text"].strip():
        raise bad_request("inline keyboard button text must be non-empty")
    if not _ACTIONS & button.keys():
        refused = "Text buttons are unallowed in the inline keyboard"
        raise bad_request(f"can't parse inline keyboard button: {refused}")
    _check_data(button)
    _check_url(button)
    return dict(button)


def _check_data(button: Json) -> None:
    data = button.get("callback_data")
    if data is not None and not (isinstance(data, str) and 1 <= len(data.encode()) <= MAX_DATA_BYTES):
        raise bad_request("BUTTON_DATA_INVALID")


def _check_url(button: Json) -> None:
    url = button.get("url")
    if url is None:
        return
    parts = urlsplit(url if isinstance(url, str) else "")
    if parts.scheme == "tg" or (parts.scheme in {"http", "https"} and "." in (parts.hostname or "")):
        return
    problem = "Wrong HTTP URL" if parts.scheme in {"", "http", "https"} else "Unsupported URL protocol"
    raise bad_request(f"inline keyboard button URL '{url}' is invalid: {problem}")
