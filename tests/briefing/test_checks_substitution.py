"""Check 2: what stands in another thing's place, where both are the article's own, or nearly."""

import pytest

from tests.briefing.checking import is_kept, make_article, shown

CHANGED_UNITS = [
    ("en", "Up to 70 millimetres of rain fell in Velda overnight.", "millimetres", "centimetres"),
    ("en", "The road to Velda stays shut until the end of the week.", "week", "month"),
    ("de", "Jeder Haushalt in Velda zahlte deshalb 60 Euro mehr im Jahr.", "Jahr", "Monat"),
    ("es", "El viento alcanzó en Velda los 90 km/h durante la noche.", "km/h", "m/s"),
    ("fr", "La station de Velda a relevé 12 millimètres depuis minuit.", "millimètres", "centimètres"),
    ("ru", "Дорога в Велду закрыта до конца недели.", "недели", "месяца"),
    ("uk", "Дорога до Велди закрита до кінця тижня.", "тижня", "місяця"),
]


@pytest.mark.parametrize(("language", "sentence", "unit", "other"), CHANGED_UNITS)
def test_a_unit_is_not_replaced_by_another_of_its_kind(
    language: str, sentence: str, unit: str, other: str
) -> None:
    article = make_article(sentence, language)
    assert is_kept(article, sentence, 1)
    assert not is_kept(article, sentence.replace(unit, other), 1)


CHANGED_NAMES = [
    (
        "en",
        "The first round was held in Harl. The Lissen crossing is to reopen in November.",
        "Under the deal, the Lissen crossing is to reopen in November.",
        ("Lissen", "Harl"),
    ),
    (
        "de",
        "Die erste Runde war in Harl. Die Gewerkschaft Lissa fordert sechs Prozent mehr Lohn.",
        "Sechs Prozent mehr Lohn fordert die Gewerkschaft Lissa.",
        ("Lissa", "Corvane"),
    ),
    (
        "es",
        "El festival es en Harl. El alcalde de Lissa pedirá fondos para las viviendas.",
        "Para las viviendas pedirá fondos el alcalde de Lissa.",
        ("Lissa", "Harl"),
    ),
    (
        "fr",
        "La route de Harl est coupée. La préfecture de Lissa demande d’éviter la côte.",
        "Éviter la côte, c’est ce que demande la préfecture de Lissa.",
        ("Lissa", "Harl"),
    ),
    (
        "ru",
        "Бои были. Сдались около 60 саргийских солдат. Власти Саргии и власти Верении об этом молчат.",
        "Около 60 саргийских солдат сдались в плен.",
        ("саргийских", "веренийских"),
    ),
    (
        "uk",
        "Ярмарка була в Гарлі. Міський голова Лісси попросить кошти на ремонт будинків.",
        "Кошти на ремонт будинків попросить міський голова Лісси.",
        ("Лісси", "Гарла"),
    ),
]


@pytest.mark.parametrize(("language", "source", "text", "names"), CHANGED_NAMES)
def test_a_name_is_not_replaced_by_another_one_of_the_article(
    language: str, source: str, text: str, names: tuple[str, str]
) -> None:
    article = make_article(source, language)
    assert is_kept(article, text, 2)
    assert not is_kept(article, text.replace(*names), 2)


EXCHANGED = [
    (
        "en",
        "The union wants 6%; Kestrel offers 3.5% this year and 2.5% next year.",
        "Kestrel offers 3.5% this year and 2.5% next year.",
        "Kestrel offers 2.5% this year and 3.5% next year.",
    ),
    (
        "de",
        "Das Ergebnis sank auf 17,8 Millionen Euro, nach 21,3 Millionen Euro im Vorjahr.",
        "Das Ergebnis sank von 21,3 auf 17,8 Millionen Euro.",
        "Das Ergebnis sank von 17,8 auf 21,3 Millionen Euro.",
    ),
    (
        "en",
        "The report lists 41 trees for removal, and a commission found 29 of them dangerous.",
        "The report lists 41 trees for removal, 29 of which a commission found dangerous.",
        "The report lists 29 trees for removal, 41 of which a commission found dangerous.",
    ),
    (
        "es",
        "El recuento fue el domingo. La Junta se reunirá el jueves a las 10.00 para revisarlo.",
        "La Junta se reunirá para revisarlo el jueves a las 10.00.",
        "La Junta se reunirá para revisarlo el domingo a las 10.00.",
    ),
]


@pytest.mark.parametrize(("language", "source", "kept", "changed"), EXCHANGED)
def test_numbers_and_days_stand_beside_what_they_belong_to(
    language: str, source: str, kept: str, changed: str
) -> None:
    article = make_article(source, language)
    cited = len(article.sentences)
    assert is_kept(article, kept, cited)
    assert not is_kept(article, changed, cited)


def test_a_scale_said_once_holds_for_both_ends() -> None:
    article = make_article("Die Kosten stiegen auf 17,8 Millionen Euro, nach 12,3 Millionen Euro.", "de")
    assert is_kept(article, "Die Kosten stiegen von 12,3 auf 17,8 Millionen Euro.", 1)
    assert not is_kept(article, "Die Kosten stiegen von 12,9 auf 17,8 Millionen Euro.", 1)


def test_a_year_may_be_told_as_twelve_months() -> None:
    article = make_article("Sales in Velda doubled within twelve months.", "en")
    assert is_kept(article, "Sales in Velda doubled within a year.", 1)


def test_marks_around_the_articles_own_words_across_a_comma_go() -> None:
    article = make_article("The leader, Grace Tolland, disputed this figure and left.", "en")
    statement = shown(article, 'The leader, "Grace Tolland, disputed" this figure and left.', 1)
    assert statement is not None
    assert statement.text == "The leader, Grace Tolland, disputed this figure and left."


def test_a_sentence_in_marks_that_no_quotation_bears_out_goes_from_a_translation() -> None:
    source = "„Wir haben davon lange nichts gewusst“, sagte Ruth Amelung am Montag in Lissa."
    article = make_article(source, "de")
    told = "Ruth Amelung said on Monday in Lissa that they had not known of it for long"
    statement = shown(article, f'{told}: "It is a disgrace for the whole country."', 1)
    assert statement is None or "disgrace" not in statement.text


@pytest.mark.parametrize(
    ("text", "is_faithful"),
    [
        ("Arvenia and Tagoria gave different figures on Tuesday.", True),
        ("Meridia and Tagoria gave different figures on Tuesday.", False),
        ("Arvenia and Meridia gave different figures on Tuesday.", False),
    ],
)
def test_a_country_in_another_script_is_the_one_of_the_source(text: str, *, is_faithful: bool) -> None:
    article = make_article("Арвения и Тагория во вторник назвали разные числа.", "ru")
    assert is_kept(article, text, 1) == is_faithful
