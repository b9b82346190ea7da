import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from telegram import Message, MessageEntity

from bot.briefing.checks.output import defang
from bot.briefing.models import Brief, Loaded, Note, Notice, Source
from bot.briefing.pipeline import MADE_OFFLINE
from bot.errors import EngineUnavailable
from bot.telegram.composing import foreign, utf16_units
from bot.telegram.keyboards import Press, View, read_press, view_keyboard
from bot.telegram.replies import Reply, render
from tests.telegram.briefs import BRIEF_ID, QUOTE, URL, article, brief, flag, full_brief

FULL = """\
📰 Moscow hopes for a third round of talks
TASS · 5 Mar 2022 · 3 min → 30 s

• A diplomat told TASS that talks go on.
• He set two conditions.

⚠️ Not established here (2)
“There are no threats whatsoever to the civilian population.”
The article's own voice · no source. Nobody is named for it. Would verify: Records of casualties.
“Officials say the bridge is safe”
Officials · unnamed source. Nobody is named for it. Would verify: Records of casualties.

🗣 Loaded wording: “special operation” (neutral: war), “regime”
🚪 Not heard: the other side; any independent observer

📚 Context (not from the article)
• A corridor lets people leave. [Wikipedia: Corridor, 12 Nov 2026]

2 of 2 statements traced to the text · gpt-x · 1 call"""

OFFLINE_NOTICE = Notice(template=MADE_OFFLINE, values={"reason": EngineUnavailable.template})

HOSTILE = (
    "👨‍👩‍👧‍👦" * 40,
    "Z̷̡̢̛̛̛̗̲͙̱̠̜̬̟̰̜̱̦̋̃̀́a̶̧̨̢̛̱̗͎̝̘̩͇̜͑̈́̍̓͝l̵̢̛̝̤̣̘̞̦̻̦̄̒̿͆̊͜g̴̡̢̞̪̲̦̳̙̲̼͆́̏̀͘ơ̵̧̢̗̦̠̞̟̘̬̰͆̀̄̑͠ " * 12,
    "عنوان يبتلع السطر التالي " * 12,
    "\u202eodnocsid\u2066 visit evil.example now @admin /start #tag +7 999 123-45-67 a@b.example",
    "𝕬𝖓 𝖔𝖑𝖉 𝖙𝖞𝖕𝖊𝖋𝖆𝖈𝖊 " * 20,
    "漢字" * 200,
    "a\nb\n\n\n/start",
)


SHAPES: tuple[dict[str, Any], ...] = (
    {},
    {"flag": 1},
    {"quoted": True, "flag": 99},
    {"quoted": True, "flag": 7},
    {"quoted": True, "about": "@admin at evil.example"},
    {"quoted": True, "rating": "/start evil.example"},
)
"""What a note can be."""


def a_note(text: str, *, title: str = "t", url: str = URL, **shape: Any) -> Note:
    return Note(text=text, source=Source(title=title, url=url, publisher="evil.example"), **shape)


def parts(reply: Reply, kind: str) -> list[str]:
    raw = reply.text.encode("utf-16-le")
    return [
        raw[2 * e.offset : 2 * (e.offset + e.length)].decode("utf-16-le")
        for e in reply.entities
        if e.type == kind
    ]


def pages_of(brief: Brief, view: View) -> list[Reply]:
    pages = [render(brief, view)]
    while any("›" in button for button in labels(pages[-1])):
        pages.append(render(brief, view, len(pages)))
    return pages


def labels(reply: Reply) -> list[str]:
    assert reply.keyboard is not None
    return [button.text for row in reply.keyboard.inline_keyboard for button in row]


def rows(reply: Reply) -> list[list[str]]:
    assert reply.keyboard is not None
    return [[button.text for button in row] for row in reply.keyboard.inline_keyboard]


def everything(brief: Brief) -> list[Reply]:
    return [page for view in View for page in pages_of(brief, view)]


