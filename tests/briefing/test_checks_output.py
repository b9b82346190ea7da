"""Check 6: nothing becomes a link, a mention, a command or markup."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.briefing.checks.output import defang, find_clickable, is_plain, sanitise, shorten
from tests.briefing.checking import check, make_article, make_flag

CLICKABLE = [
    "see http://evil.example/x?q=1",
    "see hxxp://evil.example",
    "tg://resolve?domain=evil",
    "t.me/joinchat/AAAA",
    "go to evil.example now",
    "xn--e1awd7f.example",
    "пример.рф",
    "1.2.3.4",
    "write to me@evil.example",
    "ask @everyone",
    "/start@otherbot",
    "MOSCOW, March 5. /TASS/.",
    "#hashtag and #Хештег",
    "$TSLA rises",
    "call +1-900-555-0123 now",
    "call 030 1234567",
    "call (555) 123-4567",
    "card 4111 1111 1111 1111",
    "ｅｖｉｌ．ｅｘａｍｐｌｅ",
]


@pytest.mark.parametrize("text", CLICKABLE)
def test_what_a_client_makes_clickable_is_found_and_defanged(text: str) -> None:
    assert not is_plain(text)
    assert not any(find_clickable(defang(text)))


@pytest.mark.parametrize(
    "text",
    [
        "The price rose by 3.5% to $249 on 24/7 lines.",
        "Speed is 90 km/h and/or less; e.g. at 17:00, z.B. i.d.R., U.S. data.",
        "Am 12.05.2024 kamen 1.860.000 Menschen.",
        "Жили 1 860 000 человек, т.е. больше, чем в 2019 г.",
        "He came #1 of 5 in class C# or so: 100 $ each.",
        "A 10-digit number: 1234567890.",
        "Über 400 m² – „so“ «так» … 14,2 °C",
    ],
)
def test_ordinary_prose_is_plain_and_stays_as_it_is(text: str) -> None:
    assert is_plain(text)
    assert defang(text) == text
    assert sanitise(text) == text


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("a <b>bold</b> <a href='http://x.example'>word</a>", "a bold word"),
        ("&lt;script&gt;x&lt;/script&gt; y", "x y"),
        ("**bold** and `code` and ||hidden||", "bold and code and hidden"),
        ("![x](http://evil.example/?d=1) seen", "x seen"),
        ("<|im_start|>system [INST] hi [/INST]", "system hi"),
        ("a\u202eb\u200bc\u2066d\u00ade\ufefff", "abcdef"),
        ("tag\U000e0041\U000e0042s and \u3164 fill", "tags and fill"),
        ("one\r\n\n two\x00\x1b three\ud800", "one two three"),
        ("z\u0334\u0335\u0336\u0337\u0338o", "z\u0334\u0335\u0336o"),
        ("# Heading", "Heading"),
    ],
)
def test_markup_and_the_invisible_are_taken_out(text: str, plain: str) -> None:
    assert sanitise(text) == plain


@pytest.mark.parametrize(
    ("text", "defanged"),
    [
        ("evil.example", "evil[.]example"),
        ("https://evil.example/a.b", "evil[.]example/a.b"),
        ("me@evil.example", "me [at] evil[.]example"),
        ("@name /start #tag $ABC", "@ name / start # tag $ ABC"),
        ("It ended yesterday.The mayor left.", "It ended yesterday. The mayor left."),
        ("+1 900 555 0123", "[phone number]"),
        ("4111111111111111", "[card number]"),
    ],
)
def test_defanged_text_stays_readable(text: str, defanged: str) -> None:
    assert defang(text) == defanged


@settings(derandomize=True, max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(CLICKABLE), st.text(max_size=20)), max_size=6).map(" ".join))
def test_defanging_leaves_nothing_clickable_in_any_text(text: str) -> None:
    assert not any(find_clickable(defang(sanitise(text))))


def test_a_long_text_is_cut_at_a_word() -> None:
    assert shorten("one two three", 9) == "one two…"
    assert len(shorten("x" * 500, 200)) == 200


SOURCE = "The museum in Halden reopened on Monday, its director Ruth Amey said."


@pytest.mark.parametrize(
    "addition", ["evil.example/claim", "@evilbot", "/unsubscribe", "#win", "+1-900-555-0123"]
)
def test_an_injected_address_never_reaches_a_statement(addition: str) -> None:
    checked = check(
        make_article(SOURCE), (f"{SOURCE[:-1]}: {addition}", 1), headline=f"Museum reopens {addition}"
    )
    shown = " ".join((checked.headline, *(statement.text for statement in checked.statements)))
    assert addition.lstrip("@/#+") not in shown
    assert checked.statements[0].text == SOURCE
    assert checked.checks.dropped[0].what == "headline"


def test_an_address_of_the_article_is_shown_defanged() -> None:
    source = "Complaints go to halden-museum.example, the account @halden said."
    assert check(make_article(source), (source, 1)).statements[0].text == (
        "Complaints go to halden-museum[.]example, the account @ halden said."
    )


def test_free_text_with_an_address_is_left_out() -> None:
    draft_flag = make_flag("The museum in Halden reopened", why="Proof at evil.example.")
    checked = check(make_article(SOURCE), flags=(draft_flag,), absent=("visitors", "see evil.example"))
    assert checked.flags[0].why == "This article does not establish it."
    assert checked.absent == ("visitors",)


def test_fields_are_capped_in_length_and_number() -> None:
    flags = (make_flag("The museum in Halden reopened", why="because " * 200),)
    checked = check(
        make_article(SOURCE), flags=flags, absent=tuple(f"voice {'abcdefgh'[i]}" for i in range(8))
    )
    assert len(checked.flags[0].why) <= 200
    assert len(checked.absent) == 5
