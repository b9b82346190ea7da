"""A note of context: what of a model's sentence its source bears out, in words that judge nothing."""

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from importlib.resources import files

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.checks.answers import check_answer
from bot.briefing.checks.lexicon import LANGUAGES, detect_language
from bot.briefing.checks.normalise import fold_word
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.speakers import find_speaker
from bot.briefing.checks.wording import quote_loaded, read_terms
from bot.briefing.models import Brief, Draft, DraftStatement

LONGEST_NOTE = 320


def check_note(text: str, sentences: Sequence[int], source: Article, brief: Brief) -> str | None:
    """Return a note as it may be shown, or None; raises nothing.

    It is one sentence that `source`, of which it cites sentences, bears out as an article has to bear out an
    answer. What the flags say and the source does not has no place in it, nor has a verdict.
    """
    flagged = " ".join(flag.quote for flag in brief.flags)
    valid = tuple(number for number in sentences if 1 <= number <= len(source.sentences))
    draft = Draft(headline="", statements=(DraftStatement(text=text, sentences=valid),))
    checked = check_answer(draft, source, flagged, brief.language) if valid else None
    if checked is None or checked.text is None or checked.left_out or len(checked.text) > LONGEST_NOTE:
        return None
    language = detect_language(checked.text, likely=brief.language) or brief.language
    if len(split_sentences(checked.text, language)) > 1:
        return None
    reading = Reading(source, language)
    passage = reading.read(checked.text)
    if judges(passage) or _names_another_speaker(passage, checked.sentences, reading):
        return None
    is_own = not reading.is_translated and brief.article.language == source.language
    terms = read_terms(brief.loaded, reading.lexicon) if is_own else ()
    return quote_loaded(checked.text, terms, reading)


def judges(passage: Passage) -> bool:
    """Whether a sentence passes judgement on an assertion in nobody's name, outside quotation marks."""
    if find_speaker(passage) is not None:
        return False
    pattern = _judging(passage.lexicon.language)
    return any(
        token.kind == "word" and pattern.fullmatch(token.folded) and not passage.is_quoted(token)
        for token in passage.tokens
    )


def _names_another_speaker(passage: Passage, cited: Sequence[int], reading: Reading) -> bool:
    """Whether a note gives somebody what its sentences have somebody else say; in doubt it does."""
    speaker = find_speaker(passage)
    if speaker is None or reading.is_translated:
        return False
    own = [told for number in cited if (told := reading.speaker(number)) is not None]
    return bool(own) and all(speaker.stems.isdisjoint(told.stems) for told in own)


@cache
def _judging(language: str) -> re.Pattern[str]:
    """Return what the judging words of a language look like, folded; English ones count in every language."""
    source = files("bot.briefing.checks").joinpath("data", "judging.toml").read_text("utf-8")
    lists = tomllib.loads(source)
    wanted = {"en", language} & set(LANGUAGES)
    words = [word for code in sorted(wanted) for word in lists[code].split()]
    stems = (re.escape(fold_word(word.removesuffix("*"))) + r"\w*" * word.endswith("*") for word in words)
    return re.compile("|".join(stems))
