"""What is asked for and not answered yet, and what was called off, known to all processes."""

from redis.asyncio import Redis

from storage import keys
from storage.connection import store_errors
from storage.transactions import transact

# KEYS: the list of who asks where, the mark of what they called off there. ARGV: the update that does so,
# lifetime of the mark. Returns the updates that are under way and came before.
_CALL_OFF = """
redis.call('SET', KEYS[2], ARGV[1], 'EX', ARGV[2])
local before = {}
for _, update in ipairs(redis.call('SMEMBERS', KEYS[1])) do
    if tonumber(update) < tonumber(ARGV[1]) then before[#before + 1] = update end
end
return before
"""


class RequestStore:
    """Requests by update, chat and person; every method raises StoreUnavailable."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._call_off = redis.register_script(_CALL_OFF)

    async def begin(self, chat_id: int, person_id: int, update_id: int) -> bool:
        """List a request as under way; False when it was called off before it began."""
        listed = keys.under_way(chat_id, person_id)
        with store_errors():
            *_done, mark = await transact(
                self._redis,
                ("SADD", listed, update_id),
                ("EXPIRE", listed, keys.UNDER_WAY_TTL_S),
                ("GET", keys.called_off(chat_id, person_id)),
            )
        return not _is_before(update_id, mark)

    async def end(self, chat_id: int, person_id: int, update_id: int) -> None:
        """Take a request off the list: it is answered."""
        with store_errors():
            await self._redis.srem(keys.under_way(chat_id, person_id), str(update_id))

    async def is_called_off(self, chat_id: int, person_id: int, update_id: int) -> bool:
        """Whether the person has called off what they asked for before in this chat, and so this."""
        with store_errors():
            return _is_before(update_id, await self._redis.get(keys.called_off(chat_id, person_id)))

    async def call_off(self, chat_id: int, person_id: int, update_id: int) -> set[int]:
        """Call off all that came before this update; return what of it is under way, by update."""
        with store_errors():
            found = await self._call_off(
                keys=[keys.under_way(chat_id, person_id), keys.called_off(chat_id, person_id)],
                args=[update_id, keys.CALLED_OFF_TTL_S],
            )
        return {int(update) for update in found}


def _is_before(update_id: int, mark: object) -> bool:
    return isinstance(mark, bytes) and update_id < int(mark)
