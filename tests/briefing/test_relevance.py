"""The offline answer: which sentences a question is about, and when the article does not say."""

import json
from pathlib import Path

import pytest

from bot.article.documents import read_text
from bot.article.models import Article
from bot.briefing.relevance import MOST_QUOTED, find_relevant

DATA = Path(__file__).parents[1] / "data"
TASS = read_text((DATA / "tass-2022-03-05.txt").read_text("utf-8"), "text", None)
GOLD = {
    item["id"]: read_text(item["text"], "text", None).model_copy(update={"language": item["lang"]})
    for item in map(json.loads, (DATA / "eval-dev.jsonl").read_text("utf-8").splitlines())
}


def quoted(question: str, article: Article, passage: str | None = None) -> list[str]:
    return [article.sentence_text(number) for number in find_relevant(question, article, passage)]


@pytest.mark.parametrize(
    ("article", "question", "holds"),
    [
        (TASS, "What did they agree about humanitarian corridors?", "humanitarian corridors for civilians"),
        (TASS, "When was the special operation announced?", "On February 24"),
        (TASS, "What does Moscow demand from Ukraine?", "demanded at the talks"),
        (
            GOLD["dev-04-de-court"],
            "Was sagte der Gutachter zu den Überweisungen?",
            "gericht bestellte gutachter",
        ),
        (GOLD["dev-04-de-court"], "Wie viel Geld hat W. überwiesen?", "1,4 Millionen"),
        (GOLD["dev-08-es-election"], "¿Cuántas reclamaciones recibió la Junta?", "23 reclamaciones"),
        (GOLD["dev-06-fr-weather"], "Combien de pluie est attendue sur le relief ?", "70 millimètres"),
        (GOLD["dev-11-ru-casualties"], "Сколько раненых приняла больница?", "19 раненых"),
        (GOLD["dev-12-uk-local"], "Скільки дерев видалять?", "41 дерева"),
    ],
)
def test_the_sentence_that_answers_is_quoted(article: Article, question: str, holds: str) -> None:
    assert any(holds.casefold() in text.casefold() for text in quoted(question, article))


@pytest.mark.parametrize(
    ("article", "question"),
    [
        (TASS, "Who is the president of France?"),
        (TASS, "How many soldiers died?"),
        (GOLD["dev-04-de-court"], "Welche Farbe hat das Auto?"),
        (GOLD["dev-08-es-election"], "¿Quién ganó el campeonato de fútbol?"),
        (GOLD["dev-06-fr-weather"], "Quel est le prix du pain ?"),
        (GOLD["dev-11-ru-casualties"], "Какая погода в Париже?"),
        (GOLD["dev-12-uk-local"], "Хто виграв чемпіонат?"),
        (TASS, "What does the article say?"),
        (TASS, "?!"),
        (TASS, ""),
    ],
)
def test_what_the_article_does_not_say_is_not_answered(article: Article, question: str) -> None:
    assert quoted(question, article) == []


def test_a_selected_passage_comes_with_what_follows_it() -> None:
    shown = quoted("explain this", TASS, "an agreement on humanitarian corridors")
    assert "an agreement on humanitarian corridors" in shown[0]
    assert len(shown) == 2


def test_a_passage_that_is_not_in_the_article_is_no_passage() -> None:
    assert quoted("Who is the president of France?", TASS, "the king of France is bald") == []


def test_no_more_is_quoted_than_a_screen_holds() -> None:
    article = read_text(" ".join(f"Ferry number {n} sails on Monday." for n in range(50)), "text", None)
    assert len(find_relevant("When does the ferry sail?", article)) <= MOST_QUOTED
