"""Two versions of one article → what was added, removed or put in other words."""

from rapidfuzz import fuzz, process

from bot.article.models import Article
from bot.briefing.checks.normalise import fold
from bot.briefing.models import Changes, Rewording

MIN_WORDS = 4
"""A shorter sentence that comes or goes is a caption, a button or a clock, not news."""

SAME_SENTENCE = 60.0
"""Percent of letters that an old and a new sentence must share to be two wordings of one."""

MAX_LISTED = 30
"""Changes of each kind that are listed; an article changed more than that is another article."""

MAX_PAIRED = 200
"""Sentences on each side that are searched for rewordings: their product is what that costs."""


def find_changes(before: Article, after: Article, since: str) -> Changes | None:
    """Return what `after` changed, or None when a reader would see no difference.

    `since` is the id of the brief of `before`. Sentences that only moved are no change. CPU work, linear but
    for the pairing of what is new with what is gone.
    """
    old = [before.sentence_text(sentence.number) for sentence in before.sentences]
    new = [after.sentence_text(sentence.number) for sentence in after.sentences]
    known, kept = {_spelled(text) for text in old}, {_spelled(text) for text in new}
    gone = [i for i, text in enumerate(old) if _spelled(text) not in kept]
    come = [i for i, text in enumerate(new) if _spelled(text) not in known]
    pairs = _pair([old[i] for i in gone[:MAX_PAIRED]], [new[i] for i in come[:MAX_PAIRED]])
    reworded = [
        Rewording(before=old[gone[left]], after=new[come[right]], sentence=come[right] + 1)
        for right, left in sorted(pairs.items())
    ]
    removed = [old[i] for place, i in enumerate(gone) if place not in pairs.values() and _counts(old[i])]
    added = [i + 1 for place, i in enumerate(come) if place not in pairs and _counts(new[i])]
    title = before.title if _spelled(before.title or "") != _spelled(after.title or "") else None
    if not (reworded or removed or added or title):
        return None
    return Changes(
        since=since,
        title=title,
        added=tuple(added[:MAX_LISTED]),
        removed=tuple(removed[:MAX_LISTED]),
        reworded=tuple(reworded[:MAX_LISTED]),
    )


def _pair(gone: list[str], come: list[str]) -> dict[int, int]:
    """Return for places in `come` the place in `gone` of its older wording, the most alike first."""
    found = [
        (score, right, left)
        for right, text in enumerate(come)
        for _, score, left in process.extract(text, gone, scorer=fuzz.ratio, score_cutoff=SAME_SENTENCE)
    ]
    pairs: dict[int, int] = {}
    for _, right, left in sorted(found, key=lambda item: (-item[0], item[1], item[2])):
        if right not in pairs and left not in pairs.values():
            pairs[right] = left
    return pairs


def _spelled(text: str) -> str:
    """Return the text apart from its kind of quotation marks, dashes, spaces and capitals."""
    return fold(text).text


def _counts(text: str) -> bool:
    return len(text.split()) >= MIN_WORDS
