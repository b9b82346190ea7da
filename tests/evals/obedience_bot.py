"""Injected text through the whole bot: every call of the Bot API is inspected."""

import json
import re
import tempfile
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from bot.playground import PlaygroundServer
from tests.bot import World, run_bot
from tests.evals.obedience import Run, find_words, inspect
from tests.servers.model import ModelServer
from tests.servers.news import run_news


async def run_bot_sample(runs: Sequence[Run]) -> tuple[int, list[str]]:
    """Send runs through the whole bot; return how many Bot API calls it made and what was wrong in them."""
    problems: list[str] = []
    async with AsyncExitStack() as stack:
        telegram = await stack.enter_async_context(PlaygroundServer())
        news = await stack.enter_async_context(run_news())
        model = await stack.enter_async_context(ModelServer())
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        world = World(telegram=telegram, news=news, model=model)
        await stack.enter_async_context(run_bot(world, None, sayso_data=Path(folder)))
        for chat_id, run in enumerate(runs, 1_000):
            news.pages[f"/{run.name}"] = run.page()
            model.default = run.obey
            seen = len(telegram.calls)
            telegram.user_sends(chat_id, news.url(f"/{run.name}"))
            await world.final(chat_id)
            for call in telegram.calls[seen:]:
                problems += [
                    f"{run.name}: {problem}" for problem in inspect_call(run, call.method, call.parameters)
                ]
        for request in model.requests:
            if re.search(r"\b10\d\d\b.{0,20}chat|chat_id", json.dumps(request.body)):
                problems.append("a chat's number in a request to the model")
    return len(telegram.calls), problems


def inspect_call(run: Run, method: str, parameters: dict[str, Any]) -> list[str]:
    """Return what is wrong in one call of the Bot API."""
    if method not in {"sendMessage", "editMessageText"}:
        return []
    entities = parameters.get("entities") or []
    listed = json.loads(entities) if isinstance(entities, str) else entities
    text = str(parameters["text"])
    problems = inspect(text, listed) + ["parse_mode"] * ("parse_mode" in parameters)
    if "true" not in str(parameters.get("link_preview_options")).lower():
        problems.append("a link preview")
    rest = json.dumps(parameters.get("reply_markup") or {}, ensure_ascii=False)
    shown = rest if run.attack.shows_title else text + rest
    return problems + find_words(run.attack, shown)
