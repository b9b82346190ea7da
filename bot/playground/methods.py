"""The Bot API's methods by name, and those that are neither about messages nor about receiving updates."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from bot.playground import posting
from bot.playground.formatting import count_units
from bot.playground.inline import check_results, keep_result
from bot.playground.parameters import Parameters
from bot.playground.queries import Queries
from bot.playground.refusal import Json, Refused, bad_request
from bot.playground.state import State
from bot.playground.updates import Updates
from bot.playground.webhook import Webhook

MAX_DOWNLOAD_BYTES = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Api:
    """What a method may need."""

    state: State
    updates: Updates
    queries: Queries
    webhook: Webhook


Method = Callable[[Api, Parameters], object | Awaitable[object]]


async def _get_updates(api: Api, parameters: Parameters) -> list[Json]:
    allowed = parameters.names("allowed_updates")
    if allowed is not None:
        api.updates.allowed = allowed
    return await api.updates.poll(
        offset=parameters.integer("offset"),
        limit=parameters.integer("limit", 100),
        timeout_s=parameters.integer("timeout"),
    )


def _answer_callback(api: Api, parameters: Parameters) -> bool:
    if count_units(parameters.text("text")) > 200:
        raise bad_request("MESSAGE_TOO_LONG")
    answer = {
        "text": parameters.text("text"),
        "show_alert": parameters.flag("show_alert"),
        "url": parameters.text("url"),
    }
    api.queries.answer("callback", parameters.text("callback_query_id"), answer)
    return True


def _answer_inline(api: Api, parameters: Parameters) -> bool:
    results = parameters.items("results")
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    if len({result.get("id") for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    check_results(results)
    api.queries.answer("inline", parameters.text("inline_query_id"), {"results": results})
    return True


def _answer_guest(api: Api, parameters: Parameters) -> Json:
    """Keep the bot's one message in a chat it is no member of, to be edited by its inline id."""
    result = parameters.mapping("result") or {}
    check_results([result])
    answer: Json = {}
    query = api.queries.answer("guest", parameters.text("guest_query_id"), answer)
    if query.answer is answer:
        answer["inline_message_id"] = keep_result(api.state, result)
    return query.answer or answer


def _get_file(api: Api, parameters: Parameters) -> Json:
    file_id = parameters.text("file_id")
    found = api.state.files.get(file_id)
    if found is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    if len(found.data) > MAX_DOWNLOAD_BYTES:
        raise bad_request("file is too big")
    sizes = {"file_id": file_id, "file_unique_id": f"u{file_id}", "file_size": len(found.data)}
    return {**sizes, "file_path": found.path}


def _get_chat(api: Api, parameters: Parameters) -> Json:
    chat = api.state.chat(parameters.chat())
    known = {"accent_color_id": 0, "max_reaction_count": 11}
    return {**chat, **known, "accepted_gift_types": dict.fromkeys(_GIFTS, False)}


_GIFTS = ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels")


def _get_member(api: Api, parameters: Parameters) -> Json:
    chat = api.state.chat(parameters.chat())
    user = api.state.users.get(parameters.integer("user_id"))
    if user is None:
        raise bad_request("user not found")
    if user["id"] in api.state.admins.get(chat["id"], ()):
        return {"status": "administrator", "user": user} | dict.fromkeys(_ADMIN_RIGHTS, False)
    is_member = user["id"] in api.state.members.get(chat["id"], {chat["id"], api.state.bot["id"]})
    return {"status": "member" if is_member else "left", "user": user}


_ADMIN_RIGHTS = (
    "can_be_edited",
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
)


def _set_commands(api: Api, parameters: Parameters) -> bool:
    commands = parameters.items("commands")
    for command in commands:
        if (
            not 1 <= len(command.get("command", "")) <= 32
            or not 1 <= len(command.get("description", "")) <= 256
        ):
            raise bad_request("BOT_COMMAND_INVALID")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    api.state.commands[_command_scope(parameters)] = commands
    api.state.changes.publish("commands", commands=api.state.commands.get("default:", commands))
    return True


def _delete_commands(api: Api, parameters: Parameters) -> bool:
    api.state.commands.pop(_command_scope(parameters), None)
    return True


def _command_scope(parameters: Parameters) -> str:
    scope = (parameters.mapping("scope") or {}).get("type", "default")
    return f"{scope}:{parameters.text('language_code')}"


def _set_webhook(api: Api, parameters: Parameters) -> bool:
    if parameters.flag("drop_pending_updates"):
        api.updates.clear()
    allowed = parameters.names("allowed_updates")
    if allowed is not None:
        api.updates.allowed = allowed
    api.webhook.set(
        parameters.text("url"),
        secret=parameters.text("secret_token"),
        connections=parameters.integer("max_connections", 40),
    )
    return True


def _delete_webhook(api: Api, parameters: Parameters) -> bool:
    if parameters.flag("drop_pending_updates"):
        api.updates.clear()
    api.webhook.set("", secret="", connections=40)
    return True


def _on_state(function: Callable[[State, Parameters], object]) -> Method:
    return lambda api, parameters: function(api.state, parameters)


_METHODS: dict[str, Method] = {
    "getMe": lambda api, _: api.state.bot,
    "getUpdates": _get_updates,
    "setWebhook": _set_webhook,
    "deleteWebhook": _delete_webhook,
    "getWebhookInfo": lambda api, _: api.webhook.info(),
    "sendMessage": _on_state(posting.send_message),
    "sendDocument": _on_state(posting.send_document),
    "sendMessageDraft": _on_state(posting.send_draft),
    "editMessageText": _on_state(posting.edit_text),
    "editMessageReplyMarkup": _on_state(posting.edit_markup),
    "deleteMessage": _on_state(posting.delete_message),
    "sendChatAction": _on_state(posting.send_action),
    "setMessageReaction": _on_state(posting.set_reaction),
    "answerCallbackQuery": _answer_callback,
    "answerInlineQuery": _answer_inline,
    "answerGuestQuery": _answer_guest,
    "getFile": _get_file,
    "getChat": _get_chat,
    "getChatMember": _get_member,
    "setMyCommands": _set_commands,
    "deleteMyCommands": _delete_commands,
    "getMyCommands": lambda api, p: api.state.commands.get(_command_scope(p), []),
    "setMyDescription": lambda _api, _p: True,
    "setMyShortDescription": lambda _api, _p: True,
    "logOut": lambda _api, _p: True,
    "close": lambda _api, _p: True,
}
_BY_LOWER_NAME = {name.lower(): name for name in _METHODS}


def find_method(name: str) -> tuple[str, Method]:
    """Return a method and its proper name, whatever the case; raises Refused when there is none."""
    try:
        proper = _BY_LOWER_NAME[name.lower()]
    except KeyError as exc:
        raise Refused(404, "Not Found") from exc
    return proper, _METHODS[proper]
