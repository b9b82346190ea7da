"""Names with particles: "von der Heide" is one name, "Angaben der Opposition" is none."""

import pytest

from tests.briefing.offline import said


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("de", "Ursula von der Heide warf dem Bürgermeister Betrug vor.", "Ursula von der Heide"),
        ("de", "Nach Angaben von Eva Storr habe der Bürgermeister Geld genommen.", "Eva Storr"),
        ("de", "Nach Angaben der Opposition wurden 40 Millionen Euro veruntreut.", "der Opposition"),
        ("fr", "Selon M. de Villepin, le maire a pris l’argent de la société.", "M. de Villepin"),
    ],
)
def test_a_name_is_whole_and_nothing_else(language: str, text: str, speaker: str) -> None:
    assert [name for name, _ in said(text, language)] == [speaker]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "de",
            "Jan von der Heide warf dem Rat Betrug vor. Von der Heide sagte, der Rat habe Geld genommen.",
        ),
        (
            "de",
            "Jan von der Heide warf dem Rat Betrug vor. Von der Heide warf auch dem Landrat Betrug vor.",
        ),
        ("en", "Jan van der Meer accused the mayor of fraud. Van der Meer said the mayor had taken cash."),
        ("es", "“El alcalde sobornó a todos”, dijo Vicente del Bosque. Del Bosque afirmó que el juez calló."),
        ("es", "José Ortega y Gasset afirmó que el juez calló. Según Ortega y Gasset, el juez mintió ayer."),
        ("fr", "Anne de La Roche affirme que le maire a menti. De La Roche affirme que le préfet a menti."),
        ("fr", "Anne de La Roche affirme que le maire a menti. Selon Mme de La Roche, le préfet a menti."),
        ("fr", "Jean de Villepin affirme que le maire a menti. Selon M. de Villepin, le préfet a menti."),
    ],
)
def test_a_surname_with_its_particle_is_the_one_named_before(language: str, text: str) -> None:
    first, second = (name for name, _ in said(text, language))
    assert first == second
    assert first is not None
    assert len(first.split()) > 2


def test_who_is_said_to_be_from_a_body_is_not_called_like_it() -> None:
    text = (
        "Jan von der Heide warf dem Rat Betrug vor. Von der Partei sagte niemand, dass der Rat gelogen habe."
    )
    assert said(text, "de")[-1][0] == "niemand"
