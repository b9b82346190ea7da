"""What a pure function gave for immutable values, remembered for those used last."""

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")


class Memo(Generic[Value, Result]):
    """Up to `size` results, by the very object that they are of: comparing or hashing a brief costs more."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._known: dict[tuple[int, Hashable], tuple[Value, Result]] = {}

    def recall(self, value: Value, manner: Hashable, make: Callable[[], Result]) -> Result:
        """Return what `make` gives for this value in this manner, made now or before."""
        key = id(value), manner
        # The value is kept with its result, so that no other object gets its id.
        known = self._known.pop(key, None) or (value, make())
        self._known[key] = known
        if len(self._known) > self._size:
            del self._known[next(iter(self._known))]
        return known[1]
