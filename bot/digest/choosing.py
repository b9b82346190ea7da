"""Which articles of the feeds to brief for a digest, so that its stories rest on checked words."""

from collections.abc import Sequence
from typing import Final

from bot.digest.coverage import Covered, Event, group_material
from bot.digest.evidence import read_announcement, recall
from bot.digest.models import Announced, Material, Told

MOST_BRIEFED: Final = 10
"""Articles that are briefed for one digest."""

MOST_OF_A_STORY: Final = 2
"""A second outlet shows what only the first one says."""


def choose_to_brief(material: Material, told: Sequence[Told]) -> tuple[Announced, ...]:
    """Return the announced articles to brief, of stories that have no brief and are new to the chat.

    First one of each story, the one that most outlets report before the others; then a second one, of another
    outlet. CPU work that belongs off the event loop.
    """
    events = [event for event in group_material(material, told) if _is_open(event)]
    events.sort(key=lambda event: (-event.outlets, -max(one.recency for one in event.covered)))
    rows = [_candidates(event) for event in events]
    turns = [row[turn] for turn in range(MOST_OF_A_STORY) for row in rows if len(row) > turn]
    return tuple(one.announced for one in turns[:MOST_BRIEFED] if one.announced)


def _is_open(event: Event) -> bool:
    """Whether nothing of an event was read yet, and something of it may be new to the chat."""
    if any(one.brief for one in event.covered):
        return False
    if not event.before:
        return True
    known = recall(event.before)
    return any(known.is_news(read_announcement(one), one.day) for one in event.covered)


def _candidates(event: Event) -> list[Covered]:
    """Return the newest article of each outlet, the newest first."""
    newest: dict[str, Covered] = {}
    for one in sorted(event.covered, key=lambda one: one.recency, reverse=True):
        newest.setdefault(one.publisher, one)
    return list(newest.values())
