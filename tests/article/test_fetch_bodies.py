"""Rows 79 to 86, 89, 90, 96, 98 and 102: answers that are broken, or made to be expensive."""

import asyncio
import gzip
import time
import zlib

import pytest

from bot.article.inflate import MAX_MEMBERS, Inflater
from bot.errors import AnswerGarbled, HostUnreachable, PageStatus, PageTooLarge, PageUnsupported, ReadError
from tests.article.rows import covers, row
from tests.servers.news import article_page
from tests.servers.raw import answer, run_raw, url

BODY = article_page().encode()
ENCODED = "Content-Encoding: {}".format
CHUNKED = "Transfer-Encoding: chunked"


def bare_deflate(data: bytes) -> bytes:
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return deflater.compress(data) + deflater.flush()


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


ENDLESS_HEADERS = b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 20_000 + b"\r\n<p>page</p>"
INTERIM = b"HTTP/1.1 100 Continue\r\n\r\n"


@pytest.mark.parametrize(
    "sent",
    [
        row(79, answer(bare_deflate(BODY), ENCODED("deflate"))),
        row(79, answer(zlib.compress(BODY), ENCODED("deflate"))),
        row(79, answer(BODY, ENCODED("identity"))),
        row(79, answer(gzip.compress(BODY), ENCODED("X-GZip "))),
        row(80, answer(gzip.compress(BODY) + b"\x00garbage", ENCODED("gzip"))),
        row(80, answer(gzip.compress(BODY[:400]) + gzip.compress(BODY[400:]), ENCODED("gzip"))),
        row(83, answer(BODY, f"Content-Length: {len(BODY)}") + b"x" * 1_000_000),
        row(85, answer(chunk(BODY) + b"0\r\n\r\n", "Content-Length: 7", CHUNKED)),
        row(85, answer(BODY, f"Content-Length: {len(BODY)}", f"Content-Length: {len(BODY)}")),
        row(86, answer(chunk(BODY, b";a=" + b"b" * 500) + b"0\r\n\r\n", CHUNKED)),
        row(89, INTERIM * 3 + answer(BODY)),
        row(90, answer(BODY, status="299 Odd")),
        row(96, answer(BODY, kind="application/octet-stream")),
        row(98, answer(BODY.replace(b"<body>", b"<body>" + b"x" * 2_000 + b"%PDF-1.7"))),
    ],
)
async def test_an_odd_answer_that_holds_a_page_is_read(sent: bytes) -> None:
    async with run_raw(sent) as raw, raw.fetcher() as fetcher:
        page = await fetcher.fetch(url())
    assert page.body == BODY or b"%PDF" in page.body


@pytest.mark.parametrize(
    "sent",
    [
        row(77, answer(gzip.compress(gzip.compress(bytes(1 << 20))), ENCODED("gzip, gzip"))),
        row(77, answer(gzip.compress(gzip.compress(BODY)), ENCODED("gzip"), ENCODED("gzip"))),
        row(78, answer(b"\x8b\x03\x80", ENCODED("br"))),
        row(78, answer(b"\x28\xb5\x2f\xfd", ENCODED("zstd"))),
        row(79, answer(BODY, ENCODED("identity, x-foo"))),
        row(79, answer(BODY, ENCODED("compress"))),
        row(80, answer(gzip.compress(BODY)[:-12], ENCODED("gzip"))),
        row(80, answer(gzip.compress(b"") * (MAX_MEMBERS + 1), ENCODED("gzip"))),
        row(81, answer(BODY, ENCODED("gzip"))),
        row(81, answer(BODY, ENCODED("deflate"))),
        row(85, answer(BODY, "Content-Length: -1")),
        row(85, answer(BODY, "Content-Length: 5", "Content-Length: 7")),
        row(85, answer(BODY, "Content-Length: abc")),
        row(85, answer(BODY, f"Content-Length: {len(BODY) + 9}")),
        row(86, answer(b"ffffffffffffffff\r\n" + BODY, CHUNKED)),
        row(86, answer(chunk(BODY, b";a=" + b"b" * 1_000_000), CHUNKED)),
        row(86, answer(b"zz\r\n" + BODY, CHUNKED)),
        row(86, answer(chunk(BODY), CHUNKED)),
        row(89, b"HTTP/1.1 200 OK\r\nX: " + b"a" * 5_000_000 + b"\r\n\r\n<p>"),
        row(89, ENDLESS_HEADERS),
        row(89, INTERIM * 2_000 + answer(BODY)),
        row(90, BODY),
        row(90, b"HTTP/1.1 abc\r\n\r\n"),
        row(90, answer(BODY, "Upgrade: websocket", status="101 Switching Protocols")),
        row(90, b"\x16\x03\x01\x02\x00\x01\x00"),
        row(90, b""),
    ],
)
async def test_an_answer_that_is_no_answer_is_a_clean_error_in_less_than_a_second(sent: bytes) -> None:
    async with run_raw(sent) as raw, raw.fetcher() as fetcher:
        began = time.monotonic()
        with pytest.raises((AnswerGarbled, HostUnreachable)) as caught:
            await fetcher.fetch(url())
        assert time.monotonic() - began < 1
    assert "Paste" in caught.value.sentence or "paste" in caught.value.sentence


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        row(90, answer(BODY, status="999 Request denied"), 999),
        *(
            row(102, answer(BODY, "Retry-After: 99999999", status=f"{status} No"), status)
            for status in (401, 402, 403, 404, 410, 429, 451, 500, 503)
        ),
    ],
)
async def test_an_error_status_is_told_at_once_and_not_tried_again(sent: bytes, status: int) -> None:
    async with run_raw(sent) as raw, raw.fetcher() as fetcher:
        with pytest.raises(PageStatus) as caught:
            await fetcher.fetch(url())
    assert len(raw.requests) == 1
    assert f"error {status}" in caught.value.sentence


