"""The brief store: what is kept comes back whole, what cannot be read is a miss, what is private goes."""

import random
import zlib

import pytest
from redis.asyncio import Redis

from bot.article.models import PUBLIC, Article, Sentence
from bot.briefing.models import Brief, Flag, Note, Source, Statement
from storage import keys
from storage.briefs import BriefStore
from storage.packing import VALUE_LIMIT_BYTES

TEXT = "Der Minister sagte „nein“ 🙂. Niemand prüfte es."


def make_article(text: str = TEXT) -> Article:
    return Article(
        kind="link", text=text, sentences=(Sentence(number=1, start=0, end=len(text)),), title="Titel"
    )


def make_brief(brief_id: str = "0123456789abcdef", scope: str = PUBLIC, text: str = TEXT) -> Brief:
    return Brief(
        id=brief_id,
        scope=scope,
        article=make_article(text),
        engine="offline",
        prompt_version="1",
        language="de",
        headline="Nein",
        statements=(Statement(text="Er sagte nein.", sentences=(1,)),),
        flags=(
            Flag(
                quote="nein",
                start=20,
                end=24,
                sentence=1,
                speaker=None,
                kind="unattributed",
                why="w",
                would_verify="v",
            ),
        ),
        notes=(Note(text="n", source=Source(title="t", url="https://example.org/")),),
    )


@pytest.fixture
def store(redis: Redis) -> BriefStore:
    return BriefStore(redis)


async def test_a_public_brief_stays_in_memory_until_it_is_another_and_a_private_one_never(
    store: BriefStore,
) -> None:
    brief = make_brief()
    await store.keep(brief)
    assert await store.find(brief.id) is (found := await store.find(brief.id))
    await store.annotate(brief.model_copy(update={"headline": "Doch"}))
    assert found is not None
    assert found.headline == "Nein"
    assert (changed := await store.find(brief.id)) is not None
    assert changed.headline == "Doch"
    private = make_brief("fedcba9876543210", scope="7")
    await store.keep(private)
    assert await store.find(private.id) is not await store.find(private.id)


async def test_pages_in_memory_are_bounded(store: BriefStore) -> None:
    rng = random.Random(1)
    for number in range(4):
        text = "".join(chr(rng.randrange(0x4E00, 0x9FA5)) for _ in range(200_000))
        await store.keep_page([f"https://example.org/{number}"], make_article(text))
    first, *_ = pages = [await store.find_page(f"https://example.org/{n}") for n in (0, 1, 2, 3)]
    assert await store.find_page("https://example.org/3") is pages[3]
    assert (again := await store.find_page("https://example.org/0")) is not first
    assert again == first


async def test_a_kept_brief_comes_back_whole_and_compressed(store: BriefStore, redis: Redis) -> None:
    brief = make_brief(text=TEXT * 50)
    await store.keep(brief)
    assert await store.find(brief.id) == brief
    assert await redis.strlen(keys.brief(brief.id)) < len(brief.model_dump_json()) / 3
    assert 0 < await redis.ttl(keys.brief(brief.id)) <= keys.BRIEF_TTL_S


async def test_a_brief_never_kept_is_a_miss(store: BriefStore) -> None:
    assert await store.find("f" * 16) is None
    assert await store.find_page("https://example.org/") is None


async def test_a_fallback_stands_in_until_the_real_brief_is_there(store: BriefStore, redis: Redis) -> None:
    wanted, offline = make_brief("a" * 16), make_brief("b" * 16)
    await store.keep_fallback(wanted.id, offline)
    assert await store.find(wanted.id) == offline
    assert await store.find(offline.id) == offline
    assert 0 < await redis.ttl(keys.fallback(wanted.id)) <= keys.FALLBACK_TTL_S
    await store.keep(wanted)
    assert await store.find(wanted.id) == wanted


