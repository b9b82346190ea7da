"""Measure an engine's briefs against gold articles: `python -m tests.evals.brief FILE --engine offline`.

A gold flag is found when a shown quotation holds half of its words; what overlaps an optional marker
counts neither way. A headline flag is about the whole article and is not compared.
"""

import argparse
import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.article.models import Article
from bot.article.sentences import split_sentences
from bot.briefing.models import Checked, Checks, Draft, DraftFlag, Flag, Statement
from bot.briefing.rules import draft_offline
from bot.settings import read_settings

Write = Callable[[Article], Awaitable[Draft]]
Check = Callable[[Draft, Article], Checked]

_PLAIN = str.maketrans(
    {"’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "\u00a0": " ", "\u202f": " "}
)
_QUOTED = re.compile(r"[\"“„«][^\"“”„«»]*[\"”“»]")
_SPOKEN = re.compile(
    r"\b(?:said|says|told|according to|writes?|add(?:s|ed)|show|shows|gives|expects?|believe|"
    r"sagte|laut|nach Angaben|teilte|heißt|wies|wirft|hervorgeht|zufolge|"
    r"dijo|afirmó|según|de acuerdo con|informó|indicó|aclaró|"
    r"dit|disent|selon|indique|annonce|précise|déclaré|demande|prévues|relevé|"
    r"сообщил\w*|заявил\w*|сказал\w*|говорится|отмечено|назвал\w*|по данным|по сообщениям|"
    r"повідомил\w*|каже|свідчать|за даними|ідеться|йдеться|відповіл\w*|розповідають|запевнил\w*)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Tally:
    """Counts of one article, or the sum of several."""

    shown: int = 0
    right: int = 0
    gold: int = 0
    found: int = 0
    kinds: int = 0
    speakers: int = 0
    clean: int = 0
    clean_flagged: int = 0
    facts: int = 0
    facts_covered: int = 0
    loaded_bare: int = 0
    lost: int = 0
    statements: int = 0
    traced: int = 0
    words: int = 0
    articles: int = 1

    def plus(self, other: "Tally") -> "Tally":
        """Return the sum of both."""
        return Tally(**{f.name: getattr(self, f.name) + getattr(other, f.name) for f in fields(self)})

    @property
    def rates(self) -> dict[str, float]:
        """Return the ratios the targets are about."""
        return {
            "precision": _ratio(self.right, self.shown),
            "recall": _ratio(self.found, self.gold),
            "kind": _ratio(self.kinds, self.found),
            "speaker": _ratio(self.speakers, self.found),
            "clean_flagged": self.clean_flagged / self.clean if self.clean else 0.0,
            "facts": _ratio(self.facts_covered, self.facts),
            "traced": _ratio(self.traced, self.statements),
            "words": self.words / self.articles,
        }


def _ratio(part: int, whole: int) -> float:
    return part / whole if whole else 1.0


def _tokens(text: str) -> list[str]:
    return re.findall(r"\w+", text.translate(_PLAIN).casefold())


def overlaps(shown: str, gold: str) -> bool:
    """Whether a shown quotation holds half of the gold one's words in a row."""
    text, wanted = f" {' '.join(_tokens(shown))} ", _tokens(gold)
    half = max(1, (len(wanted) + 1) // 2)
    return any(f" {' '.join(wanted[i : i + half])} " in text for i in range(len(wanted) - half + 1))


def same_speaker(shown: str | None, gold: str | None) -> bool:
    """Whether two names are one source: equal words, or one's words among the other's, endings aside."""
    if shown is None or gold is None:
        return shown is gold
    one, other = ({word[:5] for word in _tokens(name) if len(word) > 2} for name in (shown, gold))
    return bool(one and other) and (one <= other or other <= one)


def build_article(gold: dict[str, Any]) -> Article:
    """Build the article of a gold entry."""
    return Article(
        kind="text",
        text=gold["text"],
        sentences=split_sentences(gold["text"], gold["lang"]),
        title=gold["title"],
        site=gold["site"],
        url=gold["url"],
        published=gold["published"],
        language=gold["lang"],
    )


def measure(gold: dict[str, Any], article: Article, checked: Checked) -> Tally:
    """Compare one brief with its gold entry."""
    tally = Tally(gold=len(gold["flags"]), clean=len(gold["clean"]), facts=len(gold["facts"]))
    flags = [flag for flag in checked.flags if flag.kind != "headline_beyond_text"]
    for flag in flags:
        is_right = any(overlaps(flag.quote, g["quote"]) for g in gold["flags"])
        if is_right or not any(overlaps(flag.quote, g["quote"]) for g in gold["optional"]):
            tally.shown += 1
            tally.right += is_right
    for wanted in gold["flags"]:
        near = [flag for flag in flags if overlaps(flag.quote, wanted["quote"])]
        tally.found += bool(near)
        tally.kinds += any(flag.kind in wanted["kinds"] for flag in near)
        tally.speakers += any(same_speaker(flag.speaker, wanted["speaker"]) for flag in near)
    tally.clean_flagged = sum(any(overlaps(c, f.quote) for f in flags) for c in gold["clean"])
    text = " ".join(statement.text for statement in checked.statements)
    tally.facts_covered = sum(any(_plain(s) in _plain(text) for s in options) for options in gold["facts"])
    outside = _QUOTED.sub(" ", f"{checked.headline}\n{text}")
    tally.loaded_bare = sum(_has_words(outside, term) for term in gold["loaded"])
    tally.lost = sum(
        _has_lost(statement.text, statement.sentences, article) for statement in checked.statements
    )
    tally.statements, tally.traced = checked.checks.statements, checked.checks.traced
    tally.words = len(text.split())
    return tally


def _plain(text: str) -> str:
    return text.translate(_PLAIN).casefold()


def _has_words(text: str, term: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(_plain(term))}(?!\w)", _plain(text)) is not None


def _has_lost(text: str, sentences: Sequence[int], article: Article) -> bool:
    """Whether a cited sentence names its source and the statement does not."""
    return any(_SPOKEN.search(article.sentence_text(n)) for n in sentences) and not _SPOKEN.search(text)


def check(draft: Draft, article: Article) -> Checked:
    """Run the checks, as every brief does."""
    from bot.briefing.checks import check_draft  # noqa: PLC0415  # a draft can be scored without them

    return check_draft(draft, article)


def leave_unchecked(draft: Draft, article: Article) -> Checked:
    """Take the draft as it is, to see what the engine alone is worth."""
    return Checked(
        headline=draft.headline,
        statements=tuple(
            Statement(text=s.text, sentences=s.sentences, traced=False) for s in draft.statements
        ),
        flags=tuple(_locate(flag, article) for flag in draft.flags),
        loaded=draft.loaded,
        absent=draft.absent,
        checks=Checks(statements=len(draft.statements)),
    )


def _locate(flag: DraftFlag, article: Article) -> Flag:
    start = max(0, article.text.find(flag.quote))
    return Flag(**flag.model_dump(), start=start, end=start + len(flag.quote))


async def write_offline(article: Article) -> Draft:
    """Draft by the rules as they are, without workers."""
    return draft_offline(article)


@asynccontextmanager
async def open_offline(_options: argparse.Namespace) -> AsyncIterator[Write]:
    """Give the rules."""
    yield write_offline


@asynccontextmanager
async def open_openai(options: argparse.Namespace) -> AsyncIterator[Write]:
    """Open the model that the options, else the settings, name."""
    from bot.app import open_model  # noqa: PLC0415  # the offline engine is scored without the model's client

    given = {"openai_base_url": options.base_url, "openai_model": options.model}
    settings = read_settings().model_copy(update={name: value for name, value in given.items() if value})
    async with open_model(settings) as engine:

        async def write(article: Article) -> Draft:
            draft, _usage = await engine.draft(article, article.language)
            return draft

        yield write


ENGINES: dict[str, Callable[[argparse.Namespace], AbstractAsyncContextManager[Write]]] = {
    "offline": open_offline,
    "openai": open_openai,
}
"""By name: what opens the function that writes a draft."""


async def evaluate(golds: Iterable[dict[str, Any]], write: Write, check: Check = check) -> dict[str, Tally]:
    """Measure every gold article, one after another."""
    tallies: dict[str, Tally] = {}
    for gold in golds:
        article = build_article(gold)
        tallies[gold["id"]] = measure(gold, article, check(await write(article), article))
    return tallies


def total(tallies: Iterable[Tally]) -> Tally:
    """Add tallies up."""
    first, *rest = tallies
    for tally in rest:
        first = first.plus(tally)
    return first


def read_gold(path: Path) -> list[dict[str, Any]]:
    """Read a file of gold articles, one JSON object a line."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def _print_table(tallies: dict[str, Tally]) -> None:
    table = Table(
        "article", "P", "R", "kind", "speaker", "clean!", "facts", "loaded!", "lost!", "traced", "words"
    )
    for name, tally in [*tallies.items(), ("total", total(tallies.values()))]:
        rates = tally.rates
        shown = [
            f"{rates[key]:.2f}"
            for key in ("precision", "recall", "kind", "speaker", "clean_flagged", "facts")
        ]
        counts = [
            str(tally.loaded_bare),
            str(tally.lost),
            f"{tally.traced}/{tally.statements}",
            f"{rates['words']:.0f}",
        ]
        table.add_row(name, *shown, *counts)
    Console(width=120).print(table)


async def _measure_file(options: argparse.Namespace) -> dict[str, Tally]:
    judge = leave_unchecked if options.unchecked else check
    async with ENGINES[options.engine](options) as write:
        return await evaluate(read_gold(options.file), write, judge)


def main() -> None:
    """Print the table, or with --json one object; with --readme rewrite the README's table."""
    parser = argparse.ArgumentParser(prog="python -m tests.evals.brief")
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--engine", choices=sorted(ENGINES), default="offline")
    parser.add_argument("--base-url", help="address of an OpenAI-compatible server; else OPENAI_BASE_URL")
    parser.add_argument("--model", help="name of the model; else OPENAI_MODEL")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--unchecked", action="store_true", help="score the draft before the checks")
    parser.add_argument("--readme", type=Path, help="rewrite the evaluation table of this file")
    options = parser.parse_args()
    if options.readme:
        from tests.evals.readme import write_readme  # noqa: PLC0415  # it imports this module

        write_readme(options.readme)
        return
    if options.file is None:
        parser.error("give a file of gold articles, or --readme FILE")
    tallies = asyncio.run(_measure_file(options))
    if options.json:
        both = [*tallies.items(), ("total", total(tallies.values()))]
        Console().print_json(json.dumps({name: asdict(tally) | tally.rates for name, tally in both}))
    else:
        _print_table(tallies)


if __name__ == "__main__":
    main()
