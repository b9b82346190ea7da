"""Whole classes of assertions in every language: what must be flagged, and the harmless neighbour."""

import pytest

from tests.briefing.offline import draft_of, flags_of, said


def kinds_of(text: str, language: str) -> list[str]:
    return [kind for kind, _, _ in flags_of(text, language)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Everyone knows that no museum on the coast has a finer collection of maps."),
        ("de", "Niemand bei Verstand würde dieses Rathaus noch einmal wählen, das tatenlos zusieht."),
        ("fr", "Personne de sensé ne peut croire à ce projet absurde et honteux."),
        ("es", "Nadie en su sano juicio compraría semejante cacharro para su hijo."),
        ("ru", "Никто в здравом уме не поверит в этот позорный проект."),
        ("uk", "Ніхто при здоровому глузді не повірить у цей ганебний проєкт."),
    ],
)
def test_what_everybody_is_said_to_think_is_an_opinion(language: str, text: str) -> None:
    assert kinds_of(text, language) == ["opinion_as_fact"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "It was the ice on the wings that brought down the small plane."),
        ("de", "Auslöser war allein der Geiz der Betreiber, ausgelöst hat ihn der alte Vertrag."),
        ("fr", "C’est bien le brouillard qui a provoqué la chute du petit avion."),
        ("es", "Las pantallas son la causa de que los jóvenes duerman mal."),
        ("ru", "Причиной пожара стала старая проводка в подвале дома."),
        ("uk", "Пожежу в підвалі спричинила стара проводка будинку."),
    ],
)
def test_a_cause_told_as_known_is_flagged(language: str, text: str) -> None:
    assert kinds_of(text, language) == ["prediction_or_motive"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The ice on the wings brought down the plane, according to the final report of the inquiry."),
        ("de", "Laut dem Abschlussbericht hat Eis an den Flügeln den Absturz ausgelöst."),
        ("fr", "Le givre a provoqué la chute de l’avion, d’après le rapport du bureau d’enquête."),
        ("es", "El hielo causó la caída del avión, según el informe de la comisión."),
        ("ru", "Причиной падения стал лёд на крыльях, говорится в отчёте комиссии."),
        ("uk", "Падіння спричинив лід на крилах, ідеться у звіті комісії."),
    ],
)
def test_a_cause_from_a_report_is_not_flagged(language: str, text: str) -> None:
    assert kinds_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Several dealers said the museum would sell half of its paintings."),
        ("de", "Mehrere Sammler befürchten, dass das Museum die Hälfte der Bilder verkauft."),
        ("fr", "Plusieurs marchands craignent que le musée ne vende la moitié de ses tableaux."),
        ("es", "Varios coleccionistas temen que el museo venda la mitad de sus cuadros."),
        ("ru", "Несколько коллекционеров опасаются, что музей продаст половину картин."),
        ("uk", "Кілька колекціонерів побоюються, що музей продасть половину картин."),
    ],
)
def test_a_group_that_nobody_can_find_is_an_unnamed_source(language: str, text: str) -> None:
    assert kinds_of(text, language) == ["unnamed_source"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The Harbour Post understands that two more vessels were sent back last week."),
        ("de", "In Branchenkreisen gilt als ausgemacht, dass die Werft den Besitzer wechselt."),
        ("fr", "Il se murmure que le chantier naval a déjà changé de propriétaire."),
        ("es", "Se rumorea que el astillero ya ha cambiado de dueño."),
        ("ru", "По слухам, верфь уже сменила владельца."),
        ("uk", "Подейкують, що верф уже змінила власника."),
    ],
)
def test_hearsay_without_anybody_behind_it_is_an_unnamed_source(language: str, text: str) -> None:
    assert kinds_of(text, language) == ["unnamed_source"]


@pytest.mark.parametrize(
    ("language", "claim", "reply"),
    [
        (
            "en",
            "Trainer Jory Pell told the radio show Lap Talk that the coach had been giving vials to runners.",
            "The coach did not respond to a request for comment.",
        ),
        (
            "ru",
            "Тренер Игорь Пелль рассказал, что клуб раздавал бегунам ампулы.",
            "В клубе от комментариев отказались.",
        ),
        (
            "es",
            "El entrenador Jordi Pell contó que el club repartía ampollas entre los corredores.",
            "El club rechazó comentar esta afirmación.",
        ),
    ],
)
def test_what_somebody_declines_to_answer_was_an_accusation(language: str, claim: str, reply: str) -> None:
    assert kinds_of(f"{claim} {reply}", language) == ["allegation"]
    assert kinds_of(claim, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "“It is impossible to say how many remain. We are not losing optimism,” said Ivo Marsh."),
        ("de", "„Wir hoffen auf eine gute Saison und freuen uns auf die Gäste“, sagte Ivo Marsch."),
        ("fr", "« Nous espérons une belle saison et nous remercions le public », a déclaré Ivo Marsan."),
        ("es", "«Esperamos una buena temporada y damos las gracias al público», dijo Ivo Marsán."),
        ("ru", "«Мы надеемся на хороший сезон и благодарим зрителей», — сказал Иво Марш."),
        ("uk", "«Ми сподіваємося на гарний сезон і дякуємо глядачам», — сказав Іво Марш."),
    ],
)  # fmt: skip
def test_ones_own_hopes_and_thanks_are_not_flagged(language: str, text: str) -> None:
    assert kinds_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("ru", "Как пишет «Деловой вестник», три завода тайно договорились о ценах.", "Деловой вестник"),
        ("uk", "Як пише «Діловий вісник», три заводи таємно домовилися про ціни.", "Діловий вісник"),
        ("es", "Como informó el alcalde Raúl Ortega, el puente está cerrado desde ayer.", "Raúl Ortega"),
        ("fr", "Comme l’a indiqué le maire Paul Ortel, le pont est fermé depuis hier.", "Paul Ortel"),
    ],
)
def test_as_somebody_reports_names_its_source(language: str, text: str, speaker: str) -> None:
    assert said(text, language)[0][0] == speaker


def test_a_quotation_that_ends_a_reported_clause_is_read_with_it() -> None:
    (found,) = said("The union says that the contract went to Tablia, “where his own cousin works”.")
    assert found == ("The union", "the contract went to Tablia, “where his own cousin works")


def test_a_compound_is_known_by_its_last_part() -> None:
    assert kinds_of("Nach dem Mietspiegel liegt die Miete am Ring bei 8,14 Euro.", "de") == []
    assert kinds_of("Die Miete am Ring liegt inzwischen bei 8,14 Euro je Quadratmeter.", "de") == [
        "bare_number"
    ]


def test_not_all_is_no_absolute() -> None:
    assert kinds_of("Not all of her judgments held.", "en") == []
    assert kinds_of("All of her judgments held.", "en") == ["unattributed"]


def test_a_deck_before_the_text_is_neither_told_nor_flagged() -> None:
    deck = "It is said that the disgraceful old bridge is doomed"
    draft = draft_of(f"{deck}\n\nThe council met on Monday in the hall. It closed the old bridge to cars.")
    assert not any("disgraceful" in flag.quote for flag in draft.flags)
    assert not any("doomed" in statement.text for statement in draft.statements)


def test_flags_come_by_consequence() -> None:
    text = (
        "The council met on Monday.\n\nIt is a disgraceful and absurd plan.\n\n"
        "“The mayor took bribes from the builders,” said Paula Derrin."
    )
    assert [flag.kind for flag in draft_of(text).flags] == ["allegation", "opinion_as_fact"]
