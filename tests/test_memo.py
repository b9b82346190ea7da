"""What is remembered of pure functions: the same value is worked on once, and nothing outlives it."""

from bot.memo import Memo


class Article(list[int]):
    """Something that can be referred to weakly."""


def test_a_value_is_worked_on_once_in_each_manner() -> None:
    memo, made = Memo[Article, str](), []
    first, equal = Article([1]), Article([1])

    def show(value: Article, manner: str) -> str:
        def make() -> str:
            made.append((id(value), manner))
            return f"{manner} {value}"

        return memo.recall(value, manner, make)

    assert [show(first, "a"), show(first, "b"), show(first, "a")] == ["a [1]", "b [1]", "a [1]"]
    assert show(equal, "a") == "a [1]"
    assert made == [(id(first), "a"), (id(first), "b"), (id(equal), "a")]


def test_what_is_remembered_goes_with_its_value() -> None:
    memo = Memo[Article, Article]()
    values = [Article([number]) for number in range(1_000)]
    for value in values:
        memo.recall(value, None, lambda value=value: Article(value))  # type: ignore[misc]
    del value
    while values:
        number = len(values) - 1
        values.pop()
        anew = Article([number, number])  # may well have the id of the last
        assert memo.recall(anew, None, lambda anew=anew: anew) is anew  # type: ignore[misc]
