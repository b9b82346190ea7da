"""Rows 60 to 71: redirects, other ways to be sent away, and what is never sent along."""

import asyncio
import ssl

import pytest

from bot.errors import (
    AddressRefused,
    AnswerGarbled,
    InsecureRedirect,
    ReadError,
    TooManyRedirects,
)
from tests.article.rows import covers, row
from tests.servers.news import HOST
from tests.servers.raw import answer, run_raw, url

PAGE = answer("<p>page</p>")


def redirect(*locations: str, status: str = "302 Found", extra: tuple[str, ...] = ()) -> bytes:
    return answer("", *(f"Location: {location}" for location in locations), *extra, status=status)


@pytest.mark.parametrize(
    ("location", "status"),
    [
        row(60, "http://127.0.0.1/", "302 Found"),
        row(60, "http://[::ffff:127.0.0.1]/", "302 Found"),
        row(60, "http://2130706433/", "301 Moved"),
        *(row(62, location, "302 Found") for location in ("//127.0.0.1/", "\\\\127.0.0.1", "/\\127.0.0.1")),
        *(row(63, location, "302 Found") for location in ("file:///etc/passwd", "gopher://a/", "data:,x")),
        *(
            row(64, "http://169.254.169.254/", status)
            for status in ("301 M", "303 S", "307 Temporary", "308 Permanent")
        ),
        row(64, "http://inner.example/", "307 Temporary"),
        row(64, f"http://{HOST}:6379/", "308 Permanent"),
        row(64, f"http://user@{HOST}/", "302 Found"),
    ],
)
async def test_a_redirect_to_no_public_address_is_refused_at_that_hop(location: str, status: str) -> None:
    async with run_raw(redirect(location, status=status)) as raw:
        raw.answers["inner.example"] = ["10.0.0.7"]
        async with raw.fetcher() as fetcher:
            with pytest.raises(AddressRefused):
                await fetcher.fetch(url())
    assert len(raw.requests) == len(raw.dials.dialled) == 1


@covers(61)
async def test_the_last_of_five_hops_is_judged_like_the_first() -> None:
    hops = {f"n{i}.example": redirect(f"http://n{i + 1}.example/") for i in range(5)}
    hops["n4.example"] = redirect("http://169.254.169.254/latest/")
    async with run_raw(hops) as raw, raw.fetcher() as fetcher:
        with pytest.raises(AddressRefused):
            await fetcher.fetch("http://n0.example/")
    assert len(raw.dials.dialled) == 5


@pytest.mark.parametrize(
    "headers",
    [
        row(65, ("/a", "/b")),
        row(65, ("",)),
        row(65, ()),
        row(65, ("http://127.0.0.1:1\xff/",)),
        row(65, ("http://[::1",)),
    ],
)
async def test_a_redirect_without_one_clear_goal_is_a_clean_error(headers: tuple[str, ...]) -> None:
    async with run_raw(redirect(*headers)) as raw, raw.fetcher() as fetcher:
        with pytest.raises((AnswerGarbled, AddressRefused)):
            await fetcher.fetch(url())
    assert len(raw.requests) == 1


@pytest.mark.parametrize(
    "hops",
    [
        row(66, {"a.example": "a.example"}),
        row(66, {"a.example": "b.example", "b.example": "a.example"}),
        row(66, {"a.example": "n1.example"} | {f"n{i}.example": f"n{i + 1}.example" for i in range(1, 7)}),
    ],
)
async def test_a_sixth_redirect_is_one_too_many(hops: dict[str, str]) -> None:
    answers = {host: redirect(f"http://{goal}/") for host, goal in hops.items()}
    async with run_raw(answers) as raw, raw.fetcher() as fetcher:
        with pytest.raises(TooManyRedirects) as caught:
            await fetcher.fetch("http://a.example/")
    assert len(raw.requests) == 6
    assert "again and again" in caught.value.sentence


