"""Checks 1 and 5: a flag's quotation stands in the text, its speaker says it, its kind fits."""

import pytest

from bot.briefing.checks.normalise import fold, spell
from bot.briefing.models import FlagKind
from tests.briefing.checking import check, make_article, make_flag, tell

SOURCE = (
    "The harbour of Halden was closed for three days. “We lost every order we had,” said the "
    "port\u00a0captain, Ruth Amey."
    "\n\n"
    "The har\u00adbour – once the largest – was closed for three days last year, too. Traders say the "
    "town is «deeply in debt» … and worse. Nothing was published."
)


def locate(quote: str, sentence: int = 1, source: str = SOURCE) -> str | None:
    """Return the quotation under which a flag is shown."""
    found = (
        check(make_article(source), flags=(make_flag(quote, sentence, "opinion_as_fact"),)).flags
        or check(make_article(source), flags=(make_flag(quote, sentence, "allegation"),)).flags
    )
    return found[0].quote if found else None


@pytest.mark.parametrize(
    ("quote", "found"),
    [
        ("The harbour of Halden was closed", "The harbour of Halden was closed"),
        ("“The harbour of Halden was closed”", "The harbour of Halden was closed"),
        ("the HARBOUR of halden was closed", "The harbour of Halden was closed"),
        ("said the port captain, Ruth Amey", "said the port\u00a0captain, Ruth Amey"),
        ("The harbour - once the largest - was closed", "The har\u00adbour – once the largest – was closed"),
        ('the town is "deeply in debt"', "the town is «deeply in debt»"),
        ("“We lost every order we had,”", "We lost every order we had,"),
        (
            "The harbour of Haldan was closed for three days.",
            "The harbour of Halden was closed for three days",
        ),
        ("was closed for three ... last year", "was closed for three"),
        ("We lost every order … said the port captain, Ruth Amey", "said the port\u00a0captain, Ruth Amey"),
        ("Ruth Amey … We lost every order we had", None),
        ("The harbour of Halden was sold for three millions", None),
        ("arbour of Halden was clos", None),
        ("was closed", None),
        ("", None),
        ("…", None),
    ],
)
def test_a_quotation_is_shown_as_it_stands_or_not_at_all(quote: str, found: str | None) -> None:
    assert locate(quote) == found


@pytest.mark.parametrize(("claimed", "number"), [(1, 1), (3, 3), (99, 3), (-5, 1)])
def test_of_two_places_the_one_nearest_to_the_claimed_sentence_is_meant(claimed: int, number: int) -> None:
    (flag,) = check(make_article(SOURCE), flags=(make_flag("was closed for three days", claimed),)).flags
    assert flag.sentence == number


def test_a_long_quotation_is_cut_at_the_end_of_a_sentence() -> None:
    first = " ".join(["word"] * 40) + " end."
    source = f"{first} " + "And " + " ".join(["more"] * 40) + " end."
    assert locate(source, source=source) == first


def test_a_quotation_does_not_cross_paragraphs() -> None:
    assert locate(
        "end of it all here.\n\nAnd the beginning", source="The end of it all here.\n\nAnd the beginning."
    ) == ("end of it all here.")


@pytest.mark.parametrize(
    ("kind", "quote", "speaker", "shown"),
    [
        ("allegation", "the council of hiding an earlier survey", "Owen Tarrant", "allegation"),
        (
            "unnamed_source",
            "the council of hiding an earlier survey",
            "Owen Tarrant",
            "single_interested_source",
        ),
        (
            "bare_number",
            "the council of hiding an earlier survey",
            "Owen Tarrant",
            "single_interested_source",
        ),
        ("unattributed", "the council of hiding an earlier survey", None, "single_interested_source"),
        ("unattributed", "The pool was opened in 1974", None, "unattributed"),
        ("bare_number", "The pool was opened in 1974", None, "bare_number"),
        ("bare_number", "He showed no document", None, "unattributed"),
        ("unnamed_source", "The pool was opened in 1974", "Owen Tarrant", "unattributed"),
        ("relayed_report", "The pool was opened in 1974", None, "unattributed"),
        (
            "opinion_as_fact",
            "is not safe and will not be safe again",
            "Helen Varga",
            "single_interested_source",
        ),
        ("opinion_as_fact", "The pool was opened in 1974", None, "opinion_as_fact"),
        ("headline_beyond_text", "The pool was opened in 1974", None, "unattributed"),
    ],
)
def test_a_flag_passes_its_gate_or_becomes_a_kind_that_fits(
    kind: FlagKind, quote: str, speaker: str | None, shown: FlagKind
) -> None:
    (flag,) = check(tell("en"), flags=(make_flag(quote, 1, kind, speaker),)).flags
    assert flag.kind == shown


