"""Check 4: loaded wording stays inside quotation marks."""

import pytest

from tests.briefing.checking import check, make_article, make_loaded

SOURCES = {
    "en": "The puppet council announced a clean-up of the town, its head Ruth Amey said.",
    "de": "Der Marionettenrat kündigte eine Säuberung der Stadt an, sagte Leiterin Ruth Amey.",
    "es": "El consejo títere anunció una limpieza de la ciudad, dijo su jefa Ruth Amey.",
    "fr": "Le conseil fantoche a annoncé un nettoyage de la ville, a dit sa cheffe Ruth Amey.",
    "ru": "Марионеточный совет объявил о зачистке города, сказала его глава Рута Амей.",
    "uk": "Маріонеткова рада оголосила зачистку міста, сказала її голова Рута Амей.",
}


@pytest.mark.parametrize(
    ("language", "term", "text", "shown"),
    [
        (
            "en",
            "puppet council",
            "The puppet council announced it, Amey said.",
            'The "puppet council" announced it',
        ),
        ("en", "clean-up", "Amey said the clean-up was announced.", 'the "clean-up" was'),
        ("en", "clean-up", "Amey said the “clean-up” was announced.", "the “clean-up” was"),
        ("en", "clean-up", "PUPPET plans: the Clean-Up, Amey said, was announced.", 'the "Clean-Up", Amey'),
        (
            "de",
            "Marionettenrat",
            "Der Marionettenrat kündigte es laut Amey an.",
            "Der „Marionettenrat“ kündigte",
        ),
        ("es", "consejo títere", "El consejo títere lo anunció, dijo Amey.", "El «consejo títere» lo"),
        (
            "fr",
            "conseil fantoche",
            "Le conseil fantoche l’annonce, a dit Amey.",
            "Le «\u00a0conseil fantoche\u00a0» l",
        ),
        ("ru", "зачистке", "О зачистке города сказала Рута Амей.", "О «зачистке» города"),
        (
            "ru",
            "Марионеточный совет",
            "По словам Амей, марионеточным советом объявлено.",
            "«марионеточным советом»",
        ),
        ("uk", "Маріонеткова рада", "За словами Амей, маріонеткову раду чули.", "«маріонеткову раду»"),
    ],
)
def test_a_loaded_term_is_put_in_the_languages_quotation_marks(
    language: str, term: str, text: str, shown: str
) -> None:
    checked = check(make_article(SOURCES[language], language), (text, 1), loaded=make_loaded(term))
    assert shown in checked.statements[0].text


@pytest.mark.parametrize("text", ["Amey said the cleanup-crew came.", "Amey said it was unclean."])
def test_a_term_inside_another_word_is_left_alone(text: str) -> None:
    article = make_article("A clean cut was made, Amey said. Cleanup-crew came. It was unclean.")
    assert check(article, (text, 2), loaded=make_loaded("clean")).statements[0].text == text


def test_loaded_terms_are_quoted_in_the_headline_too() -> None:
    checked = check(
        make_article(SOURCES["en"]),
        headline="Puppet council announces clean-up, Amey says",
        loaded=make_loaded("puppet council"),
    )
    assert checked.headline == '"Puppet council" announces clean-up, Amey says'


def test_a_term_is_spelt_and_numbered_as_in_the_article() -> None:
    article = make_article("It rained.\n\nThe Puppet\u00a0Council met.")
    (loaded,) = check(article, loaded=make_loaded("puppet council")).loaded
    assert (loaded.term, loaded.sentence) == ("Puppet\u00a0Council", 2)


def test_a_term_that_the_article_does_not_hold_is_dropped() -> None:
    checked = check(make_article(SOURCES["en"]), loaded=make_loaded("murderous junta", "", "uppet counci"))
    assert checked.loaded == ()
    assert [dropped.what for dropped in checked.checks.dropped if dropped.what != "headline"] == [
        "loaded"
    ] * 3


@pytest.mark.parametrize(
    ("language", "source", "text"),
    [
        (
            "en",
            "The special military operation began, Amey said.",
            "A special military operation began, Amey said.",
        ),
        ("de", "Die Spezialoperation begann, sagte Amey.", "Amey sagte, die Spezialoperation begann."),
        ("ru", "Спецоперация началась, сказал Амей.", "Амей сказал, что спецоперация началась."),
    ],
)  # fmt: skip
def test_words_of_our_own_list_need_no_engine_to_find_them(language: str, source: str, text: str) -> None:
    statement = check(make_article(source, language), (text, 1)).statements[0].text
    assert statement != text
    assert sum(statement.count(mark) for mark in '"„“«»') == 2


def test_a_loaded_word_that_the_article_does_not_use_is_never_shown() -> None:
    article = make_article("Soldiers entered the town on Monday, witnesses said.")
    checked = check(article, ("Witnesses said the genocide in the town began on Monday.", 1))
    assert "genocide" not in "".join(statement.text for statement in checked.statements)
