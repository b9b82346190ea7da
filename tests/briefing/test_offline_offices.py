"""Nobody gets another's words: "the minister" is who was called so, and a pronoun may mean either of two."""

import itertools

import pytest

from bot.briefing.rules.names import People, capitalised_runs
from tests.briefing.offline import draft_of, pack_of, said

BOTH = {
    "en": "Minister Karl Brenner presented the plan on Monday. Mayor Anna Vogt was present. ",
    "de": "Der Minister Karl Brenner stellte den Plan vor. Die Bürgermeisterin Anna Vogt war dabei. ",
    "fr": "Le ministre Karl Brenner a présenté le plan lundi. La maire Anna Vogt était présente. ",
    "es": "El ministro Karl Brenner presentó el plan el lunes. La alcaldesa Anna Vogt estuvo presente. ",
    "ru": "Министр Карл Бреннер представил план в понедельник. Мэр Анна Фогт присутствовала. ",
    "uk": "Міністр Карл Бреннер представив план у понеділок. Мерка Анна Фогт була присутня. ",
}
BY_OFFICE = {
    "en": "The minister accused the city of wasting money.",
    "de": "Der Minister wirft der Stadt vor, Geld verschwendet zu haben.",
    "fr": "Le ministre accuse la ville d'avoir gaspillé l'argent.",
    "es": "El ministro acusó a la ciudad de malgastar el dinero.",
    "ru": "Министр обвинил город в растрате денег.",
    "uk": "Міністр звинуватив місто в розтраті грошей.",
}
BY_PRONOUN = {
    "en": "He said that the city had wasted money.",
    "de": "Er sagte, die Stadt habe Geld verschwendet.",
    "fr": "Il affirme que la ville a gaspillé l'argent.",
    "es": "Él dijo que la ciudad había malgastado el dinero.",
    "ru": "Он заявил, что город растратил деньги.",
    "uk": "Він заявив, що місто розтратило гроші.",
}


@pytest.mark.parametrize("language", BOTH)
def test_an_office_is_whose_it_was_called(language: str) -> None:
    draft = draft_of(BOTH[language] + BY_OFFICE[language], language)
    name = "Карл Бреннер" if language in ("ru", "uk") else "Karl Brenner"
    assert {flag.speaker for flag in draft.flags} == {name}
    assert draft.statements[-1].text.startswith(name)


@pytest.mark.parametrize("language", BOTH)
def test_where_two_may_be_meant_no_statement_says_who(language: str) -> None:
    sentence = BY_PRONOUN[language]
    written = [one.text for one in draft_of(BOTH[language] + sentence, language).statements]
    rest = sentence.partition(" ")[2]
    assert not any(text != sentence and text.endswith(rest) for text in written)


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        # Behind the name, with a place between, and of two the one that was called so last.
        ("Karl Brenner, the finance minister, resigned. Anna Vogt, mayor of Linden, stayed.", "Anna Vogt"),
        ("The mayor of New Linden, Anna Vogt, stayed. Karl Brenner resigned.", "Anna Vogt"),
        ("Mayor Karl Brenner resigned. Anna Vogt, the mayor of Linden, stayed.", "Anna Vogt"),
        # An office that nobody here was called is nobody's here; what anybody is besides an office may be.
        ("Minister Karl Brenner resigned.", "The mayor"),
    ],
)
def test_who_holds_an_office_is_read_beside_the_name(text: str, speaker: str) -> None:
    assert said(f"{text} The mayor said that the money was gone.")[-1][0] == speaker


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "Karl Vogt owns the farm. Anna Vogt runs the shop. Vogt said that the road was late.", "Vogt"),
        ("en", "K. Vogt owns the farm. Karl Vogt is 60. Vogt said that the road was late.", "K. Vogt"),
        (
            "ru",
            "Завод принадлежит Игорю Белову. Там работает Анна Белова. Белова заявила, что цех закрыт.",
            "Анна Белова",
        ),
        ("ru", "Завод принадлежит Олегу Саблину. Саблин заявил, что цех закрыт.", "Саблин"),
        (
            "ru",
            "Завод принадлежит Олегу Саблину. Олег Саблин молчит. Саблин заявил, что цех закрыт.",
            "Олег Саблин",
        ),
    ],
)
def test_a_surname_that_two_have_is_nobodys_full_name(language: str, text: str, speaker: str) -> None:
    assert said(text, language)[-1][0] == speaker


def test_what_somebody_is_besides_an_office_stands_for_them() -> None:
    text = "Minister Karl Brenner resigned. The politician said that the money was gone."
    assert said(text)[-1][0] == "Karl Brenner"


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "fr",
            "La maire Claire Morin part. Elle critique le plan, accuse le ministre de mentir et se retire.",
        ),
        (
            "es",
            "La alcaldesa Marta Ruiz calla. Ella critica el plan, acusa al ministro de mentir y se retira.",
        ),
    ],
)
def test_a_second_verb_behind_a_comma_has_the_pronoun_of_the_first(language: str, text: str) -> None:
    assert said(text, language)[-1][0] == {"fr": "Claire Morin", "es": "Marta Ruiz"}[language]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("es", "Teresa Sanz habló. Aseguró que 1.200 familias bebieron agua insegura.", "Teresa Sanz"),
        ("es", "Teresa Sanz habló. También dijo que las familias bebieron agua insegura.", "Teresa Sanz"),
        ("es", "Teresa Sanz habló. Dijeron que las familias bebieron agua insegura.", None),
        ("ru", "Тамара Сидоренко выступила. Добавила, что вода опасна для жителей.", "Тамара Сидоренко"),
        ("uk", "Тамара Сидоренко виступила. Додала, що вода небезпечна для мешканців.", "Тамара Сидоренко"),
        (
            "fr",
            "Claire Morin se tait. Pierre Lunel, son adjoint, affirme lui avoir écrit trois fois.",
            "Pierre Lunel",
        ),
        ("fr", "Le plan est en retard. Claire Morin assure ne pas l'avoir vu.", "Claire Morin"),
        ("es", "El plan va tarde. Marta Ruiz asegura no haber firmado el contrato.", "Marta Ruiz"),
    ],
)
def test_a_verb_without_subject_or_that_has_its_speaker(
    language: str, text: str, expected: str | None
) -> None:
    assert said(text, language)[-1][0] == expected


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The plan is late. Ruth Kemp said he lied."),
        ("en", "The plan is late. Ruth Kemp said they were lying."),
        ("de", "Der Plan ist spät. Ruth Kemp sagte, er lüge."),
    ],
)
def test_few_words_with_a_pronoun_are_somebodys_too(language: str, text: str) -> None:
    assert said(text, language)[-1][0] == "Ruth Kemp"


def test_a_text_of_nothing_but_one_family_costs_no_more_than_another() -> None:
    """Each of its names would be compared with all the others."""
    pack = pack_of("en")
    people = People(pack)
    for letters in itertools.product("abcdefgh", repeat=3):
        people.meet(capitalised_runs(f"Ka{''.join(letters)} Vogt", 0, pack))
    [family] = people.by_surname.values()
    assert len(family) < 20
    assert people.full_name("Vogt") == "Vogt"