def squeezed(text: str) -> str:
    return re.sub(r"[\s\u2068\u2069]", "", text)


def extreme(words: str, url: str = URL) -> Brief:
    quotes = [f"{n} " + (words * 60)[:400] for n in range(7)]
    text = "\n\n".join(quotes)
    return brief(
        headline=words[:100],
        statements=tuple((words * 20)[:400] for _ in range(7)),
        flags=tuple(flag(quote, speaker=words[:100]) for quote in quotes),
        of=article(text, site=words[:80], url=url),
        loaded=tuple(Loaded(term=words[:60], sentence=1, neutral=words[:60]) for _ in range(10)),
        absent=tuple(words[:120] for _ in range(5)),
        notes=tuple(a_note(words[:400], title=words[:80], url=url, **shape) for shape in SHAPES),
        notices=(OFFLINE_NOTICE,),
    )


def assert_telegram_takes(reply: Reply) -> None:
    units = utf16_units(reply.text)
    assert units in range(1, 4_097)
    assert len(reply.entities) <= 100
    assert sum(utf16_units(e.url or "") for e in reply.entities) <= 9_000
    assert all(e.length > 0 and e.offset >= 0 and e.offset + e.length <= units for e in reply.entities)
    raw = reply.text.encode("utf-16-le")
    for entity in reply.entities:
        raw[2 * entity.offset : 2 * (entity.offset + entity.length)].decode("utf-16-le")
    assert reply.keyboard is not None
    data = [b.callback_data for row in reply.keyboard.inline_keyboard for b in row]
    assert all(isinstance(d, str) and 1 <= len(d.encode()) <= 64 for d in data)


def test_a_brief_reads_like_this() -> None:
    reply = render(full_brief())
    assert reply.text == FULL
    assert rows(reply) == [["Why?", "Sources"], ["Ask", "Compare", "Language", "About"]]
    assert parts(reply, "expandable_blockquote") == [
        "\n".join(FULL.splitlines()[7:9]),
        "\n".join(FULL.splitlines()[9:11]),
    ]
    assert parts(reply, "bold") == [
        "Moscow hopes for a third round of talks",
        "⚠️ Not established here (2)",
        "📚 Context (not from the article)",
    ]


def test_quotations_open_the_page_at_the_passage_and_the_site_opens_the_page() -> None:
    links = {text: e.url for text, e in zip(*linked(render(full_brief())), strict=True)}
    assert links["TASS"] == URL
    assert links[QUOTE] == (
        f"{URL}#:~:text=There%20are%20no%20threats%20whatsoever%20to%20the%20civilian%20population."
    )
    assert links["Wikipedia: Corridor, 12 Nov 2026"] == "https://wiki.example/Corridor"


def linked(reply: Reply) -> tuple[list[str], list[MessageEntity]]:
    return parts(reply, "text_link"), [e for e in reply.entities if e.type == "text_link"]


def test_an_offline_brief_of_a_part_says_so_and_a_notice_comes_first() -> None:
    partial = article().model_copy(update={"partial": True})
    reply = render(brief(of=partial, notices=(OFFLINE_NOTICE,)))
    lines = reply.text.splitlines()
    assert lines[0] == "The model could not be reached; this brief was made offline."
    assert "✂️ Only a part of this article could be read." in lines
    assert lines[-1] == "2 of 2 statements traced to the text · offline brief, made by rules without a model"
    assert "⚠️ Not established here: nothing found" in lines


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("word " * 714, "en", "3 min → "),
        ("word " * 2_000, "en", "8 min → "),
        ("word " * 100, "en", ""),
        ("word " * 714, "ja", ""),
    ],
)
def test_the_time_saved_is_given_only_when_it_is_true(text: str, language: str, said: str) -> None:
    byline = render(brief(of=article(text, language=language))).text.splitlines()[1]
    assert byline.startswith(f"TASS · 5 Mar 2022{' · ' + said if said else ''}")
    assert ("min" in byline) is bool(said)


