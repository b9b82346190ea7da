"""The methods that put messages into chats and change them."""

import copy
from collections.abc import Iterator

from bot.playground.formatting import MAX_TEXT_UNITS, count_units, cut_units, format_text
from bot.playground.markup import read_markup
from bot.playground.parameters import Parameters
from bot.playground.refusal import Json, bad_request
from bot.playground.state import GENERAL, State, Stored

_SAME = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ACTIONS = {
    "typing",
    "upload_photo",
    "record_video",
    "upload_video",
    "record_voice",
    "upload_voice",
    "upload_document",
    "choose_sticker",
    "find_location",
    "record_video_note",
    "upload_video_note",
}


def send_message(state: State, parameters: Parameters) -> Json:
    """SendMessage: keep a new message of the bot and return it."""
    chat = state.writable_chat(parameters.chat())
    text, entities = _read_text(parameters)
    reply, quote = _read_reply(state, chat, parameters)
    thread_id = _read_thread(state, chat, parameters)
    _refuse_muted(state, chat, thread_id)
    stored = state.add(
        chat,
        state.bot,
        text=text,
        entities=entities,
        reply_markup=read_markup(parameters),
        reply_to_message=reply,
        quote=quote,
        message_thread_id=thread_id,
        is_topic_message=thread_id is not None,
        link_preview_options=parameters.mapping("link_preview_options"),
    )
    if (parameters.mapping("reply_markup") or {}).get("force_reply"):
        state.changes.publish("force_reply", chat_id=chat["id"], message_id=stored.id)
    return copy.deepcopy(stored.message)


def send_document(state: State, parameters: Parameters) -> Json:
    """SendDocument: keep an uploaded file as a new message of the bot, and return it."""
    chat = state.writable_chat(parameters.chat())
    if "document" not in parameters.files:
        raise bad_request("there is no document in the request")
    thread_id = _read_thread(state, chat, parameters)
    _refuse_muted(state, chat, thread_id)
    stored = state.add(
        chat,
        state.bot,
        document=state.keep_file(*parameters.files["document"]),
        message_thread_id=thread_id,
        is_topic_message=thread_id is not None,
    )
    return copy.deepcopy(stored.message)


def send_draft(state: State, parameters: Parameters) -> bool:
    """SendMessageDraft: show a text being written in a private chat, for half a minute or until a message."""
    chat = state.writable_chat(parameters.chat())
    if chat["type"] != "private":
        raise bad_request("TEXTDRAFT_PEER_INVALID")
    if parameters.integer("draft_id") == 0:
        raise bad_request("draft_id must be non-zero")
    _refuse_parse_mode(parameters)
    text, entities = format_text(parameters.text("text"), parameters.items("entities"))
    if count_units(text) > MAX_TEXT_UNITS:
        raise bad_request("message is too long")
    draft = {
        "draft_id": parameters.integer("draft_id"),
        "message_thread_id": _read_thread(state, chat, parameters),
        "text": text,
        "entities": entities,
    }
    state.draft(chat["id"], draft)
    return True


def edit_text(state: State, parameters: Parameters) -> Json | bool:
    """EditMessageText: replace text, entities and buttons; returns True for an inline message."""
    stored = _find_own(state, parameters)
    text, entities = _read_text(parameters)
    preview = parameters.mapping("link_preview_options")
    changed = {"text": text, "entities": entities, "reply_markup": read_markup(parameters)}
    return _edit(state, stored, {**changed, "link_preview_options": preview})


def edit_markup(state: State, parameters: Parameters) -> Json | bool:
    """EditMessageReplyMarkup: replace the buttons only."""
    stored = _find_own(state, parameters)
    return _edit(state, stored, {"reply_markup": read_markup(parameters)})


def delete_message(state: State, parameters: Parameters) -> bool:
    """DeleteMessage: the bot's own anywhere, anyone's in a private chat."""
    chat = state.writable_chat(parameters.chat())
    stored = state.find(chat["id"], parameters.integer("message_id"))
    if stored is None:
        raise bad_request("message to delete not found")
    if chat["type"] != "private" and stored.message["from"]["id"] != state.bot["id"]:
        raise bad_request("message can't be deleted")
    state.delete(stored)
    return True


def send_action(state: State, parameters: Parameters) -> bool:
    """SendChatAction: show "typing…" for five seconds or until the next message."""
    chat = state.writable_chat(parameters.chat())
    action = parameters.text("action")
    if action not in _ACTIONS:
        raise bad_request("wrong parameter action in request")
    state.changes.publish("action", chat_id=chat["id"], action=action)
    return True


