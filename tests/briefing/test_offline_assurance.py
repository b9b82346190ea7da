"""What those who answer for a danger say of it is one side's word; what an authority measured is not."""

import pytest

from tests.briefing.offline import flags_of


@pytest.mark.parametrize(
    ("language", "text", "speaker", "words"),
    [
        (
            "en",
            "Plant director Hal Orme said bacteria levels were within the legal limit.",
            "Hal Orme",
            "bacteria levels were within the legal limit",
        ),
        (
            "de",
            "Für die Anwohner habe keine Gefahr bestanden, sagte Werksleiter Uwe Kern.",
            "Uwe Kern",
            "Für die Anwohner habe keine Gefahr bestanden",
        ),
        (
            "fr",
            "Le directeur Luc Mosse a affirmé que le rejet était sans danger pour les riverains.",
            "Luc Mosse",
            "le rejet était sans danger pour les riverains",
        ),
        (
            "es",
            "El director Ian Mosso afirmó que no hay riesgo alguno en la planta.",
            "Ian Mosso",
            "no hay riesgo alguno en la planta",
        ),
        (
            "ru",
            "Директор завода Иван Мосов заявил, что концентрация не превышала нормы в посёлке.",
            "Иван Мосов",
            "концентрация не превышала нормы в посёлке",
        ),
        (
            "uk",
            "Директор заводу Іван Мосенко заявив, що концентрація не перевищувала норми в селищі.",
            "Іван Мосенко",
            "концентрація не перевищувала норми в селищі",
        ),
    ],
)
def test_a_party_with_a_stake_reassures(language: str, text: str, speaker: str, words: str) -> None:
    [(kind, who, quote)] = flags_of(text, language)
    assert (kind, quote) == ("single_interested_source", words)
    assert who is not None
    assert who.endswith(speaker)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The environment agency said bacteria levels were within the legal limit."),
        ("de", "Das Landesamt teilte mit, die Grenzwerte seien eingehalten."),
        ("fr", "L’inspection indique que le rejet était sans danger pour les riverains."),
        ("ru", "Роспотребнадзор сообщил, что концентрация не превышала нормы в посёлке."),
    ],
)
def test_an_authority_tells_what_it_measured(language: str, text: str) -> None:
    assert flags_of(text, language) == []
