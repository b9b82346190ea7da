"""Checks 3 and 4: what is to come is not told as done, what is denied not as so, and who says so stays."""

import pytest

from tests.briefing.checking import is_kept, make_article

DONE = [
    (
        "en",
        "The company will publish the report on Friday, the board said.",
        "The board said the company published the report on Friday.",
    ),
    (
        "de",
        "Das Ministerium teilte mit, es werde die Studie prüfen.",
        "Das Ministerium teilte mit, es habe die Studie geprüft.",
    ),
    ("es", "El abogado anunció que recurrirá la sentencia.", "El abogado ha recurrido la sentencia."),
    (
        "es",
        "La próxima edición atraerá a más de 60.000 personas.",
        "La próxima edición atrajo a más de 60.000 personas.",
    ),
    ("uk", "Наступна сесія відбудеться 14 травня.", "Наступна сесія пройшла 14 травня."),
]


@pytest.mark.parametrize(("language", "source", "statement"), DONE)
def test_what_is_to_come_is_not_told_as_done(language: str, source: str, statement: str) -> None:
    article = make_article(source, language)
    assert is_kept(article, source, 1)
    assert not is_kept(article, statement, 1)


@pytest.mark.parametrize(
    ("language", "source", "statement"),
    [
        (
            "en",
            "Asked whether a date for the next meeting had been agreed, Brezny said that it had not.",
            "Brezny said no date had been agreed for the next meeting.",
        ),
        (
            "fr",
            "Le maire a dit qu'il demandera des fonds à la région.",
            "Le maire a dit qu'il demanderait des fonds à la région.",
        ),
        (
            "de",
            "Einem Bericht des Magazins zufolge soll ein Nachfolger heimlich durchs Haus gelaufen sein.",
            "Das Magazin berichtet, ein Nachfolger sei heimlich durchs Haus gelaufen.",
        ),
    ],
)
def test_what_is_only_put_otherwise_is_kept(language: str, source: str, statement: str) -> None:
    assert is_kept(make_article(source, language), statement, 1)


DECIDED = [
    (
        "en",
        "A request from the Thornby Players for a grant of £750 was deferred.",
        "A £750 grant for the Thornby Players was approved.",
    ),
    (
        "es",
        "La Junta se reunirá el jueves para examinar las reclamaciones, según la convocatoria.",
        "La Junta rechazó el jueves las reclamaciones, según la convocatoria.",
    ),
]


@pytest.mark.parametrize(("language", "source", "statement"), DECIDED)
def test_a_decision_that_is_awaited_is_not_told_as_made(language: str, source: str, statement: str) -> None:
    article = make_article(source, language)
    assert is_kept(article, source, 1)
    assert not is_kept(article, statement, 1)


VERDICTS = [
    ("en", "No one has been arrested, the police said.", "The police said that two men have been arrested."),
    (
        "de",
        "W. steht seit Montag wegen des Vorwurfs der Untreue vor Gericht.",
        "W. sitzt seit Montag wegen Untreue im Gefängnis.",
    ),
]


@pytest.mark.parametrize(("language", "source", "statement"), VERDICTS)
def test_a_verdict_that_is_only_denied_or_awaited_is_not_stated(
    language: str, source: str, statement: str
) -> None:
    article = make_article(source, language)
    assert is_kept(article, source, 1)
    assert not is_kept(article, statement, 1)


def test_a_charge_may_be_told_in_the_subjunctive() -> None:
    article = make_article(
        "Die Staatsanwaltschaft wirft Jochen W. Untreue in elf Fällen vor. W. wies die Vorwürfe zurück.", "de"
    )
    told = (
        "Jochen W. weist den Vorwurf der Staatsanwaltschaft zurück, er habe sich in elf Fällen der Untreue "
        "schuldig gemacht."
    )
    assert is_kept(article, told, 1, 2)
    assert not is_kept(article, "Jochen W. hat sich in elf Fällen der Untreue schuldig gemacht.", 1, 2)


DENIED = [
    (
        "en",
        "The director said that no delivery of medicines has been delayed by the stoppage.",
        "The director said that every delivery of medicines has been delayed by the stoppage.",
    ),
    (
        "en",
        "Talks at the conciliation service ended without a deal.",
        "Talks at the conciliation service ended with a deal.",
    ),
    (
        "fr",
        "Le maire a assuré que la vente du terrain n’a jamais été envisagée.",
        "Le maire a assuré que la vente du terrain a été envisagée.",
    ),
    (
        "ru",
        "Поимённых списков погибших ни одна из сторон не опубликовала.",
        "Стороны опубликовали поимённые списки погибших.",
    ),
]


@pytest.mark.parametrize(("language", "source", "statement"), DENIED)
def test_a_word_that_both_sides_hold_does_not_make_up_for_a_denial(
    language: str, source: str, statement: str
) -> None:
    article = make_article(source, language)
    assert is_kept(article, source, 1)
    assert not is_kept(article, statement, 1)


LOST = [
    (
        "Ein Urteil wird nach Angaben des Gerichts nicht vor Februar erwartet.",
        "de",
        "A verdict is not expected before February.",
        "According to the court, a verdict is not expected before February.",
    ),
    (
        "“Dead people were made to vote at nine tables,” said the candidate, Marcela Quintral, on Friday.",
        "en",
        "Dead people were made to vote at nine tables, but showed no evidence.",
        "Marcela Quintral said dead people were made to vote at nine tables, but showed no evidence.",
    ),
    (
        "Karsovia expects talks before the end of the month, the minister Anton Brezny said on Thursday.",
        "en",
        "Karsovia expects talks before the end of the month.",
        "Karsovia expects talks before the end of the month, Anton Brezny said.",
    ),
]


@pytest.mark.parametrize(("source", "language", "bare", "told"), LOST)
def test_an_expectation_or_a_lack_of_evidence_names_no_source(
    source: str, language: str, bare: str, told: str
) -> None:
    article = make_article(source, language)
    assert is_kept(article, told, 1)
    assert not is_kept(article, bare, 1)


def test_one_accusation_is_not_covered_by_who_says_the_next_thing() -> None:
    article = make_article(
        "«Руководство годами воровало деньги на ремонт печей», — заявил председатель профсоюза Игорь Малов. "
        "Директор завода Анна Рубцова заверила, что никаких сокращений не будет.",
        "ru",
    )
    told = "Профсоюз обвиняет руководство в воровстве, директор заверяет, что сокращений не будет."
    assert is_kept(article, told, 1, 2)
    bare = "Руководство воровало деньги, директор заверяет, что сокращений не будет."
    assert not is_kept(article, bare, 1, 2)
