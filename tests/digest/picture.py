"""Make the README's picture of a digest: invented articles briefed offline, in the chat page.

python -m tests.digest.picture docs/digest.png
"""

import asyncio
import hashlib
import shutil
import sys
from pathlib import Path
from typing import Final

from playwright.async_api import async_playwright
from telegram import Bot

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks import check_draft
from bot.briefing.models import Brief
from bot.briefing.rules import draft_offline
from bot.digest.models import Digest, Material, Read
from bot.playground.places import READER
from bot.playground.server import PlaygroundServer
from bot.telegram.digest_view import render_digest
from bot.telegram.request import AiohttpRequest
from bot.telegram.sending import NO_PREVIEW
from tests.digest.newsstand import brief, composed, entry, tell
from tests.picture import CHROMIUM_FLAGS

DAM_COURIER: Final = """\
Engineers found cracks in the spillway of the Orlen dam on Sunday, and the district of Sarbruck told
some 900 people living downstream to leave their homes. District head Marta Quell said the order
would stay in force until Wednesday at the earliest.

The operator, HydroSar, said the wall itself was stable. It began lowering the reservoir by two
metres on Monday morning.

According to two people familiar with the inspection, HydroSar had known about the cracks since last
autumn."""

DAM_TIDE: Final = """\
The operator HydroSar is lowering the Orlen reservoir by two metres while divers inspect the cracked
spillway, the company said on Monday. About 900 residents of Sarbruck spent the night in a school
gym.

"This was an accident waiting to happen, and HydroSar has lied to us for months," said Joran Pell,
who leads the residents' group.

HydroSar spokeswoman Ida Brandt rejected the accusation. The district estimates the cost of the
evacuation at 3.4 million crowns."""

FERRY_BEFORE: Final = (
    "The ferry Nordlys ran aground near Skarnes on Sunday with 212 people aboard, the coastguard said.",
)
FERRY_NOW: Final = (
    *FERRY_BEFORE,
    "The coastguard said 9 passengers of the Nordlys had been treated for shock in Skarnes.",
)


def brief_offline(text: str, *, site: str, title: str) -> Brief:
    """Brief an invented article as the bot does without a model."""
    words = text.replace("\n\n", "\0").replace("\n", " ").replace("\0", "\n\n")
    name = hashlib.sha256(title.encode()).hexdigest()[:16]
    article = Article(
        kind="link",
        text=words,
        sentences=split_sentences(words, "en"),
        title=title,
        site=site,
        url=f"https://{site.lower().replace(' ', '')}.example/{name[:6]}",
        published="2026-03-02",
        language="en",
    )
    checked = check_draft(draft_offline(article), article)
    made = {"id": name, "article": article, "engine": "offline", "prompt_version": "rules", "language": "en"}
    return Brief.model_validate(made | dict(checked))


def make_digest() -> Digest:
    """Compose a digest of some stories, one of which was told before."""
    dam = (
        brief_offline(
            DAM_COURIER,
            site="Harlow Courier",
            title="Orlen dam: 900 people told to leave after cracks are found",
        ),
        brief_offline(
            DAM_TIDE, site="The Tide", title="HydroSar lowers reservoir while residents wait in gym"
        ),
    )
    told = tell(
        composed(Material(read=(Read(brief=brief(FERRY_BEFORE, title="Ferry aground off Skarnes")),)))
    )
    ferry = brief(FERRY_NOW, title="Ferry Nordlys still aground off Skarnes")
    feeds = (
        entry("Quenby library to close for roof repairs", outlet="Quenby Post"),
        entry("Salmon prices in Tarvik fall for a third week", outlet="Fish Market News", hour=5),
    )
    return composed(Material(read=tuple(Read(brief=one) for one in (*dam, ferry)), announced=feeds), told)


async def make_picture(target: Path) -> None:
    """Write the picture to `target`."""
    reply = render_digest(make_digest())
    async with PlaygroundServer() as server:
        async with Bot(
            server.bot_token,
            base_url=f"{server.url}/bot",
            request=AiohttpRequest(),
            get_updates_request=AiohttpRequest(),
        ) as bot:
            await bot.send_message(
                READER,
                reply.text,
                entities=reply.entities,
                reply_markup=reply.keyboard,
                link_preview_options=NO_PREVIEW,
            )
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
            )
            page = await browser.new_page(viewport={"width": 560, "height": 1_150}, device_scale_factor=1.5)
            await page.goto(server.page_url)
            await page.locator(".message.theirs", has_text="Digest").wait_for()
            await page.screenshot(path=target)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(make_picture(Path(sys.argv[1])))
