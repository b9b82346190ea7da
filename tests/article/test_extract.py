import json

import pytest

from bot.article.extract import extract_page
from bot.errors import CookieWall, NoArticle, PageTooComplex
from tests.servers.news import CONSENT, HIDDEN, NO_ARTICLE, PARAGRAPHS, TITLE, article_page

URL = "https://news.example/article"
BODY = "\n\n".join(PARAGRAPHS)


def test_the_article_is_found_character_for_character() -> None:
    found = extract_page(article_page(), URL)
    assert found.text == BODY
    assert (found.title, found.site, found.published, found.language) == (
        TITLE,
        "The Bay Courier",
        "2025-03-11",
        "en",
    )
    assert not found.partial


def test_head_data_of_json_ld_are_read() -> None:
    data = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": TITLE,
        "datePublished": "2025-03-11T08:15:00+01:00",
        "publisher": {"@type": "Organization", "name": "The Bay Courier"},
        "articleBody": HIDDEN,
    }
    page = f'<html><head><script type="application/ld+json">{json.dumps(data)}</script></head><body><article>'
    page += "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) + "</article></body></html>"
    found = extract_page(page, URL)
    assert (found.title, found.published, found.text) == (TITLE, "2025-03-11", BODY)


def test_a_page_that_states_no_date_gets_none() -> None:
    page = article_page().replace("article:published_time", "x").replace("2025-03-11T08:15:00+01:00", "")
    assert extract_page(page, URL).published is None


def test_a_page_that_names_no_outlet_gets_its_host() -> None:
    page = article_page().replace("og:site_name", "x").replace(" | The Bay Courier", "")
    assert extract_page(page, "https://www.news.example/article").site == "news.example"


@pytest.mark.parametrize(
    "end", [" | The Bay Courier", " - The Bay Courier", " — The Bay Courier", " | World | Bay"]
)
def test_the_outlet_is_taken_off_the_title(end: str) -> None:
    page = (
        article_page()
        .replace(f'content="{TITLE}"', f'content="{TITLE}{end}"')
        .replace(f"<h1>{TITLE}</h1>", "")
    )
    assert extract_page(page, URL).title == TITLE or extract_page(page, URL).title == f"{TITLE} | World"


def test_marks_of_quotation_breaks_and_lists_survive() -> None:
    extra = (
        "<p>«\u00a0Non\u00a0», dit-elle. „Nein“, sagte er: ‘no’ — it’s 5\u00a0% of 3½… "
        "“Yes,”<br>she said.</p>"
        "<ul><li>The first of two points of the plan.</li><li>The second of two points.</li></ul>"
    )
    text = extract_page(article_page(extra=extra), URL).text
    assert "« Non », dit-elle. „Nein“, sagte er: ‘no’ — it’s 5 % of 3½… “Yes,”" in text
    assert "“Yes,” she said." in text.replace("\n\n", " ")
    assert "The first of two points of the plan.\n\nThe second of two points." in text


def test_neither_hidden_text_nor_readers_comments_are_read() -> None:
    text = extract_page(article_page(extra=f'<p style="opacity:0">{HIDDEN}</p>'), URL).text
    assert text == BODY


def test_invisible_characters_are_not_read() -> None:
    page = article_page().replace("council", "coun\u00adcil\U000e0041").replace("ferry", "fe\u3164rry")
    assert extract_page(page, URL).text == BODY


def test_a_page_without_structure_is_still_read() -> None:
    page = "<html><body><div>" + "<br><br>".join(PARAGRAPHS) + "</div></body></html>"
    text = extract_page(page, URL).text
    assert all(paragraph.rstrip(".") in text for paragraph in PARAGRAPHS)


@pytest.mark.parametrize(
    "page", [NO_ARTICLE, "", "<", "<html></html>", "just a few words", "<p>" + "a" * 1_000_000]
)
def test_a_page_without_an_article_says_so(page: str) -> None:
    with pytest.raises(NoArticle):
        extract_page(page, URL)


def test_an_xml_declaration_does_no_harm() -> None:
    page = '<?xml version="1.0" encoding="koi8-r"?>' + article_page().replace("<!doctype html>", "")
    assert extract_page(page, URL).text == BODY


WALLS = [
    CONSENT,
    "<title>Just a moment...</title><p>Enable JavaScript and cookies to continue</p>",
    "<title>Access denied</title><h1>Access denied</h1><p>You do not have permission to view this page.</p>",
    "<title>Bay</title><p>Please log in to read on.</p><form>Name Password</form>",
    "<title>Die Bucht</title><p>Mit Werbung weiterlesen oder das Abo wählen. Alle akzeptieren</p>",
    "<title>La Bahía</title><p>Utilizamos cookies propias y de terceros. Aceptar y continuar</p>",
    "<title>La Baie</title><p>Avec votre accord, nous et nos partenaires… Continuer sans accepter</p>",
    "<title>Залив</title><p>Подтвердите, что вы не робот, и включите JavaScript.</p>",
    "<title>Затока</title><p>Підтвердьте, що ви не робот. Увімкніть JavaScript.</p>",
]


@pytest.mark.parametrize("page", WALLS)
def test_a_wall_is_called_a_wall(page: str) -> None:
    with pytest.raises(CookieWall) as caught:
        extract_page(f"<html><body>{page}</body></html>", URL)
    assert caught.value.sentence.startswith("news.example shows me a consent or login page")


def test_a_long_consent_text_is_a_wall_too() -> None:
    page = CONSENT.replace(
        "</p>", " " + "We process data to show advertising and to measure it. " * 6 + "</p>"
    )
    with pytest.raises(CookieWall):
        extract_page(page, URL)


def test_an_article_with_a_cookie_banner_is_an_article() -> None:
    banner = (
        '<div class="banner"><p>We value your privacy. We use cookies. <button>Accept all</button></p></div>'
    )
    assert extract_page(article_page().replace("<nav>", banner + "<nav>"), URL).text == BODY


@pytest.mark.parametrize(
    ("head", "extra"),
    [
        (
            '<script type="application/ld+json">{"isAccessibleForFree": false}</script>',
            "",
        ),
        ("", '<div class="gate"><p>Subscribe to continue reading</p></div>'),
        ("", "<div><p>Дочитать можно по подписке. Только для подписчиков</p></div>"),
    ],
)
def test_the_free_part_of_a_paid_article_is_marked_as_a_part(head: str, extra: str) -> None:
    assert extract_page(article_page(head=head, extra=extra), URL).partial


def test_a_page_of_very_many_tags_is_refused_before_it_is_parsed() -> None:
    with pytest.raises(PageTooComplex):
        extract_page("<p>a</p>" * 30_000, URL)


def test_a_title_is_capped() -> None:
    title = extract_page(article_page(title="word " * 500), URL).title
    assert title is not None
    assert len(title) <= 300
