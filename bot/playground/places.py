"""Who and which chats there are, and where the bot may write."""

from collections.abc import Iterable

from bot.playground.refusal import Json
from bot.playground.state import BLOCKED, GENERAL, KICKED, NEVER_STARTED, State
from bot.playground.updates import Updates

_MUTING = ("member", "restricted")
_RIGHTS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)
READER = 1001
"""The person who is there from the start."""


class Places:
    """People, chats, and the bot's standing in them; a change of that becomes an update."""

    def __init__(self, *, state: State, updates: Updates) -> None:
        self.state = state
        self.updates = updates
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
        admins: Iterable[int] = (), is_forum: bool = False, username: str = ""
    ) -> Json:  # fmt: skip
        """Add a "group" or "supergroup" with the bot in it; ids of groups are negative.

        A bot among the admins gets every message there.
        """
        chat: Json = {"id": chat_id, "type": kind, "title": title}
        chat |= {"is_forum": True} if is_forum else {}
        chat |= {"username": username} if username else {}
        self.state.chats[chat_id] = chat
        self.state.members[chat_id] = {int(self.state.bot["id"]), *members, *admins}
        self.state.admins[chat_id] = set(admins)
        self.state.changes.publish("chat", chat=chat)
        return chat

    def add_topic(self, chat_id: int, name: str) -> int:
        """Add a forum topic; returns its message_thread_id."""
        thread_id = GENERAL
        while thread_id == GENERAL:
            thread_id = self.state.next_number(self.state.chats[chat_id])
        self.state.topics.setdefault(chat_id, {})[thread_id] = name
        return thread_id

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

    def return_bot(self, chat_id: int, *, user_id: int = READER) -> None:
        """Let the bot into a group again."""
        self.state.unreachable.pop(chat_id, None)
        self._tell_membership(chat_id, user_id, "left", "member")

    def mute_bot(self, chat_id: int, *, user_id: int = READER, muted: bool = True) -> None:
        """Take the bot's right to write in a group, or give it back."""
        if muted:
            self.state.muted.add(chat_id)
        else:
            self.state.muted.discard(chat_id)
        self._tell_membership(chat_id, user_id, *_MUTING[:: 1 if muted else -1])

    def close_topic(self, chat_id: int, thread_id: int, *, closed: bool = True) -> None:
        """Close a topic of a forum to all but admins, or open it again."""
        topics = self.state.closed_topics.setdefault(chat_id, set())
        (topics.add if closed else topics.discard)(thread_id)
        told: Json = {"forum_topic_closed" if closed else "forum_topic_reopened": {}}
        place = {"message_thread_id": thread_id, "is_topic_message": True}
        stored = self.state.add(self.state.chats[chat_id], self._sender(chat_id, READER), **place, **told)
        self.updates.push("message", stored.message, lane_of(chat_id))

    def upgrade_group(self, chat_id: int) -> int:
        """Make a group a supergroup, which changes its id; returns the new one."""
        new_id = -1_000_000_000_000 + chat_id
        group = self.state.chats[chat_id]
        admins = self.state.admins[chat_id]
        self.add_group(new_id, group["title"], members=self.state.members[chat_id], admins=admins)
        sender = self._sender(chat_id, READER)
        stored = self.state.add(group, sender, migrate_to_chat_id=new_id)
        self.state.upgraded[chat_id] = new_id
        self.updates.push("message", stored.message, lane_of(chat_id))
        arrived = self.state.add(self.state.chats[new_id], sender, migrate_from_chat_id=chat_id)
        self.updates.push("message", arrived.message, lane_of(new_id))
        return new_id

    def _sender(self, chat_id: int, user_id: int | None) -> Json:
        """Return who acts: the given person, else the private chat's, else the first one."""
        user_id = user_id or (chat_id if chat_id > 0 else READER)
        if user_id not in self.state.users:
            self.add_user(user_id)
        if chat_id > 0 and self.state.unreachable.get(chat_id) == NEVER_STARTED:
            del self.state.unreachable[chat_id]
        return self.state.users[user_id]

    def _tell_membership(self, chat_id: int, user_id: int, before: str, after: str) -> None:
        change = {
            "chat": self.state.chats[chat_id],
            "from": self.state.users[user_id],
            "date": self.state.now(),
        }
        old, new = (_membership(self.state.bot, status) for status in (before, after))
        member = {"old_chat_member": old, "new_chat_member": new}
        self.updates.push("my_chat_member", change | member, lane_of(chat_id))


def _membership(bot: Json, status: str) -> Json:
    rights = {} if status == "member" else {"until_date": 0}
    if status == "restricted":
        rights |= {"is_member": True} | dict.fromkeys(_RIGHTS, False)
    return {"status": status, "user": bot} | rights


def lane_of(chat_id: int) -> str:
    """Name the lane whose updates are delivered one after another: the chat's."""
    return f"chat:{chat_id}"
