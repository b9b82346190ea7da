"""Check 2: numbers, dates, names and quotations of a statement stand in its sentences."""

import pytest

from tests.briefing.checking import check, is_kept, make_article, number_of, shown, tell

FAITHFUL = [
    ("en", "Helen Varga", "Mayor Helen Varga said the building “is not safe and will not be safe again”."),
    ("en", "2.4m", "Repairs would cost £2.4 million, according to Dorrit Lane's report of March 3."),
    ("en", "14 votes", "Brackwell's council voted 14 to 9 to close the pool, according to the minutes."),
    ("en", "1974", "The pool opened in 1974."),
    ("en", "About 300", "Some 300 people are expected, a police spokesman said."),
    ("de", "2,4 Millionen", "Eine Sanierung würde nach Angaben von Dorrit Lane 2.400.000 Euro kosten."),
    ("de", "14 zu 9", "Mit 14 zu 9 Stimmen beschloss der Rat laut Protokoll die Schließung des Bades."),
    ("de", "1974", "Eröffnet wurde das Bad 1974."),
    ("es", "2,4 millones", "Según la empresa Dorrit Lane, la reparación costaría 2,4 millones de euros."),
    ("es", "14 votos", "Brackwell cerrará su piscina: lo aprobó por 14 votos a 9, según el acta."),
    ("fr", "2,4 millions", "Selon Dorrit Lane, les réparations coûteraient 2,4 millions d'euros."),
    ("fr", "14 voix", "Le conseil a voté la fermeture par 14 voix contre 9, selon le procès-verbal."),
    ("ru", "2,4 млн", "По данным «Доррит Лейн», ремонт обойдётся в 2,4 миллиона евро."),
    (
        "ru",
        "14 голосами",
        "Совет Браквелла 14 голосами против 9 решил закрыть бассейн, говорится в протоколе.",
    ),
    ("ru", "Таранов обвинил", "Олег Таранов обвинил совет в сокрытии экспертизы."),
    ("uk", "2,4 млн", "За даними «Доріт Лейн», ремонт коштуватиме 2,4 мільйона євро."),
    ("uk", "14 голосами", "Рада Браквелла 14 голосами проти 9 вирішила закрити басейн, ідеться в протоколі."),
]


@pytest.mark.parametrize(("language", "sentence", "text"), FAITHFUL)
def test_a_faithful_statement_is_shown_as_drafted(language: str, sentence: str, text: str) -> None:
    article = tell(language)
    assert is_kept(article, text, number_of(article, sentence))


