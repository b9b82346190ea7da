"""Short words about a comparison that every rendering of it shares."""

from bot.briefing.labels import count_calls
from bot.briefing.models import OFFLINE
from bot.comparing.models import Comparison
from bot.locales import _, ngettext

LONGEST_NAME = 40
"""Characters of an outlet's name."""


def name_sides(comparison: Comparison) -> tuple[str, str]:
    """Return what the two articles are called: by their outlets, numbered where these are one."""
    first = (comparison.first.site or _("first text"))[:LONGEST_NAME]
    second = (comparison.second.site or _("second text"))[:LONGEST_NAME]
    return (f"{first} (1)", f"{second} (2)") if first == second else (first, second)


def foot_of(comparison: Comparison) -> str:
    """Say how the comparison was made, and of how many sentences it could not be told."""
    calls, unclear = comparison.usage.model_calls, comparison.unclear
    left = ngettext(
        "{count} sentence could not be compared", "{count} sentences could not be compared", unclear
    )
    parts = (
        left.format(count=unclear) if unclear else None,
        _("compared offline, by rules") if comparison.engine == OFFLINE else comparison.engine,
        count_calls(calls) if calls else None,
    )
    return " · ".join(part for part in parts if part)
