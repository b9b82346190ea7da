import time

import pytest

from bot.article.datelines import find_date, find_dateline_end, read_dateline
from bot.article.language import detect_language


@pytest.mark.parametrize(
    ("text", "agency", "words"),
    [
        ("MOSCOW, March 5. /TASS/. Moscow hopes", "TASS", "March 5"),
        ("KYIV, March 5 (Reuters) — Ukraine", "Reuters", "March 5"),
        ("KYIV/LVIV, March 5 (Reuters) - Ukraine", "Reuters", "March 5"),
        ("NEW YORK, Sept. 5 (UPI) -- Shares", "UPI", "Sept. 5"),
        ("BERLIN, 5. März (dpa) - Der Kanzler", "dpa", "5. März"),
        ("PARIS, 5 mars (AFP) - Le président", "AFP", "5 mars"),
        ("Madrid, 5 mar (EFE).- El presidente", "EFE", "5 mar"),
        ("МОСКВА, 5 марта. /ТАСС/. Москва", "ТАСС", "5 марта"),
        ("МОСКВА, 5 мар - РИА Новости. Москва", "РИА Новости", "5 мар"),
        ("КИЇВ. 5 березня. УНІАН. Київ", "УНІАН", "5 березня"),
        ("КИЕВ. 5 марта. ИНТЕРФАКС-УКРАИНА - Киев", "ИНТЕРФАКС-УКРАИНА", "5 марта"),
        ("London, United Kingdom, 5 March 2022 (XYZ) - A", "XYZ", "5 March 2022"),
        ("WASHINGTON, D.C. (AP) — Congress", "AP", None),
        ("Frankfurt am Main (dpa) - Die Börse", "dpa", None),
    ],
)
def test_an_agency_names_itself_in_the_dateline(text: str, agency: str, words: str | None) -> None:
    dateline = read_dateline(text)
    assert dateline is not None
    assert dateline.agency == agency
    assert (dateline.date.words if dateline.date else None) == words
    assert text[dateline.end :].lstrip(" ").split()[0][0].isupper()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Moscow hopes for talks. On March 5 it said so.",
        "The court ruled on 5 March (Monday) - so it did",
        "In Paris, May 5 (Saturday) was warm",
        "Talks with Kiev aimed at peace",
        "A A A A A A A A A A A A A A A A A A A A A A A A A A A A lowercase words 5 March (AFP) - x",
    ],
)
def test_what_is_no_dateline_is_none(text: str) -> None:
    assert read_dateline(text) is None


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("Published 5 March 2022", "2022-03-05"),
        ("March 5th, 2022 at 10:15", "2022-03-05"),
        ("5. März 2022, 10:15 Uhr", "2022-03-05"),
        ("5 de marzo de 2022", "2022-03-05"),
        ("le 1er août 2022", "2022-08-01"),
        ("5 марта 2022 года", "2022-03-05"),
        ("5 березня 2022 року", "2022-03-05"),
        ("05.03.2022", "2022-03-05"),
        ("2022-03-05T10:15", "2022-03-05"),
        ("March 5", None),
        ("31 February 2022", None),
    ],
)
def test_a_date_counts_when_day_month_and_year_are_stated(text: str, iso: str | None) -> None:
    date = find_date(text)
    assert date is not None
    assert date.iso == iso
    assert text[date.start : date.end].startswith(date.words)


@pytest.mark.parametrize("text", ["No date here", "in March 2022", "room 12", "version 5.3.1"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert find_date(text) is None


@pytest.mark.parametrize("unit", ["A ", "Aa,", "5 ", "A.A ", "5 März "])
def test_a_dateline_is_sought_in_the_head_only(unit: str) -> None:
    began = time.monotonic()
    read_dateline(unit * 300_000)
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Die Regierung hat am Montag beschlossen, dass die Steuer für alle sinkt.", "de"),
        ("Le gouvernement a décidé lundi que la taxe sur les billets est supprimée.", "fr"),
        ("Уряд у понеділок вирішив, що податок на квитки для всіх буде скасовано.", "uk"),
        ("De regering heeft vandaag besloten dat de belasting in het hele land omhoog gaat.", "nl"),
        ("政府は月曜日、切符への課税を廃止することを決定したと発表した。", "ja"),
    ],
)
def test_the_language_is_told_from_the_text(text: str, language: str) -> None:
    assert detect_language(text, "en") == language


def test_what_the_page_declares_counts_when_the_text_says_nothing() -> None:
    assert detect_language("42", "pt-BR") == "pt"
    assert detect_language("42", "nonsense!") == "und"
    assert detect_language("") == "und"


@pytest.mark.parametrize(
    ("text", "report"),
    [
        ("MOSCOW, March 5. /TASS/. Moscow hopes", " Moscow hopes"),
        ("ALTAREJOS, 30 oct. La compañía gana", "La compañía gana"),
        ("ВЕРХНЕРЕЧЕНСК, 13 октября. Цены выросли", "Цены выросли"),
        ("Wendau. Der Rat hat zugestimmt", "Der Rat hat zugestimmt"),
        ("Aurach – Die Brücke ist zu", "Die Brücke ist zu"),
        ("The council met. It voted", "The council met. It voted"),
        ("Am 5. März. Der Rat tagt", "Am 5. März. Der Rat tagt"),
    ],
)
def test_a_dateline_needs_no_agency(text: str, report: str) -> None:
    assert text[find_dateline_end(text, is_first=True) :] == report


def test_a_place_alone_is_a_dateline_in_the_first_paragraph_only() -> None:
    assert find_dateline_end("Wendau. Der Rat hat zugestimmt", is_first=False) == 0
