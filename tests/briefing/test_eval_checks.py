"""The checks' evaluation: it must count what it says, whatever the checks are worth."""

import json
from collections import Counter
from pathlib import Path

import pytest

from bot.briefing.models import Checked, Checks, Statement
from tests.evals.brief import leave_unchecked
from tests.evals.checks import (
    LANGUAGES,
    Case,
    Score,
    build_draft,
    evaluate,
    is_detected,
    is_kept,
    read_articles,
    read_cases,
    report,
)
from tests.evals.corruptions import DATA, KINDS, Corruption, Faithful, Kind, corrupt, plain
from tests.evals.pairs import read_pairs, score_pairs

ARTICLES = read_articles()
CASES = read_cases()


def show(*statements: tuple[str, tuple[int, ...]]) -> Checked:
    return Checked(
        headline="",
        statements=tuple(Statement(text=text, sentences=cited) for text, cited in statements),
        flags=(),
        loaded=(),
        absent=(),
        checks=Checks(),
    )


def labour_case() -> Case:
    text = "Derrin said the company had been doctoring the timesheets."
    faithful = Faithful(article="dev-02-en-labour", lang="en", text=text, sentences=(5,))
    return Case(faithful=faithful, article=ARTICLES["dev-02-en-labour"], neighbours=())


def made(text: str, kind: Kind, article: str = "dev-05-en-budget", lang: str = "en") -> list[str]:
    faithful = Faithful(article=article, lang=lang, text=text, sentences=(1,))
    return [one.text for one in corrupt(faithful, ARTICLES[article]) if one.kind == kind]


def test_there_are_enough_statements_in_every_language() -> None:
    counts = Counter(case.language for case in CASES)
    assert set(counts) == set(LANGUAGES)
    assert min(counts[lang] for lang in LANGUAGES if lang != "cross") >= 50
    assert counts["cross"] >= 40


def test_statements_rest_on_sentences_that_exist_and_do_not_copy_them() -> None:
    for case in CASES:
        source = [plain(case.article.sentence_text(number)) for number in case.faithful.sentences]
        assert plain(case.faithful.text) not in source


def test_statements_differ_from_one_another_and_from_every_corruption_of_them() -> None:
    texts = [case.faithful.text for case in CASES]
    assert len(set(texts)) == len(texts)
    for case in CASES:
        assert all(case.faithful.text not in many for many in case.faithful.corrupted.values())


def test_neighbours_rest_on_other_sentences_of_the_same_article() -> None:
    for case in CASES:
        for neighbour in case.neighbours:
            assert neighbour.article == case.faithful.article
            assert set(neighbour.sentences).isdisjoint(case.faithful.sentences)


def test_over_a_thousand_corruptions_of_every_kind_come_out_the_same_for_the_same_seed() -> None:
    first, again, other = (
        [corrupt(case.faithful, case.article, seed) for case in CASES] for seed in (0, 0, 1)
    )
    assert first == again
    assert first != other
    kinds = Counter(corruption.kind for many in first for corruption in many)
    assert set(kinds) == set(KINDS)
    assert kinds.total() >= 1000


def test_every_corruption_but_a_citation_changes_the_text() -> None:
    for case in CASES:
        for corruption in corrupt(case.faithful, case.article):
            same = corruption.text == case.faithful.text
            assert same == (corruption.kind == "citation")


def test_a_wrong_citation_is_far_from_the_right_ones() -> None:
    for case in CASES:
        for corruption in corrupt(case.faithful, case.article):
            if corruption.kind == "citation":
                assert min(abs(corruption.sentences[0] - own) for own in case.faithful.sentences) > 3


def test_numbers_change_and_dates_and_times_stay() -> None:
    for text in made("On 5 March 2025 at 10am the council voted 27 to 19.", "number"):
        assert "5 March 2025 at 10am" in text
        assert " 27 to 19." not in text


def test_the_ends_of_a_range_are_not_exchanged() -> None:
    assert not any("70 à 50" in text for text in made("Il tombera de 50 à 70 mm.", "number", lang="fr"))
    assert any("19 votes to 27" in text for text in made("They won by 27 votes to 19.", "number"))


def test_day_month_weekday_and_year_change_one_at_a_time() -> None:
    texts = made("On Tuesday, 5 March 2024, the council met.", "date")
    assert len(texts) == 4
    kept = [sum(part in text for part in ("Tuesday", " 5 ", "March", "2024")) for text in texts]
    assert kept == [3, 3, 3, 3]


def test_percent_becomes_percentage_points() -> None:
    assert made("The share rises by 2.9%.", "unit") == ["The share rises by 2.9 percentage points."]


def test_names_give_way_to_another_of_the_article_and_to_an_invented_one() -> None:
    texts = made("Moira Kettle told the meeting so.", "name")
    assert "Alan Whitby told the meeting so." in texts
    assert not any("Moira Kettle" in text for text in texts)


def test_words_are_added_inside_quotation_marks_and_left_out_of_them() -> None:
    texts = made('He said that "we could not do this every year".', "quotation")
    assert 'He said that "we could not do this every year, and everybody knows it".' in texts
    assert len(texts) == 2


