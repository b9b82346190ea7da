"""`python -m tests.fuzz [--seconds N] [--seed N]`: URL parser, extractor and decoders, on bad input.

Ends with status 1 and the smallest input that fails, when an assertion or an exception says so; when one
input takes over HANG_S, with every thread's stack; when resident memory grows by more than LEAK_MIB.
"""

import argparse
import faulthandler
import random
import resource
import sys
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, seed, settings

from tests.fuzz.targets import TARGETS, Target

HANG_S = 20.0
LEAK_MIB = 150
ROUND = 250  # examples between two looks at the clock
_CALM = settings(
    max_examples=ROUND, deadline=None, database=None, suppress_health_check=list(HealthCheck), print_blob=True
)


def _watched(check: Callable[[Any], None]) -> Callable[[Any], None]:
    """Have the process end, with its stack, when one input takes too long."""

    def run(value: Any) -> None:
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        check(value)
        faulthandler.cancel_dump_traceback_later()

    return run


def _fuzz(target: Target, seconds: float, first_seed: int) -> int:
    """Try one target for some time; return how many inputs it had."""
    deadline = time.monotonic() + seconds
    rounds = 0
    while time.monotonic() < deadline:
        seed(first_seed + rounds)(_CALM(given(target.inputs)(_watched(target.check))))()
        rounds += 1
    return rounds * ROUND


def _peak_mib() -> float:
    """Return the most memory this process has held."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (
        1_024 if sys.platform == "linux" else 1 << 20
    )


def main() -> int:
    """Try every target, each for its share of the time, and print a line for each."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 30))
    options = parser.parse_args()
    sys.stdout.write(f"seed {options.seed}\n")
    for target in TARGETS:
        _fuzz(target, 0.1, options.seed)  # loads what is loaded once
        before = _peak_mib()
        count = _fuzz(target, options.seconds / len(TARGETS), options.seed + 1)
        grown = _peak_mib() - before
        sys.stdout.write(f"{target.name:6} {count:8} inputs, memory +{grown:.0f} MiB\n")
        if grown > LEAK_MIB:
            sys.stdout.write(f"{target.name}: leaks\n")
            return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
