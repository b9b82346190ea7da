"""Whose lawyer, sister or office speaks is not that one: neither in statements nor in flags."""

import pytest

from bot.briefing.checks.flags import find_speaker_of
from bot.briefing.checks.reading import Reading
from tests.briefing.checking import is_kept, make_article, shown

MET = {
    "en": "Otto Smith met the mayor on Monday.",
    "de": "Otto Schmidt traf den Bürgermeister am Montag.",
    "es": "Otto Simón vio al alcalde el lunes.",
    "fr": "Otto Simon a vu le maire lundi.",
    "ru": "Отто Симонов встретил мэра в понедельник.",
    "uk": "Отто Симонов зустрів мера в понеділок.",
}
LIE = {
    "en": "the mayor had lied to the court",
    "de": "der Bürgermeister habe das Gericht belogen",
    "es": "el alcalde mintió al tribunal",
    "fr": "le maire a menti au tribunal",
    "ru": "мэр солгал суду",
    "uk": "мер збрехав суду",
}
SAID = [
    ("en", "His lawyer said", "Otto Smith said"),
    ("en", "Smith’s lawyer said", "Smith said"),
    ("en", "A lawyer for Otto Smith said", "Otto Smith said"),
    ("en", "Smith’s critics said", "Otto Smith said"),
    ("en", "Smith’s Treasury secretary said", "Otto Smith said"),
    ("en", "His former lawyer said", "Otto Smith said"),
    ("en", "A lawyer representing Smith said", "Otto Smith said"),
    ("de", "Schmidts früherer Anwalt sagte,", "Otto Schmidt sagte,"),
    ("fr", "L’avocat parisien de M. Simon affirme que", "Otto Simon affirme que"),
    ("fr", "La porte-parole du maire Anne Roy affirme que", "Anne Roy affirme que"),
    ("ru", "Его бывший адвокат заявил, что", "Симонов заявил, что"),
    ("en", "Smith’s lawyer, Ann Poole, said", "Otto Smith said"),
    ("de", "Sein Anwalt sagte,", "Otto Schmidt sagte,"),
    ("de", "Schmidts Anwalt sagte,", "Schmidt sagte,"),
    ("de", "Der Anwalt von Otto Schmidt sagte,", "Otto Schmidt sagte,"),
    ("es", "Su abogado afirmó que", "Otto Simón afirmó que"),
    ("es", "El abogado de Simón afirmó que", "Simón afirmó que"),
    ("fr", "Son avocat affirme que", "Otto Simon affirme que"),
    ("fr", "L’avocat de M. Simon affirme que", "M. Simon affirme que"),
    ("fr", "L’avocat d’Otto Simon affirme que", "Otto Simon affirme que"),
    ("fr", "Anne Roy, l’avocate d’Otto Simon, affirme que", "Otto Simon affirme que"),
    ("ru", "Анна Рудина, адвокат Отто Симонова, заявила, что", "Отто Симонов заявил, что"),
    ("ru", "Его адвокат заявил, что", "Отто Симонов заявил, что"),
    ("ru", "Адвокат Симонова заявил, что", "Симонов заявил, что"),
    ("uk", "Його адвокат заявив, що", "Отто Симонов заявив, що"),
    ("uk", "Адвокат Симонова заявив, що", "Симонов заявив, що"),
]
ACCORDING = [
    ("en", "According to his lawyer,", "According to Otto Smith,"),
    ("de", "Nach Angaben seines Anwalts sei klar,", "Nach Angaben von Otto Schmidt sei klar,"),
    ("es", "Según su abogado,", "Según Otto Simón,"),
    ("fr", "Selon son avocat,", "Selon Otto Simon,"),
    ("ru", "По словам его адвоката,", "По словам Отто Симонова,"),
    ("uk", "За словами його адвоката,", "За словами Отто Симонова,"),
]
TURNED = [
    ("en", "Otto Smith said", "Smith’s lawyer said"),
    ("de", "Otto Schmidt sagte,", "Der Anwalt von Otto Schmidt sagte,"),
    ("fr", "Otto Simon affirme que", "L’avocat d’Otto Simon affirme que"),
]
FAITHFUL = [
    ("en", "His lawyer said", "Otto Smith’s lawyer said"),
    ("en", "Smith’s lawyer said", "A lawyer for Otto Smith said"),
    ("en", "Smith’s lawyer, Ann Poole, said", "Ann Poole said"),
    ("en", "Smith’s lawyer, Ann Poole, said", "Ann Poole, a lawyer for Smith, said"),
    ("en", "Smith’s company, Northbuild, said", "Northbuild said"),
    ("en", "Deputy mayor Otto Smith said", "Otto Smith said"),
    ("en", "Smith’s deputy, former mayor Ann Poole, said", "Ann Poole said"),
    ("de", "Sein Sprecher Jan Brandt sagte,", "Jan Brandt sagte,"),
    ("en", "Smith in his office said", "Otto Smith said"),
    ("en", "In a letter to his team, Smith said", "Otto Smith said"),
    ("en", "Ann Poole, Smith’s lawyer, said", "Ann Poole said"),
    ("fr", "Anne Roy, l’avocate d’Otto Simon, affirme que", "Anne Roy affirme que"),
    ("ru", "Анна Рудина, адвокат Отто Симонова, заявила, что", "Анна Рудина заявила, что"),
    ("de", "Sein Anwalt sagte,", "Schmidts Anwalt sagte,"),
    ("fr", "Son avocat affirme que", "L’avocat d’Otto Simon affirme que"),
    ("ru", "Его адвокат заявил, что", "Адвокат Симонова заявил, что"),
    ("ru", "Адвокат Анна Петрова заявила, что", "Анна Петрова заявила, что"),
]


