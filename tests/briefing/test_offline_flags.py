import pytest

from bot.briefing.models import MAX_FLAGS
from tests.briefing.offline import article_of, draft_of, flags_of


@pytest.mark.parametrize(
    ("language", "text", "kind", "speaker", "quote"),
    [
        (
            "en",
            "“The builders bribed half the committee,” said councillor Eve Storr.",
            "allegation",
            "Eve Storr",
            "The builders bribed half the committee",
        ),
        (
            "de",
            "„Die Baufirma hat den halben Ausschuss bestochen“, sagte Stadträtin Eva Storr.",
            "allegation",
            "Eva Storr",
            "Die Baufirma hat den halben Ausschuss bestochen",
        ),
        (
            "es",
            "“La constructora sobornó a medio comité”, afirmó la concejala Eva Storr.",
            "allegation",
            "Eva Storr",
            "La constructora sobornó a medio comité",
        ),
        (
            "fr",
            "« Le promoteur a corrompu la moitié du comité », a affirmé l’élue Eva Storr.",
            "allegation",
            "Eva Storr",
            "Le promoteur a corrompu la moitié du comité",
        ),
        (
            "ru",
            "«Застройщик давал взятки половине комитета», — сказала депутат Ева Сторова.",
            "allegation",
            "Ева Сторова",
            "Застройщик давал взятки половине комитета",
        ),
        (
            "uk",
            "«Забудовник давав хабарі половині комітету», — сказала депутатка Єва Сторова.",
            "allegation",
            "Єва Сторова",
            "Забудовник давав хабарі половині комітету",
        ),
        (
            "en",
            "Two officials familiar with the plan said the depot would move in June.",
            "unnamed_source",
            "Two officials familiar with the plan",
            "the depot would move in June",
        ),
        (
            "de",
            "Anwohner berichten, dass das Depot schon im Juni umzieht.",
            "unnamed_source",
            "Anwohner",
            "das Depot schon im Juni umzieht",
        ),
        (
            "es",
            "Según fuentes cercanas al club, el depósito se muda pronto.",
            "unnamed_source",
            "fuentes cercanas al club",
            "el depósito se muda pronto",
        ),
        (
            "fr",
            "Selon des sources proches du dossier, le dépôt déménage bientôt.",
            "unnamed_source",
            "des sources proches du dossier",
            "le dépôt déménage bientôt",
        ),
        (
            "ru",
            "Источник в мэрии рассказал, что склад скоро переедет за город.",
            "unnamed_source",
            "Источник в мэрии",
            "склад скоро переедет за город",
        ),
        (
            "uk",
            "Мешканці кажуть, що склад скоро переїде за місто.",
            "unnamed_source",
            "Мешканці",
            "склад скоро переїде за місто",
        ),
        (
            "en",
            "The firm’s director, Hal Orme, assured customers that no parcel was lost.",
            "single_interested_source",
            "Hal Orme",
            "no parcel was lost",
        ),
        (
            "de",
            "Geschäftsführer Hal Orme versicherte, kein einziges Paket sei verloren gegangen.",
            "single_interested_source",
            "Hal Orme",
            "kein einziges Paket sei verloren gegangen",
        ),
        (
            "es",
            "El director, Hal Orme, aseguró que ningún paquete se había perdido.",
            "single_interested_source",
            "Hal Orme",
            "ningún paquete se había perdido",
        ),
        (
            "fr",
            "Le directeur, Hal Orme, a assuré qu’aucun colis n’avait été perdu.",
            "single_interested_source",
            "Hal Orme",
            "aucun colis n’avait été perdu",
        ),
        (
            "ru",
            "Директор фирмы Олег Ормов заверил, что ни одна посылка не потеряна.",
            "single_interested_source",
            "Олег Ормов",
            "ни одна посылка не потеряна",
        ),
        (
            "uk",
            "Директор фірми Олег Ормов запевнив, що жодна посилка не зникла.",
            "single_interested_source",
            "Олег Ормов",
            "жодна посилка не зникла",
        ),
        (
            "en",
            "About 40,000 people have left the valley.",
            "bare_number",
            None,
            "About 40,000 people have left the valley",
        ),
        (
            "de",
            "Rund 40.000 Menschen haben das Tal verlassen.",
            "bare_number",
            None,
            "Rund 40.000 Menschen haben das Tal verlassen",
        ),
        (
            "es",
            "Unas 40.000 personas abandonaron el valle.",
            "bare_number",
            None,
            "Unas 40.000 personas abandonaron el valle",
        ),
        (
            "fr",
            "Environ 40 000 personnes ont quitté la vallée.",
            "bare_number",
            None,
            "Environ 40 000 personnes ont quitté la vallée",
        ),
        (
            "ru",
            "Около 40 тысяч человек покинули долину.",
            "bare_number",
            None,
            "Около 40 тысяч человек покинули долину",
        ),
        (
            "uk",
            "Близько 40 тисяч людей покинули долину.",
            "bare_number",
            None,
            "Близько 40 тисяч людей покинули долину",
        ),
        (
            "en",
            "The goal of the reform is to silence the press, and it will work.",
            "prediction_or_motive",
            None,
            "The goal of the reform is to silence the press, and it will work",
        ),
        (
            "de",
            "Der Hafen verlor die Reederei wegen der hohen Gebühren.",
            "prediction_or_motive",
            None,
            "Der Hafen verlor die Reederei wegen der hohen Gebühren",
        ),
        (
            "es",
            "El puerto perdió la naviera por culpa de las tasas.",
            "prediction_or_motive",
            None,
            "El puerto perdió la naviera por culpa de las tasas",
        ),
        (
            "fr",
            "Le port a perdu l’armateur à cause des taxes.",
            "prediction_or_motive",
            None,
            "Le port a perdu l’armateur à cause des taxes",
        ),
        (
            "ru",
            "Порт потерял судоходную линию из-за высоких сборов.",
            "prediction_or_motive",
            None,
            "Порт потерял судоходную линию из-за высоких сборов",
        ),
        (
            "uk",
            "Порт втратив судноплавну лінію через високі збори.",
            "prediction_or_motive",
            None,
            "Порт втратив судноплавну лінію через високі збори",
        ),
        (
            "en",
            "The disgraceful verdict makes a mockery of the town.",
            "opinion_as_fact",
            None,
            "The disgraceful verdict makes a mockery of the town",
        ),
        (
            "de",
            "Die skandalöse Entscheidung ist eine Blamage für die Stadt.",
            "opinion_as_fact",
            None,
            "Die skandalöse Entscheidung ist eine Blamage für die Stadt",
        ),
        (
            "es",
            "La vergonzosa decisión es una farsa para la ciudad.",
            "opinion_as_fact",
            None,
            "La vergonzosa decisión es una farsa para la ciudad",
        ),
        (
            "fr",
            "Cette décision honteuse est une farce pour la ville.",
            "opinion_as_fact",
            None,
            "Cette décision honteuse est une farce pour la ville",
        ),
        (
            "ru",
            "Это позорное решение превратило город в балаган.",
            "opinion_as_fact",
            None,
            "Это позорное решение превратило город в балаган",
        ),
        (
            "uk",
            "Це ганебне рішення перетворило місто на балаган.",
            "opinion_as_fact",
            None,
            "Це ганебне рішення перетворило місто на балаган",
        ),
    ],
)
def test_an_assertion_is_flagged_with_kind_speaker_and_clause(
    language: str, text: str, kind: str, speaker: str | None, quote: str
) -> None:
    assert flags_of(text, language) == [(kind, speaker, quote)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The court found him guilty of bribing two clerks."),
        ("en", "The museum opened in 1987 and holds 4,200 prints, according to its catalogue."),
        ("en", "Police said they had received one complaint about the noise."),
        ("en", "The company declined to comment."),
        ("en", "A second hearing is scheduled for 4 June at 10am."),
        ("en", "Under the Ports Act, fees need a vote in parliament."),
        ("en", "The club’s coach, Ria Dunn, said the team would meet on Friday."),
        ("de", "Das Gericht setzte die Verhandlung auf den 4. Juni an."),
        ("de", "Laut Jahresbericht sank der Umsatz um 12 Prozent."),
        ("de", "Die Firma wollte sich nicht äußern."),
        ("es", "La policía informó de dos denuncias por ruido."),
        ("es", "La empresa no quiso hacer comentarios."),
        ("es", "Las ventas cayeron un 12 %, según el informe anual."),
        ("fr", "La police a reçu une plainte, indique la préfecture."),
        ("fr", "Les ventes ont baissé de 12 %, selon le rapport annuel."),
        ("fr", "La réunion est prévue le 4 juin à 18 heures."),
        ("ru", "Полиция сообщила, что получила две жалобы на шум."),
        ("ru", "Выручка упала на 12 процентов, говорится в годовом отчёте."),
        ("ru", "Заседание суда назначено на 4 июня."),
        ("uk", "Поліція повідомила, що отримала дві скарги на шум."),
        ("uk", "Виторг упав на 12 відсотків, ідеться в річному звіті."),
        ("uk", "Засідання суду призначено на 4 червня."),
    ],
)
def test_what_has_a_source_or_needs_none_is_left_alone(language: str, text: str) -> None:
    assert flags_of(text, language) == []


