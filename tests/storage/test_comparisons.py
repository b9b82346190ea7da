"""Comparisons are kept as long as briefs; a private one is its chat's alone, and /forget takes it."""

import pytest
from redis.asyncio import Redis

from bot.article.models import PUBLIC
from bot.comparing.compare import compare_briefs
from bot.comparing.models import Comparison
from storage import keys
from storage.comparisons import MOST_PRIVATE, ComparisonStore
from tests.briefing.drafting import make_article
from tests.comparing.pairs import brief_of
from tests.stored import stored_names


@pytest.fixture
def store(redis: Redis) -> ComparisonStore:
    return ComparisonStore(redis)


def make(number: int = 1, scope: str = PUBLIC) -> Comparison:
    first, second = brief_of(make_article(), 1), brief_of(make_article("Nobody came to the vote."), 2)
    made = compare_briefs(first, second, "en")
    return made.model_copy(update={"id": f"{number:016x}", "scope": scope})


async def test_a_public_one_is_found_from_any_chat_for_a_month(store: ComparisonStore, redis: Redis) -> None:
    await store.keep(make())
    assert await store.find(make().id, 7) == make()
    assert 0 < await redis.ttl(keys.comparison(make().id)) <= keys.BRIEF_TTL_S


async def test_a_private_one_is_found_in_its_chat_only_until_it_is_forgotten(
    store: ComparisonStore, redis: Redis
) -> None:
    await store.keep(make(scope="7"))
    assert await store.find(make().id, 8) is None
    assert await store.find(make().id, 7) == make(scope="7")
    for name in await stored_names(redis):
        assert 0 < await redis.ttl(name) <= keys.BRIEF_TTL_S
    await store.forget_chat(7)
    assert await stored_names(redis) == []


async def test_a_chat_has_so_many_private_ones(store: ComparisonStore, redis: Redis) -> None:
    for number in range(MOST_PRIVATE + 3):
        await store.keep(make(number, scope="7"))
    assert await redis.hlen(keys.chat(7, "comparisons")) == MOST_PRIVATE
    assert await store.find(make(MOST_PRIVATE + 2).id, 7) is not None