@covers(66)
async def test_five_redirects_are_followed() -> None:
    hops = {f"n{i}.example": redirect(f"http://n{i + 1}.example/") for i in range(5)} | {"n5.example": PAGE}
    async with run_raw(hops) as raw, raw.fetcher() as fetcher:
        assert (await fetcher.fetch("http://n0.example/")).url == "http://n5.example/"


@covers(67)
async def test_a_redirect_that_gives_up_https_is_refused(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with (
        run_raw(redirect(f"http://{HOST}/plain"), ssl_context=server_tls) as raw,
        raw.fetcher(ssl_context=client_tls) as fetcher,
    ):
        with pytest.raises(InsecureRedirect) as caught:
            await fetcher.fetch(url(scheme="https"))
    assert raw.dials.dialled == [("93.184.215.14", 443)]
    assert HOST in caught.value.sentence


AWAY = "http://127.0.0.1/"


@pytest.mark.parametrize(
    ("header", "body"),
    [
        row(68, f"Refresh: 0;url={AWAY}", "<p>page</p>"),
        row(68, "X: y", f'<meta http-equiv="refresh" content="0;url={AWAY}"><p>page</p>'),
        row(68, "X: z", f'<link rel="canonical" href="{AWAY}"><p>page</p>'),
        row(69, 'Alt-Svc: h2="127.0.0.1:6379"; persist=1', "<p>page</p>"),
        row(69, f"Link: <{AWAY}>; rel=preload", "<p>page</p>"),
        row(69, f"Location: {AWAY}", "<p>page</p>"),
        row(69, f"Content-Location: {AWAY}", "<p>page</p>"),
    ],
)
async def test_other_ways_to_be_sent_away_are_ignored(header: str, body: str) -> None:
    async with run_raw(answer(body, header)) as raw, raw.fetcher() as fetcher:
        for _ in range(2):
            assert (await fetcher.fetch(url())).url == url()
    assert len(raw.requests) == len(raw.dials.dialled) == 2


@covers(70)
async def test_a_redirect_takes_no_cookie_credential_or_referrer_along() -> None:
    hops = {
        HOST: redirect(
            "http://other.example/", extra=("Set-Cookie: id=1", 'WWW-Authenticate: Basic realm="x"')
        ),
        "other.example": PAGE,
    }
    async with run_raw(hops) as raw, raw.fetcher() as fetcher:
        for _ in range(2):
            await fetcher.fetch(url())
    names = {line.partition(b":")[0].lower() for head in raw.requests for line in head.split(b"\r\n")[1:-2]}
    assert names == {b"host", b"user-agent", b"accept", b"accept-encoding", b"connection"}
    assert not any(b"id=1" in head for head in raw.requests)


@covers(71)
async def test_a_proxy_in_the_environment_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    async with run_raw(PAGE) as raw, raw.fetcher() as fetcher:
        assert (await fetcher.fetch(url())).status == 200
    assert raw.requests[0].startswith(b"GET / HTTP/1.1\r\n"), "a proxy would be sent the whole URL"


async def test_a_redirect_s_own_body_is_not_waited_for() -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if b"GET /next " in head:
            writer.write(PAGE)
            return
        writer.write(b"HTTP/1.1 302 Found\r\nLocation: /next\r\nContent-Length: 99\r\n\r\n")
        await reader.read()

    async with run_raw(serve) as raw, raw.fetcher(timeout_s=3) as fetcher:
        assert (await fetcher.fetch(url())).url == url("/next")


@pytest.mark.parametrize("status", ["300 Multiple", "304 Not Modified", "305 Use Proxy", "306 Switch"])
async def test_a_status_that_is_no_redirect_is_not_followed(status: str) -> None:
    async with run_raw(redirect("http://other.example/", status=status)) as raw, raw.fetcher() as fetcher:
        with pytest.raises(ReadError):
            await fetcher.fetch(url())
    assert raw.lookups == {HOST: 1}
