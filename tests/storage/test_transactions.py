"""Several commands as one: nothing in between, and one slot."""

import asyncio

from redis.asyncio import Redis

from storage.transactions import transact


async def test_each_answer_stands_in_its_place(redis: Redis) -> None:
    answers = await transact(
        redis,
        ("SET", "{a}:text", b"\xff\x00", "EX", 60),
        ("GET", "{a}:text"),
        ("GET", "{a}:missing"),
        ("SADD", "{a}:set", 1, 2),
        ("SMEMBERS", "{a}:set"),
    )
    assert answers == [b"OK", b"\xff\x00", None, 2, [b"1", b"2"]]


async def test_nothing_comes_in_between(redis: Redis) -> None:
    async def add() -> int:
        first, second = await transact(redis, ("INCR", "{a}:count"), ("INCR", "{a}:count"))
        return int(second - first)

    assert set(await asyncio.gather(*(add() for _ in range(50)))) == {1}
