"""Buttons of the whole bot: a brief in another language, with a model and without one."""

import pytest

from bot.playground import PlaygroundServer
from bot.playground.state import Stored
from tests.bot import OTHER, READER, World, run_bot
from tests.servers.model import ModelServer
from tests.servers.model_faults import FAULTS
from tests.servers.news import run_news

CANNOT = "Without a model, a brief can only be in the article's own language."


pytestmark = pytest.mark.usefixtures("redis")


async def choose(world: World, message: Stored, label: str) -> dict[str, object]:
    """Open the languages under a brief and press one."""
    for wanted in ("Language", label):
        buttons = {b["text"].removeprefix("✓ "): b["callback_data"] for b in message.buttons}
        answer = await world.telegram.user_presses(READER, message.id, buttons[wanted])
        if wanted == "Language":
            await world.telegram.wait_for(lambda: any(label in b["text"] for b in message.buttons))
    return answer


async def says_that_it_cannot(world: World, message: Stored) -> None:
    """See that a language gives a sentence, as an alert or, when that took too long, above the brief."""
    before = message.text
    answer = await choose(world, message, "Deutsch")
    if answer["text"] != CANNOT:
        await world.telegram.wait_for(lambda: message.text.startswith(CANNOT), timeout_s=30)
    assert message.text.removeprefix(CANNOT).strip() == before


async def test_a_language_is_written_by_the_model_from_the_kept_article(redis_url: str) -> None:
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        world = World(telegram=telegram, news=news, model=model)
        async with run_bot(world, redis_url):
            telegram.user_sends(READER, news.url("/article"))
            brief = await world.final(READER)
            await choose(world, brief, "Deutsch")
            await telegram.wait_for(lambda: any(b["text"] == "About" for b in brief.buttons), timeout_s=30)
            asked = [request.user for request in model.requests]
            await choose(world, brief, "as the article")
            await telegram.wait_for(lambda: any(b["text"] == "About" for b in brief.buttons), timeout_s=30)
            telegram.user_sends(OTHER, news.url("/article"))
            await world.final(OTHER)
        assert len(asked) == 2
        assert ("German" in asked[0], "German" in asked[1]) == (False, True)
        assert len(model.requests) == 2, "the first brief was kept"
        assert news.requests["/article"] == 1


async def test_without_a_model_and_with_a_failing_one_it_is_said(redis_url: str) -> None:
    async with PlaygroundServer() as telegram, run_news() as news, ModelServer() as model:
        world = World(telegram=telegram, news=news, model=model)
        async with run_bot(world, redis_url, openai_base_url=None):
            telegram.user_sends(READER, news.url("/article"))
            brief = await world.final(READER)
            await says_that_it_cannot(world, brief)
        async with run_bot(world, redis_url):
            telegram.user_sends(READER, news.url("/zipped"))
            brief = await world.final(READER, 2)
            model.default = FAULTS["refusal"]
            await says_that_it_cannot(world, brief)
            assert "test-model" in brief.text