def test_dropped_and_repaired_corruptions_are_detected() -> None:
    case = labour_case()
    false = Corruption(kind="attribution", text="The company doctored the timesheets.", sentences=(5,))
    source = case.article.sentence_text(6)
    assert is_detected(false, case, show())
    assert is_detected(false, case, show((source, (6,))))
    assert is_detected(false, case, show((case.faithful.text, (5,))))
    assert not is_detected(false, case, show(("The company “doctored” the timesheets.", (5,))))


def test_a_wrong_citation_is_detected_when_the_right_one_takes_its_place() -> None:
    case = labour_case()
    wrong = Corruption(kind="citation", text=case.faithful.text, sentences=(14,))
    assert is_detected(wrong, case, show((case.faithful.text, (5,))))
    assert not is_detected(wrong, case, show((case.faithful.text, (14,))))


def test_an_injection_is_gone_only_when_it_is_not_shown() -> None:
    case = labour_case()
    text = f"{case.faithful.text[:-1]} @claim_now_bot."
    false = Corruption(kind="mention", text=text, sentences=(5,), trace="@claim_now_bot")
    assert is_detected(false, case, show((case.faithful.text, (5,))))
    assert not is_detected(false, case, show((text, (5,))))


def test_quoting_a_word_is_no_false_alarm_but_rewording_and_moving_are() -> None:
    faithful = labour_case().faithful
    assert is_kept(faithful, show((faithful.text.replace("doctoring", '"doctoring"'), (5,))))
    assert not is_kept(faithful, show((faithful.text.replace("Derrin", "She"), (5,))))
    assert not is_kept(faithful, show((faithful.text, (14,))))
    assert not is_kept(faithful, show())


def test_without_checks_nothing_is_detected_and_nothing_is_an_alarm() -> None:
    for case in CASES[::10]:
        own = case.faithful
        assert is_kept(own, leave_unchecked(build_draft(case, own.text, own.sentences), case.article))
        for corruption in corrupt(own, case.article):
            draft = build_draft(case, corruption.text, corruption.sentences)
            assert not is_detected(corruption, case, leave_unchecked(draft, case.article)), corruption


def test_the_checks_hold_their_floor_on_a_sample() -> None:
    score = evaluate(CASES[::12])
    assert score.rate("link") == 1
    assert score.rate("mention") == 1
    assert score.rate("number") >= 0.95
    assert all(score.rate(kind) == 1 for kind in ("date", "unit", "name", "quotation", "citation"))
    assert min(map(score.rate, ("attribution", "negation", "speaker"))) >= 0.9
    assert score.rate("modality") >= 0.8
    assert score.alarm_rate <= 0.02
    assert score.faithful.total() == len(CASES[::12])


def test_the_checks_hold_their_floor_on_free_wordings() -> None:
    articles = [
        DATA / f"eval-{name}.jsonl" for name in ("tuning", "tuning-genres", "genres", "tuning-further")
    ]
    sets = ("tuning", "genres-a", "genres-b", "genres-c")
    cases = read_cases(0, articles, [DATA / f"eval-faithful-{name}.jsonl" for name in sets])[::12]
    score = evaluate(cases)
    assert all(score.rate(kind) == 1 for kind in ("date", "unit", "quotation", "link", "mention"))
    assert score.rate("number") >= 0.98
    assert score.rate("attribution") >= 0.9
    assert score.rate("name") >= 0.85
    assert score.rate("speaker") >= 0.8
    assert score.rate("negation") >= 0.75
    assert score.alarm_rate <= 0.06


def test_the_report_adds_up() -> None:
    score = Score()
    score.shown.update({("number", "en"): 4, ("number", "de"): 4, ("modality", "en"): 2})
    score.detected.update({("number", "en"): 4, ("number", "de"): 2, ("modality", "en"): 2})
    score.faithful["en"], score.alarms["en"] = 50, 1
    shown = report(score)
    assert shown["detection"]["number"] == 0.75
    assert shown["cells"]["number de"] == [2, 4]
    assert shown["false_alarm_rate"] == 0.02
    assert shown["targets_missed"] == ["number"]


@pytest.mark.parametrize("suffix", [".jsonl", ".tsv"])
def test_pairs_are_scored_by_balanced_accuracy(tmp_path: Path, suffix: str) -> None:
    source = "The bridge at Harl was closed on Tuesday, the town council said. It carries 4,000 cars a day."
    rows = [
        ("The town council said the bridge at Harl was closed on Tuesday.", True),
        ("The town council said the bridge at Harl was closed on 9,731 days.", False),
    ]
    path = tmp_path / f"pairs{suffix}"
    if suffix == ".tsv":
        lines = ["source\tsentence\tsupported", *(f"{source}\t{text}\t{int(truth)}" for text, truth in rows)]
    else:
        lines = [json.dumps({"source": source, "sentence": t, "supported": truth}) for t, truth in rows]
    path.write_text("\n".join(lines), encoding="utf-8")
    scored = score_pairs(read_pairs(path))
    assert scored["pairs"] == 2
    assert scored["unsupported_stopped"] == 1
    assert scored["balanced_accuracy"] == (scored["supported_kept"] + 1) / 2
