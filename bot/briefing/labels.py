"""Short words about a brief that every rendering of it shares."""

import contextlib
from collections.abc import Iterable
from datetime import date
from typing import Final

from bot.briefing.models import OFFLINE, Answer, Checks, ContextOutcome, FlagKind, Notice, Source
from bot.locales import N_, _, ngettext, show_day

KIND_LABELS: Final[dict[FlagKind, str]] = {
    "allegation": N_("accusation"),
    "unnamed_source": N_("unnamed source"),
    "single_interested_source": N_("one interested side"),
    "relayed_report": N_("relayed, not checked"),
    "bare_number": N_("figure without a source"),
    "prediction_or_motive": N_("forecast or motive stated as known"),
    "unattributed": N_("no source"),
    "opinion_as_fact": N_("opinion as fact"),
    "headline_beyond_text": N_("the headline says more than the text"),
}
"""English, to be translated where they are shown."""

KIND_MEANINGS: Final[dict[FlagKind, str]] = {
    "allegation": N_(
        "It accuses somebody of what no court, official finding or admission in this article establishes."
    ),
    "unnamed_source": N_("It rests on a source without a name, whom nobody can ask."),
    "single_interested_source": N_(
        "One side with a stake in it says so, and nothing else in the article bears it out."
    ),
    "relayed_report": N_(
        "It is taken from another outlet, post or leak, and the article does not say that it checked it."
    ),
    "bare_number": N_("It is a figure without a source, a date or a method."),
    "prediction_or_motive": N_("It states a forecast, a cause or a motive as if that were known."),
    "unattributed": N_("The article states it as a fact and names no source for it."),
    "opinion_as_fact": N_("It is a judgement that the article states as a fact."),
    "headline_beyond_text": N_("The headline claims more than this passage says."),
}
"""What a flag of each kind means, in one sentence."""


CONTEXT_OUTCOMES: Final[dict[ContextOutcome, str]] = {
    "found": N_("Context (not from the article)"),
    "nothing": N_("No context found"),
    "unreachable": N_("No source of context could be reached"),
}
"""What came of looking for context, as it is told; where nobody has looked, nothing is."""

TO_FLAG: Final = N_("On “{words}”:")
"""Stands before a note that bears on a flag, with the first words of that."""


def tell_context(outcome: ContextOutcome) -> str:
    """Say what came of looking for context."""
    return _(CONTEXT_OUTCOMES[outcome])


def name_source(source: Source) -> str:
    """Return a source's publisher, title and day as a reader sees them; all but the day is a stranger's."""
    day = source.date
    with contextlib.suppress(ValueError, TypeError):
        day = show_day(date.fromisoformat(source.date or ""))
    named = f"{source.publisher}: {source.title}" if source.publisher else source.title
    return f"{named}, {day}" if day else named


def word_notices(notices: Iterable[Notice]) -> str:
    """Return the notices as one text; empty when there are none."""
    return " ".join(notice.sentence for notice in notices)


def silence(answer: Answer) -> str:
    """Return what is said when there is no answer; the offline engine only looks for the question's words."""
    if answer.engine == OFFLINE:
        return _(
            "I found nothing in the article on that. Without a model I can only look for your words in it."
        )
    return _("The article does not say.")


def count_calls(calls: int) -> str:
    """Say how many calls of the model a brief took."""
    return ngettext("{count} call", "{count} calls", calls).format(count=calls)


def count_traced(checks: Checks) -> str:
    """Say how many of the statements shown were found in the article."""
    traced = _("{traced} of {statements} statements traced to the text")
    return traced.format(traced=checks.traced, statements=checks.statements)