def test_what_a_court_found_is_no_allegation() -> None:
    article = make_article("Marta Oll was convicted of taking bribes from two builders in May.")
    (flag,) = check(article, flags=(make_flag("taking bribes from two builders", 1, "allegation"),)).flags
    assert flag.kind == "unattributed"


def test_what_two_parties_say_rests_on_more_than_one() -> None:
    article = make_article(
        "The union said the firm stopped paying wages in May. The firm's director, Ola Brandt, said the firm "
        "stopped paying wages in May."
    )
    checked = check(
        article,
        flags=(
            make_flag("the firm stopped paying wages in May", 2, "single_interested_source", "Ola Brandt"),
        ),
    )
    assert checked.flags == ()
    assert [dropped.what for dropped in checked.checks.dropped] == ["headline", "flag"]


SPEAKERS = [
    ("en", "hiding an earlier survey", "Owen Tarrant", "Owen Tarrant"),
    ("en", "hiding an earlier survey", "Helen Varga", "Owen Tarrant"),
    ("en", "hiding an earlier survey", "Boris Nobody", "Owen Tarrant"),
    ("en", "hiding an earlier survey", None, "Owen Tarrant"),
    ("en", "The pool was opened in 1974", "Owen Tarrant", None),
    ("en", "The pool was opened in 1974", None, None),
    ("de", "ein früheres Gutachten zu verschweigen", "Owen Tarrant", "Owen Tarrant"),
    ("de", "Das Bad wurde 1974 eröffnet", "Helen Varga", None),
    ("es", "ocultar un informe anterior", "Owen Tarrant", "Owen Tarrant"),
    ("es", "La piscina se inauguró en 1974", "Helena Varga", None),
    ("fr", "avoir caché une expertise", "Owen Tarrant", "Owen Tarrant"),
    ("fr", "La piscine a été ouverte en 1974", "Hélène Varga", None),
    ("ru", "Клуб может обратиться в суд", "Тарановым", "Тарановым"),
    ("ru", "Клуб может обратиться в суд", "Елена Варга", "Олег Таранов"),
    ("ru", "Бассейн открыли в 1974 году", "Елена Варга", None),
    ("uk", "Клуб може звернутися до суду", "Тарановим", "Тарановим"),
    ("uk", "Басейн відкрили 1974 року", "Олена Варга", None),
]


@pytest.mark.parametrize(("language", "quote", "claimed", "shown"), SPEAKERS)
def test_the_speaker_is_who_says_it_in_the_article(
    language: str, quote: str, claimed: str | None, shown: str | None
) -> None:
    (flag,) = check(tell(language), flags=(make_flag(quote, 1, "allegation", claimed),)).flags
    assert flag.speaker == shown


@pytest.mark.parametrize(
    ("quote", "claimed", "shown"),
    [
        ("the bridge is safe for now", "Officials", "Officials"),
        ("the bridge is safe for now", "residents", "Officials"),
        ("it shakes at night", "residents", "residents"),
    ],
)
def test_of_two_that_speak_in_a_sentence_the_nearest_before_is_meant(
    quote: str, claimed: str, shown: str
) -> None:
    article = make_article(
        "Officials say the bridge is safe for now, but residents say that it shakes at night."
    )
    (flag,) = check(article, flags=(make_flag(quote, 1, "unnamed_source", claimed),)).flags
    assert flag.speaker == shown


