import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.playground.formatting import MAX_ENTITIES, count_units, cut_units, format_text
from bot.playground.refusal import Json, Refused


def entity(kind: str, offset: int, length: int, **more: object) -> Json:
    return {"type": kind, "offset": offset, "length": length, **more}


def bold(offset: int, length: int) -> Json:
    return entity("bold", offset, length)


def test_units_are_those_of_utf_16() -> None:
    assert [count_units(text) for text in ("a", "é", "€", "😀", "👩‍👧")] == [1, 1, 1, 2, 5]


def test_white_space_around_a_text_goes_and_entities_move_along() -> None:
    assert format_text("  \nhello there \n", [bold(3, 5)]) == ("hello there", [bold(0, 5)])


def test_white_space_inside_the_first_entity_stays() -> None:
    assert format_text("  ab", [bold(0, 4)])[0] == "  ab"


def test_only_white_space_is_an_empty_text() -> None:
    assert format_text(" \n\t ", []) == ("", [])


def test_characters_that_telegram_drops_do_not_shift_entities() -> None:
    text, entities = format_text("\u202ea\u0333b\rc \u2066d\u2069 bold", [bold(11, 4)])
    assert text == "abc \u2066d\u2069 bold"
    assert cut_units(text, entities[0]["offset"], entities[0]["length"]) == "bold"


def test_a_control_character_becomes_a_space() -> None:
    assert format_text("a\x00b\x1bc\td", [])[0] == "a b c d"


@pytest.mark.parametrize(
    ("entities", "problem"),
    [
        ([bold(-1, 2)], "receive an entity with incorrect offset -1"),
        ([bold(0, -2)], "receive an entity with incorrect length -2"),
        ([bold(5, 1)], "entity begins after the end of the text at UTF-16 offset 5"),
        (
            [bold(3, 9)],
            "entity beginning at UTF-16 offset 3 ends after the end of the text at UTF-16 offset 12",
        ),
        ([bold(2, 1)], "entity begins in a middle of a UTF-16 symbol at UTF-16 offset 2"),
        ([bold(0, 2)], "entity beginning at UTF-16 offset 0 ends in a middle of a UTF-16 symbol"),
        ([entity("blink", 0, 1)], "can't parse MessageEntity: Unsupported type specified"),
        ([{"type": "bold", "offset": 0}], "can't parse MessageEntity: Can't find field \"offset\""),
        ([entity("text_link", 0, 1, url="no url")], "entity URL 'no url' is invalid: Wrong HTTP URL"),
        (
            [entity("text_link", 0, 1, url="javascript:x")],
            "entity URL 'javascript:x' is invalid: Wrong HTTP URL",
        ),
        ([entity("date_time", 0, 1)], "can't parse MessageEntity: date and time are invalid"),
        (
            [entity("date_time", 0, 1, unix_time=1, date_time_format="tD")],
            "can't parse MessageEntity: date and time are invalid",
        ),
    ],
)
def test_an_entity_that_does_not_fit_is_refused_with_its_reason(entities: list[Json], problem: str) -> None:
    with pytest.raises(Refused) as caught:
        format_text("a😀bc", entities)
    assert (caught.value.code, caught.value.description) == (400, f"Bad Request: {problem}")


def test_a_lone_surrogate_is_refused() -> None:
    with pytest.raises(Refused, match="UTF-8"):
        format_text("a\ud800", [])


def test_telegram_adds_its_own_entities_but_not_inside_links_and_code() -> None:
    text = "x.com and y.com and z.com"
    given_entities = [entity("text_link", 0, 5, url="https://a.example"), entity("code", 10, 5)]
    _, entities = format_text(text, given_entities)
    assert [(e["type"], e["offset"]) for e in entities] == [("text_link", 0), ("code", 10), ("url", 20)]


def test_a_sender_cannot_claim_what_telegram_finds_itself() -> None:
    assert format_text("hello", [entity("url", 0, 5), entity("mention", 0, 5)]) == ("hello", [])


def test_links_and_codes_that_meet_do_not_both_stay() -> None:
    link = entity("text_link", 0, 6, url="https://a.example")
    assert format_text("abcdefgh", [link, entity("code", 4, 4)])[1] == [link]
    assert format_text("abcdefgh", [entity("code", 2, 2), link])[1] == [link]


def test_a_quotation_holds_links_but_no_quotation_and_no_link_across_its_edge() -> None:
    block = entity("blockquote", 0, 6)
    inside = entity("text_link", 2, 3, url="https://a.example")
    across = entity("code", 5, 3)
    nested = entity("expandable_blockquote", 1, 2)
    assert format_text("abcdefgh", [block, inside, across, nested])[1] == [block, inside]


def test_styles_may_cross_everything() -> None:
    crossing = [bold(0, 5), entity("italic", 3, 5)]
    assert format_text("abcdefgh", crossing)[1] == crossing


def test_an_entity_over_white_space_goes() -> None:
    assert format_text("ab cd", [bold(2, 1)])[1] == []


def test_the_first_hundred_entities_stay() -> None:
    _, entities = format_text("ab" * 120, [bold(2 * i, 1) for i in range(120)])
    assert len(entities) == MAX_ENTITIES
    assert entities[-1]["offset"] == 198


_pieces = st.lists(
    st.sampled_from(["a", " ", "\n", "😀", "\u202e", "x.com ", "@name ", "é", "\r"]), max_size=30
)


@settings(derandomize=True, max_examples=300)
@given(_pieces, st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=6))
def test_whatever_stays_lies_inside_the_text_and_covers_something(
    pieces: list[str], spans: list[tuple[int, int]]
) -> None:
    edges = [count_units("".join(pieces[:i])) for i in range(len(pieces) + 1)]
    pairs = [sorted((edges[a % len(edges)], edges[b % len(edges)])) for a, b in spans]
    given_entities = [bold(start, end - start) for start, end in pairs if start < end]
    text, entities = format_text("".join(pieces), given_entities)
    for kept in entities:
        assert 0 <= kept["offset"] < kept["offset"] + kept["length"] <= count_units(text)
        assert cut_units(text, kept["offset"], kept["length"]).strip(" \n")
