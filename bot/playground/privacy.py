"""Privacy mode: which messages of a group Telegram shows to a bot that is no admin there.

Commands that name it or no bot, mentions of it, replies to it, messages sent through it, service messages
(https://core.telegram.org/bots/features#privacy-mode); never what another bot wrote.
"""

from bot.playground.refusal import Json

_SERVICE = frozenset(
    {
        "forum_topic_closed",
        "forum_topic_created",
        "forum_topic_reopened",
        "group_chat_created",
        "left_chat_member",
        "message_auto_delete_timer_changed",
        "migrate_from_chat_id",
        "migrate_to_chat_id",
        "new_chat_members",
        "new_chat_title",
        "pinned_message",
    }
)


def is_shown(message: Json, bot: Json, *, reads_all: bool) -> bool:
    """Whether the bot gets a message; `reads_all`: privacy mode is off, or the bot is an admin."""
    if message["from"]["is_bot"] and "sender_chat" not in message:
        return False
    if message["chat"]["type"] == "private" or reads_all or _SERVICE & message.keys():
        return True
    if message.get("via_bot", {}).get("id") == bot["id"]:
        return True
    if message.get("reply_to_message", {}).get("from", {}).get("id") == bot["id"]:
        return True
    text = str(message.get("text") or message.get("caption") or "")
    entities = message.get("entities") or message.get("caption_entities") or []
    return any(_names(entity, text, bot) for entity in entities)


def _names(entity: Json, text: str, bot: Json) -> bool:
    """Whether an entity is a mention of the bot, or a command that names it or, at the start, no bot."""
    units = text.encode("utf-16-le", "surrogatepass")
    start, end = 2 * entity["offset"], 2 * (entity["offset"] + entity["length"])
    shown = units[start:end].decode("utf-16-le", "replace").lower()
    name = str(bot["username"]).lower()
    match entity["type"]:
        case "mention":
            return shown == f"@{name}"
        case "text_mention":
            return bool(entity["user"]["id"] == bot["id"])
        case "bot_command":
            _, at, named = shown.partition("@")
            return named == name if at else entity["offset"] == 0
    return False
