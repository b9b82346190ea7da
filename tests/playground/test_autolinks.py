import pytest

from bot.playground.autolinks import find_autolinks
from bot.playground.formatting import cut_units

LINKED = [
    ("see https://a.example/x_(y)?q=1#z.", "url", "https://a.example/x_(y)?q=1#z"),
    ("(see http://x.y/a)", "url", "http://x.y/a"),
    ("wrote nytimes.com today", "url", "nytimes.com"),
    ("wrote in nytimes.com/2026/a-b, that", "url", "nytimes.com/2026/a-b"),
    ("на сайте правительство.рф вчера", "url", "правительство.рф"),
    ("server 10.0.0.1:8080/x is", "url", "10.0.0.1:8080/x"),
    ("write to a.b+c@mail.example.org now", "email", "a.b+c@mail.example.org"),
    ("ask @some_user about", "mention", "@some_user"),
    ("use /start now", "bot_command", "/start"),
    ("use /start@sayso_bot now", "bot_command", "/start@sayso_bot"),
    ("the #Новости tag", "hashtag", "#Новости"),
    ("shares of $AAPL fell", "cashtag", "$AAPL"),
    ("call +49 (30) 1234-567 now", "phone_number", "+49 (30) 1234-567"),
    ("card 4111 1111 1111 1111 leaked", "bank_card_number", "4111 1111 1111 1111"),
    ("😀 then 👩‍👩‍👧 x.com", "url", "x.com"),
]


@pytest.mark.parametrize(("text", "kind", "covered"), LINKED)
def test_what_telegram_links_is_found_with_its_exact_range(text: str, kind: str, covered: str) -> None:
    [entity] = find_autolinks(text)
    assert (entity["type"], cut_units(text, entity["offset"], entity["length"])) == (kind, covered)


@pytest.mark.parametrize(
    "text",
    [
        "The U.S. and the E.U. met, e.g. on 3.5 of 4.25 points.",
        "He left.She stayed, said the report.In May it ended.",
        "the either/or of and/or, 5/6 and 1/2",
        "from 10 a.m. to 3 p.m. at 12:30",
        "in #1 place, C# and F#",
        "it cost $5 and US$30, AT&T rose",
        "a file.txt1 and node.js_x",
        "an ISBN 978-3-16-148410-0 of 1234567890123456",
        "twitter @ab and a@b",
        "version 1.2.3.999",
        "x @ y",
    ],
)
def test_what_telegram_leaves_alone_is_not_linked(text: str) -> None:
    assert find_autolinks(text) == []
