"""REDIS_URL: every kind of store is read, and what is wrong is said in one sentence without a secret."""

import pytest
from redis.asyncio.connection import SSLConnection

from bot.errors import SettingsError
from storage.addresses import read_address


def test_one_server_is_read_with_its_defaults() -> None:
    address = read_address("redis://ann:s3cret@store.example/2")
    assert (address.kind, str(address)) == ("server", "store.example:6379")
    assert address.options == {"host": "store.example", "username": "ann", "password": "s3cret", "db": 2}
    assert str(read_address("unix:///run/redis.sock")) == "/run/redis.sock"


def test_sentinels_are_read_with_the_service_and_both_passwords() -> None:
    address = read_address(
        "rediss+sentinel://ann:s3%40cret@one,two:26380,[::1]/my%20master/3"
        "?sentinel_username=guard&sentinel_password=pa%2Fss&ssl_cert_reqs=none"
    )
    assert address.kind == "sentinel"
    assert address.hosts == (("one", 26379), ("two", 26380), ("::1", 26379))
    assert address.service == "my master"
    assert address.options == {
        "username": "ann",
        "password": "s3@cret",
        "db": 3,
        "ssl_cert_reqs": "none",
        "connection_class": SSLConnection,
    }
    assert address.sentinel_options == {"username": "guard", "password": "pa/ss"}
    assert "s3" not in str(address)


def test_a_cluster_is_read_by_some_of_its_nodes() -> None:
    address = read_address("redis+cluster://:s3cret@one:7000,two/0")
    assert (address.kind, address.hosts) == ("cluster", (("one", 7000), ("two", 6379)))
    assert address.options == {"password": "s3cret"}


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("redis+sentinel://:s3cr@one:26379", "mymaster"),
        ("redis+sentinel://:s3cr@one:26379/mymaster/s3cr", "percent-encoded"),
        ("redis+sentinel://:s3cr@/mymaster", "percent-encoded"),
        ("redis+sentinel://:s3/cr@one/mymaster", "percent-encoded"),
        ("redis+cluster://:s3cr@one,two/1", "one database"),
        ("redis+cluster://:s3cr@one,,two", "percent-encoded"),
        ("redis+cluster://:s3cr@one,two:s3cr", "percent-encoded"),
        ("redis+cluster://:s3cr#x@one,two", "percent-encoded"),
        ("redis+cluster://:s3cr?x@one,two", "percent-encoded"),
        ("redis+cluster://", "percent-encoded"),
        ("unix+cluster:///run/s3cr", "percent-encoded"),
        ("redis+raft://:s3cr@one", "percent-encoded"),
        ("redis+cluster://:s3cr@one?socket_timeout=s3cr", "percent-encoded"),
    ],
)
def test_what_is_wrong_is_said_without_repeating_it(url: str, says: str) -> None:
    with pytest.raises(SettingsError) as error:
        read_address(url)
    assert says in error.value.sentence
    assert "REDIS_URL" in error.value.sentence
    assert "s3cr" not in error.value.sentence + str(error.value)
    assert error.value.__cause__ is None