@pytest.mark.parametrize(
    ("sent", "what"),
    [
        row(90, answer(b"", status="204 No Content", kind=""), "a file"),
        row(96, answer(b"\x89PNG\r\n\x1a\n" + bytes(64)), "an image"),
        row(96, answer(b"\x7fELF" + bytes(64)), "a program"),
        row(96, answer(b"PK\x03\x04" + bytes(64), kind="text/plain"), "an archive"),
        row(96, answer(bytes(64), kind="application/octet-stream"), "a file"),
        row(96, answer(BODY, kind="video/mp4"), "a video"),
        row(97, answer("<svg xmlns='http://www.w3.org/2000/svg'/>", kind="image/svg+xml"), "an image"),
        row(98, answer(b"<!doctype html>%PDF-1.7 " + BODY), "a PDF"),
        row(98, answer(b"%PDF-1.7\n" + BODY), "a PDF"),
        row(98, answer(b"<html>%PDF-1.7 " + BODY, kind="application/pdf"), "a file"),
    ],
)
async def test_what_the_bytes_say_counts_more_than_the_label(sent: bytes, what: str) -> None:
    async with run_raw(sent) as raw, raw.fetcher() as fetcher:
        with pytest.raises(PageUnsupported) as caught:
            await fetcher.fetch(url())
    assert what in caught.value.sentence


@pytest.mark.parametrize("kind", ["application/pdf", "application/octet-stream", ""])
async def test_a_pdf_is_fetched_as_one(kind: str) -> None:
    async with run_raw(answer(b"%PDF-1.7\n" + bytes(64), kind=kind)) as raw, raw.fetcher() as fetcher:
        assert (await fetcher.fetch(url())).content_type == "application/pdf"


@pytest.mark.parametrize(
    "head",
    [
        row(84, "Content-Length: 1000000000000"),
        row(84, "Content-Length: " + "9" * 19),
        row(98, "Content-Length: 2147483648"),
    ],
)
async def test_a_body_that_declares_itself_too_large_is_refused_at_the_header(head: str) -> None:
    kind = "application/pdf" if "2147" in head else "text/html"
    async with run_raw(answer(b"%PDF-1.7", head, kind=kind)) as raw, raw.fetcher() as fetcher:
        with pytest.raises(PageTooLarge):
            await fetcher.fetch(url())


async def pour(writer: asyncio.StreamWriter, head: str, piece: bytes) -> int:
    """Send a piece again and again until the other side has had enough; return the bytes sent."""
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n{head}\r\n\r\n".encode())
    sent = 0
    try:
        while True:
            writer.write(piece)
            await writer.drain()
            sent += len(piece)
    except ConnectionError:
        return sent


@pytest.mark.parametrize(
    ("head", "piece"),
    [
        row(82, CHUNKED, chunk(b"x" * 50_000)),
        row(82, "X: until it closes", b"x" * 50_000),
        row(83, "Content-Length: 5000000", b"x" * 50_000),
        row(86, CHUNKED, chunk(b"x" * 100, b";" + b"y" * 5_000) * 10),
    ],
)
async def test_a_body_without_end_is_stopped_at_the_limit(head: str, piece: bytes) -> None:
    done: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        done.set_result(await pour(writer, head, piece))

    async with run_raw(serve) as raw, raw.fetcher(limit_bytes=1 << 20) as fetcher:
        with pytest.raises(PageTooLarge) as caught:
            await fetcher.fetch(url())
        assert await done < 20 << 20, "the sockets' own buffers hold some megabytes"
    assert "1 MB" in caught.value.sentence


@covers(86)
async def test_a_body_of_crumbs_is_given_up() -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await pour(writer, CHUNKED, chunk(b"x") * 1_000)

    async with run_raw(serve) as raw, raw.fetcher(timeout_s=20) as fetcher:
        began = time.monotonic()
        with pytest.raises(AnswerGarbled):
            await fetcher.fetch(url())
        assert time.monotonic() - began < 5


@covers(83)
async def test_what_follows_a_declared_length_is_not_read() -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await pour(writer, "Content-Length: 13", b"<p>page</p>\r\n" + b"x" * 100_000)

    async with run_raw(serve) as raw, raw.fetcher() as fetcher:
        assert (await fetcher.fetch(url())).body == b"<p>page</p>\r\n"


@covers(89)
async def test_interim_answers_without_end_are_given_up() -> None:
    async def serve(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                writer.write(INTERIM * 100)
                await writer.drain()
        except ConnectionError:
            pass

    async with run_raw(serve) as raw, raw.fetcher(timeout_s=20) as fetcher:
        began = time.monotonic()
        with pytest.raises(ReadError) as caught:
            await fetcher.fetch(url())
        assert time.monotonic() - began < 1
    assert type(caught.value) is AnswerGarbled


@pytest.mark.parametrize("size", [1, 2, 7, 65_536])
@pytest.mark.parametrize("data", [zlib.compress(BODY), bare_deflate(BODY)])
def test_deflate_is_told_apart_however_it_is_cut(data: bytes, size: int) -> None:
    inflater = Inflater(None)
    pieces = [p for at in range(0, len(data), size) for p in inflater.feed(data[at : at + size])]
    inflater.finish()
    assert b"".join(pieces) == BODY
