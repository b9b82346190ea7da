"""Check 3: who says it, how sure it is, and whether it is so or not."""

import pytest

from bot.briefing.checks.lexicon import load_lexicon
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.reading import Reading
from bot.briefing.checks.speakers import find_speaker
from tests.briefing.checking import is_kept, make_article, number_of, tell


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "The harbour is closed, said the port captain, Ruth Amey, on Monday.", "Ruth Amey"),
        ("en", "Ruth Amey, the port captain, said that the harbour is closed.", "Ruth Amey"),
        ("en", "According to Ruth Amey, the harbour is closed.", "Ruth Amey"),
        ("en", "The Karsovian Defense Ministry reassured residents.", "Karsovian Defense Ministry"),
        ("en", "The rival admitted defeat, a source in the delegation told us.", "source"),
        ("de", "„Der Hafen ist zu“, sagte Kapitänin Ruth Amey.", "Ruth Amey"),
        ("de", "Laut Anklage floss Geld.", "Anklage"),
        ("es", "El puerto está cerrado, afirmó la capitana Ruth Amey.", "Ruth Amey"),
        ("es", "La capitana, Ruth Amey, aclaró que el puerto está cerrado.", "Ruth Amey"),
        ("fr", "« Le port est fermé », a déclaré la capitaine Ruth Amey.", "Ruth Amey"),
        ("fr", "Les écoles resteront ouvertes, précise le rectorat.", "rectorat"),
        ("ru", "«Порт закрыт, — сказала капитан Рута Амей, — и надолго».", "Рута Амей"),
        ("ru", "Министерство обороны Арвении заявило, что порт закрыт.", "Министерство обороны Арвении"),
        ("uk", "За словами Рути Амей, порт закрито.", "Рути Амей"),
        ("uk", "Порт закрито, повідомила пресслужба ради.", "пресслужба ради"),
    ],
)
def test_the_speaker_of_a_sentence_is_found(language: str, text: str, speaker: str) -> None:
    found = find_speaker(Passage(text, load_lexicon(language)))
    assert found is not None
    assert found.shown == speaker


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The harbour was closed in May."),
        ("de", "Der Hafen wurde im Mai geschlossen."),
        ("es", "El puerto se cerró en mayo."),
        ("fr", "Le port a été fermé en mai."),
        ("ru", "Порт закрыли в мае."),
        ("uk", "Порт закрили у травні."),
    ],
)
def test_an_article_that_speaks_itself_has_no_speaker(language: str, text: str) -> None:
    assert find_speaker(Passage(text, load_lexicon(language))) is None


def test_a_pronoun_and_a_role_speak_for_the_one_named_before() -> None:
    article = make_article(
        "Envoy Anton Brezny said that talks go on. The diplomat said that nothing is agreed. "
        'He said more. "And nobody hurries us at all in this."'
    )
    shown = [speaker.shown if speaker else None for speaker in Reading(article, "en").speakers]
    assert shown == ["Anton Brezny"] * 4


LOST = [
    ("en", "2.4m", "Repairs would cost £2.4m."),
    ("en", "hiding an earlier", "The council hid an earlier survey."),
    ("en", "go to court", "The club may go to court before the end of June."),
    ("en", "About 300", "About 300 people are expected."),
    ("de", "2,4 Millionen", "Die Sanierung würde 2,4 Millionen Euro kosten."),
    ("de", "verschweigen", "Der Rat verschweigt ein früheres Gutachten."),
    ("es", "2,4 millones", "La reparación costaría 2,4 millones de euros."),
    ("es", "ocultar", "El ayuntamiento ocultó un informe anterior."),
    ("fr", "2,4 millions", "Les réparations coûteraient 2,4 millions d’euros."),
    ("fr", "caché", "La mairie a caché une expertise."),
    ("ru", "2,4 млн", "Ремонт обойдётся в 2,4 млн евро."),
    ("ru", "обвинил", "Совет скрыл прежнюю экспертизу."),
    ("uk", "2,4 млн", "Ремонт коштуватиме 2,4 млн євро."),
    ("uk", "звинуватив", "Рада приховала попередню експертизу."),
]


@pytest.mark.parametrize(("language", "sentence", "text"), LOST)
def test_what_the_article_attributes_stays_attributed(language: str, sentence: str, text: str) -> None:
    article = tell(language)
    assert not is_kept(article, text, number_of(article, sentence))


KEPT = [
    ("en", "hiding an earlier", "Tarrant claimed the council had hidden an earlier survey."),
    ("en", "2.4m", "Engineers at Dorrit Lane put the cost of repairs at £2.4m in their report."),
    ("de", "verschweigen", "Tarrant beschuldigte den Rat, ein Gutachten verschwiegen zu haben."),
    ("es", "ocultar", "Según Tarrant, el ayuntamiento ocultó un informe anterior."),
    ("fr", "caché", "Selon Tarrant, la mairie a caché une expertise."),
    ("ru", "обвинил", "По словам Таранова, совет скрыл прежнюю экспертизу."),
    ("uk", "звинуватив", "За словами Таранова, рада приховала попередню експертизу."),
]


