"""Who asks asserts nothing, whatever the question holds."""

import pytest

from tests.briefing.offline import flags_of

QUESTIONS = [
    ("en", "The plan is late. The mayor asked why every single file had been hidden from everyone."),
    ("de", "Der Plan ist spät. Der Bürgermeister fragte, warum alle Räte seit Jahren davon wussten."),
    ("fr", "Le plan est en retard. Le ministre a demandé si tous les élus savaient depuis toujours."),
    ("es", "El plan va con retraso. El alcalde preguntó por qué todos los concejales lo sabían."),
    ("ru", "План запаздывает. Председатель спросил, почему абсолютно все депутаты об этом знали."),
    ("uk", "План запізнюється. Голова запитав, чому абсолютно всі депутати про це знали."),
]


@pytest.mark.parametrize(("language", "text"), QUESTIONS)
def test_a_question_is_no_assertion(language: str, text: str) -> None:
    assert flags_of(text, language) == []
