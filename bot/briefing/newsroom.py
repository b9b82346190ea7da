"""All that can be asked about articles, with the collaborators bound: given to chats and the terminal."""

from dataclasses import dataclass
from typing import Protocol

from bot.briefing.inquiries import AnswerQuestion
from bot.briefing.models import Brief
from bot.briefing.pipeline import FindKept, MakeBrief
from bot.briefing.rebriefing import Rebrief
from bot.briefing.revisions import HasChanged, ReadAgain
from bot.comparing.pipeline import Compare


class AddContext(Protocol):
    """Adding context with its collaborators bound."""

    async def __call__(self, brief: Brief, /, *, reader_language: str) -> Brief:
        """Return a brief with notes from the sources; `reader_language` is ISO 639-1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """The ways to ask."""

    make_brief: MakeBrief
    find_kept: FindKept
    rebrief: Rebrief
    has_changed: HasChanged
    read_again: ReadAgain
    answer_question: AnswerQuestion
    compare: Compare
    add_context: AddContext | None = None
    """None where context is off."""
