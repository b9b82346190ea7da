"""What people do in Telegram's clients: write, press buttons, edit, react, block; each becomes an update."""

import copy
import itertools
from collections.abc import Iterable

from bot.playground.autolinks import find_autolinks
from bot.playground.formatting import MAX_TEXT_UNITS, count_units
from bot.playground.queries import Queries
from bot.playground.refusal import Json
from bot.playground.state import BLOCKED, KICKED, NEVER_STARTED, State, Stored, StoredFile
from bot.playground.updates import Updates

READER = 1001
"""The person who is there from the start."""


class People:
    """The user side of the playground; the methods are called by tests and by the chat page."""

    def __init__(self, *, state: State, updates: Updates, queries: Queries) -> None:
        self.state = state
        self.updates = updates
        self.queries = queries
        self._file_ids = itertools.count(1)
        self.add_user(READER, "Reader")

    def add_user(
        self,
        user_id: int,
        first_name: str = "",
        *,
        username: str = "",
        language: str = "en",
        started: bool = True,
    ) -> Json:
        """Add a person and the private chat with them; who has not started the bot cannot be written to."""
        user: Json = {"id": user_id, "is_bot": False, "first_name": first_name or f"User {user_id}"}
        user |= {"username": username} if username else {}
        self.state.users[user_id] = user | {"language_code": language}
        chat = {name: value for name, value in user.items() if name != "is_bot"}
        self.state.chats[user_id] = chat | {"type": "private"}
        if not started:
            self.state.unreachable[user_id] = NEVER_STARTED
        self.state.changes.publish("chat", chat=self.state.chats[user_id])
        return self.state.users[user_id]

    def add_group(
        self, chat_id: int, title: str, *, kind: str = "supergroup", members: Iterable[int] = (READER,),
        is_forum: bool = False, username: str = ""
    ) -> Json:  # fmt: skip
        """Add a "group" or "supergroup" with the bot in it; ids of groups are negative."""
        chat: Json = {"id": chat_id, "type": kind, "title": title}
        chat |= {"is_forum": True} if is_forum else {}
        chat |= {"username": username} if username else {}
        self.state.chats[chat_id] = chat
        self.state.members[chat_id] = {int(self.state.bot["id"]), *members}
        self.state.changes.publish("chat", chat=chat)
        return chat

    def add_topic(self, chat_id: int, name: str) -> int:
        """Add a forum topic; returns its message_thread_id."""
        thread_id = self.state.next_number(self.state.chats[chat_id])
        self.state.topics.setdefault(chat_id, {})[thread_id] = name
        return thread_id

    def user_sends(
        self, chat_id: int, text: str | None = None, *, user_id: int | None = None,
        entities: Iterable[Json] = (), caption: str | None = None,
        document: tuple[str, bytes, str] | None = None, reply_to: int | None = None, quote: str | None = None,
        forward_origin: Json | None = None, thread_id: int | None = None, **fields: object
    ) -> Json:  # fmt: skip
        """Write into a chat and return the message; an unknown positive chat id adds that person.

        `document` is (file name, content, MIME type); `fields` go into the message as they are, e.g. a photo.
        """
        if count_units(text or "") > MAX_TEXT_UNITS:
            raise ValueError("a client splits a text that long; use split_text")
        sender = self._sender(chat_id, user_id)
        shown = text if text is not None else caption or ""
        found = _merge(list(entities), find_autolinks(shown))
        content: Json = {"text": text, "entities": found} if text is not None else {}
        content |= {"caption": caption, "caption_entities": found} if caption else {}
        if document:
            content["document"] = self._upload(*document)
        reply = self._reply(chat_id, reply_to)
        if quote and reply:
            position = count_units(reply["text"].split(quote)[0])
            content["quote"] = {"text": quote, "position": position, "is_manual": True}
        content |= {"message_thread_id": thread_id, "is_topic_message": True} if thread_id else {}
        origin = {"forward_origin": forward_origin, "reply_to_message": reply}
        stored = self.state.add(self.state.chats[chat_id], sender, **content, **origin, **fields)
        if self._bot_sees(stored.message):
            self.updates.push("message", stored.message, _lane(chat_id))
        return copy.deepcopy(stored.message)

    async def user_presses(
        self, chat_id: int, message_id: int, data: str, *, user_id: int | None = None, timeout_s: float = 10.0
    ) -> Json:
        """Press the button with this callback data; returns the bot's answer (`text`, `show_alert`, `url`).

        Raises LookupError when the message has no such button, TimeoutError when the bot does not answer.
        """
        stored = self._message(chat_id, message_id)
        if not any(button.get("callback_data") == data for button in stored.buttons):
            raise LookupError("no such button")
        about = {"from": self._sender(chat_id, user_id), "chat_instance": f"-{abs(chat_id)}7", "data": data}
        query = self.queries.ask("callback", about | {"message": stored.message})
        self.updates.push("callback_query", query.about, f"callback:{chat_id}")
        return await self.queries.wait(query, timeout_s)

    def user_edits(self, chat_id: int, message_id: int, text: str) -> Json:
        """Change a message somebody wrote; returns it."""
        stored = self._message(chat_id, message_id)
        self.state.change(stored, text=text, entities=find_autolinks(text))
        if self._bot_sees(stored.message):
            self.updates.push("edited_message", stored.message, _lane(chat_id))
        return copy.deepcopy(stored.message)

    def user_reacts(self, chat_id: int, message_id: int, emoji: str, *, user_id: int | None = None) -> None:
        """React to a message; an empty emoji takes the reaction back."""
        stored = self._message(chat_id, message_id)
        user = self._sender(chat_id, user_id)
        now = [{"type": "emoji", "emoji": emoji}] if emoji else []
        before = self.state.react(stored, user["id"], now)
        about = {
            "chat": stored.message["chat"],
            "message_id": stored.id,
            "user": user,
            "date": self.state.now(),
        }
        changed = {"old_reaction": before, "new_reaction": now}
        self.updates.push("message_reaction", about | changed, _lane(chat_id))

    def user_blocks(self, user_id: int) -> None:
        """Block the bot: it can no longer write to this person."""
        self.state.unreachable[user_id] = BLOCKED
        self._tell_membership(user_id, user_id, "member", "kicked")

    def user_unblocks(self, user_id: int) -> None:
        """Let the bot write again."""
        self.state.unreachable.pop(user_id, None)
        self._tell_membership(user_id, user_id, "kicked", "member")

    def remove_bot(self, chat_id: int, *, user_id: int = READER) -> None:
        """Throw the bot out of a group."""
        kind = self.state.chats[chat_id]["type"]
        self.state.unreachable[chat_id] = KICKED.format(kind=kind)
        self._tell_membership(chat_id, user_id, "member", "kicked")

    def upgrade_group(self, chat_id: int) -> int:
        """Make a group a supergroup, which changes its id; returns the new one."""
        new_id = -1_000_000_000_000 + chat_id
        group = self.state.chats[chat_id]
        self.add_group(new_id, group["title"], members=self.state.members[chat_id])
        sender = self._sender(chat_id, READER)
        stored = self.state.add(group, sender, migrate_to_chat_id=new_id)
        self.state.upgraded[chat_id] = new_id
        self.updates.push("message", stored.message, _lane(chat_id))
        return new_id

    async def user_asks_inline(
        self, query: str, *, user_id: int = READER, timeout_s: float = 10.0
    ) -> list[Json]:
        """Type @bot and a query in some chat; returns the results offered."""
        asked = self.queries.ask("inline", {"from": self.state.users[user_id], "query": query, "offset": ""})
        self.updates.push("inline_query", asked.about, f"inline:{user_id}")
        results: list[Json] = (await self.queries.wait(asked, timeout_s))["results"]
        return results

    async def user_asks_guest(
        self, text: str, *, user_id: int = READER, reply_to: Json | None = None, timeout_s: float = 10.0
    ) -> Stored:
        """Mention the bot in a chat it is no member of; returns its one answer there, as it stands."""
        user = self.state.users[user_id]
        chat = {"id": -1_009_999_999_999, "type": "supergroup", "title": "Elsewhere"}
        about = {"message_id": 1, "date": self.state.now(), "chat": chat, "from": user, "text": text}
        about |= {"entities": find_autolinks(text), "guest_bot_caller_user": user}
        asked = self.queries.ask("guest", about | ({"reply_to_message": reply_to} if reply_to else {}))
        self.updates.push("guest_message", asked.about, f"guest:{user_id}")
        answer = await self.queries.wait(asked, timeout_s)
        return self.state.inline[answer["inline_message_id"]]

    def _sender(self, chat_id: int, user_id: int | None) -> Json:
        """Return who acts: the given person, else the private chat's, else the first one."""
        user_id = user_id or (chat_id if chat_id > 0 else READER)
        if user_id not in self.state.users:
            self.add_user(user_id)
        if chat_id > 0 and self.state.unreachable.get(chat_id) == NEVER_STARTED:
            del self.state.unreachable[chat_id]
        return self.state.users[user_id]

    def _message(self, chat_id: int, message_id: int) -> Stored:
        stored = self.state.find(chat_id, message_id)
        if stored is None:
            raise LookupError("no such message")
        return stored

    def _reply(self, chat_id: int, message_id: int | None) -> Json | None:
        if message_id is None:
            return None
        target = self._message(chat_id, message_id).message
        return {name: value for name, value in target.items() if name != "reply_to_message"}

    def _upload(self, name: str, data: bytes, mime_type: str) -> Json:
        number = next(self._file_ids)
        self.state.files[f"file{number}"] = StoredFile(path=f"documents/file_{number}", data=data)
        ids = {"file_id": f"file{number}", "file_unique_id": f"ufile{number}"}
        return {**ids, "file_name": name, "mime_type": mime_type, "file_size": len(data)}

    def _bot_sees(self, message: Json) -> bool:
        """Privacy mode: in groups a bot gets commands, mentions of it, and replies to it."""
        if message["chat"]["type"] == "private" or self.state.bot["can_read_all_group_messages"]:
            return True
        if message.get("reply_to_message", {}).get("from", {}).get("id") == self.state.bot["id"]:
            return True
        text = str(message.get("text") or message.get("caption") or "")
        name = f"@{self.state.bot['username']}".lower()
        return name in text.lower() or (text.startswith("/") and "@" not in text.split(maxsplit=1)[0])

    def _tell_membership(self, chat_id: int, user_id: int, before: str, after: str) -> None:
        change = {
            "chat": self.state.chats[chat_id],
            "from": self.state.users[user_id],
            "date": self.state.now(),
        }
        old, new = (_membership(self.state.bot, status) for status in (before, after))
        member = {"old_chat_member": old, "new_chat_member": new}
        self.updates.push("my_chat_member", change | member, _lane(chat_id))


def split_text(text: str) -> list[str]:
    """Cut a text as Telegram's clients do: at most 4,096 units each, at a line's or word's end."""
    parts = []
    while count_units(text) > MAX_TEXT_UNITS:
        head = text[:MAX_TEXT_UNITS]
        while count_units(head) > MAX_TEXT_UNITS:
            head = head[:-1]
        cut = max(head.rfind("\n"), 0) or max(head.rfind(" "), 0) or len(head)
        parts.append(text[:cut].strip())
        text = text[cut:].lstrip()
    return [part for part in [*parts, text.strip()] if part]


def _membership(bot: Json, status: str) -> Json:
    return {"status": status, "user": bot} | ({"until_date": 0} if status == "kicked" else {})


def _lane(chat_id: int) -> str:
    return f"chat:{chat_id}"


def _merge(given: list[Json], found: list[Json]) -> list[Json]:
    """Add what links itself where the sender put nothing of the kind."""
    taken = [
        (e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in {"text_link", "code", "pre"}
    ]
    free = [e for e in found if all(e["offset"] + e["length"] <= a or e["offset"] >= b for a, b in taken)]
    return sorted([*given, *free], key=lambda entity: (entity["offset"], -entity["length"]))
