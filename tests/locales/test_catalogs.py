"""Every sentence that the code marks is translated, whole and well-formed, and nothing else is."""

from functools import cache
from io import BytesIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.plurals import get_plural
from babel.messages.pofile import read_po

from bot.locales import NAMES, ngettext, speaking

ROOT = Path(__file__).parents[2]
LOCALES = ROOT / "bot/locales"
TRANSLATED = sorted(set(NAMES) - {"en"})

Id = str | tuple[str, ...]


@cache
def marked() -> frozenset[Id]:
    """Every message in the code; one with a plural as the pair of both."""
    found = extract_from_dir(str(ROOT / "bot"), keywords=DEFAULT_KEYWORDS)
    return frozenset(message for _, _, message, _, _ in found)


@cache
def catalog(language: str) -> Catalog:
    path = LOCALES / language / "LC_MESSAGES/sayso.po"
    return read_po(BytesIO(path.read_bytes()), locale=language, abort_invalid=True)


def messages(language: str) -> list[Message]:
    return [message for message in catalog(language) if message.id]


def id_of(message: Message) -> Id:
    return tuple(message.id) if isinstance(message.id, (list, tuple)) else message.id


def forms(text: Id) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text,)


def strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def test_the_code_marks_many_sentences() -> None:
    assert len(marked()) > 100


def test_the_template_is_what_the_code_says() -> None:
    template = read_po(BytesIO((LOCALES / "sayso.pot").read_bytes()))
    assert {id_of(message) for message in template if message.id} == marked(), "run make messages"


def test_every_language_of_the_interface_has_its_catalog() -> None:
    assert sorted(path.name for path in LOCALES.iterdir() if (path / "LC_MESSAGES").is_dir()) == TRANSLATED
    assert list(LOCALES.rglob("*.mo")) == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_message_is_missing_or_unused_or_fuzzy(language: str) -> None:
    ids = {id_of(message) for message in messages(language)}
    assert marked() - ids == set(), "run make messages and translate"
    assert ids - marked() == set(), "run make messages"
    assert [message.id for message in messages(language) if message.fuzzy] == []
    assert list(catalog(language).obsolete) == []
    assert not catalog(language).fuzzy


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_message_is_translated_in_every_plural_form(language: str) -> None:
    rule = get_plural(language)
    assert catalog(language).plural_forms == rule.plural_forms
    for message in messages(language):
        wanted = rule.num_plurals if message.pluralizable else 1
        given = strings(message)
        assert len(given) == wanted, message.id
        assert all(given), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_those_of_the_english(language: str) -> None:
    for message in messages(language):
        wanted = placeholders(forms(id_of(message))[-1])
        for text in strings(message):
            assert placeholders(text) == wanted, text


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_surrounds_a_sentence_stays(language: str) -> None:
    """Symbols, commands and lines are the same; so are the ends that other words are put after."""
    for message in messages(language):
        for text in strings(message):
            english = forms(id_of(message))[0]
            assert text.count("\n") == english.count("\n"), text
            assert text == text.strip(), text
            assert "  " not in text, text
            assert text.endswith("…") == english.endswith("…"), text
            assert text.endswith(":") == english.endswith(":"), text
            assert (text[0] in "⚠✂👀🔄🗣🚪📚⚙•") == (english[0] in "⚠✂👀🔄🗣🚪📚⚙•"), text
            for command in ("/brief", "/help", "/forget", "/settings"):
                assert (command in text) == (command in english), text


@pytest.mark.parametrize(("language", "letters"), [("ru", "ъыэё"), ("uk", "іїєґ")])
def test_the_two_cyrillic_languages_are_not_mixed_up(language: str, letters: str) -> None:
    other = {"ru": "іїєґ", "uk": "ъыэё"}[language]
    said = " ".join(form for message in messages(language) for form in strings(message)).lower()
    assert not set(said) & set(other)
    assert set(said) & set(letters)


@pytest.mark.parametrize(
    ("language", "counted"),
    [
        ("de", {1: "1 Tag", 2: "2 Tage", 21: "21 Tage"}),
        ("fr", {0: "0 jour", 1: "1 jour", 2: "2 jours"}),
        ("ru", {1: "1 день", 2: "2 дня", 5: "5 дней", 11: "11 дней", 21: "21 день", 22: "22 дня"}),
        ("uk", {1: "1 день", 2: "2 дні", 5: "5 днів", 12: "12 днів", 21: "21 день", 24: "24 дні"}),
    ],
)
def test_numbers_take_their_forms(language: str, counted: dict[int, str]) -> None:
    with speaking(language):
        said = {days: ngettext("{days} day", "{days} days", days).format(days=days) for days in counted}
    assert said == counted
