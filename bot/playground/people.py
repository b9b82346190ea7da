"""What people do in Telegram's clients: write, press buttons, edit, react, block; each becomes an update."""

import copy
from collections.abc import Iterable

from bot.playground.autolinks import find_autolinks
from bot.playground.formatting import MAX_TEXT_UNITS, count_units
from bot.playground.inline import keep_result
from bot.playground.places import READER, Places, lane_of
from bot.playground.privacy import is_shown
from bot.playground.queries import Queries
from bot.playground.refusal import Json
from bot.playground.state import State, Stored
from bot.playground.updates import Updates

ELSEWHERE = -1_009_999_999_999
"""A supergroup that the bot is not in."""


class People(Places):
    """The user side of the playground; the methods are called by tests and by the chat page."""

    def __init__(self, *, state: State, updates: Updates, queries: Queries) -> None:
        super().__init__(state=state, updates=updates)
        self.queries = queries

    def user_sends(
        self, chat_id: int, text: str | None = None, *, user_id: int | None = None,
        entities: Iterable[Json] = (), caption: str | None = None,
        document: tuple[str, bytes, str] | None = None, picture: bytes | None = None,
        reply_to: int | None = None, quote: str | None = None,
        forward_origin: Json | None = None, thread_id: int | None = None, **fields: object
    ) -> Json:  # fmt: skip
        """Write into a chat and return the message; an unknown positive chat id adds that person.

        `document` is (file name, content, MIME type), `picture` what a photo holds; `fields` go into the
        message as they are.
        """
        if count_units(text or "") > MAX_TEXT_UNITS:
            raise ValueError("a client splits a text that long; use split_text")
        sender = self._sender(chat_id, user_id)
        shown = text if text is not None else caption or ""
        found = _merge(list(entities), find_autolinks(shown))
        content: Json = {"text": text, "entities": found} if text is not None else {}
        content |= {"caption": caption, "caption_entities": found} if caption else {}
        if document:
            content["document"] = self.state.keep_file(*document)
        if picture:
            content["photo"] = [self._upload_photo(picture)]
        reply = self._reply(chat_id, reply_to)
        if quote and reply:
            position = count_units(reply["text"].split(quote)[0])
            content["quote"] = {"text": quote, "position": position, "is_manual": True}
        content |= {"message_thread_id": thread_id, "is_topic_message": True} if thread_id else {}
        origin = {"forward_origin": forward_origin, "reply_to_message": reply}
        stored = self.state.add(self.state.chats[chat_id], sender, **content, **origin, **fields)
        if self._bot_sees(stored.message):
            self.updates.push("message", stored.message, lane_of(chat_id))
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
            self.updates.push("edited_message", stored.message, lane_of(chat_id))
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
        self.updates.push("message_reaction", about | changed, lane_of(chat_id))

    async def user_asks_inline(
        self, query: str, *, user_id: int = READER, timeout_s: float = 10.0
    ) -> list[Json]:
        """Type @bot and a query in some chat; returns the results offered."""
        asked = self.queries.ask(
            "inline", {"from": self._sender(user_id, user_id), "query": query, "offset": ""}
        )
        self.updates.push("inline_query", asked.about, f"inline:{user_id}")
        results: list[Json] = (await self.queries.wait(asked, timeout_s))["results"]
        return results

    def user_sends_result(self, query: str, result: Json, *, user_id: int = READER) -> Stored:
        """Send one of the results offered into some chat; the bot can change it when it has buttons."""
        inline_id = keep_result(self.state, result)
        about = {"result_id": result["id"], "from": self.state.users[user_id], "query": query}
        about |= {"inline_message_id": inline_id} if result.get("reply_markup") else {}
        self.updates.push("chosen_inline_result", about, f"inline:{user_id}")
        return self.state.inline[inline_id]

    async def user_presses_inline(
        self, message: Stored, data: str, *, user_id: int = READER, timeout_s: float = 10.0
    ) -> Json:
        """Press a button of a message that the bot wrote in a chat it is not in; returns the bot's answer."""
        if not any(button.get("callback_data") == data for button in message.buttons):
            raise LookupError("no such button")
        [inline_id] = [name for name, stored in self.state.inline.items() if stored is message]
        about = {"from": self._sender(user_id, user_id), "chat_instance": "-7", "data": data}
        query = self.queries.ask("callback", about | {"inline_message_id": inline_id})
        self.updates.push("callback_query", query.about, f"callback:{inline_id}")
        return await self.queries.wait(query, timeout_s)

    async def user_asks_guest(
        self, text: str, *, user_id: int = READER, reply_to: Json | None = None, timeout_s: float = 10.0
    ) -> Stored:
        """Mention the bot in a chat it is no member of; returns its one answer there, as it stands."""
        chat = {"id": ELSEWHERE, "type": "supergroup", "title": "Elsewhere"}
        user = self._sender(user_id, user_id)
        number = self.state.next_number(chat)
        about = {"message_id": number, "date": self.state.now(), "chat": chat, "from": user, "text": text}
        about |= {"entities": find_autolinks(text)}
        asked = self.queries.ask("guest", about | ({"reply_to_message": reply_to} if reply_to else {}))
        self.updates.push("guest_message", asked.about, f"guest:{user_id}")
        answer = await self.queries.wait(asked, timeout_s)
        return self.state.inline[answer["inline_message_id"]]

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

    def _upload_photo(self, data: bytes) -> Json:
        """Keep a photo; a client would send it in several sizes, and say how large they are."""
        kept = self.state.keep_file("photo", data, "image/jpeg")
        named = {name: kept[name] for name in ("file_id", "file_unique_id", "file_size")}
        return named | {"width": 1_280, "height": 960}

    def _bot_sees(self, message: Json) -> bool:
        reads_all = self.state.bot["can_read_all_group_messages"]
        is_admin = self.state.bot["id"] in self.state.admins.get(message["chat"]["id"], ())
        return is_shown(message, self.state.bot, reads_all=reads_all or is_admin)


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


def _merge(given: list[Json], found: list[Json]) -> list[Json]:
    """Add what links itself where the sender put nothing of the kind."""
    taken = [
        (e["offset"], e["offset"] + e["length"]) for e in given if e["type"] in {"text_link", "code", "pre"}
    ]
    free = [e for e in found if all(e["offset"] + e["length"] <= a or e["offset"] >= b for a, b in taken)]
    return sorted([*given, *free], key=lambda entity: (entity["offset"], -entity["length"]))
