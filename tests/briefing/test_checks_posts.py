"""Who speaks and who holds which post: names, titles and bodies that a statement puts in another's place."""

import pytest

from bot.briefing.checks.lexicon import load_lexicon
from bot.briefing.checks.names import read_proper
from bot.briefing.checks.passage import Passage
from bot.briefing.checks.speakers import find_speaker
from bot.briefing.checks.titles import read_posts
from tests.briefing.checking import is_kept, make_article, shown

TITLES = [
    (
        "en",
        (
            "The union's chairman, Owen Tarrant, spoke first. Finance director Moira Kettle left early. "
            "Tarrant said the depot would be sold by May."
        ),
        3,
        "Owen Tarrant, the union chairman, said the depot would be sold by May.",
        "Finance director Owen Tarrant said the depot would be sold by May.",
    ),
    (
        "de",
        (
            "Gewerkschaftssprecherin Petra Kolbe kam spät. Bürgermeister Jens Achterberg schwieg. "
            "Petra Kolbe sagte, das Depot werde im Mai verkauft."
        ),
        3,
        "Gewerkschaftssprecherin Petra Kolbe sagte, das Depot werde im Mai verkauft.",
        "Bürgermeister Petra Kolbe sagte, das Depot werde im Mai verkauft.",
    ),
    (
        "es",
        (
            "El director del festival, Pedro Lluch, habló primero. La alcaldesa Marina Osuna no acudió. "
            "Pedro Lluch dijo que todos los músicos han cobrado."
        ),
        3,
        "El director del festival Pedro Lluch dijo que todos los músicos han cobrado.",
        "El alcalde Pedro Lluch dijo que todos los músicos han cobrado.",
    ),
    (
        "ru",
        (
            "Директор завода Анна Рубцова выступила первой. Председатель профсоюза Игорь Малов сказал, "
            "что цех закроют в мае."
        ),
        2,
        "Председатель профсоюза Игорь Малов сказал, что цех закроют в мае.",
        "Директор завода Игорь Малов сказал, что цех закроют в мае.",
    ),
]


@pytest.mark.parametrize(("language", "text", "number", "own", "other"), TITLES)
def test_nobody_gets_the_post_of_somebody_else(
    language: str, text: str, number: int, own: str, other: str
) -> None:
    article = make_article(text, language)
    assert is_kept(article, own, number)
    assert not is_kept(article, other, number)


@pytest.mark.parametrize(
    ("language", "text", "holders"),
    [
        (
            "en",
            "Hugh Marlow, the operations director, met union chairman Ivo Sandrel.",
            ["hugh marlow", "ivo sandrel"],
        ),
        ("fr", "Le maire de Brévan, Luc Thébaud, est venu.", ["luc thebaud"]),
        ("es", "El portavoz del Estado Mayor de Velda calló.", []),
        ("de", "Laut seiner Verteidigerin hat W. geschwiegen.", []),
    ],
)
def test_posts_are_read_with_their_holders(language: str, text: str, holders: list[str]) -> None:
    posts = read_posts(Passage(text, load_lexicon(language)))
    lexicon = load_lexicon(language)
    wanted = [frozenset(map(lexicon.stem, name.split())) for name in holders]
    assert [post.holder for post in posts] == wanted


@pytest.mark.parametrize(
    ("language", "sentence", "speaker"),
    [
        ("en", "An inquest will open on Monday, the coroner's office said.", "coroner"),
        ("ru", "Руководство воровало; директор заверяет, что сокращений не будет.", "директор"),
        ("uk", "Спад води від середи прогнозує Роман Цвях.", "Роман Цвях"),
        ("de", "Laut der Verteidigung ist mit einem Urteil im Mai zu rechnen.", "Verteidigung"),
    ],
)
def test_the_clause_before_is_no_part_of_who_speaks(language: str, sentence: str, speaker: str) -> None:
    found = find_speaker(Passage(sentence, load_lexicon(language)))
    assert found is not None
    assert (found.shown or "").startswith(speaker)


OTHERS = [
    (
        "de",
        "Die Verteidigung schwieg. Ein Urteil wird nach Angaben des Gerichts nicht vor Februar erwartet.",
        "Nach Angaben des Gerichts wird ein Urteil nicht vor Februar erwartet.",
        ("des Gerichts", "der Verteidigung"),
    ),
    (
        "es",
        "Alianza Cívica perdió por 412 votos. La Junta informó de que votó el 61,3 % del censo.",
        "La Junta informó de que votó el 61,3 % del censo.",
        ("La Junta", "Alianza Cívica"),
    ),
    (
        "ru",
        "Редакция ждёт ответа. Полный отчёт о посёлке миссия обещает опубликовать до 25 июня.",
        "Миссия обещает опубликовать полный отчёт до 25 июня.",
        ("Миссия", "Редакция"),
    ),
]


@pytest.mark.parametrize(("language", "text", "statement", "swap"), OTHERS)
def test_another_body_of_the_article_does_not_speak_instead(
    language: str, text: str, statement: str, swap: tuple[str, str]
) -> None:
    article = make_article(text, language)
    assert is_kept(article, statement, 2)
    assert not is_kept(article, statement.replace(*swap), 2)


def test_a_person_may_be_named_where_the_article_says_she() -> None:
    article = make_article(
        "“Every manager knew,” said the union's secretary, Paula Derrin. "
        "She did not show the timesheets to reporters and said they would go to the inspectorate.",
        "en",
    )
    german = "Paula Derrin von der Gewerkschaft legte die Stundenzettel nicht vor."
    told = shown(article, german, 2)
    assert told is not None
    assert (told.text, told.sentences) == (german, (2,))


def test_a_first_name_may_be_a_month() -> None:
    article = make_article(
        "El técnico Julio Arranz calló. La cantante Inés Maldona ofreció un gran concierto.", "es"
    )
    assert is_kept(article, "El artículo elogia el concierto de Inés Maldona.", 2)
    assert not is_kept(article, "El artículo elogia el concierto de Julio Arranz.", 2)


def test_a_name_that_only_begins_sentences_is_one_by_what_is_made_of_it() -> None:
    sentences = ("Karsovia expects talks.", "He met the Karsovian delegation.", "Drivers met a driver.")
    proper = read_proper(Passage(sentence, load_lexicon("en")) for sentence in sentences)
    assert "karsovia" in proper
    assert "drivers" not in proper