def set_reaction(state: State, parameters: Parameters) -> bool:
    """SetMessageReaction: a bot sets at most one reaction."""
    chat = state.writable_chat(parameters.chat())
    stored = state.find(chat["id"], parameters.integer("message_id"))
    if stored is None:
        raise bad_request("message to react not found")
    reactions = parameters.items("reaction")
    if len(reactions) > 1:
        raise bad_request("REACTIONS_TOO_MANY")
    state.react(stored, int(state.bot["id"]), reactions)
    return True


def is_group(chat: Json) -> bool:
    """Whether a chat falls under the limit for groups."""
    return bool(chat["type"] != "private")


def _read_text(parameters: Parameters) -> tuple[str, list[Json]]:
    _refuse_parse_mode(parameters)
    text, entities = format_text(parameters.text("text"), parameters.items("entities"))
    if not text:
        raise bad_request("message text is empty")
    if count_units(text) > MAX_TEXT_UNITS:
        raise bad_request("message is too long")
    return text, entities


def _refuse_parse_mode(parameters: Parameters) -> None:
    """Our bot sends entities only; markup in a text would be a way in for other people's text."""
    if "parse_mode" in parameters:
        raise bad_request("unsupported parse_mode")


def _read_reply(state: State, chat: Json, parameters: Parameters) -> tuple[Json | None, Json | None]:
    """Return the message replied to, without its own reply, and the quotation of it."""
    wanted = parameters.mapping("reply_parameters") or {}
    message_id = wanted.get("message_id") or parameters.integer("reply_to_message_id")
    if not message_id:
        return None, None
    target = state.find(int(wanted.get("chat_id") or chat["id"]), int(message_id))
    if target is None:
        if wanted.get("allow_sending_without_reply") or parameters.flag("allow_sending_without_reply"):
            return None, None
        raise bad_request("message to be replied not found")
    reply = {name: value for name, value in target.message.items() if name != "reply_to_message"}
    quote = wanted.get("quote")
    if quote and (quote not in target.text or count_units(quote) > 1_024):
        raise bad_request("QUOTE_TEXT_INVALID")
    return reply, _quotation(target, quote, wanted) if quote else None


def _quotation(target: Stored, quote: str, wanted: Json) -> Json:
    """Return the quotation where it stands: at the position given, if it is there, or else first."""
    given, entities = int(wanted.get("quote_position") or 0), wanted.get("quote_entities") or []
    is_there = cut_units(target.text, given, count_units(quote)) == quote
    position = given if is_there else count_units(target.text[: target.text.find(quote)])
    if sorted(map(_style, entities)) != sorted(_styles_within(target, position, count_units(quote))):
        raise bad_request("QUOTE_TEXT_INVALID")
    return {"text": quote, "position": position, "is_manual": True}


def _styles_within(target: Stored, start: int, units: int) -> Iterator[tuple[str, int, int]]:
    """Yield the styles of a part of a message that its quotation must have, too."""
    for entity in target.entities:
        begin = max(entity["offset"], start)
        stop = min(entity["offset"] + entity["length"], start + units)
        if entity["type"] in _QUOTED_STYLES and begin < stop:
            yield entity["type"], begin - start, stop - begin


def _style(entity: Json) -> tuple[str, int, int]:
    return str(entity["type"]), int(entity["offset"]), int(entity["length"])


_QUOTED_STYLES = {"bold", "italic", "underline", "strikethrough", "spoiler", "custom_emoji"}


def _read_thread(state: State, chat: Json, parameters: Parameters) -> int | None:
    thread_id = parameters.integer("message_thread_id")
    if thread_id and thread_id not in state.topics.get(chat["id"], {}):
        raise bad_request("message thread not found")
    return thread_id or None


def _refuse_muted(state: State, chat: Json, thread_id: int | None) -> None:
    if chat["id"] in state.muted:
        raise bad_request("not enough rights to send text messages to the chat")
    if (thread_id or GENERAL) in state.closed_topics.get(chat["id"], ()):
        raise bad_request("TOPIC_CLOSED")


def _find_own(state: State, parameters: Parameters) -> Stored:
    """Return the message to edit, by number or inline id; raises Refused when it is not the bot's."""
    if inline_id := parameters.text("inline_message_id"):
        if inline_id not in state.inline:
            raise bad_request("MESSAGE_ID_INVALID")
        return state.inline[inline_id]
    chat = state.writable_chat(parameters.chat())
    if "message_id" not in parameters:
        raise bad_request("message identifier is not specified")
    stored = state.find(chat["id"], parameters.integer("message_id"))
    if stored is None:
        raise bad_request("message to edit not found")
    if stored.message["from"]["id"] != state.bot["id"]:
        raise bad_request("message can't be edited")
    return stored


def _edit(state: State, stored: Stored, changed: Json) -> Json | bool:
    if all((stored.message.get(name) or None) == (value or None) for name, value in changed.items()):
        raise bad_request(_SAME)
    state.change(stored, **changed)
    return copy.deepcopy(stored.message) if "chat" in stored.message else True
