"""Context in a brief's message: whose words a note is in, what it bears on, and the one link of each."""

import pytest

from bot.briefing.models import Brief, ContextOutcome, Note, Source
from bot.locales import speaking
from bot.telegram.keyboards import View
from bot.telegram.replies import render
from tests.telegram.briefs import brief, flag, full_brief

WIKIPEDIA = Source(
    title="TASS", url="https://en.wikipedia.org/wiki/TASS", date="2026-10-03", publisher="Wikipedia"
)
NOTES = (
    Note(text="Russian state news agency", source=WIKIPEDIA, quoted=True, about="TASS"),
    Note(text="Monitors counted 364 dead civilians.", source=WIKIPEDIA, quoted=True, flag=1),
    Note(text="The UN recorded 364 deaths of civilians by then.", source=WIKIPEDIA, flag=1),
    Note(
        text="No civilians are under threat",
        source=Source(title="A check", url="https://desk.example/17", date="2022-03-07", publisher="Desk"),
        quoted=True,
        rating="Not so",
        flag=1,
    ),
)


def with_context(*notes: Note, outcome: ContextOutcome | None = "found") -> Brief:
    return brief(flags=(flag(),), notes=notes, context=outcome)


def test_notes_say_whose_words_they_are_and_what_they_bear_on() -> None:
    reply = render(with_context(*NOTES))
    told = reply.text[reply.text.index("📚") : reply.text.index("\n\n2 of 2")]
    on_flag = "• On “There are no threats whatsoever to the…”:"
    wikipedia = "[Wikipedia: TASS, 3 Oct 2026]"
    assert told.splitlines() == [
        "📚 Context (not from the article)",
        f"• TASS: “Russian state news agency” {wikipedia}",
        f"{on_flag} “Monitors counted 364 dead civilians.” {wikipedia}",
        f"{on_flag} The UN recorded 364 deaths of civilians by then. {wikipedia}",
        f"{on_flag} “No civilians are under threat” – Desk: “Not so” [Desk: A check, 7 Mar 2022]",
    ]
    links = [entity.url for entity in reply.entities if entity.type == "text_link"]
    assert links.count(WIKIPEDIA.url) == 3
    assert "https://desk.example/17" in links


def test_a_note_links_to_its_source_and_nowhere_else() -> None:
    hostile = Note(
        text="Ask @helper or /start at evil.example",
        source=Source(title="evil.example", url="javascript:alert(1)", publisher="t.me/evil"),
        quoted=True,
        rating="see evil.example",
        flag=1,
    )
    reply = render(with_context(hostile))
    raw = reply.text.encode("utf-16-le")
    covered = {"code", "text_link", "pre"}
    for word in ("evil.example", "@helper", "/start", "t.me/evil"):
        at = reply.text.find(word)
        while at >= 0:
            units = len(reply.text[:at].encode("utf-16-le")) // 2
            assert any(
                e.type in covered and e.offset <= units < e.offset + e.length for e in reply.entities
            ), f"{word} is clickable in {raw[2 * units :].decode('utf-16-le')[:40]!r}"
            at = reply.text.find(word, at + 1)
    assert not any("javascript" in (entity.url or "") for entity in reply.entities)


@pytest.mark.parametrize(
    ("outcome", "line"),
    [
        ("nothing", "📚 No context found"),
        ("unreachable", "📚 No source of context could be reached"),
        (None, None),
    ],
)
def test_no_notes_are_one_line_or_none(outcome: ContextOutcome | None, line: str | None) -> None:
    text = render(with_context(outcome=outcome)).text
    assert (line in text) if line else ("📚" not in text)


def test_the_words_around_are_in_the_readers_language() -> None:
    with speaking("de"):
        text = render(with_context(*NOTES[:2])).text
    assert "📚 Hintergrund (nicht aus dem Artikel)" in text
    assert "• Zu „There are no threats" in text
    assert "3. Okt. 2026" in text


def test_context_that_moved_behind_its_button_is_whole_there() -> None:
    many = full_brief().model_copy(update={"notes": NOTES, "statements": tuple(full_brief().statements) * 60})
    assert "Russian state news agency" in render(many, View.CONTEXT).text
