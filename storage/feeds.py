"""Which chat follows which feed, and what each feed held when it was read last."""

from redis.asyncio import Redis

from bot.digest.models import Feed
from storage import keys
from storage.connection import store_errors
from storage.packing import pack, unpack

MOST_FOLLOWED = 100
"""Feeds of one chat; a longer list is no list that somebody reads."""


class FeedStore:
    """Followed feeds; every method raises StoreUnavailable when Redis does not answer."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def follow(self, chat_id: int, url: str, title: str) -> bool:
        """Let a chat follow a feed; False when it follows as many as it may."""
        with store_errors():
            is_known = await self._redis.hexists(keys.follows(chat_id), url)
            if not is_known and await self._redis.hlen(keys.follows(chat_id)) >= MOST_FOLLOWED:
                return False
            # The followers first: after a failure in between, the feed is read for nobody, and that is all.
            await self._redis.sadd(keys.feed_followers(url), chat_id)
            await self._redis.hset(keys.follows(chat_id), url, title)
        return True

    async def unfollow(self, chat_id: int, url: str) -> bool:
        """End it; False when the chat did not follow this feed."""
        with store_errors():
            was_followed = bool(await self._redis.hdel(keys.follows(chat_id), url))
            await self._redis.srem(keys.feed_followers(url), chat_id)
        return was_followed

    async def followed(self, chat_id: int) -> dict[str, str]:
        """Return the addresses and titles of the feeds that a chat follows."""
        with store_errors():
            stored = await self._redis.hgetall(keys.follows(chat_id))
        texts = ((url, title) for url, title in stored.items() if isinstance(url, bytes))
        return {url.decode(): title.decode() for url, title in texts if isinstance(title, bytes)}

    async def followers(self, url: str) -> tuple[int, ...]:
        """Return the chats that follow a feed; some may have become supergroups since."""
        with store_errors():
            members = await self._redis.smembers(keys.feed_followers(url))
        return tuple(int(member) for member in members)

    async def replace(self, old_url: str, url: str) -> None:
        """Let everyone who follows a feed follow it where it has moved for good."""
        for chat_id in await self.followers(old_url):
            title = (await self.followed(chat_id)).get(old_url)
            if title is not None:
                await self.follow(chat_id, url, title)
            await self.unfollow(chat_id, old_url)

    async def keep(self, url: str, feed: Feed) -> None:
        """Keep what a feed holds."""
        data = await pack(feed)
        if data is not None:
            with store_errors():
                await self._redis.set(keys.feed(url), data, ex=keys.FEED_TTL_S)

    async def find(self, url: str) -> Feed | None:
        """Return what a feed held when it was read last, or None."""
        with store_errors():
            return await unpack(Feed, await self._redis.get(keys.feed(url)))

    async def forget_chat(self, chat_id: int) -> None:
        """Let a chat follow nothing."""
        for url in await self.followed(chat_id):
            await self.unfollow(chat_id, url)
