"""Whether a sentence stands in an article: on faithful statements, and on those of other articles."""

import json
import random
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import pytest

from bot.article.models import Article
from bot.briefing.checks.passage import Passage
from bot.comparing.accounts import Account, read_claim
from bot.evaluation.gold import build_article, read_gold

DATA: Final = Path(__file__).parent.parent / "data"
FILES: Final = ("eval-tuning.jsonl", "eval-tuning-further.jsonl", "eval-tuning-third.jsonl")


@cache
def articles() -> dict[str, Article]:
    return {gold["id"]: build_article(gold) for name in FILES for gold in read_gold(DATA / name)}


@cache
def account(article_id: str) -> Account:
    article = articles()[article_id]
    sentences = [article.sentence_text(sentence.number) for sentence in article.sentences]
    return Account(read_claim(text, article.language) for text in (article.title or "", *sentences))


@cache
def statements() -> list[tuple[str, Passage]]:
    rows = map(json.loads, (DATA / "eval-faithful-tuning.jsonl").read_text("utf-8").splitlines())
    return [
        (row["article"], read_claim(row["text"], row["lang"])) for row in rows if row["article"] in articles()
    ]


def count(them: list[bool]) -> float:
    return sum(them) / len(them)


def test_what_an_article_says_is_hardly_ever_missing_from_it_or_news_to_it() -> None:
    own = [(account(article_id), claim) for article_id, claim in statements()]
    assert len(own) > 120
    assert count([theirs.lacks(claim) for theirs, claim in own]) <= 0.01
    assert count([theirs.is_news(claim) for theirs, claim in own]) <= 0.03
    assert count([theirs.repeats(claim) for theirs, claim in own]) >= 0.5


def test_what_another_article_says_is_missing_and_news() -> None:
    chance, ids = random.Random(1), sorted({article_id for article_id, _ in statements()})
    pairs = [(other, claim) for article_id, claim in statements() for other in ids if other != article_id]
    same = [(other, claim) for other, claim in pairs if articles()[other].language == claim.lexicon.language]
    assert len(same) > 100
    assert count([account(other).lacks(claim) for other, claim in same]) >= 0.9
    some = [*same, *chance.sample(pairs, 100)]
    assert count([account(other).is_news(claim) for other, claim in some]) >= 0.95
    assert count([account(other).repeats(claim) for other, claim in some]) <= 0.01


@pytest.mark.parametrize(
    ("known", "claim", "lacks", "is_news"),
    [
        ("The bridge opens in May, the mayor said.", "The mayor said it opens in May.", False, False),
        ("Twelve people were hurt in the fire.", "The fire hurt 12 people.", False, False),
        ("Twelve people were hurt in the fire.", "The fire hurt 14 people.", True, True),
        ("The minister resigned on Monday over the contract.",
         "Minister Leif Torgau resigned on Monday over the contract.", False, True),
        ("The bridge will open in May.", "Wheat prices fell sharply after heavy rain in spring.", True, True),
        ("The bridge will open in May.", "Nobody came.", False, True),
    ],
)  # fmt: skip
def test_numbers_names_and_words_decide(known: str, claim: str, *, lacks: bool, is_news: bool) -> None:
    theirs, passage = Account([read_claim(known, "en")]), read_claim(claim, "en")
    assert (theirs.lacks(passage), theirs.is_news(passage)) == (lacks, is_news)


def test_across_languages_only_facts_decide() -> None:
    german = Account(
        [read_claim("Edda Rauch eröffnet die Brücke in Harlow, die 40 Millionen gekostet hat.", "de")]
    )
    assert not german.lacks(read_claim("The bridge is said to be safe for heavy lorries.", "en"))
    assert german.lacks(read_claim("The bridge cost 55 million.", "en"))
    assert not german.repeats(read_claim("It cost 40 million and took 40 weeks.", "en"))
    assert german.repeats(read_claim("The bridge in Harlow cost 40 million, said Edda Rauch.", "en"))
    assert german.lacks(read_claim("The bridge was blessed by Leif Torgau.", "en"))
    assert german.is_news(read_claim("The bridge was blessed by Leif Torgau.", "en"))


def test_a_denial_repeats_nothing_that_was_affirmed() -> None:
    known = Account([read_claim("The hull of the Nordlys was damaged, the owner said.", "en")])
    assert known.repeats(read_claim("The owner said the hull of the Nordlys was damaged.", "en"))
    assert not known.repeats(read_claim("The hull of the Nordlys was not damaged, the owner said.", "en"))


def test_another_day_is_news_unless_it_is_the_day_of_the_article() -> None:
    known = Account(
        [read_claim("The 900 people of Sarbruck may return on Wednesday, the district said.", "en")]
    )
    claim = read_claim("The 900 people of Sarbruck may return on Thursday, the district said.", "en")
    assert known.is_news(claim, date(2026, 3, 3))
    assert not known.is_news(claim, date(2026, 3, 5))
    dated = read_claim("The 900 people of Sarbruck may return on 9 March, the district said.", "en")
    assert known.is_news(dated, date(2026, 3, 3))
    assert not known.is_news(dated, date(2026, 3, 9))


def test_nothing_known_is_no_judgement_on_words_but_on_facts() -> None:
    nothing = Account([])
    assert not nothing.repeats(read_claim("The bridge is open.", "en"))
    assert not nothing.lacks(read_claim("The bridge is open.", "en"))
    assert nothing.is_news(read_claim("The bridge cost 40 million.", "en"))
