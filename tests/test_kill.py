"""`sayso run` as a real process, killed without a word."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.playground import PlaygroundServer
from bot.playground.faults import Fault
from tests.bot import READER
from tests.servers.model import ModelServer
from tests.servers.model_faults import FAULTS
from tests.test_cli import ROOT, SAMPLE


@asynccontextmanager
async def run_process(
    telegram: PlaygroundServer, model: ModelServer, data: Path
) -> AsyncIterator[asyncio.subprocess.Process]:
    settings = {
        "TELEGRAM_BOT_TOKEN": telegram.bot_token,
        "TELEGRAM_API_URL": telegram.url,
        "OPENAI_BASE_URL": model.url,
        "SAYSO_OPEN": "1",
        "SAYSO_PACE": "100",
        "SAYSO_DATA": str(data),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=os.environ | settings
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
        await process.wait()


async def test_what_a_killed_process_held_is_answered_once_by_the_next(tmp_path: Path) -> None:
    async with PlaygroundServer() as telegram, ModelServer() as model:
        model.play(FAULTS["silence"])
        telegram.user_sends(READER, SAMPLE.read_text("utf-8"))
        async with run_process(telegram, model, tmp_path) as process:
            async with asyncio.timeout(30):
                await model.asked.wait()
            process.kill()
            await process.wait()
        assert telegram.calls_of("sendMessageDraft")
        assert telegram.bot_messages(READER) == []
        async with run_process(telegram, model, tmp_path) as process:
            await telegram.wait_for(lambda: telegram.bot_messages(READER), timeout_s=40)
            process.send_signal(signal.SIGTERM)
            assert await process.wait() == 0
        [brief] = telegram.bot_messages(READER)
        assert "traced" in brief.text
        assert len(model.requests) == 2


async def test_a_brief_that_a_killed_process_may_have_sent_is_offered_and_not_sent_again(
    tmp_path: Path,
) -> None:
    async with PlaygroundServer() as telegram, ModelServer() as model:
        telegram.faults.add(Fault(method="sendMessage", effect="lost_answer"))
        telegram.user_sends(READER, SAMPLE.read_text("utf-8"))
        async with run_process(telegram, model, tmp_path) as process:
            await telegram.wait_for(lambda: telegram.bot_messages(READER), timeout_s=40)
            process.kill()
            await process.wait()
        async with run_process(telegram, model, tmp_path):
            await telegram.wait_for(lambda: len(telegram.bot_messages(READER)) == 2, timeout_s=40)
            brief, question = telegram.bot_messages(READER)
            assert "traced" in brief.text
            assert "If it is not here, press the button." in question.text
            [button] = question.buttons
            await telegram.user_presses(READER, question.id, button["callback_data"])
            await telegram.wait_for(lambda: question.text == brief.text, timeout_s=40)
        assert len(model.requests) == 1


async def test_an_update_sent_while_nothing_runs_is_answered_by_the_next_start(tmp_path: Path) -> None:
    async with PlaygroundServer() as telegram, ModelServer() as model:
        telegram.user_sends(READER, "/help")
        async with run_process(telegram, model, tmp_path):
            await telegram.wait_for(lambda: telegram.bot_messages(READER), timeout_s=40)
        async with run_process(telegram, model, tmp_path):
            telegram.user_sends(READER, "/privacy")
            await telegram.wait_for(lambda: len(telegram.bot_messages(READER)) == 2, timeout_s=40)
        said = [stored.text for stored in telegram.bot_messages(READER)]
        assert said[0].startswith("Send me one of these")
        assert said[1].startswith("What I keep")
