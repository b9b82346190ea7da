"""Rows 1 to 49: what a URL's spelling, or the address in it, decides before anything is dialled."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.article.fetch import Fetcher
from bot.article.links import canonical_url
from bot.errors import AddressRefused, InsecureConnection
from tests.article.rows import covers, row
from tests.servers.news import PUBLIC
from tests.servers.raw import RawSite, answer, run_raw

SPELLINGS = [
    (1, "http://127.0.0.1/"),
    (2, "http://127.1/"),
    (3, "http://127.0.1/"),
    (4, "http://2130706433/"),
    (5, "http://0x7f000001/"),
    (6, "http://0x7f.0.0.1/"),
    (7, "http://0177.0.0.1/"),
    (8, "http://00000177.0.0.1/"),
    (9, "http://0177.0x0.1/"),
    *((10, f"http://{host}/") for host in ("0", "1")),
    (11, "http://0.0.0.0/"),
    (12, "http://127.0.0.1./"),
    *((13, f"http://{host}/") for host in ("localhost", "LOCALHOST", "localhost.", "a.localhost")),
    (14, "http://①②⑦.0.0.1/"),
    *((15, f"http://127{dot}0{dot}0{dot}1/") for dot in "。．｡"),
    (16, "http://ⓛocalhost/"),
    *((17, f"http://[{host}]/") for host in ("::1", "0000:0000::1", "0:0:0:0:0:0:0:1")),
    (18, "http://[::]/"),
    *((19, f"http://[{host}]/") for host in ("::ffff:127.0.0.1", "::ffff:7f00:1", "::FFFF:127.0.0.1")),
    (20, "http://[0:0:0:0:0:ffff:a9fe:a9fe]/"),
    (21, "http://[::127.0.0.1]/"),
    (22, "http://[::ffff:0:127.0.0.1]/"),
    *((23, f"http://[64:ff9b::{low}]/") for low in ("7f00:1", "a9fe:a9fe", "127.0.0.1")),
    (24, "http://[64:ff9b:1::a00:1]/"),
    *((25, f"http://[2002:{high}::]/") for high in ("7f00:1", "a9fe:a9fe", "0a00:1")),
    *((26, f"http://[2001:0:{rest}]/") for rest in ("7f00:1::1", "5db8:d70e:0:0:80ff:fffe")),
    *((27, f"http://[fe80::1{zone}]/") for zone in ("%25eth0", "%eth0", "")),
    *((28, f"http://[{host}]/") for host in ("fec0::1", "fc00::1", "fd00:ec2::254", "fd20:ce::254")),
    *(
        (29, f"http://[{host}]/")
        for host in ("ff02::1", "5f00::1", "3fff::1", "2001:db8::1", "100::1", "4000::1", "8000::1")
    ),
    *(
        (30, f"http://{host}/")
        for host in ("169.254.169.254", "2852039166", "0xa9fea9fe", "0251.0376.0251.0376")
    ),
    *(
        (31, f"http://{host}/")
        for host in ("169.254.170.2", "168.63.129.16", "100.100.100.200", "192.0.0.192", "[2002:a83f:8110::]")
    ),
    *((32, f"http://{host}/") for host in ("100.64.0.1", "100.127.255.255")),
    *(
        (34, f"http://{host}/")
        for host in (
            "192.88.99.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
            "255.255.255.255", "192.0.2.1", "192.0.0.9", "192.175.48.1", "10.0.0.1", "172.16.0.1",
            "172.31.255.255", "192.168.1.1", "[2001:1::1]", "[2001:20::1]",
        )
    ),
    (35, "http://example.com@127.0.0.1/"),
    *((36, f"http://{user}@example.com/") for user in ("user:pw", "user", "", ":")),
    *((37, f"http://127.0.0.1{mark}@example.com/") for mark in "#?"),
    *(
        (38, url)
        for url in (
            "http://example.com\\@127.0.0.1/", "http://127.0.0.1\\@example.com/", "http:\\\\127.0.0.1/",
            "http://example.com\\.evil.example/",
        )
    ),
    *((39, url) for url in ("http:/127.0.0.1/", "http:127.0.0.1/", "http:///127.0.0.1/", "//127.0.0.1/")),
    *(
        (40, url)
        for url in (
            "http://127.0.0.1\t/", "http://exa\nmple.com/", "http://a b.com/", "http://a\x00.com/",
            "\x00http://example.com/", " http://127.0.0.1/", "http://example.com/\r\nHost: 127.0.0.1",
            "http://exa\u200bmple.com/", "http://example\u3000.com/",
        )
    ),
    *((41, f"http://{host}/") for host in ("%31%32%37.0.0.1", "127%2e0%2e0%2e1", "example%2ecom")),
    *(
        (42, url)
        for url in (
            "file:///etc/passwd", "gopher://127.0.0.1:6379/_INFO", "ftp://example.com/", "data:text/html,x",
            "jar:http://example.com!/", "unix:/run/redis.sock", "dict://example.com/", "ldap://example.com/",
            "javascript:alert(1)", "", "example.com",
        )
    ),
    *(
        (43, f"http://example.com:{port}/")
        for port in ("6379", "22", "25", "0", "65536", "-80", "abc", "８０", "+80", " 80", "8080", "000000")
    ),
    (45, "http://" + "a" * 64 + ".com/"),
    (45, "http://" + "a." * 126 + "ab/"),
    (45, "http://example.com/" + "a" * 8_192),
    (45, "http://example.com/" + "a" * 65_536),
    *((46, f"http://{host}/") for host in ("exa_mple.com", "-a.com", "a-.com", "a..com", ".com", "a.com..")),
    *((49, f"http://{host}/") for host in ("xn--zzzzzzzz-invalid", "xn--zzzzzzzz-invalid.com", "xn--.com")),
]  # fmt: skip


@pytest.fixture
async def raw() -> AsyncIterator[RawSite]:
    async with run_raw(answer("<p>page</p>")) as site:
        yield site


@pytest.mark.parametrize("url", [row(number, url) for number, url in SPELLINGS])
async def test_a_forbidden_spelling_is_refused_before_a_lookup_or_a_connection(
    raw: RawSite, url: str
) -> None:
    async with raw.fetcher() as fetcher:
        with pytest.raises(AddressRefused) as caught:
            await fetcher.fetch(url)
    assert raw.lookups.total() == 0
    assert raw.dials.dialled == []
    assert caught.value.sentence.startswith("I only open public web pages")


PUBLIC_NEIGHBOURS = (
    "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "169.253.255.255", "192.167.255.255",
    "223.255.255.255", "[2606:2800:220:1::1]",
)  # fmt: skip


@pytest.mark.parametrize("host", [row(33, host) for host in PUBLIC_NEIGHBOURS])
async def test_a_public_neighbour_of_a_private_range_is_fetched(raw: RawSite, host: str) -> None:
    async with raw.fetcher() as fetcher:
        assert (await fetcher.fetch(f"http://{host}/")).url == f"http://{host}/"
    assert raw.dials.dialled == [(host.strip("[]"), 80)]


@covers(44)
async def test_a_scheme_on_the_other_scheme_s_port_is_fetched_or_fails_cleanly(raw: RawSite) -> None:
    async with raw.fetcher() as fetcher:
        assert (await fetcher.fetch("http://example.com:443/")).url == "http://example.com:443/"
    async with run_raw(speak_first) as plain, plain.fetcher() as fetcher:
        with pytest.raises(InsecureConnection):
            await fetcher.fetch("https://example.com:80/")
        assert plain.dials.dialled == [(PUBLIC, 80)]


async def speak_first(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer a TLS client in plain HTTP."""
    writer.write(answer("<p>page</p>"))


