"""`python -m tests.bench`: every benchmark, one after another."""

from rich.console import Console

from tests.bench.briefing import print_briefing
from tests.bench.context import print_context
from tests.bench.fanout import print_fan_out
from tests.bench.governor import print_governor, print_processes
from tests.bench.hostile import print_hostile
from tests.bench.ingest import print_ingest

if __name__ == "__main__":
    print_briefing(Console())
    print_hostile(Console())
    print_context(Console())
    print_governor(Console())
    print_processes(Console())
    print_fan_out(Console())
    print_ingest(Console())
