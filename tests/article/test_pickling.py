"""An article on its way to a worker and back."""

import pickle
import time

import pytest

from bot.article.models import Article
from bot.article.sentences import split_sentences

ONE_STALL_S = 0.05
"""What nothing may hold the event loop for."""


def read(text: str) -> Article:
    return Article(kind="text", text=text, sentences=split_sentences(text, "en"), title="T", language="en")


@pytest.mark.parametrize("text", ["", "One.", "One. Two “three”.\n\nFour ß five. Six."])
def test_an_article_comes_back_as_it_went(text: str) -> None:
    article = read(text)
    back = pickle.loads(pickle.dumps(article))
    assert back == article
    assert back.content_hash == article.content_hash
    assert back.model_fields_set == article.model_fields_set


def test_the_longest_article_is_handed_over_without_a_stall() -> None:
    article = read("The council met on Monday and heard nobody at all. " * 10_000)
    spent = []
    for _ in range(5):
        start = time.process_time()
        pickle.dumps(article)
        spent.append(time.process_time() - start)
    assert min(spent) < ONE_STALL_S
