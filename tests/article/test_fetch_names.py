"""Rows 50 to 59 and 75: what DNS answers, and when."""

import asyncio
import socket
import time
from collections.abc import AsyncIterator

import pytest

from bot.article.dialling import MAX_ATTEMPTS, NEXT_ATTEMPT_S, alternate, race
from bot.article.fetch import Fetcher
from bot.errors import AddressRefused, HostUnreachable, PageTimeout
from tests.article.rows import covers, row
from tests.servers.news import HOST, PUBLIC
from tests.servers.raw import RawSite, answer, run_raw, url

PAGE = answer("<p>page</p>")
OTHER = "93.184.215.99"


@pytest.fixture
async def raw() -> AsyncIterator[RawSite]:
    async with run_raw(PAGE) as site:
        yield site


@pytest.mark.parametrize(
    ("name", "answers"),
    [
        row(50, HOST, [PUBLIC, "10.0.0.1"]),
        row(50, HOST, ["10.0.0.1", PUBLIC]),
        row(50, HOST, [*[PUBLIC] * 9, "fd00::1"]),
        row(51, HOST, [PUBLIC, "::1"]),
        row(56, "alias.example", ["169.254.169.254"]),
        row(57, "127.0.0.1.nip.example", ["127.0.0.1"]),
        row(57, "7f000001.nip.example", ["127.0.0.1"]),
        row(23, "dns64.example", ["64:ff9b::7f00:1"]),
        row(28, "scoped.example", ["fe80::1%eth0"]),
    ],
)
async def test_a_name_with_one_answer_that_is_not_public_is_never_dialled(
    raw: RawSite, name: str, answers: list[str]
) -> None:
    raw.answers[name] = answers
    async with raw.fetcher() as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.fetch(url("/", name))
    assert raw.dials.dialled == []


@covers(52, 53)
async def test_a_name_that_changes_its_answer_is_dialled_where_it_was_judged() -> None:
    turns = [[PUBLIC], ["127.0.0.1"], [OTHER], ["169.254.169.254"]]
    lookups = []

    async def flip(host: str) -> list[str]:
        lookups.append(host)
        return turns[(len(lookups) - 1) % len(turns)]

    async with run_raw(PAGE) as raw, Fetcher(resolve=flip, dial_map=raw.dials) as fetcher:
        for turn in range(8):
            if turn % 2:
                with pytest.raises(AddressRefused):
                    await fetcher.fetch(url())
            else:
                await fetcher.fetch(url())
            assert len(lookups) == turn + 1, "one lookup for each connection"
    assert raw.dials.dialled == [(PUBLIC, 80), (OTHER, 80)] * 2


@covers(54)
async def test_a_redirect_to_the_same_host_is_looked_up_anew() -> None:
    redirect = answer("", "Location: /next", status="302 Found")
    async with run_raw(redirect) as site:

        async def rebind(_host: str) -> list[str]:
            site.lookups["all"] += 1
            return [PUBLIC] if site.lookups["all"] == 1 else ["127.0.0.1"]

        async with Fetcher(resolve=rebind, dial_map=site.dials) as fetcher:
            with pytest.raises(AddressRefused):
                await fetcher.fetch(url())
        assert (len(site.requests), len(site.dials.dialled)) == (1, 1)


@covers(55)
async def test_no_connection_is_kept_for_the_next_fetch(raw: RawSite) -> None:
    async with raw.fetcher() as fetcher:
        await fetcher.fetch(url())
        raw.answers[HOST] = ["127.0.0.1"]
        with pytest.raises(AddressRefused):
            await fetcher.fetch(url())
    assert b"Connection: close" in raw.requests[0]
    assert raw.dials.dialled == [(PUBLIC, 80)]