CHANGED = [
    ("en", "2.4m", "Repairs would cost £2.6m, according to Dorrit Lane's report of 3 March."),
    ("en", "2.4m", "Repairs would cost £2.4bn, according to Dorrit Lane's report of 3 March."),
    ("en", "2.4m", "Repairs would cost $2.4m, according to Dorrit Lane's report of 3 March."),
    ("en", "2.4m", "Repairs would cost £2.4m, according to Dorrit Lane's report of 7 March."),
    ("en", "2.4m", "Repairs would cost £2.4m, according to Hadley Brook's report of 3 March."),
    ("en", "2.4m", "Repairs would cost £2.4m, Dorrit Lane said in a report dated 3 April."),
    (
        "en",
        "14 votes",
        "The council of Brackwell voted by 9 votes to 14 to close the pool, according to the minutes.",
    ),
    (
        "en",
        "14 votes",
        "The council of Oldminster voted 14 to 9 to close the pool, according to the minutes.",
    ),
    ("en", "1974", "The pool was opened in 1984."),
    ("en", "two former", "Prosecutors are investigating three former managers on suspicion of fraud."),
    ("en", "Saturday", "Residents plan to hold a march on Monday."),
    (
        "de",
        "2,4 Millionen",
        "Die Sanierung würde 2,9 Millionen Euro kosten, teilte Dorrit Lane am 3. März mit.",
    ),
    (
        "de",
        "2,4 Millionen",
        "Die Sanierung würde 2,4 Millionen Euro kosten, teilte Dorrit Lane am 3. Mai mit.",
    ),
    ("de", "Samstag", "Anwohner planen für Samstag eine Kundgebung in Hamburg."),
    (
        "de",
        "zwei frühere",
        "Die Staatsanwaltschaft ermittelt wegen Betrugsverdachts gegen fünf frühere Leiter.",
    ),
    (
        "es",
        "2,4 millones",
        "La reparación costaría 2,4 mil millones de euros, informó Dorrit Lane el 3 de marzo.",
    ),
    ("es", "sábado", "Los vecinos planean una marcha el sábado en Sevilla."),
    ("es", "dos antiguos", "La fiscalía investiga a cuatro antiguos gerentes por presunto fraude."),
    ("fr", "2,4 millions", "Les réparations coûteraient 2,4 millions de dollars, indique Dorrit Lane."),
    ("fr", "samedi", "Des habitants prévoient une marche dimanche à Lormont."),
    ("ru", "2,4 млн", "Ремонт обойдётся в 24 млн евро, сообщила 3 марта компания «Доррит Лейн»."),
    ("ru", "Лесногорске", "Жители планируют провести в субботу митинг в Новосибирске."),
    ("ru", "1974", "Бассейн открыли в 1977 году."),
    ("uk", "2,4 млн", "Ремонт коштуватиме 2,4 млн євро, повідомила 3 травня компанія «Доріт Лейн»."),
    ("uk", "Лісогорі", "Мешканці планують провести в суботу мітинг у Харкові."),
    ("uk", "двох", "Прокуратура перевіряє трьох колишніх керівників за підозрою в шахрайстві."),
]


@pytest.mark.parametrize(("language", "sentence", "text"), CHANGED)
def test_a_changed_number_date_name_or_unit_is_never_shown(language: str, sentence: str, text: str) -> None:
    article = tell(language)
    assert not is_kept(article, text, number_of(article, sentence))


@pytest.mark.parametrize("language", ["en", "de", "es", "fr", "ru", "uk"])
def test_a_statement_that_is_a_sentence_of_the_article_is_shown_as_drafted(language: str) -> None:
    article = tell(language)
    sentences = [(article.sentence_text(s.number), s.number) for s in article.sentences]
    kept = [statement.text for statement in check(article, *sentences).statements]
    assert kept == [text for text, _ in sentences]


def test_a_failing_statement_gives_way_to_its_source_sentence() -> None:
    article = tell("en")
    statement = shown(article, "The pool was opened in 1984.", number_of(article, "1974"))
    assert statement is not None
    assert statement.text == "The pool was opened in 1974."


def test_a_statement_is_not_rebuilt_from_a_sentence_that_leans_on_another() -> None:
    article = make_article(
        "The bridge closed in May. It was rejected by 9 votes.\n\nNobody crossed the river after that."
    )
    assert shown(article, "The plan was rejected by 12 votes.", 2) is None


def test_a_pronoun_is_named_in_a_rebuilt_statement() -> None:
    article = make_article(
        '"We leave at noon," said the captain, Ruth Amey, on the quay. She said 40 passengers were aboard.'
    )
    statement = shown(article, "Amey said 70 passengers were aboard.", 2)
    assert statement is not None
    assert statement.text == "Ruth Amey said 40 passengers were aboard."


def test_a_statement_cited_to_the_wrong_sentence_is_cited_to_the_right_one() -> None:
    article = tell("en")
    statement = shown(article, "The pool was opened in 1974.", number_of(article, "march on Saturday"))
    assert statement is not None
    assert statement.sentences == (number_of(article, "1974"),)


