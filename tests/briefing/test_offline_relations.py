"""Somebody's lawyer, sister or office is not that one: whose words they are, in flags and in statements."""

import pytest

from tests.briefing.offline import draft_of, said


def last_speaker(language: str, text: str) -> str | None:
    return said(text, language)[-1][0]


@pytest.mark.parametrize(
    ("language", "met", "source"),
    [
        ("en", "Otto Smith met the mayor.", "{}’s lawyer said the mayor had lied to the court."),
        ("en", "Otto Smith met the mayor.", "Otto {}’s critics said the mayor had lied to the court."),
        ("en", "Otto Smith met the mayor.", "A lawyer for {} said the mayor had lied to the court."),
        ("en", "Otto Smith met the mayor.", "The lawyer of Otto {} said the mayor had lied to the court."),
        ("en", "Otto Smith met the mayor.", "“The mayor lied to the court for years,” said {}’s sister."),
        ("en", "Otto Smith met the mayor.", "His lawyer said the mayor had lied to the court."),
        ("en", "Otto Smith met the mayor.", "{}’s Treasury secretary said the mayor had lied to all."),
        ("en", "Otto Smith met the mayor.", "A lawyer representing {} said the mayor had lied to all."),
        ("de", "Otto Smith traf den Rat.", "{}s früherer Anwalt sagte, der Bürgermeister habe viel gelogen."),
        ("fr", "Otto Smith a vu le maire.", "L’avocat parisien de M. {} affirme que le maire a menti."),
        (
            "de",
            "Otto Smith traf den Bürgermeister.",
            "{}s Anwalt sagte, der Bürgermeister habe viel gelogen.",
        ),
        ("de", "Otto Smith traf den Bürgermeister.", "Ein Sprecher von {} sagte, der Rat habe ihn belogen."),
        ("de", "Otto Smith traf den Bürgermeister.", "Der Anwalt Otto {}s sagte, der Rat habe ihn belogen."),
        ("de", "Otto Smith traf den Bürgermeister.", "Seine Schwester sagte, der Rat habe ihn belogen."),
        ("fr", "Otto Smith a vu le maire.", "L’avocate de M. {} affirme que le maire a menti au tribunal."),
        ("fr", "Otto Smith a vu le maire.", "Son avocat affirme que le maire a menti au tribunal."),
        ("es", "Otto Smith vio al alcalde.", "El abogado de {} afirmó que el alcalde mintió al tribunal."),
        ("es", "Otto Smith vio al alcalde.", "Su abogado afirmó que el alcalde mintió al tribunal."),
        ("ru", "Отто Симонов встретил мэра.", "Адвокат Отто Симонова заявил, что мэр солгал суду."),
        ("ru", "Отто Симонов встретил мэра.", "Его адвокат заявил, что мэр солгал суду."),
        ("ru", "Анна Симонова встретила мэра.", "Адвокат Анны Симоновой заявил, что мэр солгал суду."),
        ("uk", "Отто Симонов зустрів мера.", "Адвокат Отто Симонова заявив, що мер збрехав суду."),
        ("uk", "Отто Симонов зустрів мера.", "Його адвокат заявив, що мер збрехав суду."),
    ],
)
def test_who_speaks_for_or_about_somebody_is_somebody_else(language: str, met: str, source: str) -> None:
    text = f"{met} {source.format('Smith')}"
    speaker = last_speaker(language, text)
    assert speaker is not None
    assert speaker not in {"Otto Smith", "Отто Симонов", "Отто Симонова", "Анна Симонова", "Анны Симоновой"}
    assert speaker in text


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "Smith’s lawyer, Ann Poole, said the mayor had lied to the court.", "Ann Poole"),
        ("en", "The mayor’s deputy, Ann Poole, said the mayor had lied to the court.", "Ann Poole"),
        ("en", "A spokesman for the union, Ann Poole, said the mayor had lied to the court.", "Ann Poole"),
        ("fr", "Le porte-parole du parquet Jean Roy affirme que le maire a menti au tribunal.", "Jean Roy"),
        ("es", "El portavoz del gobierno Juan Pérez afirmó que el alcalde mintió al tribunal.", "Juan Pérez"),
        ("ru", "Представитель прокуратуры Иван Петров заявил, что мэр солгал суду.", "Иван Петров"),
        ("ru", "Адвокат Анна Петрова заявила, что мэр солгал суду.", "Анна Петрова"),
        ("en", "Ann Poole, a lawyer for Otto Smith, said the mayor had lied to the court.", "Ann Poole"),
        ("fr", "Anne Roy, l’avocate d’Otto Simon, affirme que le maire a menti au tribunal.", "Anne Roy"),
        ("ru", "Анна Рудина, адвокат Отто Симонова, заявила, что мэр солгал суду.", "Анна Рудина"),
        ("uk", "Анна Рудіна, адвокатка Отто Симонова, заявила, що мер збрехав суду.", "Анна Рудіна"),
    ],
)
def test_a_name_in_apposition_speaks(language: str, text: str, speaker: str) -> None:
    assert last_speaker(language, text) == speaker


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "“The mayor lied to the court for years,” said Otto Smith in his office."),
        ("en", "Otto Smith in a letter to his team said the mayor had lied to the court."),
        ("en", "Otto Smith told his lawyer that the mayor had lied to the court."),
        ("de", "„Der Bürgermeister hat das Gericht belogen“, sagte Otto Smith in seinem Büro."),
        ("fr", "« Le maire a menti au tribunal », a déclaré Otto Smith dans son bureau."),
        ("es", "“El alcalde mintió al tribunal”, dijo Otto Smith en su oficina."),
    ],
)
def test_who_speaks_in_his_office_speaks(language: str, text: str) -> None:
    assert last_speaker(language, text) == "Otto Smith"


@pytest.mark.parametrize(
    ("source", "pronoun_means"),
    [("His lawyer", "His lawyer"), ("Smith’s critics", "Otto Smith"), ("Smith’s office", "Otto Smith")],
)
def test_he_is_the_one_who_spoke_for_somebody_unless_several_did(source: str, pronoun_means: str) -> None:
    text = f"Otto Smith met the mayor. {source} said the mayor had lied. He said the mayor took bribes."
    assert last_speaker("en", text) == pronoun_means


def test_no_statement_puts_a_lawyers_words_into_the_clients_mouth() -> None:
    text = "Otto Smith met the mayor on Monday. His lawyer said the mayor had lied to the court for years."
    draft = draft_of(text)
    assert "His lawyer said" in draft.statements[-1].text
    assert [flag.speaker for flag in draft.flags] == ["His lawyer"]
