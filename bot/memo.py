"""What a pure function gave for immutable values, remembered for as long as those values live."""

import weakref
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")
Result = TypeVar("Result")


class Memo(Generic[Value, Result]):
    """Results by the very object that they are of: comparing or hashing a brief costs more."""

    def __init__(self) -> None:
        self._known: dict[int, tuple[weakref.ref[Value], dict[Hashable, Result]]] = {}

    def recall(self, value: Value, manner: Hashable, make: Callable[[], Result]) -> Result:
        """Return what `make` gives for this value in this manner, made now or before."""
        key = id(value)
        if key not in self._known:
            # It goes with its value, so that no other object is taken for that by its id.
            self._known[key] = weakref.ref(value, lambda _: self._known.pop(key, None)), {}
        _, results = self._known[key]
        if manner not in results:
            results[manner] = make()
        return results[manner]
