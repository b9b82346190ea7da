"""What is no article, or only a part of one, is told before any model could be asked."""

import json

import pytest

from bot.article.extract import extract_page
from bot.errors import ListingPage, NoArticle, PaidPage, ReadError, VideoPage
from tests.servers.news import PARAGRAPHS, TITLE, article_page

URL = "https://news.example/article"
LEAD = PARAGRAPHS[:3]
TEASERS = "".join(
    f'<div><h3><a href="/story/{number}">The story number {number} of this day</a></h3>'
    f"<p>What the council said about number {number} and why it matters to the bay.</p></div>"
    for number in range(20)
)


def linked(**data: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(data)}</script>'


def bare(body: str, head: str = "") -> str:
    return f"<html><head><title>The Bay</title>{head}</head><body>{body}</body></html>"


GATES = [
    "Subscribe to continue reading", "Already a subscriber? Log in",
    "Jetzt abonnieren und weiterlesen", "Dieser Text ist nur für Abonnenten",
    "Suscríbete para seguir leyendo", "Contenido exclusivo para suscriptores",
    "Article réservé aux abonnés", "Il vous reste 57 % de cet article à lire",
    "Только для подписчиков", "Чтобы читать дальше, оформите подписку",
    "Лише для передплатників", "Оформіть передплату, щоб читати далі",
]  # fmt: skip


@pytest.mark.parametrize("gate", GATES)
def test_a_paywalled_lead_is_labelled_a_part(gate: str) -> None:
    assert extract_page(article_page(LEAD, extra=f"<div><p>{gate}</p></div>"), URL).partial


@pytest.mark.parametrize("gate", GATES)
def test_a_paid_article_without_a_lead_is_refused_as_one(gate: str) -> None:
    with pytest.raises(PaidPage):
        extract_page(bare(f"<h1>{TITLE}</h1><p>{gate}</p>"), URL)


@pytest.mark.parametrize(
    "head",
    [
        linked(**{"@type": "NewsArticle", "isAccessibleForFree": False}),
        linked(**{"@type": "NewsArticle", "isAccessibleForFree": "False"}),
        linked(**{"@graph": [{"@type": "NewsArticle", "hasPart": {"isAccessibleForFree": "false"}}]}),
        '<meta property="article:content_tier" content="locked">',
    ],
)
def test_a_page_that_says_it_is_paid_is_believed(head: str) -> None:
    assert extract_page(article_page(head=head), URL).partial


def test_a_free_article_is_whole() -> None:
    head = linked(
        **{"@type": "NewsArticle", "isAccessibleForFree": True, "articleBody": " ".join(PARAGRAPHS)}
    )
    assert not extract_page(article_page(head=head), URL).partial


def test_text_that_only_machines_are_given_shows_that_a_part_is_missing() -> None:
    head = linked(**{"@type": "NewsArticle", "articleBody": " ".join(PARAGRAPHS * 3)})
    found = extract_page(article_page(head=head), URL)
    assert found.partial
    assert found.text == "\n\n".join(PARAGRAPHS), "the visible text counts, not what only machines are given"


@pytest.mark.parametrize("end", ["The rest is about the price of the line and…", "It will be paid by [...]"])
def test_a_text_that_breaks_off_is_labelled_a_part(end: str) -> None:
    assert extract_page(article_page((*LEAD, end)), URL).partial


ENTRIES = tuple(
    f"{hour}:{minute} {text}"
    for hour, minute, text in zip(range(9, 15), range(10, 60, 8), PARAGRAPHS, strict=False)
)


@pytest.mark.parametrize(
    "page",
    [
        article_page(head=linked(**{"@type": "LiveBlogPosting", "headline": TITLE})),
        article_page(ENTRIES),
        article_page(tuple(entry.replace(":", ".", 1).replace(" ", " Uhr ", 1) for entry in ENTRIES)),
    ],
)
def test_a_live_blog_is_labelled_a_part(page: str) -> None:
    assert extract_page(page, URL).partial


@pytest.mark.parametrize(
    "page",
    [
        bare(TEASERS),
        bare(TEASERS, linked(**{"@type": "CollectionPage"})),
        bare(f"<main>{TEASERS}</main>", '<meta property="og:type" content="website">'),
    ],
)
def test_a_list_of_articles_is_refused_as_one(page: str) -> None:
    with pytest.raises(ListingPage) as caught:
        extract_page(page, URL)
    assert "many articles" in caught.value.sentence


def test_an_article_among_teasers_is_an_article() -> None:
    page = article_page((" ".join(PARAGRAPHS), " ".join(reversed(PARAGRAPHS))), extra=TEASERS)
    assert extract_page(page, URL).title == TITLE


@pytest.mark.parametrize(
    "head",
    ['<meta property="og:type" content="video.other">', linked(**{"@type": "VideoObject", "name": TITLE})],
)
def test_a_video_is_refused_as_one(head: str) -> None:
    page = bare(f"<h1>{TITLE}</h1><video></video><p>{PARAGRAPHS[0]}</p><p>{PARAGRAPHS[1]}</p>", head)
    with pytest.raises(VideoPage):
        extract_page(page, URL)


def test_an_article_with_a_video_is_an_article() -> None:
    head = linked(**{"@graph": [{"@type": "NewsArticle"}, {"@type": "VideoObject"}]})
    assert extract_page(article_page(head=head), URL).title == TITLE


@pytest.mark.parametrize(
    "source", ['{"@type": "NewsArticle", ', "[" * 5_000, "null", '"x"', "[[[{}]]]", "{}"]
)
def test_broken_linked_data_do_no_harm(source: str) -> None:
    page = article_page(head=f'<script type="application/ld+json">{source}</script>')
    assert extract_page(page, URL).title == TITLE


@pytest.mark.parametrize("error", [PaidPage, VideoPage, ListingPage, NoArticle])
def test_each_refusal_says_what_to_do(error: type[ReadError]) -> None:
    assert any(word in error("x").sentence for word in ("paste", "Paste", "send me", "Send me"))
