import pytest

from tests.briefing.offline import assertions_of, said


@pytest.mark.parametrize(
    ("language", "text", "speaker", "words"),
    [
        ("en", "Mayor Ada Quill said that the bridge was safe.", "Ada Quill", "the bridge was safe"),
        (
            "en",
            "The bridge was closed at noon, the roads agency said.",
            "the roads agency",
            "The bridge was closed at noon",
        ),
        (
            "en",
            "According to the annual report, sales fell by a tenth.",
            "the annual report",
            "sales fell by a tenth",
        ),
        (
            "en",
            "Sales fell by a tenth, according to the annual report.",
            "the annual report",
            "Sales fell by a tenth",
        ),
        (
            "de",
            "Bürgermeisterin Ada Quill sagte, die Brücke sei sicher.",
            "Ada Quill",
            "die Brücke sei sicher",
        ),
        (
            "de",
            "Die Brücke ist gesperrt, teilte die Polizei mit.",
            "die Polizei",
            "Die Brücke ist gesperrt",
        ),
        (
            "de",
            "Nach Angaben der Polizei gab es keine Zeugen am Ort.",
            "der Polizei",
            "gab es keine Zeugen am Ort",
        ),
        ("es", "La alcaldesa Ada Quill dijo que el puente era seguro.", "Ada Quill", "el puente era seguro"),
        (
            "es",
            "Según la policía, no hubo testigos en el lugar.",
            "la policía",
            "no hubo testigos en el lugar",
        ),
        ("fr", "La maire Ada Quill a affirmé que le pont était sûr.", "Ada Quill", "le pont était sûr"),
        (
            "fr",
            "Le pont a été fermé à midi, indique la préfecture.",
            "la préfecture",
            "Le pont a été fermé à midi",
        ),
        (
            "ru",
            "Мэр Ада Квилова заявила, что мост безопасен для машин.",
            "Ада Квилова",
            "мост безопасен для машин",
        ),
        ("ru", "Мост закрыли в полдень, сообщила в среду полиция.", "полиция", "Мост закрыли в полдень"),
        (
            "uk",
            "Мерка Ада Квілова заявила, що міст безпечний для машин.",
            "Ада Квілова",
            "міст безпечний для машин",
        ),
        ("uk", "За даними поліції, свідків на місці не було.", "поліції", "свідків на місці не було"),
    ],
)
def test_a_reported_clause_finds_its_speaker(language: str, text: str, speaker: str, words: str) -> None:
    assert said(text, language) == [(speaker, words)]


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "“The road is closed for good,” said the farmer, Ian Moss, “and we know it.”", "Ian Moss"),
        (
            "de",
            "„Die Straße bleibt für immer zu“, sagte Landwirt Ian Moos, „und wir wissen das.“",
            "Ian Moos",
        ),
        ("es", "“La calle sigue cerrada”, dijo el agricultor Ian Mosso, “y todos lo sabemos”.", "Ian Mosso"),
        (
            "fr",
            "« La route reste fermée », a déclaré l’agriculteur Ian Mosse, « et on le sait. »",
            "Ian Mosse",
        ),
        ("ru", "«Дорога закрыта навсегда, — сказал фермер Иван Мосов, — и мы это знаем».", "Иван Мосов"),
        ("uk", "«Дорогу закрито назавжди, — сказав фермер Іван Мосенко, — і ми це знаємо».", "Іван Мосенко"),
    ],
)
def test_both_halves_of_a_split_quotation_belong_to_one_speaker(
    language: str, text: str, speaker: str
) -> None:
    found = assertions_of(text, language)
    assert [a.speaker.name for a in found if a.speaker] == [speaker, speaker]
    assert all(a.direct for a in found)


def test_a_pronoun_stands_for_the_person_who_spoke_last() -> None:
    text = "Chief executive Mara Lind said the plant would stay. “We keep every job here,” she said."
    assert said(text)[1][0] == "Mara Lind"


def test_a_role_stands_for_the_person_named_before() -> None:
    text = (
        "Envoy Karl Brun arrived on Monday, Karl Brun said. According to the diplomat, the talks went well."
    )
    assert said(text)[-1][0] == "Karl Brun"


def test_a_surname_becomes_the_full_name() -> None:
    assert (
        said("Karl Brun told reporters that it rained. Brun said that it rained again.")[1][0] == "Karl Brun"
    )


def test_a_quotation_alone_goes_on_from_the_sentence_before() -> None:
    text = "“It is over for all of us,” said Karl Brun. “Nobody will come back here.”"
    assert [speaker for speaker, _ in said(text)] == ["Karl Brun", "Karl Brun"]


def test_a_word_that_opens_a_source_is_no_part_of_its_name() -> None:
    assert said("Laut Gesundheitsamt wurden 1.240 Fälle gemeldet, doppelt so viele wie zuvor.", "de")[0][
        0
    ] == ("Gesundheitsamt")


def test_who_answers_in_between_speaks_in_the_quotation_that_names_nobody() -> None:
    text = (
        "La consejera Lucía Bermejo dio becas a sus amigos, según publicó el portal Voz Libre.\n\n"
        "Bermejo negó las acusaciones y anunció acciones legales. "
        "«Todo se hizo conforme a la ley», aseguró en una rueda de prensa."
    )
    assert said(text, "es")[-1] == ("Lucía Bermejo", "Todo se hizo conforme a la ley")


def test_the_last_source_of_a_sentence_is_the_outer_one() -> None:
    text = (
        "The Meldan delegation admitted that the bridge was a mistake, a source in the Karsovian camp said."
    )
    assert said(text)[0][0] == "a source in the Karsovian camp"


def test_two_verbs_with_one_subject_make_two_assertions() -> None:
    text = (
        "Director Hugh Marl admitted that staff were short, but reassured customers that no order was late."
    )
    assert [words for _, words in said(text)] == ["staff were short", "no order was late"]


def test_a_sentence_without_a_source_is_the_articles_own() -> None:
    assert said("The bridge was painted green.") == [(None, "The bridge was painted green")]


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("Police said that two cars were damaged.", "neutral"),
        ("Two officials familiar with the matter said that it was over.", "unnamed"),
        ("The rail workers’ union said that it had not been asked.", "interested"),
        ("A post shared online claims that it was staged.", "relayed"),
        ("Prosecutors said that he took the money.", "accuser"),
        ("The annual report says that sales fell.", "document"),
    ],
)
def test_sources_are_told_apart_by_what_they_are_called(text: str, standing: str) -> None:
    (assertion,) = assertions_of(text)
    assert assertion.speaker is not None
    assert assertion.speaker.standing == standing


def test_a_dateline_is_no_part_of_the_speaker() -> None:
    text = "VELDEN, March 5. /KTA/. Envoy Karl Brun said that the talks went well."
    assert said(text) == [("Karl Brun", "the talks went well")]
