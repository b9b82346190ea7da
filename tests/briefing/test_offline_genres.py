"""Genres of reporting in every language: court, councils, results, war, disputes; each with its neighbour."""

import pytest

from tests.briefing.offline import OPENING, draft_of, flags_of, said


def kinds_of(text: str, language: str) -> list[str]:
    return [kind for kind, _, _ in flags_of(text, language)]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Prosecutors say the banker moved money from old people’s accounts to his own."),
        ("de", "Die Staatsanwaltschaft wirft dem Berater vor, Geld der Kunden umgeleitet zu haben."),
        ("es", "La fiscalía sostiene que el banquero movió dinero de los clientes a sus cuentas."),
        ("fr", "Le parquet affirme que le banquier a viré l’argent des clients sur ses comptes."),
        ("ru", "Следствие считает, что банкир переводил деньги клиентов на свои счета."),
        ("uk", "Слідство вважає, що банкір переказував гроші клієнтів на свої рахунки."),
    ],
)
def test_what_a_prosecution_holds_is_an_allegation(language: str, text: str) -> None:
    assert kinds_of(text, language) == ["allegation"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "Prosecutors said they would not appeal against the acquittal of the banker."),
        ("de", "Die Staatsanwaltschaft teilte mit, sie werde keine Rechtsmittel gegen das Urteil einlegen."),
        ("es", "La fiscalía informó de que no recurrirá la absolución del antiguo banquero."),
        ("fr", "Le parquet a annoncé qu’il avait ouvert une enquête pour abus de confiance."),
        ("ru", "Прокуратура сообщила, что не будет обжаловать приговор бывшему банкиру."),
        ("uk", "Прокуратура повідомила, що не оскаржуватиме вирок колишньому банкіру."),
    ],
)
def test_a_prosecutions_next_step_is_not_flagged(language: str, text: str) -> None:
    assert kinds_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The court jailed the banker for three years for fraud and ordered him to pay the costs."),
        ("de", "Das Gericht verurteilte den Berater wegen Untreue zu einer Haftstrafe von drei Jahren."),
        ("es", "El tribunal condenó al banquero por estafa a tres años de prisión y al pago de las costas."),
        (
            "fr",
            "Le tribunal a condamné le banquier à trois ans de prison pour escroquerie et abus de confiance.",
        ),
        ("ru", "Суд приговорил банкира к трём годам лишения свободы за мошенничество и хищение."),
        ("uk", "Суд засудив банкіра до трьох років позбавлення волі за шахрайство та розкрадання."),
    ],
)
def test_what_a_court_decided_is_not_flagged(language: str, text: str) -> None:
    assert kinds_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "The counter will be open from 8 to 20, and applications must be filed by 15 October."),
        ("de", "Die Buslinien verkehren am Donnerstag laut Fahrplan wieder von 8 bis 20 Uhr."),
        ("es", "Las clases comenzarán el 15 de octubre y la oficina abrirá de 8.00 a 20.00."),
        ("fr", "Le guichet sera ouvert de 8 heures à 20 heures et le conseil se réunira le 12 mars."),
        ("ru", "Участки будут работать с 8:00 до 20:00, заявления принимают до 15 октября."),
        ("uk", "Дільниці працюватимуть з 8:00 до 20:00, заяви приймають до 15 жовтня."),
    ],
)
def test_hours_and_dates_are_not_flagged(language: str, text: str) -> None:
    assert kinds_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "“I have lived here for forty years and still cannot sleep,” said Edna Fry."),
        ("de", "„Ich wohne seit vierzig Jahren hier und bin einfach müde“, sagte Edna Frei."),
        ("es", "«Llevo cuarenta años aquí y todavía me tiemblan las piernas», contó Edna Frías."),
        ("fr", "« Je me lève à cinq heures et je finis à pied », raconte Edna Frêle."),
        ("ru", "«Мне больно смотреть, как ссорятся соседи», — сказала Эдна Фрай."),
        ("uk", "«Мені боляче дивитися, як сваряться сусіди», — сказала Една Фрай."),
    ],
)
def test_what_somebody_felt_or_went_through_is_not_flagged(language: str, text: str) -> None:
    assert kinds_of(text, language) == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "The harbour paid far too little attention to this, and its workers are paying the price.",
        ),
        (
            "de",
            "Leidtragende sind die Kinder, für die sich in diesem unwürdigen Streit niemand interessiert.",
        ),
        ("es", "El puerto mira para otro lado y los trabajadores pagan los platos rotos."),
        ("fr", "Cette légèreté en dit long sur un port au bord du gouffre."),
        ("ru", "Порт умывает руки, а расплачиваются за всё рабочие."),
        ("uk", "Порт умиває руки, а розплачуються за все робітники."),
    ],
)
def test_a_turn_of_phrase_that_judges_is_an_opinion(language: str, text: str) -> None:
    assert kinds_of(text, language) == ["opinion_as_fact"]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "There is talk of a second sale inside the harbour company."),
        ("de", "Ein früherer Kollege will gesehen haben, wie der Leiter Akten in den Keller trug."),
        ("es", "En el ministerio dan por hecho que el puerto cambiará de dueño."),
        ("fr", "On murmure que le port a déjà changé de propriétaire."),
        ("ru", "В кулуарах открыто обсуждают продажу порта новому владельцу."),
        ("uk", "У кулуарах відкрито обговорюють продаж порту новому власникові."),
    ],
)
def test_talk_that_nobody_stands_behind_is_an_unnamed_source(language: str, text: str) -> None:
    assert kinds_of(text, language) == ["unnamed_source"]


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("ru", "Загорелись два склада, пострадавших нет, сообщили в полиции города.", "полиции города"),
        ("uk", "Загорілися два склади, постраждалих немає, повідомили в поліції міста.", "поліції міста"),
        ("fr", "Le parquet de Lirac a entendu deux témoins de l’accident, a-t-il annoncé.", "Le parquet"),
        ("fr", "La maire Ada Quill arrive. « Le pont est sûr et solide », a-t-elle affirmé.", "Ada Quill"),
        ("fr", "« Le pont est sûr et solide », a dit à la sortie la maire Ada Quill.", "Ada Quill"),
        (
            "de",
            "Der Bau sei sicher, hieß es. Der Leiter Udo Quell sagte, alles sei seit Jahren gut.",
            "Udo Quell",
        ),
        ("es", "Según publica El Eco, el puerto cambió de dueño el año pasado.", "El Eco"),
        ("uk", "«Він летів дуже швидко вночі», — розповів виданню водій Орест Галушко.", "Орест Галушко"),
    ],
)
def test_a_source_is_found_where_its_language_puts_it(language: str, text: str, speaker: str) -> None:
    assert said(text, language)[-1][0] == speaker


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "Ada Quill said the bridge was safe. In her view, the report was no use.", "Ada Quill"),
        ("de", "Ada Quell sagte, der Steg sei gut. Ihrer Ansicht nach taugt die Studie nichts.", "Ada Quell"),
        ("es", "Ada Quill dijo que el puente era seguro. A su juicio, el informe no vale nada.", "Ada Quill"),
        ("fr", "Ada Quill a dit que le pont était sûr. Selon elle, le rapport ne vaut rien.", "Ada Quill"),
        ("ru", "Ада Квилл сказала, что мост надёжен. По её мнению, отчёт ничего не стоит.", "Ада Квилл"),
        ("uk", "Ада Квілл сказала, що міст надійний. На її думку, звіт нічого не вартий.", "Ада Квілл"),
    ],
)  # fmt: skip
def test_in_her_view_stands_for_who_spoke_last(language: str, text: str, speaker: str) -> None:
    assert [name for name, _ in said(text, language)] == [speaker, speaker]


