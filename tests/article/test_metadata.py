"""Who wrote a page and when: what its head says counts where the page agrees with it."""

import datetime
import json

import pytest

from bot.article.authors import split_names
from bot.article.dates import parse_time, read_dates
from bot.article.documents import read_page
from bot.article.models import Article
from bot.briefing.report import as_json
from tests.servers.news import HIDDEN, PARAGRAPHS, article_page
from tests.telegram.briefs import brief

URL = "https://news.example/article"
NONE: frozenset[datetime.date] = frozenset()


def read(*, byline: str = "", head: str = "", **linked: object) -> Article:
    data = json.dumps({"@type": "NewsArticle", "headline": "x", **linked})
    script = f'<script type="application/ld+json">{data}</script>'
    page = article_page(head=head + script).replace("</h1>", f"</h1>{byline}", 1)
    return read_page(page.encode(), "text/html", None, URL, URL)


PERSON = {"@type": "Person", "name": "Ada Quill"}
REUTERS = {"@type": "Organization", "name": "Reuters"}


@pytest.mark.parametrize(
    ("author", "byline", "found"),
    [
        (PERSON, "<p>By Ada Quill</p>", ("Ada Quill",)),
        ([PERSON, "Per Holm-Ås"], "<p>Ada Quill, Per Holm-Ås</p>", ("Ada Quill", "Per Holm-Ås")),
        ("Ada Quill and Per Holm", "<p>ADA QUILL &amp; PER HOLM</p>", ("Ada Quill", "Per Holm")),
        ({"@id": "#ada"}, "<p>Ada Quill</p>", ("Ada Quill",)),
        (PERSON, "", ()),
        (PERSON, '<p style="display:none">Ada Quill</p>', ()),
        (PERSON, "<p>Ada Quillmore</p>", ()),
        ({"@type": "Organization", "name": "The Bay Courier"}, "<p>The Bay Courier</p>", ()),
        ({"@type": "Organization", "name": "Bay Media Group"}, "<p>Bay Media Group</p>", ()),
        ([REUTERS, PERSON], "<p>Ada Quill, Reuters</p>", ("Ada Quill", "Reuters")),
        ("ada@news.example", "<p>ada@news.example</p>", ()),
        ("https://news.example/ada", "<p>https://news.example/ada</p>", ()),
        (HIDDEN, "", ()),
        (None, "<p>By Ada Quill and Per Holm</p>", ("Ada Quill", "Per Holm")),
        (None, "<p>Von Ada Quill und Per Holm</p>", ("Ada Quill", "Per Holm")),
        (None, "<p>Por Santiago Ramón y Cajal</p>", ("Santiago Ramón y Cajal",)),
        (None, "<p>Par Ada Quill (avec AFP)</p>", ("Ada Quill", "AFP")),
        (None, "<p>Автор: Иван Петров</p>", ("Иван Петров",)),
        (None, '<div class="byline"><a>Ada Quill</a><i>Political correspondent</i></div>', ("Ada Quill",)),
        (None, '<span itemprop="author">Ada Quill, Per Holm (AP)</span>', ("Ada Quill", "Per Holm", "AP")),
        (None, '<div class="byline">Foto: Per Holm</div>', ()),
        (None, '<div class="byline">By our newsroom staff</div>', ()),
        (None, "<p>By Tuesday the council had voted.</p>", ()),
    ],
)  # fmt: skip
def test_authors_are_those_the_page_shows(author: object, byline: str, found: tuple[str, ...]) -> None:
    graph = [{"@id": "#ada", **PERSON}]
    assert read(byline=byline, author=author, mentions=graph).authors == found


def test_the_authors_of_meta_tags_and_of_agencies() -> None:
    head = '<meta name="author" content="Ada Quill, news.example"><meta name="byl" content="By Per Holm">'
    assert read(head=head, byline="<p>Ada Quill</p>").authors == ("Ada Quill",)
    assert read(head=head, byline="<p>Per Holm</p>").authors == ("Per Holm",)
    agency = {"@type": "Organization", "name": "dpa"}
    assert read(author=agency, byline="<p>dpa</p>").authors == ("dpa",)


def test_authors_are_capped() -> None:
    names = [f"Ada Quill{'abcdefghijklmnopq'[n]}" for n in range(17)]
    assert len(read(author=names, byline=f"<p>{', '.join(names)}</p>").authors) == 10


@pytest.mark.parametrize(
    "byline", ["x" * 5_000, "By " * 2_000, "a, " * 9_000, "By <b>", "7 Ways & 3 Reasons", ""]
)
def test_what_is_no_byline_names_nobody(byline: str) -> None:
    assert not [name for name in split_names(byline) if " " in name or len(name) > 60]