def test_a_text_without_an_address_has_no_links() -> None:
    reply = render(brief(of=article(kind="text", url=None, site=None), flags=(flag(),)))
    assert parts(reply, "text_link") == []
    assert reply.text.splitlines()[1].startswith("5 Mar 2022")


def test_a_quotation_that_telegram_would_link_by_itself_stands_in_code() -> None:
    quote = "Write to a@b.example or see evil.example now"
    pasted = render(brief(of=article(kind="text", url=None, site=None), flags=(flag(quote),)))
    assert parts(pasted, "code") == [quote]
    from_link = render(brief(flags=(flag(quote),)))
    assert quote in parts(from_link, "text_link")
    assert parts(from_link, "code") == []


def test_model_text_is_shown_with_nothing_to_click() -> None:
    lure = "See evil.example or ask @admin"
    reply = render(brief(headline=lure, statements=(lure,), absent=(lure,), engine="evil.example"))
    assert lure not in reply.text
    assert "evil.example" not in reply.text
    assert defang(lure) in reply.text


def test_text_from_right_to_left_cannot_reorder_what_follows() -> None:
    title = "\u202eعنوان الخبر"
    headline = render(brief(headline=title)).text.splitlines()[0]
    assert headline == "📰 \u2068عنوان الخبر\u2069"


def test_a_long_brief_moves_its_sections_behind_buttons() -> None:
    long = extreme("Some quite ordinary words of a long article ")
    front = render(long)
    assert "⚠️ Not established here (7): press [Why?]" in front.text
    assert {"Why?", "Loaded wording", "Context", "About"} <= set(labels(front))
    flags = render(long, View.FLAGS)
    assert flags.text.startswith("⚠️ Not established here (7)")
    assert "Back" in labels(flags)


def test_a_section_stays_when_there_is_room_for_it() -> None:
    crowded = brief(
        flags=tuple(flag(f"{n} " + "quoted words " * 22) for n in range(7)),
        loaded=(Loaded(term="regime", sentence=1),),
        notes=tuple(Note(text="n" * 380, source=Source(title="t", url=URL)) for _ in range(4)),
    )
    front = render(crowded)
    assert labels(front) == ["Why?", "Sources", "Context", "Ask", "Compare", "Language", "About"]
    assert len(parts(front, "expandable_blockquote")) == 7
    assert "🗣 Loaded wording: “regime”" in front.text


@pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
def test_however_extreme_nothing_is_cut_off_and_telegram_takes_every_page(words: str) -> None:
    hostile = extreme(words)
    pages = everything(hostile)
    for page in pages:
        assert_telegram_takes(page)
    shown = squeezed("".join(page.text for page in pages))
    for shown_flag in hostile.flags:
        assert squeezed(foreign(shown_flag.quote)) in shown
    assert "/start" not in [w for page in pages for w in re.findall(r"^/\w+", page.text, re.MULTILINE)]


def test_very_long_addresses_do_not_overload_a_message() -> None:
    for page in everything(extreme("Слова статьи о мосте ", url="https://news.example/" + "a" * 1_900)):
        assert_telegram_takes(page)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.text(min_size=1, max_size=600), min_size=1, max_size=7), st.text(max_size=100))
def test_every_page_of_any_brief_is_one_that_telegram_takes(texts: list[str], speaker: str) -> None:
    any_brief = brief(
        headline=texts[0],
        statements=tuple(texts),
        flags=tuple(flag(text, speaker=speaker or None) for text in texts),
        of=article("\n\n".join(texts), site=texts[-1]),
        absent=tuple(texts[:5]),
    )
    for page in everything(any_brief):
        assert_telegram_takes(page)


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=80))
def test_entities_are_where_the_library_itself_finds_them(text: str) -> None:
    reply = render(brief(headline=f"x{text}x"))
    message = Message.de_json(
        {
            "message_id": 1,
            "date": 1,
            "chat": {"id": 1, "type": "private"},
            "text": reply.text,
            "entities": [e.to_dict() for e in reply.entities],
        }
    )
    assert message is not None
    bold = list(message.parse_entities([MessageEntity.BOLD]).values())
    assert bold == [foreign(defang(f"x{text}x"))]


