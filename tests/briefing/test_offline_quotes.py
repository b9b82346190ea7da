import pytest

from bot.briefing.rules.quotes import find_quotations


@pytest.mark.parametrize(
    ("text", "quoted"),
    [
        ('He said "we go" and left.', ["we go"]),
        ("He said “we go” and left.", ["we go"]),
        ("Er sagte „wir gehen“ und ging.", ["wir gehen"]),
        ("Er sagte »wir gehen« und ging.", ["wir gehen"]),
        ("Il a dit « nous partons » hier.", [" nous partons "]),
        ("Он сказал «мы идём» и ушёл.", ["мы идём"]),
        ("He said ‘we go’ and left.", ["we go"]),
        ("He said 'we go' and left.", ["we go"]),
        ("“One,” he said, “and two.”", ["One,", "and two."]),
    ],
)
def test_every_style_of_quotation_marks_is_found(text: str, quoted: list[str]) -> None:
    assert [text[span.start : span.end] for span in find_quotations(text)] == quoted


def test_a_quotation_inside_another_belongs_to_the_outer_one() -> None:
    text = "“They call it ‘progress’ here,” she said."
    assert [text[s.start : s.end] for s in find_quotations(text)] == ["They call it ‘progress’ here,"]


def test_apostrophes_and_inches_open_nothing() -> None:
    assert find_quotations("It's the drivers' 12\" pipe and that’s it.") == []


def test_an_open_quotation_ends_with_its_paragraph() -> None:
    text = "“We stay. We work.\n\nNobody else spoke."
    assert [text[s.start : s.end] for s in find_quotations(text)] == ["We stay. We work."]


def test_a_quotation_may_span_sentences() -> None:
    text = '"We stay. We work," he said.'
    assert [text[s.start : s.end] for s in find_quotations(text)] == ["We stay. We work,"]