def test_a_statement_without_any_basis_is_never_shown_and_the_reason_holds_no_text() -> None:
    article = make_article("It rained. “We shall see what comes of it in the end.”")
    checked = check(article, ("Astronauts harvested purple lettuce aboard their spaceships.", 2))
    assert checked.statements == ()
    assert checked.checks.dropped[0].what == "statement"
    assert "lettuce" not in checked.checks.dropped[0].why


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        ("en", "More than 1,500,000 people live there.", "More than 1.5 million people live there."),
        ("en", "Twenty-five men and five women work there.", "25 men and 5 women work there."),
        ("en", "Half of the members voted.", "50% of the members voted."),
        ("en", "The shop opens at 5pm on Friday.", "The shop opens at 17:00 on Friday."),
        ("de", "Einundzwanzig Betriebe beteiligen sich.", "21 Betriebe beteiligen sich."),
        ("de", "Rund 12.500 Menschen kamen.", "Rund 12 500 Menschen kamen."),
        ("es", "Treinta y cinco vecinos firmaron.", "35 vecinos firmaron."),
        ("fr", "Quatre-vingts élèves ont manifesté.", "80 élèves ont manifesté."),
        ("fr", "Soixante-dix élèves ont manifesté.", "70 élèves ont manifesté."),
        ("ru", "Двадцать пять человек остались.", "25 человек остались."),
        ("ru", "Собрали 1,5 млн рублей.", "Собрали 1 500 000 рублей."),
        ("uk", "Надійшло дев’ять скарг.", "Надійшло 9 скарг."),
    ],
)
def test_one_number_may_be_written_in_two_ways(language: str, source: str, text: str) -> None:
    assert is_kept(make_article(source, language), text, 1)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("The club meets on Wednesday.", "The club meets on 5 March."),
        ("The club met yesterday.", "The club met on Wednesday."),
        ("The club meets on March 5.", "The club meets on Wednesday, 5 March 2025."),
        ("The club met on 2025-03-05.", "The club met on March 5, 2025."),
    ],
)
def test_a_day_may_be_told_from_the_day_of_publication(source: str, text: str) -> None:
    assert is_kept(make_article(source, published="2025-03-06"), text, 1)


def test_no_year_is_added_that_the_article_does_not_state() -> None:
    assert not is_kept(make_article("The club meets on March 5."), "The club meets on 5 March 2024.", 1)


def test_a_number_counts_what_it_counts_in_the_source() -> None:
    article = make_article(
        "The blast killed 34 miners, the hospital said. It treated nine firefighters that night."
    )
    assert not is_kept(article, "The blast killed 9 miners, the hospital said.", 1)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("The US and the EU signed it, the ministry said.", True),
        ("The United States and the European Union signed it, the ministry said.", True),
        ("The US and China signed it, the ministry said.", False),
    ],
)
def test_an_abbreviation_stands_for_its_name(text: str, kept: bool) -> None:
    source = "The United States and the EU signed it on Monday, the ministry said."
    assert is_kept(make_article(source), text, 1) is kept


def test_a_name_in_another_script_is_recognised_and_an_invented_one_is_not() -> None:
    article = tell("ru")
    number = number_of(article, "Таранов обвинил")
    assert is_kept(article, "The chairman of the swimming club, Oleg Taranov, accused the council.", number)
    assert not is_kept(
        article, "The chairman of the swimming club, Oleg Petersen, accused the council.", number
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Varga told reporters the building “is not safe”.", True),
        ("Varga told reporters that the building 'is not safe and will not be safe again'.", True),
        ("Varga told reporters the building “is not … safe again”.", True),
        ("Varga told reporters the building “is rotten to the core”.", False),
        ("Varga told reporters: “It was never safe for any of us.”", False),
    ],
)
def test_quotation_marks_enclose_the_articles_words_only(text: str, kept: bool) -> None:
    article = tell("en")
    assert is_kept(article, text, number_of(article, "Helen Varga")) is kept


def test_a_translated_quotation_loses_its_marks_for_nobody_said_these_words() -> None:
    article = tell("fr")
    text = "Mayor Hélène Varga said “the building is not safe and it never will be again”."
    statement = shown(article, text, number_of(article, "Hélène"))
    assert statement is not None
    assert statement.text == "Mayor Hélène Varga said the building is not safe and it never will be again."
