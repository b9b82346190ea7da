"""Check 3 again, in every language: tense, opposites, exchanged numbers and names, whose words."""

import pytest

from bot.article.models import Article
from tests.briefing.checking import check, is_kept, make_article, make_flag, make_loaded, shown

COMING = [
    ("en", "The inquest will open on Monday in Amberly.", "The inquest opened on Monday in Amberly."),
    ("de", "Die Brücke wird am Montag in Amberg gesperrt.", "Die Brücke wurde am Montag in Amberg gesperrt."),
    (
        "es",
        "La Junta elegirá un presidente nuevo el lunes.",
        "La Junta eligió un presidente nuevo el lunes.",
    ),
    ("fr", "Le port de Lormont sera fermé lundi matin.", "Le port de Lormont a été fermé lundi matin."),
    ("ru", "Встреча делегаций пройдёт в пятницу в Хольме.", "Встреча делегаций прошла в пятницу в Хольме."),
    (
        "uk",
        "Роботи на мосту мають закінчити до листопада.",
        "Роботи на мосту вже закінчили до листопада.",
    ),
]


@pytest.mark.parametrize(("language", "source", "text"), COMING)
def test_what_is_to_come_is_not_told_as_what_has_been(language: str, source: str, text: str) -> None:
    article = make_article(source, language)
    assert not is_kept(article, text, 1)
    assert is_kept(article, source, 1)


OPPOSITES = [
    ("en", "The motion was rejected by the house.", "The motion was accepted by the house.", True),
    ("en", "The road stays open all week.", "The road is not closed this week.", False),
    ("de", "Der Antrag wurde vom Rat abgelehnt.", "Der Antrag wurde vom Rat angenommen.", True),
    ("es", "La junta rechazó la propuesta el lunes.", "La junta aprobó la propuesta el lunes.", True),
    ("fr", "Les écoles resteront ouvertes mardi.", "Les écoles resteront fermées mardi.", True),
    ("fr", "Les écoles resteront ouvertes mardi.", "Les écoles ne fermeront pas mardi.", False),
    ("ru", "Дорога закрыта до конца недели.", "Дорога открыта до конца недели.", True),
    ("uk", "Рада відхилила проєкт у вівторок.", "Рада схвалила проєкт у вівторок.", True),
]


@pytest.mark.parametrize(("language", "source", "text", "is_other"), OPPOSITES)
def test_a_word_gives_way_to_no_opposite(language: str, source: str, text: str, *, is_other: bool) -> None:
    assert is_kept(make_article(source, language), text, 1) is not is_other


EXCHANGED = [
    ("en", "The motion passed by 26 votes to 21.", "The motion passed by 21 votes to 26."),
    ("en", "Of the 347 members, 312 backed it.", "It was backed by 347 of 312 members."),
    ("de", "Der Rat stimmte mit 14 zu 9 Stimmen zu.", "Der Rat stimmte mit 9 zu 14 Stimmen zu."),
    ("es", "Se aprobó por 14 votos a 9 el lunes.", "Se aprobó por 9 votos a 14 el lunes."),
    ("fr", "Le texte est voté par 17 voix contre 12.", "Le texte est voté par 12 voix contre 17."),
    ("ru", "Решение приняли 14 голосами против 9.", "Решение приняли 9 голосами против 14."),
    ("uk", "Рішення ухвалили 14 голосами проти 9.", "Рішення ухвалили 9 голосами проти 14."),
]


@pytest.mark.parametrize(("language", "source", "text"), EXCHANGED)
def test_two_numbers_keep_their_places(language: str, source: str, text: str) -> None:
    article = make_article(source, language)
    assert not is_kept(article, text, 1)
    assert is_kept(article, source, 1)


PEOPLE = {
    "en": "Miles Penrose spoke in Amberly. Colin Tarrant, 54, paid the fine.",
    "de": "Ruth Amelung sprach in Amberg. Jochen Brandt zahlte die Strafe.",
    "es": "Marcela Quintral habló en Lormado. Rafael Ocampo pagó la multa.",
    "fr": "Carole Vasseur a parlé à Lormont. Luc Thébaud a payé l’amende.",
    "ru": "Анна Рубцова выступила в Ольхове. Игорь Малов заплатил штраф.",
    "uk": "Ірина Заболотько виступила в Лісогорі. Олег Дзвонар сплатив штраф.",
}
MIXED = [
    ("en", "Miles Tarrant paid the fine.", "Colin Tarrant paid the fine."),
    ("de", "Ruth Brandt zahlte die Strafe.", "Jochen Brandt zahlte die Strafe."),
    ("es", "Marcela Ocampo pagó la multa.", "Rafael Ocampo pagó la multa."),
    ("fr", "Carole Thébaud a payé l’amende.", "Luc Thébaud a payé l’amende."),
    ("ru", "Анна Малов заплатил штраф.", "Игорь Малов заплатил штраф."),
    ("uk", "Ірина Дзвонар сплатив штраф.", "Олег Дзвонар сплатив штраф."),
]


