"""A page that many ask for is not looked at for each of them."""

import asyncio

from telegram import Bot

from bot.article.models import Submission
from bot.briefing.models import Brief
from bot.telegram.revisits import ASK_AGAIN_S, Revisits
from tests.telegram.briefs import brief


async def test_a_link_is_looked_at_again_when_its_time_has_come() -> None:
    looked_at: asyncio.Queue[str | None] = asyncio.Queue()
    now = 100.0

    async def has_changed(submission: Submission, _brief: Brief) -> bool:
        looked_at.put_nowait(submission.url)
        return False

    revisits = Revisits(has_changed, clock=lambda: now)

    def show(name: str) -> None:
        submission = Submission(kind="link", url=f"https://news.example/{name}")
        revisits.begin(Bot("1:token"), 7, 1, submission, brief())

    for name in ("bus", "bus", "ferry", "bus"):
        show(name)
    now += ASK_AGAIN_S
    for name in ("ferry", "ferry"):
        show(name)
    async with asyncio.timeout(5):
        seen = [await looked_at.get() for _ in range(3)]
    await revisits.aclose()
    assert [url and url[-5:] for url in seen] == ["e/bus", "ferry", "ferry"]
    assert looked_at.empty()
