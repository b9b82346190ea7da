"""What is remembered of pure functions: the same value is worked on once, and not for ever."""

from bot.memo import Memo


def test_a_value_is_worked_on_once_in_each_manner() -> None:
    memo, made = Memo[list[int], str](10), []
    first, equal = [1], [1]

    def show(value: list[int], manner: str) -> str:
        def make() -> str:
            made.append((id(value), manner))
            return f"{manner} {value}"

        return memo.recall(value, manner, make)

    assert [show(first, "a"), show(first, "b"), show(first, "a")] == ["a [1]", "b [1]", "a [1]"]
    assert show(equal, "a") == "a [1]"
    assert made == [(id(first), "a"), (id(first), "b"), (id(equal), "a")]


def test_what_was_used_last_stays() -> None:
    memo, values = Memo[list[int], object](2), [[1], [2], [3]]
    first = memo.recall(values[0], None, object)
    second = memo.recall(values[1], None, object)
    assert memo.recall(values[0], None, object) is first
    memo.recall(values[2], None, object)
    assert memo.recall(values[0], None, object) is first
    assert memo.recall(values[1], None, object) is not second
