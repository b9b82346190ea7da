"""Which sentences of two articles say the same, by a model: numbers only, and translations beside them."""

from typing import Protocol, runtime_checkable

from bot.article.models import Article, Frozen
from bot.briefing.models import Usage


class Translated(Frozen):
    """A translation of one sentence."""

    sentence: int
    text: str


class Pairing(Frozen):
    """What a model was asked about two articles, before any check."""

    pairs: tuple[tuple[int, int], ...] = ()
    """Numbers of a sentence of the first and of one of the second article."""
    first: tuple[Translated, ...] = ()
    second: tuple[Translated, ...] = ()
    writer: str | None = None
    """The model that answered, when that is not the one that was asked first."""


@runtime_checkable
class PairingEngine(Protocol):
    """An engine that can read two articles side by side, too."""

    @property
    def name(self) -> str:
        """The model's name."""

    async def pair(self, first: Article, second: Article, language: str) -> tuple[Pairing, Usage]:
        """Pair the sentences, with translations into `language` (ISO 639-1); raises EngineError."""
