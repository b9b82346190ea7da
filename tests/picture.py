"""Make the README's picture: the sample article pasted into the running chat page, in headless Chromium.

python -m tests.picture docs/playground.png
"""

import asyncio
import os
import re
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

ROOT = Path(__file__).parent.parent
SAMPLE = ROOT / "tests/data/tass-2022-03-05.txt"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


async def open_run(data: str) -> tuple[asyncio.subprocess.Process, str]:
    """Start `sayso run` without any setting; return it and the address that it prints."""
    quiet = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("SAYSO_", "OPENAI_", "TELEGRAM_"))
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "bot",
        "run",
        cwd=ROOT,
        env=quiet | {"SAYSO_DATA": data, "SAYSO_PLAYGROUND_PORT": "0"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    assert process.stdout is not None
    async for line in process.stdout:
        if found := re.search(rb"http://127\.0\.0\.1:\d+/", line):
            return process, found[0].decode()
    raise RuntimeError("sayso run printed no address")


async def brief_sample(page: Page, address: str) -> None:
    """Paste the sample into the page and wait until its brief stands there."""
    await page.goto(address)
    await page.locator("#text").fill(SAMPLE.read_text("utf-8"))
    await page.locator("#send").click()
    await page.locator(".message.theirs", has_text="statements traced").wait_for()


async def make_picture(target: Path) -> None:
    """Write the picture to `target`."""
    with tempfile.TemporaryDirectory() as data:
        process, address = await open_run(data)
        try:
            async with async_playwright() as playwright:
                browser = await playwright.chromium.launch(
                    executable_path=shutil.which("chromium"), args=CHROMIUM_FLAGS
                )
                page = await browser.new_page(
                    viewport={"width": 760, "height": 1180}, device_scale_factor=1.5
                )
                await brief_sample(page, address)
                await page.locator(".message.theirs").last.evaluate(
                    "node => node.scrollIntoView({block: 'start'})"
                )
                await page.screenshot(path=target)
                await browser.close()
        finally:
            process.terminate()
            await process.wait()


if __name__ == "__main__":
    asyncio.run(make_picture(Path(sys.argv[1])))
