"""Builders for the tests of the offline rules."""

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.models import Draft
from bot.briefing.rules import draft_offline
from bot.briefing.rules.assertion import Assertion
from bot.briefing.rules.attribution import read_assertions
from bot.briefing.rules.pack import Pack, load_pack
from bot.briefing.rules.reading import Passage, read_passages

SIX = ("en", "de", "es", "fr", "ru", "uk")


def article_of(text: str, language: str = "en", title: str | None = None) -> Article:
    return Article(
        kind="text", text=text, sentences=split_sentences(text, language), title=title, language=language
    )


def pack_of(language: str) -> Pack:
    pack = load_pack(language)
    assert pack is not None
    return pack


def passages_of(text: str, language: str = "en") -> list[Passage]:
    return read_passages(article_of(text, language), pack_of(language).lexicon)


def assertions_of(text: str, language: str = "en") -> list[Assertion]:
    found = read_assertions(passages_of(text, language), pack_of(language))
    return [assertion for of_sentence in found.values() for assertion in of_sentence]


def said(text: str, language: str = "en") -> list[tuple[str | None, str]]:
    """Return (speaker, words) of every assertion."""
    return [
        (a.speaker.name if a.speaker else None, a.passage.slice(a.span))
        for a in assertions_of(text, language)
    ]


def draft_of(text: str, language: str = "en", title: str | None = None) -> Draft:
    return draft_offline(article_of(text, language, title))


def flags_of(text: str, language: str = "en") -> list[tuple[str, str | None, str]]:
    """Return (kind, speaker, quote) of every flag; the text stands behind a neutral first paragraph."""
    return [
        (flag.kind, flag.speaker, flag.quote)
        for flag in draft_of(f"{OPENING[language]}\n\n{text}", language).flags
    ]


OPENING = {
    "en": "The council met on Monday evening in the old town hall.",
    "de": "Der Rat kam am Montag im alten Rathaus zusammen.",
    "es": "El consejo se reunió el lunes en el antiguo salón.",
    "fr": "Le conseil s’est réuni lundi dans l’ancienne salle.",
    "ru": "Совет собрался в понедельник в старом зале.",
    "uk": "Рада зібралася в понеділок у старій залі.",
}
