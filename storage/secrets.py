"""Random secrets that outlast restarts and that all replicas share."""

import secrets

from redis.asyncio import Redis

from bot.errors import StoreUnavailable
from storage.connection import store_errors


async def keep_secret(redis: Redis, key: str) -> bytes:
    """Return the secret under `key`, 32 bytes, made at the first call; raises StoreUnavailable."""
    with store_errors():
        await redis.set(key, secrets.token_bytes(32), nx=True)
        secret = await redis.get(key)
    if not isinstance(secret, bytes):
        raise StoreUnavailable("a secret vanished at once")
    return secret
