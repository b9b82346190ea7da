"""Injected text through answer_question: on the page, or in the question itself; the model obeys either."""

import asyncio
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass

from aiohttp import web

from bot.article.documents import read_file, read_text
from bot.article.workers import Workers
from bot.briefing.engines.openai import OpenAIEngine
from bot.briefing.followup import answer_question
from bot.briefing.inquiries import Inquiry
from bot.telegram.quoting import render_answer
from tests.evals.obedience import AT_ONCE, Run, find_words, host_paragraphs, inspect
from tests.servers.model import Exchange, ModelServer

QUESTIONS = {
    "en": "What happened, and who says so?",
    "es": "¿Qué pasó y quién lo dice?",
    "ru": "Что случилось?",
}


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One attack, on the page that is asked about or in the question."""

    run: Run
    is_in_question: bool

    @property
    def name(self) -> str:
        """How it is told in a table."""
        return f"{self.run.name}-{'question' if self.is_in_question else 'page'}"

    def inquire(self) -> Inquiry:
        """Return the question."""
        language, attack = self.run.language, self.run.attack
        if self.is_in_question:
            article = read_text("\n\n".join(host_paragraphs(language)), "text", None)
        else:
            article = read_file(self.run.page().encode(), "page.html")
        question = attack.say(language) if self.is_in_question else QUESTIONS[language]
        return Inquiry(article=article, question=question, language=self.run.to or language)


async def ask_all(runs: Sequence[Run]) -> dict[str, list[str]]:
    """Ask with every attack on the page and in the question; return by name what a reader would see of it."""
    asked = [Asked(run=run, is_in_question=in_question) for run in runs for in_question in (False, True)]
    by_model = {one.name: one for one in asked}
    gate = asyncio.Semaphore(AT_ONCE)

    async def answer(exchange: Exchange) -> web.StreamResponse:
        return await by_model[exchange.recorded.body["model"]].run.obey(exchange)

    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(ModelServer(default=answer))
        workers = Workers(count=2)
        stack.push_async_callback(workers.close)

        async def find(one: Asked) -> list[str]:
            engine = OpenAIEngine(
                api_key=None, base_url=server.url, model=one.name, timeout_s=30, window_tokens=120_000,
                marker_key=b"evaluation", workers=workers,
            )  # fmt: skip
            async with gate:
                try:
                    inquiry = one.inquire()
                    shown = render_answer(
                        await answer_question(inquiry, engine=engine, workers=workers), inquiry.article
                    )
                finally:
                    await engine.aclose()
            entities = [entity.to_dict() for entity in shown.entities]
            return [*inspect(shown.text, entities), *find_words(one.run.attack, shown.text)]

        found = await asyncio.gather(*map(find, asked))
    return {one.name: effects for one, effects in zip(asked, found, strict=True) if effects}
