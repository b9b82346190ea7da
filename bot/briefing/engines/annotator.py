"""Notes of context, written by a model from numbered sentences of sources, in one call."""

import asyncio
import secrets
import time
from collections.abc import Iterator, Sequence
from typing import Any, Final

from bot.article.models import Article
from bot.article.workers import Workers
from bot.briefing.engines.calling import Caller, WindowExceededError, Work
from bot.briefing.engines.endpoint import Endpoint, Question
from bot.briefing.engines.layout import defuse, name_language, quote_line
from bot.briefing.engines.memory import Memory
from bot.briefing.engines.reply import as_object
from bot.briefing.models import Brief, DraftNote, Usage
from bot.errors import EngineError, EngineGarbled, EngineTimeout
from prompts import load_prompt
from storage.connection import Redis

OUTPUT_TOKENS: Final = 3_000
"""Four notes take some 300 tokens; the rest is for models that think first."""

MOST_SENTENCES: Final = 6
"""Of a source: its lead, which the notes are to be written from."""

_LONGEST_SENTENCE = 600
_MOST_NOTES = 8
_MOST_CITED = 4
_LONGEST_NOTE = 700


class Annotator:
    """Writes notes by one model call, within `timeout_s`.

    Shares with the engine what is known of the server. Raises SettingsError for an address or key that allow
    no request.
    """

    def __init__(
        self,
        *,
        api_key: str | None,
        base_url: str | None,
        model: str,
        timeout_s: float,
        workers: Workers,
        effort: str | None = None,
        redis: Redis | None = None,
    ) -> None:
        endpoint = Endpoint(
            api_key=api_key, base_url=base_url, model=model, timeout_s=timeout_s, effort=effort
        )
        memory = Memory(redis, endpoint.url, model, probe_s=timeout_s)
        self._caller = Caller(endpoint, memory=memory, workers=workers)
        self._timeout_s = timeout_s
        self._prompt = load_prompt("context")

    async def write(self, sources: Sequence[Article], brief: Brief) -> tuple[tuple[DraftNote, ...], Usage]:
        """Write notes for a brief, in its language; raises EngineError, with the usage on it."""
        work = Work(deadline_s=time.monotonic() + self._timeout_s)
        question = Question(
            name=self._prompt.name,
            system=self._prompt.system,
            user=self._lay_out(sources, brief),
            schema=self._prompt.schema,
            output_tokens=OUTPUT_TOKENS,
            cache_key=f"sayso-{self._prompt.version}",
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                answer = await self._caller.ask_for_object(question, work)
        except TimeoutError as exc:
            raise EngineTimeout(f"deadline of {self._timeout_s:g} s", usage=work.usage) from exc
        except WindowExceededError as exc:
            raise EngineGarbled("sources exceed the window", usage=work.usage) from exc
        except EngineError as exc:
            exc.usage = work.usage
            raise
        return tuple(read_notes(answer)), work.usage

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._caller.aclose()

    def _lay_out(self, sources: Sequence[Article], brief: Brief) -> str:
        """Return the user message: no stranger's line can pretend to be another one, or to end them all."""
        flags = (f"flag {number}: {quote_line(flag.quote)}" for number, flag in enumerate(brief.flags, 1))
        return self._prompt.render_user(
            marker=secrets.token_hex(8),
            headline=quote_line(brief.headline),
            flags="\n".join(flags) or "no flags",
            sources="\n".join(_write_sources(sources)),
            language=name_language(brief.language),
        )


def _write_sources(sources: Sequence[Article]) -> Iterator[str]:
    """Yield the sources line by line."""
    for number, source in enumerate(sources, 1):
        named = f"title {quote_line(source.title)}, publisher {quote_line(source.site)}"
        yield f"source {number}: {named}, date {quote_line(source.published)}"
        for sentence in source.sentences[:MOST_SENTENCES]:
            text = defuse(source.text[sentence.start : sentence.end])[:_LONGEST_SENTENCE]
            yield f"[{number}.{sentence.number}] {text}"


def read_notes(answer: object) -> Iterator[DraftNote]:
    """Yield the notes of an answer; what is none, or cites nothing, is left out."""
    listed = as_object(answer).get("notes")
    for item in listed[:_MOST_NOTES] if isinstance(listed, list) else []:
        fields = as_object(item)
        text, source, flag = fields.get("text"), fields.get("source"), fields.get("flag")
        sentences = _read_numbers(fields.get("sentences"))
        if isinstance(text, str) and len(text) <= _LONGEST_NOTE and _is_number(source) and sentences:
            yield DraftNote(
                text=defuse(text), source=source, sentences=sentences, flag=flag if _is_number(flag) else None
            )


def _read_numbers(value: Any) -> tuple[int, ...]:
    numbers = value if isinstance(value, list) else []
    return tuple(number for number in numbers[:_MOST_CITED] if _is_number(number))


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 < value < 1_000
