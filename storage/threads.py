"""Which briefs a chat was shown, in which messages, and what was asked: a thread per brief and topic."""

import time

from pydantic import ValidationError
from redis.asyncio import Redis

from bot.briefing.models import Turn
from storage import keys
from storage.connection import store_errors
from storage.transactions import transact

TURNS_KEPT = 12
"""Questions and answers of a thread; a model is sent the newest of them."""

SHOWN_KEPT = 1_000
"""Messages of a chat that are known to show a brief; who replies to an older one sends the link again."""

# KEYS: the thread, the list of threads. ARGV: what is asked under (and a space), question and answer, how
# many are kept, lifetime, the thread's name in the list. A second try of a question replaces the first.
_ADD = """
local kept = redis.call('LRANGE', KEYS[1], 0, -1)
local at
for i, turn in ipairs(kept) do
    if string.sub(turn, 1, #ARGV[1]) == ARGV[1] then at = i - 1 end
end
if at then
    redis.call('LSET', KEYS[1], at, ARGV[1] .. ARGV[2])
else
    redis.call('RPUSH', KEYS[1], ARGV[1] .. ARGV[2])
    redis.call('LTRIM', KEYS[1], -ARGV[3], -1)
end
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('SADD', KEYS[2], ARGV[5])
redis.call('EXPIRE', KEYS[2], ARGV[4])
"""

READ_KEPT = 200
"""Briefs of a chat that wait for its next digest; a digest has ten stories."""

# KEYS: the messages shown, the newest briefs, the briefs read. ARGV: message, what it shows, how many are
# kept, lifetime, then if it is the brief itself topic, brief, when, how many are kept as read, and for how
# long. One message shows one brief: the one it was edited to last.
_NOTE = """
for _, shown in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], ARGV[1], ARGV[1])) do
    if string.match(shown, '^[^:]*:') == string.match(ARGV[2], '^[^:]*:') then
        redis.call('ZREM', KEYS[1], shown)
    end
end
redis.call('ZADD', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZREMRANGEBYRANK', KEYS[1], 0, -ARGV[3] - 1)
redis.call('EXPIRE', KEYS[1], ARGV[4])
if ARGV[5] then
    redis.call('HSET', KEYS[2], ARGV[5], ARGV[6])
    redis.call('EXPIRE', KEYS[2], ARGV[4])
    redis.call('ZADD', KEYS[3], ARGV[7], ARGV[6])
    redis.call('ZREMRANGEBYRANK', KEYS[3], 0, -ARGV[8] - 1)
    redis.call('EXPIRE', KEYS[3], ARGV[9])
end
"""


LISTS = (keys.chat_threads, keys.chat_shown, keys.chat_newest, keys.chat_read)
"""What a chat has besides the threads themselves."""


class ThreadStore:
    """The threads of all chats; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._add = redis.register_script(_ADD)
        self._note = redis.register_script(_NOTE)

    async def turns(
        self, chat_id: int, topic_id: int | None, brief_id: str, *, besides: int | None = None
    ) -> tuple[Turn, ...]:
        """Return what was asked and answered, oldest first, but for what was asked under `besides`.

        What another version stored is left out.
        """
        with store_errors():
            kept = await self._redis.lrange(keys.thread(chat_id, topic_id, brief_id), 0, -1)
        turns = []
        for entry in kept:
            if not isinstance(entry, bytes):
                continue
            asked_under, _, data = entry.partition(b" ")
            if asked_under == str(besides).encode():
                continue
            try:
                turns.append(Turn.model_validate_json(data))
            except ValidationError:
                continue
        return tuple(turns)

    async def add(
        self, chat_id: int, topic_id: int | None, brief_id: str, turn: Turn, *, asked_under: int
    ) -> None:
        """Add a turn, or replace the one asked under the same update; the thread's lifetime begins anew."""
        with store_errors():
            await self._add(
                keys=[keys.thread(chat_id, topic_id, brief_id), keys.chat_threads(chat_id)],
                args=[
                    f"{asked_under} ",
                    turn.model_dump_json(),
                    TURNS_KEPT,
                    keys.THREAD_TTL_S,
                    keys.thread("", topic_id, brief_id).removeprefix(keys.chat("", "")),
                ],
            )

    async def note_shown(
        self,
        chat_id: int,
        message_id: int,
        brief_id: str,
        *,
        newest_in: int | None = None,
        now_s: float | None = None,
    ) -> None:
        """Note that a message of ours is about a brief, so that a reply to it is a question about that one.

        `newest_in` is the topic (0 for none) when the message shows the brief itself: its newest from now on,
        and read by the chat.
        """
        read_at_s = time.time() if now_s is None else now_s
        own = () if newest_in is None else (newest_in, brief_id, read_at_s, READ_KEPT, keys.READ_TTL_S)
        with store_errors():
            await self._note(
                keys=[keys.chat_shown(chat_id), keys.chat_newest(chat_id), keys.chat_read(chat_id)],
                args=[message_id, f"{chat_id}:{message_id}:{brief_id}", SHOWN_KEPT, keys.SHOWN_TTL_S, *own],
            )

    async def read_since(self, chat_id: int, since_s: float) -> tuple[str, ...]:
        """Return the ids of the briefs that a chat was shown since then, in that order."""
        with store_errors():
            found = await self._redis.zrangebyscore(keys.chat_read(chat_id), f"({since_s!r}", "+inf")
        return tuple(brief_id.decode() for brief_id in found if isinstance(brief_id, bytes))

    async def find_shown(self, chat_id: int, message_id: int) -> str | None:
        """Return the id of the brief that a message of ours is about: it shows it, or an answer about it.

        None for every other message, and for one of a group that became a supergroup since: there, numbers
        begin anew. The brief itself may have expired by now.
        """
        with store_errors():
            shown = await self._redis.zrangebyscore(keys.chat_shown(chat_id), message_id, message_id)
        own = f"{chat_id}:{message_id}:".encode()
        names = (name for name in shown if isinstance(name, bytes) and name.startswith(own))
        return next((name[len(own) :].decode() for name in names), None)

    async def find_newest(self, chat_id: int, topic_id: int | None) -> str | None:
        """Return the id of the brief that was shown last in a chat and topic, or None."""
        with store_errors():
            brief_id = await self._redis.hget(keys.chat_newest(chat_id), str(topic_id or 0))
        return brief_id.decode() if isinstance(brief_id, bytes) else None

    async def forget_chat(self, chat_id: int | str) -> int:
        """Delete a chat's threads and which briefs it was shown; return how many threads there were."""
        with store_errors():
            members = await self._redis.smembers(keys.chat_threads(chat_id))
            names = [member.decode() for member in members if isinstance(member, bytes)]
            *deleted, _lists = await transact(
                self._redis,
                *(("DEL", keys.chat(chat_id, name)) for name in names),
                ("DEL", *(name(chat_id) for name in LISTS)),
            )
        return sum(deleted)
