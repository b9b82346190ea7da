from redis.asyncio import Redis

from storage.secrets import keep_secret


async def test_a_secret_is_made_once_and_stays(redis: Redis) -> None:
    first = await keep_secret(redis, "one")
    assert len(first) == 32
    assert await keep_secret(redis, "one") == first
    assert await keep_secret(redis, "other") != first
