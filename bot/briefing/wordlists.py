"""Every language's word lists, read when this is imported, as by the process that workers are forked from.

Without it each worker reads them at its first brief, which then takes ten times as long.
"""

import gc

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks import check_draft
from bot.briefing.checks.exonyms import other_names
from bot.briefing.checks.lexicon import LANGUAGES
from bot.briefing.rules import draft_offline

_SAMPLE = "Tinsley, 2026: «Sayso».\n\nTinsley 2025."
"""A text with what has a reader of its own: a name, a number and a quotation."""


def _brief(language: str) -> None:
    """Brief a text that says nothing, which reads whatever a brief in a language needs."""
    sentences = split_sentences(_SAMPLE, language)
    article = Article(kind="text", text=_SAMPLE, sentences=sentences, language=language)
    check_draft(draft_offline(article), article)


for _language in LANGUAGES:
    _brief(_language)
other_names("")
gc.collect()
gc.freeze()  # else a worker's first collection writes to, and so copies, what it shares with all others
