"""Generated addresses: a forbidden one is never dialled however it is written, a public one always is."""

import asyncio
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import HealthCheck, given, seed, settings
from hypothesis import strategies as st

from bot.article.addresses import judge_answers
from bot.article.fetch import Fetcher
from bot.article.links import canonical_url, find_links
from bot.errors import AddressRefused, HostUnreachable
from tests.article.spellings import FORBIDDEN, PUBLIC, Address, urls
from tests.servers.news import HOST
from tests.servers.raw import DialRecorder, answer, run_raw

CALM = settings(deadline=None, suppress_health_check=list(HealthCheck), database=None)


def try_to_reach(address: Address, spelled: str) -> DialRecorder:
    """Fetch a spelling, a name that leads to the address, and a redirect to both; return what was dialled."""

    async def resolve(host: str) -> list[str]:
        if not host.isascii() or any(
            character not in "abcdefghijklmnopqrstuvwxyz0123456789.-" for character in host
        ):
            raise AssertionError(f"{host!r} is no name to ask DNS for")
        return [str(address)]

    async def attempt() -> DialRecorder:
        dials = DialRecorder(1)  # nothing listens there: what is dialled is recorded and fails
        async with Fetcher(timeout_s=5, resolve=resolve, dial_map=dials) as fetcher:
            for link in (spelled, f"http://{HOST}/"):
                with pytest.raises((AddressRefused, HostUnreachable)):
                    await fetcher.fetch(link)
        return dials

    return asyncio.run(attempt())


def check_forbidden(data: st.DataObject) -> None:
    address = data.draw(FORBIDDEN)
    spelled = data.draw(urls(address))
    assert try_to_reach(address, spelled).dialled == []


@seed(20_251_103)
@settings(CALM, max_examples=300)
@given(st.data())
def test_a_forbidden_address_is_never_dialled_however_it_is_written(data: st.DataObject) -> None:
    check_forbidden(data)


@pytest.mark.long
@pytest.mark.timeout(900)
@seed(20_251_104)
@settings(CALM, max_examples=20_000)
@given(st.data())
def test_twenty_thousand_spellings_of_forbidden_addresses_are_never_dialled(data: st.DataObject) -> None:
    check_forbidden(data)


@seed(20_251_105)
@settings(CALM, max_examples=1_000)
@given(PUBLIC)
def test_a_thousand_public_addresses_are_all_let_through(address: Address) -> None:
    judge_answers([str(address)])
    host = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
    assert canonical_url(f"http://{host}/") == f"https://{host}/"


async def test_public_addresses_are_really_dialled_as_literals_and_as_answers() -> None:
    public = [IPv4Address(number) for number in range(1 << 24, 223 << 24, 9_700_417)]
    public = [address for address in public if not address.is_private and address.is_global]
    async with run_raw(answer("<p>page</p>")) as raw, raw.fetcher() as fetcher:
        for place, address in enumerate(public):
            raw.answers[f"n{place}.example"] = [str(address)]
            assert (await fetcher.fetch(f"http://{address}/")).status == 200
            assert (await fetcher.fetch(f"http://n{place}.example/")).status == 200
    assert len(public) > 300
    assert [IPv4Address(host) for host, _ in raw.dials.dialled] == [a for a in public for _ in "12"]


@seed(20_251_106)
@settings(CALM, max_examples=300)
@given(st.one_of(st.text(max_size=200), st.from_regex(r"https?://[^ ]{0,80}", fullmatch=True)))
def test_any_text_is_a_public_address_or_refused(text: str) -> None:
    for link in find_links(text):
        assert link in text
    try:
        address = canonical_url(text)
    except AddressRefused:
        return
    assert address.isascii()
    assert canonical_url(address) == address
