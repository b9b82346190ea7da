"""All that the handlers work with, in one value."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.digest.delivery import Delivery
from bot.digest.gathering import Gatherer
from bot.telegram.annotations import Annotations
from bot.telegram.cancelling import Undertakings
from bot.telegram.digest_post import Issue
from bot.telegram.revisits import Revisits
from bot.telegram.sending import Sender
from bot.telegram.turns import Turns
from storage.archive import Archive
from storage.askers import AskerStore
from storage.briefs import BriefStore
from storage.budgets import Budgets
from storage.chats import ChatStore
from storage.comparisons import ComparisonStore
from storage.digests import DigestStore
from storage.feeds import FeedStore
from storage.inbox import Inbox
from storage.inline import InlineStore
from storage.limits import Limits
from storage.threads import ThreadStore

if TYPE_CHECKING:
    from bot.briefing.newsroom import Newsroom


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """Who briefs, who brings messages out, and what is remembered."""

    newsroom: "Newsroom"
    sender: Sender
    store: BriefStore
    archive: Archive
    askers: AskerStore
    comparisons: ComparisonStore
    inbox: Inbox
    chats: ChatStore
    threads: ThreadStore
    inline: InlineStore
    annotations: Annotations
    revisits: Revisits
    limits: Limits
    budgets: Budgets
    feeds: FeedStore
    gatherer: Gatherer
    delivery: Delivery[Issue]
    digests: DigestStore
    turns: Turns
    undertakings: Undertakings
    placeholder_after_s: float
    """How long a group sees only a reaction and "typing…"."""
