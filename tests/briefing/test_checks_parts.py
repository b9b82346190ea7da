"""Checks 3 part by part: denials, opposites, certainty and voices, in every language and across them."""

import pytest

from bot.briefing.checks import check_draft
from bot.briefing.models import Draft, DraftStatement
from tests.briefing.checking import is_kept, make_article

DENIED = [
    ("en", "The firm did not name the tests or publish them.", "The firm named the tests on Monday."),
    ("de", "Der Rat hat den Bericht nicht veröffentlicht.", "Der Rat hat den Bericht veröffentlicht."),
    ("es", "La candidata no mostró pruebas el lunes.", "La candidata enseñó pruebas el lunes."),
    ("fr", "La préfecture demande d’éviter la route.", "La préfecture demande de ne pas éviter la route."),
    ("ru", "Губернатор не пояснил свой вывод.", "Губернатор объяснил свой вывод."),
    ("uk", "Їм потрібні звіти, а не люди.", "Їм потрібні люди, а не звіти."),
]


@pytest.mark.parametrize(("language", "source", "text"), DENIED)
def test_what_is_denied_stays_denied_in_other_words(language: str, source: str, text: str) -> None:
    article = make_article(source, language)
    assert not is_kept(article, text, 1)
    assert is_kept(article, source, 1)


REWORDED = [
    ("en", "Asked about a date, she said it had not been agreed.", "She said no date had been agreed."),
    ("de", "Die Straße bleibt bis Freitag offen.", "Die Straße wird bis Freitag nicht gesperrt."),
    ("es", "La vía no se cerrará esta semana.", "La vía sigue abierta esta semana."),
    ("fr", "Les écoles ne fermeront pas mardi.", "Les écoles resteront ouvertes mardi."),
    ("ru", "Результаты объявят не позднее 5 ноября.", "Результаты объявят до 5 ноября."),
    ("uk", "Результати оголосять не пізніше 5 листопада.", "Результати оголосять до 5 листопада."),
]


@pytest.mark.parametrize(("language", "source", "text"), REWORDED)
def test_a_denial_may_be_told_in_other_words(language: str, source: str, text: str) -> None:
    assert is_kept(make_article(source, language), text, 1)


SETTLED = [
    (
        "en",
        "The court dismissed the appeal of Neil Astbury.",
        "The court may dismiss the appeal of Neil Astbury.",
    ),
    (
        "de",
        "Am Dienstag fielen 312 Fahrten im Kreis aus.",
        "Am Dienstag könnten 312 Fahrten im Kreis ausfallen.",
    ),
    ("es", "La junta autorizó dos pozos en marzo.", "La junta estudia autorizar dos pozos en marzo."),
    ("fr", "La ville retire 18 minutes de pause.", "La ville pourrait retirer 18 minutes de pause."),
    ("ru", "Область выделила 320 млн рублей.", "Область обсуждает, выделять ли 320 млн рублей."),
    ("uk", "Комісія зареєструвала 214 кандидатів.", "Комісія може зареєструвати 214 кандидатів."),
]


@pytest.mark.parametrize(("language", "source", "text"), SETTLED)
def test_what_is_settled_is_not_told_as_open(language: str, source: str, text: str) -> None:
    article = make_article(source, language)
    assert not is_kept(article, text, 1)
    assert is_kept(article, source, 1)


OPEN = [
    ("en", "The firm may sell its northern depot.", "The firm might sell its northern depot."),
    ("de", "Der Verein könnte das Bad verkaufen.", "Der Verein verkauft möglicherweise das Bad."),
    ("es", "La empresa podría vender el depósito.", "Quizá la empresa venda el depósito."),
    ("fr", "La société pourrait vendre le dépôt.", "La société envisage de vendre le dépôt."),
    ("ru", "Фирма может продать северный склад.", "Возможно, фирма продаст северный склад."),
    ("uk", "Фірма може продати північний склад.", "Можливо, фірма продасть північний склад."),
]


@pytest.mark.parametrize(("language", "source", "text"), OPEN)
def test_a_doubt_may_be_told_in_other_words(language: str, source: str, text: str) -> None:
    assert is_kept(make_article(source, language), text, 1)


ACROSS = [
    ("uk", "Договір на 9,4 млн гривень не підписали.", "A contract for 9.4 million hryvnias was signed."),
    ("es", "La candidata no mostró pruebas.", "The candidate showed evidence."),
    ("en", "The ministry said no decision had been made.", "Министерство сказало, что решение принято."),
    ("fr", "Une réunion est prévue vendredi à 14 heures.", "No meeting is planned for Friday at 14:00."),
]


@pytest.mark.parametrize(("language", "source", "text"), ACROSS)
def test_a_denial_is_kept_across_languages(language: str, source: str, text: str) -> None:
    assert not is_kept(make_article(source, language), text, 1)


MET = {
    "uk": "Громадські слухання щодо другого етапу призначено на 14 жовтня о 17:00.",
    "es": "El escrutinio definitivo está fijado para el 2 de junio a las 10.",
}


