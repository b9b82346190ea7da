import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.article.sentences import split_sentences


def split(text: str, language: str = "en") -> list[str]:
    return [text[sentence.start : sentence.end] for sentence in split_sentences(text, language)]


def expect_exact(text: str, language: str) -> None:
    sentences = split_sentences(text, language)
    assert [sentence.number for sentence in sentences] == list(range(1, len(sentences) + 1))
    end = 0
    for sentence in sentences:
        assert end <= sentence.start < sentence.end <= len(text)
        assert not text[end : sentence.start].strip()
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
        end = sentence.end
    assert not text[end:].strip()


@pytest.mark.parametrize(
    ("language", "sentences"),
    [
        ("en", ["Lt. Gen. Mark Miller met Sen. Susan Roe and Atty. Gen. Ann Day.", "They left."]),
        ("en", ["J.K. Rowling and George R.R. Martin met.", "Harry S. Truman won."]),
        ("en", ['"Stop!" he said.', '"Why?" asked Ms. Doe.', '"No."', "She left."]),
        ("en", ["“We are done. We go,” she said.", "He left."]),
        ("en", ["She said: “We sail in May.”", "The line opens.", "“They go.”", "“We go.”"]),
        ("en", ["The so-called “U.S.” Army of the game won."]),
        ("en", ["At No. 10, on Jan. 5 and Sept. 9, it was 5.5 deg. and rising.", "See vol. 3."]),
        ("en", ["The rate fell.", "iPhone sales rose."]),
        ("en", ["MOSCOW, March 5. /TASS/. Moscow hopes for talks.", "It said so."]),
        ("en", ["KYIV, March 5 (Reuters) - Ukraine said yes.", "More."]),
        ("de", ["Er kam am 5. März, z. B. mit Dr. Weber und der Fa. Müller, im 19. Jahrhundert an.", "Gut."]),
        ("de", ["„Wir gehen!“, sagte er.", "„Was?“, fragte sie.", "Dann ging er."]),
        ("es", ["El Sr. Pérez y la Dña. Ana vieron a D. Juan en EE. UU. ayer.", "¿Qué?", "¡No!"]),
        ("fr", ["M. Dupont et Mme. Leroy ont vu le Gén. Roy.", "« Non ! » dit-il.", "Il part."]),
        (
            "ru",
            [
                "В 2020 г. в г. Киев приехал ген. Иванов.",
                "Было 11 тел.",
                "Воронки есть.",
                "«Да!» — сказал он.",
            ],
        ),
        ("ru", ["МОСКВА, 5 марта. /ТАСС/. Москва надеется.", "И т. д.", "Потом он ушёл."]),
        (
            "uk",
            [
                "КИЇВ. 5 березня. УНІАН. Київ сподівається.",
                "Проф. Шевченко на вул. Лесі отримав 5 млн грн.",
                "Так.",
            ],
        ),
        ("xx", ["Hello there.", "今日は良い。", "Good."]),
    ],
)
def test_sentences_end_where_a_reader_ends_them(language: str, sentences: list[str]) -> None:
    text = " ".join(sentences)
    assert split(text, language) == sentences
    expect_exact(text, language)


def test_no_sentence_crosses_a_blank_line() -> None:
    assert split("A line without an end\n\nand another\n \nthird. Fourth") == [
        "A line without an end",
        "and another",
        "third.",
        "Fourth",
    ]


def test_nothing_has_no_sentences() -> None:
    assert split_sentences("", "en") == split_sentences(" \n\n ", "en") == ()


@given(
    st.text(st.sampled_from('aB1 .!?"“”«»\n\n()—-…;é日😀\u200b')), st.sampled_from(["en", "de", "ru", "und"])
)
def test_every_character_belongs_to_one_sentence(text: str, language: str) -> None:
    expect_exact(text, language)


def test_the_sample_article_has_its_sentences() -> None:
    text = (Path(__file__).parents[1] / "data" / "tass-2022-03-05.txt").read_text("utf-8")
    sentences = split(text)
    assert len(sentences) == 20
    assert sentences[3].startswith("MOSCOW, March 5. /TASS/. Moscow hopes")
    assert sentences[6] == (
        '"It is impossible to say how many more rounds there will be. We are not losing optimism," he said.'
    )
    expect_exact(text, "en")


@pytest.mark.parametrize("unit", ["a", "^", ". ", '"', "A. ", "“a. ", "(", "a.\n\n", "etc. ", "\n", "5 "])
def test_time_grows_with_length_only(unit: str) -> None:
    began = time.monotonic()
    split_sentences(unit * (200_000 // len(unit)), "fr")
    assert time.monotonic() - began < 5


def test_offsets_survive_storage() -> None:
    sentence = split_sentences("One. Two.", "en")[1]
    assert json.loads(sentence.model_dump_json()) == {"number": 2, "start": 5, "end": 9}
