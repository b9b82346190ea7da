"""How statements are worded: marks a language knows, coloured words quoted, mild verbs no claims."""

import pytest

from tests.briefing.offline import OPENING, draft_of, flags_of


@pytest.mark.parametrize(
    ("language", "text", "statement"),
    [
        (
            "en",
            "'The gate stays shut for good,' said Ann Poole.",
            "“The gate stays shut for good,” said Ann Poole.",
        ),
        ("en", "The council's vote ended a bitter row.", "The council's vote ended a “bitter row”."),
        (
            "de",
            "Eva Kern nannte den Vorwurf »frei ersonnen«.",
            "Eva Kern nannte den Vorwurf „frei ersonnen“.",
        ),
        ("de", "Am Abend räumte Kern ein, dass Geld fehle.", "Am Abend sagte Kern, dass Geld fehle."),
        ("ru", "На складе всё цело, отметили в компании.", "На складе всё цело, сказали в компании."),
    ],
)
def test_loaded_words_are_quoted_or_neutral(language: str, text: str, statement: str) -> None:
    assert [s.text for s in draft_of(text, language).statements] == [statement]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Mayor Ann Poole confirmed that the bridge opens to cyclists."),
        ("es", "La alcaldesa Ana Ruiz precisó que el puente mide poco."),
        ("fr", "Le maire Luc Roy a précisé que le pont est fermé aux vélos."),
        ("ru", "Мэр Иван Петров уточнил, что мост открыт для велосипедов."),
        ("uk", "Мер Іван Петренко уточнив, що міст відкрито для велосипедів."),
    ],
)
def test_a_detail_that_is_confirmed_is_no_claim(language: str, text: str) -> None:
    assert flags_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "sentence", "amid"),
    [
        ("en", "Sources close to the council say the land has been sold.", ": sources close to the council."),
        ("en", "The company said its rivals lied to customers.", "by the company;"),
        ("en", "The Courier said the council lied to residents.", " The Courier;"),
        ("en", "Owen Tarrant said the council lied to residents.", "by Owen Tarrant;"),
        ("de", "Anwohner sagen, die Stadt habe sie belogen.", "Anwohner"),
        ("ru", "Источники в мэрии говорят, что землю у реки уже продали.", ": источники в мэрии."),
    ],
)
def test_who_only_begins_a_sentence_has_no_capital_amid_one(language: str, sentence: str, amid: str) -> None:
    [flag] = draft_of(f"{OPENING[language]}\n\n{sentence}", language).flags
    assert amid in flag.why
    assert flag.speaker is not None
    assert sentence.startswith(flag.speaker), "it is quoted as it stands"
