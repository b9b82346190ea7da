import gc
import time

import pytest

from bot.briefing.rules import draft_offline
from bot.briefing.rules.loaded import find_loaded
from tests.briefing.offline import SIX, article_of, draft_of, pack_of, passages_of

REPORT = """VELDEN, May 2. /KTA/. The port of Velden closed its north quay on Friday, the harbour police said.

Nobody was hurt, according to the hospital. The crane was inspected in March, the inspection report shows.

Harbour director Nina Falk clarified that the quay stays closed for a week. "We lost a good crane," she said.

However, two ships were sent to Orlen, the harbour register shows. The disgraceful neglect of it is a scandal.

The inspectorate said it had opened a file on 3 May and had not yet decided what to do."""


def test_statements_stand_in_article_order_and_cite_their_sentences() -> None:
    draft = draft_of(REPORT)
    numbers = [n for statement in draft.statements for n in statement.sentences]
    assert 4 <= len(numbers) <= 7
    assert numbers == sorted(set(numbers))


def test_the_dateline_is_cut_and_the_source_is_kept() -> None:
    first = draft_of(REPORT).statements[0].text
    assert first == "The port of Velden closed its north quay on Friday, the harbour police said."


def test_an_opinion_in_the_articles_own_voice_is_not_retold() -> None:
    assert "scandal" not in " ".join(s.text for s in draft_of(REPORT).statements)


def test_a_loaded_verb_gives_way_to_a_neutral_one() -> None:
    text = "Director Nina Falk clarified that the quay will stay closed for a week after the crane fell."
    assert draft_of(text).statements[0].text == text.replace("clarified", "said")


def test_a_loaded_verb_that_reports_nothing_stays() -> None:
    text = "The government of Velden recalled its envoy from Orlen on Friday after the crane fell."
    assert draft_of(text).statements[0].text == text


@pytest.mark.parametrize(
    ("language", "text", "quoted"),
    [
        (
            "en",
            "The minister said the special military operation in the north goes on.",
            "“special military operation”",
        ),
        ("de", "Der Minister sagte, die Spezialoperation im Norden gehe weiter.", "„Spezialoperation“"),
        (
            "es",
            "El ministro dijo que la operación militar especial en el norte sigue.",
            "«operación militar especial»",
        ),
        (
            "fr",
            "Le ministre a dit que l’opération militaire spéciale au nord continue.",
            "« opération militaire spéciale »",
        ),
        (
            "ru",
            "Министр сказал, что специальная военная операция на севере продолжается.",
            "«специальная военная операция»",
        ),
        (
            "uk",
            "Міністр сказав, що спеціальна військова операція на півночі триває.",
            "«спеціальна військова операція»",
        ),
    ],
)
def test_loaded_labels_stand_in_the_languages_own_quotation_marks(
    language: str, text: str, quoted: str
) -> None:
    assert quoted in draft_of(text, language).statements[0].text


def test_a_label_the_article_quotes_already_is_quoted_once_in_the_languages_marks() -> None:
    text = 'The minister said the "special military operation" in the north goes on as planned.'
    assert "the “special military operation” in" in draft_of(text).statements[0].text


def test_a_pronoun_speaker_gets_the_name_when_only_one_person_can_be_meant() -> None:
    text = (
        "Harbour director Nina Falk visited the quay. She said the quay of Velden was lost to the sea in May."
    )
    assert "Nina Falk said the quay" in " ".join(s.text for s in draft_of(text).statements)


def test_a_pronoun_stays_when_two_people_can_be_meant() -> None:
    text = "Nina Falk met Jon Berg at the quay. She said the quay of Velden was lost to the sea in May."
    assert "Falk said" not in " ".join(s.text for s in draft_of(text).statements)


def test_loaded_expressions_come_with_a_neutral_wording_where_there_is_one() -> None:
    found = find_loaded(passages_of("Orme clarified that the regime fell."), pack_of("en"))
    assert {(loaded.term, loaded.neutral) for loaded in found} == {("clarified", "said"), ("regime", None)}


def test_a_connective_is_cut_from_the_beginning_of_a_statement() -> None:
    text = "However, two ships of the harbour were sent to Orlen on Friday, the harbour register shows."
    assert draft_of(text).statements[0].text.startswith("Two ships")


def test_a_language_without_a_pack_gets_a_summary_and_no_flags() -> None:
    text = "Satama suljettiin perjantaina myrskyn vuoksi. Kaksi laivaa ohjattiin toiseen satamaan illalla."
    draft = draft_of(text, "fi", "Satama suljettiin")
    assert draft.statements
    assert draft.headline == "Satama suljettiin"
    assert (draft.flags, draft.loaded, draft.absent) == ((), (), ())


@pytest.mark.parametrize("language", SIX)
@pytest.mark.parametrize("text", ["", "—", "“", "***\n\n…", "1 2 3", "\u202e“«„", "A.\n\nB.\n\nC."])
def test_odd_texts_give_a_draft_all_the_same(language: str, text: str) -> None:
    draft_of(text, language, text or None)


def test_time_grows_with_the_length_and_no_faster() -> None:
    def cost(copies: int) -> float:
        article = article_of("\n\n".join([REPORT] * copies))
        start = time.process_time()
        draft_offline(article)
        return time.process_time() - start

    cost(5)
    gc.disable()  # what other tests have left is not looked through while this one measures
    try:
        assert min(cost(80) for _ in range(3)) < 40 * max(cost(10), 0.01)
    finally:
        gc.enable()
