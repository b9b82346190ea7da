"""Rows 87, 88 and 91: hosts that keep one waiting. Each ends at its deadline, and nobody waits with it."""

import asyncio
import ssl
import time

import pytest

from bot.errors import PageTimeout
from tests.article.rows import covers, row
from tests.servers.news import HOST
from tests.servers.raw import RawSite, Serve, answer, run_raw, url

DEADLINE_S = 0.5
PAGE = answer("<p>page</p>")
OPEN = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"


def drip(first: bytes, piece: bytes) -> Serve:
    """Send a little now and then, so that no single read ever times out."""

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(first)
        while True:
            writer.write(piece)
            await writer.drain()
            await asyncio.sleep(0.02)

    return serve


async def stall(reader: asyncio.StreamReader, _writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def expect_timeout(raw: RawSite, address: str, context: ssl.SSLContext | None = None) -> float:
    """Fetch, expect the deadline to pass, and return by how much it was passed."""
    async with raw.fetcher(timeout_s=DEADLINE_S, ssl_context=context) as fetcher:
        began = time.monotonic()
        with pytest.raises(PageTimeout) as caught:
            await fetcher.fetch(address)
    assert HOST in caught.value.sentence
    return time.monotonic() - began - DEADLINE_S


@pytest.mark.parametrize(
    "serve",
    [
        row(87, drip(b"HTTP/1.1 200 OK\r\n", b"X: y\r\n")),
        row(87, drip(b"", b"H")),
        row(87, drip(OPEN + b"\r\n", b"<")),
        row(87, drip(OPEN + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n<\r\n")),
        row(87, drip(OPEN + b"Transfer-Encoding: chunked\r\n\r\n", b"0")),
        row(87, drip(OPEN + b"Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x08" + bytes(6), b"a file's name ")),
        row(88, stall),
    ],
)
async def test_a_drip_or_a_stall_ends_at_the_deadline(serve: Serve) -> None:
    async with run_raw(serve) as raw:
        assert await expect_timeout(raw, url()) < 0.25


@covers(88)
async def test_a_stalled_handshake_ends_at_the_deadline_and_leaves_nothing_open(
    client_tls: ssl.SSLContext,
) -> None:
    async with run_raw(stall) as raw:
        assert await expect_timeout(raw, url(scheme="https"), client_tls) < 0.25


@covers(87)
async def test_the_deadline_holds_across_redirects() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        await asyncio.sleep(DEADLINE_S * 0.4)
        writer.write(answer("", "Location: /on", status="302 Found"))

    async with run_raw(serve) as raw:
        assert await expect_timeout(raw, url()) < 0.25
    assert len(raw.dials.dialled) == 3


@covers(91)
async def test_two_hundred_hosts_that_keep_us_waiting_are_in_nobody_s_way() -> None:
    async with run_raw(stall) as slow, run_raw(PAGE) as quick, slow.fetcher(timeout_s=30) as fetcher:
        waits = [asyncio.create_task(fetcher.fetch(url(host=f"n{i}.example"))) for i in range(200)]
        while len(slow.dials.dialled) < len(waits):  # noqa: ASYNC110 -- the recorder has no event to wait for
            await asyncio.sleep(0.01)
        slow.dials.target = quick.dials.target
        began = time.monotonic()
        for _ in range(20):
            await asyncio.wait_for(fetcher.fetch(url()), 2)
        assert time.monotonic() - began < 2, "some 30 ms alone; bench/hostile.py measures it"
        assert not any(wait.done() for wait in waits)
        for wait in waits:
            wait.cancel()
        await asyncio.gather(*waits, return_exceptions=True)
