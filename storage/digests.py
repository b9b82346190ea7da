"""A chat's digests: what it wants, what it was told, and how each date's digest went."""

from datetime import date, datetime
from typing import Literal, TypeVar

from pydantic import TypeAdapter, ValidationError
from redis.asyncio import Redis

from bot.digest.calendar import Due
from bot.digest.models import Digest, Record, Subscription, Told
from storage import keys
from storage.connection import store_errors
from storage.packing import pack, unpack
from storage.transactions import transact

MOST_TOLD = 60

MOST_KEPT = 40
"""Digests of a chat whose buttons work: a month's, and some that were asked for in between."""

T = TypeVar("T")

Went = Literal["new", "in doubt", "over"]
"""How a date's digest went so far: nothing was sent; something may have been sent; nothing is to be done."""

_SUBSCRIPTION = TypeAdapter(Subscription)
_DUE = TypeAdapter(Due)
_INSTANT = TypeAdapter(datetime)

# KEYS: the date's mark. ARGV: lifetime. A digest is sent by who marks it first. Who finds the mark of a
# sender that is gone may offer it, once.
_BEGIN = """
local went = redis.call('GET', KEYS[1])
if not went then
    redis.call('SET', KEYS[1], 'sending', 'EX', ARGV[1])
    return 'new'
end
if went == 'sending' then
    redis.call('SET', KEYS[1], 'offered', 'EX', ARGV[1])
    return 'in doubt'
end
return 'over'
"""


class DigestStore:
    """The digests of all chats; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._begin = redis.register_script(_BEGIN)

    async def subscribe(self, chat_id: int, subscription: Subscription | None) -> None:
        """Keep what a chat wants from now on; None ends its digests."""
        with store_errors():
            if subscription is None:
                await self._redis.hdel(keys.digest(chat_id), "subscription")
            else:
                await self._redis.hset(keys.digest(chat_id), "subscription", subscription.model_dump_json())

    async def record(self, chat_id: int) -> Record:
        """Return what a chat wants and had; what this version cannot read counts as not there."""
        with store_errors():
            stored = await self._redis.hgetall(keys.digest(chat_id))
        fields = {name: value for name, value in stored.items() if isinstance(name, bytes)}
        return Record(
            subscription=_read(_SUBSCRIPTION, fields.get(b"subscription")),
            done=_read(_DUE, fields.get(b"done")),
            told_until=_read(_INSTANT, fields.get(b"told_until")),
        )

    async def begin(self, chat_id: int, day: date) -> Went:
        """Mark that a date's digest is about to be sent, unless it has been begun before."""
        with store_errors():
            went = await self._begin(
                keys=[keys.digest_day(chat_id, day.isoformat())], args=[keys.DIGEST_DAY_TTL_S]
            )
        found: dict[bytes, Went] = {b"new": "new", b"in doubt": "in doubt"}
        return found.get(went, "over")

    async def undo(self, chat_id: int, day: date, went: Went) -> None:
        """Take back what `begin` marked and returned as `went`: nothing was sent, and a later try may."""
        key = keys.digest_day(chat_id, day.isoformat())
        with store_errors():
            if went == "in doubt":
                await self._redis.set(key, "sending", ex=keys.DIGEST_DAY_TTL_S)
            else:
                await self._redis.delete(key)

    async def finish(self, chat_id: int, due: Due, told_until: datetime | None) -> None:
        """Note that a date is done with; None leaves what came since the last digest to the next one."""
        fields: list[str | bytes] = ["done", _DUE.dump_json(due)]
        if told_until is not None:
            fields += ["told_until", _INSTANT.dump_json(told_until)]
        with store_errors():
            await transact(
                self._redis,
                ("HSET", keys.digest(chat_id), *fields),
                ("SET", keys.digest_day(chat_id, due.day.isoformat()), "over", "EX", keys.DIGEST_DAY_TTL_S),
            )

    async def keep(self, chat_id: int, digest: Digest) -> None:
        """Keep a digest for its buttons, in its own chat; the oldest ones go."""
        data = await pack(digest)
        if data is None:
            return
        key = keys.digests_kept(chat_id)
        with store_errors():
            await self._redis.hset(key, digest.id, data)
            await self._redis.expire(key, keys.KEPT_DIGEST_TTL_S)
            ids = sorted(await self._redis.hkeys(key))
            if oldest := ids[:-MOST_KEPT]:
                await self._redis.hdel(key, *oldest)

    async def find(self, chat_id: int, digest_id: str) -> Digest | None:
        """Return a digest of this chat, or None."""
        with store_errors():
            return await unpack(Digest, await self._redis.hget(keys.digests_kept(chat_id), digest_id))

    async def note_told(self, chat_id: int, until: datetime) -> None:
        """Note that what came until then was told outside the schedule."""
        with store_errors():
            await self._redis.hset(keys.digest(chat_id), "told_until", _INSTANT.dump_json(until))

    async def tell(self, chat_id: int, stories: list[Told]) -> None:
        """Remember stories as told."""
        if not stories:
            return
        with store_errors():
            await transact(
                self._redis,
                ("LPUSH", keys.digest_told(chat_id), *(story.model_dump_json() for story in stories)),
                ("LTRIM", keys.digest_told(chat_id), 0, MOST_TOLD - 1),
                ("EXPIRE", keys.digest_told(chat_id), keys.TOLD_TTL_S),
            )

    async def told(self, chat_id: int) -> tuple[Told, ...]:
        """Return the stories that a chat was told lately, newest first."""
        with store_errors():
            kept = await self._redis.lrange(keys.digest_told(chat_id), 0, -1)
        stories = []
        for data in kept:
            try:
                stories.append(Told.model_validate_json(data))
            except ValidationError:
                continue
        return tuple(stories)

    async def forget_chat(self, chat_id: int) -> None:
        """Delete all of it: what is wanted, what was shown and told."""
        with store_errors():
            await self._redis.delete(
                keys.digest(chat_id), keys.digests_kept(chat_id), keys.digest_told(chat_id)
            )


def _read(adapter: TypeAdapter[T], value: object) -> T | None:
    """Read a stored field; None for none, and for another version's."""
    try:
        return adapter.validate_json(value) if isinstance(value, bytes) else None
    except ValidationError:
        return None
