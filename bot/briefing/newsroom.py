"""All that can be asked about articles, with the collaborators bound: given to chats and the terminal."""

from dataclasses import dataclass

from bot.briefing.inquiries import AnswerQuestion
from bot.briefing.pipeline import FindKept, MakeBrief
from bot.briefing.rebriefing import Rebrief
from bot.briefing.revisions import HasChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class Newsroom:
    """The ways to ask."""

    make_brief: MakeBrief
    find_kept: FindKept
    rebrief: Rebrief
    has_changed: HasChanged
    answer_question: AnswerQuestion