def test_a_denial_is_no_accusation() -> None:
    found = flags_of("Director Hal Orme insisted that there was no fraud at the depot.")
    assert [kind for kind, _, _ in found] == ["single_interested_source"]


def test_who_calls_an_accusation_false_accuses_nobody() -> None:
    found = flags_of("Westmoor Water said the claims were “misleading and incomplete”.")
    assert "allegation" not in [kind for kind, _, _ in found]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("uk", "Гринюк назвав це брехнею."),
        ("uk", "Підозру нікому не оголошено."),
        ("ru", "Обвинения никому не предъявлены."),
    ],
)
def test_a_denial_or_the_lack_of_a_charge_is_no_flag(language: str, text: str) -> None:
    assert flags_of(text, language) == []


def test_deaths_that_a_party_blames_on_something_are_its_word() -> None:
    text = "Le porte-parole, Marc Tilly, assure que deux personnes sont déjà mortes faute de prise en charge."
    assert flags_of(text, "fr") == [
        (
            "single_interested_source",
            "Marc Tilly",
            "deux personnes sont déjà mortes faute de prise en charge",
        )
    ]


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "Quayside Partners estimates the project will create 1,400 jobs.", "Quayside Partners"),
        ("es", "Muelle Este calcula que el proyecto creará 1.400 empleos.", "Muelle Este"),
        ("fr", "Quai Est estime que le projet créera 1 400 emplois.", "Quai Est"),
    ],
)
def test_a_party_that_foretells_a_figure_vouches_for_it(language: str, text: str, speaker: str) -> None:
    assert [flag[:2] for flag in flags_of(text, language)] == [("single_interested_source", speaker)]