@pytest.mark.parametrize("view", View)
def test_a_press_survives_the_wire(view: View) -> None:
    press = Press(BRIEF_ID, view, 12)
    assert read_press(press.data) == press


@pytest.mark.parametrize(
    "data",
    [None, "", "b:xyz:brief:0", f"b:{BRIEF_ID}:nothing:0", f"b:{BRIEF_ID}:brief:-1", f"c:{BRIEF_ID}:brief:0"],
)
def test_data_of_another_make_is_no_press(data: str | None) -> None:
    assert read_press(data) is None


def test_pages_turn_within_their_ends_and_a_page_past_the_end_is_the_last() -> None:
    def turns(page: int) -> list[str]:
        [row] = view_keyboard(Press(BRIEF_ID, View.SOURCES, page), 3).inline_keyboard
        return [b.text for b in row]

    assert (turns(0), turns(1), turns(2)) == (["Back", "›"], ["‹", "Back", "›"], ["‹", "Back"])
    long = extreme("words of an article ")
    assert render(long, View.FLAGS, 99) == pages_of(long, View.FLAGS)[-1]


def test_a_view_with_nothing_in_it_says_so() -> None:
    assert render(brief(), View.CONTEXT).text == "Nothing here for this brief."


def test_about_says_how_the_brief_was_made() -> None:
    about = render(full_brief(), View.ABOUT).text
    assert "2 of 2 statements were traced" in about
    assert "Model: 1 call. Tokens in: 900 (100 of them cached), out: 80." in about
    assert about.endswith("Article: A title\nMade by: gpt-x, version rules-1")


def test_hidden_orders_to_machines_are_said_in_one_line() -> None:
    trapped = article().model_copy(update={"hidden_words": 23, "hidden_orders": True})
    text = render(brief(of=trapped)).text
    assert "It hides 23 words that give orders to machines. I left them out." in text.splitlines()[2]
    assert "orders" not in render(brief(of=article().model_copy(update={"hidden_words": 23}))).text


def test_orders_in_a_pasted_text_are_said_in_the_same_line() -> None:
    trapped = article(kind="text", url=None).model_copy(update={"hidden_words": 1, "hidden_orders": True})
    assert "hides 1 word that gives orders to machines. I left it out." in render(brief(of=trapped)).text


@pytest.mark.parametrize(
    ("published", "modified", "shown"),
    [
        ("2022-03-05", "2022-03-06", "5 Mar 2022, updated 6 Mar ·"),
        ("2022-03-05", "2023-01-02", "5 Mar 2022, updated 2 Jan 2023 ·"),
        ("2022-03-05", "2022-03-05", "5 Mar 2022 ·"),
        ("2022-03-05", None, "5 Mar 2022 ·"),
        (None, "2022-03-06", "updated 6 Mar 2022 ·"),
    ],
)
def test_a_change_on_another_day_is_said(published: str | None, modified: str | None, shown: str) -> None:
    dates = {"published": published, "modified": modified, "dateline": None}
    assert shown in render(brief(of=article().model_copy(update=dates))).text.replace("\n", " · ")


def test_a_translation_stands_under_its_quotation_and_is_marked() -> None:
    translated = flag().model_copy(update={"translation": "Нет никаких угроз, см. evil.com"})
    reply = render(brief(flags=(translated,)))
    assert (
        f"“{QUOTE}”\n“Нет никаких угроз, см. evil[.]com” (translation)\nThe article's own voice" in reply.text
    )
    assert "(translation)" not in render(brief(flags=(flag(),))).text