@pytest.mark.parametrize(
    ("language", "text", "quote", "claimed"),
    [
        (
            "es",
            "Rosa Almendros llegó. Almendros replicó que los redactó una comisión, y anunció una querella.",
            "los redactó una comisión",
            "Rosa Almendros",
        ),
        (
            "uk",
            "Директорка Леся Ворон заперечила це. Як розповів один з інженерів, замовлень вистачає на рік.",
            "замовлень вистачає на рік",
            "один з інженерів",
        ),
        (
            "ru",
            "Мэр Ирина Лосева ушла. Лосева назвала заявление соперника цирком и сообщила о нарушениях.",
            "назвала заявление соперника цирком",
            "Ирина Лосева",
        ),
    ],
)
def test_what_is_told_of_is_not_taken_for_who_tells(
    language: str, text: str, quote: str, claimed: str
) -> None:
    article = make_article(text, language)
    (flag,) = check(article, flags=(make_flag(quote, 2, "single_interested_source", claimed),)).flags
    assert flag.speaker == claimed


def test_of_two_flags_on_the_same_words_the_more_consequential_stays() -> None:
    wanted = make_flag("hiding an earlier survey", 4, "allegation", "Owen Tarrant")
    other = make_flag("accused the council of hiding", 4, "single_interested_source", "Owen Tarrant")
    checked = check(tell("en"), flags=(other, wanted))
    assert [flag.kind for flag in checked.flags] == ["allegation"]


def test_at_most_seven_flags_are_shown_the_most_consequential_first() -> None:
    source = "\n\n".join(f"Line {name} carried {n}0 people." for n, name in enumerate("ABCDEFGHIJ", 1))
    drafted = [make_flag(f"Line {name} carried", n, "unattributed") for n, name in enumerate("ABCDEFGHIJ", 1)]
    drafted[9] = make_flag("Line J carried 100 people", 10, "bare_number")
    checked = check(make_article(source), flags=tuple(drafted))
    assert [flag.quote[:6] for flag in checked.flags] == [f"Line {name}" for name in "JABCDEF"]
    assert [dropped.what for dropped in checked.checks.dropped].count("flag") == 3


def test_a_reason_with_facts_of_its_own_is_replaced() -> None:
    article = tell("en")
    for why in ("Interpol denies it.", "Only 3 of 17 experts agree.", "See evil.example"):
        (flag,) = check(article, flags=(make_flag("The pool was opened in 1974", why=why),)).flags
        assert flag.why == "This article does not establish it."


def test_a_reason_for_another_kind_is_replaced() -> None:
    flag = make_flag("The pool was opened in 1974", 1, "relayed_report", why="Taken from a post.")
    assert check(tell("en"), flags=(flag,)).flags[0].why == "This article does not establish it."


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“A”  –\u00a0‘b’…", "\"a\" - 'b'..."),
        ("ﬁx Ｗide ½", "fix wide 1⁄2"),
        ("so\u00adft\u200b zero\ufeff", "soft zero"),
        ("Ёлка ЙОД й", "елка иод и"),
        ("Straße É", "strasse e"),
        ("a\ud800\x00b", "ab"),
    ],
)
def test_two_spellings_fold_to_one(text: str, folded: str) -> None:
    assert fold(text).text == folded


def test_a_span_of_folded_text_leads_back_to_the_original() -> None:
    text = "a\u00adb\u00a0\u00a0“Straße” e\u0301t."
    folded = fold(text)
    for wanted, original in [("ab", "a\u00adb"), ("strasse", "Straße"), ("et", "e\u0301t")]:
        start = folded.text.index(wanted)
        first, last = folded.span(start, start + len(wanted))
        assert text[first:last] == original


def test_word_lists_see_accents() -> None:
    assert (spell("KÖNNTE"), spell("Ещё"), spell("п’ять"), spell("e\u0301tait")) == (
        "könnte", "еще", "п'ять", "était",
    )  # fmt: skip