@pytest.mark.parametrize(("language", "sentence", "text"), KEPT)
def test_an_attribution_in_other_words_is_an_attribution(language: str, sentence: str, text: str) -> None:
    article = tell(language)
    assert is_kept(article, text, number_of(article, sentence))


@pytest.mark.parametrize(
    ("language", "sentence", "text"),
    [
        ("en", "hiding an earlier", "Helen Varga accused the council of hiding an earlier survey."),
        (
            "en",
            "Helen Varga",
            "Tarrant told reporters that the building “is not safe and will not be safe again”.",
        ),
        ("de", "verschweigen", "Helen Varga warf dem Rat vor, ein früheres Gutachten zu verschweigen."),
        ("es", "ocultar", "Helena Varga acusó al ayuntamiento de ocultar un informe anterior."),
        ("fr", "caché", "Hélène Varga accuse la mairie d’avoir caché une expertise."),
        ("ru", "обвинил", "Елена Варга обвинила совет в сокрытии прежней экспертизы."),
        ("uk", "звинуватив", "Олена Варга звинуватила раду у приховуванні попередньої експертизи."),
    ],
)
def test_words_are_not_put_into_another_speakers_mouth(language: str, sentence: str, text: str) -> None:
    article = tell(language)
    assert not is_kept(article, text, number_of(article, sentence))


UPGRADED = [
    ("en", "go to court", "The club will go to court before the end of June, Tarrant said."),
    ("en", "march on Saturday", "Residents held a march on Saturday."),
    ("en", "two former", "Prosecutors arrested two former managers."),
    ("en", "two former", "Two former managers were convicted of fraud."),
    ("de", "klagen", "Der Verein wird vor Ende Juni klagen, sagte Tarrant."),
    ("de", "zwei frühere", "Zwei frühere Leiter wurden wegen Betrugs verurteilt."),
    ("es", "tribunales", "El club acudirá a los tribunales antes de finales de junio, dijo Tarrant."),
    ("es", "dos antiguos", "La fiscalía detuvo a dos antiguos gerentes por fraude."),
    ("fr", "saisir la justice", "Le club saisira la justice avant la fin juin, a dit Tarrant."),
    ("fr", "anciens gérants", "Deux anciens gérants ont été condamnés pour fraude."),
    ("ru", "обратиться в суд", "Клуб обратился в суд до конца июня, сказал Таранов."),
    ("ru", "двух бывших", "Двух бывших руководителей арестовали за мошенничество."),
    ("uk", "звернутися до суду", "Клуб звернувся до суду до кінця червня, сказав Таранов."),
    ("uk", "двох колишніх", "Двох колишніх керівників засудили за шахрайство."),
]


@pytest.mark.parametrize(("language", "sentence", "text"), UPGRADED)
def test_what_may_be_is_not_told_as_what_is(language: str, sentence: str, text: str) -> None:
    article = tell(language)
    assert not is_kept(article, text, number_of(article, sentence))


FLIPPED = [
    ("en", "inspected", "The pool has been inspected since 2019."),
    ("en", "1974", "The pool was not opened in 1974."),
    ("en", "no one has been", "Prosecutors are investigating two former managers, and one has been charged."),
    ("de", "1974", "Das Bad wurde 1974 nicht eröffnet."),
    ("es", "1974", "La piscina no se inauguró en 1974."),
    ("fr", "1974", "La piscine n’a pas été ouverte en 1974."),
    ("ru", "1974", "Бассейн не открыли в 1974 году."),
    ("uk", "1974", "Басейн не відкрили 1974 року."),
]


@pytest.mark.parametrize(("language", "sentence", "text"), FLIPPED)
def test_a_negation_is_neither_lost_nor_added(language: str, sentence: str, text: str) -> None:
    article = tell(language)
    assert not is_kept(article, text, number_of(article, sentence))


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("No shots were fired, the army said.", "The army said there was no gunfire."),
        ("A verdict is not expected before May.", "A verdict is expected in May at the earliest."),
        ("The plan failed to win a majority in the house.", "The plan did not win a majority in the house."),
        ("The minister denied that money was paid.", "The minister said no money was paid."),
    ],
)
def test_a_negation_in_other_words_is_no_change(source: str, text: str) -> None:
    assert is_kept(make_article(source), text, 1)


PARTIES = [
    (
        "fr",
        "La préfecture demande d’éviter la route jusqu’à midi.",
        "Le rectorat ferme deux écoles.",
        "Le rectorat demande d’éviter la route jusqu’à midi.",
    ),
    (
        "en",
        "The hospital said it counted nine victims.",
        "The council closed the road on Monday.",
        "The council counted nine victims.",
    ),
]


@pytest.mark.parametrize(("language", "source", "elsewhere", "text"), PARTIES)
def test_a_statement_begins_with_no_other_party(
    language: str, source: str, elsewhere: str, text: str
) -> None:
    article = make_article(f"{source}\n\n{elsewhere}", language)
    assert not is_kept(article, text, 1)
    assert is_kept(article, source, 1)
