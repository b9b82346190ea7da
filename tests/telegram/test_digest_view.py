"""How a digest looks: within the limits, in every language, whatever outlets and articles are called."""

import re

import pytest
from telegram import Message

from bot.briefing.checks.output import defang
from bot.digest.models import Assertion, Digest, Material, Piece, Read, Story
from bot.locales import NAMES, speaking
from bot.telegram.composing import MAX_ENTITIES, MAX_UNITS, MAX_URL_UNITS, foreign, utf16_units
from bot.telegram.digest_keyboards import DigestPress, read_digest_press, read_open
from bot.telegram.digest_view import render_digest, render_story
from bot.telegram.replies import Reply
from tests.digest.newsstand import (
    FERRY_EN,
    SAILOR,
    berega,
    brief,
    composed,
    courier,
    entry,
    kueste,
    many,
    read,
    tell,
    tide,
)
from tests.telegram.test_replies import HOSTILE, parts

FERRY = """\
🗞 Digest · Monday, 2 March

1. Nordlys stranded outside Skarnes
The Tide, Harlow Courier
• The ferry Nordlys hit a sandbank outside Skarnes harbour on Monday with 212 people aboard. — The Tide
• The ferry Nordlys ran aground near Skarnes on Monday with 212 people aboard, the coastguard said. — Harlow Courier
• Coastguard commander Pia Vollan said the hull was intact and nobody was hurt. — Harlow Courier
“the captain had ignored two radar warnings before the impact”
A sailor · unnamed source — only The Tide

2. “Oyster ban in Gallow Bay”
Gallow Bay Post

3 articles · 2 read · 2 stories · offline"""  # noqa: E501 - as it is shown


def ferry() -> Digest:
    oysters = entry("Oyster ban in Gallow Bay", outlet="Gallow Bay Post", hour=1)
    return composed(Material(read=(Read(brief=courier()), Read(brief=tide())), announced=(oysters,)))


def buttons(reply: Reply) -> dict[str, str]:
    assert reply.keyboard is not None
    return {b.text: str(b.callback_data) for row in reply.keyboard.inline_keyboard for b in row}


def pages_of(digest: Digest) -> list[Reply]:
    pages = [render_digest(digest)]
    while "›" in buttons(pages[-1]):
        pages.append(render_digest(digest, len(pages)))
    return pages


def stories_of(digest: Digest) -> list[Reply]:
    replies = []
    for number in range(1, len(digest.stories) + 1):
        replies.append(render_story(digest, number))
        while "›" in buttons(replies[-1]):
            press = read_digest_press(buttons(replies[-1])["›"])
            assert press is not None
            replies.append(render_story(digest, press.story, press.page))
    return replies


def check(reply: Reply) -> None:
    """Within every limit, and nothing clickable that is not ours."""
    assert 0 < utf16_units(reply.text) <= MAX_UNITS
    assert len(reply.entities) <= MAX_ENTITIES
    assert sum(utf16_units(entity.url or "") for entity in reply.entities) <= MAX_URL_UNITS
    assert all(len(data.encode()) <= 64 for data in buttons(reply).values())
    assert all(read_digest_press(data) or read_open(data) for data in buttons(reply).values())
    marked = Message(1, None, None, text=reply.text, entities=reply.entities)  # type: ignore[arg-type]
    bare = list(reply.text)
    for entity in marked.parse_entities(["text_link", "code"]):
        units = reply.text.encode("utf-16-le")
        start = len(units[: 2 * entity.offset].decode("utf-16-le"))
        end = len(units[: 2 * (entity.offset + entity.length)].decode("utf-16-le"))
        bare[start:end] = " " * (end - start)
    assert defang("".join(bare)) == "".join(bare)


def test_a_digest_as_it_looks() -> None:
    reply = render_digest(ferry())
    assert reply.text == FERRY
    check(reply)
    assert parts(reply, "bold") == ["Digest · Monday, 2 March", "Nordlys stranded outside Skarnes"]
    assert parts(reply, "blockquote") == [f"“{SAILOR}”\nA sailor · unnamed source — only The Tide"]
    assert list(buttons(reply)) == ["1", "2"]


def test_quotations_and_outlets_open_the_page_at_their_passage() -> None:
    digest = ferry()
    reply = render_digest(digest)
    [tide_url, courier_url] = [piece.url for piece in digest.stories[0].pieces]
    links = {
        shown: entity.url
        for entity, shown in zip(
            [e for e in reply.entities if e.type == "text_link"], parts(reply, "text_link"), strict=True
        )
    }
    assert links[SAILOR] == f"{tide_url}#:~:text={SAILOR.replace(' ', '%20')}"
    assert (links["only The Tide"] or "").startswith(f"{tide_url}#:~:text=")
    assert (links["Harlow Courier"] or "").startswith(f"{courier_url}#:~:text=")
    assert (links["Oyster ban in Gallow Bay"] or "").startswith("https://gallowbaypost.example/")


def test_a_story_in_full_has_its_articles_and_briefs_behind_buttons() -> None:
    digest = ferry()
    reply = render_story(digest, 1)
    check(reply)
    assert "⚠️ On one side's word (1)" in reply.text
    assert "• Harlow Courier: “Ferry Nordlys aground off Skarnes”" in reply.text
    assert buttons(reply) == {
        "📰 The Tide": f"o:{tide().id}",
        "📰 Harlow Courier": f"o:{courier().id}",
        "Back": DigestPress(digest.id).data,
    }
    assert list(buttons(render_story(digest, 2))) == ["Back"]