def told(language: str, source: str, drafted: str) -> tuple[str | None, str]:
    """Return what is shown of a draft of the article's second sentence, and the draft."""
    article = make_article(f"{MET[language]} {source} {LIE[language]}.", language)
    statement = f"{drafted} {LIE[language]}."
    found = shown(article, statement, 2)
    return (found.text if found else None), statement


@pytest.mark.parametrize(("language", "source", "drafted"), [*SAID, *ACCORDING, *TURNED])
def test_a_statement_with_another_source_is_not_shown(language: str, source: str, drafted: str) -> None:
    text, statement = told(language, source, drafted)
    assert text != statement


def test_a_surname_that_ends_in_a_soft_sign_is_known_in_the_genitive() -> None:
    article = make_article(f"Отто Коваль зустрів мера. Адвокат Коваля заявив, що {LIE['uk']}.", "uk")
    assert not is_kept(article, f"Коваль заявив, що {LIE['uk']}.", 2)


@pytest.mark.parametrize(("language", "source", "drafted"), FAITHFUL)
def test_a_statement_with_the_source_in_other_words_is_kept(language: str, source: str, drafted: str) -> None:
    text, statement = told(language, source, drafted)
    assert text == statement


def test_a_lawyer_who_is_named_elsewhere_may_be_named() -> None:
    article = make_article(f"Otto Smith hired lawyer Ann Poole. His lawyer said {LIE['en']}.")
    named, owner = (f"{name} said {LIE['en']}." for name in ("Ann Poole", "Otto Smith"))
    kept, dropped = shown(article, named, 2), shown(article, owner, 2)
    assert kept is not None
    assert kept.text == named
    assert dropped is None or dropped.text != owner


@pytest.mark.parametrize(
    ("source", "drafted"),
    [
        ("Его адвокат, Анна Рудина, заявила, что", "Anna Rudina said"),
        ("Его адвокат заявил, что", "His lawyer said"),
    ],
)
def test_a_translation_may_name_the_lawyer(source: str, drafted: str) -> None:
    article = make_article(f"{MET['ru']} {source} {LIE['ru']}.", "ru")
    assert is_kept(article, f"{drafted} the mayor had lied to the court for years.", 2)


@pytest.mark.parametrize(
    ("language", "source", "claimed", "speaker"),
    [
        ("en", "His lawyer said", "Otto Smith", "His lawyer"),
        ("en", "Smith’s lawyer said", "Smith", "Smith’s lawyer"),
        ("en", "Smith’s lawyer said", "Otto Smith’s lawyer", "Otto Smith’s lawyer"),
        ("en", "Smith’s lawyer, Ann Poole, said", "Ann Poole", "Ann Poole"),
        ("de", "Schmidts Anwalt sagte,", "Otto Schmidt", "Schmidts Anwalt"),
        ("es", "El abogado de Simón afirmó que", "Otto Simón", "abogado de Simón"),
        ("fr", "L’avocat de M. Simon affirme que", "Otto Simon", "avocat de M. Simon"),
        ("ru", "Адвокат Симонова заявил, что", "Отто Симонов", "Адвокат Симонова"),
        ("uk", "Його адвокат заявив, що", "Отто Симонов", "Його адвокат"),
    ],
)
def test_a_flag_names_who_speaks_for_somebody(language: str, source: str, claimed: str, speaker: str) -> None:
    article = make_article(f"{MET[language]} {source} {LIE[language]}.", language)
    start = article.text.index(LIE[language])
    end = start + len(LIE[language])
    assert find_speaker_of(claimed, 2, start, end, Reading(article, language)) == speaker


@pytest.mark.parametrize(
    ("source", "claimed", "speaker"),
    [
        ("A lawyer for Smith said", None, "lawyer for Smith"),
        ("Smith’s lawyer said", "Nobody Known", "Smith’s lawyer"),
        ("Smith’s lawyer, Ann Poole, said", None, "Ann Poole"),
        ("Smith said", None, "Smith"),
    ],
)
def test_he_is_who_spoke_before_and_a_flag_says_so(source: str, claimed: str | None, speaker: str) -> None:
    article = make_article(f"{MET['en']} {source} {LIE['en']}. He said the mayor took bribes for years.")
    start = article.text.index("the mayor took bribes")
    assert find_speaker_of(claimed, 3, start, start + 21, Reading(article, "en")) == speaker


@pytest.mark.parametrize(
    ("source", "is_named"), [("A lawyer for Otto Smith said", False), ("Otto Smith said", True)]
)
def test_a_rebuilt_statement_names_nobody_for_a_he_behind_a_lawyer(source: str, is_named: bool) -> None:
    article = make_article(f"{MET['en']} {source} {LIE['en']}. He said the mayor took bribes for years.")
    rebuilt = shown(article, "The mayor took bribes for years.", 3)
    assert (rebuilt is not None and rebuilt.text.startswith("Otto Smith said")) == is_named