@pytest.mark.parametrize(
    ("host", "ascii_host"),
    [
        row(47, "münchen.de", "xn--mnchen-3ya.de"),
        row(47, "xn--mnchen-3ya.de", "xn--mnchen-3ya.de"),
        row(48, "раypal.com", "xn--ypal-43d9g.com"),
    ],
)
async def test_an_international_name_is_fetched_keyed_and_shown_in_ascii(
    raw: RawSite, host: str, ascii_host: str
) -> None:
    async with raw.fetcher() as fetcher:
        page = await fetcher.fetch(f"http://{host}/")
    assert page.url == f"http://{ascii_host}/"
    assert canonical_url(f"http://{host}/") == f"https://{ascii_host}/"
    assert f"Host: {ascii_host}".encode() in raw.requests[0]


@covers(43)
async def test_a_setting_opens_another_port_and_only_that(raw: RawSite) -> None:
    ports = frozenset({443, 8080})
    async with Fetcher(ports=ports, resolve=raw.resolve, dial_map=raw.dials) as fetcher:
        assert (await fetcher.fetch("http://example.com:8080/")).status == 200
        with pytest.raises(AddressRefused):
            await fetcher.fetch("http://example.com/")
    assert [port for _, port in raw.dials.dialled] == [8080]
    assert b"Host: example.com:8080" in raw.requests[0]
