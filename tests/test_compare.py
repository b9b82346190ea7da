"""Two links on one story in, one message with both accounts out: the whole bot over HTTP, without a model."""

from redis.asyncio import Redis

from bot.article.models import Article
from bot.playground import PlaygroundServer
from tests.bot import OTHER, READER, World, run_bot
from tests.comparing.pairs import DATA, read_pairs
from tests.servers.model import ModelServer
from tests.servers.news import article_page, run_news

GROUP = -1_001_700
GOLD = read_pairs(DATA / "compare-dev.jsonl")[0]


def page(article: Article) -> str:
    shown = article_page(tuple(article.text.split("\n\n")), title=article.title or "")
    return shown.replace("The Bay Courier", article.site or "")


async def test_a_second_link_in_reply_to_a_brief_is_compared_with_it(redis: Redis, redis_url: str) -> None:
    assert await redis.dbsize() == 0
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        world = World(telegram=telegram, news=news, model=model)
        telegram.add_group(GROUP, "Our street", members=(READER, OTHER))
        news.pages |= {"/one": page(GOLD.first), "/two": page(GOLD.second)}
        async with run_bot(world, redis_url, openai_base_url=None, sayso_workers=1):
            telegram.user_sends(GROUP, f"/brief {news.url('/one')}", user_id=READER)
            brief = await world.final(GROUP, holds="statements traced")
            telegram.user_sends(GROUP, news.url("/two"), user_id=READER, reply_to=brief.id)
            compared = await world.final(GROUP, 2, holds="Two accounts")
    first, second = GOLD.first.sentence_text(4), GOLD.second.sentence_text(4)
    at = compared.text.index(first)
    assert compared.text[at:].startswith(f"{first}”\nRegional Wire: “{second}”")
    assert "Northgate Herald (1.9 million): “" in compared.text
    assert "Regional Wire (2.1 million): “" in compared.text
    assert news.requests["/one"] == news.requests["/two"] == 1
    assert model.requests == []