@covers(58)
async def test_of_two_hundred_dead_addresses_four_are_tried() -> None:
    """A listener whose queue is full lets connections hang, as a black hole does."""
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        full.setblocking(False)
        fillers = [socket.socket() for _ in range(8)]
        for filler in fillers:
            filler.setblocking(False)
            filler.connect_ex(full.getsockname())
        async with run_raw(PAGE) as raw:
            raw.dials.target = full.getsockname()
            raw.answers[HOST] = [f"93.184.{high}.{low}" for high in range(2) for low in range(1, 101)]
            began = time.monotonic()
            async with raw.fetcher(timeout_s=NEXT_ATTEMPT_S * 6) as fetcher:
                with pytest.raises(PageTimeout):
                    await fetcher.fetch(url())
            assert time.monotonic() - began < NEXT_ATTEMPT_S * 6 + 1
            assert len(raw.dials.dialled) == MAX_ATTEMPTS
        for filler in fillers:
            filler.close()


async def no_such_name(_host: str) -> list[str]:
    raise socket.gaierror(socket.EAI_NONAME, "no such name")


async def server_failure(_host: str) -> list[str]:
    raise socket.gaierror(socket.EAI_AGAIN, "try again")


async def nothing(_host: str) -> list[str]:
    return []


async def stall(_host: str) -> list[str]:
    await asyncio.sleep(30)
    return [PUBLIC]


async def nonsense(_host: str) -> list[str]:
    return ["not an address"]


@pytest.mark.parametrize(
    "resolve", [row(59, resolve) for resolve in (no_such_name, server_failure, nothing, stall, nonsense)]
)
async def test_a_name_without_an_answer_is_a_clean_error_within_three_seconds(
    raw: RawSite, resolve: object
) -> None:
    began = time.monotonic()
    async with Fetcher(resolve=resolve, dial_map=raw.dials) as fetcher:  # type: ignore[arg-type]  # five functions
        with pytest.raises(AddressRefused if resolve is nonsense else HostUnreachable) as caught:
            await fetcher.fetch(url())
    assert time.monotonic() - began < 3.5
    assert raw.dials.dialled == []
    assert resolve is nonsense or HOST in caught.value.sentence


@covers(75)
async def test_the_bot_s_own_host_is_not_fetched_nor_redirected_to() -> None:
    away = answer("", "Location: http://hook.example/x", status="302 Found")
    async with (
        run_raw(away) as raw,
        Fetcher(own_hosts=["hook.example"], resolve=raw.resolve, dial_map=raw.dials) as fetcher,
    ):
        for address in ("http://HOOK.example./", "https://hook.example/", url()):
            with pytest.raises(AddressRefused):
                await fetcher.fetch(address)
    assert raw.lookups == {HOST: 1}


async def test_the_system_s_resolver_is_asked_outside_the_event_loop() -> None:
    async with Fetcher() as fetcher:
        assert "127.0.0.1" in await fetcher._resolver._ask_system("localhost")


def test_families_take_turns() -> None:
    assert alternate(["::1", "::2", "::3", "1.1.1.1", "2.2.2.2"]) == [
        "::1",
        "1.1.1.1",
        "::2",
        "2.2.2.2",
        "::3",
    ]
    assert alternate(["1.1.1.1", "2.2.2.2"]) == ["1.1.1.1", "2.2.2.2"]
    assert alternate(["1.1.1.1", "::1"]) == ["1.1.1.1", "::1"]


async def test_a_silent_address_gets_a_rival_and_the_loser_is_discarded() -> None:
    silent, discarded = asyncio.Event(), []

    async def never() -> str:
        try:
            await silent.wait()
        except asyncio.CancelledError:
            return "late"  # as a connection that was made in the moment it was given up
        return "never"

    async def soon() -> str:
        return "soon"

    async def discard(result: str) -> None:
        discarded.append(result)

    assert await race([never, soon], delay_s=0.01, discard=discard) == "soon"
    assert discarded == ["late"]


async def test_a_race_that_nobody_wins_raises_what_the_last_one_raised() -> None:
    async def fail(number: int) -> str:
        raise OSError(f"no {number}")

    async def discard(_result: str) -> None:
        raise AssertionError("there is nothing to discard")

    with pytest.raises(OSError, match="no 2"):
        await race([lambda: fail(1), lambda: fail(2)], delay_s=5, discard=discard)
    with pytest.raises(OSError, match="no attempt"):
        await race([], discard=discard)
