"""The embedded server: it keeps what it has, and ends when its bot does, however that ends."""

import asyncio
import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.errors import SettingsError
from storage import launch
from storage.connection import open_redis
from storage.embedded import find_binary, run_embedded
from storage.folder import SERVER_PID

BOT = """
import asyncio, sys
from pathlib import Path
from storage.connection import open_redis

async def serve():
    async with open_redis(None, Path(sys.argv[1])) as redis:
        await redis.set("kept", "yes")
        print("serving", flush=True)
        await asyncio.Event().wait()

asyncio.run(serve())
"""


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """A process that has stored a value in the embedded server over `tmp_path`."""
    command = [sys.executable, "-c", BOT, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "serving\n"
        yield process
        process.kill()


def server_pid(data: Path) -> int:
    return int((data / "valkey" / SERVER_PID).read_text())


def wait_for_end(pidfd: int, timeout_s: float) -> bool:
    return bool(select.select([pidfd], [], [], timeout_s)[0])


def test_the_wheel_carries_a_server() -> None:
    assert os.access(find_binary(), os.X_OK)


async def test_a_clean_stop_ends_the_server_and_keeps_the_data(tmp_path: Path) -> None:
    async with open_redis(None, tmp_path) as redis:
        await redis.set("kept", "yes")
        pid = server_pid(tmp_path)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    async with open_redis(None, tmp_path) as redis:
        assert await redis.get("kept") == b"yes"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_no_server_outlives_a_killed_bot(bot: subprocess.Popen[str], tmp_path: Path) -> None:
    server = os.pidfd_open(server_pid(tmp_path))
    bot.kill()
    assert wait_for_end(server, 5)
    os.close(server)


async def test_a_start_right_after_a_kill_finds_the_data(bot: subprocess.Popen[str], tmp_path: Path) -> None:
    bot.kill()
    async with open_redis(None, tmp_path) as redis:
        assert await redis.get("kept") == b"yes"


async def test_a_start_waits_for_a_killed_bots_server_to_end(
    bot: subprocess.Popen[str], tmp_path: Path
) -> None:
    server = server_pid(tmp_path)
    os.kill(server, signal.SIGSTOP)  # as if it took long to write its file
    try:
        bot.kill()
        bot.wait()
        opening = asyncio.create_task(read_once(tmp_path, "kept"))
        done, _ = await asyncio.wait({opening}, timeout=0.3)
        assert not done
        assert server_pid(tmp_path) == server
    finally:
        os.kill(server, signal.SIGCONT)
    assert await opening == b"yes"


async def read_once(data: Path, key: str) -> object:
    async with open_redis(None, data) as redis:
        return await redis.get(key)


async def test_a_second_start_on_one_folder_is_refused_by_name(
    bot: subprocess.Popen[str], tmp_path: Path
) -> None:
    with pytest.raises(SettingsError) as refusal:
        async with open_redis(None, tmp_path):
            pass
    assert str(tmp_path) in refusal.value.sentence
    assert "SAYSO_DATA" in refusal.value.sentence
    assert bot.poll() is None
    os.kill(server_pid(tmp_path), 0)


async def test_a_server_that_dies_is_started_again_with_its_data(tmp_path: Path) -> None:
    async with open_redis(None, tmp_path) as redis:
        await redis.set("kept", "yes")
        first = server_pid(tmp_path)
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(5):
            assert await read_when_back(redis, "kept") == b"yes"
        assert server_pid(tmp_path) != first


async def read_when_back(redis: Redis, key: str) -> object:
    while True:
        try:
            return await redis.get(key)
        except RedisError:
            await asyncio.sleep(0.02)


async def test_a_folder_whose_path_is_too_long_for_a_socket_works(tmp_path: Path) -> None:
    data = tmp_path / ("long" * 30)
    async with run_embedded(data) as path:
        async with open_redis(f"unix://{path}", data) as redis:
            await redis.set("kept", "yes")
        assert len(os.fsencode(path)) < 100
    assert not path.parent.exists()
    async with open_redis(None, data) as redis:
        assert await redis.get("kept") == b"yes"


async def test_odd_characters_in_the_path_work(tmp_path: Path) -> None:
    async with open_redis(None, tmp_path / "my %20 'data' #1 ?é") as redis:
        assert await redis.ping()


async def test_a_left_over_socket_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "valkey").mkdir()
    with socket.socket(socket.AF_UNIX) as left_over:
        left_over.bind(str(tmp_path / "valkey" / "valkey.sock"))
    async with open_redis(None, tmp_path) as redis:
        assert await redis.ping()


async def test_nobody_else_may_read_the_folder(tmp_path: Path) -> None:
    (tmp_path / "valkey").mkdir(mode=0o755)
    async with run_embedded(tmp_path) as path:
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert path.stat().st_mode & 0o777 == 0o700


async def test_memory_is_bounded_and_only_what_has_a_lifetime_is_evicted(tmp_path: Path) -> None:
    async with open_redis(None, tmp_path) as redis:
        config = await redis.config_get("maxmemory*")
    assert int(config["maxmemory"] or 0) > 0
    assert config["maxmemory-policy"] == "volatile-lru"


async def test_ctrl_c_reaches_the_bot_alone(tmp_path: Path) -> None:
    async with run_embedded(tmp_path):
        assert os.getsid(server_pid(tmp_path)) != os.getsid(0)


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")
    with pytest.raises(SettingsError, match="data folder") as refusal:
        async with open_redis(None, tmp_path / "data"):
            pass
    assert str(tmp_path / "data") in refusal.value.sentence


async def test_a_server_that_cannot_read_its_file_stops_the_start_with_its_log_named(tmp_path: Path) -> None:
    async with open_redis(None, tmp_path) as redis:
        await redis.set("kept", "yes")
    manifest = next((tmp_path / "valkey" / "appendonlydir").glob("*.manifest"))
    good = manifest.read_bytes()
    manifest.write_text("nonsense")
    with pytest.raises(SettingsError) as refusal:
        async with open_redis(None, tmp_path):
            pass
    assert str(tmp_path / "valkey" / "valkey.log") in refusal.value.sentence
    manifest.write_bytes(good)
    async with open_redis(None, tmp_path) as redis:
        assert await redis.get("kept") == b"yes"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends a child with its parent")
def test_nothing_is_launched_for_a_parent_that_has_ended() -> None:
    command = [sys.executable, launch.__file__, "1", sys.executable, "-c", "print('launched')"]
    assert subprocess.run(command, capture_output=True, check=True).stdout == b""
    command[2] = str(os.getpid())
    assert subprocess.run(command, capture_output=True, check=True).stdout == b"launched\n"
