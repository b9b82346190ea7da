"""Pictures of an article, written down by a model that sees, in one call.

What it writes is no more trusted than a pasted text, and goes the same way. Some servers leave pictures out
for a model that takes none, which then makes an article up: so a number is shown first, to be told back.
"""

import asyncio
import base64
import re
import secrets
import time
from collections.abc import Mapping, Sequence
from typing import Any

from bot.article.documents import read_transcript
from bot.article.models import Article
from bot.article.pictures import MOST_PIECES, cut_picture, draw_number
from bot.article.unreadable import ImageBroken, ImageIllegible, ImageUnread, ImageUnseen
from bot.article.workers import WorkerDied, Workers
from bot.briefing.engines.calling import Caller, WindowExceededError, Work
from bot.briefing.engines.dialect import EngineBlind
from bot.briefing.engines.endpoint import Endpoint, Question
from bot.briefing.engines.memory import Memory
from bot.briefing.engines.paying import Purse
from bot.briefing.engines.reply import as_object
from bot.briefing.models import Usage
from bot.errors import EngineError, EngineGarbled, EngineTimeout, FileTooLarge
from prompts import load_prompt
from storage.connection import Redis

OUTPUT_TOKENS = 8_000
"""A page of a newspaper has some 1,500 words, 2,000 tokens and twice that in Cyrillic."""

LIMIT_BYTES = 20 << 20
"""All pictures of one article; what Telegram lets a bot download."""

_MOST_CHARS = 20_000  # of a paragraph
_MOST_PARAGRAPHS = 300
_LINE_CHARS = 300  # of a title, a site's name, a date
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]+")


class Transcriber:
    """Reads the pictures of one article by one model call, within `timeout_s`.

    Shares with the engine what is known of the server: where there is a Redis, by the model's name. Raises
    SettingsError for an address or key that allow no request.
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
        purse: Purse | None = None,
    ) -> None:
        endpoint = Endpoint(
            api_key=api_key, base_url=base_url, model=model, timeout_s=timeout_s, effort=effort
        )
        memory = Memory(redis, endpoint.url, model, probe_s=timeout_s)
        self._caller = Caller(endpoint, memory=memory, workers=workers, purse=purse)
        self._workers = workers
        self._timeout_s = timeout_s
        self._prompt = load_prompt("transcribe")

    async def transcribe(self, images: Sequence[bytes]) -> tuple[Article, Usage]:
        """Return the article that the pictures show and what reading it cost; raises InputError leaves."""
        if sum(map(len, images)) > LIMIT_BYTES:
            raise FileTooLarge("pictures", limit_mb=LIMIT_BYTES >> 20)
        pieces = await self._cut(images)
        number = f"{secrets.randbelow(9_000) + 1_000}"
        work = Work(deadline_s=time.monotonic() + self._timeout_s)
        try:
            answer = as_object(await self._ask(number, pieces[:MOST_PIECES], work))
        except EngineBlind as exc:
            raise ImageUnseen(str(exc)) from exc
        except EngineError as exc:
            raise ImageUnread(f"{type(exc).__name__}: {exc}", reason=exc.template) from exc
        if re.sub(r"\D", "", str(answer.get("number"))) != number:
            raise ImageUnseen("the number was not told")
        article = await self._read(answer)
        is_partial = len(pieces) > MOST_PIECES
        return article.model_copy(update={"partial": is_partial}), work.usage

    async def aclose(self) -> None:
        """Close the connections to the server."""
        await self._caller.aclose()

    async def _cut(self, images: Sequence[bytes]) -> list[bytes]:
        """Make of each picture what is sent of it; one piece more than that tells that there are more."""
        pieces: list[bytes] = []
        for image in images:
            if len(pieces) > MOST_PIECES:
                break
            try:
                pieces += await self._workers.run(cut_picture, image)
            except (TimeoutError, WorkerDied) as exc:
                raise ImageBroken(type(exc).__name__) from exc
        return pieces

    async def _ask(self, number: str, pieces: Sequence[bytes], work: Work) -> object:
        """Ask the model, and give up at the deadline; raises EngineError."""
        pictures = [await asyncio.to_thread(draw_number, number), *pieces]
        question = Question(
            name=self._prompt.name,
            system=self._prompt.system,
            user=self._prompt.render_user(count=str(len(pieces))),
            schema=self._prompt.schema,
            output_tokens=OUTPUT_TOKENS,
            cache_key=f"sayso-{self._prompt.version}",
            images=tuple(f"data:image/jpeg;base64,{base64.b64encode(p).decode()}" for p in pictures),
        )
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._caller.ask_for_object(question, work)
        except TimeoutError as exc:
            raise EngineTimeout(f"deadline of {self._timeout_s:g} s") from exc
        except WindowExceededError as exc:
            raise EngineGarbled("pictures exceed the window") from exc

    async def _read(self, fields: Mapping[str, Any]) -> Article:
        """Make an article of an answer, as of a pasted text; raises InputError leaves."""
        paragraphs = _read_paragraphs(fields.get("paragraphs"))
        if fields.get("is_article") is False or fields.get("legible") is False or not paragraphs:
            raise ImageIllegible("no article")
        title, site, date = (_read_line(fields.get(name)) for name in ("title", "site", "date"))
        try:
            return await self._workers.run(read_transcript, paragraphs, title, site, date)
        except (TimeoutError, WorkerDied) as exc:
            raise ImageUnread(type(exc).__name__, reason=EngineGarbled.template) from exc


def _read_paragraphs(value: object) -> list[str]:
    """Return the paragraphs that are any; one of absurd length was made up in a loop."""
    items: list[Any] = value[:_MOST_PARAGRAPHS] if isinstance(value, list) else []
    texts = [_clean(item) for item in items if isinstance(item, str) and len(item) <= _MOST_CHARS]
    return [text for text in texts if text]


def _read_line(value: object) -> str | None:
    """Return one line of a reasonable length, or None."""
    line = " ".join(_clean(value).split()) if isinstance(value, str) else ""
    return line if line and len(line) <= _LINE_CHARS else None


def _clean(text: str) -> str:
    """Drop control characters, and what no encoding can hold; what else shows nothing goes with all text."""
    return _CONTROL.sub(" ", text.encode("utf-8", "replace").decode()).strip()
