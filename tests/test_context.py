"""Briefs with context in the terminal, from the command to the servers."""

import asyncio
import json
from pathlib import Path
from subprocess import CompletedProcess

from tests.servers.lookups import KEY, LookupServer, a_claim
from tests.servers.wikipedia import FAULTS, WikipediaServer
from tests.test_cli import SAMPLE, run


async def brief_it(
    *options: str, data: Path, server: WikipediaServer, **settings: str
) -> "CompletedProcess[str]":
    chosen = {"SAYSO_CONTEXT": "1", "SAYSO_WIKIPEDIA_URL": server.base} | settings
    done = await asyncio.to_thread(run, "brief", str(SAMPLE), *options, data=data, **chosen)
    assert done.returncode == 0, done.stderr
    return done


async def test_the_terminal_waits_for_context_and_the_cache_keeps_it(tmp_path: Path) -> None:
    async with WikipediaServer() as server, LookupServer() as lookups:
        lookups.claims = [a_claim("abuse and genocide", "No evidence")]
        contact = {"SAYSO_CONTACT": "desk@news.example", "GOOGLE_FACTCHECK_API_KEY": KEY}
        first = await brief_it(
            "--json", data=tmp_path, server=server, SAYSO_FACTCHECK_URL=lookups.url, **contact
        )
        brief = json.loads(first.stdout)
        assert brief["context"] == "found"
        assert [note["source"]["title"] for note in brief["notes"]][:3] == [
            "TASS",
            "Peace negotiations between Russia and Ukraine in 2022",
            "Humanitarian corridor",
        ]
        assert server.requests[0].headers["User-Agent"].endswith("(desk@news.example)")
        assert not lookups.requests, "no assertion of a file goes to others"
        asked = len(server.requests)
        shown = (await brief_it(data=tmp_path, server=server)).stdout
        assert len(server.requests) == asked, "the cached brief has its notes"
        assert "Context (not from the article)" in shown
        assert "TASS: “Russian state news agency” [Wikipedia: TASS, 3 Oct 2026]" in shown
        assert "https://en.wikipedia.org/wiki/Humanitarian_corridor" in shown


async def test_without_context_nothing_is_asked_and_nothing_said_of_it(tmp_path: Path) -> None:
    async with WikipediaServer() as server:
        for options, settings in (("--no-context", {}), ("--no-cache", {"SAYSO_CONTEXT": "0"})):
            done = await brief_it(options, data=tmp_path, server=server, **settings)
            assert "ontext" not in done.stdout
        assert server.requests == []


async def test_a_source_that_fails_costs_one_line(tmp_path: Path) -> None:
    async with WikipediaServer() as server:
        server.fault = FAULTS["500"]
        down = await brief_it(data=tmp_path, server=server)
        server.fault = None
        server.pages.clear()
        nothing = await brief_it(data=tmp_path, server=server)
    assert "No source of context could be reached" in down.stdout
    assert down.stderr == ""
    assert "No context found" in nothing.stdout
