"""Strategies: addresses that are forbidden, by tables of the test's own, and ways to write them."""

import ipaddress
from ipaddress import IPv4Address, IPv6Address

from hypothesis import strategies as st

Address = IPv4Address | IPv6Address

FORBIDDEN_V4 = tuple(
    map(
        ipaddress.IPv4Network,
        (
            "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12",
            "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16", "198.18.0.0/15",
            "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4", "168.63.129.16/32",
        ),
    )
)  # fmt: skip
"""IPv4 special-purpose addresses (RFC 6890 and its successors), multicast, and Azure's wire server."""

SPECIAL_V4 = (
    *FORBIDDEN_V4,
    *map(ipaddress.IPv4Network, ("192.31.196.0/24", "192.52.193.0/24", "192.175.48.0/24")),
)
FORBIDDEN_V6 = tuple(
    map(
        ipaddress.IPv6Network,
        (
            "::/128", "::1/128", "::/8", "100::/8", "200::/7", "400::/6", "800::/5", "1000::/4", "4000::/3",
            "8000::/1", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8", "2001:db8::/32", "2001:2::/48",
            "2001:10::/28", "3fff::/20", "5f00::/16", "64:ff9b:1::/48",
        ),
    )
)  # fmt: skip
"""What lies outside 2000::/3, and in it what is no one's."""

WRAPPERS = ("::ffff:0:0", "::", "64:ff9b::", "::ffff:0:0:0")
"""Prefixes whose last 32 bits are an IPv4 address: mapped, compatible, NAT64, translated."""


def inside(network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> st.SearchStrategy[Address]:
    """Addresses of a network, its edges more often than others."""
    edges = [network.network_address, network.broadcast_address]
    return st.one_of(
        st.sampled_from(edges),
        st.integers(int(edges[0]), int(edges[1])).map(type(edges[0])),
    )


FORBIDDEN_IPV4 = st.one_of(*map(inside, FORBIDDEN_V4)).map(lambda address: IPv4Address(int(address)))


@st.composite
def wrapped(draw: st.DrawFn) -> IPv6Address:
    """Draw a forbidden IPv4 address in an IPv6 one that leads to it."""
    inner = int(draw(FORBIDDEN_IPV4))
    kind = draw(st.sampled_from([*WRAPPERS, "6to4", "teredo server", "teredo client"]))
    low = draw(st.integers(0, (1 << 32) - 1))
    if kind == "6to4":
        return IPv6Address(0x2002 << 112 | inner << 80 | low)
    if kind == "teredo server":
        return IPv6Address(0x20010000 << 96 | inner << 64 | low)
    if kind == "teredo client":
        return IPv6Address(0x20010000 << 96 | 0x5DB8D70E << 64 | (~inner & 0xFFFFFFFF))
    return IPv6Address(int(IPv6Address(kind)) | inner)


FORBIDDEN: st.SearchStrategy[Address] = st.one_of(FORBIDDEN_IPV4, wrapped(), *map(inside, FORBIDDEN_V6))


def is_public(address: Address) -> bool:
    """Tell whether an address is in none of the tables."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_V4)
    return address in ipaddress.IPv6Network("2000::/3") and not any(
        address in network
        for network in (*FORBIDDEN_V6, ipaddress.IPv6Network("2001::/23"), ipaddress.IPv6Network("2002::/16"))
    )


PUBLIC: st.SearchStrategy[Address] = st.one_of(
    st.integers(1 << 24, (224 << 24) - 1).map(IPv4Address),
    st.integers(0x2000 << 112, (0x4000 << 112) - 1).map(IPv6Address),
).filter(is_public)


def _number(draw: st.DrawFn, value: int) -> str:
    """Write a number in one of the bases that old libraries read in addresses."""
    zeros = "0" * draw(st.integers(0, 6))
    return draw(st.sampled_from([str(value), f"0{zeros}{value:o}", f"0x{zeros}{value:x}", f"0X{value:X}"]))


@st.composite
def spelled_v4(draw: st.DrawFn, address: IPv4Address) -> str:
    """Write an IPv4 address as inet_aton, a browser or a careless parser would read it."""
    octets = list(address.packed)
    parts = draw(st.sampled_from([4, 4, 4, 3, 2, 1]))
    values = [*octets[: parts - 1], int.from_bytes(bytes(octets[parts - 1 :]))]
    plain = draw(st.booleans())
    text = ".".join(str(value) if plain else _number(draw, value) for value in values)
    dot = draw(st.sampled_from([".", ".", "。", "．", "｡", "%2e", "\u2024"]))
    text = text.replace(".", dot)
    match draw(st.sampled_from(["", "", "wide", "circled", "percent", "final dot", "space"])):
        case "wide":
            return text.translate({ord(str(digit)): chr(0xFF10 + digit) for digit in range(10)})
        case "circled":
            return text.translate({ord(str(digit)): chr(0x2460 + digit - 1) for digit in range(1, 10)})
        case "percent":
            return "".join(f"%{ord(letter):02x}" if letter.isdigit() else letter for letter in text)
        case "final dot":
            return text + "."
        case "space":
            return text + draw(st.sampled_from([" ", "\t", "\u3000", "\u200b", "\x00"]))
        case _:
            return text


@st.composite
def spelled_v6(draw: st.DrawFn, address: IPv6Address) -> str:
    """Write an IPv6 address in one of its forms."""
    tail = str(IPv4Address(int(address) & 0xFFFFFFFF))
    dotted = ":".join(address.exploded.split(":")[:6]) + ":" + tail
    text = draw(st.sampled_from([address.compressed, address.exploded, address.exploded.upper(), dotted]))
    return f"[{text}{draw(st.sampled_from(['', '', '', '%25eth0', '%lo', '%1']))}]"


@st.composite
def urls(draw: st.DrawFn, address: Address) -> str:
    """Write a URL whose host is the address, dressed up."""
    host = draw(spelled_v4(address) if isinstance(address, IPv4Address) else spelled_v6(address))
    scheme = draw(
        st.sampled_from(["http://", "https://", "HTTP://", "http:///", "http:\\\\", "http:/", "//", "http:"])
    )
    user = draw(
        st.sampled_from(["", "", "", "news.example@", "news.example:80@", "news.example\\@", "a%40b@"])
    )
    port = draw(st.sampled_from(["", "", ":80", ":443", ":0080", ":８０", ":6379"]))
    rest = draw(
        st.sampled_from(["/", "", "/a?b#c", "?@news.example/", "#@news.example/", "\\@news.example/"])
    )
    return f"{scheme}{user}{host}{port}{rest}"
