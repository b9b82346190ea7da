"""Rows 72 to 74: certificates, and the name that is asked for. The authority is made for the test."""

import asyncio
import datetime
import ssl

import pytest
import trustme

from bot.article.fetch import Fetcher
from bot.errors import InsecureConnection
from tests.article.rows import covers, row
from tests.servers.news import HOST, PUBLIC
from tests.servers.raw import answer, run_raw, url

PAGE = answer("<p>page</p>")
WEEK = datetime.timedelta(days=7)


def serve_with(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


async def test_a_page_under_tls_is_fetched_with_the_name_on_the_wire(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with run_raw(PAGE, ssl_context=server_tls) as raw, raw.fetcher(ssl_context=client_tls) as fetcher:
        page = await fetcher.fetch(url(scheme="https"))
    assert (page.status, page.url) == (200, url(scheme="https"))
    assert raw.dials.dialled == [(PUBLIC, 443)]


@covers(72)
async def test_a_certificate_for_one_name_does_not_serve_another_at_the_same_address(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    async with run_raw(PAGE, ssl_context=server_tls) as raw, raw.fetcher(ssl_context=client_tls) as fetcher:
        await fetcher.fetch(url(scheme="https"))
        with pytest.raises(InsecureConnection) as caught:
            await fetcher.fetch("https://second.example/")
    assert len(raw.requests) == 1
    assert "second.example could not prove that it is second.example" in caught.value.sentence


@pytest.mark.parametrize(
    "fault", [row(73, fault) for fault in ("unknown", "expired", "early", "wrong", "address")]
)
async def test_a_bad_certificate_is_refused_and_http_is_not_tried_instead(
    authority: trustme.CA, client_tls: ssl.SSLContext, fault: str
) -> None:
    now = datetime.datetime.now(datetime.UTC)
    certificate = {
        "unknown": lambda: trustme.CA().issue_cert(HOST),
        "expired": lambda: authority.issue_cert(HOST, not_before=now - 2 * WEEK, not_after=now - WEEK),
        "early": lambda: authority.issue_cert(HOST, not_before=now + WEEK, not_after=now + 2 * WEEK),
        "wrong": lambda: authority.issue_cert("wrong.example"),
        "address": lambda: authority.issue_cert(PUBLIC),
    }[fault]()
    async with (
        run_raw(PAGE, ssl_context=serve_with(certificate)) as raw,
        raw.fetcher(ssl_context=client_tls) as fetcher,
    ):
        with pytest.raises(InsecureConnection):
            await fetcher.fetch(url(scheme="https"))
    assert raw.requests == []
    assert raw.dials.dialled == [(PUBLIC, 443)]


@covers(73)
async def test_the_trusted_authorities_are_the_public_ones_by_default(server_tls: ssl.SSLContext) -> None:
    async with run_raw(PAGE, ssl_context=server_tls) as raw, raw.fetcher() as fetcher:
        with pytest.raises(InsecureConnection):
            await fetcher.fetch(url(scheme="https"))
        context = fetcher._ssl_context
        assert context is not None
        assert context.verify_mode is ssl.CERT_REQUIRED
        assert context.check_hostname
        assert context.cert_store_stats()["x509_ca"] > 50


@covers(74)
async def test_the_name_in_the_handshake_is_the_host_and_never_the_address(
    server_tls: ssl.SSLContext, client_tls: ssl.SSLContext
) -> None:
    names: list[str | None] = []
    server_tls.sni_callback = lambda _socket, name, _context: names.append(name)
    async with run_raw(PAGE, ssl_context=server_tls) as raw, raw.fetcher(ssl_context=client_tls) as fetcher:
        await fetcher.fetch(url(scheme="https"))
    assert names == [HOST]


async def test_the_certificates_are_read_once_for_many_fetches_at_a_time(server_tls: ssl.SSLContext) -> None:
    async with (
        run_raw(PAGE, ssl_context=server_tls) as raw,
        Fetcher(resolve=raw.resolve, dial_map=raw.dials) as fetcher,
    ):
        contexts = await asyncio.gather(*(fetcher._certificates() for _ in range(5)))
    assert len({id(context) for context in contexts}) == 1
