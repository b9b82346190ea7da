"""What the buttons under a brief show: one flag in its place, quotations, sources, languages."""

import pytest

from bot.article.models import Article, Sentence
from bot.briefing.labels import KIND_MEANINGS
from bot.briefing.models import KINDS, Brief, Changes, Flag, Loaded
from bot.telegram.keyboards import View, read_ask, read_language, read_press
from bot.telegram.passages import passage_url
from bot.telegram.replies import Reply, render
from tests.telegram.briefs import BRIEF_ID, URL, article, brief, flag
from tests.telegram.test_replies import assert_telegram_takes, extreme, labels, parts, rows

SENTENCES = (
    "The council met on Monday.",
    "The bridge is safe, officials say, and nobody need worry.",
    "It was closed in March.",
    "The mayor was not there.",
)
QUOTE = "The bridge is safe"


def parted(sentences: tuple[str, ...] = SENTENCES, url: str | None = URL) -> Article:
    text, found = "", []
    for number, sentence in enumerate(sentences, 1):
        text += " " if text else ""
        found.append(Sentence(number=number, start=len(text), end=len(text) + len(sentence)))
        text += sentence
    return article(text, kind="link" if url else "text", url=url).model_copy(
        update={"sentences": tuple(found)}
    )


def flagged(quote: str = QUOTE, of: Article | None = None, **changed: object) -> Brief:
    of = of or parted()
    start = of.text.index(quote)
    one = flag(quote, kind="unnamed_source", speaker="officials")
    one = one.model_copy(update={"start": start, "end": start + len(quote), "sentence": 2, **changed})
    return brief(of=of, flags=(one,))


def button_data(reply: Reply, label: str) -> str:
    assert reply.keyboard is not None
    [data] = [b.callback_data for row in reply.keyboard.inline_keyboard for b in row if b.text == label]
    assert isinstance(data, str)
    return data


def test_why_shows_a_flag_in_its_sentence_between_its_neighbours() -> None:
    reply = render(flagged(), View.WHY)
    assert reply.text == (
        "⚠️ 1 of 1: unnamed source\n"
        "The council met on Monday. The bridge is safe, officials say, and nobody need worry. "
        "It was closed in March.\n\n"
        "Who says it: officials\n\n"
        "Why it is flagged: Nobody is named for it.\n\n"
        "What that means: It rests on a source without a name, whom nobody can ask.\n\n"
        "Would verify: Records of casualties."
    )
    assert parts(reply, "text_link") == [QUOTE]
    assert parts(reply, "blockquote") == [reply.text.splitlines()[1]]
    assert rows(reply) == [["All flags", "Back"]]


def test_in_a_pasted_text_the_flagged_words_are_bold() -> None:
    reply = render(flagged(of=parted(url=None)), View.WHY)
    assert QUOTE in parts(reply, "bold")
    assert parts(reply, "text_link") == []


def test_a_flag_at_the_beginning_and_one_at_the_end_have_one_neighbour() -> None:
    first = render(flagged("The council met", sentence=1), View.WHY).text.splitlines()[1]
    assert first == " ".join(SENTENCES[:2])
    last = render(flagged("The mayor was", sentence=4), View.WHY).text.splitlines()[1]
    assert last == " ".join(SENTENCES[2:])


def test_a_flag_over_two_sentences_shows_both_and_their_neighbours() -> None:
    shown = render(flagged("nobody need worry. It was closed"), View.WHY).text.splitlines()[1]
    assert shown == " ".join(SENTENCES)


def test_a_translation_stands_below_the_article_s_words_and_is_marked() -> None:
    text = render(flagged(translation="Die Brücke ist sicher"), View.WHY).text
    assert "“Die Brücke ist sicher” (translation)" in text
    assert (
        "“Die Brücke ist sicher” (translation)"
        in render(flagged(translation="Die Brücke ist sicher"), View.QUOTES).text
    )


def test_what_stands_around_a_flag_cannot_become_a_link() -> None:
    of = parted(("See evil.example for @admin.", f"{QUOTE}, officials say.", "/start it."), url=None)
    reply = render(flagged(of=of), View.WHY)
    assert {e.type for e in reply.entities} == {"bold", "blockquote", "code"}
    assert "See evil.example for @admin." in parts(reply, "code")


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_says_what_it_means(kind: str) -> None:
    reply = render(flagged(kind=kind), View.WHY)
    assert f"What that means: {KIND_MEANINGS[kind]}" in reply.text  # type: ignore[index]


