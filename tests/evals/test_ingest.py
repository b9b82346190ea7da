import gzip
import json
from pathlib import Path

from tests.evals.ingest import Page, Reading, load_pages, read_with_sayso, read_with_trafilatura, score
from tests.servers.news import CONSENT, PARAGRAPHS, article_page

BODY = "\n\n".join(PARAGRAPHS)


def page(gold: str = BODY) -> Page:
    return Page(name="a", url="https://news.example/a", path=Path("a"), gold=gold)


def test_equal_texts_score_one_and_strangers_nothing() -> None:
    same = score(page(), Reading(text=BODY), 0)
    assert (same.f1, same.precision, same.recall) == (1, 1, 1)
    assert (same.quotes, same.survived) == (3, 3)
    assert score(page(), Reading(text="nothing of that at all"), 0).f1 == 0
    assert score(page(), Reading(announced="NoArticle"), 0).f1 == 0


def test_half_a_text_has_half_its_recall_and_loses_its_quotations() -> None:
    half = score(page(), Reading(text="\n\n".join(PARAGRAPHS[:3])), 0)
    assert half.precision == 1
    assert 0.4 < half.recall < 0.6
    assert (half.quotes, half.survived) == (3, 2)


def test_a_folder_in_the_benchmark_layout_is_read(tmp_path: Path) -> None:
    (tmp_path / "html").mkdir()
    (tmp_path / "html" / "k1.html.gz").write_bytes(gzip.compress(article_page().encode()))
    gold = {"k1": {"articleBody": BODY, "url": "https://news.example/a"}, "k2": {"articleBody": "not there"}}
    (tmp_path / "ground-truth.json").write_text(json.dumps(gold))
    (found,) = load_pages(tmp_path)
    assert (found.name, found.gold, found.url) == ("k1", BODY, "https://news.example/a")


def test_a_folder_in_the_fundus_layout_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "xx"
    folder.mkdir()
    names = {
        "Bay_2024_01_01.html.gz": {"url": "https://bay.example/1", "crawl_date": "2024-01-01"},
        "Bay_2025_01_01.html.gz": {"url": "https://bay.example/2", "crawl_date": "2025-01-01"},
        "Odd_2025_01_01.html.gz": {"url": "https://odd.example/1", "crawl_date": "2025-01-01"},
    }
    (folder / "meta.info").write_text(json.dumps(names))
    sections = [{"headline": ["Costs"], "paragraphs": ["Half of it.", "The rest."]}]
    body = {"summary": ["In short."], "sections": sections}
    versions = {"V1": {"body": body}, "V2": {"body": {"summary": [], "sections": sections}}}
    (folder / "Bay.json").write_text(json.dumps(versions))
    (folder / "Odd.json").write_text(json.dumps(versions))
    first, second = load_pages(tmp_path)
    assert (first.url, first.gold) == (
        "https://bay.example/1",
        "In short.\n\nCosts\n\nHalf of it.\n\nThe rest.",
    )
    assert (second.url, second.gold) == ("https://bay.example/2", "Costs\n\nHalf of it.\n\nThe rest.")


def test_both_readers_read_a_page() -> None:
    body = article_page().encode()
    assert read_with_sayso(page(), body) == Reading(text=BODY, published="2025-03-11")
    assert score(page(), read_with_trafilatura(page(), body), 0).recall == 1
    assert read_with_trafilatura(page(), b"<html></html>") == Reading(announced="nothing")


def test_days_and_authors_are_compared_where_there_are_any() -> None:
    gold = Page(
        name="a", url="", path=Path("a"), gold=BODY, published="2025-03-11", authors=("Ada Quill", "AFP")
    )
    right = score(gold, Reading(published="2025-03-11", authors=("ADA QUILL", "Joe")), 0)
    assert (right.day, right.authors) == (True, (1, 2, 2))
    assert score(gold, Reading(published="2025-03-12"), 0).day is False
    assert score(gold, Reading(), 0).day is None
    assert score(page(), Reading(published="2025-03-11"), 0).day is None


def test_a_refusal_is_announced() -> None:
    assert read_with_sayso(page(), CONSENT.encode()) == Reading(announced="CookieWall")
