"""An encyclopedia on loopback that answers as MediaWiki's Action API does, from saved pages, or with a fault.

Written from the public documentation of `action=query` with `generator=search`, format version 2. Its base
address has a place for the language: `server.base` is what a setting holds.

async with WikipediaServer() as server:
    server.fault = FAULTS["429"]     # until it is None again
    server.requests[0].query["gsrsearch"]
"""

import asyncio
import tomllib
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

from aiohttp import web

PAGES = tomllib.loads((Path(__file__).parent.parent / "data/context.toml").read_text("utf-8"))["page"]
AGENT = "User-Agent"

Page = dict[str, Any]
Fault = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass
class WikipediaServer:
    """Listens while its context is open."""

    pages: list[Page] = field(default_factory=lambda: list(PAGES))
    fault: Fault | None = None
    requests: list[web.Request] = field(default_factory=list)
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a request has come in."""
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    """While it is not set, nothing is answered."""
    port: int = 0
    _runner: web.AppRunner | None = None

    @property
    def base(self) -> str:
        """The address for the setting."""
        return f"http://127.0.0.1:{self.port}/{{language}}"

    @property
    def searches(self) -> list[tuple[str, str]]:
        """Language and query of each request, in order."""
        return [(r.match_info["language"], r.query["gsrsearch"]) for r in self.requests]

    async def __aenter__(self) -> Self:
        self.gate.set()
        application = web.Application()
        application.router.add_get("/{language}/w/api.php", self._answer)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_exc: object) -> None:
        self.gate.set()
        assert self._runner is not None
        await self._runner.cleanup()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        self.requests.append(request)
        self.asked.set()
        await self.gate.wait()
        if self.fault is not None:
            return await self.fault(request)
        assert request.query["formatversion"] == "2"
        return web.json_response(self.find(request.match_info["language"], request.query["gsrsearch"]))

    def find(self, language: str, text: str) -> dict[str, Any]:
        """Return the API's answer to a search."""
        asked = text.casefold()
        found = [
            page
            for page in self.pages
            if page["language"] == language and asked in map(str.casefold, page["queries"])
        ]
        # The API lists pages by their numbers; `index` has the order of the search.
        shown = [_show(page, index) for index, page in enumerate(found, 1)]
        return {"batchcomplete": True} | ({"query": {"pages": shown[::-1]}} if shown else {})


def _show(page: Page, index: int) -> dict[str, Any]:
    path = quote(page["title"].replace(" ", "_"))
    described = {"description": page["description"]} if "description" in page else {}
    return {
        "pageid": 1_000 + index,
        "ns": 0,
        "title": page["title"],
        "index": index,
        "extract": page["extract"].strip(),
        **described,
        "contentmodel": "wikitext",
        "pagelanguage": page["language"],
        "touched": page["changed"],
        "lastrevid": 7,
        "length": len(page["extract"]),
        "fullurl": page.get("url", f"https://{page['language']}.wikipedia.org/wiki/{path}"),
        "editurl": f"https://{page['language']}.wikipedia.org/w/index.php?title={path}&action=edit",
        "revisions": [{"timestamp": page["changed"]}],
        **({"pageprops": {"disambiguation": ""}} if page.get("ambiguous") else {}),
    }


def a_page(title: str, extract: str, queries: Iterable[str], *, language: str = "en", **more: Any) -> Page:
    """Return a page to be added to a server's."""
    changed = "2026-01-01T00:00:00Z"
    return {
        "language": language,
        "title": title,
        "extract": extract,
        "changed": changed,
        "queries": queries,
    } | more


def status(code: int, body: str = "", content_type: str = "text/html", **headers: str) -> Fault:
    """Answer with a status and a body."""

    async def answer(_request: web.Request) -> web.StreamResponse:
        return web.Response(status=code, text=body, content_type=content_type, headers=headers)

    return answer


async def _drip(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" ")
        await asyncio.sleep(0.05)


async def _hang_up(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.close()
    return web.Response()


FAULTS: dict[str, Fault] = {
    "429": status(429, "Too many requests", **{"Retry-After": "5"}),
    "500": status(500, "<h1>Error</h1>"),
    "403": status(403, "Please set a user-agent", "text/plain"),
    "error": status(
        200, '{"error": {"code": "ratelimited", "info": "x"}, "servedby": "x"}', "application/json"
    ),
    "html": status(200, "<html>Log in to this network</html>"),
    "cut": status(200, '{"batchcomplete": true, "query": {"pages": [{"title": "TA', "application/json"),
    "shape": status(200, '{"query": {"pages": {"7": {"title": 7}}}}', "application/json"),
    "list": status(200, "[]", "application/json"),
    "deep": status(200, '{"query": ' + "[" * 100_000, "application/json"),
    "large": status(200, '{"query": "' + "x" * 3_000_000 + '"}', "application/json"),
    "drip": _drip,
    "hang up": _hang_up,
}
