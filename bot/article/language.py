"""Which language a text is in."""

import re
import tomllib
from functools import cache
from importlib.resources import files

UNKNOWN = "und"

_SAMPLE = 20_000  # characters
_MIN_SHARE = 0.12  # of words that are among a language's commonest, in running text
_MIN_RATIO = 1.6  # to the next language
_WORD = re.compile(r"[^\W\d_]+")


def detect_language(text: str, declared: str | None = None) -> str:
    """Return the ISO 639-1 code of the text's language, or "und".

    Counting common words tells the six languages with rules of their own apart at once; only for others is
    the general model loaded, which takes a second. What the page declares decides where neither is sure.
    """
    sample = text[:_SAMPLE]
    words = _read_words(sample)
    return _by_common_words(words) or _by_model(sample, words) or _primary(declared) or UNKNOWN


def recognise_language(text: str) -> str | None:
    """Return the code of a text's language if it is clearly one of those with rules of their own, or None."""
    return _by_common_words(_read_words(text[:_SAMPLE]))


def has_common_words(language: str) -> bool:
    """Tell whether `recognise_language` knows a language."""
    return language in _common_words()


def _read_words(text: str) -> list[str]:
    return [word.lower() for word in _WORD.findall(text)]


def _by_common_words(words: list[str]) -> str | None:
    """Return the language whose commonest words the text uses, if it is clear."""
    if len(words) < 8:
        return None
    counts = sorted(
        ((sum(word in common for word in words), language) for language, common in _common_words().items()),
        reverse=True,
    )
    (most, language), (next_most, _) = counts[0], counts[1]
    is_clear = most >= _MIN_SHARE * len(words) and most >= _MIN_RATIO * next_most
    return language if is_clear else None


def _by_model(sample: str, words: list[str]) -> str | None:
    """Ask the general model, if there is enough to ask about."""
    if not words or len("".join(words)) < 20:
        return None
    from py3langid import classify  # type: ignore[import-untyped]  # noqa: PLC0415 -- loads for a second; no types

    language, _ = classify(sample)
    return str(language)


def _primary(declared: str | None) -> str | None:
    """Return the language of a tag such as "en-GB"."""
    match = re.match(r"([a-z]{2})(?:[-_]|$)", (declared or "").strip().lower())
    return match[1] if match else None


@cache
def _common_words() -> dict[str, frozenset[str]]:
    """Read the commonest words of each language."""
    data = tomllib.loads(
        files("bot.article").joinpath("data", "common_words.toml").read_text(encoding="utf-8")
    )
    return {language: frozenset(words.split()) for language, words in data.items()}
