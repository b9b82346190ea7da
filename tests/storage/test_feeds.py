import pytest
from redis.asyncio import Redis

from bot.digest.models import Entry, Feed
from storage import keys
from storage.feeds import MOST_FOLLOWED, FeedStore

URL, OTHER = "https://courier.example/feed", "https://listok.example/rss"
FEED = Feed(title="Courier", language="en", entries=(Entry(url="https://courier.example/a", title="A"),))


@pytest.fixture
def feeds(redis: Redis) -> FeedStore:
    return FeedStore(redis)


async def test_a_chat_follows_feeds_until_it_does_not(feeds: FeedStore) -> None:
    assert await feeds.follow(7, URL, "Courier")
    assert await feeds.follow(8, URL, "Courier")
    assert await feeds.follow(7, OTHER, "Листок")
    assert await feeds.followed(7) == {URL: "Courier", OTHER: "Листок"}
    assert set(await feeds.followers(URL)) == {7, 8}
    assert await feeds.unfollow(7, URL)
    assert not await feeds.unfollow(7, URL)
    assert await feeds.followers(URL) == (8,)


async def test_a_chat_follows_so_many_and_may_still_rename_one(feeds: FeedStore) -> None:
    for number in range(MOST_FOLLOWED):
        assert await feeds.follow(7, f"{URL}/{number}", "T")
    assert not await feeds.follow(7, URL, "T")
    assert await feeds.follow(7, f"{URL}/0", "New title")
    assert await feeds.followers(URL) == ()


async def test_a_feed_that_moved_is_followed_where_it_is_now(feeds: FeedStore) -> None:
    await feeds.follow(7, URL, "Courier")
    await feeds.replace(URL, OTHER)
    assert await feeds.followed(7) == {OTHER: "Courier"}
    assert await feeds.followers(URL) == ()


async def test_what_a_feed_held_is_kept_for_a_while(feeds: FeedStore, redis: Redis) -> None:
    assert await feeds.find(URL) is None
    await feeds.keep(URL, FEED)
    assert await feeds.find(URL) == FEED
    assert 0 < await redis.ttl(keys.feed(URL)) <= keys.FEED_TTL_S


async def test_a_forgotten_chat_follows_nothing(feeds: FeedStore) -> None:
    await feeds.follow(7, URL, "Courier")
    await feeds.forget_chat(7)
    assert await feeds.followed(7) == {}
    assert await feeds.followers(URL) == ()