def test_who_refuses_to_say_asserts_nothing() -> None:
    assert flags_of("The company has refused to say who received the email.") == []


def test_a_figure_that_stands_elsewhere_with_a_source_is_backed() -> None:
    text = (
        "About 40,000 people have left.\n\nThe census counts 40,000 people fewer, the statistics office said."
    )
    assert flags_of(text) == []


def test_a_verb_of_accusation_is_an_allegation_by_itself() -> None:
    assert flags_of("Councillor Amit Basra accused the firm of ignoring three warnings.") == [
        ("allegation", "Amit Basra", "accused the firm of ignoring three warnings")
    ]


def test_no_more_flags_than_may_be_shown_and_all_in_text_order() -> None:
    text = " ".join(f"About {n}0,000 people have left valley number {n}." for n in range(1, 15))
    draft = draft_of(f"The council met.\n\n{text}")
    sentences = [flag.sentence for flag in draft.flags]
    assert len(sentences) == MAX_FLAGS
    assert sentences == sorted(sentences)


def test_a_long_assertion_is_cut_to_the_clause_that_matters() -> None:
    text = (
        "President Ilya Worn said in an address that in answer to a request by the heads of two provinces, "
        "and after long talks with his advisers in the capital, he had decided to send help to people "
        "“who have suffered abuse and genocide by the northern regime for eight years.”"
    )
    ((kind, speaker, quote),) = flags_of(text)
    assert (kind, speaker) == ("allegation", "Ilya Worn")
    assert quote == "who have suffered abuse and genocide by the northern regime for eight years"


def test_every_quote_stands_in_its_sentence() -> None:
    text = "VELDEN, May 2. /KTA/. Envoy Karl Brun assured that “all is well, always”. It is a shameful farce."
    article = article_of(f"{text}\n\nWitnesses said the shop was looted.")
    flags = draft_of(article.text).flags
    assert flags
    assert all(flag.quote in article.sentence_text(flag.sentence) for flag in flags)


def test_the_reason_names_the_speaker() -> None:
    draft = draft_of("The council met.\n\nDirector Hal Orme assured customers that no parcel was lost.")
    assert draft.flags[0].why == "Only Hal Orme says this here, and has a stake in it."
