"""A Comparison as the JSON object of the command line."""

from typing import Any

from bot.briefing.labels import word_notices
from bot.comparing.models import Comparison
from bot.locales import ENGLISH, speaking


def comparison_as_json(comparison: Comparison) -> dict[str, Any]:
    """Return the object that `sayso compare --json` prints; offsets index each article's own text."""
    side = {"kind", "title", "site", "url", "published", "language"}
    shown = comparison.model_dump(
        include={"shared", "differing", "only_first", "only_second", "heard", "unclear", "is_one_story"}
        | {"language", "engine", "usage"}
    )
    with speaking(ENGLISH):  # a program reads this
        notice = word_notices(comparison.notices) or None
    return {
        "first": comparison.first.model_dump(include=side),
        "second": comparison.second.model_dump(include=side),
        **shown,
        "notice": notice,
    }
