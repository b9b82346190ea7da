"""Sentences that turn subject, verb and what was said about, in six languages."""

import pytest

from tests.briefing.offline import said


@pytest.mark.parametrize(
    ("language", "text", "speaker", "words"),
    [
        (
            "en",
            "Not a job would go, said the firm’s chief executive, Ian Voss.",
            "Ian Voss",
            "Not a job would go",
        ),
        ("en", "The bridge, Poole said, was perfectly safe for all.", "Poole", "was perfectly safe for all"),
        (
            "en",
            "The site Weir Watch goes further: the dam leaks, it says.",
            "site Weir Watch",
            "the dam leaks, it says",
        ),
        ("de", "Am Montag sagte Brandt, dass die Stadt nichts zahlt.", "Brandt", "die Stadt nichts zahlt"),
        (
            "de",
            "Zugleich stellte Brandt klar, dass die Stadt nichts zahlt.",
            "Brandt",
            "die Stadt nichts zahlt",
        ),
        (
            "de",
            "Die Brücke sei sicher, sagte am Abend die Ministerin.",
            "die Ministerin",
            "Die Brücke sei sicher",
        ),
        ("de", "Die Forderung, so Stadler, würde das Werk ruinieren.", "Stadler", "würde das Werk ruinieren"),
        (
            "de",
            "Der Chef des Rats, Dezernent Kai Brandt, sprach von Betrug am Bürger.",
            "Kai Brandt",
            "sprach von Betrug am Bürger",
        ),
        ("es", "También dijo Soto que el puente es seguro.", "Soto", "el puente es seguro"),
        ("es", "El puente, aseguró Soto, es seguro para todos.", "Soto", "es seguro para todos"),
        ("es", "Según el alcalde, Luis Soto, el puente es seguro.", "Luis Soto", "el puente es seguro"),
        (
            "es",
            "En una nota, la empresa calificó la queja de «falsa».",
            "la empresa",
            "calificó la queja de «falsa",
        ),
        ("fr", "Selon le maire, Luc Roy, le pont est sûr.", "Luc Roy", "le pont est sûr"),
        (
            "fr",
            "D’après le site Santé Libre, un rapport a été enterré.",
            "le site Santé Libre",
            "un rapport a été enterré",
        ),
        (
            "fr",
            "Une version que dément une source syndicale : un cadre a menti.",
            "une source syndicale",
            "un cadre a menti",
        ),
        ("ru", "Ранее мэр заявил, что мост безопасен.", "мэр", "мост безопасен"),
        (
            "ru",
            "Министр обороны Иван Петров назвал удар «точным и верным».",
            "Иван Петров",
            "назвал удар «точным и верным",
        ),
        (
            "ru",
            "«Это ложь», — отрезал Сотов, добавив, что никто не пострадал.",
            "Сотов",
            "никто не пострадал",
        ),
        (
            "ru",
            "Об этом сказал глава села Пётр Ким: по его словам, вода отравлена.",
            "Пётр Ким",
            "вода отравлена",
        ),
        (
            "ru",
            "«Мы не вели огня по этому селу», — передал в ответ штаб армии.",
            "штаб армии",
            "Мы не вели огня по этому селу",
        ),
        (
            "de",
            "Bürgermeisterin Petra Kolb habe den Vertrag heimlich vorbereitet, werfen ihr Kritiker vor.",
            "Kritiker",
            "Bürgermeisterin Petra Kolb habe den Vertrag heimlich vorbereitet",
        ),
        (
            "de",
            "Der Investor habe Steuern hinterzogen, wirft ihm Stadträtin Mina Okoye vor.",
            "Mina Okoye",
            "Der Investor habe Steuern hinterzogen",
        ),
        (
            "de",
            "Ohne Verkauf drohe die Pleite, heißt es in einem internen Papier, das dieser Zeitung vorliegt.",
            "einem internen Papier",
            "Ohne Verkauf drohe die Pleite",
        ),
        (
            "de",
            "Udo Quell, der den Hafen leitet, sagte, das Geld reiche für alle Kais.",
            "Udo Quell",
            "das Geld reiche für alle Kais",
        ),
        ("de", "Der Bau sei zu teuer, heißt es im Protokoll.", "Protokoll", "Der Bau sei zu teuer"),
        (
            "fr",
            "Le maire a caché le contrat aux élus, accuse l’opposante Lise Roy.",
            "Lise Roy",
            "Le maire a caché le contrat aux élus",
        ),
        (
            "es",
            "El alcalde ocultó el contrato a los concejales, denuncia la portavoz Marta Gil.",
            "Marta Gil",
            "El alcalde ocultó el contrato a los concejales",
        ),
        (
            "ru",
            "Руководство завода скрыло выброс, обвиняют его жители.",
            "жители",
            "Руководство завода скрыло выброс",
        ),
        (
            "en",
            "The port closed on Sunday after what witnesses described as a swarm of forty drones.",
            "witnesses",
            "described as a swarm of forty drones",
        ),
        (
            "es",
            "La consejera dio becas a sus amigos, según publicó el martes el portal Voz Libre.",
            "el portal Voz Libre",
            "La consejera dio becas a sus amigos",
        ),
        (
            "fr",
            "Des soignants, sous couvert d’anonymat, décrivent des nuits « ingérables ».",
            "Des soignants",
            "décrivent des nuits « ingérables",
        ),
        (
            "fr",
            "Quai Est estime que le projet créera 1 400 emplois.",
            "Quai Est",
            "le projet créera 1 400 emplois",
        ),
        (
            "ru",
            "В «Порт-Инвесте» утверждают, что проект создаст 1400 рабочих мест.",
            "Порт-Инвесте",
            "проект создаст 1400 рабочих мест",
        ),
        ("uk", "Раніше мер заявив, що міст безпечний.", "мер", "міст безпечний"),
        ("uk", "Міст, запевнив Сотенко, безпечний для всіх.", "Сотенко", "безпечний для всіх"),
        (
            "uk",
            "Одна з працівниць, яка просила не називати її, розповіла, що цех горів.",
            "Одна з працівниць",
            "цех горів",
        ),
    ],
)
def test_a_turned_sentence_keeps_its_speaker(language: str, text: str, speaker: str, words: str) -> None:
    assert said(text, language) == [(speaker, words)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "On murmure que le port a déjà changé de mains."),
        ("en", "The company has refused to say who received the email."),
        ("en", "Nobody believes the army any more."),
        ("en", "The ministry declined to say whether the plant would reopen."),
        ("de", "Der Bau sei zu teuer, heißt es in der Branche."),
        ("de", "Im Ort erzählt man sich, der Hafen habe den Besitzer gewechselt."),
        ("uk", "Містом тим часом ширилося, що порт змінив власника."),
        ("uk", "Міст, про який говорять тридцять років, не збудують ніколи."),
    ],
)
def test_hearsay_and_asides_have_no_speaker(language: str, text: str) -> None:
    assert [speaker for speaker, _ in said(text, language)] == [None]
