"""The archive: what public articles say is found in six languages; what goes leaves nothing behind."""

import pytest
from redis.asyncio import Redis

from bot.article.models import PUBLIC, Article, Kind, Sentence
from bot.briefing.models import Brief, Statement
from storage import keys
from storage.archive import Archive

ARTICLES = {
    "en": ("Council closes the Harrow bridge", "Engineers found cracks in two of the 14 pillars on Monday."),
    "de": ("Stadtrat sperrt Brücke", "Die Ingenieure fanden Risse in den Pfeilern der Hafenbrücke."),
    "es": (
        "El ayuntamiento cierra el mercado",
        "Los inspectores hallaron grietas en los almacenes del puerto.",
    ),
    "fr": ("La mairie ferme la piscine", "Les ingénieurs ont trouvé des fissures dans les bassins."),
    "ru": ("В Киеве закрыли метро", "Инженеры нашли трещины в тоннелях и остановили поезда."),
    "uk": ("У Харкові зупинили трамваї", "Інженери знайшли тріщини на коліях біля вокзалу."),
}


def make_brief(
    number: int, language: str = "en", *, scope: str = PUBLIC, kind: Kind = "link", url: str | None = None
) -> Brief:
    title, text = ARTICLES[language]
    return Brief(
        id=f"{number:016x}",
        scope=scope,
        article=Article(
            kind=kind,
            text=text,
            sentences=(Sentence(number=1, start=0, end=len(text)),),
            title=title,
            site="Courier",
            url=url or f"https://courier.example/{number}",
            published="2026-11-20",
            language=language,
        ),
        engine="offline",
        prompt_version="1",
        language=language,
        headline=title,
        statements=(Statement(text=text, sentences=(1,)),),
    )


@pytest.fixture
def archive(redis: Redis) -> Archive:
    return Archive(redis, articles=100)


async def fill(archive: Archive) -> None:
    for number, language in enumerate(ARTICLES):
        await archive.add(make_brief(number, language))


@pytest.mark.parametrize(
    ("query", "language"),
    [
        ("bridge pillars", "en"),
        ("cracked pillar", "en"),
        ("Hafenbrücke Risse", "de"),
        ("hafenbrucke", "de"),
        ("mercado del puerto", "es"),
        ("almacén", "es"),
        ("piscines fissurées", "fr"),
        ("тоннели метро", "ru"),
        ("киевское метро", "ru"),
        ("Kyiv", "ru"),
        ("трамвай", "uk"),
        ("Kharkiv", "uk"),
        ("Харьков", "uk"),
        ("14", "en"),
    ],
)
async def test_words_find_the_article_in_any_inflection(archive: Archive, query: str, language: str) -> None:
    await fill(archive)
    hits = await archive.search(query)
    assert hits
    assert hits[0].language == language


async def test_a_hit_says_what_is_known_of_the_article(archive: Archive) -> None:
    await archive.add(make_brief(7))
    (hit,) = await archive.search("Harrow")
    assert hit.model_dump() == {
        "brief_id": f"{7:016x}",
        "url": "https://courier.example/7",
        "title": "Council closes the Harrow bridge",
        "site": "Courier",
        "published": "2026-11-20",
        "language": "en",
    }


@pytest.mark.parametrize("query", ["", "?!", "the", "zeppelin", "of the and", "\ud800", "'; return 1 --"])
async def test_words_that_no_article_holds_find_nothing(archive: Archive, query: str) -> None:
    await fill(archive)
    assert await archive.search(query) == []


async def test_the_article_with_more_of_the_words_comes_first(archive: Archive) -> None:
    await fill(archive)
    await archive.add(make_brief(50, "en"))
    hits = await archive.search("cracks pillars zeppelin Hafenbrücke Risse Stadtrat", limit=1)
    assert [hit.language for hit in hits] == ["de"]


async def test_of_a_page_briefed_again_the_newest_brief_is_found(archive: Archive) -> None:
    await archive.add(make_brief(1, "en", url="https://courier.example/a"))
    await archive.add(make_brief(2, "de", url="https://courier.example/a"))
    assert await archive.search("Harrow bridge") == []
    assert [hit.brief_id for hit in await archive.search("Hafenbrücke")] == [f"{2:016x}"]


@pytest.mark.parametrize(
    "brief",
    [
        make_brief(1, scope="77"),
        make_brief(1, kind="text"),
        make_brief(1, kind="file"),
        make_brief(1, url="https://docs.example/d/1aB9cD8eF7gH6iJ5kL4m"),
        make_brief(1, url="https://box.example/a?key=0123456789abcdef0123456789abcdef"),
    ],
    ids=["private", "text", "file", "token", "key"],
)
async def test_what_is_not_for_everyone_is_never_in_it(archive: Archive, redis: Redis, brief: Brief) -> None:
    await archive.add(brief)
    assert [name async for name in redis.scan_iter()] == []


async def test_the_oldest_go_first_with_all_their_postings(redis: Redis) -> None:
    archive = Archive(redis, articles=2)
    for number in (1, 2, 3):
        await archive.add(make_brief(number, "en"))
    assert {hit.brief_id for hit in await archive.search("bridge")} == {f"{2:016x}", f"{3:016x}"}
    for name in [name async for name in redis.scan_iter(f"{keys.ARCHIVE}word:*")]:
        assert await redis.zrange(name, 0, -1) == [b"2", b"3"]


async def test_an_article_goes_with_its_brief_and_leaves_nothing(redis: Redis) -> None:
    now = 1_000_000.0
    archive = Archive(redis, articles=10, clock=lambda: now)
    await archive.add(make_brief(1, "en"))
    now += keys.BRIEF_TTL_S - 10
    await archive.add(make_brief(2, "de"))
    assert len(await archive.search("pillars")) == 1
    now += 10
    assert await archive.search("pillars") == []
    left = [name async for name in redis.scan_iter(f"{keys.ARCHIVE}*:1")]
    assert left == []
    assert await redis.zcard(f"{keys.ARCHIVE}word:pillar") == 0
    assert len(await archive.search("Hafenbrücke")) == 1


async def test_every_key_shares_one_slot_and_has_a_lifetime(archive: Archive, redis: Redis) -> None:
    await fill(archive)
    await archive.search("bridge Brücke")
    names = [name async for name in redis.scan_iter()]
    assert names == [name async for name in redis.scan_iter("sayso:{archive}:*")]
    for name in names:
        assert 0 < await redis.ttl(name) <= 2 * keys.BRIEF_TTL_S


async def test_no_archive_keeps_and_finds_nothing(redis: Redis) -> None:
    archive = Archive(redis, articles=0)
    await archive.add(make_brief(1))
    assert [name async for name in redis.scan_iter()] == []
    assert await archive.search("bridge") == []