@pytest.mark.parametrize(
    ("published", "modified", "expected"),
    [
        ("2025-03-11T08:15:00+01:00", "2025-03-12T09:00:00+01:00", ("2025-03-11", "2025-03-12")),
        ("2025-03-11T23:30:00-05:00", "", ("2025-03-11", None)),
        ("2025-03-11T23:30:00Z", "2025-03-12T09:00:00+09:00", ("2025-03-12", "2025-03-12")),
        ("2025-03-11", "2025-03-10", ("2025-03-11", None)),
        ("2999-01-01", "2999-01-02", (None, None)),
        ("11 March 2025", "12.03.2025", ("2025-03-11", "2025-03-12")),
        ("Tue, 11 Mar 2025 08:15:00 GMT", "", ("2025-03-11", None)),
        ("2025-03-11 08:15:00.123", "2025-13-45", ("2025-03-11", None)),
        ("yesterday", "0", (None, None)),
        ("0001-01-01T00:00:00Z", "9999-12-31T23:59:59+00:00", (None, None)),
        ("", "2025-03-12", (None, "2025-03-12")),
    ],
)
def test_dates_are_days_of_the_page_s_own_zone(
    published: str, modified: str, expected: tuple[str | None, str | None]
) -> None:
    dates = read_dates([published], [modified], NONE)
    assert (dates.published, dates.modified) == expected


def test_the_day_that_a_page_shows_settles_which_one_it_means() -> None:
    shown = frozenset({datetime.date(2025, 3, 12)})
    assert read_dates(["2025-03-11T22:00:00Z"], [], shown).published == "2025-03-12"
    assert read_dates(["2025-03-11T02:00:00Z"], [], shown).published == "2025-03-11", "too far away"
    assert read_dates(["2025-03-10", "2025-03-12"], [], shown).published == "2025-03-12"
    assert read_dates(["2025-03-10", "2025-03-14"], [], shown).published == "2025-03-10"


@pytest.mark.parametrize(
    ("published", "modified", "moments"),
    [
        ("2025-03-11T08:15:00+01:00", "2025-03-11T09:00:00Z", ("2025-03-11T07:15", "2025-03-11T09:00")),
        ("Tue, 11 Mar 2025 08:15:00 GMT", "2025-03-12", ("2025-03-11T08:15", None)),
        ("2025-03-11", "2025-03-11T09:00:00", (None, None)),
        ("2025-03-11T00:00:00Z", "2025-03-12T00:00:00+01:00", (None, None)),
        ("2025-03-11T08:15:00Z", "2025-03-11T07:15:00Z", ("2025-03-11T08:15", None)),
    ],
    ids=["both", "in words", "no zone", "midnight is a day", "changed before it was published"],
)
def test_a_time_with_its_zone_is_a_moment(
    published: str, modified: str, moments: tuple[str | None, str | None]
) -> None:
    dates = read_dates([published], [modified], NONE)
    stated = (dates.published_at, dates.modified_at)
    assert tuple(t and f"{t.astimezone(datetime.UTC):%Y-%m-%dT%H:%M}" for t in stated) == moments


@pytest.mark.parametrize(
    "stated", ["", "x" * 9_000, "2025-W11-2T", "24:00", "99999999999999999999", "\x00", "1e309"]
)
def test_what_is_no_date_does_no_harm(stated: str) -> None:
    time = parse_time(stated)
    assert time is None or time.year >= 1900


def test_dates_are_read_off_a_page() -> None:
    head = '<meta property="article:modified_time" content="2025-03-12T07:00:00+01:00">'
    article = read(head=head, datePublished="2025-03-11T07:15:00Z")
    assert (article.published, article.modified) == ("2025-03-11", "2025-03-12")
    assert article.published_at == datetime.datetime(2025, 3, 11, 7, 15, tzinfo=datetime.UTC)
    assert article.modified_at == datetime.datetime(2025, 3, 12, 6, tzinfo=datetime.UTC)
    assert Article.model_validate_json(article.model_dump_json()) == article


def test_the_json_of_a_brief_holds_authors_and_change_after_the_keys_of_the_contract() -> None:
    article = read(byline="<p>By Ada Quill</p>", dateModified="2025-03-12")
    shown = as_json(brief(of=article), with_text=True)["article"]
    assert list(shown)[-2:] == ["authors", "modified"]
    assert (shown["authors"], shown["modified"], shown["text"]) == (["Ada Quill"], "2025-03-12", article.text)
    assert json.loads(json.dumps(shown)) == shown


def test_an_article_that_was_stored_before_these_fields_still_loads() -> None:
    stored = read().model_dump()
    for name in ("authors", "modified", "hidden_characters", "published_at", "modified_at"):
        del stored[name]
    article = Article.model_validate_json(json.dumps(stored))
    assert (article.authors, article.modified) == ((), None)
    assert article.text == "\n\n".join(PARAGRAPHS)
