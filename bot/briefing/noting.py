"""Notes of context as a model writes them, from numbered sentences of sources."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from bot.article.models import Article, Frozen
from bot.briefing.models import Brief, Usage


class DraftNote(Frozen):
    """One note, before any check: the source it rests on, that one's sentences, and its flag, by number."""

    text: str
    source: int
    sentences: tuple[int, ...]
    flag: int | None = None


class DraftNotes(Frozen):
    """What a model wrote."""

    notes: tuple[DraftNote, ...] = ()
    writer: str | None = None
    """The model that wrote it, when that is not the one that was asked first."""


@runtime_checkable
class NotingEngine(Protocol):
    """An engine that can write notes from sources, too."""

    async def annotate(self, sources: Sequence[Article], brief: Brief) -> tuple[DraftNotes, Usage]:
        """Write notes for a brief, in its language; raises EngineError."""