def test_each_number_under_the_flags_leads_to_its_flag_also_when_one_fills_pages() -> None:
    sentences = tuple(f"Claim {n} " + "and so on " * (700 if n == 2 else 3) + "ends." for n in range(1, 5))
    of = parted(sentences)
    flags = []
    for number, sentence in enumerate(of.sentences, 1):
        quote = of.text[sentence.start : sentence.end]
        flags.append(
            Flag(
                quote=quote,
                start=sentence.start,
                end=sentence.end,
                sentence=number,
                speaker=None,
                kind="unattributed",
                why="why",
                would_verify="",
            )
        )
    many = brief(of=of, flags=tuple(flags))
    listed = render(many, View.FLAGS)
    for number in range(1, 5):
        press = read_press(button_data(listed, str(number)))
        assert press is not None
        page = render(many, press.view, press.page)
        assert page.text.startswith(f"⚠️ {number} of 4: no source")
        assert_telegram_takes(page)


def test_the_flags_are_numbered_where_buttons_go_by_the_numbers() -> None:
    listed = render(flagged(), View.FLAGS)
    assert listed.text.splitlines()[1] == f"1. “{QUOTE}”"
    assert rows(listed) == [["1"], ["Full quotes", "Back"]]


def test_full_quotes_are_unfolded_with_whose_words_they_are() -> None:
    reply = render(flagged(), View.QUOTES)
    assert reply.text == f"❝ Flagged quotations (1)\n\n1. “{QUOTE}”\n— officials · unnamed source"
    assert "expandable_blockquote" not in {e.type for e in reply.entities}


def test_sources_trace_each_statement_to_quoted_sentences_that_open_the_page() -> None:
    traced = flagged()
    statements = (
        traced.statements[0].model_copy(update={"sentences": (1, 3)}),
        traced.statements[1].model_copy(update={"sentences": (4,)}),
    )
    reply = render(traced.model_copy(update={"statements": statements}), View.SOURCES)
    assert reply.text == (
        "🔎 What each statement rests on\n"
        "Speakers of what is flagged: officials\n\n"
        "1. A diplomat told TASS that talks go on.\n"
        "“The council met on Monday.”\n"
        "“It was closed in March.”\n\n"
        "2. He set two conditions.\n"
        "“The mayor was not there.”"
    )
    links = [e.url for e in reply.entities if e.type == "text_link"]
    assert links == [passage_url(traced.article, SENTENCES[n]) for n in (0, 2, 3)]


def test_the_languages_stand_under_the_brief_and_the_present_one_is_ticked() -> None:
    shown = brief(of=article(language="ru"))
    reply = render(shown, View.LANGUAGE)
    assert reply.text == render(shown).text
    assert rows(reply) == [
        ["✓ English", "Deutsch", "Español"],
        ["Français", "Русский", "Українська"],
        ["as the article", "Back"],
    ]
    assert read_language(button_data(reply, "Deutsch")) == (BRIEF_ID, "de")
    italian = render(shown.model_copy(update={"language": "it"}), View.LANGUAGE)
    assert "✓ as the article" in labels(italian)


def test_a_brief_without_flags_has_no_why() -> None:
    assert rows(render(brief())) == [["Sources"], ["Ask", "Compare", "Language", "About"]]


def test_there_are_never_more_than_two_rows_of_four_and_the_turns_under_a_brief() -> None:
    crowded = extreme("Some quite ordinary words of a long article ")
    crowded = crowded.model_copy(update={"changes": Changes(since=BRIEF_ID, added=(1,))})
    assert rows(render(crowded)) == [
        ["Why?", "Sources", "Loaded wording", "Context"],
        ["What changed", "Ask", "Language", "About"],
    ]
    long = brief(statements=tuple("word " * 300 for _ in range(7)), loaded=(Loaded(term="x", sentence=1),))
    assert rows(render(long))[1] == ["Ask", "Compare", "Language", "About", "›"]
    assert rows(render(long, page=1))[1][0] == "‹"


@pytest.mark.parametrize("data", [None, "", "l:xyz:de", f"l:{BRIEF_ID}:xx", f"b:{BRIEF_ID}:de"])
def test_data_of_another_make_is_no_language_and_no_question(data: str | None) -> None:
    assert read_language(data) is None
    assert read_ask(data) is None
