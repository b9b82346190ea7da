"""The numbered table of hostile cases, and which of its rows have a test."""

from collections.abc import Callable
from typing import Any, TypeVar

import pytest
from _pytest.mark import ParameterSet

ROWS = 104
covered: set[int] = set()

Test = TypeVar("Test", bound=Callable[..., Any])


def row(number: int, *values: object) -> ParameterSet:
    """A case of a parametrized test, named by its row and its first value."""
    covered.add(number)
    name = ascii(values[0])[1:60] if isinstance(values[0], str) else type(values[0]).__name__
    return pytest.param(*values, id=f"row{number}-{name}")


def covers(*numbers: int) -> Callable[[Test], Test]:
    """Say which rows a test stands for."""
    covered.update(numbers)
    return lambda test: test
