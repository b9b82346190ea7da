"""What an operator's tools are told over HTTP."""

import re

import aiohttp
import pytest
from redis.asyncio import Redis

from bot.errors import SettingsError
from bot.health import Health, open_health
from bot.metrics import BRIEFS
from storage.inbox import Inbox, Received


async def get(port: int | None, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://127.0.0.1:{port}{path}") as answer:
        return answer.status, await answer.text()


def value(text: str, name: str) -> float:
    [found] = re.findall(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found)


async def test_a_process_is_ready_while_it_serves_and_redis_answers(redis: Redis) -> None:
    async with Inbox(redis) as inbox:
        health = Health(inbox)
        async with open_health(health, "127.0.0.1", 0) as port:
            assert await get(port, "/healthz") == (200, "alive\n")
            assert await get(port, "/readyz") == (503, "starting\n")
            health.state = "serving"
            assert await get(port, "/readyz") == (200, "ready\n")
            health.state = "stopping"
            assert await get(port, "/readyz") == (503, "stopping\n")


async def test_without_redis_a_process_lives_and_is_not_ready(redis_away: Redis) -> None:
    async with (
        Inbox(redis_away) as inbox,
        open_health(Health(inbox, "serving"), "127.0.0.1", 0) as port,
    ):
        assert await get(port, "/healthz") == (200, "alive\n")
        assert await get(port, "/readyz") == (503, "the store does not answer\n")
        assert (await get(port, "/metrics"))[0] == 200


async def test_the_metrics_say_what_waits_in_the_inbox_and_what_was_briefed(redis: Redis) -> None:
    async with Inbox(redis) as inbox, open_health(Health(inbox), "127.0.0.1", 0) as port:
        _, before = await get(port, "/metrics")
        assert value(before, "sayso_inbox_entries") == 0
        assert value(before, "sayso_inbox_oldest_seconds") == 0
        await inbox.append([Received(update_id=n, payload=b"{}", lane="7") for n in (1, 2)])
        BRIEFS.labels("cache").inc()
        _, after = await get(port, "/metrics")
        assert value(after, "sayso_inbox_entries") == 2
        while not (age := value(after, "sayso_inbox_oldest_seconds")):  # Redis counts in milliseconds
            _, after = await get(port, "/metrics")
        assert age < 60
        assert value(after, "sayso_dead_letters") == 0
        assert value(after, 'sayso_briefs_total{origin="cache"}') >= 1


async def test_nothing_is_served_without_a_port_and_a_taken_one_is_named(redis: Redis) -> None:
    async with Inbox(redis) as inbox:
        async with open_health(Health(inbox), "127.0.0.1", None) as none:
            assert none is None
        async with open_health(Health(inbox), "127.0.0.1", 0) as port:
            with pytest.raises(SettingsError) as refused:
                async with open_health(Health(inbox), "127.0.0.1", port):
                    pass
            assert refused.value.sentence.startswith(f"SAYSO_HEALTH_PORT: port {port} cannot be had")
