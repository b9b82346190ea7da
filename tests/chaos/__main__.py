"""`python -m tests.chaos`: ten thousand updates while replicas and the store are killed."""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import get_args

from rich.console import Console
from rich.table import Table

from tests.chaos.history import Verdict, judge, write_history
from tests.chaos.stores import StoreKind
from tests.chaos.world import Plan, open_world

SEEN_TWICE = 1 / 10_000
"""Updates of which somebody may see something twice: a placeholder that was in doubt."""


async def play(plan: Plan, folder: Path) -> Verdict:
    """Play a plan over a folder, write its history there, and return the verdict."""
    async with open_world(plan, folder) as world:
        await world.run()
    records = world.collect()
    write_history(folder / "history.jsonl", records)
    return judge(records)


def main() -> int:
    """Play what the command line asks for; once for each way to append."""
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--updates", type=int, default=10_000)
    parser.add_argument("--disruptions", type=int, default=120)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--appendfsync", choices=["everysec", "always", "both"], default="both")
    parser.add_argument("--store", choices=get_args(StoreKind), default="valkey")
    options = parser.parse_args()
    ways = ["everysec", "always"] if options.appendfsync == "both" else [options.appendfsync]
    table = Table("appendfsync", *vars(Verdict()), "seconds", title=f"Chaos on {options.store}")
    holds, visible = True, 0
    for way in ways:
        folder = Path(tempfile.mkdtemp(prefix="sayso-chaos-"))
        plan = Plan(
            updates=options.updates // len(ways),
            disruptions=options.disruptions // len(ways),
            seed=options.seed,
            store=options.store,
            appendfsync=way,
        )
        began = time.monotonic()
        verdict = asyncio.run(play(plan, folder))
        figures = [
            str(dict(v) if k == "disruptions" else v) for k, v in vars(verdict).items() if k != "faults"
        ]
        table.add_row(way, *figures, str(len(verdict.faults)), f"{time.monotonic() - began:.0f}")
        sys.stderr.write("".join(f"{fault}\n" for fault in verdict.faults) + f"history: {folder}\n")
        holds, visible = holds and verdict.holds, visible + verdict.visible
    console = Console(width=200)
    console.print(table)
    console.print(f"seen twice: {visible} of {options.updates}")
    return 0 if holds and visible <= max(1, options.updates * SEEN_TWICE) else 1


if __name__ == "__main__":
    sys.exit(main())
