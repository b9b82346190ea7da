"""The playground's world: the bot, people, chats and messages, all in memory."""

import copy
import itertools
from collections.abc import Callable
from dataclasses import dataclass, field

from bot.playground.changes import Changes
from bot.playground.refusal import Json, Refused, bad_request

BLOCKED = "Forbidden: bot was blocked by the user"
NEVER_STARTED = "Forbidden: bot can't initiate conversation with a user"
GENERAL = 1
"""The topic of a forum's messages without one."""

DRAFT_S = 30
"""A draft is shown so long, unless it is renewed."""

KICKED = "Forbidden: bot was kicked from the {kind} chat"


@dataclass(slots=True, kw_only=True)
class Call:
    """One request of the bot, as it came; `answer` is None while it is under way or when it was lost."""

    method: str
    parameters: Json
    at: float
    answer: Json | None = None

    @property
    def ok(self) -> bool:
        """Whether it was answered with success."""
        return self.answer is not None and self.answer["ok"] is True


@dataclass(slots=True, kw_only=True)
class Stored:
    """A message as it stands, and its earlier versions, oldest first."""

    message: Json
    history: list[Json] = field(default_factory=list)
    reactions: dict[int, list[Json]] = field(default_factory=dict)

    @property
    def id(self) -> int:
        """The message's number in its chat."""
        return int(self.message["message_id"])

    @property
    def text(self) -> str:
        """Its text or caption; empty when it has neither."""
        return str(self.message.get("text") or self.message.get("caption") or "")

    @property
    def entities(self) -> list[Json]:
        """The entities of its text, those Telegram added included."""
        return list(self.message.get("entities") or self.message.get("caption_entities") or [])

    @property
    def buttons(self) -> list[Json]:
        """The buttons under it, row by row."""
        rows = self.message.get("reply_markup", {}).get("inline_keyboard", [])
        return [button for row in rows for button in row]

    @property
    def from_bot(self) -> bool:
        """Whether a bot wrote it."""
        return bool(self.message["from"]["is_bot"])


@dataclass(slots=True, kw_only=True)
class StoredFile:
    """A file somebody sent."""

    path: str
    data: bytes


class State:
    """Everything the playground knows; changing it publishes an event."""

    def __init__(self, *, bot: Json, clock: Callable[[], float]) -> None:
        self.bot = bot
        self.clock = clock
        self.changes = Changes()
        self.users: dict[int, Json] = {int(bot["id"]): bot}
        self.chats: dict[int, Json] = {}
        self.members: dict[int, set[int]] = {}
        self.admins: dict[int, set[int]] = {}
        self.muted: set[int] = set()
        self.closed_topics: dict[int, set[int]] = {}
        self.topics: dict[int, dict[int, str]] = {}
        self.unreachable: dict[int, str] = {}
        self.upgraded: dict[int, int] = {}
        self._drafts: dict[int, tuple[Json, float]] = {}
        self.files: dict[str, StoredFile] = {}
        self._file_ids = itertools.count(1)
        self.commands: dict[str, list[Json]] = {}
        self.inline: dict[str, Stored] = {}
        self.calls: list[Call] = []
        self._messages: dict[int, dict[int, Stored]] = {}
        self._numbers: dict[int, itertools.count[int]] = {}

    @property
    def drafts(self) -> dict[int, Json]:
        """The drafts that are shown, by chat."""
        now = self.clock()
        return {chat_id: draft for chat_id, (draft, until) in self._drafts.items() if now < until}

    def now(self) -> int:
        """Return the time as the Bot API gives it: whole seconds."""
        return int(self.clock())

    def chat(self, chat_id: int | str) -> Json:
        """Return a chat by id or @name; raises Refused when the bot does not know it."""
        if isinstance(chat_id, str):
            named = (c for c in self.chats.values() if f"@{c.get('username', '')}" == chat_id)
            found = next(named, None)
        else:
            found = self.chats.get(chat_id)
        if found is None:
            raise bad_request("chat not found")
        return found

    def writable_chat(self, chat_id: int | str) -> Json:
        """Return a chat the bot may write to; raises Refused for one that blocked it or moved away."""
        chat = self.chat(chat_id)
        if new_id := self.upgraded.get(chat["id"]):
            moved = "Bad Request: group chat was upgraded to a supergroup chat"
            raise Refused(400, moved, migrate_to_chat_id=new_id)
        if why := self.unreachable.get(chat["id"]):
            raise Refused(403, why)
        return chat

    def messages(self, chat_id: int) -> list[Stored]:
        """Return a chat's messages as they stand, in order."""
        return list(self._messages.get(chat_id, {}).values())

    def find(self, chat_id: int, message_id: int) -> Stored | None:
        """Return one message, or None when there is none or it was deleted."""
        return self._messages.get(chat_id, {}).get(message_id)

    def next_number(self, chat: Json) -> int:
        """Return a message's number: counted per supergroup, and across all other chats, as Telegram does."""
        lane = chat["id"] if chat["type"] in {"supergroup", "channel"} else 0
        return next(self._numbers.setdefault(lane, itertools.count(1)))

    def add(self, chat: Json, sender: Json, **content: object) -> Stored:
        """Keep a new message; a message of the bot ends the draft in its chat."""
        message = {"message_id": self.next_number(chat), "from": sender, "chat": chat, "date": self.now()}
        message |= {name: value for name, value in content.items() if value not in (None, [])}
        stored = Stored(message=message)
        self._messages.setdefault(chat["id"], {})[stored.id] = stored
        if sender["id"] == self.bot["id"] and self._drafts.pop(chat["id"], None):
            self.changes.publish("draft", chat_id=chat["id"], draft=None)
        self.changes.publish("message", chat_id=chat["id"], message=copy.deepcopy(message))
        return stored

    def change(self, stored: Stored, **content: object) -> None:
        """Replace parts of a message and keep the version before; None removes a part."""
        stored.history.append(stored.message)
        changed = stored.message | content | {"edit_date": self.now()}
        stored.message = {name: value for name, value in changed.items() if value not in (None, [], {})}
        chat_id = stored.message.get("chat", {}).get("id")
        self.changes.publish("edit", chat_id=chat_id, message=copy.deepcopy(stored.message))

    def keep_file(self, name: str, data: bytes, mime_type: str) -> Json:
        """Keep a file, and return it as messages show it."""
        number = next(self._file_ids)
        self.files[f"file{number}"] = StoredFile(path=f"documents/file_{number}", data=data)
        ids = {"file_id": f"file{number}", "file_unique_id": f"ufile{number}"}
        return {**ids, "file_name": name, "mime_type": mime_type, "file_size": len(data)}

    def delete(self, stored: Stored) -> None:
        """Take a message away."""
        chat_id = stored.message["chat"]["id"]
        del self._messages[chat_id][stored.id]
        self.changes.publish("delete", chat_id=chat_id, message_id=stored.id)

    def draft(self, chat_id: int, draft: Json) -> None:
        """Show a draft, until it is over or the bot's next message is there."""
        self._drafts[chat_id] = draft, self.clock() + DRAFT_S
        self.changes.publish("draft", chat_id=chat_id, draft=copy.deepcopy(draft))

    def react(self, stored: Stored, user_id: int, reaction: list[Json]) -> list[Json]:
        """Set what one user thinks of a message; returns what it was."""
        before = stored.reactions.pop(user_id, [])
        if reaction:
            stored.reactions[user_id] = reaction
        chat_id = stored.message["chat"]["id"]
        shown = [kind for kinds in stored.reactions.values() for kind in kinds]
        self.changes.publish("reaction", chat_id=chat_id, message_id=stored.id, reactions=shown)
        return before