@pytest.mark.parametrize(("language", "mixed", "true"), MIXED)
def test_nobody_gets_another_persons_first_name(language: str, mixed: str, true: str) -> None:
    article = make_article(PEOPLE[language], language)
    assert not is_kept(article, mixed, 2)
    assert is_kept(article, true, 2)


BODIES = [
    ("en", "The mission said 11 bodies were found. The hospital said 19 were hurt.",
     "The hospital said 11 bodies were found.", "The mission said that 11 bodies were found."),
    ("de", "Das Gericht sagte, ein Urteil falle im Mai. Die Polizei sagte, nichts sei neu.",
     "Die Polizei sagte, ein Urteil falle im Mai.", "Das Gericht sagte, dass ein Urteil im Mai falle."),
    ("es", "El sindicato dijo que la huelga sigue. La policía dijo que no hubo heridos.",
     "La policía dijo que la huelga sigue.", "Según el sindicato, la huelga sigue."),
    ("fr", "La préfecture indique que le port ferme. Le parquet indique que rien ne change.",
     "Le parquet indique que le port ferme.", "Selon la préfecture, le port ferme."),
    ("ru", "Больница сообщила о 19 раненых. Миссия сообщила об 11 погибших.",
     "Миссия сообщила о 19 раненых.", "По данным больницы, ранены 19 человек."),
    ("uk", "Поліція повідомила про 19 поранених. Прокуратура повідомила про перевірку.",
     "Прокуратура повідомила про 19 поранених.", "За даними поліції, поранено 19 людей."),
]  # fmt: skip


@pytest.mark.parametrize(("language", "source", "swapped", "true"), BODIES)
def test_words_of_one_body_are_not_given_to_another(
    language: str, source: str, swapped: str, true: str
) -> None:
    article = make_article(source, language)
    assert not is_kept(article, swapped, 1)
    assert is_kept(article, true, 1)


def leader() -> Article:
    return make_article(
        "Anton Brezny leads Karsovia. "
        "The Karsovian leader stressed that the country had no plans to close the bridge."
    )


def test_a_role_may_be_resolved_to_a_full_name_of_the_article() -> None:
    text = "Anton Brezny said that the country had no plans to close the bridge."
    assert is_kept(leader(), text, 2)


def test_a_flag_keeps_the_full_name_an_engine_resolved() -> None:
    quote = "the country had no plans to close the bridge"
    flag = make_flag(quote, 2, "single_interested_source", "Anton Brezny")
    (kept,) = check(leader(), flags=(flag,)).flags
    assert (kept.speaker, kept.kind) == ("Anton Brezny", "single_interested_source")


def test_a_flags_speaker_must_be_a_name_of_the_article() -> None:
    flag = make_flag("the country had no plans to close the bridge", 2, speaker="Colin Tarrant")
    assert "Tarrant" not in str(check(leader(), flags=(flag,)).flags)


def test_a_reporting_verb_is_not_quoted_as_loaded() -> None:
    source = "The Karsovian leader stressed that the country had no plans to close the bridge."
    checked = check(make_article(source), (source, 1), loaded=make_loaded("stressed"))
    assert [statement.text for statement in checked.statements] == [source]


def test_a_translation_shows_no_words_in_quotation_marks_that_nobody_said() -> None:
    article = make_article("Районная больница сообщила, что приняла 19 раненых.", "ru")
    statement = shown(article, 'The district hospital said it had taken in "19 wounded".', 1)
    assert statement is None or '"' not in statement.text


@pytest.mark.parametrize(
    ("language", "source", "speaker"),
    [
        ("en", "The company said that the bridge was safe for everyone.", "The company"),
        ("de", "Das Unternehmen sagte, die Brücke sei für alle sicher.", "Das Unternehmen"),
        ("ru", "Министерство заявило, что мост безопасен для всех.", "Министерство"),
    ],
)
def test_one_institution_without_a_proper_name_is_not_unnamed(
    language: str, source: str, speaker: str
) -> None:
    flag = make_flag(source, 1, "single_interested_source", speaker)
    (kept,) = check(make_article(source, language), flags=(flag,)).flags
    assert kept.kind == "single_interested_source"


def test_flags_of_one_kind_keep_the_drafts_order() -> None:
    article = make_article("The road is wide and new. The bridge is old and weak.")
    quotes = ("The bridge is old and weak.", "The road is wide and new.")
    flags = tuple(make_flag(quote, 2 - place) for place, quote in enumerate(quotes))
    assert tuple(flag.quote for flag in check(article, flags=flags).flags) == quotes
