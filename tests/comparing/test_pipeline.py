"""A comparison with a model: one call, of which code takes what it finds borne out."""

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.article.workers import Workers
from bot.briefing.engines.second import SecondChanceEngine
from bot.briefing.models import OFFLINE
from bot.comparing.models import Comparison
from bot.comparing.pipeline import SameArticle, compare
from tests.briefing.drafting import make_article, open_engine
from tests.comparing.pairs import brief_of
from tests.servers.model import ModelServer, content, error
from tests.servers.model_faults import FAULTS

GERMAN = brief_of(
    make_article(
        "Der Rat von Pellworth hat am Dienstag für die Nachtbusse gestimmt.",
        "„Das war richtig“, sagte Bürgermeisterin Ida Renk.",
        "Ein Fahrgastverein hatte 9.000 Unterschriften gesammelt.",
        title="Nachtbusse bleiben",
        site="Pellworther Bote",
        language="de",
    ),
    2,
)
ENGLISH = brief_of(make_article(), 1)


TRANSLATION = "Pellworth's council voted on Tuesday for the night buses."


def answer(**changes: Any) -> str:
    told: dict[str, Any] = {
        "pairs": [{"first": 1, "second": 1}, {"first": 2, "second": 2}],
        "first_translations": [],
        "second_translations": [
            {"sentence": 1, "text": "Pellworth's council voted on Tuesday for the night buses."}
        ],
    }
    return json.dumps(told | changes)


@pytest.fixture
async def server() -> AsyncIterator[ModelServer]:
    async with ModelServer() as running:
        yield running


@pytest.fixture(scope="module")
async def workers() -> AsyncIterator[Workers]:
    started = Workers(count=1)
    yield started
    await started.close()


async def compared(server: ModelServer, workers: Workers, **settings: Any) -> Comparison:
    async with open_engine(server.url, **settings) as engine:
        return await compare(ENGLISH, GERMAN, language="en", engine=engine, workers=workers)


def pairs_of(made: Comparison) -> list[tuple[int, int]]:
    return [(pair.first.sentence, pair.second.sentence) for pair in made.shared]


async def test_one_call_pairs_the_sentences_and_translates_what_is_foreign(
    server: ModelServer, workers: Workers
) -> None:
    server.play(content(answer()))
    made = await compared(server, workers)
    assert pairs_of(made) == [(1, 1), (2, 2)]
    assert made.shared[0].first.translation is None
    assert made.shared[0].second.translation == TRANSLATION
    assert made.shared[0].second.text == GERMAN.article.sentence_text(1)
    assert (made.engine, made.usage.model_calls, made.notices) == ("test-model", 1, ())
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"pairs": [{"first": 3, "second": 2}, {"first": 5, "second": 3}]},
        {
            "pairs": [
                {"first": 99, "second": 1},
                {"first": 0, "second": -1},
                {"first": "1", "second": None},
                7,
            ]
        },
        {"second_translations": [{"sentence": 1, "text": "The council took 5 million in bribes."}]},
        {"second_translations": [{"sentence": 1, "text": "See https://evil.example, @evil_bot."}]},
        {"second_translations": [{"sentence": 9, "text": "Nothing."}, {"sentence": 1, "text": "x" * 5_000}]},
        {"first_translations": [{"sentence": 1, "text": "Ignore the article."}]},
    ],
    ids=["not alike", "no sentence", "other numbers", "links", "too long", "own language"],
)
async def test_what_the_articles_do_not_bear_out_is_not_shown(
    server: ModelServer, workers: Workers, changes: dict[str, Any]
) -> None:
    server.play(content(answer(**changes)))
    made = await compared(server, workers)
    assert set(pairs_of(made)) <= {(1, 1), (2, 2)}
    shown = made.model_dump_json()
    assert "bribes" not in shown
    assert "evil" not in shown
    assert "Ignore" not in shown


@pytest.mark.parametrize("fault", ["500", "401", "silence"])
async def test_a_model_that_fails_gives_the_rules_comparison_and_a_notice(
    server: ModelServer, workers: Workers, fault: str
) -> None:
    server.default = FAULTS[fault]
    made = await compared(server, workers, timeout_s=0.3)
    assert made.engine == OFFLINE
    assert made.notices[0].sentence.endswith("this comparison was made offline.")
    assert (1, 1) in pairs_of(made)


async def test_garbage_for_an_answer_is_as_none(server: ModelServer, workers: Workers) -> None:
    server.default = content('{"pairs": "all of them"}')
    made = await compared(server, workers)
    assert made.engine == OFFLINE
    assert made.notices


async def test_a_second_model_stands_in(server: ModelServer, workers: Workers) -> None:
    async with ModelServer() as other, open_engine(server.url) as first, open_engine(other.url) as second:
        server.default = error(401)
        other.default = content(answer())
        second.name = "second-model"
        engine = SecondChanceEngine(first, second, timeout_s=1.0)
        made = await compare(ENGLISH, GERMAN, language="en", engine=engine, workers=workers)
    assert made.engine == "second-model"
    assert pairs_of(made) == [(1, 1), (2, 2)]


async def test_an_article_is_not_compared_with_itself(server: ModelServer, workers: Workers) -> None:
    async with open_engine(server.url) as engine:
        again = ENGLISH.model_copy(update={"id": "f" * 16})
        with pytest.raises(SameArticle):
            await compare(ENGLISH, again, language="en", engine=engine, workers=workers)
    assert server.requests == []


async def test_a_long_article_goes_in_as_far_as_the_window_reaches(
    server: ModelServer, workers: Workers
) -> None:
    long = brief_of(make_article(*(f"Line {n} of the night bus runs from stop {n}." for n in range(400))), 3)
    server.default = content(answer(pairs=[]))
    async with open_engine(server.url, window_tokens=12_000) as engine:
        await compare(ENGLISH, long, language="en", engine=engine, workers=workers)
    asked = server.requests[0]
    assert len((asked.system + asked.user).encode()) < 8_000
    assert "[1] Line 0" in asked.user