def test_what_was_told_before_says_so() -> None:
    told = tell(composed(read(courier())))
    news = (
        *FERRY_EN,
        "The coastguard said 9 passengers of the Nordlys had been treated for shock in Skarnes.",
    )
    reply = render_digest(composed(read(brief(news)), told))
    assert "Harlow Courier · what is new\n• The coastguard said 9 passengers" in reply.text
    assert reply.text.endswith("1 article · 1 story · 0 of them new · offline")
    assert FERRY_EN[0] not in reply.text


def test_feeds_alone_say_that_nothing_was_read() -> None:
    reply = render_digest(composed(Material(announced=tuple(many(2)))))
    assert reply.text.endswith("2 articles · 2 stories · titles only, no article was read")


def test_a_private_text_has_no_outlet_and_no_link() -> None:
    private = brief(FERRY_EN, site=None, kind="text", scope="7", title="A pasted text")
    reply = render_digest(composed(read(private, scopes=["7"])))
    assert "a text sent to me" in reply.text
    assert parts(reply, "text_link") == []


def test_thirty_stories_are_ten_a_page_and_numbers_lead_there_and_back() -> None:
    digest = composed(Material(announced=tuple(many())))
    pages = pages_of(digest)
    assert [re.findall(r"^(\d+)\.", page.text, re.MULTILINE) for page in pages] == [
        [str(number) for number in range(first, first + 10)] for first in (1, 11, 21)
    ]
    assert pages[1].text.startswith("🗞 Digest · Monday, 2 March · 2/3")
    assert [label for label in buttons(pages[1]) if not label.isdigit()] == ["‹", "›"]
    assert buttons(render_story(digest, 15))["Back"] == DigestPress(digest.id, page=1).data
    for reply in (*pages, *stories_of(digest), render_digest(digest, 99), render_story(digest, 99)):
        check(reply)


def test_what_does_not_fit_is_shown_less_deep_and_kept_behind_its_number() -> None:
    told = tell(ferry())[0]
    pieces = (Piece(outlet="The Tide", url="https://tide.example/1"), Piece(outlet="Harlow Courier"))
    said = tuple(Assertion(text=f"Statement {n}. {'And so on. ' * 20}", piece=n % 2) for n in range(3))
    stories = (Story(line="A story", pieces=pieces, said=said, told=told),) * 12
    digest = ferry().model_copy(update={"stories": stories})
    pages = pages_of(digest)
    for page in pages:
        check(page)
    shown = [number for page in pages for number in re.findall(r"^(\d+)\.", page.text, re.MULTILINE)]
    assert shown == [str(number) for number in range(1, 13)]
    assert [page.text.count("• ") for page in pages] == [10, 3 * 2]
    assert render_story(digest, 1).text.count("• ") == 3 + len(pieces)


def extreme(words: str) -> Digest:
    """Return a digest in which everything that comes from outside is these words, at its longest."""
    long, url = words[:400], f"https://news.example/{'a' * 1_900}"
    pieces = tuple(
        Piece(outlet=f"{number}{long}", title=long, url=url, brief_id=f"{number:016x}")
        for number in range(12)
    )
    said = tuple(Assertion(text=long, piece=n % 12, passage=long, is_lone=n % 2 == 0) for n in range(8))
    flagged = tuple(
        Assertion(
            text=long, piece=n, passage=long, speaker=long[:200], kind="allegation", translation=long[:300]
        )
        for n in range(6)
    )
    told = tell(ferry())[0]
    checked = Story(line=long, pieces=pieces, said=said, flagged=flagged, told=told)
    quoted = Story(line=long[:300], is_quoted=True, pieces=pieces[:1], is_known=True, told=told)
    return ferry().model_copy(
        update={"stories": (checked, quoted) * 6, "left_out": 3, "engines": (long[:80],)}
    )


@pytest.mark.parametrize("words", [*HOSTILE, "<b>*_[x](http://evil.example)_*</b> tg://user?id=1 " * 9])
def test_hostile_words_stay_words_and_within_the_limits(words: str) -> None:
    digest = extreme(words)
    pages = pages_of(digest)
    for reply in (*pages, *stories_of(digest)):
        check(reply)
    assert sum(len([label for label in buttons(page) if label.isdigit()]) for page in pages) == 12


def test_right_to_left_outlets_are_isolated() -> None:
    arabic = brief(FERRY_EN, site="صحيفة الميناء")
    reply = render_digest(composed(read(arabic, tide())))
    assert foreign("صحيفة الميناء") in reply.text
    assert foreign("صحيفة الميناء").startswith("\u2068")


@pytest.mark.parametrize("language", NAMES)
def test_every_language_has_its_words_and_date(language: str) -> None:
    english = render_digest(ferry()).text
    told = tell(composed(read(courier())))
    with speaking(language):
        digest = composed(read(tide(), kueste(), berega()), told)
        for reply in (render_digest(digest), *stories_of(digest), render_digest(ferry())):
            check(reply)
        shown = render_digest(ferry()).text
    header = {
        "en": "Digest · Monday, 2 March",
        "de": "Übersicht · Montag, 2. März",
        "es": "Boletín · lunes, 2 de marzo",
        "fr": "Revue · lundi 2 mars",
        "ru": "Дайджест · понедельник, 2 марта",
        "uk": "Дайджест · понеділок, 2 березня",
    }
    assert shown.splitlines()[0] == f"🗞 {header[language]}"
    assert (shown == english) == (language == "en")


@pytest.mark.parametrize(
    "data", [None, "", "d:", "d:0123456789abcdef:1", "d:xyz:1:1", "b:0123456789abcdef:brief:0"]
)
def test_other_data_is_no_press_of_a_digest(data: str | None) -> None:
    assert read_digest_press(data) is None
    assert read_open(data) is None
