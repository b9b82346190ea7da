"""A prosecutor who says that there is nothing against somebody accuses nobody."""

import pytest

from tests.briefing.offline import flags_of

CLEARED = [
    ("en", "The state's prosecutor said that no complaint had been filed."),
    ("en", "The prosecutor's office said there was no evidence of fraud."),
    ("en", "Prosecutors said that the mayor was not a suspect in the bribery case."),
    ("de", "Der Staatsanwalt sagte, es gebe keine Hinweise auf Betrug."),
    ("fr", "Le parquet a indiqué qu'aucune plainte n'avait été déposée."),
    ("es", "La fiscalía señaló que no hay indicios de fraude en el contrato."),
    ("ru", "В прокуратуре сообщили, что нарушений не выявлено ни в одном договоре."),
    ("uk", "У прокуратурі повідомили, що порушень не виявлено в жодному договорі."),
]
ACCUSED = [
    ("en", "The prosecutor said that the mayor had taken bribes for six years."),
    (
        "en",
        "Prosecutors said there was no evidence against the mayor, but his deputy had taken bribes.",
    ),
    ("de", "Der Staatsanwalt sagte, der Bürgermeister habe sechs Jahre lang Bestechungsgeld genommen."),
    ("fr", "Le parquet affirme que le maire a détourné des fonds publics pendant six ans."),
    ("es", "La fiscalía sostiene que el alcalde cobró sobornos durante seis años."),
    ("ru", "В прокуратуре заявили, что мэр шесть лет брал взятки."),
    ("uk", "У прокуратурі заявили, що мер шість років брав хабарі."),
]
AROUND = {
    "en": ("The plan is late, and costs rose. ", " The council met on Monday."),
    "de": ("Der Plan ist spät. ", " Der Rat tagte am Montag."),
    "fr": ("Le plan est en retard. ", " Le conseil s'est réuni lundi."),
    "es": ("El plan va con retraso. ", " El pleno se reunió el lunes."),
    "ru": ("План запаздывает. ", " Совет собрался в понедельник."),
    "uk": ("План запізнюється. ", " Рада зібралася в понеділок."),
}


def allegations(language: str, sentence: str) -> list[str]:
    before, after = AROUND[language]
    return [quote for kind, _, quote in flags_of(before + sentence + after, language) if kind == "allegation"]


@pytest.mark.parametrize(("language", "sentence"), CLEARED)
def test_nothing_against_somebody_is_no_accusation(language: str, sentence: str) -> None:
    assert allegations(language, sentence) == []


@pytest.mark.parametrize(("language", "sentence"), ACCUSED)
def test_what_a_prosecutor_says_somebody_did_is_one(language: str, sentence: str) -> None:
    assert allegations(language, sentence)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Prosecutors said four people died in the fire."),
        ("de", "Nach Angaben der Staatsanwaltschaft starben vier Menschen bei dem Brand."),
        ("de", "Die Staatsanwaltschaft teilte mit, vier Menschen seien gestorben."),
        ("es", "La fiscalía informó que cuatro personas murieron en el incendio."),
        ("fr", "Selon le parquet, deux personnes sont mortes et six ont été blessées."),
        ("ru", "Прокуратура сообщила, что при пожаре погибли четыре человека."),
        ("uk", "Прокуратура повідомила, що під час пожежі загинули четверо людей."),
    ],
)
def test_a_prosecutor_who_counts_the_dead_accuses_nobody(language: str, text: str) -> None:
    assert flags_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Prosecutors said four people were killed by the driver."),
        ("en", "Prosecutors said four people died because the exits were locked."),
        ("de", "Die Staatsanwaltschaft teilte mit, vier Menschen seien durch den Fahrer getötet worden."),
        ("fr", "Le parquet a indiqué que trois personnes avaient été blessées par le suspect."),
        ("ru", "Прокуратура сообщила, что водитель сбил четырёх человек."),
    ],
)
def test_a_prosecutor_who_says_who_or_what_killed_accuses(language: str, text: str) -> None:
    assert [kind for kind, _, _ in flags_of(text, language)] == ["allegation"]
