"""What an answer must not give away: the marker around the article, and the instructions."""

import re
from functools import lru_cache

from bot.briefing.engines.layout import Layout
from bot.briefing.models import Draft, DraftFlag

_RUN = 6
"""Words in a row of the instructions that no brief has by chance."""

_WORD = re.compile(r"\w+")


def drop_leaks(draft: Draft, layout: Layout) -> Draft:
    """Return `draft` without the statements, flags and words that repeat the marker or the instructions.

    The headline stays for the checks, which trace it to the article; the rest of the texts they cannot trace.
    """

    def leaks(*texts: str | None) -> bool:
        return any(text and _repeats(text, layout) for text in texts)

    return draft.model_copy(
        update={
            "headline": draft.statements[0].text if leaks(draft.headline) else draft.headline,
            "statements": tuple(item for item in draft.statements if not leaks(item.text)),
            "flags": tuple(_clear(flag, layout) for flag in draft.flags if not leaks(flag.quote)),
            "loaded": tuple(item for item in draft.loaded if not leaks(item.neutral)),
            "absent": tuple(party for party in draft.absent if not leaks(party)),
        }
    )


def has_leaks(draft: Draft, layout: Layout) -> bool:
    """Tell whether headline or statements repeat the marker or the instructions."""
    return any(_repeats(text, layout) for text in (draft.headline, *(item.text for item in draft.statements)))


def _clear(flag: DraftFlag, layout: Layout) -> DraftFlag:
    """Return a flag whose own words leak nothing."""
    own = {"why": flag.why, "would_verify": flag.would_verify, "translation": flag.translation or ""}
    leaking = {name: "" for name, text in own.items() if _repeats(text, layout)}
    return flag.model_copy(update=leaking) if leaking else flag


def _repeats(text: str, layout: Layout) -> bool:
    words = _WORD.findall(text.lower())
    runs = _read_runs(layout.system)
    return layout.marker in text or any(
        tuple(words[i : i + _RUN]) in runs for i in range(len(words) - _RUN + 1)
    )


@lru_cache(maxsize=4)
def _read_runs(system: str) -> frozenset[tuple[str, ...]]:
    """Return every run of words of the rules; the examples after them are there to be followed."""
    words = _WORD.findall(system.partition("# Example")[0].lower())
    return frozenset(tuple(words[i : i + _RUN]) for i in range(len(words) - _RUN + 1))
