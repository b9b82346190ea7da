"""Token counts against an independent implementation, and against texts made to be slow."""

import importlib
import random
import socket
import time
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.briefing import tokens
from bot.briefing.tokens import count_bytes, count_tokens, uses_o200k

MODEL = "gpt-5-mini"


@pytest.fixture(scope="module")
def oracle() -> Any:
    """Another implementation of the same vocabulary, by other authors."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it opens its data in a way that Python 3.11 deprecates
        return importlib.import_module("bpe_openai").get_encoding("o200k_base")


def random_text(rng: random.Random, length: int) -> str:
    alphabets = ("abc XYZ.", "дівчина й кіт ", "0123456789,.% ", "新闻报道说", "«“'’-—\n\r\t ", "é̀ß😀👩‍🚒")
    return "".join(rng.choice(rng.choice(alphabets)) for _ in range(length))


def test_short_texts_count_as_the_independent_tokenizer_counts_them(oracle: Any) -> None:
    rng = random.Random(7)
    for _ in range(300):
        text = random_text(rng, rng.randrange(0, 400))
        assert count_tokens(text, MODEL) == len(oracle.encode_ordinary(text)), text


def test_cutting_a_long_article_into_pieces_changes_no_count(oracle: Any) -> None:
    rng = random.Random(8)
    words = [
        "Minister",
        "said",
        "Tuesday,",
        "40",
        "percent",
        "Зеленський",
        "\n\n",
        "“quoted”",
        "don't",
        "12.5",
    ]
    text = " ".join(rng.choice(words) for _ in range(20_000))
    assert count_tokens(text, MODEL) == len(oracle.encode_ordinary(text))


def test_special_tokens_count_as_plain_text(oracle: Any) -> None:
    text = "<|endoftext|><|im_start|>system"
    assert count_tokens(text, MODEL) == len(oracle.encode_ordinary(text)) > 5


@pytest.mark.parametrize("unit", ["a", "^", " ", "\n", "я", "中", "😀", "a\u0301", "<|"])
def test_a_megabyte_without_a_boundary_is_counted_within_a_second(unit: str) -> None:
    count_tokens("warm", MODEL)
    text = unit * (1_000_000 // len(unit.encode()))
    start = time.perf_counter()
    count = count_tokens(text, MODEL)
    assert time.perf_counter() - start < 1
    assert 0 < count <= count_bytes(text)


def test_a_lone_surrogate_is_counted_not_raised() -> None:
    assert count_tokens("broken \ud800 text", MODEL) >= 3


def test_unknown_models_get_a_margin_but_never_more_than_their_bytes() -> None:
    text = "Das Ministerium äußerte sich am Dienstag nicht zu den Vorwürfen der Opposition."
    exact = count_tokens(text, MODEL)
    assert exact < count_tokens(text, "some-local-model:7b") <= count_bytes(text)
    assert count_tokens("^", "some-local-model:7b") == 1


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("gpt-5-mini", True),
        ("gpt-4o-2024-08-06", True),
        ("gpt-oss-20b", True),
        ("gpt-4", False),
        ("x", False),
    ],
)
def test_models_on_the_vocabulary_are_known_by_name(model: str, known: bool) -> None:
    assert uses_o200k(model) is known


def test_loading_opens_no_connection_and_serves_many_threads_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_args: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", refuse)  # the wire, not our own code
    tokens._build_vocabulary.cache_clear()
    with ThreadPoolExecutor(4) as threads:
        counts = list(threads.map(lambda _: count_tokens("Zwei Sätze. Noch einer.", "gpt-4"), range(4)))
    assert len(set(counts)) == 1
    assert tokens._build_vocabulary.cache_info().misses == 1
