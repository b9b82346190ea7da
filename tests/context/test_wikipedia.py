"""Wikipedia as a source: what it is asked, what of its answers is read, and what its faults cost."""

import pytest
from aiohttp import web

from bot.article.fetch import Fetcher
from bot.context.models import Query
from bot.context.wikipedia import Wikipedia
from bot.errors import ReadError
from tests.servers.wikipedia import FAULTS, PAGES, WikipediaServer, a_page

TASS = Query(text="TASS", kind="outlet")


async def test_one_request_brings_title_lead_description_date_and_address(
    wikipedia: WikipediaServer, fetcher: Fetcher
) -> None:
    first, second = await Wikipedia(fetcher, wikipedia.base).search(TASS, ["en", "de"])
    assert (first.title, second.title) == ("TASS", "Tass (island)")
    assert first.text.startswith("TASS is the largest news agency of Russia")
    assert first.description == "Russian state news agency"
    assert (first.date, first.language, first.publisher) == ("2026-10-03", "en", "Wikipedia")
    assert first.url == "https://en.wikipedia.org/wiki/TASS"
    [request] = wikipedia.requests
    assert request.headers["User-Agent"] == "Test/1.0 (someone)"
    assert {"action", "generator", "gsrsearch", "exintro", "explaintext"} <= set(request.query)


async def test_languages_are_asked_in_order_until_one_knows_it(
    wikipedia: WikipediaServer, fetcher: Fetcher
) -> None:
    source = Wikipedia(fetcher, wikipedia.base)
    [found] = await source.search(Query(text="humanitarian corridors", kind="topic"), ["uk", "de", "en"])
    assert found.language == "en"
    assert [language for language, _ in wikipedia.searches] == ["uk", "de", "en"]
    assert await source.search(Query(text="of this nobody knows", kind="topic"), ["en"]) == ()


async def test_lists_of_namesakes_and_pages_without_a_lead_are_left_out(
    wikipedia: WikipediaServer, fetcher: Fetcher
) -> None:
    wikipedia.pages += [
        a_page("Mercury", "Mercury may mean:", ["mercury"], ambiguous=True),
        a_page("Mercury (stub)", " ", ["mercury"]),
    ]
    assert await Wikipedia(fetcher, wikipedia.base).search(Query(text="Mercury", kind="topic"), ["en"]) == ()


@pytest.mark.parametrize("url", ["http://127.0.0.1/wiki/Mercury", "javascript:alert(1)", "//wiki.lan/x"])
async def test_an_address_that_is_not_to_be_shown_gives_way_to_wikipedias_own(
    wikipedia: WikipediaServer, fetcher: Fetcher, url: str
) -> None:
    wikipedia.pages.append(a_page("Mercury (planet)", "Mercury is a planet.", ["mercury"], url=url))
    [found] = await Wikipedia(fetcher, wikipedia.base).search(Query(text="Mercury", kind="topic"), ["en"])
    assert found.url == "https://en.wikipedia.org/wiki/Mercury_%28planet%29"


@pytest.mark.parametrize("fault", [name for name in FAULTS if name != "drip"])
async def test_every_fault_is_an_error_of_reading(
    wikipedia: WikipediaServer, fetcher: Fetcher, fault: str
) -> None:
    wikipedia.fault = FAULTS[fault]
    with pytest.raises(ReadError):
        await Wikipedia(fetcher, wikipedia.base).search(TASS, ["en", "de"])


async def test_after_too_many_requests_it_is_left_alone(wikipedia: WikipediaServer, fetcher: Fetcher) -> None:
    wikipedia.fault = FAULTS["429"]
    source = Wikipedia(fetcher, wikipedia.base)
    for _ in range(3):
        with pytest.raises(ReadError):
            await source.search(TASS, ["en", "de"])
    assert len(wikipedia.requests) == 1


async def test_one_language_that_fails_does_not_end_the_search(
    wikipedia: WikipediaServer, fetcher: Fetcher
) -> None:
    async def fail_in_german(request: web.Request) -> web.StreamResponse:
        if request.match_info["language"] == "de":
            return await FAULTS["500"](request)
        return web.json_response(wikipedia.find("en", request.query["gsrsearch"]))

    wikipedia.fault = fail_in_german
    source = Wikipedia(fetcher, wikipedia.base)
    assert await source.search(TASS, ["de", "en"])


def test_the_saved_answers_are_to_many_queries_in_four_languages() -> None:
    queries = {(page["language"], query) for page in PAGES for query in page["queries"]}
    assert len(queries) >= 12
    assert {language for language, _ in queries} >= {"en", "de", "ru", "uk"}
