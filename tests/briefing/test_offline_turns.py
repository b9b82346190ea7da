"""Sentences in which several could be the speaker: by turns, told by another, close to another."""

import pytest

from tests.briefing.offline import said

TURNS = [
    (
        "en",
        "Officials say the dam is safe for now, but residents say it leaks on every side.",
        [("Officials", "the dam is safe for now"), ("residents", "it leaks on every side")],
    ),
    (
        "en",
        "Traders say the tax will close shops on the quay; the council says it will pay for the quay.",
        [
            ("Traders", "the tax will close shops on the quay"),
            ("the council", "it will pay for the quay"),
        ],
    ),
    (
        "en",
        "“The quay is ours,” Poole said, but the harbour board said that the town owns it.",
        [("Poole", "The quay is ours"), ("the harbour board", "the town owns it")],
    ),
    (
        "es",
        "La empresa dice que el dique resiste, pero los vecinos aseguran que hay grietas.",
        [("La empresa", "el dique resiste"), ("los vecinos", "hay grietas")],
    ),
    (
        "fr",
        "La préfecture affirme que l'eau est potable, mais des riverains disent qu'elle sent le gaz.",
        [("La préfecture", "l'eau est potable"), ("des riverains", "elle sent le gaz")],
    ),
    (
        "ru",
        "Власти утверждают, что плотина цела, но жители говорят, что вода уже в подвалах.",
        [("Власти", "плотина цела"), ("жители", "вода уже в подвалах")],
    ),
    (
        "uk",
        "Влада стверджує, що дамба ціла, але мешканці кажуть, що вода вже в підвалах.",
        [("Влада", "дамба ціла"), ("мешканці", "вода вже в підвалах")],
    ),
]


@pytest.mark.parametrize(("language", "text", "expected"), TURNS)
def test_each_party_of_a_sentence_says_its_own_part(
    language: str, text: str, expected: list[tuple[str, str]]
) -> None:
    assert said(text, language) == expected


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Poole said that the dam was safe, and that residents say so, too.", "Poole"),
        ("Poole said the dam was safe, but she warned that the pumps would not last.", "Poole"),
        ("Poole, who chairs the board, said the dam was safe and residents were told so.", "Poole"),
    ],
)
def test_one_party_that_goes_on_says_all_of_it(text: str, speaker: str) -> None:
    assert {name for name, _ in said(text)} == {speaker}


@pytest.mark.parametrize(
    ("language", "text", "speaker", "words"),
    [
        (
            "en",
            "A source close to the council said the contractor, Nordbau, had warned of cracks in spring.",
            "A source close to the council",
            "the contractor, Nordbau, had warned of cracks in spring",
        ),
        (
            "en",
            "Two people at the talks said the minister, Carla Voss, told friends she would resign.",
            "Two people at the talks",
            "the minister, Carla Voss, told friends she would resign",
        ),
        (
            "en",
            "The ministry said its troops, which crossed the river at night, had destroyed three depots.",
            "The ministry",
            "its troops, which crossed the river at night, had destroyed three depots",
        ),
        (
            "en",
            "The minister took 300,000 crowns, the website Lantern reports, citing bank records.",
            "the website Lantern",
            "The minister took 300,000 crowns",
        ),
        (
            "en",
            "Aides told the paper of a secret deal over the port.",
            "Aides",
            "a secret deal over the port",
        ),
        (
            "en",
            "A source close to Anna Reyes said the vote was rigged.",
            "A source close to Anna Reyes",
            "the vote was rigged",
        ),
        (
            "de",
            "Aus Kreisen der Koalition hieß es, der Minister wolle gehen.",
            "Kreisen der Koalition",
            "der Minister wolle gehen",
        ),
        ("de", "Wie die Polizei mitteilte, fehlen zwei Boote.", "die Polizei", "fehlen zwei Boote"),
        (
            "de",
            "Dem Bericht zufolge flossen Millionen nach Zypern.",
            "Bericht",
            "flossen Millionen nach Zypern",
        ),
        ("fr", "Le pont serait fragile, affirment des élus.", "des élus", "Le pont serait fragile"),
        (
            "en",
            "A consumer group on Tuesday filed a suit against Marrow Lines, accusing it of fixing fares.",
            "A consumer group",
            "accusing it of fixing fares",
        ),
        (
            "en",
            "According to a post on Harbour Talk, the firm plans refunds; it did not comment.",
            "Harbour Talk",
            "the firm plans refunds",
        ),
        (
            "de",
            "„Der Damm ist morsch“, sagte Jana Petzold von der Bürgerinitiative Sauberes Tal.",
            "Jana Petzold",
            "Der Damm ist morsch",
        ),
        (
            "de",
            "Gegner der Deponie haben dem Landkreis am Mittwoch vorgeworfen, Gutachten zurückzuhalten.",
            "Gegner der Deponie",
            "haben dem Landkreis am Mittwoch vorgeworfen, Gutachten zurückzuhalten",
        ),
        (
            "es",
            "Según el portal Salud al Día, que cita un correo, la gerencia ordenó callar.",
            "el portal Salud al Día",
            "la gerencia ordenó callar",
        ),
        (
            "ru",
            "Как пишет телеграм-канал «Луга сегодня», в больницу попали 15 детей.",
            "телеграм-канал «Луга сегодня»",
            "в больницу попали 15 детей",
        ),
        (
            "en",
            "Dravian officials gave a different account, saying their troops had left as planned.",
            "Dravian officials",
            "their troops had left as planned",
        ),
        (
            "en",
            "LivCheck's director has claimed the test will save £1bn a year; no calculation was provided.",
            "LivCheck's director",
            "the test will save £1bn a year",
        ),
        (
            "es",
            "Almendros replicó que los pliegos los redactó una comisión, y anunció una querella.",
            "Almendros",
            "los pliegos los redactó una comisión, y anunció una querella",
        ),
        ("es", "El dique cede, según denuncian los regantes.", "los regantes", "El dique cede"),
        ("ru", "Как сообщили в ведомстве, пострадали 14 человек.", "ведомстве", "пострадали 14 человек"),
    ],
)
def test_of_two_that_could_speak_the_one_who_does_is_named(
    language: str, text: str, speaker: str, words: str
) -> None:
    assert said(text, language) == [(speaker, words)]
