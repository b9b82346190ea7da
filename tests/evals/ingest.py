"""Measure reading on pages with gold text: `python -m tests.evals.ingest DIR`.

Two layouts are understood: `html/*.html.gz` with `ground-truth.json`, as in the article-extraction-benchmark,
and the parser test pages of flairNLP/fundus (a folder a country, `meta.info`, a `.json` a publisher).
Where the gold data hold the day of publication and the authors, those are scored, too; in fundus an outlet
can be its own author, here it cannot. trafilatura alone is scored in the same run. Nothing is fetched.
"""

import argparse
import gzip
import json
import re
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table
from trafilatura import bare_extraction

from bot.article.documents import read_page
from bot.article.invisible import strip_invisible
from bot.errors import SaysoError

SHINGLE = 4
"""Words a shingle, as in the article-extraction-benchmark's own evaluation."""

FAILURE = 0.5
"""A page below this F1 is a failure: announced when it was refused or labelled partial."""

_QUOTED = re.compile(r"[\"“„«]([^\"“”„«»\n]{15,400})[\"“”»]")
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One saved page and the text that people found on it."""

    name: str
    url: str
    path: Path
    gold: str
    published: str = ""
    """ISO day, if the gold data state one."""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a reader makes of a page."""

    text: str = ""
    announced: str = ""
    """How it said that this is less than an article: an error's class, or "partial", or nothing."""
    published: str = ""
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How one reading of one page compares with its gold text."""

    name: str
    precision: float
    recall: float
    quotes: int
    survived: int
    announced: str
    seconds: float
    day: bool | None
    """Whether the day of publication is right; None when the gold data or the reading have none."""
    authors: tuple[int, int, int]
    """How many names are right, were found, and are in the gold data."""

    @property
    def f1(self) -> float:
        """Return the harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


Read = Callable[[Page, bytes], Reading]


def load_pages(folder: Path) -> list[Page]:
    """Return the pages of a folder in either layout that have a gold text."""
    pages = _load_benchmark(folder) if (folder / "ground-truth.json").exists() else _load_fundus(folder)
    return [page for page in pages if page.gold.strip()]


def _load_benchmark(folder: Path) -> Iterator[Page]:
    for name, gold in json.loads((folder / "ground-truth.json").read_text(encoding="utf-8")).items():
        path = folder / "html" / f"{name}.html.gz"
        if path.exists():
            yield Page(name=name, url=gold.get("url", ""), path=path, gold=gold.get("articleBody") or "")


def _load_fundus(folder: Path) -> Iterator[Page]:
    """Pair each publisher's pages with its parser's versions, oldest first; an uneven number is left out."""
    for info in sorted(folder.glob("*/meta.info")):
        crawled: dict[str, list[tuple[str, str, str]]] = {}
        for name, meta in json.loads(info.read_text(encoding="utf-8")).items():
            crawled.setdefault(name.split("_")[0], []).append((meta["crawl_date"], name, meta["url"]))
        for publisher, dated in crawled.items():
            versions = json.loads((info.parent / f"{publisher}.json").read_text(encoding="utf-8"))
            if len(dated) != len(versions):
                continue
            for (_, name, url), version in zip(sorted(dated), sorted(versions), strict=True):
                stated = versions[version]
                gold, _ = strip_invisible("\n\n".join(_leaves(stated.get("body") or {})))
                yield Page(
                    name=f"{info.parent.name}/{name}",
                    url=url,
                    path=info.parent / name,
                    gold=gold,
                    published=(stated.get("publishing_date") or "")[:10],
                    authors=tuple(stated.get("authors") or ()),
                )


def _leaves(body: object) -> Iterator[str]:
    """Yield the strings of a nested body in order: summary, then each section's heading and paragraphs."""
    match body:
        case str():
            yield body
        case dict():
            for part in body.values():
                yield from _leaves(part)
        case list():
            for part in body:
                yield from _leaves(part)


def score(page: Page, reading: Reading, seconds: float) -> Score:
    """Compare a reading with the gold text by shared 4-word shingles and surviving quotations."""
    gold, read = _shingles(page.gold), _shingles(reading.text)
    wanted, found = ({_fold(name).casefold() for name in one.authors} for one in (page, reading))
    has_day = page.published and reading.published
    shared = (gold & read).total()
    quotes = [_fold(quote) for quote in _QUOTED.findall(page.gold)]
    folded = _fold(reading.text)
    return Score(
        name=page.name,
        precision=shared / read.total() if read else 0.0,
        recall=shared / gold.total() if gold else 1.0,
        quotes=len(quotes),
        survived=sum(quote in folded for quote in quotes),
        announced=reading.announced,
        seconds=seconds,
        day=page.published == reading.published if has_day else None,
        authors=(len(wanted & found), len(found), len(wanted)),
    )


