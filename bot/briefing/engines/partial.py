"""An answer that is still being written → the headline and statements that are complete so far.

What comes out here is for showing while the reader waits, checked like any draft. It never becomes the
draft: that is read from the finished answer, or not at all.
"""

import asyncio
import logging
from collections.abc import Callable
from types import TracebackType
from typing import Any, Self

import jiter

from bot.briefing.engines.answer import build_beginning
from bot.briefing.models import Draft, OnPartial

PAUSE_S = 0.05
"""Between two looks at an answer: parsing what a fast model writes costs a hundredth of a processor so."""

log = logging.getLogger(__name__)


def read_beginning(content: str, sentences: int) -> Draft | None:
    """Read what is complete of an unfinished answer: headline and statements, or None before the headline."""
    text = content.lstrip()
    if not text.startswith("{"):
        return None
    try:
        fields = jiter.from_json(text.encode("utf-8", "replace"), partial_mode=True)
    except (ValueError, RecursionError):
        return None
    if not isinstance(fields, dict):
        return None
    return build_beginning(_drop_unfinished(fields, text), sentences)


def _drop_unfinished(fields: dict[str, Any], text: str) -> dict[str, Any]:
    """Leave out a last statement that is still being written: its list of sentences may go on."""
    statements = fields.get("statements")
    if not isinstance(statements, list) or next(reversed(fields)) != "statements" or _is_between(text):
        return fields
    return fields | {"statements": statements[:-1]}


def _is_between(text: str) -> bool:
    """Tell whether an unfinished answer stands between two statements, or behind the last of them."""
    head = text.rstrip().removesuffix(",")
    behind = text.rpartition(",")[0]  # when the name of the next field is being written
    return any(map(_is_whole, (head + "]}", head + "}", head, behind + "}")))


def _is_whole(text: str) -> bool:
    try:
        jiter.from_json(text.encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return False
    return True


class Partials:
    """Gives the beginnings of a draft to a consumer while the block lasts; a slow one gets the latest.

    An answer that is asked for again is shown only as far as it begins like what was shown. Without a
    consumer nothing is done; what `hides` is true of is not shown. A consumer that fails is heard no more,
    and one that still runs at the end of the block is cancelled.
    """

    def __init__(
        self, on_partial: OnPartial | None, sentences: int, *, hides: Callable[[Draft], bool] | None = None
    ) -> None:
        self._on_partial = on_partial
        self._sentences = sentences
        self._hides = hides
        self._parts: list[str] = []
        self._has_more = asyncio.Event()
        self._shown: Draft | None = None
        self._showing: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Forget the text so far: another answer begins."""
        self._parts.clear()

    def hear(self, text: str) -> None:
        """Take more of the answer's text."""
        self._parts.append(text)
        self._has_more.set()

    async def __aenter__(self) -> Self:
        if self._on_partial is not None:
            self._showing = asyncio.create_task(self._show(self._on_partial))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, exc: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._showing is not None:
            self._showing.cancel()
            await asyncio.wait({self._showing})

    async def _show(self, on_partial: OnPartial) -> None:
        while True:
            await self._has_more.wait()
            self._has_more.clear()
            draft = read_beginning("".join(self._parts), self._sentences)
            if draft is not None and self._is_news(draft) and not (self._hides and self._hides(draft)):
                self._shown = draft
                try:
                    await on_partial(draft)
                except Exception as exc:  # noqa: BLE001 -- whatever a consumer does, the draft goes on
                    log.warning("partial drafts are shown no more: %s", type(exc).__name__)
                    return
            await asyncio.sleep(PAUSE_S)

    def _is_news(self, draft: Draft) -> bool:
        """Tell whether a draft goes on from what was shown."""
        shown = self._shown
        if shown is None:
            return True
        kept = draft.statements[: len(shown.statements)]
        return (
            draft.headline == shown.headline
            and kept == shown.statements
            and len(draft.statements) > len(kept)
        )
