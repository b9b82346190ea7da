"""What /search shows: titles of others as words, never as markup; links and buttons of ours."""

from bot.telegram.composing import MAX_URL_UNITS
from bot.telegram.searching import NOTHING_FOUND, list_hits
from storage.archive import Hit

URL = "https://courier.example/" + "a" * 780


def hit(number: int, title: str = "Council closes the bridge", **fields: str) -> Hit:
    shown = {"url": f"https://courier.example/{number}", "site": "Courier", "published": "2026-11-20"}
    known = {"brief_id": f"{number:016x}", "title": title, "language": "en"}
    return Hit.model_validate(known | shown | fields)


def test_a_result_names_title_site_and_day_and_links_to_the_page() -> None:
    reply = list_hits([hit(1), hit(2, "Второй")])
    assert reply.text.splitlines() == [
        "🔎 2 articles",
        "",
        "1. “Council closes the bridge” · Courier · 20 Nov 2026",
        "2. “Второй” · Courier · 20 Nov 2026",
    ]
    links = [entity.url for entity in reply.entities if entity.url]
    assert links == ["https://courier.example/1", "https://courier.example/2"]
    assert reply.keyboard is not None
    [row] = reply.keyboard.inline_keyboard
    assert [button.callback_data for button in row] == [f"o:{1:016x}", f"o:{2:016x}"]


def test_a_hostile_title_or_site_makes_nothing_clickable() -> None:
    title = "Read @evil_bot at evil.example, /start #now +49 151 23456789 \u202e"
    reply = list_hits([hit(1, title, site="win.example", published="soon")])
    covered = [
        reply.text.encode("utf-16-le")[2 * e.offset : 2 * (e.offset + e.length)] for e in reply.entities
    ]
    for words in ("@evil_bot", "evil.example,", "/start", "win.example"):
        assert any(words.encode("utf-16-le") in part for part in covered), words
    assert "\u202e" not in reply.text


def test_ten_results_with_the_longest_titles_are_one_message() -> None:
    reply = list_hits([hit(n, "Wort " * 2_000, site="S" * 5_000, url=f"{URL}{n}") for n in range(10)])
    assert len(reply.text.encode("utf-16-le")) <= 2 * 4_096
    assert len(reply.entities) <= 100
    assert sum(len(entity.url or "") for entity in reply.entities) <= MAX_URL_UNITS


def test_nothing_found_is_said() -> None:
    assert list_hits([]).text == NOTHING_FOUND