def _shingles(text: str) -> Counter[tuple[str, ...]]:
    words = _WORD.findall(text)
    return Counter(tuple(words[at : at + SHINGLE]) for at in range(max(1, len(words) - SHINGLE + 1)) if words)


def _fold(text: str) -> str:
    return " ".join(_WORD.findall(text))


def read_with_sayso(page: Page, body: bytes) -> Reading:
    """Read a page as the bot does after fetching it."""
    try:
        article = read_page(body, "text/html", "utf-8", page.url, page.url)
    except SaysoError as exc:
        return Reading(announced=type(exc).__name__)
    announced = "partial" if article.partial else ""
    return Reading(
        text=article.text, announced=announced, published=article.published or "", authors=article.authors
    )


def read_with_trafilatura(page: Page, body: bytes) -> Reading:
    """Read a page with the library alone."""
    found = bare_extraction(body, url=page.url, include_comments=False, with_metadata=True)
    if found is None or isinstance(found, dict) or not found.text:
        return Reading(announced="nothing")
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Reading(text=found.text, published=found.date or "", authors=authors)


READERS: dict[str, Read] = {"sayso": read_with_sayso, "trafilatura alone": read_with_trafilatura}


def _score_page(page: Page) -> list[Score]:
    body = gzip.decompress(page.path.read_bytes())
    scores = []
    for read in READERS.values():
        began = time.perf_counter()
        reading = read(page, body)
        scores.append(score(page, reading, time.perf_counter() - began))
    return scores


def tabulate(scores: dict[str, list[Score]]) -> Table:
    """Return the table of results, a column a reader."""
    table = Table("", *scores, title=f"{len(next(iter(scores.values())))} pages")
    rows: dict[str, Callable[[list[Score]], str]] = {
        "mean F1": lambda all_: f"{statistics.mean(one.f1 for one in all_):.4f}",
        "F1 of mean precision and recall": lambda all_: f"{_benchmark_f1(all_):.4f}",
        "mean precision": lambda all_: f"{statistics.mean(one.precision for one in all_):.4f}",
        "mean recall": lambda all_: f"{statistics.mean(one.recall for one in all_):.4f}",
        "quotations that survive": _quotes_row,
        f"announced failures (F1 < {FAILURE})": lambda all_: str(len(_failures(all_, announced=True))),
        f"unannounced failures (F1 < {FAILURE})": lambda all_: str(len(_failures(all_, announced=False))),
        "refused or labelled, though F1 is higher": lambda all_: str(
            sum(bool(one.announced) and one.f1 >= FAILURE for one in all_)
        ),
        "day of publication right": _days_row,
        "authors: precision, recall": _authors_row,
        "ms a page, median": lambda all_: f"{1000 * statistics.median(one.seconds for one in all_):.1f}",
        "ms a page, mean": lambda all_: f"{1000 * statistics.mean(one.seconds for one in all_):.1f}",
    }
    for name, cell in rows.items():
        table.add_row(name, *map(cell, scores.values()))
    return table


def _benchmark_f1(scores: list[Score]) -> float:
    precision = statistics.mean(one.precision for one in scores)
    recall = statistics.mean(one.recall for one in scores)
    return 2 * precision * recall / (precision + recall)


def _quotes_row(scores: list[Score]) -> str:
    quotes, survived = sum(one.quotes for one in scores), sum(one.survived for one in scores)
    return f"{100 * survived / max(1, quotes):.2f} % of {quotes}"


def _days_row(scores: list[Score]) -> str:
    days = [one.day for one in scores if one.day is not None]
    return f"{100 * statistics.mean(days):.1f} % of {len(days)}" if days else "–"


def _authors_row(scores: list[Score]) -> str:
    right, found, wanted = (sum(one.authors[at] for one in scores) for at in range(3))
    return f"{right / max(1, found):.3f}, {right / wanted:.3f}" if wanted else "–"


def _failures(scores: list[Score], *, announced: bool) -> list[Score]:
    return [one for one in scores if one.f1 < FAILURE and bool(one.announced) == announced]


def main() -> None:
    """Score a folder and print the table, with `--worst N` the N worst pages too."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--worst", type=int, default=0, metavar="N")
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    pages = load_pages(options.folder)
    if not pages:
        parser.error("no pages in a known layout there")
    with ProcessPoolExecutor(options.processes) as pool:
        columns = list(zip(*pool.map(_score_page, pages, chunksize=8), strict=True))
    scores = {name: list(column) for name, column in zip(READERS, columns, strict=True)}
    console = Console()
    console.print(tabulate(scores))
    for one in sorted(scores["sayso"], key=lambda each: each.f1)[: options.worst]:
        console.print(
            f"{one.f1:.3f}  P {one.precision:.3f}  R {one.recall:.3f}  "
            f"quotes {one.survived}/{one.quotes}  {one.name}  {one.announced}",
            highlight=False,
            soft_wrap=True,
        )


if __name__ == "__main__":
    main()
