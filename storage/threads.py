"""Which messages are about which brief, and what was asked about it: a thread per brief, chat and topic."""

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

# KEYS: the messages shown, the newest briefs. ARGV: message, what it shows, how many are kept, lifetime, then
# topic and brief if it is the brief itself. One message shows one brief: the one it was edited to last.
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
end
"""


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
        self, chat_id: int, message_id: int, brief_id: str, *, newest_in: int | None = None
    ) -> None:
        """Note that a message of ours is about a brief, so that a reply to it is a question about that one.

        `newest_in` is the topic (0 for none) when the message shows the brief itself: its newest from now on.
        """
        newest = () if newest_in is None else (newest_in, brief_id)
        with store_errors():
            await self._note(
                keys=[keys.chat_shown(chat_id), keys.chat_newest(chat_id)],
                args=[
                    message_id,
                    f"{chat_id}:{message_id}:{brief_id}",
                    SHOWN_KEPT,
                    keys.SHOWN_TTL_S,
                    *newest,
                ],
            )

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
        """Delete a chat's threads and which messages show briefs; return how many threads there were."""
        with store_errors():
            members = await self._redis.smembers(keys.chat_threads(chat_id))
            names = [member.decode() for member in members if isinstance(member, bytes)]
            *deleted, _lists = await transact(
                self._redis,
                *(("DEL", keys.chat(chat_id, name)) for name in names),
                ("DEL", keys.chat_threads(chat_id), keys.chat_shown(chat_id), keys.chat_newest(chat_id)),
            )
        return sum(deleted)
