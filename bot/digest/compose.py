"""What came since a chat's last digest → the digest: stories, who says what, on whose word, and what is new.

Nothing here is written: each word is a checked statement, a quotation that code has found, or a title.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from operator import itemgetter
from typing import Final

from bot.briefing.checks.passage import Passage
from bot.briefing.engines.paying import lacks_budget
from bot.briefing.models import OFFLINE, Notice
from bot.comparing.accounts import Account, read_claim
from bot.comparing.stories import LEAD_CHARS
from bot.digest.coverage import Covered, Event, group_material
from bot.digest.evidence import Evidence, Others, read_announcement, read_evidence, read_line, recall
from bot.digest.models import Assertion, Digest, Material, Piece, Story, Told
from bot.locales import N_

MOST_STORIES: Final = 50
"""Stories that a digest holds; a page shows ten."""

MOST_PIECES: Final = 12
MOST_SAID: Final = 8
MOST_FLAGGED: Final = 6
MOST_REMEMBERED: Final = 40
"""Sentences of a story that the next digests are compared with."""

UNPAID: Final = N_("Some of these briefs were made offline, because a budget left no room for a model.")

_OUTLETS_COUNTED = 5
_READERS_COUNTED = 3
_FLAGS_COUNTED = 3


def compose_digest(
    material: Material, told: Sequence[Told], *, now: datetime, day: date, language: str | None = None
) -> Digest | None:
    """Return the digest for the local date `day`, or None when there is nothing new.

    `language` is the reader's: briefs in it lead. CPU work that belongs off the event loop.
    """
    events = group_material(material, told)
    found = [(event, story) for event in events if (story := _tell(event, now, language))]
    if not found:
        return None
    found.sort(key=lambda pair: _rank(*pair))
    kept = found[:MOST_STORIES]
    covered = [one for event, _ in kept for one in event.covered]
    stories = tuple(story for _, story in kept)
    return Digest(
        id=_name(stories, now),
        day=day,
        stories=stories,
        articles=len(covered),
        read=sum(one.brief is not None for one in covered),
        engines=tuple(sorted({one.brief.engine for one in covered if one.brief})),
        notices=_tell_unpaid(covered),
        left_out=len(found) - len(kept),
    )


def _tell_unpaid(covered: Iterable[Covered]) -> tuple[Notice, ...]:
    """Say that briefs were made offline because the chat's budget did not pay for a model's."""
    return (Notice(template=UNPAID),) if any(one.brief and lacks_budget(one.brief) for one in covered) else ()


def _rank(event: Event, story: Story) -> tuple[int, float, str]:
    """Sort the most consequential first.

    Two points for each outlet and for each time that somebody of the chat asked for an article, one for each
    flag on one side's word, one for a story that goes on; what is newest first among equals.
    """
    points = (
        2 * min(event.outlets, _OUTLETS_COUNTED)
        + 2 * min(event.readers, _READERS_COUNTED)
        + min(len(story.flagged), _FLAGS_COUNTED)
        + story.is_known
    )
    return -points, -max(one.recency for one in event.covered), story.line


def _tell(event: Event, now: datetime, language: str | None) -> Story | None:
    """Return the story of an event; None when the chat knows all of it."""
    covered = sorted(event.covered, key=lambda one: _lead_rank(one, language), reverse=True)
    evidence = [found for one in covered for found in read_evidence(one)]
    news = evidence
    if event.before:
        known = recall(event.before)
        news = [found for found in evidence if known.is_news(found.claim, found.covered.day)]
        telling = [one for one in covered if any(found.covered is one for found in news)]
        telling += [
            one for one in covered if one.brief is None and known.is_news(read_announcement(one), one.day)
        ]
        if not telling:
            return None
        covered.sort(key=lambda one: one is not telling[0])
    return _write(covered, news, is_known=bool(event.before), told=_remember(event, covered, evidence, now))


def _lead_rank(covered: Covered, language: str | None) -> tuple[bool, bool, int, bool, int, float]:
    """Sort by how well an article speaks for its story: read, in the reader's language, asked for, rich."""
    brief = covered.brief
    return (
        brief is not None,
        brief is not None and brief.language == language,
        covered.readers,
        brief is not None and brief.engine != OFFLINE,
        len(brief.statements) if brief else 0,
        covered.recency,
    )


def _write(covered: Sequence[Covered], news: Sequence[Evidence], *, is_known: bool, told: Told) -> Story:
    """Return the story of articles, the first of which leads, with what is new of them."""
    first, shown, others = covered[0], covered[:MOST_PIECES], Others(covered)
    line = read_line(first.brief) if first.brief else first.title or first.lead
    places = {id(one): place for place, one in enumerate(shown)}
    listed = [found for found in news if id(found.covered) in places]
    flagged = _choose([found for found in listed if found.assertion.kind], [], MOST_FLAGGED)
    headline = read_claim(line, first.brief.language if first.brief else first.language)
    # What a flag quotes, with its speaker, need not be stated besides.
    told_already = [headline, *(found.claim for found in flagged)]
    stated = _choose([found for found in listed if not found.assertion.kind], told_already, MOST_SAID)

    def place(found: Evidence) -> Assertion:
        update = {"piece": places[id(found.covered)], "is_lone": others.lack(found)}
        return found.assertion.model_copy(update=update)

    return Story(
        line=line,
        is_quoted=first.brief is None,
        pieces=tuple(map(_piece, shown)),
        said=tuple(map(place, stated)),
        flagged=tuple(map(place, flagged)),
        is_known=is_known,
        told=told,
    )


def _choose(evidence: Sequence[Evidence], told: Sequence[Passage], most: int) -> list[Evidence]:
    """Return what does not say the same as what was told, by turns: first the first of each article."""
    turns: dict[int, int] = {}
    placed = []
    for found in evidence:
        turn = turns[id(found.covered)] = turns.get(id(found.covered), -1) + 1
        placed.append((turn, found))
    known, chosen = list(told), list[Evidence]()
    for _, found in sorted(placed, key=itemgetter(0)):
        if len(chosen) < most and not Account(known).repeats(found.claim):
            known.append(found.claim)
            chosen.append(found)
    return chosen


def _piece(covered: Covered) -> Piece:
    brief = covered.brief
    return Piece(
        outlet=covered.outlet,
        title=covered.title,
        url=covered.url,
        kind=brief.article.kind if brief else "link",
        brief_id=brief.id if brief else None,
    )


def _remember(event: Event, covered: Sequence[Covered], evidence: Sequence[Evidence], now: datetime) -> Told:
    """Return what the next digests are compared with: all that was said of an event, shown or not."""
    said = [found.claim.text for found in evidence]
    said += [read_announcement(one).text for one in covered if one.brief is None]
    said += [text for story in event.before for text in (story.title, *story.said)]
    first = covered[0]
    return Told(
        day=now,
        title=first.title or "",
        lead=first.lead[:LEAD_CHARS],
        language=first.language,
        said=tuple(dict.fromkeys(said))[:MOST_REMEMBERED],
    )


def _name(stories: Sequence[Story], now: datetime) -> str:
    """Return an id that sorts by time and tells digests of one second apart."""
    content = "\n".join(f"{story.line} {story.pieces[0].url}" for story in stories)
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{int(now.timestamp()):08x}{digest[:8]}"