@pytest.mark.parametrize(
    ("language", "told", "faithful"),
    [
        ("uk", "Public hearings on the second stage took place on 14 October at 17:00.", False),
        ("uk", "Public hearings on the second stage are set for 14 October at 17:00.", True),
        ("es", "The final count was held on 2 June at 10.", False),
        ("es", "The final count is set for 2 June at 10.", True),
    ],
)
def test_what_is_to_come_stays_so_across_languages(language: str, told: str, *, faithful: bool) -> None:
    assert is_kept(make_article(MET[language], language), told, 1) is faithful


VOICES = {
    "en": (
        "The council said 31% of drivers stayed away. Chair Maud Lorne said two buses in three stood idle.",
        "The council put it at 31% of drivers; chair Maud Lorne said two buses in three stood idle.",
        "Chair Maud Lorne said 31% of drivers stayed away; the council said two buses in three stood idle.",
    ),
    "fr": (
        "La direction annonce 31 % de grévistes. Maud Lorne assure que deux bus sur trois sont au dépôt.",
        "La direction annonce 31 % de grévistes ; Maud Lorne assure que deux bus sur trois sont au dépôt.",
        "Maud Lorne annonce 31 % de grévistes ; la direction assure que deux bus sur trois sont au dépôt.",
    ),
}


@pytest.mark.parametrize("language", VOICES)
def test_two_voices_do_not_change_places(language: str) -> None:
    source, faithful, exchanged = VOICES[language]
    article = make_article(source, language)
    for text, is_faithful in ((faithful, True), (exchanged, False)):
        draft = Draft(headline="", statements=(DraftStatement(text=text, sentences=(1, 2)),))
        shown = [one.text for one in check_draft(draft, article).statements]
        assert (text in shown) is is_faithful


def test_one_of_two_voices_may_not_become_the_briefs_own() -> None:
    article = make_article(
        "Ivo Marsh said the sluices were opened on purpose. Mayor Ann Lorne denied a breach of rules."
    )
    text = "The sluices were opened on purpose; Mayor Ann Lorne denied a breach of rules."
    draft = Draft(headline="", statements=(DraftStatement(text=text, sentences=(1, 2)),))
    assert text not in [one.text for one in check_draft(draft, article).statements]


ADDED = [
    (
        "en",
        "The council sells the depot, the mayor said.",
        "The council already sold the depot, the mayor said.",
    ),
    ("de", "Der Verein räumt das Depot, sagte Kolm.", "Der Verein räumt das Depot, bestätigte Kolm."),
    ("es", "La policía halló 12 cajas, según Ordás.", "La policía halló 12 cajas, confirmó Ordás."),
    ("fr", "La ville vend 12 halles, dit la maire.", "La ville vend déjà 12 halles, dit la maire."),
    ("ru", "Завод продаёт 12 станков, сказал Лунин.", "Завод уже продаёт 12 станков, сказал Лунин."),
    ("uk", "Депутат назвав це брехнею.", "Депутат це підтвердив."),
]


@pytest.mark.parametrize(("language", "source", "text"), ADDED)
def test_a_statement_adds_no_already_and_no_confirmation(language: str, source: str, text: str) -> None:
    article = make_article(source, language)
    assert not is_kept(article, text, 1)
    assert is_kept(article, source, 1)


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("The firm admitted that it had sold the depot.", "The firm confirmed that it had sold the depot."),
        ("The editors have not verified the letter.", "The letter has not been confirmed by the editors."),
    ],
)
def test_a_confirmation_may_be_told_in_other_words_or_denied(source: str, text: str) -> None:
    assert is_kept(make_article(source, "en"), text, 1)


ALREADY_DENIED = [
    ("en", "The council had no objection to the plan.", "The council did not object to the plan."),
    (
        "de",
        "Eine Liste, die sie angekündigt hatte, lag am Abend nicht vor.",
        "Sie legte die angekündigte Liste nicht vor.",
    ),
    ("es", "La policía declinó pronunciarse el lunes.", "La policía no se pronunció el lunes."),
    ("fr", "L’intéressé n’a pu être joint.", "Il n’a pas pu être joint."),
    ("en", "He said sales were the strongest ever.", "He said sales had never been stronger."),
    ("ru", "Он сказал, что спрос самый высокий.", "Он сказал, что спрос никогда не был выше."),
]


@pytest.mark.parametrize(("language", "source", "text"), ALREADY_DENIED)
def test_what_is_denied_may_be_denied_by_another_word(language: str, source: str, text: str) -> None:
    assert is_kept(make_article(source, language), text, 1)


HEARD = [
    (
        "es",
        "Según fuentes del puerto, nueve personas habrían caído al agua.",
        "Fuentes del puerto dicen que nueve personas cayeron al agua.",
        "Nueve personas cayeron al agua.",
    ),
    (
        "fr",
        "Selon un cadre, dix chauffeurs auraient déjà été embauchés.",
        "Un cadre affirme que dix chauffeurs ont déjà été embauchés.",
        "Dix chauffeurs ont déjà été embauchés.",
    ),
]


@pytest.mark.parametrize(("language", "source", "kept", "dropped"), HEARD)
def test_hearsay_is_told_as_fact_only_by_who_told_it(
    language: str, source: str, kept: str, dropped: str
) -> None:
    article = make_article(source, language)
    assert is_kept(article, kept, 1)
    assert not is_kept(article, dropped, 1)
