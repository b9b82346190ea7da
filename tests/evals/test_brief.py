from pathlib import Path

import pytest

from bot.article.models import Article
from bot.briefing.models import Draft, Usage
from bot.briefing.rules import draft_offline
from bot.evaluation.gold import read_gold
from bot.evaluation.scoring import Tally, overlaps, same_speaker
from bot.evaluation.trial import Write, run_trial, write_offline
from tests.evals.brief import leave_unchecked
from tests.evals.readme import build_table, read_table

DATA = Path(__file__).parent.parent / "data"
README = Path(__file__).parents[2] / "README.md"


async def score(name: str, write: Write) -> Tally:
    return (await run_trial("tested", read_gold(DATA / f"eval-{name}.jsonl"), write, leave_unchecked)).tally


@pytest.mark.parametrize(
    "name", ["dev", "genres", "tuning", "tuning-further", "tuning-genres", "tuning-third"]
)
async def test_the_offline_engine_holds_its_floor(name: str) -> None:
    summed = await score(name, write_offline)
    rates = summed.rates
    assert rates["recall"] >= 0.75
    assert rates["precision"] >= 0.75
    assert rates["kind"] >= 0.7
    assert rates["speaker"] >= 0.85
    assert rates["clean_flagged"] <= 0.05
    assert rates["facts"] >= 0.7
    assert (summed.loaded_bare, summed.lost) == (0, 0)


async def test_an_empty_draft_scores_nothing() -> None:
    async def write(_article: Article) -> tuple[Draft, Usage]:
        return Draft(headline="", statements=()), Usage()

    summed = await score("dev", write)
    assert (summed.found, summed.facts_covered, summed.clean_flagged) == (0, 0, 0)


async def test_flagging_every_sentence_flags_the_clean_ones() -> None:
    async def write(article: Article) -> tuple[Draft, Usage]:
        draft = draft_offline(article)
        flag = draft.flags[0] if draft.flags else None
        texts = [article.sentence_text(s.number) for s in article.sentences]
        many = tuple(flag.model_copy(update={"quote": text}) for text in texts) if flag else ()
        return draft.model_copy(update={"flags": many}), Usage()

    summed = await score("genres", write)
    assert summed.rates["clean_flagged"] > 0.5
    assert summed.rates["precision"] < 0.6


def test_half_of_the_gold_words_in_a_row_make_an_overlap() -> None:
    assert overlaps("he said that the old bridge was closed", "the old bridge was closed at noon today")
    assert not overlaps("the bridge", "the old bridge was closed at noon today")
    assert overlaps("It's “over” now", 'it\'s "over" now')


def test_a_surname_or_an_inflected_name_is_the_same_speaker() -> None:
    assert same_speaker("Anton Brezny", "Brezny")
    assert same_speaker("телеграм-каналов", "телеграм-каналы")
    assert same_speaker(None, None)
    assert not same_speaker(None, "Brezny")
    assert not same_speaker("Paula Derrin", "Hugh Marlow")


@pytest.mark.timeout(120)
def test_the_readme_shows_the_figures_of_today() -> None:
    shown = read_table(README)
    assert shown is not None, "the README lost its evaluation markers"
    assert shown == build_table(), "run python -m tests.evals.brief --readme README.md"