async def test_a_fallback_whose_brief_is_gone_is_a_miss(store: BriefStore, redis: Redis) -> None:
    await store.keep_fallback("a" * 16, make_brief("b" * 16))
    await redis.delete(keys.brief("b" * 16))
    assert await store.find("a" * 16) is None


async def test_a_page_is_found_by_each_of_its_addresses(store: BriefStore, redis: Redis) -> None:
    urls = ["https://example.org/short", "https://example.org/long?a=b"]
    await store.keep_page(iter(urls), make_article())
    assert [await store.find_page(url) for url in urls] == [make_article()] * 2
    assert 0 < await redis.ttl(keys.page(urls[0])) <= keys.PAGE_TTL_S


@pytest.mark.parametrize(
    "stored",
    [
        b"",
        b"no zlib",
        zlib.compress(b"no JSON"),
        zlib.compress(b'{"id": "0123456789abcdef"}'),
        zlib.compress(make_brief().model_dump_json().encode())[:-5],
        zlib.compress(make_brief().model_dump_json().encode().replace(b'"offline"', b"1")),
        zlib.compress(make_brief().model_dump_json().encode().replace(b'"flags"', b'"old"')),
    ],
)
async def test_a_value_that_cannot_be_read_is_a_miss(stored: bytes, store: BriefStore, redis: Redis) -> None:
    await redis.set(keys.brief("0123456789abcdef"), stored)
    assert await store.find("0123456789abcdef") is None


async def test_a_compressed_bomb_is_not_unpacked(store: BriefStore, redis: Redis) -> None:
    padding = b" " * 10 * VALUE_LIMIT_BYTES
    await redis.set(
        keys.brief("0123456789abcdef"), zlib.compress(make_brief().model_dump_json().encode() + padding)
    )
    assert await store.find("0123456789abcdef") is None


async def test_a_long_article_is_kept_and_one_too_long_to_parse_is_not(
    store: BriefStore, redis: Redis
) -> None:
    await store.keep_page(["https://example.org/long"], make_article("ab cd. " * 200_000))
    assert await store.find_page("https://example.org/long") == make_article("ab cd. " * 200_000)
    await store.keep_page(["https://example.org/endless"], make_article("ab cd. " * 400_000))
    assert not await redis.exists(keys.page("https://example.org/endless"))


async def test_text_that_is_no_unicode_is_not_kept_and_no_error(store: BriefStore) -> None:
    for scope in (PUBLIC, "7"):
        await store.keep(make_brief(scope=scope, text="half a pair: \ud83d"))
        assert await store.find("0123456789abcdef") is None


async def test_forgetting_a_chat_deletes_its_private_briefs_alone(store: BriefStore, redis: Redis) -> None:
    mine = [make_brief(f"{n:016x}", scope="-100") for n in range(5)]
    others = [make_brief("a" * 16, scope="-200"), make_brief("b" * 16)]
    for brief in mine + others:
        await store.keep(brief)
    await redis.delete(keys.brief(mine[0].id))  # as if it had expired
    assert await store.forget_chat(-100) == 4
    assert [await store.find(brief.id) for brief in mine] == [None] * 5
    assert [await store.find(brief.id) for brief in others] == others
    assert not await redis.exists(keys.chat_briefs(-100))
    assert await store.forget_chat(-100) == 0


async def test_forgetting_a_chat_deletes_its_offline_stand_ins_too(store: BriefStore) -> None:
    await store.keep_fallback("a" * 16, make_brief("b" * 16, scope="7"))
    assert await store.forget_chat("7") == 1
    assert await store.find("a" * 16) is None


async def test_the_list_of_a_chat_is_never_evicted_and_does_not_grow_for_good(
    store: BriefStore, redis: Redis
) -> None:
    for n in range(200):
        await store.keep(make_brief(f"{n:016x}", scope="7"))
        await redis.delete(keys.brief(f"{n:016x}"))
    assert await redis.ttl(keys.chat_briefs(7)) == -1  # volatile-lru leaves it alone
    assert await redis.scard(keys.chat_briefs(7)) < 20