def test_the_german_subjunctive_goes_on_reporting() -> None:
    text = "Die Maklerin Ada Quell sagte, das Haus sei leer. Die Stadt habe davon seit Jahren gewusst."
    assert [name for name, _ in said(text, "de")] == ["Ada Quell", "Ada Quell"]
    text = "Die Maklerin Ada Quell sagte, das Haus sei leer. Die Stadt hat davon seit Jahren gewusst."
    assert [name for name, _ in said(text, "de")] == ["Ada Quell", None]


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (
            "en",
            "The army said its troops had captured the village. It said the enemy lost 40 tanks and drones.",
        ),
        (
            "ru",
            "Армия сообщила, что взяла посёлок под контроль. Противник потерял 40 танков, заявили в штабе.",
        ),
        (
            "uk",
            "Армія повідомила, що взяла селище під контроль. Противник втратив 40 танків, заявили в штабі.",
        ),
    ],
)
def test_in_a_war_report_what_one_side_claims_is_its_own(language: str, text: str) -> None:
    assert set(kinds_of(text, language)) == {"single_interested_source"}


def test_a_claim_that_points_to_a_document_is_not_flagged() -> None:
    claim = "“Crews were on the spot within 14 minutes,” said Owen Park, the duty doctor"
    assert kinds_of(f"{claim}.", "en") == ["single_interested_source"]
    assert kinds_of(f"{claim}, citing the call log.", "en") == []


def test_a_body_that_is_only_a_place_is_no_source() -> None:
    assert kinds_of("It will end up in court, and the village will suffer.", "en") == ["prediction_or_motive"]


def test_a_count_that_goes_on_from_a_record_is_not_bare() -> None:
    text = "The fleet landed 300 tonnes, the port register shows. This is 7% more than a year ago."
    assert kinds_of(text, "en") == []
    assert kinds_of("The fleet landed 7% more fish than a year ago.", "en") == ["bare_number"]


def test_routine_news_of_all_languages_draws_no_flag() -> None:
    for language, opening in OPENING.items():
        assert draft_of(opening, language).flags == ()


@pytest.mark.parametrize(
    ("language", "decision", "figure"),
    [
        ("en", "The council approved the budget by nine votes to four.", "It holds 84 million euros."),
        ("de", "Der Stadtrat beschloss den Haushalt.", "Der Haushalt umfasst 214 Millionen Euro."),
        ("es", "El pleno aprobó el presupuesto municipal.", "El gasto suma 84 millones de euros."),
        ("fr", "Le conseil a voté le budget du collège.", "Le chantier coûte 24 millions d’euros."),
        ("ru", "Правительство утвердило бюджет страны.", "Расходы составят 14 млрд рублей."),
        ("uk", "Кабмін затвердив бюджет країни.", "Видатки становлять 14 млрд гривень."),
    ],
)
def test_the_figures_of_a_decision_are_part_of_it(language: str, decision: str, figure: str) -> None:
    assert kinds_of(f"{decision} {figure}", language) == []
    assert kinds_of(figure, language) != []
