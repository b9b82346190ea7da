"""Google's Fact Check Tools and SearXNG on loopback, written from their public pages.

async with LookupServer() as server:
    server.claims = [...]; server.results = [...]    # what is saved, each with the words that find it
    server.fault = FAULTS["429"]                      # tests.servers.wikipedia has them
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from aiohttp import web

from tests.servers.wikipedia import Fault

KEY = "a-key-of-tests"

Json = dict[str, Any]


@dataclass
class LookupServer:
    """Listens while its context is open; finds what has a word in common with the query."""

    claims: list[Json] = field(default_factory=list)
    results: list[Json] = field(default_factory=list)
    fault: Fault | None = None
    formats: tuple[str, ...] = ("html", "json")
    requests: list[web.Request] = field(default_factory=list)
    url: str = ""
    _runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        application = web.Application()
        application.router.add_get("/v1alpha1/claims:search", self._search_claims)
        application.router.add_get("/search", self._search_web)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_exc: object) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    async def _search_claims(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        if self.fault is not None:
            return await self.fault(request)
        if request.query.get("key") != KEY:
            error = {
                "code": 403,
                "message": "The request is missing a valid API key.",
                "status": "PERMISSION_DENIED",
            }
            return web.json_response({"error": error}, status=403)
        found = [claim for claim in self.claims if _has_words(claim["text"], request.query["query"])]
        return web.json_response({"claims": found, "nextPageToken": "CAo"} if found else {})

    async def _search_web(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        if self.fault is not None:
            return await self.fault(request)
        if request.query.get("format", "html") not in self.formats:
            return web.Response(status=403, text="<h1>Forbidden</h1>", content_type="text/html")
        query = request.query["q"]
        found = [result for result in self.results if _has_words(str(result["content"]), query)]
        return web.json_response(
            {
                "query": query,
                "number_of_results": len(found),
                "results": found,
                "answers": [],
                "corrections": [],
                "infoboxes": [],
                "suggestions": [],
                "unresponsive_engines": [["other", "timeout"]],
            }
        )


def _has_words(text: str, query: str) -> bool:
    words = {word for word in query.casefold().split() if len(word) > 3}
    return not words.isdisjoint(text.casefold().split())


def a_claim(text: str, rating: str, **changed: Any) -> Json:
    """Return a claim with one review, as the service words it; `changed` are fields of the review."""
    review = {
        "publisher": {"name": "Fact Desk", "site": "factdesk.example"},
        "url": "https://factdesk.example/check/17",
        "title": f"Checked: {text}",
        "reviewDate": "2022-03-07T00:00:00Z",
        "textualRating": rating,
        "languageCode": "en",
    }
    review |= changed
    return {
        "text": text,
        "claimant": "Someone",
        "claimDate": "2022-03-05T00:00:00Z",
        "claimReview": [review],
    }


def a_result(
    title: str, content: str | None, url: str, engines: Iterable[str] = ("one",), **more: Any
) -> Json:
    """Return a search result, as the server words it."""
    return {
        "url": url,
        "title": title,
        "content": content,
        "publishedDate": "2022-03-06T00:00:00",
        "engine": next(iter(engines)),
        "engines": list(engines),
        "parsed_url": ["https", "", "", "", "", ""],
        "template": "default.html",
        "positions": [1],
        "score": 1.0,
        "category": "general",
    } | more
